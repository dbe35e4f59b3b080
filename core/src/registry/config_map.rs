//! A ConfigMap.
//!
//! Models `pkg/registry/core/configmap/strategy.go` and `ValidateConfigMap` of
//! `pkg/apis/core/validation/validation.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, meta, secret};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "configmaps",
    validate,
    validate_update: |map, old| {
        let mut errors = meta::validate_update_kube(map, old);
        unchanged(map, old, &["data", "binaryData"], &mut errors);
        errors.extend(validate(map));
        errors
    },
    ..GENERIC
};

fn validate(map: &Value) -> Errors {
    let mut errors = meta::validate_kube(map, true, names::dns1123_subdomain);
    let (data, binary) = (map.get("data"), map.get("binaryData"));
    let mut size = 0;
    let at = Path::new("data");
    for (key, value) in data.entries() {
        let at = at.key(key);
        check::complain(&at, key, names::config_map_key(key), &mut errors);
        if binary.find(key).is_some() {
            errors.push(field::invalid(&at, key, "duplicate of key present in binaryData"));
        }
        size += value.str().len();
    }
    let at = Path::new("binaryData");
    for (key, value) in binary.entries() {
        check::complain(&at.key(key), key, names::config_map_key(key), &mut errors);
        size += secret::bytes(value).len();
    }
    if size > secret::SIZE_MAX {
        errors.push(field::too_long(&Path::new(""), secret::SIZE_MAX));
    }
    errors
}

/// What was once said to be immutable stays that, and stays as it is.
pub(super) fn unchanged(object: &Value, old: &Value, data: &[&str], errors: &mut Errors) {
    if !old.get("immutable").is_true() {
        return;
    }
    let same = |a: &Value, b: &Value| a == b || a.is_empty() && b.is_empty();
    let mut changed = data.iter().filter(|name| !same(object.get(name), old.get(name)));
    let loosened = (!object.get("immutable").is_true()).then_some(&"immutable");
    for name in loosened.into_iter().chain(&mut changed) {
        errors.push(field::forbidden(&Path::new(name), "field is immutable when `immutable` is set"));
    }
}
