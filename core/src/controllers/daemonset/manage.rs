//! One pod on each node that is to have one, and none on the others.
//!
//! Models `podsShouldBeOnNode` in `pkg/controller/daemon/daemon_controller.go`.

use super::nodes::{self, Fit};
use super::roll::max_surge;
use super::{Key, Set, pods};
use crate::base::{Duration, Instant, Value};
use crate::controllers::{Action, Record, Write, pod, template};
use crate::store::Object;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A pod that has failed is made anew after so long, twice as long each time.
const BACKOFF_FIRST: Duration = Duration::from_secs(1);
const BACKOFF_MOST: Duration = Duration::from_secs(15 * 60);
/// So many pods are made or deleted at once.
const BURST: usize = 250;

#[derive(Debug, Default)]
pub(super) struct Managed {
    pub(super) writes: Vec<Write>,
    pub(super) again: Option<Duration>,
    /// When pods have failed lately, by node, where that has changed.
    pub(super) memory: Option<Value>,
}

pub(super) fn manage(set: &Set<'_>, key: &Key) -> Managed {
    let fit = Fit::of(set);
    let mut failures = Failures::of(set, key);
    let (mut created, mut deleted, mut said) = (Vec::new(), Vec::new(), Vec::new());
    for node in nodes::all(set) {
        let (place, there) = (fit.place(node), set.on(node.name()));
        if place.should_run && there.is_empty() {
            created.push(pods::create(set, node.name()));
        } else if place.may_stay {
            let running = running(set, node.name(), there, &mut failures, &mut deleted, &mut said);
            if max_surge(set, 1) == 0 {
                deleted.extend(running.into_iter().skip(1));
            } else if running.is_empty() && place.should_run {
                created.push(pods::create(set, node.name()));
            } else {
                deleted.extend(surplus(set, &running));
            }
        } else {
            deleted.extend(there.iter().filter(|p| !p.is_deleted()));
        }
    }
    deleted.extend(without_node(set));
    let deleted = deleted.into_iter().take(BURST).map(|p| template::delete(set.value(), p));
    let writes = said.into_iter().chain(created.into_iter().take(BURST)).chain(deleted).collect();
    Managed { writes, again: failures.again, memory: failures.changed.then_some(failures.nodes) }
}

/// The pods of a node that run; those that have ended are deleted, with a word to the user.
fn running<'a>(
    set: &Set<'a>,
    node: &str,
    there: &[&'a Arc<Object>],
    failures: &mut Failures,
    deleted: &mut Vec<&'a Arc<Object>>,
    said: &mut Vec<Write>,
) -> Vec<&'a Arc<Object>> {
    let mut running = Vec::new();
    for pod in there.iter().copied().filter(|p| !p.is_deleted()) {
        let what = |state: &str, todo: &str| {
            format!(
                "Found {state} daemon pod {}/{} on node {node}, will try to {todo} it",
                pod.namespace(),
                pod.name()
            )
        };
        let record = match pod::phase(pod.value()) {
            "Failed" if failures.is_too_soon(node, set.view.now) => continue,
            "Failed" => Record::warning(set.value(), "FailedDaemonPod", what("failed", "kill")),
            "Succeeded" => Record::normal(set.value(), "SucceededDaemonPod", what("succeeded", "delete")),
            _ => {
                running.push(pod);
                continue;
            }
        };
        said.push(Write { action: Action::Nothing, record: Some(record) });
        deleted.push(pod);
    }
    running
}

/// While a node gets a new pod the old one may stay as long as it is of more use.
fn surplus<'a>(set: &Set<'_>, running: &[&'a Arc<Object>]) -> Vec<&'a Arc<Object>> {
    let hash = |p: &&&Arc<Object>| p.labels().get(pods::HASH_LABEL).str() == set.hash.as_str();
    let new: Vec<_> = running.iter().filter(hash).collect();
    let old: Vec<_> = running.iter().filter(|p| !hash(p)).collect();
    let mut out: Vec<&Arc<Object>> = new.iter().chain(&old).copied().copied().collect();
    out.retain(|p| {
        let first = |list: &[&&'a Arc<Object>]| list.first().is_some_and(|f| f.name() == p.name());
        !first(&new) && !first(&old)
    });
    if let (Some(new), Some(old)) = (new.first(), old.first())
        && (!old.is_ready() || set.is_available(new))
    {
        out.push(old);
    }
    out
}

/// Pods that wait for a node that is not there.
fn without_node<'a>(set: &Set<'a>) -> Vec<&'a Arc<Object>> {
    let missing = set.pods.iter().filter(|(node, _)| set.view.store.get("nodes", "", node).is_none());
    missing.flat_map(|(_, pods)| pods.iter().copied()).filter(|p| pod::node(p.value()).is_empty()).collect()
}

/// How long each node whose pods fail has to wait.
struct Failures {
    /// By node: since when, and for how long; in milliseconds.
    nodes: Value,
    changed: bool,
    again: Option<Duration>,
}

impl Failures {
    /// What is remembered, unless it is about another generation of the DaemonSet.
    fn of(set: &Set<'_>, key: &Key) -> Failures {
        let generation = set.value().get("status").get("observedGeneration").int();
        let remembered = set.view.memory.of(key);
        let nodes = match remembered.get("").as_int() == Some(generation) {
            true => remembered.clone(),
            false => Value::map([("", Value::from(generation))]),
        };
        Failures { nodes, changed: false, again: None }
    }

    /// Whether the last failure on a node is too recent; if not, this one is noted.
    fn is_too_soon(&mut self, node: &str, now: Instant) -> bool {
        let noted = self.nodes.get(node);
        let known =
            noted.items().first().and_then(Value::as_int).zip(noted.items().get(1).and_then(Value::as_int));
        let known = known.map(|(since, wait)| (now - Instant(since), Duration::from_millis(wait)));
        let known = known.filter(|(since, _)| *since <= twice(BACKOFF_MOST));
        if let Some((_, wait)) = known.filter(|(since, wait)| since < wait) {
            self.again = Some(self.again.map_or(wait, |again| again.min(wait)));
            return true;
        }
        let wait = known.map_or(BACKOFF_FIRST, |(_, wait)| twice(wait).min(BACKOFF_MOST));
        self.nodes.set(node, Value::list([Value::from(now.0), Value::from(wait.as_millis())]));
        self.changed = true;
        false
    }
}

fn twice(time: Duration) -> Duration {
    Duration::from_millis(time.as_millis().saturating_mul(2))
}
