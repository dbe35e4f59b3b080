//! Which endpoints of a port a node may use, and why not the others.
//!
//! Models `pkg/proxy/topology.go`. Knows nothing of rules or packets.

use super::endpoint::Endpoint;
use crate::base::Text;
use crate::net::trace::Reason;
use crate::object::service::Policy;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// The choice for every node, made once: a packet only looks it up. Endpoints are named by their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usable {
    /// What policy Cluster uses where hints do not narrow it: the ready ones, or else those that still serve.
    everywhere: Vec<usize>,
    /// Per node, if all ready endpoints have hints for nodes; the same for zones.
    for_nodes: BTreeMap<Text, Vec<usize>>,
    for_zones: BTreeMap<Text, Vec<usize>>,
    /// What policy Local uses, per node.
    on_nodes: BTreeMap<Text, Vec<usize>>,
}

/// How hints narrow the choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hints {
    /// There are none, or not for all endpoints, or none that name this node or its zone.
    #[default]
    Ignored,
    SameNode,
    SameZone,
}

/// What a node may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice<'a> {
    pub places: &'a [usize],
    pub hints: Hints,
}

impl Usable {
    pub fn of(endpoints: &[Endpoint]) -> Usable {
        let ready = places(endpoints, |e| e.ready);
        let last_resort = places(endpoints, Endpoint::is_last_resort);
        let hinted = |hints: fn(&Endpoint) -> &[Text]| {
            let all = ready.iter().all(|i| endpoints.get(*i).is_some_and(|e| !hints(e).is_empty()));
            let ready = if all { ready.as_slice() } else { &[] };
            grouped(endpoints, ready, hints)
        };
        let mut on_nodes = grouped(endpoints, &last_resort, |e| core::slice::from_ref(&e.node));
        // Where a node has a ready one, those that go do not count.
        on_nodes.extend(grouped(endpoints, &ready, |e| core::slice::from_ref(&e.node)));
        on_nodes.remove("");
        Usable {
            for_nodes: hinted(|e| &e.node_hints),
            for_zones: hinted(|e| &e.zone_hints),
            on_nodes,
            everywhere: if ready.is_empty() { last_resort } else { ready },
        }
    }

    /// Whether there is an endpoint that some node may use.
    pub fn any(&self) -> bool {
        !self.everywhere.is_empty()
    }

    /// What traffic that meets `node` may use. Policy comes before topology: with Local only the node's own endpoints
    /// count; with Cluster hints narrow the choice, those for nodes before those for zones.
    pub fn at(&self, policy: Policy, node: &str, zone: &str) -> Choice<'_> {
        if policy.is_local() {
            let places = self.on_nodes.get(node).map_or(&[] as &[usize], Vec::as_slice);
            return Choice { places, hints: Hints::Ignored };
        }
        let same_node = self.for_nodes.get(node).map(|places| Choice { places, hints: Hints::SameNode });
        let same_zone = || self.for_zones.get(zone).map(|places| Choice { places, hints: Hints::SameZone });
        let all = Choice { places: &self.everywhere, hints: Hints::Ignored };
        same_node.or_else(same_zone).unwrap_or(all)
    }
}

/// Why `endpoint`, which is not among those that a node may use, is not.
pub fn reason(endpoint: &Endpoint, policy: Policy, hints: Hints, node: &str) -> Reason {
    match hints {
        _ if !endpoint.ready && !endpoint.is_last_resort() => Reason::NotReady,
        _ if policy.is_local() && endpoint.node != node => Reason::OnAnotherNode,
        _ if !endpoint.ready => Reason::Terminating,
        Hints::SameNode => Reason::HintedForOtherNodes,
        Hints::SameZone | Hints::Ignored => Reason::HintedForOtherZones,
    }
}

fn places(endpoints: &[Endpoint], keep: impl Fn(&Endpoint) -> bool) -> Vec<usize> {
    endpoints.iter().enumerate().filter(|(_, e)| keep(e)).map(|(i, _)| i).collect()
}

/// The places of endpoints by what `keys` says of them.
fn grouped(
    endpoints: &[Endpoint],
    places: &[usize],
    keys: impl Fn(&Endpoint) -> &[Text],
) -> BTreeMap<Text, Vec<usize>> {
    let mut groups = BTreeMap::<Text, Vec<usize>>::new();
    for place in places {
        for key in endpoints.get(*place).map(&keys).unwrap_or_default() {
            let group = groups.entry(key.clone()).or_default();
            // A hint that is given twice counts once.
            if group.last() != Some(place) {
                group.push(*place);
            }
        }
    }
    groups
}
