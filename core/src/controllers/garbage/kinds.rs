//! From the coordinates in an owner reference to the object that is meant.
//!
//! Models `isDangling` and `apiResource` in `pkg/controller/garbagecollector`.

use super::Item;
use crate::base::{Text, Value};
use crate::schema::Schema;
use crate::store::{Object, Store};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::sync::Arc;

/// All kinds, by API version and kind: the resource they are stored under, and whether they are in namespaces.
#[derive(Debug)]
pub(super) struct Kinds(BTreeMap<(Text, Text), (Text, bool)>);

/// What an owner reference leads to.
#[derive(Clone, Debug)]
pub(super) enum Owner<'a> {
    Found(&'a Arc<Object>),
    Missing,
    /// Nobody knows that kind.
    Unknown,
    /// It is in a namespace, but what it is to own is not.
    Namespaced,
}

impl Owner<'_> {
    /// Whether the one who carries the reference has to be looked at.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Owner::Missing)
    }
}

impl Kinds {
    pub(super) fn of(schema: &Schema) -> Kinds {
        let whole = schema.resources().iter().filter(|r| !r.name.contains('/'));
        Kinds(
            whole
                .map(|r| {
                    let name = match (r.group.as_str(), r.name.as_str()) {
                        ("", _) | (_, "events") => r.name.clone(),
                        (group, name) => format!("{name}.{group}").into(),
                    };
                    ((r.group_version(), r.kind.clone()), (name, r.namespaced))
                })
                .collect(),
        )
    }

    /// The owner that `reference`, which `item` carries, means.
    pub(super) fn owner<'a>(&self, store: &'a Store, item: &Item, reference: &Value) -> Owner<'a> {
        let text = |field: &str| reference.get(field).as_text().cloned().unwrap_or_default();
        let Some((resource, namespaced)) = self.0.get(&(text("apiVersion"), text("kind"))) else {
            return Owner::Unknown;
        };
        if *namespaced && item.namespace.is_empty() {
            return Owner::Namespaced;
        }
        let namespace = if *namespaced { item.namespace.as_str() } else { "" };
        let found = store.get(resource, namespace, reference.get("name").str());
        found.filter(|o| o.uid() == reference.get("uid").str()).map_or(Owner::Missing, Owner::Found)
    }

    /// Whether the owner is there, but in another namespace than what it is to own.
    pub(super) fn is_elsewhere(&self, store: &Store, item: &Item, reference: &Value) -> bool {
        let text = |field: &str| reference.get(field).as_text().cloned().unwrap_or_default();
        let Some((resource, true)) = self.0.get(&(text("apiVersion"), text("kind"))) else { return false };
        let mut all = store.list(resource, "");
        all.any(|o| o.uid() == text("uid").as_str() && *o.namespace() != item.namespace)
    }

    /// The owner as something to look at, if it is there.
    pub(super) fn item(&self, store: &Store, item: &Item, reference: &Value) -> Option<Item> {
        let Owner::Found(owner) = self.owner(store, item, reference) else { return None };
        let text = |field: &str| reference.get(field).as_text().cloned().unwrap_or_default();
        let (resource, _) = self.0.get(&(text("apiVersion"), text("kind")))?;
        Some(Item::of(resource, owner))
    }
}
