//! Requests between clients, Services and pods, and what comes of them.

use super::failure::Failure;
use serde::{Deserialize, Serialize};
use svcscope_core::base::{Status, Text, ip, status::InGroup};
use svcscope_core::cluster::Sent;
use svcscope_core::net::dns::Rcode;
use svcscope_core::net::trace::{Candidate, Concern, Flow, Query, Reason, What};
use svcscope_core::net::{End, NoSource, Request, Source, Step};
use svcscope_core::object::{Port, Protocol};
use tsify::Tsify;

/// A request: who sends what where.
#[derive(Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct SendRequest {
    /// `outside`, `outside/ADDRESS`, `node/NAME` or `pod/[NAMESPACE/]NAME`; outside if it is not given.
    #[tsify(optional)]
    pub from: Option<String>,
    /// A name or an address.
    #[tsify(type = "string")]
    pub to: String,
    #[tsify(type = "number")]
    pub port: f64,
    /// `TCP`, `UDP` or `SCTP`; TCP if it is not given.
    #[tsify(optional)]
    pub protocol: Option<String>,
    /// The client's port. With one, the connection is known when the next request comes from it; without, each request
    /// is a connection of its own.
    #[tsify(optional)]
    pub client_port: Option<f64>,
    /// What the client says: of a request in HTTP the path, of a datagram what is in it.
    #[tsify(optional)]
    pub payload: Option<String>,
}

/// What came of a request.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SendResult {
    #[tsify(type = "SendOutcome")]
    pub outcome: &'static str,
    /// `namespace/name` of the pod where the packet ended, if it was a pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub pod: Option<String>,
    /// The node where the packet ended, if it was within the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub node: Option<String>,
    /// `namespace/name` of the Service it was for, if a Service had to do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub service: Option<String>,
    /// The address that was connected to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub address: Option<String>,
    /// The client's address as it was seen where the packet ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub response: Option<String>,
    /// What programs such as curl print; not there where the request was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub error: Option<String>,
    /// One sentence that says it all.
    pub summary: String,
    /// What happened on the way.
    pub steps: Vec<TraceStep>,
}

/// One thing that happened on the way of a packet.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TraceStep {
    /// What kind of step it is. The names are stable: `start`, `query`, `resolved`, `arrival`, `rule`, `endpoints`,
    /// `pick`, `masquerade`, `delivery`, `app`, `end` and others.
    pub what: &'static str,
    /// One sentence.
    pub text: String,
    /// Where a picture shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub place: Option<StepPlace>,
    /// The node it happened on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub node: Option<String>,
    /// The objects that decided it, and which of their fields did.
    pub concerns: Vec<StepConcern>,
    /// The packet, where the step changes or sends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub flow: Option<StepFlow>,
    /// What could have been chosen.
    pub candidates: Vec<StepCandidate>,
    /// The question to a DNS server, and its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub query: Option<StepQuery>,
}

#[derive(Debug, Serialize, Tsify)]
pub struct StepPlace {
    #[tsify(type = "\"client\" | \"service\" | \"node\" | \"pod\"")]
    pub kind: &'static str,
    /// Of a client what `from` says, of Services and pods `namespace/name`, of nodes the name.
    pub key: String,
}

#[derive(Debug, Serialize, Tsify)]
pub struct StepConcern {
    pub kind: &'static str,
    /// Empty where the kind has none.
    pub namespace: String,
    pub name: String,
    /// `spec.externalTrafficPolicy`; empty where the whole object is meant.
    pub field: String,
}

/// A packet before and after: `203.0.113.10 -> 192.168.1.11:30001/TCP`.
#[derive(Debug, Serialize, Tsify)]
pub struct StepFlow {
    pub before: String,
    pub after: String,
}

#[derive(Debug, Serialize, Tsify)]
pub struct StepCandidate {
    /// Its address, with the port where one is meant.
    pub address: String,
    /// The pod or node that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub object: Option<StepConcern>,
    /// Empty where that is unknown.
    pub node: String,
    /// Why it was left out: `not-ready`, `terminating`, `on-another-node` and others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub dropped: Option<&'static str>,
}

#[derive(Debug, Serialize, Tsify)]
pub struct StepQuery {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub server: String,
    /// `NOERROR`, `NXDOMAIN`; not there where nobody answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub rcode: Option<&'static str>,
    /// As zone files have them.
    pub answers: Vec<String>,
}

impl SendRequest {
    /// The engine's request, or what is wrong with this one.
    pub fn read(&self) -> Result<Request, Failure> {
        let protocol = self.protocol.as_deref().unwrap_or("TCP");
        Ok(Request {
            from: source(self.from.as_deref())?,
            to: self.to.as_str().into(),
            port: port("port", self.port)?,
            protocol: Protocol::parse(protocol)
                .ok_or_else(|| Failure::usage(format!("protocol: {protocol:?} is not TCP, UDP or SCTP")))?,
            client_port: self.client_port.map(|p| port("clientPort", p)).transpose()?,
            payload: self.payload.as_deref().unwrap_or_default().into(),
        })
    }
}

fn port(name: &str, number: f64) -> Result<Port, Failure> {
    let whole = number.fract() == 0.0 && (0.0..=65535.0).contains(&number);
    let port = if whole { Port::new(number as u16) } else { None };
    port.ok_or_else(|| Failure::usage(format!("{name}: {number} is no port from 1 to 65535")))
}

