//! A PodDisruptionBudget.
//!
//! Models `pkg/registry/policy/poddisruptionbudget` and `pkg/apis/policy/validation/validation.go`.

use super::apps::{counts, rolling};
use super::strategy::{GENERIC, Strategy};
use super::{check, conditions, edit, selector};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "poddisruptionbudgets.policy",
    name: names::path_segment,
    prepare_create: |budget| strip_label(budget),
    prepare_update: |budget, old| {
        if budget.at(&["spec", "selector"]) != old.at(&["spec", "selector"]) {
            strip_label(budget);
        }
    },
    validate: |budget| check_spec(budget.get("spec"), false),
    validate_update: |budget, old| {
        let was = old.at(&["spec", "selector"]);
        check_spec(budget.get("spec"), !was.is_null() && selector::parse(was).is_none())
    },
    validate_status: |budget, _| {
        let (status, mut errors) = (budget.get("status"), Errors::new());
        conditions::check(&(&counts::STATUS / "conditions"), status.get("conditions"), &mut errors);
        counts::non_negative(&counts::STATUS, status, COUNTS, &mut errors);
        errors
    },
    generation: true,
    unconditional_update: false,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const SPEC_TYPE: &str = "io.k8s.api.policy.v1.PodDisruptionBudgetSpec";
const COUNTS: &[&str] = &["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"];
const EVICTION_POLICIES: &[&str] = &["AlwaysAllow", "IfHealthyBudget"];
/// By this label an older version said that an empty selector selects all, or nothing.
const OLD_LABEL: &str = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";

/// The label stands for a whole selector, and never beside something else.
fn strip_label(budget: &mut Value) {
    let selector = budget.at(&["spec", "selector"]);
    let expressions = selector.get("matchExpressions").items();
    let is_label = |e: &Value| e.get("key").str() == OLD_LABEL;
    let is_alone = selector.get("matchLabels").is_empty()
        && matches!(expressions, [one] if is_label(one) && one.get("operator").str() == "Exists" && one.get("values").is_empty());
    if is_alone || !expressions.iter().any(is_label) {
        return;
    }
    edit::member(budget, "spec", |spec| {
        edit::member(spec, "selector", |selector| {
            selector.entry("matchExpressions").list_mut().retain(|e| !is_label(e));
        });
    });
}

/// Models `ValidatePodDisruptionBudgetSpec`.
fn check_spec(spec: &Value, any_value: bool) -> Errors {
    let mut errors = Errors::new();
    let numbers = ["minAvailable", "maxUnavailable"];
    if numbers.iter().all(|name| !spec.get(name).is_null()) {
        let detail = "minAvailable and maxUnavailable cannot be both set";
        errors.push(field::invalid(&SPEC, spec, detail).of_type(SPEC_TYPE));
    }
    for name in numbers.iter().filter(|name| !spec.get(name).is_null()) {
        rolling::number_or_percent(&(&SPEC / *name), spec.get(name), &mut errors);
        rolling::at_most_all(&(&SPEC / *name), spec.get(name), &mut errors);
    }
    selector::check_with(&(&SPEC / "selector"), spec.get("selector"), any_value, &mut errors);
    let (at, policy) = (&SPEC / "unhealthyPodEvictionPolicy", spec.get("unhealthyPodEvictionPolicy"));
    check::one_of_if_any(&at, policy, EVICTION_POLICIES, &mut errors);
    errors
}
