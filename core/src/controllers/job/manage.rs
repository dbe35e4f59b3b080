//! The pods that are missing, or that are too many.
//!
//! Models `manageJob` in `pkg/controller/job/job_controller.go`.

use super::backoff::Record;
use super::{FINALIZER, Job, Tally, indexes, is_tracked, pod, untracked};
use crate::base::{Duration, Value};
use crate::controllers::replicaset::rank;
use crate::controllers::{Write, kinds, template};
use crate::store::Object;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// So many pods are made or deleted at once.
const BURST: usize = 500;
const INDEX_ENV: &str = "JOB_COMPLETION_INDEX";
/// So long may what a name is generated from be.
const GENERATED_MAX: usize = 58;

/// What is done with the pods, and the numbers that come of it.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) writes: Vec<Write>,
    pub(super) active: i64,
    pub(super) terminating: i64,
    pub(super) ready: i64,
    pub(super) again: Option<Duration>,
    /// It was decided upon, be it that nothing is to be done.
    pub(super) managed: bool,
}

impl Step {
    pub(super) fn idle(tally: &Tally<'_>) -> Step {
        let active = i64::try_from(tally.active.len()).unwrap_or(i64::MAX);
        let (terminating, ready) = (tally.terminating, tally.ready);
        Step { writes: Vec::new(), active, terminating, ready, again: None, managed: false }
    }

    fn without(mut self, pods: &[&Arc<Object>]) -> Step {
        let count = i64::try_from(pods.len()).unwrap_or(i64::MAX);
        let ready = pods.iter().filter(|p| p.is_ready()).count();
        self.active -= count;
        self.terminating += count;
        self.ready -= i64::try_from(ready).unwrap_or(0);
        self
    }
}

/// The Job is over: what still runs is stopped, and counted when it has.
pub(super) fn all_deleted(job: &Job<'_>, tally: &Tally<'_>) -> Step {
    let mut step = Step::idle(tally).without(&tally.active);
    step.writes = tally.active.iter().map(|p| template::delete(job.value(), p)).collect();
    step
}

pub(super) fn manage(job: &Job<'_>, tally: &Tally<'_>, record: &Record) -> Step {
    let step = Step { managed: true, ..Step::idle(tally) };
    if job.is_suspended() {
        return deleted(job, step, &tally.active);
    }
    let wanted = wanted(job, tally);
    let excess = usize::try_from(step.active - wanted).unwrap_or(0);
    let surplus = surplus(job, tally, excess);
    if !surplus.is_empty() {
        return deleted(job, step, surplus.get(..BURST.min(surplus.len())).unwrap_or_default());
    }
    // Those that are being deleted may be waited for.
    let terminating = if job.waits_for_the_end() { tally.terminating } else { 0 };
    let missing = usize::try_from(wanted - terminating - step.active).unwrap_or(0);
    if missing == 0 {
        return step;
    }
    let wait = record.remaining(job.now());
    if wait > Duration::ZERO {
        return Step { again: Some(wait), ..step };
    }
    created(job, tally, step, missing.min(BURST))
}

/// How many pods are to run now.
fn wanted(job: &Job<'_>, tally: &Tally<'_>) -> i64 {
    let parallelism = job.spec().get("parallelism").as_int().unwrap_or(1);
    match job.completions() {
        Some(all) => (all - tally.succeeded).clamp(0, parallelism.max(0)),
        // One has done it: those that run may go on, but no more come.
        None if tally.succeeded > 0 => i64::try_from(tally.active.len()).unwrap_or(i64::MAX),
        None => parallelism,
    }
}

/// Uncounted, so that they need not be waited for.
fn deleted(job: &Job<'_>, step: Step, pods: &[&Arc<Object>]) -> Step {
    let mut step = step.without(pods);
    for pod in pods {
        step.writes.extend(is_tracked(pod.value()).then(|| untracked(pod)));
        step.writes.push(template::delete(job.value(), pod));
    }
    step
}

