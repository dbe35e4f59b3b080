//! When an Indexed Job has succeeded, though not all of its indexes have.
//!
//! Models `validateSuccessPolicy` of `pkg/apis/batch/validation/validation.go`.

use super::indexes;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::check as rules;
use alloc::format;

const RULES_MAX: usize = 20;
const INDEXES_MAX: usize = 64 * 1024;

pub(super) fn check(at: &Path<'_>, policy: &Value, completions: i64, errors: &mut Errors) {
    let (at, list) = (at / "rules", policy.get("rules").items());
    if list.is_empty() {
        let detail = "at least one rules must be specified when the successPolicy is specified";
        errors.push(field::required(&at, detail));
    }
    if list.len() > RULES_MAX {
        errors.push(field::too_many(&at, list.len(), RULES_MAX));
    }
    for (i, rule) in list.iter().enumerate() {
        check_rule(&(&at / i), rule, completions, errors);
    }
}

fn check_rule(at: &Path<'_>, rule: &Value, completions: i64, errors: &mut Errors) {
    let (names, number) = (rule.get("succeededIndexes"), rule.get("succeededCount").as_int());
    if names.is_null() && number.is_none() {
        let detail = "at least one of succeededCount or succeededIndexes must be specified";
        errors.push(field::required(at, detail));
    }
    let mut named = 0;
    if let Some(text) = names.as_text() {
        let at = at / "succeededIndexes";
        if text.len() > INDEXES_MAX {
            errors.push(field::too_long(&at, INDEXES_MAX));
        }
        match indexes::count(text, completions) {
            Ok(count) => named = count,
            Err(why) => {
                let detail = format!("error parsing succeededIndexes: {why}");
                errors.push(field::invalid(&at, names, detail));
            }
        }
    }
    let Some(number) = number else { return };
    let at = at / "succeededCount";
    rules::non_negative(&at, number, errors);
    let mut at_most = |limit: i64, of: &str| {
        if number > limit {
            let detail = format!("must be less than or equal to {limit} (the number of {of})");
            errors.push(field::invalid(&at, number, detail));
        }
    };
    at_most(completions, "specified completions");
    if !names.is_null() {
        at_most(named, "indexes in the specified succeededIndexes field");
    }
}
