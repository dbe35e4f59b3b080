//! What belonged to an object stays when it goes, and belongs to it no more.
//!
//! Models `attemptToOrphanWorker`.

use super::{Item, ORPHAN, dependents, references};
use crate::base::Value;
use crate::controllers::{Action, Write};
use crate::store::{Object, Store};
use alloc::vec::Vec;

/// All dependents are let go; then the object itself may.
pub(super) fn orphan(store: &Store, item: &Item, object: &Object) -> Vec<Write> {
    let freed = dependents(store, item).map(|(dependent, object)| {
        let object = references::without(object.value(), |r| r.get("uid").str() == item.uid.as_str());
        Write::silent(Action::Update { resource: dependent.resource, object })
    });
    let done = without_finalizer(item, object, ORPHAN);
    freed.chain([done]).collect()
}

/// The object without one of its finalizers.
pub(super) fn without_finalizer(item: &Item, object: &Object, finalizer: &str) -> Write {
    let mut value: Value = object.value().clone();
    let metadata = value.entry("metadata");
    metadata.entry("finalizers").list_mut().retain(|f| f.str() != finalizer);
    if metadata.get("finalizers").is_empty() {
        metadata.remove("finalizers");
    }
    Write::silent(Action::Update { resource: item.resource.clone(), object: value })
}
