//! The controllers of the control plane. Each is a pure function: what is stored and what time it is in, what it wants
//! written out. The cluster applies the writes, as their own manager, and calls again when something they look at has
//! changed, until nothing is left to do.
//!
//! Models `k8s.io/kubernetes/pkg/controller` and `k8s.io/endpointslice`.

mod autoscaler;
mod backends;
mod claim;
pub(crate) mod conditions;
mod cronjob;
mod daemonset;
pub mod deployment;
mod disruption;
mod endpoint_pod;
pub mod endpoints;
pub mod endpointslice;
mod fields;
pub mod garbage;
mod hash;
mod history;
mod job;
mod kinds;
pub mod load_balancer;
mod memory;
pub mod mirroring;
pub mod names;
mod namespaces;
mod node_ttl;
mod owner;
mod pod;
mod pod_gc;
pub mod queue;
pub mod replicaset;
mod resource_quota;
mod root_ca;
pub mod scheduler;
mod service_account;
mod service_cidr;
mod share;
mod slice;
mod statefulset;
mod template;
mod tracker;
mod trigger;
mod ttl_after_finished;

pub use memory::Memory;
pub use queue::{Queue, Turn};

use crate::base::{Duration, Instant, Status, Text, Value};
use crate::registry::write::Propagation;
use crate::schema::Schema;
use crate::store::{Event, Object, Store};
use alloc::string::String;
use alloc::vec::Vec;

/// What a controller works on: an object of the kind it reconciles, which may be gone.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub namespace: Text,
    pub name: Text,
}

impl Key {
    pub fn of(object: &Object) -> Key {
        Key { namespace: object.namespace().clone(), name: object.name().clone() }
    }
}

/// A controller: when it has to look, and what it does then.
#[derive(Debug)]
pub struct Controller {
    /// As `kube-controller-manager --controllers` names it: `endpointslice-controller`.
    pub name: &'static str,
    /// Who writes, as managed fields call it.
    pub manager: &'static str,
    /// Who speaks in Events (`source.component`): `endpoint-slice-controller`.
    pub component: &'static str,
    /// The keys that a change concerns. What is to be remembered of the change itself is written down here.
    pub affected: fn(&mut Memory, &Heard<'_>) -> Vec<Due>,
    /// What is to be done for a key.
    pub sync: fn(&View<'_>, &Key) -> Outcome,
    /// When to try again what has failed.
    pub retry: Retry,
}

impl Controller {
    pub fn speaker(&self) -> Speaker {
        Speaker { manager: self.manager, component: self.component }
    }
}

/// In whose name something is written and said.
#[derive(Clone, Copy, Debug)]
pub struct Speaker {
    /// As managed fields call it.
    pub manager: &'static str,
    /// As the Events it records name it.
    pub component: &'static str,
}

/// A change, as a controller hears of it.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    pub store: &'a Store,
    pub event: &'a Event,
    /// It was this controller's own write.
    pub own: bool,
}

/// A key to be worked on, after a while in which other changes may join in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub key: Key,
    pub after: Duration,
}

/// These keys, at once.
pub fn at_once(keys: impl IntoIterator<Item = Key>) -> Vec<Due> {
    keys.into_iter().map(Due::from).collect()
}

impl From<Key> for Due {
    fn from(key: Key) -> Due {
        Due { key, after: Duration::ZERO }
    }
}

/// How long to wait before a failed sync is tried again: twice as long each time.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    pub first: Duration,
    pub most: Duration,
    /// So often, then not before the next change.
    pub times: u32,
}

impl Retry {
    /// What most controllers have (`DefaultTypedControllerRateLimiter` and 15 retries).
    pub const USUAL: Retry =
        Retry { first: Duration::from_millis(5), most: Duration::from_secs(1000), times: 15 };

    /// How long to wait after so many failures before this one.
    pub fn after(&self, failures: u32) -> Duration {
        let after = self.first.as_millis().saturating_mul(1i64.checked_shl(failures).unwrap_or(i64::MAX));
        Duration::from_millis(if after > 0 {
            after.min(self.most.as_millis())
        } else {
            self.most.as_millis()
        })
    }
}

