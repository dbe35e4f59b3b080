//! The EndpointSliceMirroring controller: Endpoints that somebody keeps by hand for a Service without a selector, as
//! slices.
//!
//! Models `pkg/controller/endpointslicemirroring/endpointslicemirroring_controller.go`.

mod reconcile;

use super::endpoints::ENDPOINTS;
use super::slice::{managed, slices_of};
use super::tracker::{self, SLICES};
use super::{Action, Controller, Due, Heard, Key, Memory, Outcome, Retry, View, Write, at_once};
use crate::base::{Duration, Text, Value};
use crate::store::{Change, Event, Object};
use alloc::sync::Arc;
use alloc::vec::Vec;
use reconcile::reconcile;

pub const CONTROLLER: Controller = Controller {
    name: "endpointslice-mirroring-controller",
    manager: "kube-controller-manager",
    component: "endpoint-slice-mirroring-controller",
    affected,
    sync,
    retry: Retry { first: Duration::from_secs(1), most: Duration::from_secs(100), ..Retry::USUAL },
};

const MANAGER: &str = "endpointslicemirroring-controller.k8s.io";
const SKIP: &str = "endpointslice.kubernetes.io/skip-mirror";
const LEADER: &str = "control-plane.alpha.kubernetes.io/leader";

fn affected(memory: &mut Memory, heard: &Heard<'_>) -> Vec<Due> {
    let event = heard.event;
    let concerns = match event.resource.as_str() {
        SLICES => return tracker::slice_changed(memory, heard, MANAGER, Duration::ZERO),
        "services" => service_matters(event),
        ENDPOINTS => {
            is_mirrored(&event.object) || event.before.as_ref().is_some_and(|before| is_mirrored(before))
        }
        _ => false,
    };
    at_once(concerns.then(|| Key::of(&event.object)))
}

fn service_matters(event: &Event) -> bool {
    let selects = |service: &Object| !service.selector().is_empty();
    match (event.change, &event.before) {
        (Change::Modified, Some(before)) => selects(before) != selects(&event.object),
        _ => !selects(&event.object),
    }
}

/// Whether Endpoints ask to be left alone: by a label, or because they are a lock.
fn is_mirrored(endpoints: &Object) -> bool {
    endpoints.labels().get(SKIP).str() != "true"
        && endpoints.metadata().get("annotations").find(LEADER).is_none()
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let selector = managed(&key.name, MANAGER);
    let slices = slices_of(view.store, &key.namespace, &selector);
    let remembered = view.memory.of(key);
    let endpoints = view.store.get(ENDPOINTS, &key.namespace, &key.name).filter(|e| is_mirrored(e));
    let service = view.store.get("services", &key.namespace, &key.name);
    let service = service.filter(|s| s.selector().is_empty());
    let (Some(endpoints), Some(_)) = (endpoints, service) else {
        return delete_all(remembered, &slices);
    };
    if tracker::is_stale(remembered, &slices) {
        return Outcome { failed: true, ..Outcome::default() };
    }
    let (writes, right) = reconcile(endpoints, &slices);
    // Only what it wrote itself is tracked already.
    let memory = (!right.is_empty()).then(|| {
        let mut memory = remembered.clone();
        right.iter().for_each(|slice| tracker::track_right(&mut memory, slice));
        memory
    });
    Outcome { writes, memory, ..Outcome::default() }
}

fn delete_all(remembered: &Value, slices: &[&Arc<Object>]) -> Outcome {
    let mut memory = remembered.clone();
    tracker::forget_service(&mut memory);
    let memory = if memory.is_empty() { Value::Null } else { memory };
    let writes = slices.iter().map(|slice| Write::silent(delete(slice))).collect();
    Outcome { writes, memory: Some(memory), ..Outcome::default() }
}

fn delete(slice: &Object) -> Action {
    Action::Delete {
        resource: SLICES.into(),
        key: Key::of(slice),
        uid: Text::EMPTY,
        grace_period: None,
        propagation: None,
    }
}
