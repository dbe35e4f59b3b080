//! The way of a packet: from where it begins over the nodes it meets to the program that answers it, or to where it is
//! lost.
//!
//! Models the parts of the network that are not kube-proxy: each pod has an address that is known on all nodes, pods
//! and nodes talk to each other without translation, what pods send out of the cluster network gets their node's
//! address, nobody outside knows the way to pods and cluster IPs, and load balancers send to the nodes.

mod arrival;
mod outside;

use super::network::Config;
use super::nodes::{NodeView, Nodes};
use super::outcome::{Cause, End, Outcome};
use super::proxy::{Key, Mode, Proxy, Verdict};
use super::trace::{Concern, Flow, Recorder, Step, What, socket};
use crate::base::{Instant, Rng, Text};
use crate::object::{Pod, Port, Protocol};
use crate::store::{Object, Store};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

/// Programs: what listens where is not the network's business.
pub type Apps<'a> = dyn Fn(&Call<'_>) -> Reception + 'a;

/// A connection that has arrived.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub host: Host<'a>,
    /// The address and port it arrived at: the pod's or node's own, or a loopback address.
    pub address: IpAddr,
    pub port: Port,
    pub protocol: Protocol,
    /// The client as it is seen.
    pub source: IpAddr,
    /// The client's port, where it matters.
    pub client_port: Option<Port>,
    /// What the client says.
    pub payload: &'a str,
}

/// Whose network a program listens in.
#[derive(Clone, Copy, Debug)]
pub enum Host<'a> {
    /// A pod; one of the host network listens at its node's addresses.
    Pod(&'a Arc<Object>),
    /// The node itself, for what runs there outside of pods.
    Node(&'a Text),
}

/// What a program does with a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reception {
    Answered(Text),
    /// By the cluster's DNS server.
    Dns,
    /// Nothing listens there.
    Refused,
    /// It is taken but never answered.
    Silent,
}

/// Where a packet begins.
#[derive(Clone, Debug)]
pub(super) enum Origin<'a> {
    Pod {
        object: &'a Arc<Object>,
        node: Text,
        addresses: Vec<IpAddr>,
    },
    /// A node, or a pod of its network.
    Node {
        node: Arc<NodeView>,
        pod: Option<&'a Arc<Object>>,
    },
    Outside {
        addresses: Vec<IpAddr>,
    },
}

/// What the way depends on.
pub(super) struct Path<'a, 'b> {
    pub config: &'a Config,
    pub store: &'a Store,
    pub nodes: &'a Nodes,
    pub proxy: &'b mut Proxy,
    pub apps: &'a Apps<'a>,
    pub rng: &'b mut Rng,
    pub now: Instant,
    pub payload: &'a str,
    pub client_port: Option<Port>,
}

/// A packet under way.
#[derive(Clone, Copy)]
struct Packet {
    flow: Flow,
    /// The client's port, where the connection is to be known again.
    client: Option<Port>,
    /// Whether the node that it meets is the one whose program sends it.
    sent_here: bool,
    /// How many nodes and load balancers it may still meet.
    hops: u8,
}

/// More than any packet needs that does not go round in circles.
const HOPS: u8 = 6;

