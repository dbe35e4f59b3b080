//! Environment variables: given, or taken from somewhere.
//!
//! Models `ValidateEnv` and `ValidateEnvFrom` of `pkg/apis/core/validation/validation.go`.

use super::field_ref;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use crate::registry::volume::paths;

/// Fields of the pod that a variable can hold.
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
const ONE_ONLY: &str = "may not have more than one field specified at a time";

/// A source, and its check.
type SourceCheck = fn(&Path<'_>, &Value, &mut Errors);

const SOURCES: &[(&str, SourceCheck)] = &[
    ("fieldRef", |at, s, errors| field_ref::check(at, s, FIELDS, errors)),
    ("resourceFieldRef", |at, s, errors| field_ref::check_resource(at, s, false, errors)),
    ("configMapKeyRef", key_selector),
    ("secretKeyRef", key_selector),
    ("fileKeyRef", file_key),
];

pub(super) fn check(at: &Path<'_>, variables: &Value, errors: &mut Errors) {
    for (i, variable) in variables.items().iter().enumerate() {
        let at = at / i;
        match variable.get("name").str() {
            "" => errors.push(field::required(&(&at / "name"), "")),
            name => rules::complain(&(&at / "name"), name, names::env_var_name(name), errors),
        }
        if !variable.get("valueFrom").is_null() {
            value_from(&(&at / "valueFrom"), variable, errors);
        }
    }
}

fn value_from(at: &Path<'_>, variable: &Value, errors: &mut Errors) {
    let from = variable.get("valueFrom");
    let mut count = 0;
    for (name, check) in SOURCES {
        if let Some(source) = from.find(name) {
            count += 1;
            check(&(at / *name), source, errors);
        }
    }
    let detail = match count {
        0 => {
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
        }
        _ if !variable.get("value").is_empty() => "may not be specified when `value` is not empty",
        1 => return,
        _ => ONE_ONLY,
    };
    errors.push(field::invalid(at, "", detail));
}

fn key_selector(at: &Path<'_>, selector: &Value, errors: &mut Errors) {
    let (name, key) = (selector.get("name").str(), selector.get("key").str());
    rules::complain(&(at / "name"), name, names::dns1123_subdomain(name), errors);
    match key {
        "" => errors.push(field::required(&(at / "key"), "")),
        key => rules::complain(&(at / "key"), key, names::config_map_key(key), errors),
    }
}

fn file_key(at: &Path<'_>, selector: &Value, errors: &mut Errors) {
    match selector.get("key").str() {
        "" => errors.push(field::required(&(at / "key"), "")),
        key => rules::complain(&(at / "key"), key, names::env_var_name(key), errors),
    }
    match selector.get("volumeName").str() {
        "" => errors.push(field::required(&(at / "volumeName"), "")),
        name => rules::complain(&(at / "volumeName"), name, names::dns1123_label(name), errors),
    }
    match selector.get("path").str() {
        "" => errors.push(field::required(&(at / "path"), "")),
        path => paths::no_backsteps(&(at / "path"), path, errors),
    }
}

/// All the variables that a ConfigMap or a Secret has.
pub(super) fn check_from(at: &Path<'_>, sources: &Value, errors: &mut Errors) {
    for (i, source) in sources.items().iter().enumerate() {
        let item_at = at / i;
        let prefix = source.get("prefix").str();
        if !prefix.is_empty() {
            rules::complain(&(&item_at / "prefix"), prefix, names::env_var_name(prefix), errors);
        }
        let mut count = 0;
        for name in ["configMapRef", "secretRef"] {
            let Some(reference) = source.find(name) else { continue };
            count += 1;
            let reference_at = &item_at / name;
            let at = &reference_at / "name";
            match reference.get("name").str() {
                "" => errors.push(field::required(&at, "")),
                // A name that something will be appended to, says upstream.
                name => {
                    let complaints = names::dns1123_subdomain(&names::mask_trailing_dash(name));
                    rules::complain(&at, name, complaints, errors);
                }
            }
        }
        // Upstream names the list, not the item.
        match count {
            0 => errors.push(field::invalid(at, "", "must specify one of: `configMapRef` or `secretRef`")),
            1 => {}
            _ => errors.push(field::invalid(at, "", ONE_ONLY)),
        }
    }
}
