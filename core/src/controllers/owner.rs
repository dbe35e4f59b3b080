//! Who owns whom: owner references, and the one among them that controls.
//!
//! Models `k8s.io/apimachinery/pkg/apis/meta/v1/controller_ref.go`.

use super::{Due, Heard, Key};
use crate::base::{Text, Value};
use crate::store::{Change, Object, Store};
use alloc::vec::Vec;

/// A kind of owner, as references name it, and the resource it is stored under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub resource: &'static str,
    pub api_version: &'static str,
    pub kind: &'static str,
}

impl Kind {
    /// The reference that makes `owner` the controller of what carries it.
    pub fn reference(&self, owner: &Value) -> Value {
        let metadata = owner.get("metadata");
        Value::map([
            ("apiVersion", Value::text(self.api_version)),
            ("kind", Value::text(self.kind)),
            ("name", metadata.get("name").clone()),
            ("uid", metadata.get("uid").clone()),
            ("controller", Value::Bool(true)),
            ("blockOwnerDeletion", Value::Bool(true)),
        ])
    }

    /// The object of this kind that controls `object`, if it is still the one that the reference means.
    pub fn controller<'a>(&self, store: &'a Store, object: &Object) -> Option<&'a Object> {
        let reference = controller_of(object.value())?;
        if reference.get("kind").str() != self.kind {
            return None;
        }
        let found = store.get(self.resource, object.namespace(), reference.get("name").str())?;
        (found.uid() == reference.get("uid").str()).then_some(&**found)
    }

    /// The keys of this kind that a change of something they control concerns: the old and the new controller, and
    /// where it has none all that would adopt it.
    ///
    /// Models the pod handlers of `pkg/controller/replicaset/replica_set.go`.
    pub fn concerned(&self, heard: &Heard<'_>) -> Vec<Due> {
        let event = heard.event;
        let was = event.before.as_ref().and_then(|o| self.controller(heard.store, o));
        let is = match event.change {
            Change::Deleted => None,
            _ => self.controller(heard.store, &event.object),
        };
        let mut keys: Vec<Key> = was.into_iter().chain(is).map(Key::of).collect();
        keys.dedup();
        let orphan = controller_of(event.object.value()).is_none() && event.change != Change::Deleted;
        let labels = |o: &Object| o.labels().clone();
        let changed = event
            .before
            .as_ref()
            .is_none_or(|old| controller_of(old.value()).is_some() || labels(old) != labels(&event.object));
        if orphan && changed {
            let selecting =
                heard.store.selecting(self.resource, event.object.namespace(), event.object.labels());
            keys.extend(selecting.map(|o| Key::of(o)));
        }
        keys.into_iter().map(Due::from).collect()
    }

    /// The key of an object of this kind that changed.
    pub fn itself(&self, heard: &Heard<'_>) -> Vec<Due> {
        match heard.event.resource == self.resource {
            true => [Due::from(Key::of(&heard.event.object))].into(),
            false => Vec::new(),
        }
    }
}

/// The reference to the controller.
pub fn controller_of(object: &Value) -> Option<&Value> {
    object.get("metadata").get("ownerReferences").items().iter().find(|r| r.get("controller").is_true())
}

/// The object with one more owner.
pub fn adopted(object: &Value, reference: &Value) -> Value {
    let mut object = object.clone();
    let references = object.entry("metadata").entry("ownerReferences").list_mut();
    match references.iter_mut().find(|r| r.get("uid") == reference.get("uid")) {
        Some(there) => *there = reference.clone(),
        None => references.push(reference.clone()),
    }
    object
}

/// The object without the owner of this uid.
pub fn released(object: &Value, uid: &str) -> Value {
    let mut object = object.clone();
    let metadata = object.entry("metadata");
    let references = metadata.entry("ownerReferences").list_mut();
    references.retain(|r| r.get("uid").str() != uid);
    if references.is_empty() {
        metadata.remove("ownerReferences");
    }
    object
}

/// The name, as text that is shared.
pub fn name_of(object: &Value) -> Text {
    object.get("metadata").get("name").as_text().cloned().unwrap_or_default()
}
