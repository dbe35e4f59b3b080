//! A ReplicaSet as its Deployment sees it.

use crate::base::{Instant, Text, Value};
use crate::controllers::pod;
use crate::store::Object;
use alloc::sync::Arc;

pub(super) const REVISION: &str = "deployment.kubernetes.io/revision";
pub(super) const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
pub(super) const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
pub(super) const MAX: &str = "deployment.kubernetes.io/max-replicas";
pub(super) const HASH_LABEL: &str = "pod-template-hash";

#[derive(Clone, Copy, Debug)]
pub(super) struct Set<'a>(pub(super) &'a Arc<Object>);

impl<'a> Set<'a> {
    pub(super) fn value(&self) -> &'a Value {
        self.0.value()
    }

    pub(super) fn name(&self) -> &'a Text {
        self.0.name()
    }

    /// So many pods it is to have.
    pub(super) fn size(&self) -> i64 {
        self.value().get("spec").get("replicas").as_int().unwrap_or(1)
    }

    /// So many pods it has.
    pub(super) fn actual(&self) -> i64 {
        self.value().get("status").get("replicas").int()
    }

    pub(super) fn available(&self) -> i64 {
        self.value().get("status").get("availableReplicas").int()
    }

    pub(super) fn ready(&self) -> i64 {
        self.value().get("status").get("readyReplicas").int()
    }

    /// It is to have pods at all.
    pub(super) fn is_active(&self) -> bool {
        self.size() > 0
    }

    pub(super) fn annotation(&self, key: &str) -> &'a str {
        self.0.metadata().get("annotations").get(key).str()
    }

    /// A count that stands in an annotation, where it is one.
    pub(super) fn count(&self, key: &str) -> Option<i64> {
        self.annotation(key).parse::<i32>().ok().filter(|n| *n >= 0).map(i64::from)
    }

    /// The number of its revision; 0 where it has none.
    pub(super) fn revision(&self) -> Option<i64> {
        match self.annotation(REVISION) {
            "" => Some(0),
            text => text.parse().ok(),
        }
    }

    /// What sorts sets from the oldest to the newest.
    pub(super) fn age(&self) -> (Option<Instant>, &'a Text) {
        (pod::created(self.value()), self.name())
    }
}
