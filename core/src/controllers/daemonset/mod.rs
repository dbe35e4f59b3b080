//! A pod on every node, or on every node that is asked for.
//!
//! Models `pkg/controller/daemon`.

mod manage;
mod nodes;
mod pods;
mod revisions;
mod roll;
mod status;

use super::history::Revision;
use super::{Controller, Due, Heard, Key, Outcome, Retry, View, claim, history, kinds, pod};
use crate::base::{Selector, Text, Value};
use crate::store::{Change, Object};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "daemonset-controller",
    manager: "kube-controller-manager",
    component: "daemonset-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry { times: u32::MAX, ..Retry::USUAL },
};

const RESOURCE: &str = kinds::DAEMON_SET.resource;

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    match heard.event.resource.as_str() {
        "pods" => kinds::DAEMON_SET.concerned(heard),
        "nodes" if matters(heard) => {
            heard.store.list(RESOURCE, "").map(|set| Due::from(Key::of(set))).collect()
        }
        _ => kinds::DAEMON_SET.itself(heard),
    }
}

/// Whether a change of a node may change where pods are to be. One that is gone takes its pods along without this.
///
/// Models `shouldIgnoreNodeUpdate`.
fn matters(heard: &Heard<'_>) -> bool {
    let event = heard.event;
    let what = |o: &Object| (o.labels().clone(), o.value().get("spec").get("taints").clone());
    event.change != Change::Deleted
        && event.before.as_ref().is_none_or(|before| what(before) != what(&event.object))
}

/// A DaemonSet as a sync sees it.
struct Set<'a> {
    view: &'a View<'a>,
    object: &'a Arc<Object>,
    /// Its pods that count, by the node they are or want to be on; the oldest first.
    pods: BTreeMap<Text, Vec<&'a Arc<Object>>>,
    /// What its pods are made after.
    revision: Revision,
    /// The label that pods made after it carry.
    hash: Text,
}

impl<'a> Set<'a> {
    fn value(&self) -> &'a Value {
        self.object.value()
    }

    fn spec(&self) -> &'a Value {
        self.value().get("spec")
    }

    fn on(&self, node: &str) -> &[&'a Arc<Object>] {
        self.pods.get(node).map(Vec::as_slice).unwrap_or_default()
    }

    fn is_available(&self, pod: &Object) -> bool {
        pod::is_available(pod.value(), self.spec().get("minReadySeconds").int(), self.view.now)
    }
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(object) = view.store.get(RESOURCE, &key.namespace, &key.name).filter(|o| !o.is_deleted()) else {
        // What becomes of its history is not known then, and so nothing is.
        return Outcome { memory: Some(Value::Null), ..Outcome::default() };
    };
    let selector = Selector::from_spec(object.selector());
    let known = history::list(view.store, object, &selector);
    let adoptions = history::adoptions(object, kinds::DAEMON_SET, &known);
    if !adoptions.is_empty() {
        return Outcome { writes: adoptions, ..Outcome::default() };
    }
    let claimed = claim::claim(view.store, object, kinds::DAEMON_SET, &selector, "pods", |_| true);
    if !claimed.writes.is_empty() {
        return Outcome { writes: claimed.writes, ..Outcome::default() };
    }
    let found = match revisions::find(object, view, &known) {
        Ok(found) => found,
        Err(collided) => return Outcome { writes: [*collided].into(), ..Outcome::default() },
    };
    let all = claimed.mine;
    let set = Set { view, object, pods: pods::by_node(&all), revision: found.current, hash: found.hash };
    let mut writes = found.writes;
    let managed = manage::manage(&set, key);
    match managed.writes.is_empty() {
        true => writes.extend(roll::roll(&set)),
        false => writes.extend(managed.writes),
    }
    writes.extend(revisions::cleaned(&set, &known, &all));
    // The status is brought up to date even where a pod was refused.
    let parts = [writes.len()].into();
    let (status, again) = status::of(&set);
    writes.extend(status);
    let again = [again, managed.again].into_iter().flatten().min();
    Outcome { writes, parts, again, memory: managed.memory, ..Outcome::default() }
}
