//! Old ReplicaSets are kept for rollbacks, so many of them.
//!
//! Models `cleanupDeployment` in `pkg/controller/deployment/sync.go`.

use super::Rollout;
use super::set::Set;
use crate::base::sort;
use crate::controllers::{Action, Write};
use alloc::vec::Vec;

/// Deletes the sets that are behind the history limit, the lowest revision first, unless they still have pods.
pub(super) fn clean_up(rollout: &Rollout<'_>) -> Vec<Write> {
    let limit = rollout.spec().get("revisionHistoryLimit").as_int();
    let Some(limit) = limit.filter(|l| *l != i64::from(i32::MAX)) else { return Vec::new() };
    let mut old: Vec<&Set<'_>> = rollout.old.iter().filter(|s| !s.0.is_deleted()).collect();
    let excess = old.len().saturating_sub(usize::try_from(limit).unwrap_or(0));
    sort::by_key(&mut old, |s| (s.revision().unwrap_or(0), s.age()));
    let empty = |s: &&&Set<'_>| s.actual() == 0 && s.size() == 0 && is_observed(s);
    let excess = old.iter().take(excess).filter(empty);
    excess.map(|s| Write::silent(Action::delete("replicasets.apps", s.0))).collect()
}

/// What its status says is about the set as it is now.
fn is_observed(set: &Set<'_>) -> bool {
    let observed = set.value().get("status").get("observedGeneration").int();
    set.0.metadata().get("generation").int() <= observed
}
