//! The status of a Job, which other controllers may write: its counters, and conditions that cannot be undone.
//!
//! Models `ValidateJobUpdateStatus` of `pkg/apis/batch/validation/validation.go` and `getStatusValidationOptions` of
//! `pkg/registry/batch/job/strategy.go`: what has not changed is hardly ever looked at.

use super::{indexes, job_spec};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::apps::counts::{self, STATUS};
use crate::registry::meta;
use alloc::collections::BTreeSet;
use alloc::format;

const UNCOUNTED_TYPE: &str = "io.k8s.api.batch.v1.UncountedTerminatedPods";

/// A Job's status as the rules read it.
struct View<'a> {
    status: &'a Value,
    complete: bool,
    failed: bool,
    failure_target: bool,
    success_criteria: bool,
}

impl<'a> View<'a> {
    fn of(job: &'a Value) -> View<'a> {
        let is_true = |kind: &str| has_condition(job, kind, "True");
        View {
            status: job.get("status"),
            complete: is_true("Complete"),
            failed: is_true("Failed"),
            failure_target: is_true("FailureTarget"),
            success_criteria: is_true("SuccessCriteriaMet"),
        }
    }

    fn finished(&self) -> bool {
        self.complete || self.failed
    }

    fn count(&self, name: &str) -> i64 {
        self.status.get(name).int()
    }
}

pub(super) fn has_condition(job: &Value, kind: &str, status: &str) -> bool {
    let conditions = job.at(&["status", "conditions"]).items();
    conditions.iter().any(|c| c.get("type").str() == kind && c.get("status").str() == status)
}

pub(super) fn validate(job: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(job, old);
    let (new, was) = (View::of(job), View::of(old));
    let spec = job.get("spec");
    counts::non_negative(
        &STATUS,
        new.status,
        &["active", "succeeded", "failed", "ready", "terminating"],
        &mut errors,
    );
    uncounted(new.status.get("uncountedTerminatedPods"), &mut errors);
    completion(&new, &was, &mut errors);
    reasons(&new, &was, &mut errors);
    finished(&new, &was, spec, &mut errors);
    index_lists(&new, &was, spec, &mut errors);
    pods(&new, &was, &mut errors);
    let success_policy = !spec.get("successPolicy").is_null();
    for (wrong, detail) in [
        (new.success_criteria && new.failed, "cannot set SuccessCriteriaMet=True and Failed=true conditions"),
        (
            new.success_criteria && new.failure_target,
            "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions",
        ),
        (
            success_policy && !new.success_criteria && new.complete,
            "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True",
        ),
    ] {
        conditions(wrong, detail, &mut errors);
    }
    changes(job, old, &new, &was, &mut errors);
    errors
}

fn conditions(wrong: bool, detail: &str, errors: &mut Errors) {
    if wrong {
        errors.push(field::invalid(&(&STATUS / "conditions"), Value::Null, detail).without_value());
    }
}

fn changed(name: &str, new: &View<'_>, was: &View<'_>) -> bool {
    new.status.get(name) != was.status.get(name)
}

fn uncounted(pods: &Value, errors: &mut Errors) {
    let at = &STATUS / "uncountedTerminatedPods";
    let mut seen = BTreeSet::new();
    for list in ["succeeded", "failed"] {
        let at = &at / list;
        for (i, uid) in pods.get(list).items().iter().enumerate() {
            if uid.is_empty() {
                errors.push(field::invalid(&(&at / i), "", "must not be empty"));
            } else if !seen.insert(uid.str()) {
                errors.push(field::duplicate(&(&at / i), uid));
            }
        }
    }
}

/// Complete goes with a time of completion, and not with failure.
fn completion(new: &View<'_>, was: &View<'_>, errors: &mut Errors) {
    let complete = new.complete != was.complete;
    let target = new.failure_target != was.failure_target;
    conditions(
        (complete || new.failed != was.failed) && new.complete && new.failed,
        "cannot set Complete=True and Failed=true conditions",
        errors,
    );
    conditions(
        (complete || target) && new.complete && new.failure_target,
        "cannot set Complete=True and FailureTarget=true conditions",
        errors,
    );
    let (at, time) = (&STATUS / "completionTime", new.status.get("completionTime"));
    let time_changed = changed("completionTime", new, was);
    if complete || time_changed {
        if !time.is_null() && !new.complete {
            let detail = "cannot set completionTime when there is no Complete=True condition";
            errors.push(field::invalid(&at, time, detail));
        }
        if time.is_null() && new.complete {
            errors.push(field::required(&at, "completionTime is required for Complete jobs"));
        }
    }
    let start = new.status.get("startTime");
    let both = !time.is_null() && !start.is_null();
    // Both are written in the same way, so their texts are in the order of the times.
    if (time_changed || changed("startTime", new, was)) && both && time.str() < start.str() {
        errors.push(field::invalid(&at, time, "must be equal to or after `startTime`"));
    }
}

/// A Job ends for a reason that was given before.
fn reasons(new: &View<'_>, was: &View<'_>, errors: &mut Errors) {
    conditions(
        (new.failed != was.failed || changed("failedIndexes", new, was)) && new.failed && !new.failure_target,
        "cannot set Failed=True condition without the FailureTarget=true condition",
        errors,
    );
    conditions(
        (new.complete != was.complete || new.success_criteria != was.success_criteria)
            && new.complete
            && !new.success_criteria,
        "cannot set Complete=True condition without the SuccessCriteriaMet=true condition",
        errors,
    );
}

/// A finished Job has begun, and has no pods left to count.
fn finished(new: &View<'_>, was: &View<'_>, spec: &Value, errors: &mut Errors) {
    let ends = new.finished() != was.finished();
    if !new.finished() {
        return;
    }
    let active = new.count("active");
    if (ends || changed("active", new, was)) && active > 0 {
        errors.push(field::invalid(&(&STATUS / "active"), active, "active>0 is invalid for finished job"));
    }
    let nothing_to_do = spec.get("suspend").is_true() && spec.get("completions").as_int() == Some(0);
    let starts = ends || changed("startTime", new, was);
    if starts && !nothing_to_do && new.status.get("startTime").is_null() {
        errors.push(field::required(&(&STATUS / "startTime"), "startTime is required for finished job"));
    }
    let uncounted = new.status.get("uncountedTerminatedPods");
    let some = !uncounted.get("failed").is_empty() || !uncounted.get("succeeded").is_empty();
    if (ends || changed("uncountedTerminatedPods", new, was)) && some {
        let at = &STATUS / "uncountedTerminatedPods";
        let error = field::invalid(&at, uncounted, "must be empty for finished job");
        errors.push(error.of_type(UNCOUNTED_TYPE));
    }
}

fn index_lists(new: &View<'_>, was: &View<'_>, spec: &Value, errors: &mut Errors) {
    let completions = spec.get("completions").as_int();
    let has_limit = !spec.get("backoffLimitPerIndex").is_null();
    let (completed, failed) = (new.status.get("completedIndexes"), new.status.get("failedIndexes"));
    let (completed_at, failed_at) = (&STATUS / "completedIndexes", &STATUS / "failedIndexes");
    let (completed_changed, failed_changed) =
        (changed("completedIndexes", new, was), changed("failedIndexes", new, was));
    let unreadable = |at: &Path<'_>, name: &str, value: &Value, errors: &mut Errors| {
        if let Some(Err(why)) = completions.map(|n| indexes::count(value.str(), n)) {
            errors.push(field::invalid(at, value, format!("error parsing {name}: {why}")));
        }
    };
    if completed_changed {
        unreadable(&completed_at, "completedIndexes", completed, errors);
    }
    if failed_changed && has_limit && !failed.is_null() {
        unreadable(&failed_at, "failedIndexes", failed, errors);
    }
    if completed_changed && !completed.is_empty() && !job_spec::is_indexed(spec) {
        let detail = "cannot set non-empty completedIndexes when non-indexed completion mode";
        errors.push(field::invalid(&completed_at, completed, detail));
    }
    if failed_changed && !has_limit && !failed.is_null() {
        let detail = "cannot set non-null failedIndexes when backoffLimitPerIndex is null";
        errors.push(field::invalid(&failed_at, failed, detail));
    }
    if (completed_changed || failed_changed)
        && let Some(both) = completions.and_then(|n| indexes::overlap(completed.str(), failed.str(), n))
    {
        let detail = format!("failedIndexes and completedIndexes overlap at index: {both}");
        errors.push(field::invalid(&failed_at, failed, detail));
    }
}

