//! What is to become of the slices of a Service, before anything is written: which are made, changed, deleted and left
//! as they are.
//!
//! Models the lists that `k8s.io/endpointslice/reconciler.go` hands around, and its `finalize`.

use super::super::slice::{Ports, controller_reference, name_prefix};
use super::super::tracker::SLICES;
use super::super::trigger::annotate;
use super::super::{Action, Key};
use super::labels;
use crate::base::ip::Family;
use crate::base::{Text, Value};
use crate::store::Object;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The slices of one family.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    pub(super) create: Vec<Slice<'a>>,
    pub(super) update: Vec<Slice<'a>>,
    pub(super) delete: Vec<&'a Arc<Object>>,
    pub(super) unchanged: Vec<&'a Arc<Object>>,
}

/// A slice as it is to be written.
#[derive(Clone, Debug)]
pub(super) struct Slice<'a> {
    /// What it is now; none where it is new.
    pub(super) stored: Option<&'a Arc<Object>>,
    pub(super) ports: Ports,
    pub(super) endpoints: Vec<Endpoint>,
    /// Its labels are to be those of the Service; those of a new one always are.
    pub(super) relabel: bool,
}

/// An endpoint of a slice.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    /// As it stands in the slice, but for hints: those in here do not count.
    pub(super) value: Value,
    /// Null for none.
    pub(super) hints: Value,
}

impl<'a> Plan<'a> {
    /// Takes slices out of the unchanged ones, to be updated.
    pub(super) fn update_those(&mut self, mut change: impl FnMut(&Object) -> bool) {
        let (changed, unchanged) = self.unchanged.drain(..).partition::<Vec<_>, _>(|s| change(s));
        self.unchanged = unchanged;
        self.update.extend(changed.into_iter().map(Slice::stored));
    }

    /// All endpoints that are about to be written.
    pub(super) fn written(&mut self) -> impl Iterator<Item = &mut Endpoint> {
        self.create.iter_mut().chain(&mut self.update).flat_map(|s| &mut s.endpoints)
    }

    /// What is to be done about the plan. A slice that would be deleted becomes one that would be made, where both
    /// belong to the Service; and nothing is made for a Service that is about to go.
    pub(super) fn actions(mut self, service: &Object, family: Family, time: Option<&Text>) -> Vec<Action> {
        let mut reused = Vec::new();
        self.delete.retain(|slice| match self.create.pop_if(|_| is_owned(slice, service)) {
            Some(new) => {
                reused.push((Some(slice.name().clone()), new));
                false
            }
            None => true,
        });
        if service.is_deleted() {
            self.create.clear();
        }
        let new = |name: Option<&Text>, slice: &Slice<'_>| new_object(service, family, name, slice, time);
        let mut actions = Vec::with_capacity(self.create.len() + self.update.len() + self.delete.len());
        actions.extend(
            self.create.iter().map(|s| Action::Create { resource: SLICES.into(), object: new(None, s) }),
        );
        let updated = self.update.iter().map(|s| changed_object(service, s, time));
        let updated = updated.chain(reused.iter().map(|(name, s)| new(name.as_ref(), s)));
        actions.extend(updated.map(|object| Action::Update { resource: SLICES.into(), object }));
        actions.extend(self.delete.iter().map(|s| delete(s)));
        actions
    }
}

impl<'a> Slice<'a> {
    pub(super) fn new(ports: Ports) -> Slice<'a> {
        Slice { stored: None, ports, endpoints: Vec::new(), relabel: true }
    }

    /// A slice with its endpoints and labels as they are.
    pub(super) fn stored(slice: &'a Arc<Object>) -> Slice<'a> {
        let endpoints = slice.value().get("endpoints").items().iter().map(Endpoint::stored).collect();
        Slice { stored: Some(slice), ports: Ports::of(slice), endpoints, relabel: false }
    }
}

impl Endpoint {
    fn stored(value: &Value) -> Endpoint {
        Endpoint { value: value.clone(), hints: value.get("hints").clone() }
    }

    pub(super) fn is_ready(&self) -> bool {
        is_ready(&self.value)
    }

    pub(super) fn zone(&self) -> Option<&Text> {
        self.value.get("zone").as_text()
    }

    fn finished(&self) -> Value {
        let mut value = self.value.clone();
        if value.get("hints") == &self.hints {
            return value;
        }
        match self.hints.is_null() {
            true => drop(value.remove("hints")),
            false => value.set("hints", &self.hints),
        }
        value
    }
}

pub(super) fn is_ready(endpoint: &Value) -> bool {
    endpoint.get("conditions").get("ready").is_true()
}

/// Whether the slice says that it belongs to this very Service.
pub(super) fn is_owned(slice: &Object, service: &Object) -> bool {
    slice.metadata().get("ownerReferences").items().iter().any(|o| {
        o.get("uid").str() == service.uid()
            && o.get("kind").str() == "Service"
            && o.get("apiVersion").str() == "v1"
    })
}

pub(super) fn delete(slice: &Object) -> Action {
    Action::Delete {
        resource: SLICES.into(),
        key: Key::of(slice),
        uid: Text::EMPTY,
        grace_period: None,
        propagation: None,
    }
}

fn new_object(
    service: &Object,
    family: Family,
    name: Option<&Text>,
    slice: &Slice<'_>,
    time: Option<&Text>,
) -> Value {
    let fields = [
        ("name", Value::from(name)),
        ("generateName", name_prefix(service.name()).into()),
        ("namespace", service.namespace().into()),
        ("labels", labels::of(service)),
        ("ownerReferences", Value::list([controller_reference(service, "Service")])),
    ];
    let mut metadata = Value::map(fields.into_iter().filter(|(_, v)| !v.is_null()));
    annotate(&mut metadata, time);
    Value::map([
        ("metadata", metadata),
        ("addressType", family.name().into()),
        ("endpoints", endpoints(slice)),
        ("ports", slice.ports.value()),
    ])
}

fn changed_object(service: &Object, slice: &Slice<'_>, time: Option<&Text>) -> Value {
    let mut object = slice.stored.map_or(Value::Null, |s| s.value().clone());
    let metadata = object.entry("metadata");
    if slice.relabel {
        metadata.set("labels", labels::of(service));
    }
    annotate(metadata, time);
    object.set("endpoints", endpoints(slice));
    object.set("ports", slice.ports.value());
    object
}

/// As they are stored: null for none.
fn endpoints(slice: &Slice<'_>) -> Value {
    match slice.endpoints.is_empty() {
        true => Value::Null,
        false => Value::list(slice.endpoints.iter().map(Endpoint::finished)),
    }
}