/// All controllers, in the order in which they get to work.
///
/// What has pods comes before what has that, so that the latter sees what the former has come to.
pub const ALL: &[&Controller] = &[
    &replicaset::REPLICA_SETS,
    &replicaset::REPLICATION_CONTROLLERS,
    &deployment::CONTROLLER,
    &statefulset::CONTROLLER,
    &daemonset::CONTROLLER,
    &job::CONTROLLER,
    &cronjob::CONTROLLER,
    &ttl_after_finished::CONTROLLER,
    &pod_gc::CONTROLLER,
    &disruption::CONTROLLER,
    &autoscaler::CONTROLLER,
    &endpoints::CONTROLLER,
    &endpointslice::CONTROLLER,
    &mirroring::CONTROLLER,
    &namespaces::CONTROLLER,
    &service_account::CONTROLLER,
    &root_ca::CONTROLLER,
    &node_ttl::CONTROLLER,
    &service_cidr::CONTROLLER,
    &resource_quota::CONTROLLER,
];

/// What a controller sees.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub schema: &'a Schema,
    pub store: &'a Store,
    pub now: Instant,
    /// What it remembers.
    pub memory: &'a Memory,
}

/// The writes that follow upon a refusal.
pub type Otherwise = fn(&View<'_>, &Key, &Status) -> Vec<Write>;

/// What a sync comes to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// In the order in which they are to be applied. The first that fails ends the sync; the key is tried again later.
    /// A create that fails because the namespace is being terminated ends the sync, too, but is no failure.
    pub writes: Vec<Write>,
    /// Where in `writes` a part begins that does not depend on what comes before it: a failure ends its own part only.
    pub parts: Vec<usize>,
    /// What is to be written when one of them was refused, in view of what is stored then.
    pub otherwise: Option<Otherwise>,
    /// The key is to be tried again later though no write failed.
    pub failed: bool,
    /// Look again after so long, whatever happens.
    pub again: Option<Duration>,
    /// Other keys that are to be looked at.
    pub also: Vec<Key>,
    /// What to remember about the key from now on; null forgets it. Nothing changes what is remembered.
    pub memory: Option<Value>,
}

/// A request of a controller to the API server.
#[derive(Clone, Debug)]
pub struct Write {
    pub action: Action,
    /// What to record as an Event about it.
    pub record: Option<Record>,
}

impl Outcome {
    /// Applies the writes; answers whether one failed. `apply` says so of each, or that it ends its part all the same.
    pub fn apply(&self, mut apply: impl FnMut(&Write) -> Applied) -> bool {
        let (mut failed, mut ended) = (false, false);
        for (i, write) in self.writes.iter().enumerate() {
            ended &= !self.parts.contains(&i);
            if ended {
                continue;
            }
            let applied = apply(write);
            failed |= applied == Applied::Failed;
            ended = applied != Applied::Done;
        }
        failed
    }
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    Done,
    /// It cannot be done, and never will: the namespace is about to go.
    Pointless,
    Failed,
}

impl Write {
    /// A write of which no Event is recorded.
    pub fn silent(action: Action) -> Write {
        Write { action, record: None }
    }
}

/// Resources are named as in messages: `pods`, `replicasets.apps`.
#[derive(Clone, Debug)]
pub enum Action {
    /// With `metadata.namespace`, and `name` or `generateName`.
    Create { resource: Text, object: Value },
    /// The whole object; its `resourceVersion`, where it has one, must still be the current one.
    Update { resource: Text, object: Value },
    /// The whole object, of which the status counts.
    UpdateStatus { resource: Text, object: Value },
    /// Deletion, of the object with this uid only, where one is given.
    Delete {
        resource: Text,
        key: Key,
        uid: Text,
        grace_period: Option<i64>,
        propagation: Option<Propagation>,
    },
    /// A pod gets its node.
    Bind { key: Key, node: Text },
    /// The namespace as it is, of which `spec.finalizers` count; it is gone when none is left.
    Finalize { namespace: Value },
    /// Nothing but the record.
    Nothing,
}

impl Action {
    /// Deletion of that very object, with its own grace period.
    pub fn delete(resource: &str, object: &Object) -> Action {
        let uid = Text::from(object.uid());
        Action::Delete {
            resource: resource.into(),
            key: Key::of(object),
            uid,
            grace_period: None,
            propagation: None,
        }
    }
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
    pub detail: Detail,
}

/// What only some speakers say in an Event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// What was being done. Who says this uses the newer API of Events.
    pub action: &'static str,
    /// The machine it is said on.
    pub host: Text,
    /// The part of the object concerned.
    pub field: Text,
}

impl Record {
    /// Said when the write is done.
    pub fn normal(about: &Value, reason: &'static str, message: String) -> Record {
        let done = Some((reason, message));
        Record { about: about.clone(), done, failed: None, warning: false, detail: Detail::default() }
    }

    /// Said as a warning when the write is done.
    pub fn warning(about: &Value, reason: &'static str, message: String) -> Record {
        Record { warning: true, ..Record::normal(about, reason, message) }
    }
}
