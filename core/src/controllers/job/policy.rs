//! Failures that do not count, or that end the Job; and successes that are enough.
//!
//! Models `pkg/controller/job/pod_failure_policy.go` and `success_policy.go`.

use super::{Job, has_failed, indexes};
use crate::base::Value;
use crate::store::Object;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;

/// What the policy says of a pod that has failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Counts,
    Ignored,
    /// The Job has failed; why.
    EndsJob(String),
}

/// Models `matchPodFailurePolicy`.
pub(super) fn of(job: &Job<'_>, pod: &Object) -> Failure {
    let rules = job.spec().at(&["podFailurePolicy", "rules"]).items();
    for (i, rule) in rules.iter().enumerate() {
        let action = rule.get("action").str();
        let (namespace, name) = (pod.namespace(), pod.name());
        let why = match (rule.get("onExitCodes"), rule.get("onPodConditions")) {
            (Value::Null, patterns) => condition(pod.value(), patterns).map(|type_| {
                format!("Pod {namespace}/{name} has condition {type_} matching {action} rule at index {i}")
            }),
            (codes, _) => container(pod.value(), codes).map(|(container, code)| {
                format!(
                    "Container {container} for pod {namespace}/{name} failed with exit code {code} matching {action} rule at index {i}"
                )
            }),
        };
        match (why, action) {
            (None, _) => {}
            (Some(_), "Ignore") => return Failure::Ignored,
            (Some(why), "FailJob") => return Failure::EndsJob(why),
            (Some(_), _) => return Failure::Counts,
        }
    }
    Failure::Counts
}

/// Why the Job has failed by the failure of one pod.
pub(super) fn ends_job(job: &Job<'_>, pods: &[&Arc<Object>]) -> Option<String> {
    let failed = pods.iter().filter(|p| has_failed(job, p.value()));
    failed.map(|p| of(job, p)).find_map(|failure| match failure {
        Failure::EndsJob(why) => Some(why),
        Failure::Counts | Failure::Ignored => None,
    })
}

fn condition<'a>(pod: &'a Value, patterns: &Value) -> Option<&'a str> {
    let matches = |c: &&Value| {
        let same = |p: &Value| ["type", "status"].iter().all(|f| p.get(f) == c.get(f));
        patterns.items().iter().any(same)
    };
    pod.at(&["status", "conditions"]).items().iter().find(matches).map(|c| c.get("type").str())
}

/// The container that ended with a code that the rule is about.
fn container<'a>(pod: &'a Value, rule: &Value) -> Option<(&'a str, i64)> {
    let listed = |code: i64| rule.get("values").items().iter().any(|v| v.as_int() == Some(code));
    let matches = |code: i64| match rule.get("operator").str() {
        "In" => listed(code),
        "NotIn" => !listed(code),
        _ => false,
    };
    let named = |name: &str| matches!(rule.get("containerName").str(), n if n.is_empty() || n == name);
    let lists = ["containerStatuses", "initContainerStatuses"];
    let statuses = lists.iter().flat_map(|list| pod.get("status").get(list).items());
    let ended = statuses
        .filter_map(|s| Some((s.get("name").str(), s.at(&["state", "terminated", "exitCode"]).as_int()?)));
    ended.into_iter().find(|(name, code)| *code != 0 && named(name) && matches(*code))
}

/// What is said when the indexes that have succeeded are enough.
pub(super) fn success(job: &Job<'_>, succeeded: &BTreeSet<i64>) -> Option<String> {
    let completions = job.completions()?;
    let rules = job.spec().at(&["successPolicy", "rules"]).items();
    let enough = |rule: &Value| {
        let count = rule.get("succeededCount").as_int().and_then(|n| usize::try_from(n).ok());
        let Some(text) = rule.get("succeededIndexes").as_text() else {
            return count.is_some_and(|n| succeeded.len() >= n);
        };
        let asked = indexes::parse(text, completions);
        let there = asked.intersection(succeeded).count();
        !asked.is_empty() && (there == asked.len() || count.is_some_and(|n| there >= n))
    };
    let index = rules.iter().position(enough)?;
    Some(format!("Matched rules at index {index}"))
}
