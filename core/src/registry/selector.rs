//! Label selectors in specs.
//!
//! Models `k8s.io/apimachinery/pkg/apis/meta/v1/validation: ValidateLabelSelector`.

use super::{check, meta};
use crate::base::field::{self, Errors};
use crate::base::names;
use crate::base::{Path, Selector, Value};

/// A selector, if there is one.
pub(super) fn check(at: &Path<'_>, selector: &Value, errors: &mut Errors) {
    check_with(at, selector, false, errors);
}

/// The same where an older version of the object has values that are wrong, and may keep them.
pub(super) fn check_with(at: &Path<'_>, selector: &Value, any_value: bool, errors: &mut Errors) {
    if selector.is_null() {
        return;
    }
    meta::check_labels(selector.get("matchLabels"), &(at / "matchLabels"), errors);
    let at = at / "matchExpressions";
    for (i, expression) in selector.get("matchExpressions").items().iter().enumerate() {
        requirement(&(&at / i), expression, any_value, errors);
    }
}

/// What a selector selects; none where it is wrong.
///
/// Models `LabelSelectorAsSelector`.
pub(super) fn parse(selector: &Value) -> Option<Selector> {
    let mut errors = Errors::new();
    check(&Path::ROOT, selector, &mut errors);
    errors.is_empty().then(|| Selector::from_spec(selector))
}

/// Whether a value of its expressions is no label value.
///
/// Models `LabelSelectorHasInvalidLabelValue`.
pub(super) fn has_invalid_value(selector: &Value) -> bool {
    let values = selector.get("matchExpressions").items().iter().flat_map(|e| e.get("values").items());
    values.into_iter().any(|v| !names::label_value(v.str()).is_empty())
}

fn requirement(at: &Path<'_>, expression: &Value, any_value: bool, errors: &mut Errors) {
    if !operands(at, expression, errors) {
        let operator = expression.get("operator").str();
        errors.push(field::invalid(&(at / "operator"), operator, "not a valid selector operator"));
    }
    key_and_values(at, expression, any_value, errors);
}

/// A requirement of labels or fields in a question about access, whose operator may be one that is not known yet.
pub(super) fn asked(at: &Path<'_>, expression: &Value, labels: bool, errors: &mut Errors) {
    if !labels && expression.get("key").is_empty() {
        errors.push(field::required(&(at / "key"), "must be specified"));
    }
    operands(at, expression, errors);
    if labels {
        key_and_values(at, expression, false, errors);
    }
}

/// The values are as many as the operator takes; whether it is known.
fn operands(at: &Path<'_>, expression: &Value, errors: &mut Errors) -> bool {
    let (operator, values) = (expression.get("operator").str(), expression.get("values").items());
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
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        _ => return false,
    }
    true
}

fn key_and_values(at: &Path<'_>, expression: &Value, any_value: bool, errors: &mut Errors) {
    let (values, values_at) = (expression.get("values").items(), at / "values");
    let key = expression.get("key").str();
    check::complain(&(at / "key"), key, names::label_key(key), errors);
    if !any_value {
        for (i, value) in values.iter().enumerate() {
            check::complain(&(&values_at / i), value.str(), names::label_value(value.str()), errors);
        }
    }
}
