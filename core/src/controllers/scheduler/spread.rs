//! How evenly pods are to be spread over parts of the cluster.
//!
//! Models the plugin `podtopologyspread`, as far as it filters.

use super::filters::{Rejection, never, not_now};
use super::nodes::{Node, Nodes};
use super::{affinity, taints};
use crate::base::{Selector, Text, Value};
use crate::store::{Object, Store};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

#[derive(Debug)]
pub(super) struct Spread<'a>(Vec<Constraint<'a>>);

#[derive(Debug)]
struct Constraint<'a> {
    topology: &'a Text,
    max_skew: i64,
    /// The pod itself is one of those that are spread.
    counts_itself: bool,
    /// How many of them there are per value of the topology key.
    pods: BTreeMap<Text, i64>,
    /// The fewest of them.
    fewest: i64,
}

impl<'a> Spread<'a> {
    pub(super) fn of(_store: &Store, nodes: &Nodes, pod: &'a Object) -> Spread<'a> {
        let spec = pod.value().get("spec");
        let all = spec.get("topologySpreadConstraints").items();
        let hard: Vec<&Value> =
            all.iter().filter(|c| c.get("whenUnsatisfiable").str() == "DoNotSchedule").collect();
        let eligible =
            |node: &&Node| hard.iter().all(|c| node.labels().find(c.get("topologyKey").str()).is_some());
        let nodes: Vec<&Node> = match hard.is_empty() {
            true => Vec::new(),
            false => nodes.iter().map(|(_, node)| node).filter(eligible).collect(),
        };
        Spread(hard.iter().filter_map(|c| Constraint::of(c, &nodes, pod)).collect())
    }

    pub(super) fn check(&self, node: &Node) -> Result<(), Rejection> {
        self.0.iter().try_for_each(|constraint| constraint.check(node))
    }
}

impl<'a> Constraint<'a> {
    fn of(constraint: &'a Value, nodes: &[&Node], pod: &Object) -> Option<Constraint<'a>> {
        let topology = constraint.get("topologyKey").as_text()?;
        let selector = Selector::from_spec(constraint.get("labelSelector"));
        let mut pods: BTreeMap<Text, i64> = BTreeMap::new();
        for node in nodes.iter().filter(|node| includes(constraint, node, pod)) {
            let Some(value) = node.labels().get(topology).as_text() else { continue };
            *pods.entry(value.clone()).or_default() += count(node, &selector, pod);
        }
        let domains = i64::try_from(pods.len()).unwrap_or(i64::MAX);
        let enough = constraint.get("minDomains").as_int().is_none_or(|min| domains >= min);
        // Parts that are still missing count as empty ones.
        let fewest = if enough { pods.values().copied().min().unwrap_or(0) } else { 0 };
        let counts_itself = selector.matches(pod.labels());
        Some(Constraint { topology, max_skew: constraint.get("maxSkew").int(), counts_itself, pods, fewest })
    }

    fn check(&self, node: &Node) -> Result<(), Rejection> {
        let Some(value) = node.labels().find(self.topology) else {
            return never("node(s) didn't match pod topology spread constraints (missing required label)");
        };
        let there = self.pods.get(value.str()).copied().unwrap_or(0);
        match there + i64::from(self.counts_itself) - self.fewest > self.max_skew {
            true => not_now("node(s) didn't match pod topology spread constraints"),
            false => Ok(()),
        }
    }
}

/// Whether a node counts: by default one that the pod's affinity allows, whatever its taints.
fn includes(constraint: &Value, node: &Node, pod: &Object) -> bool {
    let spec = pod.value().get("spec");
    let honors_affinity = constraint.get("nodeAffinityPolicy").str() != "Ignore";
    let honors_taints = constraint.get("nodeTaintsPolicy").str() == "Honor";
    let untolerated = || {
        let effects = &["NoSchedule", "NoExecute"];
        taints::untolerated(node.spec().get("taints"), spec.get("tolerations"), effects).is_some()
    };
    !(honors_affinity && !affinity::matches(spec, node.name(), node.labels())
        || honors_taints && untolerated())
}

fn count(node: &Node, selector: &Selector, pod: &Object) -> i64 {
    let counts = |o: &&alloc::sync::Arc<Object>| {
        !o.is_deleted() && o.namespace() == pod.namespace() && selector.matches(o.labels())
    };
    i64::try_from(node.running().filter(counts).count()).unwrap_or(i64::MAX)
}
