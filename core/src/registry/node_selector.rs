//! Node selectors: the terms that a pod's node, or the nodes of a volume, must match.
//!
//! Models `ValidateNodeSelector` of `pkg/apis/core/validation/validation.go` and `pkg/api/node/util.go`.

use super::check;
use crate::base::field::{self, Errors};
use crate::base::names;
use crate::base::{Path, Value};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Labels of nodes that are on their way out, and what there is to say about it.
const DEPRECATED: &[(&str, &str)] = &[
    ("beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead"),
    ("beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead"),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
    ("app.kubernetes.io/created-by", "deprecated since v1.9"),
    (
        "scheduler.alpha.kubernetes.io/preferAvoidPods",
        "deprecated since v1.22; use Taints and Tolerations instead",
    ),
    ("node-role.kubernetes.io/master", "use \"node-role.kubernetes.io/control-plane\" instead"),
];

/// `any_value`: an older version of the object has values that are no label values, and may keep them.
pub(super) fn check(at: &Path<'_>, selector: &Value, any_value: bool, errors: &mut Errors) {
    let (at, terms) = (at / "nodeSelectorTerms", selector.get("nodeSelectorTerms").items());
    if terms.is_empty() {
        errors.push(field::required(&at, "must have at least one node selector term"));
    }
    for (i, term) in terms.iter().enumerate() {
        check_term(&(&at / i), term, any_value, errors);
    }
}

/// Models `ValidateNodeSelectorTerm`.
pub(super) fn check_term(at: &Path<'_>, term: &Value, any_value: bool, errors: &mut Errors) {
    let expressions = at / "matchExpressions";
    for (i, requirement) in term.get("matchExpressions").items().iter().enumerate() {
        label_requirement(&(&expressions / i), requirement, any_value, errors);
    }
    let fields = at / "matchFields";
    for (i, requirement) in term.get("matchFields").items().iter().enumerate() {
        field_requirement(&(&fields / i), requirement, errors);
    }
}

fn label_requirement(at: &Path<'_>, requirement: &Value, any_value: bool, errors: &mut Errors) {
    let (operator, values) = (requirement.get("operator").str(), requirement.get("values").items());
    let values_at = at / "values";
    match operator {
        "In" | "NotIn" if values.is_empty() => {
            let detail = "must be specified when `operator` is 'In' or 'NotIn'";
            errors.push(field::required(&values_at, detail));
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.push(field::forbidden(&values_at, detail));
        }
        "Gt" | "Lt" if values.len() != 1 => {
            let detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
            errors.push(field::required(&values_at, detail));
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        other => errors.push(field::invalid(&(at / "operator"), other, "not a valid selector operator")),
    }
    let key = requirement.get("key").str();
    check::complain(&(at / "key"), key, names::label_key(key), errors);
    if !any_value {
        for (i, value) in values.iter().enumerate() {
            check::complain(&(&values_at / i), value.str(), names::label_value(value.str()), errors);
        }
    }
}

fn field_requirement(at: &Path<'_>, requirement: &Value, errors: &mut Errors) {
    let (operator, values) = (requirement.get("operator").str(), requirement.get("values").items());
    match operator {
        "In" | "NotIn" if values.len() == 1 => {}
        "In" | "NotIn" => {
            let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
            errors.push(field::required(&(at / "values"), detail));
        }
        other => errors.push(field::invalid(&(at / "operator"), other, "not a valid selector operator")),
    }
    match requirement.get("key").str() {
        "metadata.name" => {
            let at = at / "values";
            for (i, value) in values.iter().enumerate() {
                let complaints = names::dns1123_subdomain(value.str());
                check::complain(&(&at / i), value.str(), complaints, errors);
            }
        }
        key => errors.push(field::invalid(&(at / "key"), key, "not a valid field selector key")),
    }
}

/// Whether a value of its expressions is no label value.
///
/// Models `HasInvalidLabelValueInNodeSelectorTerms`.
pub(super) fn has_invalid_value(selector: &Value) -> bool {
    let terms = selector.get("nodeSelectorTerms").items().iter();
    let values = terms.flat_map(|t| t.get("matchExpressions").items()).flat_map(|e| e.get("values").items());
    values.into_iter().any(|v| !names::label_value(v.str()).is_empty())
}

/// What there is to say about a label of nodes that is on its way out.
pub(super) fn deprecated_label(key: &str) -> Option<&'static str> {
    DEPRECATED.iter().find(|(label, _)| *label == key).map(|(_, text)| *text)
}

/// Models `GetWarningsForNodeSelectorTerm`.
pub(super) fn term_warnings(at: &Path<'_>, term: &Value, check_values: bool, out: &mut Vec<String>) {
    let at = at / "matchExpressions";
    for (i, expression) in term.get("matchExpressions").items().iter().enumerate() {
        let at = &at / i;
        let key = expression.get("key").str();
        if let Some(text) = deprecated_label(key) {
            out.push(format!("{}: {key} is {text}", &at / "key"));
        }
        if check_values {
            let at = &at / "values";
            for (i, value) in expression.get("values").items().iter().enumerate() {
                let complaints = names::label_value(value.str());
                out.extend(
                    complaints.iter().map(|c| format!("{}: {} is invalid, {c}", &at / i, value.str())),
                );
            }
        }
    }
}

/// Models `GetWarningsForNodeSelector`, for a label selector of nodes.
pub(super) fn selector_warnings(at: &Path<'_>, selector: &Value, out: &mut Vec<String>) {
    let expressions = at / "matchExpressions";
    for (i, expression) in selector.get("matchExpressions").items().iter().enumerate() {
        let key = expression.get("key").str();
        if let Some(text) = deprecated_label(key) {
            out.push(format!("{}: {key} is {text}", &(&expressions / i) / "key"));
        }
    }
    let labels = at / "matchLabels";
    for (key, _) in selector.get("matchLabels").entries() {
        if let Some(text) = deprecated_label(key) {
            out.push(format!("{}: {text}", &labels / key.as_str()));
        }
    }
}
