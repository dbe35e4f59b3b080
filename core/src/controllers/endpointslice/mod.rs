//! The EndpointSlice controller: the pods behind a Service, in slices of a hundred.
//!
//! Models `pkg/controller/endpointslice/endpointslice_controller.go`.

mod backend;
mod distribution;
mod labels;
mod plan;
mod reconcile;
mod topology;

use super::backends::{self, services_of_changed_pod};
use super::endpoint_pod::Pod;
use super::slice::{managed, slices_of};
use super::tracker::{self, SLICES};
use super::trigger::trigger;
use super::{
    Action, Controller, Detail, Due, Heard, Key, Memory, Outcome, Record, Retry, View, Write, at_once,
};
use crate::base::ip::Family;
use crate::base::{Duration, Selector, Text, Value};
use crate::store::{Change, Object};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use distribution::{Distribution, unhint};
use plan::{Plan, delete};
use reconcile::{families, reconcile};
use topology::{Capacity, Given, Notice};

pub const CONTROLLER: Controller = Controller {
    name: "endpointslice-controller",
    manager: "kube-controller-manager",
    component: "endpoint-slice-controller",
    affected,
    sync,
    retry: Retry { first: Duration::from_secs(1), ..Retry::USUAL },
};

const MANAGER: &str = "endpointslice-controller.k8s.io";
/// What somebody else did to a slice is looked at after a while.
const SLICE_DELAY: Duration = Duration::from_secs(1);

/// The key that stands for the nodes: no Service has it.
const NODES: Key = Key { namespace: Text::EMPTY, name: Text::EMPTY };

/// What is remembered of a Service, beside its slices (see [`tracker`]).
const TRIGGERS: &str = "triggers";
const HINTS: &str = "hints";
/// Pods that were seen to be about to go, and are gone by now.
const GOING: &str = "going";

fn affected(memory: &mut Memory, heard: &Heard<'_>) -> Vec<Due> {
    let keys = match heard.event.resource.as_str() {
        SLICES => return tracker::slice_changed(memory, heard, MANAGER, SLICE_DELAY),
        "services" => [Key::of(&heard.event.object)].into(),
        "pods" => {
            let services = services_of_changed_pod(heard);
            if went_at_once(heard) {
                let pod = heard.event.object.value();
                let note = |m: &mut Value| m.entry(GOING).list_mut().push(pod.clone());
                services.iter().for_each(|key| memory.change(key, note));
            }
            services
        }
        "nodes" if topology::node_matters(heard.event) => [NODES].into(),
        _ => Vec::new(),
    };
    at_once(keys)
}

/// Whether the pod was marked as being deleted, and is gone already: its deletion consists of both, and between the two
/// it is an endpoint that terminates.
fn went_at_once(heard: &Heard<'_>) -> bool {
    let (event, pod) = (heard.event, &heard.event.object);
    let marked = event.change == Change::Modified
        && pod.is_deleted()
        && event.before.as_ref().is_some_and(|before| !before.is_deleted());
    let there = heard.store.get(&event.resource, pod.namespace(), pod.name());
    marked && there.is_none_or(|there| there.uid() != pod.uid())
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    if *key == NODES {
        return sync_nodes(view);
    }
    let remembered = view.memory.of(key);
    let Some(service) = view.store.get("services", &key.namespace, &key.name) else {
        let mut memory = remembered.clone();
        memory.remove(TRIGGERS);
        memory.remove(GOING);
        tracker::forget_service(&mut memory);
        let memory = if memory.is_empty() { Value::Null } else { memory };
        return Outcome { memory: Some(memory), ..Outcome::default() };
    };
    let spec = service.value().get("spec");
    if spec.get("type").str() == "ExternalName" || spec.get("selector").is_empty() {
        return Outcome::default();
    }
    let selector = managed(service.name(), MANAGER);
    let mut slices = slices_of(view.store, &key.namespace, &selector);
    slices.retain(|slice| !slice.is_deleted());
    if tracker::is_stale(remembered, &slices) {
        return Outcome { failed: true, ..Outcome::default() };
    }
    let selector = Selector::from_map(spec.get("selector"));
    let going = remembered.get(GOING).items().iter().map(|pod| Object::new(pod.clone())).collect::<Vec<_>>();
    let pods = with_those(&going, backends::selected(view.store, service, &selector), &selector);
    let triggered = trigger(remembered.get(TRIGGERS), service, &pods);
    let mut hints = remembered.get(HINTS).clone();
    let mut wants = Wants::new(service);
    let families = families(service);
    let served = |s: &Object| families.iter().any(|f| f.name() == address_type(s));
    let lost = slices.iter().filter(|s| !served(s)).collect::<Vec<_>>();
    for slice in &lost {
        Given(&mut hints).remove(address_type(slice));
    }
    for family in families.iter().copied() {
        let of_family = slices.iter().filter(|s| address_type(s) == family.name());
        let slices = of_family.copied().collect::<Vec<_>>();
        let (mut plan, homeless) = reconcile(view.store, service, &pods, &slices, family);
        wants.notices.extend(hint(view, service, &mut plan, &mut Given(&mut hints), family));
        wants.part(plan.actions(service, family, triggered.time.as_ref()));
        wants.problems.extend(homeless.into_iter().map(|pod| node_not_found(pod, service)));
    }
    lost.into_iter().for_each(|slice| wants.part([delete(slice)].into()));
    let mut outcome = wants.outcome();
    let hints_changed = &hints != remembered.get(HINTS);
    if !going.is_empty() {
        outcome.again = Some(Duration::ZERO);
    }
    outcome.memory = (triggered.memory.is_some() || hints_changed || !going.is_empty()).then(|| {
        let mut memory = remembered.clone();
        memory.remove(GOING);
        triggered.memory.into_iter().for_each(|t| memory.set(TRIGGERS, t));
        if hints_changed {
            memory.set(HINTS, hints);
        }
        memory
    });
    outcome
}

