//! Devices, claims to them and migrations as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::age::age_of;
use super::columns::resource as columns;
use super::table::{Around, Printer};
use super::text::{age, is_deleted, name, text};
use crate::base::Value;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] = &[
    Printer { resource: "deviceclasses.resource.k8s.io", columns: columns::DEVICE_CLASS, cells: plain },
    Printer { resource: "resourceclaims.resource.k8s.io", columns: columns::RESOURCE_CLAIM, cells: claim },
    Printer {
        resource: "resourceclaimtemplates.resource.k8s.io",
        columns: columns::RESOURCE_CLAIM_TEMPLATE,
        cells: plain,
    },
    Printer { resource: "resourceslices.resource.k8s.io", columns: columns::RESOURCE_SLICE, cells: slice },
    Printer {
        resource: "devicetaintrules.resource.k8s.io",
        columns: columns::DEVICE_TAINT_RULE,
        cells: taint,
    },
    Printer {
        resource: "storageversionmigrations.storagemigration.k8s.io",
        columns: columns::STORAGE_VERSION_MIGRATION,
        cells: migration,
    },
];

fn plain(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), age(o, around.now)]
}

/// Models `resourceClaimState`.
fn claim(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let status = o.get("status");
    let allocated = !status.get("allocation").is_null();
    let states = [
        ("deleted", is_deleted(o)),
        ("pending", !allocated && !is_deleted(o)),
        ("allocated", allocated),
        ("reserved", allocated && !status.get("reservedFor").items().is_empty()),
    ];
    let states = states.iter().filter(|(_, is)| *is).map(|(state, _)| *state).collect::<Vec<_>>();
    vec![name(o), Value::from(states.join(",")), age(o, around.now)]
}

fn slice(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let spec = o.get("spec");
    let pool = text(spec.at(&["pool", "name"]));
    vec![name(o), text(spec.get("nodeName")), text(spec.get("driver")), pool, age(o, around.now)]
}

fn taint(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let taint = o.at(&["spec", "taint"]);
    let added = match taint.get("timeAdded") {
        Value::Null => String::new(),
        time => age_of(time, around.now),
    };
    vec![
        name(o),
        text(taint.get("key")),
        text(taint.get("value")),
        text(taint.get("effect")),
        Value::from(added),
        age(o, around.now),
    ]
}

fn migration(o: &Value, _: &Around<'_>) -> Vec<Value> {
    let resource = o.at(&["spec", "resource"]);
    let shown = match (resource.get("resource").str(), resource.get("group").str()) {
        (resource, "") => resource.into(),
        (resource, group) => format!("{resource}.{group}"),
    };
    let conditions = o.at(&["status", "conditions"]).items().iter();
    let mut states = conditions.filter(|c| c.get("status").str() == "True").map(|c| c.get("type").str());
    let state = states.rfind(|s| matches!(*s, "Running" | "Failed" | "Succeeded"));
    vec![name(o), Value::from(shown), Value::text(state.unwrap_or("Unknown"))]
}
