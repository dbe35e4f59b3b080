//! All old pods go before the first new one comes.
//!
//! Models `pkg/controller/deployment/recreate.go`.

use super::{Rollout, cleaned, concluded, is_controlled, revision, scale, stepped};
use crate::controllers::{Outcome, Write};
use alloc::vec::Vec;

pub(super) fn roll(rollout: &Rollout<'_>) -> Outcome {
    let down: Vec<Write> = rollout.old.iter().filter_map(|old| scale::to(rollout, old, 0, false)).collect();
    if !down.is_empty() {
        return stepped(rollout, down);
    }
    if old_pods_run(rollout) {
        return concluded(rollout);
    }
    let Some(new) = &rollout.new else { return revision::create(rollout) };
    match scale::to(rollout, new, rollout.replicas(), false) {
        Some(up) => stepped(rollout, [up].into()),
        None => cleaned(rollout),
    }
}

/// Whether an old set has pods still, be it only such that are on their way out.
fn old_pods_run(rollout: &Rollout<'_>) -> bool {
    if rollout.old.iter().any(|s| s.actual() > 0) {
        return true;
    }
    let store = rollout.view.store;
    let mut pods = rollout
        .old
        .iter()
        .filter(|s| is_controlled(s.value(), rollout.deployment))
        .flat_map(|s| store.owned("pods", s.0.namespace(), s.0.uid()));
    pods.any(|p| !p.has_ended())
}
