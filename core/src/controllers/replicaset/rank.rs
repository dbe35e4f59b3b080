//! Which pods go first when there are too many.
//!
//! Models `ActivePodsWithRanks` in `pkg/controller/controller_utils.go`.

use crate::base::sort;
use crate::base::{Instant, Value};
use crate::controllers::pod;
use crate::store::Object;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::{Ordering, Reverse};

const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// Puts the pods in the order in which they are to be deleted. Where upstream leaves the order to chance, it is that of
/// the names. `related`: the pods that are better spread over the nodes.
pub(in crate::controllers) fn sort(pods: &mut Vec<&Arc<Object>>, related: &[&Arc<Object>], now: Instant) {
    let mut crowd: BTreeMap<&str, usize> = BTreeMap::new();
    for pod in related {
        *crowd.entry(pod::node(pod.value())).or_default() += 1;
    }
    let rank = |pod: &Arc<Object>| crowd.get(pod::node(pod.value())).copied().unwrap_or(0);
    let mut ranked: Vec<(Rank, &Arc<Object>)> =
        pods.drain(..).map(|pod| (Rank::of(pod.value(), rank(pod)), pod)).collect();
    sort::by(&mut ranked, |(a, p), (b, q)| a.cmp_at(b, now).then_with(|| p.name().cmp(q.name())));
    pods.extend(ranked.into_iter().map(|(_, pod)| pod));
}

/// What decides, in the order in which it does; the lesser goes first.
#[derive(Debug)]
struct Rank {
    first: First,
    /// Ready for a shorter time goes first.
    ready_since: Option<Instant>,
    restarts: Reverse<(i64, i64)>,
    created: Option<Instant>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct First {
    assigned: bool,
    phase: Phase,
    ready: bool,
    cost: i32,
    crowd: Reverse<usize>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Pending,
    Unknown,
    Running,
}

impl Rank {
    fn of(pod: &Value, crowd: usize) -> Rank {
        let phase = match pod::phase(pod) {
            "Unknown" => Phase::Unknown,
            "Running" => Phase::Running,
            _ => Phase::Pending,
        };
        let cost = pod.get("metadata").get("annotations").get(DELETION_COST).str();
        let ready = pod::is_ready(pod);
        let first = First {
            assigned: !pod::node(pod).is_empty(),
            phase,
            ready,
            cost: cost.parse().unwrap_or(0),
            crowd: Reverse(crowd),
        };
        let ready_since = pod::ready_since(pod);
        Rank { first, ready_since, restarts: Reverse(restarts(pod)), created: pod::created(pod) }
    }

    /// Upstream lets the uids decide between times of the same age, so that rollouts do not always hit the youngest, but
    /// not between equal times, which is no order that can be sorted by: going round in circles is possible. Here such
    /// pods are told apart by what comes next, and by the names at last, which are as good a chance as uids.
    fn cmp_at(&self, other: &Rank, now: Instant) -> Ordering {
        let age_of = |time: Option<Instant>| time.map(|since| age(since, now));
        self.first
            .cmp(&other.first)
            .then_with(|| age_of(self.ready_since).cmp(&age_of(other.ready_since)))
            .then_with(|| self.restarts.cmp(&other.restarts))
            .then_with(|| age_of(self.created).cmp(&age_of(other.created)))
    }
}

/// The age as a power of two of nanoseconds; none where it is not old at all.
///
/// Models `logarithmicRankDiff`.
fn age(since: Instant, now: Instant) -> Option<u32> {
    let nanos = (now - since).as_millis().saturating_mul(1_000_000);
    u64::try_from(nanos).ok()?.checked_ilog2()
}

/// Of ordinary containers, and of those that start with them and stay.
fn restarts(pod: &Value) -> (i64, i64) {
    let (spec, status) = (pod.get("spec"), pod.get("status"));
    let count = |s: &Value| s.get("restartCount").int();
    let ordinary = status.get("containerStatuses").items().iter().map(count).max().unwrap_or(0);
    let inits = spec.get("initContainers").items().iter();
    let sidecars: Vec<_> =
        inits.filter(|c| c.get("restartPolicy").str() == "Always").map(|c| c.get("name")).collect();
    let started = status.get("initContainerStatuses").items().iter();
    let sidecar = started.filter(|s| sidecars.contains(&s.get("name"))).map(count).max().unwrap_or(0);
    (ordinary, sidecar)
}
