//! The controllers of the control plane. Each is a pure function: what is stored and what time it is in, what it wants
//! written out. The cluster applies the writes, as their own manager, and calls again when something they look at has
//! changed, until nothing is left to do.
//!
//! Models `k8s.io/kubernetes/pkg/controller` and `k8s.io/endpointslice`.

use crate::base::{Duration, Instant, Text, Value};
use crate::store::{Event, Store};
use alloc::string::String;
use alloc::vec::Vec;

/// What a controller works on: an object of the kind it reconciles, which may be gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub namespace: Text,
    pub name: Text,
}

/// A controller: when it has to look, and what it does then.
#[derive(Debug)]
pub struct Controller {
    /// As `kube-controller-manager --controllers` names it: `endpointslice-controller`.
    pub name: &'static str,
    /// Who writes, as managed fields call it.
    pub manager: &'static str,
    /// Who speaks in Events.
    pub component: &'static str,
    /// The keys that a change concerns.
    pub affected: fn(&Store, &Event) -> Vec<Key>,
    /// What is to be done for a key.
    pub sync: fn(&View<'_>, &Key) -> Outcome,
}

/// All controllers, in the order in which they get to work.
pub const ALL: &[&Controller] = &[];

/// What a controller sees.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub store: &'a Store,
    pub now: Instant,
}

/// What a sync comes to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// In the order in which they are to be applied. The first that fails ends the sync; the key is tried again later.
    pub writes: Vec<Write>,
    /// Look again after so long, whatever happens.
    pub again: Option<Duration>,
}

/// A request of a controller to the API server.
#[derive(Clone, Debug)]
pub struct Write {
    pub action: Action,
    /// What to record as an Event about it.
    pub record: Option<Record>,
}

/// Resources are named as in messages: `pods`, `replicasets.apps`.
#[derive(Clone, Debug)]
pub enum Action {
    /// With `metadata.namespace`, and `name` or `generateName`.
    Create { resource: &'static str, object: Value },
    /// The whole object; its `resourceVersion`, where it has one, must still be the current one.
    Update { resource: &'static str, object: Value },
    /// The whole object, of which the status counts.
    UpdateStatus { resource: &'static str, object: Value },
    /// Deletion, of the object with this uid only, where one is given.
    Delete { resource: &'static str, key: Key, uid: Text, grace_period: Option<i64> },
    /// Nothing but the record.
    Nothing,
}

/// An Event to record about an object.
#[derive(Clone, Debug)]
pub struct Record {
    /// The object concerned.
    pub about: Value,
    /// Reason and message on success. `{name}` in the message stands for the name of what was written.
    pub done: Option<(&'static str, String)>,
    /// Reason and message on failure. `{error}` stands for the message of the error.
    pub failed: Option<(&'static str, String)>,
    pub warning: bool,
}
