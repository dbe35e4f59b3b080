//! Whether a Job is over, and why.
//!
//! Models the end states in `syncJob` in `pkg/controller/job/job_controller.go`.

use super::manage::Step;
use super::{Job, Tally, conditions, pod, policy};
use crate::base::{Duration, Instant, Text, Value};

/// How a Job ends. The target is noted first, the end itself when all pods have been counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) success: bool,
    pub(super) reason: Text,
    pub(super) message: Text,
    /// It was noted before.
    pub(super) noted: bool,
}

impl End {
    fn new(success: bool, reason: &str, message: &str) -> Option<End> {
        Some(End { success, reason: reason.into(), message: message.into(), noted: false })
    }

    /// The target and the end, as conditions name them.
    pub(super) fn types(&self) -> (&'static str, &'static str) {
        if self.success { ("SuccessCriteriaMet", "Complete") } else { ("FailureTarget", "Failed") }
    }
}

/// The end as it is known before anything is done with the pods.
pub(super) fn foreseen(job: &Job<'_>, tally: &Tally<'_>) -> Option<End> {
    let noted = |type_: &str, success: bool| {
        let condition = conditions::find(job.value(), type_).filter(|c| c.get("status").str() == "True")?;
        let text = |field: &str| condition.get(field).as_text().cloned().unwrap_or_default();
        Some(End { success, reason: text("reason"), message: text("message"), noted: true })
    };
    let by_policy = || End::new(false, "PodFailurePolicy", &policy::ends_job(job, &tally.pods)?);
    noted("SuccessCriteriaMet", true)
        .or_else(|| noted("FailureTarget", false))
        .or_else(by_policy)
        .or_else(|| failed(job, tally))
        .or_else(|| End::new(true, "SuccessPolicy", &policy::success(job, &tally.indexes)?))
}

fn failed(job: &Job<'_>, tally: &Tally<'_>) -> Option<End> {
    let limit = job.spec().get("backoffLimit").as_int().unwrap_or(6);
    if tally.failed > limit || restarted_too_often(job, tally, limit) {
        return End::new(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
    }
    let overdue = deadline(job).is_some_and(|left| left <= Duration::ZERO);
    overdue.then(|| End::new(false, "DeadlineExceeded", "Job was active longer than specified deadline"))?
}

/// Models `pastBackoffLimitOnFailure`.
fn restarted_too_often(job: &Job<'_>, tally: &Tally<'_>, limit: i64) -> bool {
    if job.spec().at(&["template", "spec", "restartPolicy"]).str() != "OnFailure" {
        return false;
    }
    let running = tally.pods.iter().filter(|p| matches!(pod::phase(p.value()), "Running" | "Pending"));
    let statuses = running.flat_map(|p| {
        let status = p.value().get("status");
        status.get("initContainerStatuses").items().iter().chain(status.get("containerStatuses").items())
    });
    let restarts: i64 = statuses.map(|s| s.get("restartCount").int()).sum();
    if limit == 0 { restarts > 0 } else { restarts >= limit }
}

/// How long the Job may still run, if it may not for ever.
pub(super) fn deadline(job: &Job<'_>) -> Option<Duration> {
    let allowed = job.spec().get("activeDeadlineSeconds").as_int().filter(|_| !job.is_suspended())?;
    let since = Instant::parse(job.status().get("startTime").str()).unwrap_or(job.now());
    Some(Duration::from_secs(allowed - (job.now() - since).as_secs()))
}

/// The end that the pods have come to by themselves.
pub(super) fn completed(job: &Job<'_>, tally: &Tally<'_>, step: &Step) -> Option<End> {
    let enough = job.completions().map_or(tally.succeeded > 0, |all| tally.succeeded >= all);
    let over = enough && step.active == 0;
    over.then(|| End::new(true, "CompletionsReached", "Reached expected number of succeeded pods"))?
}

/// A condition of a Job.
pub(super) fn condition(type_: &str, status: &str, reason: &str, message: &str, now: Instant) -> Value {
    let mut condition = conditions::new(type_, status, reason, message, now);
    condition.set("lastProbeTime", now.rfc3339());
    condition
}
