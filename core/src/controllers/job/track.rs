//! Pods that have ended are noted, let go, and counted; and when all are, the Job is over.
//!
//! Models `trackJobStatusAndRemoveFinalizers` in `pkg/controller/job/job_controller.go`.

use super::finish::{End, condition};
use super::manage::Step;
use super::tally::Uncounted;
use super::{
    Action, Job, RESOURCE, Tally, Write, conditions, has_failed, indexes, is_tracked, pod, policy, untracked,
};
use crate::base::sort;
use crate::base::{Text, Value};
use crate::controllers::Record;
use crate::controllers::conditions::set_count;
use crate::store::Object;
use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// So many pods are counted at once.
const UNCOUNTED_MAX: usize = 500;

/// The status, with the time of its start, if it starts now.
pub(super) fn started(job: &Job<'_>) -> Value {
    let mut status = job.status().clone();
    if status.get("startTime").is_null() && !job.is_suspended() {
        status.set("startTime", job.now().rfc3339());
    }
    status
}

pub(super) fn track(
    job: &Job<'_>,
    tally: &Tally<'_>,
    step: &Step,
    mut status: Value,
    end: Option<End>,
) -> Vec<Write> {
    let mut said = Vec::new();
    if end.is_none() && step.managed {
        said.extend(suspension(job, &mut status));
    }
    let mut uncounted = tally.uncounted.clone();
    let tracked: BTreeSet<&str> =
        tally.pods.iter().filter(|p| is_tracked(p.value())).map(|p| p.uid()).collect();
    count(&mut status, &mut uncounted, |uid| tracked.contains(uid));
    let (counted, indexes) = noted(job, tally, &mut uncounted, end.as_ref());
    set_count(&mut status, "active", step.active);
    status.set("ready", step.ready);
    status.set("terminating", step.terminating);
    if job.is_indexed() {
        set_count(&mut status, "succeeded", i64::try_from(indexes.len()).unwrap_or(0));
        match indexes::print(&indexes) {
            text if text.is_empty() => drop(status.remove("completedIndexes")),
            text => status.set("completedIndexes", text),
        }
    }
    status.set("uncountedTerminatedPods", listed(&uncounted));
    if let Some(end) = end.as_ref().filter(|end| !end.noted) {
        let target = condition(end.types().0, "True", &end.reason, &end.message, job.now());
        status.entry("conditions").list_mut().push(target);
    }
    let mut writes = Vec::new();
    writes.extend(changed(job, job.status(), &status));
    writes.extend(counted.iter().map(|p| untracked(p)));
    let flushed = status.clone();
    let freed: BTreeSet<&str> = counted.iter().map(|p| p.uid()).collect();
    count(&mut status, &mut uncounted, |uid| tracked.contains(uid) && !freed.contains(uid));
    status.set("uncountedTerminatedPods", listed(&uncounted));
    if let Some(end) = end {
        said.extend(over(job, &mut status, &uncounted, step, &end));
    }
    writes.extend(changed(job, &flushed, &status));
    writes.extend(said);
    writes
}

/// Moves those whose pods are free from the list to the counters.
///
/// Models `cleanUncountedPodsWithoutFinalizers`.
fn count(status: &mut Value, uncounted: &mut Uncounted, waits: impl Fn(&str) -> bool) {
    for (field, list) in [("succeeded", &mut uncounted.succeeded), ("failed", &mut uncounted.failed)] {
        let before = list.len();
        list.retain(|uid| waits(uid));
        let free = i64::try_from(before - list.len()).unwrap_or(0);
        if free > 0 {
            status.set(field, status.get(field).int() + free);
        }
    }
}

