//! How fast an autoscaler may go up and down.
//!
//! Models `GenerateHPAScaleUpRules` of `pkg/apis/autoscaling/v2/defaults.go` and `validateBehavior` of
//! `pkg/apis/autoscaling/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::{check as rules, resources};
use alloc::format;

const WINDOW_MAX: i64 = 3600;
const PERIOD_MAX: i64 = 1800;
const SELECT_POLICIES: &[&str] = &["Disabled", "Max", "Min"];
const POLICY_TYPES: &[&str] = &["Percent", "Pods"];

/// Once there is a behavior, it is complete.
pub(super) fn default(behavior: &mut Value) {
    let policy = |kind: &str, value: i64| {
        Value::map([("type", Value::text(kind)), ("value", value.into()), ("periodSeconds", 15.into())])
    };
    let mut complete = |name: &str, window: Option<i64>, policies: &[Value]| {
        let rules = behavior.entry(name);
        if let Some(window) = window {
            rules.set_default("stabilizationWindowSeconds", window);
        }
        rules.set_default("selectPolicy", "Max");
        rules.set_default("policies", policies.to_vec());
    };
    complete("scaleUp", Some(0), &[policy("Pods", 4), policy("Percent", 100)]);
    complete("scaleDown", None, &[policy("Percent", 100)]);
}

pub(super) fn check(at: &Path<'_>, behavior: &Value, errors: &mut Errors) {
    for name in ["scaleUp", "scaleDown"] {
        let rules = behavior.get(name);
        if !rules.is_null() {
            scaling_rules(&(at / name), rules, errors);
        }
    }
}

/// Models `validateScalingRules`.
fn scaling_rules(at: &Path<'_>, rules: &Value, errors: &mut Errors) {
    if let Some(window) = rules.get("stabilizationWindowSeconds").as_int() {
        let at = at / "stabilizationWindowSeconds";
        if window < 0 {
            errors.push(field::invalid(&at, window, "must be greater than or equal to zero"));
        }
        at_most(&at, window, WINDOW_MAX, errors);
    }
    rules::one_of_if_any(&(at / "selectPolicy"), rules.get("selectPolicy"), SELECT_POLICIES, errors);
    let (policies_at, policies) = (at / "policies", rules.get("policies").items());
    if policies.is_empty() {
        errors.push(field::required(&policies_at, "must specify at least one Policy"));
    }
    for (i, policy) in policies.iter().enumerate() {
        let at = &policies_at / i;
        rules::one_of(&(&at / "type"), policy.get("type").str(), POLICY_TYPES, errors);
        for name in ["value", "periodSeconds"] {
            rules::positive(&(&at / name), policy.get(name).int(), errors);
        }
        at_most(&(&at / "periodSeconds"), policy.get("periodSeconds").int(), PERIOD_MAX, errors);
    }
    if !rules.get("tolerance").is_null() {
        resources::non_negative(&(at / "tolerance"), rules.get("tolerance"), errors);
    }
}

fn at_most(at: &Path<'_>, number: i64, limit: i64, errors: &mut Errors) {
    if number > limit {
        errors.push(field::invalid(at, number, format!("must be less than or equal to {limit}")));
    }
}
