//! What the rules of a node do to the first packet of a connection.
//!
//! Models the chains that `pkg/proxy/iptables/proxier.go` and `pkg/proxy/nftables/proxier.go` write.

use super::config::Mode;
use super::health::Health;
use super::service_port::ServicePort;
use super::table::{Claim, Front};
use super::topology::{self, Choice, Hints};
use super::{Endpoint, Key, Proxy};
use crate::base::{Instant, Rng, Text};
use crate::net::nodes::NodeView;
use crate::net::outcome::Cause;
use crate::net::trace::{Candidate, Flow, Reason, Recorder, Step, What, socket};
use crate::object::Port;
use crate::object::service::Policy;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

/// What becomes of a packet.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// No rule takes it: it goes where it was going. That is in vain where it is meant for a Service all the same.
    Pass(Option<Cause>),
    /// It is sent to an endpoint.
    Dnat(Dnat),
    /// It is answered with an error (ICMP port unreachable).
    Reject(Cause, Option<Key>),
    /// It is lost without a word.
    Drop(Cause, Option<Key>),
}

/// A packet's new destination.
#[derive(Clone, Debug)]
pub struct Dnat {
    pub port: Arc<ServicePort>,
    /// The place of the endpoint in `port.endpoints`.
    place: usize,
    /// Whether the source address becomes the node's.
    pub masquerade: bool,
}

impl Dnat {
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.port.endpoints.get(self.place)
    }
}

/// Where traffic to a Service goes: which policy counts, and whether its source is replaced.
#[derive(Clone, Copy)]
struct Way {
    policy: Policy,
    masquerade: bool,
    why: Why,
}

/// Why a source address is replaced, or another policy counts than the Service's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    Plain,
    FromOutsideTheCluster,
    AnyNode,
    ShortCut,
    MasqueradeAll,
}

impl Proxy {
    /// What the rules of `node` do to a packet that meets it, or begins there.
    pub fn route(
        &mut self,
        node: &NodeView,
        flow: Flow,
        now: Instant,
        rng: &mut Rng,
        note: &mut impl Recorder,
    ) -> Verdict {
        let Some(claim) = self.claim(node, flow).cloned() else {
            return match self.ended_node_port(node, flow) {
                Some(port) if port.usable.any() => no_local_endpoints(&port, Front::NodePort, node, note),
                Some(port) => no_endpoints(&port, node, false, note),
                None => self.unclaimed(node, flow, note),
            };
        };
        let (front, port) = (claim.front, claim.port);
        note.step(|| {
            let sentence = format!(
                "{} is the {} of Service {}, port {}.",
                socket(flow.destination, flow.port),
                front.words(),
                port.service,
                describe(&port),
            );
            Step::new(What::Rule, sentence).on(&node.name).about(port.concern().field(field_of(front)))
        });
        let refused_source = front == Front::LoadBalancer && !is_let_in(&port, node, flow.source);
        if !port.usable.any() {
            // nftables looks at the source first.
            if refused_source && self.config.mode == Mode::NfTables {
                return not_let_in(&port, node, flow, note);
            }
            // iptables rejects on the way in and through; what the node itself sends elsewhere goes neither way.
            let leaves = matches!(front, Front::LoadBalancer | Front::ExternalIp)
                && node.is_own(flow.source)
                && !node.is_own(flow.destination);
            return no_endpoints(&port, node, leaves && self.config.mode == Mode::IpTables, note);
        }
        if refused_source {
            return not_let_in(&port, node, flow, note);
        }
        let way = self.way(&port, front, node, flow.source);
        let choice = port.usable.at(way.policy, &node.name, &node.zone);
        note.step(|| endpoints_step(&port, choice, way, node));
        if choice.places.is_empty() {
            return no_local_endpoints(&port, front, node, note);
        }
        let place = self.pick(&port, choice, node, flow.source, now, rng, note);
        let Some(endpoint) = port.endpoints.get(place) else {
            return Verdict::Drop(Cause::NoEndpoints, Some(port.key()));
        };
        // nftables only expects this of the endpoints that the node has itself.
        let known = self.config.mode == Mode::IpTables || endpoint.node == node.name;
        let hairpin = endpoint.address == flow.source && known;
        // The source is replaced when a packet goes out. What came in and ends on the node itself never does.
        let goes_out = node.is_own(flow.source) || !node.is_own(endpoint.address);
        let masquerade = (way.masquerade || hairpin) && goes_out;
        if masquerade {
            note.step(|| masquerade_step(flow, endpoint, way.why, hairpin, node));
        }
        Verdict::Dnat(Dnat { port, place, masquerade })
    }