/// Pods without an index or with one that others have, and as many more as have to go.
///
/// Models `activePodsForRemoval`.
fn surplus<'a>(job: &Job<'_>, tally: &Tally<'a>, least: usize) -> Vec<&'a Arc<Object>> {
    let (mut gone, mut left) = (Vec::new(), tally.active.clone());
    rank::sort(&mut left, &[], job.now());
    if job.is_indexed() {
        let completions = job.completions().unwrap_or(0);
        let mut taken = BTreeSet::new();
        // Of those of one index the one that is furthest stays.
        left.reverse();
        left.retain(|p| {
            let stays = indexes::of(p.value(), completions).is_some_and(|i| taken.insert(i));
            if !stays {
                gone.push(*p);
            }
            stays
        });
        left.reverse();
    }
    let more = least.saturating_sub(gone.len());
    gone.extend(left.into_iter().take(more));
    gone
}

fn created(job: &Job<'_>, tally: &Tally<'_>, mut step: Step, count: usize) -> Step {
    let mut pod = template::pod(job.spec().get("template"), job.value(), kinds::JOB);
    let finalizers = pod.entry_at(&["metadata", "finalizers"]).list_mut();
    if !finalizers.iter().any(|f| f.str() == FINALIZER) {
        finalizers.push(Value::text(FINALIZER));
    }
    let pods: Vec<Value> = match job.is_indexed() {
        false => core::iter::repeat_n(pod, count).collect(),
        true => pending(job, tally).take(count).map(|index| indexed(job, pod.clone(), index)).collect(),
    };
    step.active += i64::try_from(pods.len()).unwrap_or(0);
    step.writes = pods.into_iter().map(|pod| template::create(job.value(), pod)).collect();
    step
}

/// The indexes that nobody works on, and that are not done.
///
/// Models `firstPendingIndexes`.
fn pending(job: &Job<'_>, tally: &Tally<'_>) -> impl Iterator<Item = i64> {
    let completions = job.completions().unwrap_or(0);
    let waits = job.waits_for_the_end();
    let busy = |p: &&&Arc<Object>| pod::is_active(p) || waits && pod::is_terminating(p);
    let worked_on = tally.pods.iter().filter(busy).filter_map(|p| indexes::of(p.value(), completions));
    let taken: BTreeSet<i64> = worked_on.chain(tally.indexes.iter().copied()).collect();
    (0..completions).filter(move |i| !taken.contains(i))
}

fn indexed(job: &Job<'_>, mut pod: Value, index: i64) -> Value {
    let (name, number) = (job.object.name(), format!("{index}"));
    for labels in ["annotations", "labels"] {
        pod.entry_at(&["metadata", labels]).set(indexes::ANNOTATION, number.as_str());
    }
    pod.entry("metadata").set("generateName", prefix(name, index));
    let spec = pod.entry("spec");
    spec.set("hostname", format!("{name}-{index}"));
    for containers in ["initContainers", "containers"] {
        if spec.get(containers).is_empty() {
            continue;
        }
        for container in spec.entry(containers).list_mut() {
            let known = container.get("env").items().iter().any(|e| e.get("name").str() == INDEX_ENV);
            if !known {
                container.entry("env").list_mut().push(index_env());
            }
        }
    }
    pod
}

/// Models `podGenerateNameWithIndex`.
fn prefix(job: &str, index: i64) -> String {
    let end = format!("-{index}-");
    let room = GENERATED_MAX.saturating_sub(end.len());
    format!("{}{end}", job.get(..room).unwrap_or(job))
}

fn index_env() -> Value {
    let path = format!("metadata.labels['{}']", indexes::ANNOTATION);
    let field = Value::map([("apiVersion", Value::text("v1")), ("fieldPath", Value::from(path))]);
    Value::map([("name", Value::text(INDEX_ENV)), ("valueFrom", Value::map([("fieldRef", field)]))])
}