impl<'a> Path<'a, '_> {
    /// Sends the first packet of a connection to an address.
    pub(super) fn send(
        &mut self,
        origin: &Origin<'_>,
        (protocol, ip, port): (Protocol, IpAddr, Port),
        client: Option<Port>,
        note: &mut impl Recorder,
    ) -> End {
        let Some(source) = origin.source(ip) else {
            note.step(|| Step::new(What::Start, format!("The client has no address to talk to {ip} from.")));
            return self.end(Outcome::NoNetwork, Cause::NoAddress, ip);
        };
        let flow = Flow { protocol, source, destination: ip, port };
        note.step(|| origin.start(flow));
        let sent_here = matches!(origin, Origin::Node { .. });
        let packet = Packet { flow, client, sent_here, hops: HOPS };
        let mut end = match origin {
            Origin::Pod { object, addresses, .. } if ip.is_loopback() || addresses.contains(&ip) => {
                self.arrive_in_pod(object, packet, note)
            }
            Origin::Pod { node, .. } => match self.nodes.get(node).cloned() {
                Some(node) => self.meet(&node, packet, note),
                None => self.end(Outcome::NoNetwork, Cause::NoAddress, ip),
            },
            Origin::Node { node, .. } => self.meet(node, packet, note),
            Origin::Outside { .. } => self.enter(packet, note),
        };
        end.address = Some(ip);
        end
    }

    fn end(&self, outcome: Outcome, cause: Cause, address: IpAddr) -> End {
        End { address: Some(address), ..End::new(outcome, cause) }
    }

    /// A packet meets the rules of a node, coming in or beginning there.
    fn meet(&mut self, node: &Arc<NodeView>, packet: Packet, note: &mut impl Recorder) -> End {
        let Some(packet) = packet.hop() else { return End::new(Outcome::TimedOut, Cause::Loop) };
        let flow = packet.flow;
        note.step(|| {
            Step::new(What::Arrival, format!("The packet meets the rules of node {}.", node.name))
                .on(&node.name)
        });
        let known = packet.client.and_then(|c| self.proxy.conntrack.known(&node.name, flow, c, self.now));
        if let Some(entry) = known {
            note.step(|| {
                let to = socket(entry.address, entry.port);
                Step::new(What::Established, format!("The connection is known: it keeps going to {to}."))
                    .on(&node.name)
            });
            let target = (entry.address, entry.port, entry.masquerade);
            return self.translated(node, packet, target, None, note);
        }
        match self.proxy.route(node, flow, self.now, self.rng, note) {
            Verdict::Reject(cause, service) => {
                let outcome = self.unless_held_back(node, packet, Outcome::Refused);
                End { service, node: node.name.clone(), ..End::new(outcome, cause) }
            }
            Verdict::Drop(cause, service) => {
                let outcome = self.unless_held_back(node, packet, Outcome::TimedOut);
                End { service, node: node.name.clone(), ..End::new(outcome, cause) }
            }
            Verdict::Pass(hopeless) => self.onward(node, packet, hopeless, note),
            Verdict::Dnat(dnat) => match dnat.endpoint() {
                Some(endpoint) => {
                    let target = (endpoint.address, endpoint.port, dnat.masquerade);
                    self.translated(node, packet, target, Some(dnat.port.key()), note)
                }
                None => End::new(Outcome::TimedOut, Cause::NoEndpoints),
            },
        }
    }

    /// What comes of a packet that rules end, unless they do so before it is sent: then a program on the node is told by
    /// the very call that it sends a datagram with. TCP asks again, and only hears of what answers.
    fn unless_held_back(&self, node: &NodeView, packet: Packet, outcome: Outcome) -> Outcome {
        let Flow { protocol, destination, port, .. } = packet.flow;
        // What a node sends to itself meets most rules when it comes in again.
        let goes_out = !node.is_own(destination)
            || self.proxy.config().mode == Mode::NfTables
                && self.proxy.table().at_address(destination, protocol, port).is_some();
        let held_back = packet.sent_here && protocol == Protocol::Udp && goes_out;
        if held_back { Outcome::NotPermitted } else { outcome }
    }

    /// Goes on with a new destination, which the connection keeps.
    fn translated(
        &mut self,
        node: &Arc<NodeView>,
        packet: Packet,
        (address, port, masquerade): (IpAddr, Port, bool),
        service: Option<Key>,
        note: &mut impl Recorder,
    ) -> End {
        let source = if masquerade { node.address_like(address) } else { None };
        let flow =
            Flow { source: source.unwrap_or(packet.flow.source), destination: address, port, ..packet.flow };
        let end = self.onward(node, Packet { flow, client: None, ..packet }, None, note);
        if let Some(client) = packet.client {
            match end.outcome {
                Outcome::Answered | Outcome::TimedOut => {
                    let answered = end.outcome == Outcome::Answered;
                    let target = (address, port, masquerade);
                    self.proxy.conntrack.note(&node.name, packet.flow, client, target, answered, self.now);
                }
                _ => self.proxy.conntrack.forget(&node.name, packet.flow, client),
            }
        }
        End { service: service.or(end.service), ..end }
    }

    /// From a node to wherever the destination is. `hopeless`: what is wrong with it, where nobody has it.
    fn onward(
        &mut self,
        node: &Arc<NodeView>,
        packet: Packet,
        hopeless: Option<Cause>,
        note: &mut impl Recorder,
    ) -> End {
        let ip = packet.flow.destination;
        if node.is_own(ip) {
            return self.arrive_on_node(node, packet, note);
        }
        if let Some(pod) = self.nodes.pod(self.store, ip) {
            let to = Pod::of(pod.value()).node_name();
            if to != node.name.as_str() {
                note.step(|| {
                    Step::new(What::Delivery, format!("The packet is carried to node {to}.")).on(to)
                });
            }
            return self.arrive_in_pod(pod, packet, note);
        }
        if let Some(owner) = self.nodes.with_pod_range(ip) {
            // The node asks its neighbours, and nobody answers.
            note.step(|| {
                let sentence = format!("No pod on node {} has the address {ip}.", owner.name);
                Step::new(What::Delivery, sentence).on(&owner.name)
            });
            // Who sends datagrams is not told that there is no way.
            let tells = packet.flow.protocol != Protocol::Udp;
            let outcome = if tells { Outcome::NoRoute } else { Outcome::TimedOut };
            return End { node: owner.name.clone(), ..End::new(outcome, Cause::NoSuchPod) };
        }
        let packet = Packet { sent_here: false, ..self.leaving_pods(node, packet, note) };
        if let Some(other) = self.nodes.at(ip).cloned() {
            let own = if other.is_own(ip) { ip } else { other.address_like(ip).unwrap_or(ip) };
            return self.meet(&other, packet.to(own, packet.flow.port), note);
        }
        if let Some(cause) = hopeless {
            let service = self.proxy.table().owner(ip).map(|c| c.port.key());
            note.step(|| {
                let sentence = format!("The packet leaves the cluster for {ip}, and is lost.");
                Step::new(What::Delivery, sentence).on(&node.name)
            });
            return End { service, ..End::new(Outcome::TimedOut, cause) };
        }
        self.enter(packet, note)
    }

    /// What pods send out of the cluster network gets their node's address, which is the network plugin's work.
    fn leaving_pods(&self, node: &NodeView, packet: Packet, note: &mut impl Recorder) -> Packet {
        let flow = packet.flow;
        let from_pod = self.config.proxy.cluster_cidrs.iter().any(|c| c.contains(flow.source));
        let Some(source) = node.address_like(flow.source).filter(|_| from_pod && self.config.masquerade_pods)
        else {
            return packet;
        };
        let after = Flow { source, ..flow };
        note.step(|| {
            let sentence = format!(
                "The packet leaves the pods' network: its source becomes node {}'s address, {source}.",
                node.name
            );
            Step::new(What::Masquerade, sentence).on(&node.name).flow(flow, after)
        });
        Packet { flow: after, ..packet }
    }
}