    /// What the node tells load balancers at `port`, if that is a health check's.
    pub fn health(&self, node: &NodeView, ip: IpAddr, port: Port) -> Option<Health> {
        let served =
            self.config.node_port_ranges(node, ip.is_ipv4()).is_none_or(|mut r| r.any(|c| c.contains(ip)));
        if served { Health::at(&self.table, ip, port, &node.name) } else { None }
    }

    /// The Service that a packet is for.
    fn claim(&self, node: &NodeView, flow: Flow) -> Option<&Claim> {
        let Flow { destination, protocol, port, .. } = flow;
        let at_node = || {
            let served = self.config.serves_node_ports(node, destination);
            self.table.at_node_port(destination, protocol, port).filter(|_| served)
        };
        self.table.at_address(destination, protocol, port).or_else(at_node)
    }

    /// The port of a Service that has no endpoints for a node port, where the node does not serve node ports.
    ///
    /// iptables leads only packets to some addresses to endpoints, but ends the way of those to any.
    fn ended_node_port(&self, node: &NodeView, flow: Flow) -> Option<Arc<ServicePort>> {
        let Flow { destination, protocol, port, .. } = flow;
        let iptables = self.config.mode == Mode::IpTables && node.is_own(destination);
        let port = &self.table.at_node_port(destination, protocol, port).filter(|_| iptables)?.port;
        let reached = !port.usable.at(port.external_policy, &node.name, &node.zone).places.is_empty();
        (!reached).then(|| port.clone())
    }

    /// Packets to Services' addresses that no port of a Service takes.
    fn unclaimed(&self, node: &NodeView, flow: Flow, note: &mut impl Recorder) -> Verdict {
        let ip = flow.destination;
        let owner = self.table.owner(ip).filter(|c| c.front == Front::ClusterIp);
        let in_range = self.config.service_cidrs.iter().any(|c| c.contains(ip));
        let verdict = match (self.config.mode, owner) {
            (Mode::NfTables, Some(c)) => Verdict::Reject(Cause::NoSuchServicePort, Some(c.port.key())),
            (Mode::NfTables, None) if in_range => Verdict::Drop(Cause::NoSuchServiceAddress, None),
            (_, Some(_)) => Verdict::Pass(Some(Cause::NoSuchServicePort)),
            _ => Verdict::Pass(in_range.then_some(Cause::NoSuchServiceAddress)),
        };
        if owner.is_some() || in_range {
            note.step(|| {
                let end = match &verdict {
                    Verdict::Reject(..) => "the packet is rejected",
                    Verdict::Drop(..) => "the packet is dropped",
                    Verdict::Pass(_) | Verdict::Dnat(_) => "no rule takes the packet",
                };
                let sentence = match owner {
                    Some(c) => format!(
                        "{ip} is the cluster IP of Service {}, but it has no port {}/{}: {end}.",
                        c.port.service, flow.port, flow.protocol
                    ),
                    None => format!("No Service has the address {ip}: {end}."),
                };
                let step = Step::new(What::NoRule, sentence).on(&node.name);
                owner.map(|c| c.port.concern().field("spec.ports")).into_iter().fold(step, Step::about)
            });
        }
        verdict
    }

