//! The smaller kinds of the core group as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns::core as columns;
use super::table::{Around, Printer};
use super::text::{self, UNSET, age, count, is_deleted, labels, name, scalar};
use crate::base::{Value, sort};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] = &[
    Printer { resource: "namespaces", columns: columns::NAMESPACE, cells: namespace },
    Printer { resource: "configmaps", columns: columns::CONFIG_MAP, cells: config_map },
    Printer { resource: "secrets", columns: columns::SECRET, cells: secret },
    Printer { resource: "serviceaccounts", columns: columns::SERVICE_ACCOUNT, cells: service_account },
    Printer { resource: "podtemplates", columns: columns::POD_TEMPLATE, cells: pod_template },
    Printer { resource: "persistentvolumes", columns: columns::PERSISTENT_VOLUME, cells: volume },
    Printer { resource: "persistentvolumeclaims", columns: columns::PERSISTENT_VOLUME_CLAIM, cells: claim },
    Printer { resource: "resourcequotas", columns: columns::RESOURCE_QUOTA, cells: quota },
    Printer { resource: "componentstatuses", columns: columns::COMPONENT_STATUS, cells: component },
];

fn namespace(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), text::text(o.at(&["status", "phase"])), age(o, around.now)]
}

fn config_map(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let keys = count(o.get("data")).saturating_add(count(o.get("binaryData")));
    vec![name(o), Value::Int(keys), age(o, around.now)]
}

fn secret(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), text::text(o.get("type")), Value::Int(count(o.get("data"))), age(o, around.now)]
}

fn service_account(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), age(o, around.now)]
}

fn pod_template(o: &Value, _: &Around<'_>) -> Vec<Value> {
    let [names, images] = text::containers(o.at(&["template", "spec"]));
    vec![name(o), names, images, labels(o.at(&["template", "metadata", "labels"]))]
}

fn volume(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let (spec, claim) = (o.get("spec"), o.at(&["spec", "claimRef"]));
    let claim = match claim {
        Value::Null => String::new(),
        claim => format!("{}/{}", claim.get("namespace").str(), claim.get("name").str()),
    };
    vec![
        name(o),
        Value::from(scalar(spec.at(&["capacity", "storage"]))),
        Value::from(access_modes(spec.get("accessModes"))),
        text::text(spec.get("persistentVolumeReclaimPolicy")),
        phase(o),
        Value::from(claim),
        class(o),
        unset(spec.get("volumeAttributesClassName")),
        text::text(o.at(&["status", "reason"])),
        age(o, around.now),
        unset(spec.get("volumeMode")),
    ]
}

fn claim(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let (spec, status) = (o.get("spec"), o.get("status"));
    let bound = !spec.get("volumeName").is_empty();
    let (capacity, modes) = if bound {
        (scalar(status.at(&["capacity", "storage"])), access_modes(status.get("accessModes")))
    } else {
        Default::default()
    };
    vec![
        name(o),
        phase(o),
        text::text(spec.get("volumeName")),
        Value::from(capacity),
        Value::from(modes),
        class(o),
        unset(spec.get("volumeAttributesClassName")),
        age(o, around.now),
        unset(spec.get("volumeMode")),
    ]
}

fn phase(o: &Value) -> Value {
    if is_deleted(o) { Value::text("Terminating") } else { text::text(o.at(&["status", "phase"])) }
}

/// The class of a volume or a claim; an annotation was the first way to name it.
fn class(o: &Value) -> Value {
    let annotated = o.at(&["metadata", "annotations"]).find("volume.beta.kubernetes.io/storage-class");
    text::text(annotated.unwrap_or(o.at(&["spec", "storageClassName"])))
}

fn unset(value: &Value) -> Value {
    value.as_text().map_or(Value::text(UNSET), Value::from)
}

/// Models `GetAccessModesAsString`.
pub(in crate::print) fn access_modes(modes: &Value) -> String {
    const SHORT: &[(&str, &str)] = &[
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let has = |mode: &str| modes.items().iter().any(|m| m.str() == mode);
    SHORT.iter().filter(|(mode, _)| has(mode)).map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}

fn quota(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let status = o.get("status");
    let mut hard = status.get("hard").entries().iter().collect::<Vec<_>>();
    sort::by(&mut hard, |a, b| a.0.cmp(&b.0));
    let column = |of_limits: bool| {
        let rows = hard.iter().filter(|(resource, _)| resource.starts_with("limits.") == of_limits);
        let rows = rows.map(|(resource, hard)| {
            let used = scalar(status.get("used").get(resource));
            format!("{resource}: {used}/{}", scalar(hard))
        });
        Value::from(rows.collect::<Vec<_>>().join(", "))
    };
    vec![name(o), column(false), column(true), age(o, around.now)]
}

fn component(o: &Value, _: &Around<'_>) -> Vec<Value> {
    let conditions = o.get("conditions").items();
    let found = conditions.iter().find(|c| c.get("type").str() == "Healthy");
    let status = match found.map(|c| c.get("status").str()) {
        None => "Unknown",
        Some("True") => "Healthy",
        Some(_) => "Unhealthy",
    };
    let said = |field: &str| Value::text(found.map_or("", |c| c.get(field).str()));
    vec![name(o), Value::text(status), said("message"), said("error")]
}
