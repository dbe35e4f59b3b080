//! Lists of owner references: what changes between two, and what is taken out of one.
//!
//! Models `referencesDiffs` and `addUnblockedOwnersToDeleteQueue` in `graph_builder.go`.

use crate::base::Value;

/// The references that were not there before.
pub(super) fn added<'a>(was: &'a Value, is: &'a Value) -> impl Iterator<Item = &'a Value> {
    is.items().iter().filter(|r| of(was, r.get("uid").str()).is_none())
}

/// The references that held up the deletion of their owner, and do not any more.
pub(super) fn unblocked<'a>(was: &'a Value, is: &'a Value) -> impl Iterator<Item = &'a Value> {
    let still = |r: &Value| of(is, r.get("uid").str()).is_some_and(blocks);
    was.items().iter().filter(move |r| blocks(r) && !still(r))
}

/// The reference to the owner of this uid.
pub(super) fn of<'a>(references: &'a Value, uid: &str) -> Option<&'a Value> {
    references.items().iter().find(|r| r.get("uid").str() == uid)
}

/// Whether the owner has to wait for what carries the reference.
pub(super) fn blocks(reference: &Value) -> bool {
    reference.get("blockOwnerDeletion").is_true()
}

/// The object without those references that `go`.
pub(super) fn without(object: &Value, go: impl Fn(&Value) -> bool) -> Value {
    let mut object = object.clone();
    let metadata = object.entry("metadata");
    metadata.entry("ownerReferences").list_mut().retain(|r| !go(r));
    if metadata.get("ownerReferences").is_empty() {
        metadata.remove("ownerReferences");
    }
    object
}

/// The object, that holds up no owner.
pub(super) fn all_unblocked(object: &Value) -> Value {
    let mut object = object.clone();
    for reference in object.entry("metadata").entry("ownerReferences").list_mut() {
        if blocks(reference) {
            reference.set("blockOwnerDeletion", false);
        }
    }
    object
}
