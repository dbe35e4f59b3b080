//! So many pods after one template: ReplicaSets, and ReplicationControllers, which are the same by another name.
//!
//! Models `pkg/controller/replicaset` and `pkg/controller/replication`.

pub(super) mod rank;
mod status;

use super::owner::Kind;
use super::{Controller, Due, Heard, Key, Outcome, Retry, View, Write, claim, pod, template};
use crate::base::{Selector, Status, Value};
use crate::store::Object;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub const REPLICA_SETS: Controller = Controller {
    name: "replicaset-controller",
    manager: "kube-controller-manager",
    component: "replicaset-controller",
    affected: |_, heard| affected(&REPLICA_SET, heard),
    sync: |view, key| sync(&REPLICA_SET, view, key),
    retry: Retry::USUAL,
};

pub const REPLICATION_CONTROLLERS: Controller = Controller {
    name: "replicationcontroller-controller",
    manager: "kube-controller-manager",
    component: "replication-controller",
    affected: |_, heard| affected(&REPLICATION_CONTROLLER, heard),
    sync: |view, key| sync(&REPLICATION_CONTROLLER, view, key),
    retry: Retry::USUAL,
};

/// What tells the two kinds apart.
struct Replicated {
    kind: Kind,
    selector: fn(&Value) -> Selector,
    /// The status tells how many pods are on their way out.
    counts_terminating: bool,
    otherwise: fn(&View<'_>, &Key, &Status) -> Vec<Write>,
}

const REPLICA_SET: Replicated = Replicated {
    kind: super::kinds::REPLICA_SET,
    selector: Selector::from_spec,
    counts_terminating: true,
    otherwise: |view, key, status| refused(&REPLICA_SET, view, key, status),
};

const REPLICATION_CONTROLLER: Replicated = Replicated {
    kind: super::kinds::REPLICATION_CONTROLLER,
    selector: Selector::from_map,
    counts_terminating: false,
    otherwise: |view, key, status| refused(&REPLICATION_CONTROLLER, view, key, status),
};

/// So many pods are made or deleted at once.
const BURST: usize = 500;

fn affected(which: &Replicated, heard: &Heard<'_>) -> Vec<Due> {
    match heard.event.resource.as_str() {
        "pods" => which.kind.concerned(heard),
        _ => which.kind.itself(heard),
    }
}

fn sync(which: &Replicated, view: &View<'_>, key: &Key) -> Outcome {
    let Some(set) = view.store.get(which.kind.resource, &key.namespace, &key.name) else {
        return Outcome::default();
    };
    let selector = (which.selector)(set.selector());
    let claimed = claim::claim(view.store, set, which.kind, &selector, "pods", pod::is_active);
    if !claimed.writes.is_empty() {
        return Outcome { writes: claimed.writes, ..Outcome::default() };
    }
    let pods = claimed.mine;
    let changes = if set.is_deleted() { Vec::new() } else { changes(which, view, set, &pods) };
    if !changes.is_empty() {
        return Outcome { writes: changes, otherwise: Some(which.otherwise), ..Outcome::default() };
    }
    let status = status::of(which, view, set, &pods, &selector, None);
    Outcome {
        writes: status::update(which, set, status).into_iter().collect(),
        again: status::next_available(view, set, &pods),
        ..Outcome::default()
    }
}

/// What is to be done when a pod could not be made, or deleted: the status says so.
fn refused(which: &Replicated, view: &View<'_>, key: &Key, why: &Status) -> Vec<Write> {
    let Some(set) = view.store.get(which.kind.resource, &key.namespace, &key.name) else {
        return Vec::new();
    };
    let selector = (which.selector)(set.selector());
    let pods = claim::claim(view.store, set, which.kind, &selector, "pods", pod::is_active).mine;
    let status = status::of(which, view, set, &pods, &selector, Some(&why.message));
    status::update(which, set, status).into_iter().collect()
}

fn wanted(set: &Value) -> usize {
    let replicas = set.get("spec").get("replicas").as_int().unwrap_or(1);
    usize::try_from(replicas).unwrap_or(0)
}

/// The pods that are missing, or that are too many.
///
/// Models `manageReplicas`.
fn changes(which: &Replicated, view: &View<'_>, set: &Arc<Object>, pods: &[&Arc<Object>]) -> Vec<Write> {
    let wanted = wanted(set.value());
    if pods.len() < wanted {
        let missing = (wanted - pods.len()).min(BURST);
        let pod = template::pod(set.value().get("spec").get("template"), set.value(), which.kind);
        return (0..missing).map(|_| template::create(set.value(), pod.clone())).collect();
    }
    let excess = (pods.len() - wanted).min(BURST);
    let mut pods = pods.to_vec();
    if (1..pods.len()).contains(&excess) {
        let related = related(which, view, set);
        rank::sort(&mut pods, &related, view.now);
    }
    pods.into_iter().take(excess).map(|pod| template::delete(set.value(), pod)).collect()
}

/// The pods of all sets with the same controller: of the whole Deployment.
///
/// Models `getIndirectlyRelatedPods`.
fn related<'a>(which: &Replicated, view: &View<'a>, set: &'a Object) -> Vec<&'a Arc<Object>> {
    let controller = set.controller();
    if controller.is_empty() {
        return Vec::new();
    }
    let siblings = view.store.owned(which.kind.resource, set.namespace(), controller);
    let siblings = siblings.filter(|s| s.controller() == controller);
    let pods = siblings.flat_map(|s| view.store.owned("pods", s.namespace(), s.uid()));
    pods.filter(|p| pod::is_active(p)).collect()
}
