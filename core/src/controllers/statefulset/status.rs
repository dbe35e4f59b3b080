//! What the status of a StatefulSet says.
//!
//! Models `updateStatus`, `completeUpdate` and `inconsistentStatus`.

use super::{RESOURCE, Set, identity};
use crate::base::Value;
use crate::controllers::conditions::set_count;
use crate::controllers::{Action, Write, pod};
use crate::store::Object;
use alloc::sync::Arc;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    replicas: i64,
    pub(super) ready: i64,
    pub(super) available: i64,
    current: i64,
    updated: i64,
}

/// The write that brings the status up to date, if it is not; and the counts. `deleted`: so many pods of the old
/// revision were just deleted.
pub(super) fn of(set: &Set<'_>, pods: &[&Arc<Object>], deleted: i64) -> (Option<Write>, Counts) {
    let mut counts = counted(set, pods);
    counts.current -= deleted;
    let mut current = &set.current.name;
    let all = [counts.updated, counts.ready, counts.replicas].iter().all(|n| *n == set.replicas());
    if all {
        (counts.current, current) = (counts.updated, &set.update.name);
    }
    let was = set.value().get("status");
    let mut status = Value::empty_map();
    set_count(&mut status, "observedGeneration", set.object.metadata().get("generation").int());
    status.set("replicas", counts.replicas);
    set_count(&mut status, "readyReplicas", counts.ready);
    set_count(&mut status, "currentReplicas", counts.current);
    set_count(&mut status, "updatedReplicas", counts.updated);
    status.set("currentRevision", current);
    status.set("updateRevision", &set.update.name);
    status.set("collisionCount", set.collisions);
    if !was.get("conditions").is_empty() {
        status.set("conditions", was.get("conditions"));
    }
    status.set("availableReplicas", counts.available);
    // A collision alone is no reason to write.
    let same = |field: &&str| was.get(field) == status.get(field);
    let fields = ["replicas", "currentReplicas", "readyReplicas", "updatedReplicas", "availableReplicas"];
    let revisions = ["currentRevision", "updateRevision"];
    let observed = status.get("observedGeneration").int() <= was.get("observedGeneration").int();
    if observed && fields.iter().chain(&revisions).all(same) {
        return (None, counts);
    }
    let mut object = set.value().clone();
    object.set("status", status);
    (Some(Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object })), counts)
}

fn counted(set: &Set<'_>, pods: &[&Arc<Object>]) -> Counts {
    let mut counts = Counts::default();
    for pod in pods {
        let value = pod.value();
        counts.replicas += 1;
        let ready = pod::phase(value) == "Running" && pod::is_ready(value);
        counts.ready += i64::from(ready);
        counts.available += i64::from(ready && set.is_available(value));
        let revision = identity::revision(value);
        let is = |name: &str| i64::from(!pod.is_deleted() && revision == name);
        counts.current += is(&set.current.name);
        counts.updated += is(&set.update.name);
    }
    counts
}
