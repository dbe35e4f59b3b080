//! Nodes as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns;
use super::table::{Around, Printer};
use super::text::{self, NONE, age, holds, name, or};
use crate::base::Value;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] =
    &[Printer { resource: "nodes", columns: columns::core::NODE, cells: node }];

fn node(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let info = o.at(&["status", "nodeInfo"]);
    let shown = |field: &str| or(info.get(field), "<unknown>");
    let kernel = match info.get("architecture").str() {
        "" => Value::text(shown("kernelVersion")),
        architecture => Value::from(format!("{} ({architecture})", shown("kernelVersion"))),
    };
    vec![
        name(o),
        status(o),
        Value::from(roles(o.at(&["metadata", "labels"]))),
        age(o, around.now),
        text::text(info.get("kubeletVersion")),
        address(o, "InternalIP"),
        address(o, "ExternalIP"),
        Value::text(shown("osImage")),
        kernel,
        Value::text(shown("containerRuntimeVersion")),
    ]
}

fn status(o: &Value) -> Value {
    let ready = match text::condition(o, "Ready") {
        None => "Unknown",
        Some(_) if holds(o, "Ready") => "Ready",
        Some(_) => "NotReady",
    };
    let closed = o.at(&["spec", "unschedulable"]).is_true();
    Value::from(format!("{ready}{}", if closed { ",SchedulingDisabled" } else { "" }))
}

/// What the labels of a node say that it is for.
///
/// Models `findNodeRoles`.
pub(in crate::print) fn roles(labels: &Value) -> String {
    let roles = labels.entries().iter().filter_map(|(key, value)| {
        match key.strip_prefix("node-role.kubernetes.io/") {
            None if key == "kubernetes.io/role" => Some(value.str()),
            role => role,
        }
    });
    let roles = roles.filter(|role| !role.is_empty()).collect::<BTreeSet<_>>();
    if roles.is_empty() { NONE.to_string() } else { roles.into_iter().collect::<Vec<_>>().join(",") }
}

fn address(o: &Value, type_: &str) -> Value {
    let addresses = o.at(&["status", "addresses"]).items();
    let found = addresses.iter().find(|a| a.get("type").str() == type_);
    Value::text(found.map_or(NONE, |a| a.get("address").str()))
}
