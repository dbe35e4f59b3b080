//! What an object controls, and what it ought to: adopting what its selector selects, releasing what it does not.
//!
//! Models `pkg/controller/controller_ref_manager.go`.

use super::owner::{self, Kind};
use super::{Action, Write};
use crate::base::Selector;
use crate::store::{Object, Store};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What is claimed for an owner.
#[derive(Clone, Debug, Default)]
pub struct Claimed<'a> {
    /// What it controls and selects, in the order of the names. What it is about to adopt is not among it yet.
    pub mine: Vec<&'a Arc<Object>>,
    /// Adoptions and releases.
    pub writes: Vec<Write>,
}

/// The objects of `resource` that belong to `owner`, so far as `consider` lets them count.
///
/// An owner that is being deleted keeps what it has, and neither adopts nor releases.
pub fn claim<'a>(
    store: &'a Store,
    owner: &'a Object,
    kind: Kind,
    selector: &'a Selector,
    resource: &'static str,
    consider: impl Fn(&Object) -> bool,
) -> Claimed<'a> {
    let mut claimed = Claimed::default();
    let update = |object| Write::silent(Action::Update { resource: resource.into(), object });
    let owned = store.owned(resource, owner.namespace(), owner.uid());
    let mut selected = selector.matcher();
    for object in owned.filter(|o| o.controller() == owner.uid() && consider(o)) {
        if selected.matches(object.labels()) {
            claimed.mine.push(object);
        } else if !owner.is_deleted() {
            claimed.writes.push(update(owner::released(object.value(), owner.uid())));
        }
    }
    if owner.is_deleted() {
        return claimed;
    }
    let reference = kind.reference(owner.value());
    let selected = store.select(resource, owner.namespace(), selector);
    for object in selected.filter(|o| is_orphan(o) && consider(o)) {
        claimed.writes.push(update(owner::adopted(object.value(), &reference)));
    }
    claimed
}

fn is_orphan(object: &Object) -> bool {
    object.controller().is_empty() && !object.is_deleted()
}
