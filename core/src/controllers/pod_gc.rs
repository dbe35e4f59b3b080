//! Pods whose node is gone for good.
//!
//! Models `gcOrphaned` in `pkg/controller/podgc/gc_controller.go`.

use super::{Action, Controller, Due, Heard, Key, Outcome, Retry, View, Write, conditions, pod};
use crate::base::{Duration, Text};
use crate::store::{Change, Object};
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "pod-garbage-collector-controller",
    manager: "kube-controller-manager",
    component: "pod-garbage-collector-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry { times: u32::MAX, ..Retry::USUAL },
};

/// A node is given so long to come back: a look around every 20 s, and a quarantine.
const QUARANTINE: Duration = Duration::from_secs(60);

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let (event, object) = (heard.event, &heard.event.object);
    let node = match (event.resource.as_str(), event.change) {
        ("nodes", Change::Deleted) => Some(object.name().clone()),
        ("pods", Change::Added | Change::Modified) => {
            let node = pod::node(object.value());
            let missing = !node.is_empty() && heard.store.get("nodes", "", node).is_none();
            missing.then(|| Text::from(node))
        }
        _ => None,
    };
    let due = |name| Due { key: Key { name, ..Key::default() }, after: QUARANTINE };
    node.map(due).into_iter().collect()
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    if view.store.get("nodes", "", &key.name).is_some() {
        return Outcome::default();
    }
    let orphans = view.store.list("pods", "").filter(|p| pod::node(p.value()) == key.name.as_str());
    let writes: Vec<Write> = orphans.flat_map(|p| collected(view, p)).collect();
    // One that cannot go is no reason to keep the others.
    let parts = (0..writes.len()).collect();
    Outcome { writes, parts, ..Outcome::default() }
}

/// The pod has failed, and goes at once.
fn collected(view: &View<'_>, pod: &Object) -> Vec<Write> {
    let mut writes = Vec::new();
    if !pod.has_ended() {
        let mut object = pod.value().clone();
        let status = object.entry("status");
        let message = "PodGC: node no longer exists";
        let mut target = conditions::new("DisruptionTarget", "True", "DeletionByPodGC", message, view.now);
        conditions::set_count(&mut target, "observedGeneration", pod.metadata().get("generation").int());
        conditions::replace(status, target);
        status.set("phase", "Failed");
        writes.push(Write::silent(Action::UpdateStatus { resource: "pods".into(), object }));
    }
    writes.push(Write::silent(Action::Delete {
        resource: "pods".into(),
        key: Key::of(pod),
        uid: pod.uid().into(),
        grace_period: Some(0),
        propagation: None,
    }));
    writes
}