    fn way(&self, port: &ServicePort, front: Front, node: &NodeView, source: IpAddr) -> Way {
        let config = &self.config;
        if front == Front::ClusterIp {
            let outside = config.detects_pods(node, source) && !config.is_pod(node, source);
            let why = match config.masquerade_all {
                true => Why::MasqueradeAll,
                false if outside => Why::FromOutsideTheCluster,
                false => Why::Plain,
            };
            return Way { policy: port.internal_policy, masquerade: why != Why::Plain, why };
        }
        match port.external_policy {
            // The endpoint may be on another node, and answers have to come back this way.
            Policy::Cluster => Way { policy: Policy::Cluster, masquerade: true, why: Why::AnyNode },
            // What comes from within counts as if it had been outside and back.
            Policy::Local if config.is_pod(node, source) => {
                Way { policy: Policy::Cluster, masquerade: false, why: Why::ShortCut }
            }
            Policy::Local if node.is_own(source) => {
                Way { policy: Policy::Cluster, masquerade: true, why: Why::ShortCut }
            }
            Policy::Local => Way { policy: Policy::Local, masquerade: false, why: Why::Plain },
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a choice depends on")]
    fn pick(
        &mut self,
        port: &Arc<ServicePort>,
        choice: Choice<'_>,
        node: &NodeView,
        client: IpAddr,
        now: Instant,
        rng: &mut Rng,
        note: &mut impl Recorder,
    ) -> usize {
        let known = port.affinity.and_then(|_| self.affinity.recall(port, choice, &node.name, client, now));
        let drawn = || choice.places.get(rng.index(choice.places.len())).copied().unwrap_or_default();
        let place = known.unwrap_or_else(drawn);
        if port.affinity.is_some() {
            self.affinity.note(port, place, &node.name, client, now);
        }
        note.step(|| pick_step(port, place, choice.places.len(), known.is_some(), client, node));
        place
    }
}

impl ServicePort {
    /// The endpoints that traffic can reach from a node, by whatever policy.
    pub fn reachable(&self, node: &str, zone: &str) -> impl Iterator<Item = usize> {
        let of = |policy| self.usable.at(policy, node, zone).places;
        let cluster = if self.uses_cluster_endpoints() { of(Policy::Cluster) } else { &[] };
        let local = if self.uses_local_endpoints() { of(Policy::Local) } else { &[] };
        cluster.iter().chain(local).copied().collect::<BTreeSet<_>>().into_iter()
    }
}

/// Whether a load balancer's ranges hold a source. A node in one of them may use the load balancer's address as source.
fn is_let_in(port: &ServicePort, node: &NodeView, source: IpAddr) -> bool {
    let within = |ip| port.source_ranges.iter().any(|r| r.contains(ip));
    let by_node =
        || node.address_like(source).is_some_and(within) && port.load_balancer_ips.contains(&source);
    port.source_ranges.is_empty() || within(source) || by_node()
}

fn not_let_in(port: &ServicePort, node: &NodeView, flow: Flow, note: &mut impl Recorder) -> Verdict {
    note.step(|| {
        let sentence = format!(
            "{} is in none of the ranges that may use the load balancer: the packet is dropped.",
            flow.source
        );
        let concern = port.concern().field("spec.loadBalancerSourceRanges");
        Step::new(What::SourceRanges, sentence).on(&node.name).about(concern)
    });
    Verdict::Drop(Cause::SourceRanges, Some(port.key()))
}

fn no_endpoints(port: &ServicePort, node: &NodeView, leaves: bool, note: &mut impl Recorder) -> Verdict {
    note.step(|| {
        let end = if leaves { "no rule takes the packet" } else { "the packet is rejected" };
        let sentence = format!("Service {} has no usable endpoint: {end}.", port.service);
        let unusable = |e: &Endpoint| candidate(port, e, Some(Reason::NotReady));
        let step =
            Step::new(What::Endpoints, sentence).on(&node.name).about(port.concern().field("spec.selector"));
        step.among(port.endpoints.iter().map(unusable).collect())
    });
    if leaves {
        return Verdict::Pass(Some(Cause::NoEndpoints));
    }
    Verdict::Reject(Cause::NoEndpoints, Some(port.key()))
}

fn no_local_endpoints(
    port: &ServicePort,
    front: Front,
    node: &NodeView,
    note: &mut impl Recorder,
) -> Verdict {
    note.step(|| {
        let field = if front == Front::ClusterIp {
            "spec.internalTrafficPolicy"
        } else {
            "spec.externalTrafficPolicy"
        };
        let sentence = format!(
            "The traffic policy is Local and node {} has no endpoint of its own: the packet is dropped.",
            node.name
        );
        Step::new(What::Endpoints, sentence).on(&node.name).about(port.concern().field(field))
    });
    Verdict::Drop(Cause::NoLocalEndpoints, Some(port.key()))
}

// ---- what the steps say

fn field_of(front: Front) -> &'static str {
    match front {
        Front::ClusterIp => "spec.clusterIP",
        Front::ExternalIp => "spec.externalIPs",
        Front::LoadBalancer => "status.loadBalancer.ingress",
        Front::NodePort => "spec.ports",
    }
}

/// `http (80/TCP)`
fn describe(port: &ServicePort) -> String {
    let number = format!("{}/{}", port.port, port.protocol);
    if port.name.is_empty() { number } else { format!("{} ({number})", port.name) }
}

fn candidate(port: &ServicePort, endpoint: &Endpoint, dropped: Option<Reason>) -> Candidate {
    Candidate {
        address: endpoint.address,
        port: Some(endpoint.port),
        object: endpoint.concern(&port.namespace),
        node: endpoint.node.clone(),
        dropped,
    }
}

fn endpoints_step(port: &ServicePort, choice: Choice<'_>, way: Way, node: &NodeView) -> Step {
    let one = |(place, endpoint): (usize, &Endpoint)| {
        let kept = choice.places.binary_search(&place).is_ok();
        let why = || topology::reason(endpoint, way.policy, choice.hints, &node.name);
        candidate(port, endpoint, (!kept).then(why))
    };
    let candidates = port.endpoints.iter().enumerate().map(one).collect::<Vec<_>>();
    let (kept, all) = (choice.places.len(), candidates.len());
    let last_resort = choice.places.iter().all(|i| port.endpoints.get(*i).is_some_and(|e| !e.ready));
    let reason = match (way.why, way.policy, choice.hints) {
        _ if kept == 0 => " on this node",
        _ if last_resort => ", which are terminating but the only ones left",
        (Why::ShortCut, ..) => {
            ": traffic from pods and nodes may use all, whatever externalTrafficPolicy says"
        }
        (_, Policy::Local, _) => ", those on this node",
        (_, _, Hints::SameNode) => ", those hinted for this node",
        (_, _, Hints::SameZone) => ", those hinted for this zone",
        _ => "",
    };
    let plural = if all == 1 { "" } else { "s" };
    let sentence = format!("{kept} of {all} endpoint{plural} may be used{reason}.");
    Step::new(What::Endpoints, sentence).on(&node.name).about(port.concern()).among(candidates)
}

fn pick_step(
    port: &ServicePort,
    place: usize,
    among: usize,
    known: bool,
    client: IpAddr,
    node: &NodeView,
) -> Step {
    let Some(endpoint) = port.endpoints.get(place) else { return Step::new(What::Pick, String::new()) };
    let named = if endpoint.pod.is_empty() { Text::EMPTY } else { format!(", pod {}", endpoint.pod).into() };
    let (what, sentence) = match (known, among) {
        (true, _) => {
            (What::Affinity, format!("{client} was here before and stays with {}{named}.", endpoint.text))
        }
        (false, 1) => (What::Pick, format!("The packet goes to {}{named}.", endpoint.text)),
        (false, n) => (What::Pick, format!("One of {n} is picked at random: {}{named}.", endpoint.text)),
    };
    let step = Step::new(what, sentence).on(&node.name);
    let step = if known { step.about(port.concern().field("spec.sessionAffinity")) } else { step };
    endpoint.concern(&port.namespace).into_iter().fold(step, Step::about)
}

fn masquerade_step(flow: Flow, endpoint: &Endpoint, why: Why, hairpin: bool, node: &NodeView) -> Step {
    let reason = match why {
        _ if hairpin => "the pod has been given to itself, and would not take an answer from itself",
        Why::FromOutsideTheCluster => "it does not come from a pod",
        Why::AnyNode => "the endpoint may be on another node, and answers have to come back through this one",
        Why::ShortCut => "it comes from the node itself",
        Why::MasqueradeAll => "kube-proxy is set up to do so always (masqueradeAll)",
        Why::Plain => "the rules say so",
    };
    let source = node.address_like(flow.source).unwrap_or(flow.source);
    let after = Flow { source, destination: endpoint.address, port: endpoint.port, ..flow };
    let sentence = format!("The source address becomes the node's, {source}: {reason}.");
    Step::new(What::Masquerade, sentence).on(&node.name).flow(flow, after)
}
