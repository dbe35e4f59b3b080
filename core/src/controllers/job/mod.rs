//! Pods that are to end: so many of them well.
//!
//! Models `pkg/controller/job`. Jobs that count failures by index (`backoffLimitPerIndex`) are run like others.

mod backoff;
mod finish;
mod indexes;
mod manage;
mod policy;
mod tally;
mod track;

use super::{
    Action, Controller, Due, Heard, Key, Outcome, Retry, View, Write, claim, conditions, kinds, owner, pod,
};
use crate::base::{Duration, Instant, Selector, Value};
use crate::store::{Change, Object};
use alloc::sync::Arc;
use alloc::vec::Vec;
use tally::Tally;

pub const CONTROLLER: Controller = Controller {
    name: "job-controller",
    manager: "kube-controller-manager",
    component: "job-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry { first: Duration::from_secs(1), most: Duration::from_secs(60), times: u32::MAX },
};

const RESOURCE: &str = kinds::JOB.resource;
/// What is heard of pods is gathered for so long.
const BATCH: Duration = Duration::from_secs(1);
/// Keeps a pod until it has been counted.
const FINALIZER: &str = "batch.kubernetes.io/job-tracking";

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let event = heard.event;
    let later = |due: Due| Due { after: BATCH, ..due };
    match event.resource.as_str() {
        "pods" => kinds::JOB.concerned(heard).into_iter().chain(forsaken(heard)).map(later).collect(),
        RESOURCE => {
            let generation = |o: &Object| o.metadata().get("generation").int();
            let same = event.before.as_ref().is_some_and(|b| generation(b) == generation(&event.object));
            let due = kinds::JOB.itself(heard);
            let own = event.change == Change::Modified && same;
            if own { due.into_iter().map(later).collect() } else { due }
        }
        _ => Vec::new(),
    }
}

/// The Job that a pod waits for in vain, as it is gone.
fn forsaken(heard: &Heard<'_>) -> Option<Due> {
    let object = &heard.event.object;
    let waits = heard.event.change != Change::Deleted && is_tracked(object.value());
    let reference =
        owner::controller_of(object.value()).filter(|r| r.get("kind").str() == kinds::JOB.kind)?;
    let gone = waits && kinds::JOB.controller(heard.store, object).is_none();
    let name = reference.get("name").as_text()?.clone();
    gone.then(|| Due::from(Key { namespace: object.namespace().clone(), name }))
}

fn is_tracked(pod: &Value) -> bool {
    pod.get("metadata").get("finalizers").items().iter().any(|f| f.str() == FINALIZER)
}

/// The pod, counted.
fn untracked(pod: &Object) -> Write {
    let mut object = pod.value().clone();
    let metadata = object.entry("metadata");
    metadata.entry("finalizers").list_mut().retain(|f| f.str() != FINALIZER);
    if metadata.get("finalizers").is_empty() {
        metadata.remove("finalizers");
    }
    Write::silent(Action::Update { resource: "pods".into(), object })
}

/// A Job as a sync sees it.
#[derive(Clone, Copy)]
struct Job<'a> {
    view: &'a View<'a>,
    object: &'a Arc<Object>,
}

impl<'a> Job<'a> {
    fn value(&self) -> &'a Value {
        self.object.value()
    }

    fn spec(&self) -> &'a Value {
        self.value().get("spec")
    }

    fn status(&self) -> &'a Value {
        self.value().get("status")
    }

    fn now(&self) -> Instant {
        self.view.now
    }

    fn is_indexed(&self) -> bool {
        self.spec().get("completionMode").str() == "Indexed"
    }

    fn is_suspended(&self) -> bool {
        self.spec().get("suspend").is_true()
    }

    /// So many pods have to succeed; none where one is enough.
    fn completions(&self) -> Option<i64> {
        self.spec().get("completions").as_int()
    }

    fn is_finished(&self) -> bool {
        ["Complete", "Failed"].iter().any(|type_| conditions::is_true(self.value(), type_))
    }

    /// A pod that is being deleted counts as failed only once it has.
    fn waits_for_the_end(&self) -> bool {
        self.spec().get("podReplacementPolicy").str() == "Failed"
    }
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(object) = view.store.get(RESOURCE, &key.namespace, &key.name) else {
        return Outcome { writes: released(view, key), memory: Some(Value::Null), ..Outcome::default() };
    };
    let job = Job { view, object };
    let by = job.spec().get("managedBy").str();
    if !matches!(by, "" | "kubernetes.io/job-controller") {
        return Outcome::default();
    }
    if job.is_finished() {
        return Outcome { memory: Some(Value::Null), ..Outcome::default() };
    }
    let selector = Selector::from_spec(object.selector());
    let mut claimed = claim::claim(view.store, object, kinds::JOB, &selector, "pods", |_| true);
    if !claimed.writes.is_empty() {
        claimed.writes.iter_mut().for_each(track_adopted);
        return Outcome { writes: claimed.writes, ..Outcome::default() };
    }
    let tally = Tally::of(&job, &claimed.mine);
    let record = backoff::Record::of(view.memory.of(key)).with(&tally);
    let finished = finish::foreseen(&job, &tally);
    let mut step = match &finished {
        Some(_) => manage::all_deleted(&job, &tally),
        None if object.is_deleted() => manage::Step::idle(&tally),
        None => manage::manage(&job, &tally, &record),
    };
    let finished = finished.or_else(|| finish::completed(&job, &tally, &step));
    step.again = [step.again, finish::deadline(&job)].into_iter().flatten().min();
    let status = track::started(&job);
    let mut writes = core::mem::take(&mut step.writes);
    // The status is brought up to date even where a pod was refused.
    let parts = [writes.len()].into();
    writes.extend(track::track(&job, &tally, &step, status, finished));
    Outcome { writes, parts, again: step.again, memory: record.changed(), ..Outcome::default() }
}

/// A pod that a Job adopts is to be counted, too.
fn track_adopted(write: &mut Write) {
    if let Action::Update { object, .. } = &mut write.action
        && owner::controller_of(object).is_some()
        && !is_tracked(object)
    {
        object.entry_at(&["metadata", "finalizers"]).list_mut().push(Value::text(FINALIZER));
    }
}

/// The pods of a Job that is gone need not be counted any more.
///
/// Models `syncOrphanPod`.
fn released(view: &View<'_>, key: &Key) -> Vec<Write> {
    let of_job = |pod: &Object| {
        let reference = owner::controller_of(pod.value());
        let named =
            |r: &Value| r.get("kind").str() == kinds::JOB.kind && r.get("name").str() == key.name.as_str();
        is_tracked(pod.value()) && reference.is_some_and(named)
    };
    view.store.list("pods", &key.namespace).filter(|p| of_job(p)).map(|p| untracked(p)).collect()
}

/// Models `isPodFailed`.
fn has_failed(job: &Job<'_>, pod: &Value) -> bool {
    let going = pod::is_being_deleted(pod) && pod::phase(pod) != "Succeeded";
    pod::phase(pod) == "Failed" || going && !job.waits_for_the_end()
}
