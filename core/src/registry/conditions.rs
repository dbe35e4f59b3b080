//! Conditions as `metav1.Condition` has them.
//!
//! Models `k8s.io/apimachinery/pkg/apis/meta/v1/validation: ValidateConditions`.

use super::check;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use alloc::collections::BTreeSet;

const STATUSES: &[&str] = &["False", "True", "Unknown"];
const REASON_MAX: usize = 1024;
const MESSAGE_MAX: usize = 32 * 1024;

pub(super) fn check(at: &Path<'_>, conditions: &Value, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for (i, condition) in conditions.items().iter().enumerate() {
        let (at, kind) = (at / i, condition.get("type").str());
        if !seen.insert(kind) {
            errors.push(field::duplicate(&at, kind));
        }
        check_one(&at, condition, errors);
    }
}

fn check_one(at: &Path<'_>, condition: &Value, errors: &mut Errors) {
    match condition.get("type").str() {
        "" => errors.push(field::required(&(at / "type"), "is required")),
        kind => check::complain(&(at / "type"), kind, names::label_key(kind), errors),
    }
    check::required_one_of(&(at / "status"), condition.get("status").str(), STATUSES, errors);
    let generation = condition.get("observedGeneration").int();
    if generation < 0 {
        let detail = "must be greater than or equal to zero";
        errors.push(field::invalid(&(at / "observedGeneration"), generation, detail));
    }
    check::required(condition, "lastTransitionTime", at, errors);
    let (reason_at, reason) = (at / "reason", condition.get("reason").str());
    if reason.is_empty() {
        errors.push(field::required(&reason_at, ""));
    } else {
        check::complain(&reason_at, reason, names::condition_reason(reason), errors);
        if reason.len() > REASON_MAX {
            errors.push(field::too_long(&reason_at, REASON_MAX));
        }
    }
    if condition.get("message").str().len() > MESSAGE_MAX {
        errors.push(field::too_long(&(at / "message"), MESSAGE_MAX));
    }
}
