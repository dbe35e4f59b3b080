//! Where a pod wants to be: near what, far from what, on which nodes.
//!
//! Models `validateAffinity` of `pkg/apis/core/validation/validation.go`.

use super::{Options, topology};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::{check as rules, node_selector, selector};

pub(super) const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
pub(super) const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

pub(super) fn check(at: &Path<'_>, affinity: &Value, options: &Options, errors: &mut Errors) {
    if affinity.is_null() {
        return;
    }
    node(&(at / "nodeAffinity"), affinity.get("nodeAffinity"), options, errors);
    for name in ["podAffinity", "podAntiAffinity"] {
        pods(&(at / name), affinity.get(name), options, errors);
    }
}

fn node(at: &Path<'_>, affinity: &Value, options: &Options, errors: &mut Errors) {
    if let Some(required) = affinity.find(REQUIRED) {
        let any_value = options.allow_invalid_node_affinity_values;
        node_selector::check(&(at / REQUIRED), required, any_value, errors);
    }
    let at = at / PREFERRED;
    for (i, term) in affinity.get(PREFERRED).items().iter().enumerate() {
        let at = &at / i;
        weight(&at, term, errors);
        node_selector::check_term(&(&at / "preference"), term.get("preference"), true, errors);
    }
}

fn pods(at: &Path<'_>, affinity: &Value, options: &Options, errors: &mut Errors) {
    let required = at / REQUIRED;
    for (i, term) in affinity.get(REQUIRED).items().iter().enumerate() {
        pod_term(&(&required / i), term, options, errors);
    }
    let preferred = at / PREFERRED;
    for (i, term) in affinity.get(PREFERRED).items().iter().enumerate() {
        let at = &preferred / i;
        weight(&at, term, errors);
        pod_term(&(&at / "podAffinityTerm"), term.get("podAffinityTerm"), options, errors);
    }
}

fn weight(at: &Path<'_>, term: &Value, errors: &mut Errors) {
    let weight = term.get("weight").int();
    if !(1..=100).contains(&weight) {
        errors.push(field::invalid(&(at / "weight"), weight, "must be in the range 1-100"));
    }
}

fn pod_term(at: &Path<'_>, term: &Value, options: &Options, errors: &mut Errors) {
    let any_value = options.allow_invalid_affinity_values;
    selectors(at, term, any_value, errors);
    for name in term.get("namespaces").items() {
        let complaints = names::dns1123_label(name.str());
        rules::complain(&(at / "namespace"), name.str(), complaints, errors);
    }
    topology::check_label_keys(at, term, errors);
    let key = term.get("topologyKey").str();
    if key.is_empty() {
        errors.push(field::required(&(at / "topologyKey"), "can not be empty"));
    }
    rules::complain(&(at / "topologyKey"), key, names::label_key(key), errors);
}

fn selectors(at: &Path<'_>, term: &Value, any_value: bool, errors: &mut Errors) {
    for name in ["labelSelector", "namespaceSelector"] {
        selector::check_with(&(at / name), term.get(name), any_value, errors);
    }
}

/// All terms about pods.
pub(super) fn pod_terms(spec: &Value) -> impl Iterator<Item = &Value> {
    let kinds = ["podAffinity", "podAntiAffinity"].into_iter().map(|name| spec.get("affinity").get(name));
    kinds.flat_map(|kind| {
        let preferred = kind.get(PREFERRED).items().iter().map(|t| t.get("podAffinityTerm"));
        kind.get(REQUIRED).items().iter().chain(preferred)
    })
}

/// Models `hasInvalidLabelValueInAffinitySelector`.
pub(super) fn has_invalid_selector(spec: &Value) -> bool {
    let mut errors = Errors::new();
    pod_terms(spec).for_each(|term| selectors(&Path::ROOT, term, false, &mut errors));
    !errors.is_empty()
}
