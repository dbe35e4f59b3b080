//! Owner references that stand twice are taken once, and the client is told.
//!
//! Models `dedupOwnerReferencesAndAddWarning` of `k8s.io/apiserver/pkg/endpoints/handlers/rest.go`.

use crate::base::Value;
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{borrow::ToOwned, format};

/// When the double was seen: in what the client sent, or in what a patch made of the object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Sent,
    Patched,
}

/// Drops owner references that are equal to an earlier one; the warning if there was one.
pub(super) fn take_once(object: &mut Value, seen: Seen) -> Option<String> {
    let owners = object.get("metadata").get("ownerReferences").items();
    let (mut once, mut doubles) = (Vec::new(), Vec::new());
    for owner in owners {
        if once.contains(owner) {
            doubles.push(owner.get("uid").str().to_owned());
        } else {
            once.push(owner.clone());
        }
    }
    if doubles.is_empty() {
        return None;
    }
    object.entry("metadata").set("ownerReferences", Value::list(once));
    let after = if seen == Seen::Patched { " after mutating admission happens" } else { "" };
    Some(format!(
        ".metadata.ownerReferences contains duplicate entries{after}; API server dedups owner references in 1.20+, \
         and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {}",
        doubles.join(", ")
    ))
}
