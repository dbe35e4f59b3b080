//! What is to be done with each pod of a StatefulSet.
//!
//! Models `processReplica` and `processCondemned` in `pkg/controller/statefulset/stateful_set_control.go`.

use super::{Set, claims, identity};
use crate::base::Value;
use crate::controllers::{Action, Detail, Record, Write, pod};
use crate::store::Object;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A pod that is to be there.
#[derive(Debug)]
pub(super) enum Replica<'a> {
    There(&'a Arc<Object>),
    /// It is missing, and would be made like this.
    Missing(Value),
}

impl Replica<'_> {
    pub(super) fn value(&self) -> &Value {
        match self {
            Replica::There(object) => object.value(),
            Replica::Missing(value) => value,
        }
    }

    /// Models `isUnavailable`.
    pub(super) fn is_unavailable(&self, set: &Set<'_>) -> bool {
        !set.is_available(self.value()) || pod::is_being_deleted(self.value())
    }
}

/// The pods that are to be there, in order, and those that are not, the highest number first.
pub(super) fn divided<'a>(
    set: &Set<'_>,
    pods: &[&'a Arc<Object>],
) -> (Vec<Replica<'a>>, Vec<&'a Arc<Object>>) {
    let numbered = |number| pods.iter().copied().find(|p| identity::number(p.name()) == Some(number));
    let replica = |number| match numbered(number) {
        Some(pod) => Replica::There(pod),
        None => Replica::Missing(identity::new_pod(set, number)),
    };
    let wanted = (set.start()..set.start() + set.replicas()).map(replica).collect();
    let too_many = |pod: &&&Arc<Object>| identity::number(pod.name()).is_some_and(|n| !set.has_number(n));
    let mut condemned: Vec<_> = pods.iter().filter(too_many).copied().collect();
    condemned.reverse();
    (wanted, condemned)
}

/// The first pod that is not available; of those that are to go the last.
pub(super) fn first_unavailable<'a>(
    set: &Set<'_>,
    replicas: &'a [Replica<'a>],
    condemned: &[&'a Arc<Object>],
) -> Option<&'a Value> {
    let wanted = replicas.iter().find(|r| r.is_unavailable(set)).map(Replica::value);
    let unavailable = |pod: &&&Arc<Object>| Replica::There(pod).is_unavailable(set);
    wanted.or_else(|| condemned.iter().rev().find(unavailable).map(|p| p.value()))
}

/// Answers whether those behind it have to wait.
pub(super) fn replica(set: &Set<'_>, replica: &Replica<'_>, writes: &mut Vec<Write>) -> bool {
    let there = match replica {
        Replica::Missing(pod) => {
            if claims::are_stale(set, pod) {
                return true;
            }
            writes.extend(claims::missing(set, pod));
            writes.push(create(set, pod.clone()));
            return true;
        }
        Replica::There(there) => *there,
    };
    let value = there.value();
    if there.has_ended() {
        // It is made anew once it is gone.
        if !there.is_deleted() {
            writes.push(delete(set, there));
        }
        return true;
    }
    if pod::phase(value) == "Pending" {
        writes.extend(claims::missing(set, value));
        writes.extend(claims::retained(set, there));
    }
    let in_order = !there.is_deleted() && pod::phase(value) == "Running" && set.is_available(value);
    if set.is_ordered() && !in_order {
        return true;
    }
    if !identity::matches(there) || !claims::are_mounted(set, value) {
        writes.push(update(set, there));
    }
    if pod::phase(value) != "Pending" {
        writes.extend(claims::retained(set, there));
    }
    false
}

/// Answers whether those behind it have to wait.
pub(super) fn condemned(
    set: &Set<'_>,
    pod: &Arc<Object>,
    unhealthy: Option<&Value>,
    writes: &mut Vec<Write>,
) -> bool {
    if pod.is_deleted() {
        return set.is_ordered();
    }
    let value = pod.value();
    let well = pod::phase(value) == "Running" && set.is_available(value);
    let first = unhealthy.is_some_and(|u| u.get("metadata").get("name") == value.get("metadata").get("name"));
    if set.is_ordered() && !well && !first {
        return true;
    }
    writes.push(delete(set, pod));
    true
}

fn create(set: &Set<'_>, pod: Value) -> Write {
    let record =
        record(set, pod.get("metadata").get("name").str(), "Create", "SuccessfulCreate", "FailedCreate");
    Write { action: Action::Create { resource: "pods".into(), object: pod }, record: Some(record) }
}

pub(super) fn delete(set: &Set<'_>, pod: &Object) -> Write {
    let record = record(set, pod.name(), "Delete", "SuccessfulDelete", "FailedDelete");
    Write { action: Action::delete("pods", pod), record: Some(record) }
}

/// The pod with its own name and volumes.
fn update(set: &Set<'_>, pod: &Object) -> Write {
    let mut object = pod.value().clone();
    if let Some(number) = identity::number(pod.name()) {
        identity::identify(&mut object, pod.name(), number);
        claims::mount(set, &mut object, number);
    }
    let record = record(set, pod.name(), "Update", "SuccessfulUpdate", "FailedUpdate");
    Write { action: Action::Update { resource: "pods".into(), object }, record: Some(record) }
}

fn record(set: &Set<'_>, pod: &str, verb: &str, done: &'static str, failed: &'static str) -> Record {
    let what: String = format!("{verb} Pod {pod} in StatefulSet {}", set.object.name());
    Record {
        about: set.value().clone(),
        done: Some((done, format!("{what} successful"))),
        failed: Some((failed, format!("{what} failed error: {{error}}"))),
        warning: false,
        detail: Detail::default(),
    }
}