fn pods(new: &View<'_>, was: &View<'_>, errors: &mut Errors) {
    let (ends, terminating) = (new.finished() != was.finished(), new.count("terminating"));
    if (ends || changed("terminating", new, was)) && terminating > 0 && new.finished() {
        let detail = "terminating>0 is invalid for finished job";
        errors.push(field::invalid(&(&STATUS / "terminating"), terminating, detail));
    }
    let (ready, some) = (new.count("ready"), !new.status.get("ready").is_null());
    let counts = changed("ready", new, was) || changed("active", new, was);
    if counts && some && ready > new.count("active") {
        let detail = "cannot set more ready pods than active";
        errors.push(field::invalid(&(&STATUS / "ready"), ready, detail));
    }
}

/// What is over stays over, and counters only grow.
///
/// Models `ValidateJobStatusUpdate`.
fn changes(job: &Value, old: &Value, new: &View<'_>, was: &View<'_>, errors: &mut Errors) {
    let spec = job.get("spec");
    for kind in ["Failed", "Complete", "FailureTarget"] {
        let disabled = has_condition(old, kind, "True") && !has_condition(job, kind, "True");
        conditions(disabled, &format!("cannot disable the terminal {kind}=True condition"), errors);
    }
    let scales = job_spec::is_indexed(spec) && spec.get("completions") == spec.get("parallelism");
    for (name, checked) in [("failed", true), ("succeeded", !scales)] {
        if checked && new.count(name) < was.count(name) {
            let detail = format!("cannot decrease the {name} counter");
            errors.push(field::invalid(&(&STATUS / name), new.count(name), detail));
        }
    }
    let (time, old_time) = (new.status.get("completionTime"), was.status.get("completionTime"));
    if !time.is_null() && !old_time.is_null() && time != old_time {
        errors.push(field::invalid(&(&STATUS / "completionTime"), time, "field is immutable"));
    }
    let resumes = has_condition(old, "Suspended", "True") && has_condition(job, "Suspended", "False");
    let (start, old_start) = (new.status.get("startTime"), was.status.get("startTime"));
    if !resumes && !old_start.is_null() && start != old_start && !spec.get("suspend").is_true() {
        let detail = "field is immutable for unsuspended job once set";
        errors.push(field::invalid(&(&STATUS / "startTime"), start, detail));
    }
    conditions(
        was.success_criteria && !new.success_criteria,
        "cannot disable the SuccessCriteriaMet=True condition",
        errors,
    );
    conditions(
        was.complete && !was.success_criteria && new.success_criteria,
        "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions",
        errors,
    );
}
