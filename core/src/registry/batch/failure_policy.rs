//! What a Job makes of a pod that failed.
//!
//! Models `validatePodFailurePolicy` of `pkg/apis/batch/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const RULES_MAX: usize = 20;
const EXIT_CODES_MAX: usize = 255;
const PATTERNS_MAX: usize = 20;
const ACTIONS: &[&str] = &["Count", "FailIndex", "FailJob", "Ignore"];
const OPERATORS: &[&str] = &["In", "NotIn"];
const STATUSES: &[&str] = &["False", "True", "Unknown"];

pub(super) fn check(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    let (at, list) = (at / "rules", spec.at(&["podFailurePolicy", "rules"]).items());
    if list.len() > RULES_MAX {
        errors.push(field::too_many(&at, list.len(), RULES_MAX));
    }
    let pod = spec.at(&["template", "spec"]);
    let containers = pod.get("containers").items().iter().chain(pod.get("initContainers").items());
    let containers: BTreeSet<&str> = containers.map(|c| c.get("name").str()).collect();
    for (i, rule) in list.iter().enumerate() {
        check_rule(&(&at / i), rule, spec, &containers, errors);
    }
}

fn check_rule(at: &Path<'_>, rule: &Value, spec: &Value, containers: &BTreeSet<&str>, errors: &mut Errors) {
    let (action_at, action) = (at / "action", rule.get("action").str());
    if action == "FailIndex" {
        if spec.get("backoffLimitPerIndex").is_null() {
            errors.push(field::invalid(&action_at, action, "requires the backoffLimitPerIndex to be set"));
        }
    } else {
        chosen(&action_at, action, ACTIONS, errors);
    }
    let (codes, conditions) = (rule.get("onExitCodes"), rule.get("onPodConditions"));
    if !codes.is_null() {
        exit_codes(&(at / "onExitCodes"), codes, containers, errors);
    }
    if !conditions.is_empty() {
        pod_conditions(&(at / "onPodConditions"), conditions.items(), errors);
    }
    let detail = match (!codes.is_null(), !conditions.is_empty()) {
        (true, true) => "specifying both OnExitCodes and OnPodConditions is not supported",
        (false, false) => "specifying one of OnExitCodes and OnPodConditions is required",
        _ => return,
    };
    errors.push(field::invalid(at, Value::Null, detail).without_value());
}

/// One of `supported`, which the error lists where there is none at all, too.
fn chosen(at: &Path<'_>, text: &str, supported: &[&str], errors: &mut Errors) {
    if text.is_empty() {
        let all = supported.iter().map(|s| field::quoted(s)).collect::<Vec<String>>().join(" ");
        errors.push(field::required(at, format!("valid values: [{all}]")));
    } else {
        rules::one_of(at, text, supported, errors);
    }
}

fn exit_codes(at: &Path<'_>, codes: &Value, containers: &BTreeSet<&str>, errors: &mut Errors) {
    let operator = codes.get("operator").str();
    chosen(&(at / "operator"), operator, OPERATORS, errors);
    if let Some(name) =
        codes.get("containerName").as_text().filter(|name| !containers.contains(name.as_str()))
    {
        let detail = "must be one of the container or initContainer names in the pod template";
        errors.push(field::invalid(&(at / "containerName"), name, detail));
    }
    let (at, values) = (at / "values", codes.get("values"));
    let numbers = values.items().iter().map(Value::int).collect::<Vec<_>>();
    if numbers.is_empty() {
        errors.push(field::invalid(&at, values, "at least one value is required"));
    } else if numbers.len() > EXIT_CODES_MAX {
        errors.push(field::too_many(&at, numbers.len(), EXIT_CODES_MAX));
    }
    let mut seen = BTreeSet::new();
    for (i, number) in numbers.iter().enumerate() {
        if operator == "In" && *number == 0 {
            errors.push(field::invalid(&(&at / i), 0, "must not be 0 for the In operator"));
        }
        if !seen.insert(number) {
            errors.push(field::duplicate(&(&at / i), *number));
        }
    }
    if !numbers.is_sorted() {
        errors.push(field::invalid(&at, values, "must be ordered"));
    }
}

fn pod_conditions(at: &Path<'_>, patterns: &[Value], errors: &mut Errors) {
    if patterns.len() > PATTERNS_MAX {
        errors.push(field::too_many(at, patterns.len(), PATTERNS_MAX));
    }
    for (i, pattern) in patterns.iter().enumerate() {
        let (at, kind) = (at / i, pattern.get("type").str());
        rules::complain(&(&at / "type"), kind, names::label_key(kind), errors);
        chosen(&(&at / "status"), pattern.get("status").str(), STATUSES, errors);
    }
}
