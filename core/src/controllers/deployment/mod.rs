//! A Deployment keeps one ReplicaSet per template it has had, and moves its pods from the old ones to the new one.
//!
//! Models `pkg/controller/deployment`.

mod history;
mod limits;
mod recreate;
mod revision;
mod rolling;
mod scale;
mod set;
mod status;

use super::owner::controller_of;
use super::{Action, Controller, Due, Heard, Key, Outcome, Retry, View, Write, claim, kinds};
use crate::base::{Selector, Value};
use crate::store::{Change, Object};
use alloc::sync::Arc;
use alloc::vec::Vec;
use set::Set;

pub const CONTROLLER: Controller = Controller {
    name: "deployment-controller",
    manager: "kube-controller-manager",
    component: "deployment-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry::USUAL,
};

const RESOURCE: &str = kinds::DEPLOYMENT.resource;

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    match heard.event.resource.as_str() {
        "replicasets.apps" => kinds::DEPLOYMENT.concerned(heard),
        // Only those wait for pods that want all old ones gone.
        "pods" if heard.event.change == Change::Deleted => {
            let set = kinds::REPLICA_SET.controller(heard.store, &heard.event.object);
            let deployment = set.and_then(|set| kinds::DEPLOYMENT.controller(heard.store, set));
            let recreated = deployment.filter(|d| recreates(d.value()));
            recreated.map(|d| Due::from(Key::of(d))).into_iter().collect()
        }
        _ => kinds::DEPLOYMENT.itself(heard),
    }
}

/// A Deployment with the ReplicaSets it has, as a sync sees them.
struct Rollout<'a> {
    view: &'a View<'a>,
    deployment: &'a Arc<Object>,
    /// The set whose template is that of the Deployment, if there is one.
    new: Option<Set<'a>>,
    /// All others, oldest first.
    old: Vec<Set<'a>>,
}

impl<'a> Rollout<'a> {
    fn value(&self) -> &'a Value {
        self.deployment.value()
    }

    fn spec(&self) -> &'a Value {
        self.value().get("spec")
    }

    fn replicas(&self) -> i64 {
        self.spec().get("replicas").as_int().unwrap_or(1)
    }

    /// The old sets, and behind them the new one.
    fn sets(&self) -> impl Iterator<Item = &Set<'a>> {
        self.old.iter().chain(&self.new)
    }

    fn sum(&self, of: impl Fn(&Set<'a>) -> i64) -> i64 {
        self.sets().map(of).sum()
    }

    fn is_rolling(&self) -> bool {
        !recreates(self.value())
    }
}

fn recreates(deployment: &Value) -> bool {
    deployment.at(&["spec", "strategy", "type"]).str() == "Recreate"
}

/// One step at a time: whatever is written brings the next sync.
fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(deployment) = view.store.get(RESOURCE, &key.namespace, &key.name) else {
        return Outcome::default();
    };
    let selector = Selector::from_spec(deployment.selector());
    let sets = "replicasets.apps";
    let claimed = claim::claim(view.store, deployment, kinds::DEPLOYMENT, &selector, sets, |_| true);
    if !claimed.writes.is_empty() {
        return wrote(claimed.writes);
    }
    let (new, old) = revision::split(deployment, &claimed.mine);
    let rollout = Rollout { view, deployment, new, old };
    if let Some(write) = status::paused_condition(&rollout).filter(|_| !deployment.is_deleted()) {
        return wrote([write].into());
    }
    let writes = revision::sync(&rollout);
    if !writes.is_empty() {
        return wrote(writes);
    }
    if deployment.is_deleted() {
        return wrote(status::plain(&rollout).into_iter().collect());
    }
    if rollout.spec().get("paused").is_true() || scale::is_wanted(&rollout) {
        return scaled(&rollout);
    }
    if rollout.is_rolling() { rolling::roll(&rollout) } else { recreate::roll(&rollout) }
}

/// Models `DeploymentController.sync`: scaling, and nothing else.
fn scaled(rollout: &Rollout<'_>) -> Outcome {
    let mut writes = scale::proportionally(rollout);
    if rollout.spec().get("paused").is_true() {
        writes.extend(history::clean_up(rollout));
    }
    writes.extend(status::plain(rollout));
    wrote(writes)
}

fn wrote(writes: Vec<Write>) -> Outcome {
    Outcome { writes, ..Outcome::default() }
}

/// The last step of a rollout's sync: what it has come to.
fn concluded(rollout: &Rollout<'_>) -> Outcome {
    stepped(rollout, Vec::new())
}

/// A step, and the status as it was before it: what comes of the step is seen next time.
fn stepped(rollout: &Rollout<'_>, mut writes: Vec<Write>) -> Outcome {
    let (write, again) = status::rollout(rollout);
    writes.extend(write);
    Outcome { writes, again, ..Outcome::default() }
}

/// Old sets are removed when the rollout is complete, then its status is brought up to date.
fn cleaned(rollout: &Rollout<'_>) -> Outcome {
    if status::is_complete(rollout, rollout.value().get("status")) {
        let writes = history::clean_up(rollout);
        if !writes.is_empty() {
            return wrote(writes);
        }
    }
    concluded(rollout)
}

/// The Deployment with another status.
fn with_status(deployment: &Value, status: Value) -> Write {
    let mut object = deployment.clone();
    object.set("status", status);
    Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object })
}

/// Whether a set belongs to a Deployment, whatever its labels are.
fn is_controlled(set: &Value, deployment: &Object) -> bool {
    controller_of(set).is_some_and(|r| r.get("uid").str() == deployment.uid())
}
