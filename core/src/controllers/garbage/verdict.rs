//! What is to become of an object, seeing who owns it.
//!
//! Models `attemptToDeleteItem` in `pkg/controller/garbagecollector/garbagecollector.go`.

use super::kinds::{Kinds, Owner};
use super::orphan::without_finalizer;
use super::{FOREGROUND, Item, ORPHAN, dependents, has_finalizer, references, waits_for_dependents};
use crate::base::{Text, Value};
use crate::controllers::{Action, Key, Record, Write};
use crate::registry::write::Propagation;
use crate::store::{Object, Store};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What is to be written, and who else is to be looked at.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    pub(super) writes: Vec<Write>,
    pub(super) also: Vec<Item>,
}

/// The owners of an object, by what they mean for it.
#[derive(Debug, Default)]
struct Owners<'a> {
    /// They are there, and stay so.
    solid: usize,
    /// They are not there.
    dangling: Vec<&'a Value>,
    /// They are about to go, and wait for what they own.
    waiting: Vec<&'a Value>,
}

pub(super) fn of(store: &Store, kinds: &Kinds, item: &Item, object: &Arc<Object>) -> Verdict {
    if waits_for_dependents(object) {
        return waited_for(store, item, object);
    }
    // What is being deleted goes in its own time, and so is what it owns.
    if object.is_deleted() || object.owners().is_empty() {
        return Verdict::default();
    }
    let Some(owners) = classify(store, kinds, item, object) else { return Verdict::default() };
    let mut writes = complaints(store, kinds, item, object, &owners.dangling);
    if owners.solid > 0 {
        let gone = |r: &Value| owners.dangling.contains(&r) || owners.waiting.contains(&r);
        if object.owners().items().iter().any(gone) {
            let object = references::without(object.value(), gone);
            writes.push(Write::silent(Action::Update { resource: item.resource.clone(), object }));
        }
        return Verdict { writes, ..Verdict::default() };
    }
    let mut dependents = dependents(store, item).peekable();
    if !owners.waiting.is_empty() && dependents.peek().is_some() {
        // An owner further up may wait for itself.
        if dependents.any(|(_, dependent)| waits_for_dependents(dependent)) {
            let object = references::all_unblocked(object.value());
            writes.push(Write::silent(Action::Update { resource: item.resource.clone(), object }));
        }
        writes.push(delete(item, Propagation::Foreground));
    } else {
        writes.push(delete(item, propagation(object.value())));
    }
    Verdict { writes, ..Verdict::default() }
}

/// Goes once nothing holds it up any more.
///
/// Models `processDeletingDependentsItem`.
fn waited_for(store: &Store, item: &Item, object: &Object) -> Verdict {
    let blocking = dependents(store, item).filter(|(_, dependent)| {
        references::of(dependent.owners(), &item.uid).is_some_and(references::blocks)
    });
    let blocking: Vec<_> = blocking.collect();
    if blocking.is_empty() {
        return Verdict {
            writes: [without_finalizer(item, object, FOREGROUND)].into(),
            ..Verdict::default()
        };
    }
    // One that is being deleted already brings its owner here again when it is gone.
    let also = blocking.into_iter().filter(|(_, dependent)| !dependent.is_deleted());
    Verdict { also: also.map(|(item, _)| item).collect(), ..Verdict::default() }
}

/// None where a reference cannot be followed: nothing is certain then.
fn classify<'a>(store: &Store, kinds: &Kinds, item: &Item, object: &'a Object) -> Option<Owners<'a>> {
    let mut owners = Owners::default();
    for reference in object.owners().items() {
        match kinds.owner(store, item, reference) {
            Owner::Unknown | Owner::Namespaced => return None,
            Owner::Missing => owners.dangling.push(reference),
            Owner::Found(owner) if waits_for_dependents(owner) => owners.waiting.push(reference),
            Owner::Found(_) => owners.solid += 1,
        }
    }
    Some(owners)
}

/// A finalizer that is there already says how.
fn propagation(object: &Value) -> Propagation {
    match (has_finalizer(object, ORPHAN), has_finalizer(object, FOREGROUND)) {
        (true, _) => Propagation::Orphan,
        (false, true) => Propagation::Foreground,
        (false, false) => Propagation::Background,
    }
}

fn delete(item: &Item, propagation: Propagation) -> Write {
    Write::silent(Action::Delete {
        resource: item.resource.clone(),
        key: Key { namespace: item.namespace.clone(), name: item.name.clone() },
        uid: item.uid.clone(),
        grace_period: None,
        propagation: Some(propagation),
    })
}

/// Said of an owner that is there, but in another namespace.
///
/// Models `reportInvalidNamespaceOwnerRef`.
fn complaints(store: &Store, kinds: &Kinds, item: &Item, object: &Object, dangling: &[&Value]) -> Vec<Write> {
    let elsewhere = dangling.iter().filter(|r| kinds.is_elsewhere(store, item, r));
    let complaint = |reference: &Value| {
        let field = |name: &str| reference.get(name).as_text().cloned().unwrap_or(Text::EMPTY);
        let message = format!(
            "ownerRef [{}/{}, namespace: {}, name: {}, uid: {}] does not exist in namespace \"{}\"",
            field("apiVersion"),
            field("kind"),
            item.namespace,
            field("name"),
            field("uid"),
            item.namespace
        );
        let mut about = object.value().clone();
        about.entry("metadata").remove("resourceVersion");
        let record = Record::warning(&about, "OwnerRefInvalidNamespace", message);
        Write { action: Action::Nothing, record: Some(record) }
    };
    elsewhere.map(|r| complaint(r)).collect()
}
