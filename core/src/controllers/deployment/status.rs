//! What a Deployment's status says of its rollout.
//!
//! Models `pkg/controller/deployment/progress.go` and `calculateStatus` in `sync.go`.

use super::limits::max_unavailable;
use super::set::Set;
use super::{Rollout, with_status};
use crate::base::{Duration, Instant, Value};
use crate::controllers::Write;
use crate::controllers::conditions::{self, set_count};
use alloc::format;
use alloc::string::String;

pub(super) const PROGRESSING: &str = "Progressing";
const AVAILABLE: &str = "Available";
const FAILURE: &str = "ReplicaFailure";
const NEW_SET_AVAILABLE: &str = "NewReplicaSetAvailable";
const TIMED_OUT: &str = "ProgressDeadlineExceeded";
const PAUSED: &str = "DeploymentPaused";

/// The write that brings the status up to date without a look at the progress, if one is needed.
pub(super) fn plain(rollout: &Rollout<'_>) -> Option<Write> {
    changed(rollout, counted(rollout))
}

/// The same with a look at the progress; and when the rollout will be overdue, should nothing happen.
///
/// Models `syncRolloutStatus`.
pub(super) fn rollout(rollout: &Rollout<'_>) -> (Option<Write>, Option<Duration>) {
    let mut status = counted(rollout);
    let was = rollout.value().get("status");
    if has_deadline(rollout) {
        judge_progress(rollout, &mut status);
    } else {
        conditions::remove(&mut status, PROGRESSING);
    }
    match failure(rollout) {
        Some(condition) => put(&mut status, condition),
        None => conditions::remove(&mut status, FAILURE),
    }
    let again = if status == *was { overdue_in(rollout, was) } else { None };
    (changed(rollout, status), again)
}

fn changed(rollout: &Rollout<'_>, status: Value) -> Option<Write> {
    (status != *rollout.value().get("status")).then(|| with_status(rollout.value(), status))
}

/// A deadline beyond all time is none.
pub(super) fn has_deadline(rollout: &Rollout<'_>) -> bool {
    let deadline = rollout.spec().get("progressDeadlineSeconds").as_int();
    deadline.is_some_and(|d| d != i64::from(i32::MAX))
}

/// The status with its numbers, and the condition that follows from them.
fn counted(rollout: &Rollout<'_>) -> Value {
    let available = rollout.sum(Set::available);
    let mut status = rollout.value().get("status").clone();
    let generation = rollout.deployment.metadata().get("generation").int();
    set_count(&mut status, "observedGeneration", generation);
    set_count(&mut status, "replicas", rollout.sum(Set::actual));
    set_count(&mut status, "updatedReplicas", rollout.new.as_ref().map_or(0, Set::actual));
    set_count(&mut status, "readyReplicas", rollout.sum(Set::ready));
    set_count(&mut status, "availableReplicas", available);
    set_count(&mut status, "unavailableReplicas", (rollout.sum(Set::size) - available).max(0));
    match terminating(rollout) {
        Some(count) => status.set("terminatingReplicas", count),
        None => drop(status.remove("terminatingReplicas")),
    }
    let now = rollout.view.now;
    let enough = available >= rollout.replicas() - max_unavailable(rollout);
    let condition = match enough {
        true => condition(
            AVAILABLE,
            "True",
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
            now,
        ),
        false => condition(
            AVAILABLE,
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
            now,
        ),
    };
    put(&mut status, condition);
    status
}

/// How many pods are on their way out; none as long as a set that was looked at does not tell.
fn terminating(rollout: &Rollout<'_>) -> Option<i64> {
    let mut sum = 0;
    for set in rollout.sets() {
        let status = set.value().get("status");
        match status.get("terminatingReplicas").as_int() {
            Some(count) => sum += count,
            None if status.get("observedGeneration").int() == 0 => {}
            None => return None,
        }
    }
    Some(sum)
}

fn judge_progress(rollout: &Rollout<'_>, status: &mut Value) {
    let was = rollout.value().get("status");
    let current = conditions::within(was, PROGRESSING);
    let said_complete = current.is_some_and(|c| c.get("reason").str() == NEW_SET_AVAILABLE);
    if said_complete && status.get("replicas").int() == status.get("updatedReplicas").int() {
        return;
    }
    let now = rollout.view.now;
    if is_complete(rollout, status) {
        let message = message(rollout, "has successfully progressed.");
        put(status, condition(PROGRESSING, "True", NEW_SET_AVAILABLE, &message, now));
    } else if has_progressed(was, status) {
        let message = message(rollout, "is progressing.");
        let mut condition = condition(PROGRESSING, "True", "ReplicaSetUpdated", &message, now);
        // Unlike other conditions this one is renewed with each bit of progress.
        if let Some(current) = current.filter(|c| c.get("status").str() == "True") {
            condition.set("lastTransitionTime", current.get("lastTransitionTime"));
        }
        conditions::put_last(status, condition);
    } else if is_overdue(rollout, status) {
        let message = message(rollout, "has timed out progressing.");
        put(status, condition(PROGRESSING, "False", TIMED_OUT, &message, now));
    }
}

