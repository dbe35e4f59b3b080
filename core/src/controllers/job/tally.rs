//! The pods of a Job, by what has become of them.
//!
//! Models the beginning of `syncJob` in `pkg/controller/job/job_controller.go`.

use super::{Job, has_failed, indexes, is_tracked, pod, policy};
use crate::base::{Text, Value};
use crate::store::Object;
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) struct Tally<'a> {
    pub(super) pods: Vec<&'a Arc<Object>>,
    pub(super) active: Vec<&'a Arc<Object>>,
    /// They have ended, and have not been noted yet.
    pub(super) new_succeeded: Vec<&'a Arc<Object>>,
    pub(super) new_failed: Vec<&'a Arc<Object>>,
    /// Those that were noted, but not counted.
    pub(super) uncounted: Uncounted,
    /// All that have succeeded, and all that have failed.
    pub(super) succeeded: i64,
    pub(super) failed: i64,
    pub(super) terminating: i64,
    pub(super) ready: i64,
    /// Of an indexed Job: the indexes that had succeeded before, and those that have now.
    pub(super) known_indexes: BTreeSet<i64>,
    pub(super) indexes: BTreeSet<i64>,
}

/// The uids of pods that have ended but still wait to be counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Uncounted {
    pub(super) succeeded: Vec<Text>,
    pub(super) failed: Vec<Text>,
}

impl Uncounted {
    fn of(status: &Value) -> Uncounted {
        let list = |field: &str| {
            let uids = status.get("uncountedTerminatedPods").get(field).items().iter();
            uids.filter_map(Value::as_text).cloned().collect()
        };
        Uncounted { succeeded: list("succeeded"), failed: list("failed") }
    }

    pub(super) fn has(&self, uid: &str) -> bool {
        self.succeeded.iter().chain(&self.failed).any(|u| u.as_str() == uid)
    }
}

impl<'a> Tally<'a> {
    pub(super) fn of(job: &Job<'_>, pods: &[&'a Arc<Object>]) -> Tally<'a> {
        let uncounted = Uncounted::of(job.status());
        let completions = job.completions().unwrap_or(0);
        let indexed = |p: &Object| !job.is_indexed() || indexes::of(p.value(), completions).is_some();
        let fresh = |p: &Object| is_tracked(p.value()) && !uncounted.has(p.uid()) && indexed(p);
        let of = |is: &dyn Fn(&Object) -> bool| pods.iter().copied().filter(|p| is(p)).collect::<Vec<_>>();
        let active = of(&|p| pod::is_active(p));
        let new_succeeded = of(&|p| fresh(p) && pod::phase(p.value()) == "Succeeded");
        let new_failed = of(&|p| fresh(p) && has_failed(job, p.value()));
        let counted = new_failed.iter().filter(|p| policy::of(job, p) != policy::Failure::Ignored).count();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let noted = |field: &str| job.status().get(field).int();
        let succeeded = noted("succeeded") + count(new_succeeded.len() + uncounted.succeeded.len());
        let failed = noted("failed") + count(counted + uncounted.failed.len());
        let known_indexes = indexes::parse(job.status().get("completedIndexes").str(), completions);
        let mut indexes = known_indexes.clone();
        if job.is_indexed() {
            let done = pods.iter().filter(|p| is_tracked(p.value()) && pod::phase(p.value()) == "Succeeded");
            indexes.extend(done.filter_map(|p| indexes::of(p.value(), completions)));
        }
        Tally {
            terminating: count(pods.iter().filter(|p| pod::is_terminating(p)).count()),
            ready: count(active.iter().filter(|p| p.is_ready()).count()),
            succeeded: if job.is_indexed() { count(indexes.len()) } else { succeeded },
            pods: pods.to_vec(),
            active,
            new_succeeded,
            new_failed,
            uncounted,
            failed,
            known_indexes,
            indexes,
        }
    }
}