/// The pods, and those that are about to go, in the order of their names.
fn with_those<'a>(going: &'a [Object], mut pods: Vec<Pod<'a>>, selector: &Selector) -> Vec<Pod<'a>> {
    if !going.is_empty() {
        pods.retain(|pod| going.iter().all(|g| g.name() != pod.object.name()));
        pods.extend(going.iter().filter(|g| selector.matches(g.labels())).map(Pod::of));
        pods.sort_by(|a, b| a.object.name().cmp(b.object.name()));
    }
    pods
}

fn address_type(slice: &Object) -> &str {
    slice.value().get("addressType").str()
}

/// Gives the endpoints of one family the hints that the Service asks for, or none.
fn hint(
    view: &View<'_>,
    service: &Object,
    plan: &mut Plan<'_>,
    given: &mut Given<'_>,
    family: Family,
) -> Option<Notice> {
    if topology::is_auto(service) {
        let capacity = Capacity::read(view.memory.of(&NODES));
        return topology::hint(plan, &capacity, given, family);
    }
    let notice = given.withdrawn(family);
    given.remove(family.name());
    match Distribution::of(service.value().get("spec")) {
        Some(distribution) => distribution.hint(plan),
        None => unhint(plan),
    }
    notice
}

/// Nodes have changed: Services with too few endpoints in some zone are looked at again.
///
/// Models `checkNodeTopologyDistribution`.
fn sync_nodes(view: &View<'_>) -> Outcome {
    let capacity = Capacity::of_nodes(view.store);
    let overloaded = view.memory.iter().filter(|(_, m)| capacity.overloads(m.get(HINTS)));
    let also = overloaded.map(|(key, _)| key.clone()).collect();
    Outcome { also, memory: Some(capacity.value()), ..Outcome::default() }
}

fn node_not_found(pod: &Object, service: &Object) -> String {
    let node = pod.value().get("spec").get("nodeName").str();
    let (name, namespace, service) = (pod.name(), service.namespace(), service.name());
    format!("skipping Pod {name} for Service {namespace}/{service}: Node {node} Not Found")
}

/// What a sync wants done and said.
struct Wants<'a> {
    service: &'a Object,
    /// Each part goes on whatever becomes of the others.
    parts: Vec<Vec<Action>>,
    notices: Vec<Notice>,
    problems: Vec<String>,
}

impl<'a> Wants<'a> {
    fn new(service: &'a Object) -> Wants<'a> {
        Wants { service, parts: Vec::new(), notices: Vec::new(), problems: Vec::new() }
    }

    fn part(&mut self, actions: Vec<Action>) {
        self.parts.push(actions);
    }

    fn outcome(self) -> Outcome {
        let record = |done, failed, warning| {
            let (about, detail) = (self.service.value().clone(), Detail::default());
            Some(Record { about, done, failed, warning, detail })
        };
        let said = |record| Write { action: Action::Nothing, record };
        let notices = self.notices.iter();
        let notices = notices.map(|n| said(record(Some((n.reason, n.message.clone())), None, n.warning)));
        let (mut writes, mut parts) = (notices.collect::<Vec<_>>(), Vec::new());
        for part in &self.parts {
            parts.push(writes.len());
            writes.extend(part.iter().map(|action| Write {
                action: action.clone(),
                record: record(None, Some((FAILED, self.trouble(Some(action)))), true),
            }));
        }
        let failed = !self.problems.is_empty();
        if failed {
            writes.push(said(record(Some((FAILED, self.trouble(None))), None, true)));
        }
        Outcome { writes, parts, failed, ..Outcome::default() }
    }

    /// What the Event says when the sync fails: what was wrong before, and the write that fails, if one does.
    fn trouble(&self, action: Option<&Action>) -> String {
        let (namespace, name) = (self.service.namespace(), self.service.name());
        let service = format!("Service {namespace}/{name}");
        let failed = action.map(|action| match action {
            Action::Update { object, .. } => {
                let slice = object.get("metadata").get("name").str();
                format!("failed to update {slice} EndpointSlice for {service}: {{error}}")
            }
            Action::Delete { key, .. } => {
                format!("failed to delete {} EndpointSlice for {service}: {{error}}", key.name)
            }
            _ => format!("failed to create EndpointSlice for {service}: {{error}}"),
        });
        let mut errors = Vec::new();
        for error in self.problems.iter().map(String::as_str).chain(failed.as_deref()) {
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
        let list = match errors.as_slice() {
            [one] => String::from(*one),
            several => format!("[{}]", several.join(", ")),
        };
        format!("Error updating Endpoint Slices for {service}: {list}")
    }
}

const FAILED: &str = "FailedToUpdateEndpointSlices";
