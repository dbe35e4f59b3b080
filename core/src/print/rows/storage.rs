//! Storage as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns::storage as columns;
use super::table::{Around, Printer};
use super::text::{UNSET, age, count, join, name, none_if_empty, or, text, texts};
use crate::base::Value;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

pub(super) const PRINTERS: &[Printer] = &[
    Printer { resource: "storageclasses.storage.k8s.io", columns: columns::STORAGE_CLASS, cells: class },
    Printer {
        resource: "volumeattributesclasses.storage.k8s.io",
        columns: columns::VOLUME_ATTRIBUTES_CLASS,
        cells: attributes_class,
    },
    Printer {
        resource: "volumeattachments.storage.k8s.io",
        columns: columns::VOLUME_ATTACHMENT,
        cells: attachment,
    },
    Printer { resource: "csinodes.storage.k8s.io", columns: columns::CSI_NODE, cells: csi_node },
    Printer { resource: "csidrivers.storage.k8s.io", columns: columns::CSI_DRIVER, cells: csi_driver },
];

fn class(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let default = if is_the_default(o, around.list) { " (default)" } else { "" };
    vec![
        Value::from(format!("{}{default}", name(o).str())),
        text(o.get("provisioner")),
        Value::text(or(o.get("reclaimPolicy"), "Delete")),
        Value::text(or(o.get("volumeBindingMode"), "Immediate")),
        Value::Bool(o.get("allowVolumeExpansion").is_true()),
        age(o, around.now),
    ]
}

/// Of several that say so the youngest is the default, then the first by name; alone none is.
///
/// Models `getEffectiveDefaultStorageClass`.
fn is_the_default(o: &Value, list: &[Value]) -> bool {
    // The time is written so that its text sorts as it does.
    let rank = |class: &Value| {
        let created = class.at(&["metadata", "creationTimestamp"]).as_text().cloned();
        (Reverse(created), name(class).as_text().cloned())
    };
    let first = list.iter().filter(|class| says_default(class)).map(rank).min();
    first.is_some_and(|(_, first)| first.as_ref() == name(o).as_text())
}

fn says_default(class: &Value) -> bool {
    const ANNOTATIONS: &[&str] =
        &["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
    let annotations = class.at(&["metadata", "annotations"]);
    ANNOTATIONS.iter().any(|key| annotations.get(key).str() == "true")
}

fn attributes_class(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), text(o.get("driverName")), age(o, around.now)]
}

fn attachment(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let spec = o.get("spec");
    vec![
        name(o),
        text(spec.get("attacher")),
        text(spec.at(&["source", "persistentVolumeName"])),
        text(spec.get("nodeName")),
        Value::Bool(o.at(&["status", "attached"]).is_true()),
        age(o, around.now),
    ]
}

fn csi_node(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), Value::Int(count(o.at(&["spec", "drivers"]))), age(o, around.now)]
}

fn csi_driver(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let spec = o.get("spec");
    let is = |field: &str, otherwise: bool| Value::Bool(spec.get(field).as_bool().unwrap_or(otherwise));
    let tokens = match spec.get("tokenRequests") {
        Value::Null => Value::text(UNSET),
        tokens => Value::from(join(tokens.items(), "audience")),
    };
    vec![
        name(o),
        is("attachRequired", true),
        is("podInfoOnMount", false),
        is("storageCapacity", false),
        tokens,
        is("requiresRepublish", false),
        none_if_empty(texts(spec.get("volumeLifecycleModes"))),
        age(o, around.now),
    ]
}
