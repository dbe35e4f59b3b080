//! What both kinds of rules are made of: a port of a Service as a node sees it.

use super::super::nodes::NodeView;
use super::super::proxy::{Endpoint, ServicePort};
use crate::object::service::Policy;
use alloc::vec::Vec;

/// A port with the endpoints that the node uses for it.
///
/// Models what `syncProxyRules` of both proxiers works out for each port.
pub(super) struct PortRules<'a> {
    pub port: &'a ServicePort,
    /// The endpoints that policy Cluster uses, those that policy Local does, and all that one of them does.
    pub cluster: Vec<&'a Endpoint>,
    pub local: Vec<&'a Endpoint>,
    pub reachable: Vec<&'a Endpoint>,
    /// Whether there is an endpoint that some node can use.
    pub has_endpoints: bool,
    pub has_internal_endpoints: bool,
    pub has_external_endpoints: bool,
}

impl<'a> PortRules<'a> {
    pub(super) fn of(port: &'a ServicePort, node: &NodeView) -> PortRules<'a> {
        let at = |places: &[usize]| places.iter().filter_map(|p| port.endpoints.get(*p)).collect::<Vec<_>>();
        let choice = |policy| at(port.usable.at(policy, &node.name, &node.zone).places);
        let cluster = if port.uses_cluster_endpoints() { choice(Policy::Cluster) } else { Vec::new() };
        let local = if port.uses_local_endpoints() { choice(Policy::Local) } else { Vec::new() };
        let has_endpoints = port.usable.any();
        let reached = |policy: Policy| has_endpoints && !(policy.is_local() && local.is_empty());
        PortRules {
            reachable: at(&port.reachable(&node.name, &node.zone).collect::<Vec<_>>()),
            has_internal_endpoints: reached(port.internal_policy),
            has_external_endpoints: reached(port.external_policy),
            has_endpoints,
            cluster,
            local,
            port,
        }
    }

    /// Whether there is a chain for what comes from outside. There is one also where the policy is Local and there is no
    /// endpoint here: pods and the node itself get through.
    pub(super) fn uses_external_chain(&self) -> bool {
        self.has_endpoints && self.port.is_externally_accessible()
    }

    /// Whether load balancers let in only some.
    pub(super) fn has_firewall(&self) -> bool {
        !self.port.load_balancer_ips.is_empty() && !self.port.source_ranges.is_empty()
    }

    /// Whether the node itself may use the load balancer's addresses as its own.
    pub(super) fn lets_node_in(&self, node: &NodeView) -> bool {
        let own = node.address_like(self.port.cluster_ip);
        own.is_some_and(|ip| self.port.source_ranges.iter().any(|r| r.contains(ip)))
    }
}
