//! Sizes of ReplicaSets: one at a time, or all in proportion when the Deployment is scaled amid a rollout.
//!
//! Models `scale` and `scaleReplicaSet` in `pkg/controller/deployment/sync.go`.

use super::limits::max_surge;
use super::set::{DESIRED, MAX, Set};
use super::{Rollout, kinds};
use crate::base::Value;
use crate::base::sort;
use crate::controllers::{Action, Record, Write};
use alloc::format;
use alloc::vec::Vec;
use core::cmp::Reverse;

/// Whether the Deployment was scaled since its sets were last looked at.
///
/// Models `isScalingEvent`.
pub(super) fn is_wanted(rollout: &Rollout<'_>) -> bool {
    let active = rollout.sets().filter(|s| s.is_active());
    active.filter_map(|s| s.count(DESIRED)).any(|desired| desired != rollout.replicas())
}

/// Gives a set another size, unless it has it already. `force`: also where only its annotations are out of date.
pub(super) fn to(rollout: &Rollout<'_>, set: &Set<'_>, size: i64, force: bool) -> Option<Write> {
    let was = set.size();
    if was == size && !force {
        return None;
    }
    let mut object = set.value().clone();
    let annotated = annotate(rollout, &mut object);
    if was == size && !annotated {
        return None;
    }
    object.entry("spec").set("replicas", size);
    let way = if was < size { "up" } else { "down" };
    let message = format!("Scaled {way} replica set {} from {was} to {size}", set.name());
    let record = (was != size).then(|| Record::normal(rollout.value(), "ScalingReplicaSet", message));
    let action = Action::Update { resource: kinds::REPLICA_SET.resource.into(), object };
    Some(Write { action, record })
}

/// Notes on a set how many pods its Deployment wants; answers whether that was news.
///
/// Models `SetReplicasAnnotations`.
pub(super) fn annotate(rollout: &Rollout<'_>, set: &mut Value) -> bool {
    let wanted = rollout.replicas();
    let notes = [(DESIRED, wanted), (MAX, wanted + max_surge(rollout))];
    let mut news = false;
    for (key, number) in notes {
        let text = Value::from(format!("{number}"));
        if *set.at(&["metadata", "annotations", key]) != text {
            set.entry_at(&["metadata", "annotations"]).set(key, text);
            news = true;
        }
    }
    news
}

pub(super) fn proportionally(rollout: &Rollout<'_>) -> Vec<Write> {
    let active: Vec<&Set<'_>> = rollout.sets().filter(|s| s.is_active()).collect();
    let newest = rollout.new.as_ref().or_else(|| rollout.old.iter().max_by_key(|s| s.age()));
    match (active.as_slice(), newest) {
        ([], None) => Vec::new(),
        ([], Some(only)) => to(rollout, only, rollout.replicas(), false).into_iter().collect(),
        ([only], _) => to(rollout, only, rollout.replicas(), false).into_iter().collect(),
        _ if is_saturated(rollout) => {
            let old = rollout.old.iter().filter(|s| s.is_active());
            old.filter_map(|s| to(rollout, s, 0, false)).collect()
        }
        _ if rollout.is_rolling() => shared_out(rollout, active),
        _ => Vec::new(),
    }
}

/// The new set has all the pods that are wanted, and knows it.
fn is_saturated(rollout: &Rollout<'_>) -> bool {
    let wanted = rollout.replicas();
    let has_all = |s: &Set<'_>| {
        s.size() == wanted && s.annotation(DESIRED).parse() == Ok(wanted) && s.available() == wanted
    };
    rollout.new.as_ref().is_some_and(has_all)
}

/// What is to be added or taken away, shared out among the sets by their sizes; the largest gets what is left over.
fn shared_out(rollout: &Rollout<'_>, mut sets: Vec<&Set<'_>>) -> Vec<Write> {
    let wanted = rollout.replicas();
    let allowed = if wanted > 0 { wanted + max_surge(rollout) } else { 0 };
    let to_add = allowed - sets.iter().map(|s| s.size()).sum::<i64>();
    // Of sets of one size the newer is scaled up first, and the older down.
    if to_add > 0 {
        sort::by_key(&mut sets, |s| (Reverse(s.size()), Reverse(s.age())));
    } else if to_add < 0 {
        sort::by_key(&mut sets, |s| (Reverse(s.size()), s.age()));
    }
    let mut added = 0;
    let mut sizes = Vec::new();
    for set in &sets {
        let share = if to_add == 0 { 0 } else { proportion(rollout, set, to_add, added) };
        added += share;
        sizes.push(set.size() + share);
    }
    if let Some(largest) = sizes.first_mut() {
        *largest = (*largest + to_add - added).max(0);
    }
    sets.iter().zip(sizes).filter_map(|(set, size)| to(rollout, set, size, true)).collect()
}

/// The share of a set, no larger than what is left to give.
///
/// Models `GetReplicaSetProportion`.
fn proportion(rollout: &Rollout<'_>, set: &Set<'_>, to_add: i64, added: i64) -> i64 {
    if set.size() == 0 || to_add == added {
        return 0;
    }
    let fraction = fraction(rollout, set);
    let left = to_add - added;
    if to_add > 0 { fraction.min(left) } else { fraction.max(left) }
}

/// How much the set would grow if it kept its part of all pods.
///
/// Models `getReplicaSetFraction`.
fn fraction(rollout: &Rollout<'_>, set: &Set<'_>) -> i64 {
    if rollout.replicas() == 0 {
        return -set.size();
    }
    let wanted = rollout.replicas() + max_surge(rollout);
    // Without a note of how many there could be, the status tells how many there were.
    let noted = set.count(MAX).filter(|max| *max != 0);
    let before = noted.unwrap_or_else(|| rollout.value().get("status").get("replicas").int());
    if before == 0 {
        return 0;
    }
    rounded_division(set.size() * wanted, before) - set.size()
}

/// To the nearest integer, halves away from zero.
///
/// Models `integer.RoundToInt32`.
fn rounded_division(a: i64, b: i64) -> i64 {
    let (whole, rest) = (a / b, a % b);
    whole + i64::from(rest * 2 >= b)
}
