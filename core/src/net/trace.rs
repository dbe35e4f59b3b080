//! What happened on the way of a packet or of a question, as plain data: one step after the other, each with the
//! objects and fields that decided it and a sentence that says so.
//!
//! The functions that route packets take a [`Recorder`]; what they tell it is the trace. There is no second
//! implementation that explains.

use super::dns::{Rcode, Type};
use crate::base::Text;
use crate::object::{Port, Protocol};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

/// Hears why; costs nothing when nobody listens.
pub trait Recorder {
    fn step(&mut self, step: impl FnOnce() -> Step);
}

/// Nobody listens.
impl Recorder for () {
    fn step(&mut self, _: impl FnOnce() -> Step) {}
}

impl Recorder for Vec<Step> {
    fn step(&mut self, step: impl FnOnce() -> Step) {
        self.push(step());
    }
}

impl<R: Recorder> Recorder for &mut R {
    fn step(&mut self, step: impl FnOnce() -> Step) {
        (**self).step(step);
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub what: What,
    /// One plain sentence.
    pub sentence: String,
    /// The node it happened on; empty where it was on none.
    pub node: Text,
    /// The objects that decided it.
    pub concerns: Vec<Concern>,
    /// Where the packet came from and went to, before and after; the same where nothing was changed.
    pub flow: Option<(Flow, Flow)>,
    /// What could have been chosen, with the reasons against.
    pub candidates: Vec<Candidate>,
    /// The question that was asked, and its answer.
    pub query: Option<Query>,
}

/// The kinds of steps. Their names are stable: pages and tests refer to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The packet is sent.
    Start,
    /// A name was found in the hosts file.
    HostsFile,
    /// A name was asked for.
    Query,
    /// A name has become addresses, or nothing.
    Resolved,
    /// A load balancer chose a node.
    LoadBalancer,
    /// The packet meets a node.
    Arrival,
    /// The packet belongs to a connection that is known.
    Established,
    /// A rule of a Service takes the packet.
    Rule,
    /// No rule takes the packet.
    NoRule,
    /// The ranges that a load balancer lets in were looked at.
    SourceRanges,
    /// The endpoints that traffic may go to.
    Endpoints,
    /// The client was here before.
    Affinity,
    /// One endpoint was picked.
    Pick,
    /// The source address was replaced.
    Masquerade,
    /// A port of the node is led to a container.
    HostPort,
    /// The packet is carried to another node, into a pod, or out of the cluster.
    Delivery,
    /// What the program at the end did.
    App,
    /// What came of it.
    End,
}

impl What {
    pub fn name(self) -> &'static str {
        match self {
            What::Start => "start",
            What::HostsFile => "hosts-file",
            What::Query => "query",
            What::Resolved => "resolved",
            What::LoadBalancer => "load-balancer",
            What::Arrival => "arrival",
            What::Established => "established",
            What::Rule => "rule",
            What::NoRule => "no-rule",
            What::SourceRanges => "source-ranges",
            What::Endpoints => "endpoints",
            What::Affinity => "affinity",
            What::Pick => "pick",
            What::Masquerade => "masquerade",
            What::HostPort => "host-port",
            What::Delivery => "delivery",
            What::App => "app",
            What::End => "end",
        }
    }
}

/// An object that decided something, and which of its fields did.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Concern {
    pub kind: &'static str,
    pub namespace: Text,
    pub name: Text,
    /// As the API writes it, `spec.externalTrafficPolicy`; empty for the object as a whole.
    pub field: Text,
}

impl Concern {
    pub fn new(kind: &'static str, namespace: impl Into<Text>, name: impl Into<Text>) -> Concern {
        Concern { kind, namespace: namespace.into(), name: name.into(), field: Text::EMPTY }
    }

    #[must_use]
    pub fn field(self, field: impl Into<Text>) -> Concern {
        Concern { field: field.into(), ..self }
    }
}

/// Who talks to whom. The port of the client is left out: nothing depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    pub protocol: Protocol,
    pub source: IpAddr,
    pub destination: IpAddr,
    pub port: Port,
}

/// `10.244.1.9 -> 10.96.0.20:80/TCP`
impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}/{}", self.source, socket(self.destination, self.port), self.protocol)
    }
}

/// An address and a port as URLs and Go write them: IPv6 in brackets.
pub fn socket(ip: IpAddr, port: Port) -> core::net::SocketAddr {
    core::net::SocketAddr::new(ip, port.get())
}

/// Something that could be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub address: IpAddr,
    /// None where all ports are meant, as with a node.
    pub port: Option<Port>,
    /// The pod or node it is, where that is known.
    pub object: Option<Concern>,
    /// The node it is on; empty where that is unknown.
    pub node: Text,
    /// Why it was left out; none where it was kept.
    pub dropped: Option<Reason>,
}

/// Why a candidate was left out. The names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    NotReady,
    Terminating,
    OnAnotherNode,
    HintedForOtherNodes,
    HintedForOtherZones,
    NodeNotReady,
    NoLocalEndpoints,
    ExcludedFromLoadBalancers,
}

impl Reason {
    pub fn name(self) -> &'static str {
        match self {
            Reason::NotReady => "not-ready",
            Reason::Terminating => "terminating",
            Reason::OnAnotherNode => "on-another-node",
            Reason::HintedForOtherNodes => "hinted-for-other-nodes",
            Reason::HintedForOtherZones => "hinted-for-other-zones",
            Reason::NodeNotReady => "node-not-ready",
            Reason::NoLocalEndpoints => "no-local-endpoints",
            Reason::ExcludedFromLoadBalancers => "excluded-from-load-balancers",
        }
    }

    /// In words, behind "it is left out because".
    pub fn words(self) -> &'static str {
        match self {
            Reason::NotReady => "it is not ready",
            Reason::Terminating => "it is terminating, and others are ready",
            Reason::OnAnotherNode => "it is on another node, and the traffic policy is Local",
            Reason::HintedForOtherNodes => "its hints give it to other nodes",
            Reason::HintedForOtherZones => "its hints give it to other zones",
            Reason::NodeNotReady => "the node is not ready",
            Reason::NoLocalEndpoints => {
                "the node has no endpoint of its own, and the external traffic policy is Local"
            }
            Reason::ExcludedFromLoadBalancers => "a label of the node excludes it from load balancers",
        }
    }
}

/// A question for a name and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub name: Text,
    pub kind: Type,
    pub server: IpAddr,
    /// None where nobody answered.
    pub rcode: Option<Rcode>,
    /// The answer's records, as zone files have them.
    pub answers: Vec<String>,
}

impl Step {
    pub fn new(what: What, sentence: impl Into<String>) -> Step {
        Step {
            what,
            sentence: sentence.into(),
            node: Text::EMPTY,
            concerns: Vec::new(),
            flow: None,
            candidates: Vec::new(),
            query: None,
        }
    }

    #[must_use]
    pub fn on(self, node: impl Into<Text>) -> Step {
        Step { node: node.into(), ..self }
    }

    #[must_use]
    pub fn about(mut self, concern: Concern) -> Step {
        self.concerns.push(concern);
        self
    }

    #[must_use]
    pub fn flow(self, before: Flow, after: Flow) -> Step {
        Step { flow: Some((before, after)), ..self }
    }

    #[must_use]
    pub fn among(self, candidates: Vec<Candidate>) -> Step {
        Step { candidates, ..self }
    }
}
