//! The taints that a pod tolerates, and the effects of taints.
//!
//! Models `ValidateTolerations` of `pkg/apis/core/validation/validation.go`.

use super::Options;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use alloc::format;

pub(in crate::registry) const EFFECTS: &[&str] = &["NoSchedule", "PreferNoSchedule", "NoExecute"];
const OPERATORS: &[&str] = &["Equal", "Exists"];
const ALL_OPERATORS: &[&str] = &["Equal", "Exists", "Lt", "Gt"];

pub(in crate::registry) fn check(at: &Path<'_>, tolerations: &Value, options: &Options, errors: &mut Errors) {
    for (i, toleration) in tolerations.items().iter().enumerate() {
        check_one(&(at / i), toleration, options, errors);
    }
}

fn check_one(at: &Path<'_>, toleration: &Value, options: &Options, errors: &mut Errors) {
    let text = |name: &str| toleration.get(name).str();
    let (key, operator, value, effect) = (text("key"), text("operator"), text("value"), text("effect"));
    let operator_at = at / "operator";
    if !key.is_empty() {
        rules::complain(&(at / "key"), key, names::label_key(key), errors);
    } else if operator != "Exists" {
        let detail =
            "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
        errors.push(field::invalid(&operator_at, operator, detail));
    }
    if !toleration.get("tolerationSeconds").is_null() && effect != "NoExecute" {
        let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        errors.push(field::invalid(&(at / "effect"), effect, detail));
    }
    match operator {
        "Equal" | "" => {
            let complaints = names::label_value(value);
            if !complaints.is_empty() {
                errors.push(field::invalid(&operator_at, value, complaints.join(";")));
            }
        }
        "Exists" if value.is_empty() => {}
        "Exists" => {
            let detail = "value must be empty when `operator` is 'Exists'";
            errors.push(field::invalid(&operator_at, value, detail));
        }
        "Lt" | "Gt" if options.allow_comparing_tolerations => compared(&(at / "value"), value, errors),
        "Lt" | "Gt" => errors.push(field::not_supported(&operator_at, operator, ALL_OPERATORS)),
        other => errors.push(field::not_supported(&operator_at, other, OPERATORS)),
    }
    if !effect.is_empty() {
        rules::one_of(&(at / "effect"), effect, EFFECTS, errors);
    }
}

/// A value that is compared is a whole number as it is usually written.
fn compared(at: &Path<'_>, value: &str, errors: &mut Errors) {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if value.is_empty() {
        errors.push(field::invalid(at, value, names::EMPTY_ERROR));
    } else if !plain || digits.starts_with('0') && value != "0" {
        let detail = "must be a valid decimal integer in canonical form";
        errors.push(field::invalid(at, value, detail));
    }
    if value.parse::<i64>().is_err() {
        let what = if plain { "value out of range" } else { "invalid syntax" };
        let detail = format!("strconv.ParseInt: parsing {}: {what}", field::quoted(value));
        errors.push(field::invalid(at, value, detail));
    }
}

/// Models `validateOnlyAddedTolerations`: old ones may change nothing but how long they last.
pub(super) fn only_added(at: &Path<'_>, new: &Value, old: &Value, options: &Options, errors: &mut Errors) {
    let same = |a: &Value, b: &Value| {
        ["key", "operator", "value", "effect"].iter().all(|name| a.get(name).str() == b.get(name).str())
    };
    if old.items().iter().any(|o| !new.items().iter().any(|n| same(n, o))) {
        let detail = "existing toleration can not be modified except its tolerationSeconds";
        errors.push(field::forbidden(at, detail));
        return;
    }
    check(at, new, options, errors);
}
