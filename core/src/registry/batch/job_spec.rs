//! The spec of a Job, its own or in a CronJob.
//!
//! Models `validateJobSpec` of `pkg/apis/batch/validation/validation.go`.

use super::{failure_policy, success_policy};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::apps::counts;
use crate::registry::check as rules;
use crate::registry::pod::{Options, template};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const SUCCESS_POLICY_TYPE: &str = "io.k8s.api.batch.v1.SuccessPolicy";
const MODES: &[&str] = &["NonIndexed", "Indexed"];
const REPLACEMENT_POLICIES: &[&str] = &["Failed", "TerminatingOrFailed"];
const COUNTS: &[&str] = &[
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
];
/// The most that an Indexed Job may run at once, and may have fail: its status must be able to name them.
const INDEXED_MAX: i64 = 100_000;
/// With more completions than this, less may run at once, and less may fail.
const COMPLETIONS_MANY: i64 = 100_000;
const MAX_WITH_MANY: i64 = 10_000;
const MANAGER_MAX: usize = 63;

pub(super) fn check(at: &Path<'_>, spec: &Value, options: &Options, errors: &mut Errors) {
    counts::non_negative(at, spec, COUNTS, errors);
    let indexed = is_indexed(spec);
    if !spec.get("maxFailedIndexes").is_null() && spec.get("backoffLimitPerIndex").is_null() {
        let detail = "when maxFailedIndexes is specified";
        errors.push(field::required(&(at / "backoffLimitPerIndex"), detail));
    }
    managed_by(&(at / "managedBy"), spec.get("managedBy"), errors);
    rules::one_of_if_any(&(at / "completionMode"), spec.get("completionMode"), MODES, errors);
    if indexed {
        check_indexed(at, spec, errors);
    }
    if matches!(spec.get("completionMode").str(), "" | "NonIndexed") {
        for name in ["backoffLimitPerIndex", "maxFailedIndexes"] {
            if let Some(number) = spec.get(name).as_int() {
                errors.push(field::invalid(&(at / name), number, "requires indexed completion mode"));
            }
        }
    }
    let fails = spec.get("podFailurePolicy");
    if !fails.is_null() {
        failure_policy::check(&(at / "podFailurePolicy"), spec, errors);
    }
    let (success_at, success) = (at / "successPolicy", spec.get("successPolicy"));
    if !success.is_null() {
        if indexed {
            success_policy::check(&success_at, success, spec.get("completions").int(), errors);
        } else {
            let error = field::invalid(&success_at, success, "requires indexed completion mode");
            errors.push(error.of_type(SUCCESS_POLICY_TYPE));
        }
    }
    let supported = if fails.is_null() { REPLACEMENT_POLICIES } else { &["Failed"] };
    rules::one_of_if_any(&(at / "podReplacementPolicy"), spec.get("podReplacementPolicy"), supported, errors);
    template::check(&(at / "template"), spec.get("template"), options, errors);
    let policy = spec.at(&["template", "spec", "restartPolicy"]).str();
    restart_policy(&(at / "template.spec.restartPolicy"), policy, !fails.is_null(), errors);
}

pub(super) fn is_indexed(spec: &Value) -> bool {
    spec.get("completionMode").str() == "Indexed"
}

/// Models `IsDomainPrefixedPath`.
fn managed_by(at: &Path<'_>, manager: &Value, errors: &mut Errors) {
    let Some(name) = manager.as_text() else { return };
    match name.split_once('/') {
        _ if name.is_empty() => errors.push(field::required(at, "")),
        Some((domain, path)) if !domain.is_empty() && !path.is_empty() => {
            rules::complain(at, domain, names::dns1123_subdomain(domain), errors);
            rules::complain(at, path, names::http_path(path), errors);
        }
        _ => {
            let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            errors.push(field::invalid(at, name, detail));
        }
    }
    if name.len() > MANAGER_MAX {
        errors.push(field::too_long(at, MANAGER_MAX));
    }
}

fn check_indexed(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    let number = |name: &str| spec.get(name).as_int();
    let (completions, failed) = (number("completions"), number("maxFailedIndexes"));
    if completions.is_none() {
        errors.push(field::required(&(at / "completions"), "when completion mode is Indexed"));
    }
    let mut at_most = |name: &str, limit: i64, detail: String| {
        if let Some(n) = number(name).filter(|n| *n > limit) {
            errors.push(field::invalid(&(at / name), n, detail));
        }
    };
    let limit = format!("must be less than or equal to {INDEXED_MAX}");
    at_most("parallelism", INDEXED_MAX, format!("{limit} when completion mode is Indexed"));
    if let Some(completions) = completions {
        at_most("maxFailedIndexes", completions, "must be less than or equal to completions".into());
    }
    at_most("maxFailedIndexes", INDEXED_MAX, limit);
    if completions.is_some_and(|n| n > COMPLETIONS_MANY) && number("backoffLimitPerIndex").is_some() {
        if failed.is_none() {
            let detail = format!("must be specified when completions is above {COMPLETIONS_MANY}");
            errors.push(field::required(&(at / "maxFailedIndexes"), detail));
        }
        for name in ["parallelism", "maxFailedIndexes"] {
            if let Some(n) = number(name).filter(|n| *n > MAX_WITH_MANY) {
                let detail = format!(
                    "must be less than or equal to {MAX_WITH_MANY} when completions are above {COMPLETIONS_MANY} and used with backoff limit per index"
                );
                errors.push(field::invalid(&(at / name), n, detail));
            }
        }
    }
}

/// A Job's pods end, one way or the other.
fn restart_policy(at: &Path<'_>, policy: &str, fails: bool, errors: &mut Errors) {
    match policy {
        "" | "Always" => {
            errors.push(field::required(at, "valid values: \"OnFailure\", \"Never\""));
        }
        "OnFailure" if fails => {
            let detail = "only \"Never\" is supported when podFailurePolicy is specified";
            errors.push(field::invalid(at, policy, detail));
        }
        other => rules::one_of(at, other, &["OnFailure", "Never"], errors),
    }
}

/// What a spec at `at` warns of.
///
/// Models `WarningsForJobSpec` of `pkg/api/job/warnings.go`.
pub(super) fn warnings(at: &Path<'_>, spec: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let number = |name: &str| spec.get(name).int();
    if is_indexed(spec) && number("completions") > COMPLETIONS_MANY && number("parallelism") > MAX_WITH_MANY {
        out.push(format!(
            "{at}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        ));
    }
    out.extend(template::warnings(&(at / "template"), spec.get("template")));
    out
}