/// Notes the pods that have ended; answers which need no finalizer any more, and the indexes that have succeeded.
fn noted<'a>(
    job: &Job<'_>,
    tally: &Tally<'a>,
    uncounted: &mut Uncounted,
    end: Option<&End>,
) -> (Vec<&'a Arc<Object>>, BTreeSet<i64>) {
    let (mut counted, mut indexes) = (Vec::new(), tally.known_indexes.clone());
    let completions = job.completions().unwrap_or(0);
    let mut pods: Vec<&Arc<Object>> = tally.pods.iter().copied().filter(|p| is_tracked(p.value())).collect();
    if job.is_indexed() {
        sort::by_key(&mut pods, |p| indexes::of(p.value(), completions));
    }
    for pod in pods {
        let value = pod.value();
        let succeeded = pod::phase(value) == "Succeeded";
        let failed = has_failed(job, value);
        if !(job.object.is_deleted() || end.is_some() || succeeded || failed) {
            continue;
        }
        counted.push(pod);
        let (uid, index) = (Text::from(pod.uid()), indexes::of(value, completions));
        if succeeded && !uncounted.failed.contains(&uid) {
            match (job.is_indexed(), index) {
                (true, index) => indexes.extend(index),
                (false, _) if !uncounted.succeeded.contains(&uid) => uncounted.succeeded.push(uid),
                (false, _) => {}
            }
        } else if (failed || end.is_some_and(|end| !end.success))
            && !uncounted.failed.contains(&uid)
            && (!job.is_indexed() || index.is_some())
            && policy::of(job, pod) != policy::Failure::Ignored
        {
            uncounted.failed.push(uid);
        }
        if uncounted.succeeded.len() + uncounted.failed.len() + indexes.len() - tally.known_indexes.len()
            >= UNCOUNTED_MAX
        {
            break;
        }
    }
    (counted, indexes)
}

fn listed(uncounted: &Uncounted) -> Value {
    let list = |uids: &[Text]| Value::list(uids.iter().map(Value::from));
    let lists = [("succeeded", list(&uncounted.succeeded)), ("failed", list(&uncounted.failed))];
    Value::map(lists.into_iter().filter(|(_, list)| !list.is_empty()))
}

/// Suspended and resumed Jobs say so.
fn suspension(job: &Job<'_>, status: &mut Value) -> Option<Write> {
    let (is, reason, message) = match job.is_suspended() {
        true => ("True", "JobSuspended", "Job suspended"),
        false => ("False", "JobResumed", "Job resumed"),
    };
    let there = conditions::within(status, "Suspended");
    let same = |field: &str, value: &str| there.is_some_and(|c| c.get(field).str() == value);
    let news = match there {
        Some(_) => !(same("status", is) && same("reason", reason) && same("message", message)),
        None => is == "True",
    };
    if !news {
        return None;
    }
    let new = condition("Suspended", is, reason, message, job.now());
    let list = status.entry("conditions").list_mut();
    match list.iter_mut().find(|c| c.get("type").str() == "Suspended") {
        Some(there) => *there = new,
        None => list.push(new),
    }
    let said = match job.is_suspended() {
        true => {
            status.remove("startTime");
            "Suspended"
        }
        false => {
            status.set("startTime", job.now().rfc3339());
            "Resumed"
        }
    };
    let record = Record::normal(job.value(), said, message.to_string());
    Some(Write { action: Action::Nothing, record: Some(record) })
}

/// The end, once all pods are counted and none is on its way out.
///
/// Models `enactJobFinished` and `recordJobFinished`.
fn over(job: &Job<'_>, status: &mut Value, uncounted: &Uncounted, step: &Step, end: &End) -> Vec<Write> {
    if !uncounted.succeeded.is_empty() || !uncounted.failed.is_empty() || step.terminating > 0 {
        return Vec::new();
    }
    let (_, type_) = end.types();
    let new = condition(type_, "True", &end.reason, &end.message, job.now());
    status.entry("conditions").list_mut().push(new);
    let mut records = Vec::new();
    if end.success {
        status.set("completionTime", job.now().rfc3339());
        if job.completions().is_some_and(|all| status.get("succeeded").int() > all) {
            let message = "Too many succeeded pods running after completion count reached".to_string();
            records.push(Record::warning(job.value(), "TooManySucceededPods", message));
        }
        records.push(Record::normal(job.value(), "Completed", "Job completed".to_string()));
    } else {
        const REASONS: &[&str] =
            &["BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy", "FailedIndexes"];
        let reason = REASONS.iter().find(|r| **r == end.reason.as_str()).copied().unwrap_or("Failed");
        records.push(Record::warning(job.value(), reason, end.message.to_string()));
    }
    records.into_iter().map(|record| Write { action: Action::Nothing, record: Some(record) }).collect()
}

/// The Job with that status, whatever its revision is by then.
fn changed(job: &Job<'_>, was: &Value, status: &Value) -> Option<Write> {
    let same = was.entries().len() == status.entries().len()
        && status.entries().iter().all(|(field, value)| was.get(field) == value);
    if same {
        return None;
    }
    let mut object = job.value().clone();
    object.entry("metadata").remove("resourceVersion");
    object.set("status", status);
    Some(Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object }))
}
