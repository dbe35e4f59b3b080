//! A CSIStorageCapacity.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, meta, node_selector, resources, selector};
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "csistoragecapacities.storage.k8s.io",
    validate: |capacity| validate(capacity, &Value::Null),
    validate_update: |capacity, old| {
        let mut errors = validate(capacity, old.get("nodeTopology"));
        errors.extend(meta::validate_update_kube(capacity, old));
        for name in ["nodeTopology", "storageClassName"] {
            check::immutable(&Path::new(name), capacity.get(name), old.get(name), &mut errors);
        }
        errors
    },
    warnings: |capacity, old| {
        let mut out = Vec::new();
        if old.is_none() {
            let (at, topology) = (Path::new("nodeTopology"), capacity.get("nodeTopology"));
            node_selector::selector_warnings(&at, topology, &mut out);
        }
        out
    },
    unconditional_update: false,
    ..GENERIC
};

/// `was` is the topology of an older version: what it has wrong may stay.
fn validate(capacity: &Value, was: &Value) -> Errors {
    let mut errors = meta::validate_kube(capacity, true, names::dns1123_subdomain);
    let mut wrong = Errors::new();
    selector::check(&Path::ROOT, was, &mut wrong);
    let (at, topology) = (Path::new("nodeTopology"), capacity.get("nodeTopology"));
    selector::check_with(&at, topology, !wrong.is_empty(), &mut errors);
    let (at, class) = (Path::new("storageClassName"), capacity.get("storageClassName").str());
    errors.extend(names::dns1123_subdomain(class).into_iter().map(|c| field::invalid(&at, class, c)));
    if !capacity.get("capacity").is_null() {
        resources::non_negative(&Path::new("capacity"), capacity.get("capacity"), &mut errors);
    }
    errors
}