fn message(rollout: &Rollout<'_>, what: &str) -> String {
    match &rollout.new {
        Some(new) => format!("ReplicaSet \"{}\" {what}", new.name()),
        None => format!("Deployment \"{}\" {what}", rollout.deployment.name()),
    }
}

/// All pods are new, and available.
///
/// Models `DeploymentComplete`.
pub(super) fn is_complete(rollout: &Rollout<'_>, status: &Value) -> bool {
    let all = |field: &str| status.get(field).int() == rollout.replicas();
    let generation = rollout.deployment.metadata().get("generation").int();
    all("updatedReplicas")
        && all("replicas")
        && all("availableReplicas")
        && status.get("observedGeneration").int() >= generation
}

/// Models `DeploymentProgressing`.
fn has_progressed(was: &Value, is: &Value) -> bool {
    let old = |s: &Value| s.get("replicas").int() - s.get("updatedReplicas").int();
    let more = |field: &str| is.get(field).int() > was.get(field).int();
    more("updatedReplicas") || old(is) < old(was) || more("readyReplicas") || more("availableReplicas")
}

/// Models `DeploymentTimedOut`.
fn is_overdue(rollout: &Rollout<'_>, status: &Value) -> bool {
    let Some(condition) = conditions::within(status, PROGRESSING) else { return false };
    match condition.get("reason").str() {
        NEW_SET_AVAILABLE => false,
        TIMED_OUT => true,
        _ => deadline(rollout, condition).is_some_and(|deadline| deadline < rollout.view.now),
    }
}

fn deadline(rollout: &Rollout<'_>, progressing: &Value) -> Option<Instant> {
    let seconds = rollout.spec().get("progressDeadlineSeconds").int();
    Some(Instant::parse(progressing.get("lastUpdateTime").str())? + Duration::from_secs(seconds))
}

/// Models `requeueStuckDeployment`: a second later than the deadline, so as not to come too early.
fn overdue_in(rollout: &Rollout<'_>, status: &Value) -> Option<Duration> {
    let condition = conditions::within(status, PROGRESSING)?;
    let reason = condition.get("reason").str();
    if !has_deadline(rollout) || reason == TIMED_OUT || is_complete(rollout, status) {
        return None;
    }
    let left = deadline(rollout, condition)? - rollout.view.now;
    // Rounded as times are: what is due within this second is looked at again and again until it is over.
    Some(match left < Duration::from_secs(1) {
        true => Duration::from_millis(left.as_millis().max(0) + 5),
        false => Duration::from_millis(left.as_millis() + 1000),
    })
}

/// Models `getReplicaFailures`: what the new set complains of comes first.
fn failure(rollout: &Rollout<'_>) -> Option<Value> {
    let sets = rollout.new.iter().chain(&rollout.old);
    let found = sets.filter_map(|s| conditions::find(s.value(), FAILURE)).next()?;
    let mut condition = found.clone();
    condition.set("lastUpdateTime", found.get("lastTransitionTime"));
    Some(condition)
}

/// The condition that a paused or resumed Deployment gets, so that the pause does not count as lack of progress.
///
/// Models `checkPausedConditions`.
pub(super) fn paused_condition(rollout: &Rollout<'_>) -> Option<Write> {
    let status = rollout.value().get("status");
    let reason = conditions::within(status, PROGRESSING).map_or("", |c| c.get("reason").str());
    if !has_deadline(rollout) || reason == TIMED_OUT {
        return None;
    }
    let (reason, message) = match (rollout.spec().get("paused").is_true(), reason == PAUSED) {
        (true, false) => (PAUSED, "Deployment is paused"),
        (false, true) => ("DeploymentResumed", "Deployment is resumed"),
        _ => return None,
    };
    let mut status = status.clone();
    put(&mut status, condition(PROGRESSING, "Unknown", reason, message, rollout.view.now));
    Some(with_status(rollout.value(), status))
}

pub(super) fn condition(type_: &str, status: &str, reason: &str, message: &str, now: Instant) -> Value {
    let mut condition = conditions::new(type_, status, reason, message, now);
    condition.set("lastUpdateTime", now.rfc3339());
    condition
}

/// Puts a condition behind the others, unless one of its type says the same already.
///
/// Models `SetDeploymentCondition`.
pub(super) fn put(status: &mut Value, mut condition: Value) {
    if let Some(there) = conditions::within(status, condition.get("type").str()) {
        let same = |field: &str| there.get(field) == condition.get(field);
        if same("status") && same("reason") {
            return;
        }
        if same("status") {
            let since = there.get("lastTransitionTime").clone();
            condition.set("lastTransitionTime", since);
        }
    }
    conditions::put_last(status, condition);
}
