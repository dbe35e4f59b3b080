//! How the pods of a kind spread over zones and nodes.
//!
//! Models `validateTopologySpreadConstraints` and `ValidateMatchLabelKeysAndMismatchLabelKeys` of
//! `pkg/apis/core/validation/validation.go`.

use super::Options;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::{check as rules, selector};
use alloc::collections::BTreeSet;
use alloc::format;

const ACTIONS: &[&str] = &["DoNotSchedule", "ScheduleAnyway"];
const NODE_POLICIES: &[&str] = &["Honor", "Ignore"];

pub(super) fn check(at: &Path<'_>, spec: &Value, options: &Options, errors: &mut Errors) {
    let constraints = spec.get("topologySpreadConstraints").items();
    for (i, constraint) in constraints.iter().enumerate() {
        let at = at / i;
        rules::positive(&(&at / "maxSkew"), constraint.get("maxSkew").int(), errors);
        let (key, action) = (constraint.get("topologyKey").str(), constraint.get("whenUnsatisfiable").str());
        if key.is_empty() {
            errors.push(field::required(&(&at / "topologyKey"), "can not be empty"));
        }
        rules::one_of(&(&at / "whenUnsatisfiable"), action, ACTIONS, errors);
        let same =
            |c: &Value| c.get("topologyKey").str() == key && c.get("whenUnsatisfiable").str() == action;
        if constraints.iter().skip(i + 1).any(same) {
            let at = &at / "{topologyKey, whenUnsatisfiable}";
            errors.push(field::duplicate(&at, format!("{{{key}, {action}}}")));
        }
        if let Some(domains) = constraint.get("minDomains").as_int() {
            let at = &at / "minDomains";
            rules::positive(&at, domains, errors);
            if action != "DoNotSchedule" {
                let detail =
                    format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}");
                errors.push(field::invalid(&at, domains, detail));
            }
        }
        for name in ["nodeAffinityPolicy", "nodeTaintsPolicy"] {
            rules::one_of_if_any(&(&at / name), constraint.get(name), NODE_POLICIES, errors);
        }
        if options.old_violates_match_label_keys {
            old_label_keys(&(&at / "matchLabelKeys"), constraint, errors);
        } else {
            check_label_keys(&at, constraint, errors);
        }
        if !options.allow_invalid_spread_selector {
            selector::check(&(&at / "labelSelector"), constraint.get("labelSelector"), errors);
        }
    }
}

/// The keys of labels whose values the pod's own labels give.
pub(super) fn check_label_keys(at: &Path<'_>, term: &Value, errors: &mut Errors) {
    let selector = term.get("labelSelector");
    for name in ["matchLabelKeys", "mismatchLabelKeys"] {
        let (at, keys) = (at / name, term.get(name).items());
        if keys.is_empty() {
            continue;
        }
        if selector.is_null() {
            let detail = "must not be specified when labelSelector is not set";
            errors.push(field::forbidden(&at, detail));
            continue;
        }
        for (i, key) in keys.iter().enumerate() {
            rules::complain(&(&at / i), key.str(), names::label_key(key.str()), errors);
        }
    }
    let (matching, mismatching) = (term.get("matchLabelKeys").items(), term.get("mismatchLabelKeys").items());
    if matching.is_empty() {
        return;
    }
    // A key may be in an expression once: the API server puts it there itself.
    let mut seen: BTreeSet<&str> =
        selector.get("matchLabels").entries().iter().map(|(k, _)| k.as_str()).collect();
    for expression in selector.get("matchExpressions").items() {
        let key = expression.get("key").str();
        let place = matching.iter().rposition(|k| k.str() == key);
        if let Some(i) = place.filter(|_| seen.contains(key)) {
            errors.push(field::invalid(&(at / i), key, "exists in both matchLabelKeys and labelSelector"));
        }
        seen.insert(key);
    }
    let at = at / "matchLabelKeys";
    for (i, key) in matching.iter().enumerate().filter(|(_, k)| mismatching.contains(k)) {
        let detail = "exists in both matchLabelKeys and mismatchLabelKeys";
        errors.push(field::invalid(&(&at / i), key, detail));
    }
}

/// The same as it was before keys were merged into the selector.
///
/// Models `ValidateMatchLabelKeysInTopologySpread`.
fn old_label_keys(at: &Path<'_>, constraint: &Value, errors: &mut Errors) {
    let (keys, selector) = (constraint.get("matchLabelKeys").items(), constraint.get("labelSelector"));
    if keys.is_empty() {
        return;
    }
    if selector.is_null() {
        errors.push(field::forbidden(at, "must not be specified when labelSelector is not set"));
    }
    let expressions = selector.get("matchExpressions").items();
    for (i, key) in keys.iter().enumerate() {
        let (at, key) = (at / i, key.str());
        rules::complain(&at, key, names::label_key(key), errors);
        let taken = selector.get("matchLabels").find(key).is_some()
            || expressions.iter().any(|e| e.get("key").str() == key);
        if taken {
            errors.push(field::invalid(&at, key, "exists in both matchLabelKeys and labelSelector"));
        }
    }
}

fn any_wrong(spec: &Value, check: fn(&Path<'_>, &Value, &mut Errors)) -> bool {
    let mut errors = Errors::new();
    let constraints = spec.get("topologySpreadConstraints").items();
    constraints.iter().for_each(|c| check(&Path::ROOT, c, &mut errors));
    !errors.is_empty()
}

/// Models `hasInvalidTopologySpreadConstraintLabelSelector`.
pub(super) fn has_invalid_selector(spec: &Value) -> bool {
    any_wrong(spec, |at, c, errors| selector::check(at, c.get("labelSelector"), errors))
}

/// Models `hasInvalidTopologySpreadConstrainMatchLabelKeys`.
pub(super) fn has_invalid_label_keys(spec: &Value) -> bool {
    any_wrong(spec, check_label_keys)
}
