//! New pods come as old ones go, within the limits of surge and unavailability.
//!
//! Models `pkg/controller/deployment/rolling.go`.

use super::limits::{max_surge, max_unavailable};
use super::set::Set;
use super::{Rollout, cleaned, revision, scale, stepped};
use crate::controllers::{Outcome, Write};
use alloc::vec::Vec;

pub(super) fn roll(rollout: &Rollout<'_>) -> Outcome {
    let Some(new) = &rollout.new else { return revision::create(rollout) };
    if let Some(write) = scale::to(rollout, new, new_size(rollout, Some(new)), false) {
        return stepped(rollout, [write].into());
    }
    let down = scale_down_old(rollout, new);
    if down.is_empty() { cleaned(rollout) } else { stepped(rollout, down) }
}

/// How many pods the new set is to have now; one that is not there yet is made with so many.
///
/// Models `reconcileNewReplicaSet` and `NewRSNewReplicas`.
pub(super) fn new_size(rollout: &Rollout<'_>, new: Option<&Set<'_>>) -> i64 {
    let (wanted, size) = (rollout.replicas(), new.map_or(0, Set::size));
    if size >= wanted || !rollout.is_rolling() {
        return wanted;
    }
    let room = wanted + max_surge(rollout) - rollout.sum(Set::size);
    if room <= 0 { size } else { size + room.min(wanted - size) }
}

/// Takes pods away from old sets: first those that are not available anyway, then as many as may go.
///
/// Models `reconcileOldReplicaSets`.
fn scale_down_old(rollout: &Rollout<'_>, new: &Set<'_>) -> Vec<Write> {
    let old: Vec<&Set<'_>> = rollout.old.iter().filter(|s| s.is_active()).collect();
    let min_available = rollout.replicas() - max_unavailable(rollout);
    let new_unavailable = new.size() - new.available();
    let room = rollout.sum(Set::size) - min_available - new_unavailable;
    if old.is_empty() || room <= 0 {
        return Vec::new();
    }
    let mut sizes: Vec<i64> = old.iter().map(|s| s.size()).collect();
    if clean_up_unhealthy(&old, &mut sizes, room) {
        let available = old.iter().map(|s| s.available()).sum::<i64>() + new.available();
        take_down(&mut sizes, available - min_available);
    }
    old.iter().zip(sizes).filter_map(|(set, size)| scale::to(rollout, set, size, false)).collect()
}

/// Answers whether the statuses made sense: a set that says it has more pods than it is to have is not there yet.
///
/// Models `cleanupUnhealthyReplicas`.
fn clean_up_unhealthy(old: &[&Set<'_>], sizes: &mut [i64], room: i64) -> bool {
    let mut left = room;
    for (set, size) in old.iter().zip(sizes) {
        if left <= 0 {
            break;
        }
        if *size < set.available() {
            return false;
        }
        let gone = (*size - set.available()).min(left);
        *size -= gone;
        left -= gone;
    }
    true
}

/// Models `scaleDownOldReplicaSetsForRollingUpdate`.
fn take_down(sizes: &mut [i64], spare: i64) {
    let mut left = spare.max(0);
    for size in sizes {
        let gone = (*size).min(left);
        *size -= gone;
        left -= gone;
    }
}
