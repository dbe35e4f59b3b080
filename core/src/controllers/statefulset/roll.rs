//! Pods of an old revision make way for new ones, the highest number first.
//!
//! Models `updateStatefulSetAfterInvariantEstablished` in `pkg/controller/statefulset/stateful_set_control.go`.

use super::process::{Replica, delete};
use super::{Set, identity};
use crate::controllers::share::{self, Rounding};
use crate::controllers::{Write, pod};
use crate::store::Object;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The deletions; as many as may be unavailable.
pub(super) fn deleted(set: &Set<'_>, replicas: &[Replica<'_>]) -> Vec<Write> {
    let rolling = set.spec().at(&["updateStrategy", "rollingUpdate"]);
    let partition = usize::try_from(rolling.get("partition").int()).unwrap_or(0);
    let most = max_unavailable(set);
    let unavailable = replicas.iter().filter(|r| r.is_unavailable(set)).count();
    let ready = |r: &Replica<'_>| pod::phase(r.value()) == "Running" && set.is_available(r.value());
    let old = |r: &&Replica<'_>| identity::revision(r.value()) != set.update.name.as_str();
    let alive = |r: &&Replica<'_>| !pod::is_being_deleted(r.value());
    // As upstream has it, the partition counts places, not numbers.
    let targets = replicas.iter().skip(partition).rev().filter(old);
    let budget = most.saturating_sub(unavailable);
    if set.is_ordered() {
        return targets.filter(alive).take(budget).filter_map(|r| going(set, r)).collect();
    }
    // What is of no use anyway goes whatever the budget is; what is of use must not pay for it.
    let useless = targets.clone().filter(|r| !ready(r)).filter(alive);
    let useful = targets.filter(|r| !r.is_unavailable(set)).take(budget);
    useless.chain(useful).filter_map(|r| going(set, r)).collect()
}

fn going(set: &Set<'_>, replica: &Replica<'_>) -> Option<Write> {
    let Replica::There(object) = replica else { return None };
    let object: &Arc<Object> = object;
    Some(delete(set, object))
}

/// At least one.
///
/// Models `getStatefulSetMaxUnavailable`.
fn max_unavailable(set: &Set<'_>) -> usize {
    let asked = set.spec().at(&["updateStrategy", "rollingUpdate", "maxUnavailable"]);
    let most = share::of(asked, set.replicas(), Rounding::Down).unwrap_or(1);
    usize::try_from(most.max(1)).unwrap_or(1)
}
