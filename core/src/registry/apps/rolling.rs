//! How many pods may be missing or extra while they are replaced: a number or a percentage.
//!
//! Models `ValidatePositiveIntOrPercent` and `IsNotMoreThan100Percent` of `pkg/apis/apps/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check;

/// A number that is not negative, or a percentage.
pub(in crate::registry) fn number_or_percent(at: &Path<'_>, value: &Value, errors: &mut Errors) {
    match value {
        Value::Text(text) => check::complain(at, value, names::percent(text), errors),
        number => check::non_negative(at, number.int(), errors),
    }
}

pub(in crate::registry) fn at_most_all(at: &Path<'_>, value: &Value, errors: &mut Errors) {
    if percent(value).is_some_and(|percent| percent > 100) {
        errors.push(field::invalid(at, value, "must not be greater than 100%"));
    }
}

/// The number, of pods or of percents.
pub(super) fn amount(value: &Value) -> i64 {
    percent(value).unwrap_or_else(|| match value {
        Value::Text(text) => text.parse().unwrap_or(0),
        number => number.int(),
    })
}

fn percent(value: &Value) -> Option<i64> {
    let text = value.as_text().filter(|text| names::percent(text).is_empty())?;
    // A number that is too large is the largest, as for Go.
    text.strip_suffix('%').map(|digits| digits.parse().unwrap_or(i64::MAX))
}
