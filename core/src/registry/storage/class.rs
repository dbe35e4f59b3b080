//! A StorageClass.

use super::{check_parameters, check_provisioner};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, meta, node_selector};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "storageclasses.storage.k8s.io",
    default: |class| {
        class.set_default("reclaimPolicy", "Delete");
        class.set_default("volumeBindingMode", "Immediate");
    },
    validate,
    validate_update: |class, old| {
        let mut errors = validate(class);
        errors.extend(meta::validate_update_kube(class, old));
        for name in ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"] {
            let (new, old) = (class.get(name), old.get(name));
            if !(new.is_empty() && old.is_empty()) {
                check::declared_immutable(&Path::new(name), new, old, &mut errors);
            }
        }
        errors
    },
    warnings: |class, _| warnings(class),
    ..GENERIC
};

const RECLAIM: &[&str] = &["Delete", "Retain"];
const BINDING: &[&str] = &["Immediate", "WaitForFirstConsumer"];

fn validate(class: &Value) -> Errors {
    let mut errors = meta::validate_kube(class, false, names::dns1123_subdomain);
    let at = Path::new("provisioner");
    match class.get("provisioner").str() {
        "" => errors.push(field::required(&at, "").declarative()),
        name => check_provisioner(&at, name, &mut errors),
    }
    check_parameters(&Path::new("parameters"), class.get("parameters"), true, &mut errors);
    let reclaim = class.get("reclaimPolicy").str();
    if !reclaim.is_empty() {
        check::one_of(&Path::new("reclaimPolicy"), reclaim, RECLAIM, &mut errors);
    }
    let (at, mode) = (Path::new("volumeBindingMode"), class.get("volumeBindingMode"));
    match mode.as_text() {
        None => errors.push(field::required(&at, "")),
        Some(mode) => check::one_of(&at, mode, BINDING, &mut errors),
    }
    topologies(class.get("allowedTopologies").items(), &mut errors);
    errors
}

fn topologies(terms: &[Value], errors: &mut Errors) {
    let at = Path::new("allowedTopologies");
    // Upstream's list of those before begins with an empty one for each term.
    let mut seen: Vec<BTreeMap<&str, BTreeSet<&str>>> = terms.iter().map(|_| BTreeMap::new()).collect();
    for (i, term) in terms.iter().enumerate() {
        let term_at = &at / i;
        let list_at = &term_at / "matchLabelExpressions";
        let mut keys = BTreeMap::new();
        for (i, expression) in term.get("matchLabelExpressions").items().iter().enumerate() {
            let at = &list_at / i;
            let values = requirement(&at, expression, errors);
            let key = expression.get("key").str();
            if keys.insert(key, values).is_some() {
                errors.push(field::duplicate(&(&at / "key"), key));
            }
        }
        let before = seen.iter().filter(|other| **other == keys).count();
        for _ in 0..before {
            errors.push(field::duplicate(&list_at, ""));
        }
        seen.push(keys);
    }
}

/// Models `validateTopologySelectorLabelRequirement`.
fn requirement<'a>(at: &Path<'_>, expression: &'a Value, errors: &mut Errors) -> BTreeSet<&'a str> {
    let (list_at, mut values) = (at / "values", BTreeSet::new());
    let items = expression.get("values").items();
    if items.is_empty() {
        errors.push(field::required(&list_at, ""));
    }
    for (i, value) in items.iter().map(Value::str).enumerate() {
        if !values.insert(value) {
            errors.push(field::duplicate(&(&list_at / i), value));
        }
    }
    let key = expression.get("key").str();
    check::complain(&(at / "key"), key, names::label_key(key), errors);
    values
}

fn warnings(class: &Value) -> Vec<String> {
    let at = Path::new("allowedTopologies");
    let mut out = Vec::new();
    for (i, term) in class.get("allowedTopologies").items().iter().enumerate() {
        let term_at = &at / i;
        let at = &term_at / "matchLabelExpressions";
        for (i, expression) in term.get("matchLabelExpressions").items().iter().enumerate() {
            if let Some(text) = node_selector::deprecated_label(expression.get("key").str()) {
                out.push(format!("{}: {text}", &(&at / i) / "key"));
            }
        }
    }
    out
}
