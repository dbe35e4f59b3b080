//! After failures in a row, the next pod waits longer each time.
//!
//! Models `pkg/controller/job/backoff_utils.go`.

use super::{Tally, conditions, pod};
use crate::base::{Duration, Instant, Value};
use crate::store::Object;
use alloc::sync::Arc;

const FIRST: Duration = Duration::from_secs(10);
const MOST: Duration = Duration::from_secs(10 * 60);

/// How many failures there were since the last success, and when the last was.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Record {
    failures: i64,
    last: Option<Instant>,
    changed: bool,
}

impl Record {
    pub(super) fn of(remembered: &Value) -> Record {
        let last = remembered.get("last").as_int().map(Instant);
        Record { failures: remembered.get("failures").int(), last, changed: false }
    }

    /// With what has ended since.
    pub(super) fn with(mut self, tally: &Tally<'_>) -> Record {
        let times =
            |pods: &[&Arc<Object>]| pods.iter().filter_map(|p| ended(p)).collect::<alloc::vec::Vec<_>>();
        let (succeeded, failed) = (times(&tally.new_succeeded), times(&tally.new_failed));
        if succeeded.is_empty() && failed.is_empty() {
            return self;
        }
        let since = succeeded.iter().max();
        if since.is_some() {
            self = Record::default();
        }
        let later = failed.iter().filter(|at| since.is_none_or(|since| *at > since));
        self.failures += i64::try_from(later.clone().count()).unwrap_or(0);
        self.last = later.max().copied().or(self.last);
        self.changed = true;
        self
    }

    /// What is to be remembered, if it is news.
    pub(super) fn changed(&self) -> Option<Value> {
        let last = self.last.map_or(Value::Null, |at| Value::from(at.0));
        let record = Value::map([("failures", Value::from(self.failures)), ("last", last)]);
        self.changed.then_some(record)
    }

    /// How long the next pod has to wait.
    pub(super) fn remaining(&self, now: Instant) -> Duration {
        let Some(last) = self.last.filter(|_| self.failures > 0) else { return Duration::ZERO };
        let doublings = u32::try_from(self.failures - 1).unwrap_or(u32::MAX).min(20);
        let wait = FIRST.as_millis().saturating_mul(1 << doublings).min(MOST.as_millis());
        Duration::from_millis((wait - (now - last).as_millis()).max(0))
    }
}

/// When a pod ended, as far as can be told.
///
/// Models `getFinishedTime`.
fn ended(pod: &Object) -> Option<Instant> {
    let value = pod.value();
    let time = |v: &Value| Instant::parse(v.str());
    let statuses = value.at(&["status", "containerStatuses"]).items();
    let times = statuses.iter().map(|s| time(s.at(&["state", "terminated", "finishedAt"])));
    let all: Option<alloc::vec::Vec<Instant>> = times.collect();
    let by_containers = all.and_then(|all| all.into_iter().max());
    let unready = conditions::find(value, "Ready").filter(|c| c.get("status").str() == "False");
    let by_condition = || unready.and_then(|c| time(c.get("lastTransitionTime")));
    let by_deletion = || {
        let grace = pod.metadata().get("deletionGracePeriodSeconds").int();
        Some(time(pod.metadata().get("deletionTimestamp"))? + Duration::from_secs(-grace))
    };
    by_containers.or_else(by_condition).or_else(by_deletion).or_else(|| pod::created(value))
}
