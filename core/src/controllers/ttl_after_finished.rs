//! Jobs that have ended are cleaned up after a while, if they ask for it.
//!
//! Models `pkg/controller/ttlafterfinished`.

use super::{Action, Controller, Due, Heard, Key, Outcome, Retry, View, Write, conditions, kinds};
use crate::base::{Duration, Instant, Value};
use crate::registry::write::Propagation;
use crate::store::Change;
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "ttl-after-finished-controller",
    manager: "kube-controller-manager",
    component: "ttl-after-finished-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry { times: u32::MAX, ..Retry::USUAL },
};

const RESOURCE: &str = kinds::JOB.resource;

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let event = heard.event;
    let asks = event.resource == RESOURCE && event.change != Change::Deleted && !event.object.is_deleted();
    let due = expiry(event.object.value()).filter(|_| asks);
    due.map(|_| Due::from(Key::of(&event.object))).into_iter().collect()
}

/// When a Job that has ended is to be cleaned up.
fn expiry(job: &Value) -> Option<Instant> {
    let seconds = job.get("spec").get("ttlSecondsAfterFinished").as_int()?;
    let ended = ["Complete", "Failed"]
        .iter()
        .find_map(|type_| conditions::find(job, type_).filter(|c| c.get("status").str() == "True"))?;
    Some(Instant::parse(ended.get("lastTransitionTime").str())? + Duration::from_secs(seconds))
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(job) = view.store.get(RESOURCE, &key.namespace, &key.name).filter(|j| !j.is_deleted()) else {
        return Outcome::default();
    };
    let Some(at) = expiry(job.value()) else { return Outcome::default() };
    if at > view.now {
        return Outcome { again: Some(at - view.now), ..Outcome::default() };
    }
    let delete = Action::Delete {
        resource: RESOURCE.into(),
        key: key.clone(),
        uid: job.uid().into(),
        grace_period: None,
        propagation: Some(Propagation::Foreground),
    };
    Outcome { writes: [Write::silent(delete)].into(), ..Outcome::default() }
}
