//! Packets that come to the cluster from outside: over load balancers, to nodes, or not at all.

use super::{Packet, Path};
use crate::net::nodes::NodeView;
use crate::net::outcome::{Cause, End, Outcome};
use crate::net::proxy::{Claim, Front};
use crate::net::trace::{Candidate, Concern, Flow, Reason, Recorder, Step, What};
use crate::object::service::Policy;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

impl Path<'_, '_> {
    /// A packet that comes to the cluster from outside, or back from there.
    pub(super) fn enter(&mut self, packet: Packet, note: &mut impl Recorder) -> End {
        let Flow { protocol, destination: ip, port, .. } = packet.flow;
        let Some(packet) = packet.hop() else { return End::new(Outcome::TimedOut, Cause::Loop) };
        if let Some(node) = self.nodes.at(ip).cloned() {
            // A node's public address is translated to its own before it gets there.
            let own = if node.is_own(ip) { ip } else { node.address_like(ip).unwrap_or(ip) };
            return self.meet(&node, packet.to(own, port), note);
        }
        let table = self.proxy.table();
        let claim =
            table.at_address(ip, protocol, port).or_else(|| table.at_proxied(ip, protocol, port)).cloned();
        match claim {
            Some(claim) if claim.front == Front::LoadBalancer => self.load_balancer(&claim, packet, note),
            Some(claim) if claim.front == Front::ExternalIp => self.external_ip(&claim, packet, note),
            _ => self.not_from_outside(packet, note),
        }
    }

    fn load_balancer(&mut self, claim: &Claim, packet: Packet, note: &mut impl Recorder) -> End {
        let port = &claim.port;
        let local = port.external_policy == Policy::Local;
        let dropped = |node: &NodeView| match node {
            _ if !node.ready => Some(Reason::NodeNotReady),
            _ if node.excluded => Some(Reason::ExcludedFromLoadBalancers),
            _ if local && !port.endpoints.iter().any(|e| e.ready && e.node == node.name) => {
                Some(Reason::NoLocalEndpoints)
            }
            _ => None,
        };
        let kept = self.nodes.all().filter(|n| dropped(n).is_none()).collect::<Vec<_>>();
        let chosen = kept.get(self.rng.index(kept.len())).map(|n| Arc::clone(n));
        note.step(|| {
            let candidates = self.nodes.all().map(|n| node_candidate(n, packet.flow.destination, dropped(n)));
            let sentence = match &chosen {
                Some(node) => format!(
                    "The load balancer of Service {} sends the packet to node {}.",
                    port.service, node.name
                ),
                None => format!(
                    "The load balancer of Service {} has no node to send the packet to.",
                    port.service
                ),
            };
            let concern = port.concern().field("status.loadBalancer.ingress");
            Step::new(What::LoadBalancer, sentence).about(concern).among(candidates.collect())
        });
        let Some(node) = chosen else {
            return End { service: Some(port.key()), ..End::new(Outcome::TimedOut, Cause::NoNode) };
        };
        // One that hands packets on leaves them as they are; another opens a connection of its own to the node port.
        let proxied = port.proxied_ips.contains(&packet.flow.destination);
        let target = node.address_like(packet.flow.destination).zip(port.node_port);
        match target.filter(|_| proxied) {
            Some((ip, number)) => {
                let flow = Flow { source: packet.flow.destination, ..packet.flow };
                self.meet(&node, Packet { flow, client: None, ..packet }.to(ip, number), note)
            }
            None => self.meet(&node, packet, note),
        }
    }

    /// That packets to an external IP reach a node is left to whoever wrote it down.
    fn external_ip(&mut self, claim: &Claim, packet: Packet, note: &mut impl Recorder) -> End {
        let nodes = self.nodes.all().filter(|n| n.ready).collect::<Vec<_>>();
        let Some(node) = nodes.get(self.rng.index(nodes.len())).map(|n| Arc::clone(n)) else {
            return End { service: Some(claim.port.key()), ..End::new(Outcome::TimedOut, Cause::NoNode) };
        };
        note.step(|| {
            let sentence = format!(
                "Your network has to lead {} to a node; here it leads to {}.",
                packet.flow.destination, node.name
            );
            Step::new(What::Delivery, sentence).about(claim.port.concern().field("spec.externalIPs"))
        });
        self.meet(&node, packet, note)
    }

    /// Pods and cluster IPs are known within the cluster only: routers outside send such packets to where they send
    /// everything that they do not know, and there they are lost.
    fn not_from_outside(&self, packet: Packet, note: &mut impl Recorder) -> End {
        let ip = packet.flow.destination;
        let owner = self.proxy.table().owner(ip);
        let service = owner.map(|c| c.port.key());
        let (cause, sentence) = match owner.map(|c| c.front) {
            Some(Front::LoadBalancer) => (
                Cause::NoSuchListener,
                format!("The load balancer at {ip} does not listen at port {}.", packet.flow.port),
            ),
            Some(Front::ClusterIp) => (
                Cause::ClusterIpFromOutside,
                format!("{ip} is a cluster IP: outside the cluster no router knows the way to it."),
            ),
            _ if self.is_service_address(ip) => (
                Cause::ClusterIpFromOutside,
                format!(
                    "{ip} lies in the range of Services: outside the cluster no router knows the way to it."
                ),
            ),
            _ if self.is_pod_address(ip) => (
                Cause::PodFromOutside,
                format!("{ip} is an address for pods: outside the cluster no router knows the way to it."),
            ),
            _ => (Cause::NobodyThere, format!("Nothing is known that has the address {ip}.")),
        };
        note.step(|| {
            let step = Step::new(What::Delivery, sentence);
            owner.map(|c| c.port.concern()).into_iter().fold(step, Step::about)
        });
        End { service, ..End::new(Outcome::TimedOut, cause) }
    }

    fn is_service_address(&self, ip: IpAddr) -> bool {
        self.proxy.config().service_cidrs.iter().any(|c| c.contains(ip))
    }

    fn is_pod_address(&self, ip: IpAddr) -> bool {
        self.config.proxy.cluster_cidrs.iter().any(|c| c.contains(ip))
            || self.nodes.with_pod_range(ip).is_some()
            || self.nodes.pod(self.store, ip).is_some()
    }
}

fn node_candidate(node: &NodeView, like: IpAddr, dropped: Option<Reason>) -> Candidate {
    Candidate {
        address: node.address_like(like).unwrap_or(like),
        port: None,
        object: Some(Concern::new("Node", "", &node.name)),
        node: node.name.clone(),
        dropped,
    }
}