/// Who sends: `outside`, `node/NAME`, `pod/NAMESPACE/NAME`.
pub fn source(from: Option<&str>) -> Result<Source, Failure> {
    let from = from.unwrap_or("outside");
    let (kind, name) = from.split_once('/').unwrap_or((from, ""));
    let source = match (kind, name) {
        ("outside", "") => Some(Source::Outside(None)),
        ("outside", address) => ip::parse(address).map(|ip| Source::Outside(Some(ip))),
        ("node", name) if !name.is_empty() => Some(Source::Node(name.into())),
        ("pod", name) if !name.is_empty() => {
            let (namespace, name) = name.split_once('/').unwrap_or(("default", name));
            Some(Source::Pod { namespace: namespace.into(), name: name.into() })
        }
        _ => None,
    };
    source.ok_or_else(|| {
        Failure::usage(format!("from: {from:?} is not outside, node/NAME or pod/[NAMESPACE/]NAME"))
    })
}

/// There is nobody to send: as the API answers those who want to run a program there.
pub fn no_source(from: &Source, why: NoSource) -> Failure {
    let (resource, name) = match from {
        Source::Pod { name, .. } => ("pods", name.as_str()),
        Source::Node(name) => ("nodes", name.as_str()),
        Source::Outside(_) => ("nodes", "outside"),
    };
    let status = match why {
        NoSource::NoSuchPod | NoSource::NoSuchNode => {
            Status::not_found(InGroup { group: "", name: resource }, name)
        }
        NoSource::NotRunning => Status::bad_request(format!("pod {name} does not have a host assigned")),
    };
    status.into()
}

impl SendResult {
    pub fn new(request: &Request, sent: Sent) -> SendResult {
        let steps = sent.steps.into_iter().map(|step| TraceStep::new(&request.from, step)).collect();
        SendResult { steps, ..SendResult::unrecorded(request, &sent.end) }
    }

    /// Without the steps.
    pub fn unrecorded(request: &Request, end: &End) -> SendResult {
        let key =
            |key: &Option<(Text, Text)>| key.as_ref().map(|(namespace, name)| format!("{namespace}/{name}"));
        SendResult {
            outcome: end.outcome.name(),
            pod: key(&end.pod),
            node: some(&end.node),
            service: key(&end.service),
            address: end.address.map(|ip| ip.to_string()),
            seen: end.seen.map(|ip| ip.to_string()),
            response: some(&end.response),
            error: end.outcome.error(&request.to),
            summary: end.summary(&request.to),
            steps: Vec::new(),
        }
    }
}

impl TraceStep {
    pub fn new(from: &Source, step: Step) -> TraceStep {
        TraceStep {
            what: step.what.name(),
            place: place(from, &step),
            text: step.sentence,
            node: some(&step.node),
            concerns: step.concerns.iter().map(StepConcern::from).collect(),
            flow: step.flow.as_ref().map(StepFlow::from),
            candidates: step.candidates.iter().map(StepCandidate::from).collect(),
            query: step.query.map(StepQuery::from),
        }
    }
}

/// Where the packet is when a step happens.
fn place(from: &Source, step: &Step) -> Option<StepPlace> {
    let concern = |kind: &'static str, of: &str| {
        let concern = step.concerns.iter().find(|c| c.kind == of)?;
        Some(StepPlace { kind, key: format!("{}/{}", concern.namespace, concern.name) })
    };
    let node = || some(&step.node).map(|key| StepPlace { kind: "node", key });
    match step.what {
        What::Start => Some(StepPlace { kind: "client", key: client(from) }),
        What::LoadBalancer | What::Rule | What::NoRule | What::Endpoints | What::SourceRanges => {
            concern("service", "Service")
        }
        What::Arrival | What::Established | What::Delivery | What::HostPort => node(),
        What::App => concern("pod", "Pod").or_else(node),
        _ => None,
    }
}

/// Who sends, as requests say it.
pub fn client(from: &Source) -> String {
    match from {
        Source::Outside(None) => "outside".into(),
        Source::Outside(Some(ip)) => format!("outside/{ip}"),
        Source::Node(name) => format!("node/{name}"),
        Source::Pod { namespace, name } => format!("pod/{namespace}/{name}"),
    }
}

impl From<&Concern> for StepConcern {
    fn from(c: &Concern) -> StepConcern {
        StepConcern {
            kind: c.kind,
            namespace: c.namespace.to_string(),
            name: c.name.to_string(),
            field: c.field.to_string(),
        }
    }
}

impl From<&(Flow, Flow)> for StepFlow {
    fn from((before, after): &(Flow, Flow)) -> StepFlow {
        StepFlow { before: before.to_string(), after: after.to_string() }
    }
}

impl From<&Candidate> for StepCandidate {
    fn from(c: &Candidate) -> StepCandidate {
        StepCandidate {
            address: match c.port {
                Some(port) => svcscope_core::net::trace::socket(c.address, port).to_string(),
                None => c.address.to_string(),
            },
            object: c.object.as_ref().map(StepConcern::from),
            node: c.node.to_string(),
            dropped: c.dropped.map(Reason::name),
        }
    }
}

impl From<Query> for StepQuery {
    fn from(q: Query) -> StepQuery {
        StepQuery {
            name: q.name.to_string(),
            kind: q.kind.to_string(),
            server: q.server.to_string(),
            rcode: q.rcode.map(Rcode::name),
            answers: q.answers,
        }
    }
}

/// The text, if there is any.
fn some(text: &Text) -> Option<String> {
    (!text.is_empty()).then(|| text.to_string())
}
