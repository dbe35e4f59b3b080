//! What a controller wrote into EndpointSlices, to tell the changes of others from its own.
//!
//! Models `k8s.io/endpointslice/util/endpointslice_tracker.go`. It remembers, per Service that a slice is labelled
//! with, the generation of each slice it wrote; [`GONE`] for one it deleted that has not gone yet.

use super::{Due, Heard, Key, Memory};
use crate::base::{Duration, Value};
use crate::store::{Change, Object};
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) const SERVICE_NAME: &str = "kubernetes.io/service-name";
pub(super) const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
pub(super) const SLICES: &str = "endpointslices.discovery.k8s.io";

const GONE: i64 = -1;
/// Where it is remembered, beside what else is.
const FIELD: &str = "slices";

/// The Services that a change of a slice concerns, after `delay`; what the controller did itself is only remembered.
pub(super) fn slice_changed(
    memory: &mut Memory,
    heard: &Heard<'_>,
    manager: &str,
    delay: Duration,
) -> Vec<Due> {
    let slice = &*heard.event.object;
    let (key, tracked) = (service_of(slice), generation(memory, slice));
    let managed = |slice: &Object| slice.labels().get(MANAGED_BY).str() == manager;
    let new_to_us = tracked.is_none_or(|known| slice.metadata().get("generation").int() > known);
    if heard.own {
        let deleted = slice.is_deleted();
        match heard.event.change {
            Change::Deleted => forget(memory, slice),
            _ => track(memory, slice, if deleted { GONE } else { slice.metadata().get("generation").int() }),
        }
        // A finalizer holds what was deleted: upstream is surprised to see its generation rise.
        return due(deleted && heard.event.change == Change::Modified, [key], delay);
    }
    match (heard.event.change, &heard.event.before) {
        (Change::Modified, Some(before)) if service_of(before) != key => {
            due(true, [key, service_of(before)], delay)
        }
        (Change::Modified, Some(before)) => {
            let ours = managed(before) != managed(slice) || managed(slice) && new_to_us;
            due(ours, [key], delay)
        }
        (Change::Deleted, _) => {
            let surprising = managed(slice) && tracked.is_some_and(|known| known != GONE);
            if managed(slice) {
                forget(memory, slice);
            }
            due(surprising, [key], delay)
        }
        _ => due(managed(slice) && new_to_us, [key], delay),
    }
}

/// Whether slices are missing that the controller wrote and nobody was seen to delete. A real controller takes it for
/// a delay of its cache and waits; where somebody took the label off a slice, it waits for ever.
///
/// Models `StaleSlices`.
pub(super) fn is_stale(remembered: &Value, slices: &[&Arc<Object>]) -> bool {
    let listed = |uid: &str| slices.iter().any(|s| s.uid() == uid);
    remembered.get(FIELD).entries().iter().any(|(uid, known)| known.int() != GONE && !listed(uid))
}

/// Forgets all slices of a Service.
pub(super) fn forget_service(remembered: &mut Value) {
    remembered.remove(FIELD);
}

/// Remembers a slice that was found to be as it should be, unless it is known.
pub(super) fn track_right(remembered: &mut Value, slice: &Object) {
    remembered.entry(FIELD).set_default(slice.uid(), slice.metadata().get("generation").int());
}

fn track(memory: &mut Memory, slice: &Object, generation: i64) {
    memory.change(&service_of(slice), |m| m.entry(FIELD).set(slice.uid(), generation));
}

fn forget(memory: &mut Memory, slice: &Object) {
    if generation(memory, slice).is_some() {
        memory.change(&service_of(slice), |m| {
            m.entry(FIELD).remove(slice.uid());
        });
    }
}

fn generation(memory: &Memory, slice: &Object) -> Option<i64> {
    memory.of(&service_of(slice)).get(FIELD).get(slice.uid()).as_int()
}

/// The Service that a slice is labelled with; without a name where it is labelled with none.
fn service_of(slice: &Object) -> Key {
    let name = slice.labels().get(SERVICE_NAME).as_text().cloned().unwrap_or_default();
    Key { namespace: slice.namespace().clone(), name }
}

fn due<const N: usize>(concerns: bool, keys: [Key; N], after: Duration) -> Vec<Due> {
    let named = keys.into_iter().filter(|key| concerns && !key.name.is_empty());
    named.map(|key| Due { key, after }).collect()
}