impl Packet {
    fn to(self, destination: IpAddr, port: Port) -> Packet {
        Packet { flow: Flow { destination, port, ..self.flow }, ..self }
    }

    fn hop(self) -> Option<Packet> {
        self.hops.checked_sub(1).map(|hops| Packet { hops, ..self })
    }
}

impl Origin<'_> {
    /// The address that packets to `ip` come from.
    fn source(&self, ip: IpAddr) -> Option<IpAddr> {
        let like = |addresses: &[IpAddr]| addresses.iter().find(|a| a.is_ipv4() == ip.is_ipv4()).copied();
        match self {
            // Who talks to himself does so from the address he talks to.
            Origin::Pod { addresses, .. } if ip.is_loopback() || addresses.contains(&ip) => Some(ip),
            Origin::Node { node, .. } if node.is_own(ip) => Some(ip),
            Origin::Pod { addresses, .. } | Origin::Outside { addresses } => like(addresses),
            Origin::Node { node, .. } => like(&node.addresses),
        }
    }

    /// The families that it has addresses of.
    pub(super) fn has_family(&self, ipv4: bool) -> bool {
        let addresses = match self {
            Origin::Pod { addresses, .. } | Origin::Outside { addresses } => addresses,
            Origin::Node { node, .. } => &node.addresses,
        };
        addresses.iter().any(|a| a.is_ipv4() == ipv4)
    }

    fn start(&self, flow: Flow) -> Step {
        let who = match self {
            Origin::Pod { object, .. } => format!("Pod {}", object.name()),
            Origin::Node { pod: Some(pod), node } => {
                format!("Pod {} in the network of node {}", pod.name(), node.name)
            }
            Origin::Node { node, .. } => format!("Node {}", node.name),
            Origin::Outside { .. } => "A client outside the cluster".to_owned(),
        };
        let to = socket(flow.destination, flow.port);
        let sentence = format!("{who} sends a packet from {} to {to}/{}.", flow.source, flow.protocol);
        let step = Step::new(What::Start, sentence).flow(flow, flow);
        match self {
            Origin::Pod { object, node, .. } => step.on(node).about(pod_concern(object)),
            Origin::Node { node, pod } => {
                let concern = pod.map_or_else(|| Concern::new("Node", "", &node.name), |p| pod_concern(p));
                step.on(&node.name).about(concern)
            }
            Origin::Outside { .. } => step,
        }
    }
}

fn pod_concern(pod: &Object) -> Concern {
    Concern::new("Pod", pod.namespace(), pod.name())
}
