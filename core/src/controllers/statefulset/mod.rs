//! Pods with a name and a number each, that come and go in order.
//!
//! Models `pkg/controller/statefulset`.

mod claims;
mod identity;
mod process;
mod revisions;
mod roll;
mod status;

use super::history::Revision;
use super::{Controller, Due, Heard, Key, Outcome, Retry, View, Write, claim, history, kinds, pod};
use crate::base::sort;
use crate::base::{Duration, Instant, Selector, Value};
use crate::store::Object;
use alloc::sync::Arc;
use alloc::vec::Vec;
use process::Replica;

pub const CONTROLLER: Controller = Controller {
    name: "statefulset-controller",
    manager: "kube-controller-manager",
    component: "statefulset-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry { times: u32::MAX, ..Retry::USUAL },
};

const RESOURCE: &str = kinds::STATEFUL_SET.resource;

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    match heard.event.resource.as_str() {
        "pods" => kinds::STATEFUL_SET.concerned(heard),
        _ => kinds::STATEFUL_SET.itself(heard),
    }
}

/// A StatefulSet as a sync sees it.
struct Set<'a> {
    view: &'a View<'a>,
    object: &'a Arc<Object>,
    /// What its pods are made after: those that are not to be updated, and the others.
    current: Revision,
    update: Revision,
    collisions: i64,
}

impl<'a> Set<'a> {
    fn value(&self) -> &'a Value {
        self.object.value()
    }

    fn spec(&self) -> &'a Value {
        self.value().get("spec")
    }

    fn replicas(&self) -> i64 {
        self.spec().get("replicas").as_int().unwrap_or(1)
    }

    /// The number of the first pod.
    fn start(&self) -> i64 {
        self.spec().at(&["ordinals", "start"]).int()
    }

    fn has_number(&self, number: i64) -> bool {
        number >= self.start() && number < self.start() + self.replicas()
    }

    /// One pod waits for the other.
    fn is_ordered(&self) -> bool {
        self.spec().get("podManagementPolicy").str() != "Parallel"
    }

    fn min_ready(&self) -> i64 {
        self.spec().get("minReadySeconds").int()
    }

    fn now(&self) -> Instant {
        self.view.now
    }

    fn is_available(&self, pod: &Value) -> bool {
        pod::is_available(pod, self.min_ready(), self.now())
    }
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(object) = view.store.get(RESOURCE, &key.namespace, &key.name) else {
        return Outcome::default();
    };
    let selector = Selector::from_spec(object.selector());
    let known = history::list(view.store, object, &selector);
    let adoptions = history::adoptions(object, kinds::STATEFUL_SET, &known);
    if !adoptions.is_empty() && !object.is_deleted() {
        return Outcome { writes: adoptions, ..Outcome::default() };
    }
    let member = |pod: &Object| identity::is_member(object, pod.value());
    let claimed = claim::claim(view.store, object, kinds::STATEFUL_SET, &selector, "pods", member);
    if !claimed.writes.is_empty() {
        return Outcome { writes: claimed.writes, ..Outcome::default() };
    }
    let mut pods = claimed.mine;
    sort::by_key(&mut pods, |pod| identity::number(pod.name()));
    let revisions::Found { current, update, collisions, mut writes } = revisions::find(object, view, &known);
    let set = Set { view, object, current, update, collisions };
    let (replicas, condemned) = process::divided(&set, &pods);
    let (steps, deleted) = steps(&set, &replicas, &condemned);
    writes.extend(steps);
    // The status is brought up to date even where a step was refused.
    let parts = [writes.len()].into();
    let (status, counts) = status::of(&set, &pods, deleted);
    writes.extend(status);
    let live = |r: &Object| {
        let named = |name: &str| name == r.name().as_str();
        named(&set.current.name)
            || named(&set.update.name)
            || pods.iter().any(|p| named(identity::revision(p.value())))
    };
    let limit = set.spec().get("revisionHistoryLimit").as_int().unwrap_or(10);
    writes.extend(history::truncated(&known, limit, live));
    let again = (counts.ready != counts.available && set.min_ready() > 0).then(|| next_check(&set, &pods));
    Outcome { writes, parts, again, ..Outcome::default() }
}

/// What is to be done with the pods; and how many were deleted to be made anew.
///
/// Models `updateStatefulSet`.
fn steps(set: &Set<'_>, replicas: &[Replica<'_>], condemned: &[&Arc<Object>]) -> (Vec<Write>, i64) {
    let mut writes = Vec::new();
    if set.object.is_deleted() {
        return (writes, 0);
    }
    for replica in replicas {
        if process::replica(set, replica, &mut writes) && set.is_ordered() {
            return (writes, 0);
        }
    }
    for pod in condemned {
        writes.extend(claims::retained(set, pod));
    }
    let unhealthy = process::first_unavailable(set, replicas, condemned);
    for pod in condemned {
        if process::condemned(set, pod, unhealthy, &mut writes) && set.is_ordered() {
            return (writes, 0);
        }
    }
    if set.spec().at(&["updateStrategy", "type"]).str() == "OnDelete" {
        return (writes, 0);
    }
    let deleted = roll::deleted(set, replicas);
    let count = i64::try_from(deleted.len()).unwrap_or(0);
    writes.extend(deleted);
    (writes, count)
}

/// When the next pod has been ready for long enough.
fn next_check(set: &Set<'_>, pods: &[&Arc<Object>]) -> Duration {
    let waits = pods.iter().filter_map(|p| pod::available_in(p.value(), set.min_ready(), set.now()));
    let next = waits.filter(|wait| *wait > Duration::ZERO).min();
    next.unwrap_or(Duration::from_secs(set.min_ready()))
}
