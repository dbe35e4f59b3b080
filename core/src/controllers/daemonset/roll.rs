//! Pods of an old template make way for new ones, as many at a time as the strategy lets.
//!
//! Models `rollingUpdate` in `pkg/controller/daemon/update.go`.

use super::nodes::{self, Fit};
use super::{Set, pods};
use crate::base::Text;
use crate::controllers::share::{self, Rounding};
use crate::controllers::{Write, template};
use crate::store::Object;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) fn roll(set: &Set<'_>) -> Vec<Write> {
    if strategy(set).get("type").str() != "RollingUpdate" {
        return Vec::new();
    }
    let fit = Fit::of(set);
    let wanted: Vec<_> = nodes::all(set).filter(|node| fit.place(node).should_run).collect();
    let count = i64::try_from(wanted.len()).unwrap_or(i64::MAX);
    let surge = max_surge(set, count);
    let mut nodes: BTreeMap<&Text, Pair<'_>> = set.pods.iter().map(|(n, p)| (n, Pair::of(set, p))).collect();
    for node in wanted {
        nodes.entry(node.name()).or_insert(Pair::None);
    }
    let step = match surge {
        0 => replaced(set, &nodes, max_unavailable(set, count)),
        _ => surged(set, &fit, &nodes, surge, count),
    };
    let created = step.created.into_iter().map(|node| pods::create(set, node));
    created.chain(step.deleted.into_iter().map(|pod| template::delete(set.value(), pod))).collect()
}

#[derive(Debug, Default)]
struct Step<'a> {
    created: Vec<&'a Text>,
    deleted: Vec<&'a Arc<Object>>,
}

/// The pods of a node that are not being deleted.
#[derive(Clone, Copy, Debug)]
enum Pair<'a> {
    None,
    New(&'a Arc<Object>),
    Old(&'a Arc<Object>),
    Both {
        new: &'a Arc<Object>,
        old: &'a Arc<Object>,
    },
    /// There are more of one kind than one.
    Crowd,
}

impl<'a> Pair<'a> {
    /// Models `findUpdatedPodsOnNode`.
    fn of(set: &Set<'_>, pods: &[&'a Arc<Object>]) -> Pair<'a> {
        let alive = pods.iter().copied().filter(|p| !p.is_deleted());
        let (new, old): (Vec<_>, Vec<_>) = alive.partition(|p| pods::is_updated(set, p));
        match (new.as_slice(), old.as_slice()) {
            ([], []) => Pair::None,
            ([new], []) => Pair::New(new),
            ([], [old]) => Pair::Old(old),
            ([new], [old]) => Pair::Both { new, old },
            _ => Pair::Crowd,
        }
    }
}

/// Old pods go, and the next look makes new ones.
fn replaced<'a>(set: &Set<'_>, nodes: &BTreeMap<&'a Text, Pair<'a>>, most: i64) -> Step<'a> {
    let (mut unavailable, mut useless, mut candidates) = (0, Vec::new(), Vec::new());
    for pair in nodes.values() {
        match pair {
            Pair::New(new) => unavailable += i64::from(!set.is_available(new)),
            Pair::Old(old) if set.is_available(old) => candidates.push(*old),
            Pair::Old(old) => {
                useless.push(*old);
                unavailable += 1;
            }
            _ => unavailable += 1,
        }
    }
    let budget = usize::try_from(most - unavailable).unwrap_or(0);
    useless.extend(candidates.into_iter().take(budget));
    Step { deleted: useless, ..Step::default() }
}

/// New pods come beside old ones, which go once these are available.
fn surged<'a>(
    set: &Set<'_>,
    fit: &Fit<'_>,
    nodes: &BTreeMap<&'a Text, Pair<'a>>,
    surge: i64,
    wanted: i64,
) -> Step<'a> {
    let mut step = Step::default();
    let (mut surging, mut available) = (0, 0);
    let (mut candidates, mut misplaced) = (Vec::new(), Vec::new());
    for (node, pair) in nodes {
        let counted = match pair {
            Pair::Old(old) | Pair::Both { old, .. } => Some(old),
            Pair::New(new) => Some(new),
            Pair::None | Pair::Crowd => None,
        };
        available += i64::from(counted.is_some_and(|p| set.is_available(p)));
        let there = set.view.store.get("nodes", "", node);
        let belongs = there.is_some_and(|n| fit.place(n).should_run);
        match pair {
            Pair::None | Pair::New(_) => {}
            Pair::Crowd => surging += 1,
            Pair::Both { new, old } if set.is_available(new) => step.deleted.push(*old),
            Pair::Both { .. } => surging += 1,
            Pair::Old(old) => match (set.is_available(old), belongs) {
                (false, false) => step.deleted.push(*old),
                (false, true) => step.created.push(*node),
                (true, false) => misplaced.push(*old),
                (true, true) => candidates.push(*node),
            },
        }
    }
    // None of those that are misplaced goes before there is another one elsewhere.
    let spare = usize::try_from(available - wanted).unwrap_or(0);
    step.deleted.extend(misplaced.into_iter().take(spare));
    let budget = usize::try_from(surge - surging).unwrap_or(0);
    step.created.extend(candidates.into_iter().take(budget));
    step
}

fn strategy<'a>(set: &Set<'a>) -> &'a crate::base::Value {
    set.spec().get("updateStrategy")
}

/// So many pods more than wanted there may be at a time.
pub(super) fn max_surge(set: &Set<'_>, wanted: i64) -> i64 {
    let asked = strategy(set).get("rollingUpdate").get("maxSurge");
    share::of(asked, wanted, Rounding::Up).unwrap_or(0)
}

/// At least one, or there would be no way forward.
fn max_unavailable(set: &Set<'_>, wanted: i64) -> i64 {
    let asked = strategy(set).get("rollingUpdate").get("maxUnavailable");
    share::of(asked, wanted, Rounding::Up).unwrap_or(0).max(1)
}
