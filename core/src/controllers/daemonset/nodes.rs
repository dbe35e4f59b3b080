//! Which nodes the pods of a DaemonSet belong on.
//!
//! Models `nodeShouldRunDaemonPod` in `pkg/controller/daemon/daemon_controller.go`.

use super::Set;
use super::pods::tolerations;
use crate::base::Value;
use crate::controllers::scheduler::{affinity, taints};
use crate::store::Object;
use alloc::sync::Arc;

/// Asks of each node the same, which is made up once.
pub(super) struct Fit<'a> {
    spec: &'a Value,
    tolerations: Value,
}

/// What a node is to a DaemonSet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) should_run: bool,
    /// A pod that is there already may stay.
    pub(super) may_stay: bool,
}

impl<'a> Fit<'a> {
    pub(super) fn of(set: &Set<'a>) -> Fit<'a> {
        let spec = set.spec().at(&["template", "spec"]);
        Fit { spec, tolerations: tolerations(spec) }
    }

    pub(super) fn place(&self, node: &Object) -> Place {
        let no = Place { should_run: false, may_stay: false };
        let named = self.spec.get("nodeName").str();
        if !(named.is_empty() || named == node.name().as_str())
            || !affinity::matches(self.spec, node.name(), node.labels())
        {
            return no;
        }
        let there = node.value().get("spec").get("taints");
        let tolerates = |effects| taints::untolerated(there, &self.tolerations, effects).is_none();
        if tolerates(&["NoExecute", "NoSchedule"]) {
            return Place { should_run: true, may_stay: true };
        }
        Place { may_stay: tolerates(&["NoExecute"]), ..no }
    }
}

/// All nodes, in the order of their names.
pub(super) fn all<'a>(set: &Set<'a>) -> impl Iterator<Item = &'a Arc<Object>> + use<'a> {
    set.view.store.list("nodes", "")
}
