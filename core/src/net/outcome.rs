//! What comes of a request, in the client's words and in ours.

use super::proxy::Key;
use super::resolver::Unresolved;
use crate::base::Text;
use alloc::format;
use alloc::string::{String, ToString};
use core::net::IpAddr;

/// What the client sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    Refused,
    TimedOut,
    /// A router or the target's neighbours say that nobody has the address.
    NoRoute,
    /// The client itself has no way to such an address.
    NoNetwork,
    /// The rules of the node it runs on do not let the client send its datagram.
    NotPermitted,
    Unresolved,
}

impl Outcome {
    /// `answered`, `refused`, `timed-out`, `unreachable`, `not-permitted`, `unresolved`
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Answered => "answered",
            Outcome::Refused => "refused",
            Outcome::TimedOut => "timed-out",
            Outcome::NoRoute | Outcome::NoNetwork => "unreachable",
            Outcome::NotPermitted => "not-permitted",
            Outcome::Unresolved => "unresolved",
        }
    }

    /// What programs such as `curl` print; `host` is what the client was told to connect to.
    pub fn error(self, host: &str) -> Option<String> {
        match self {
            Outcome::Answered => None,
            Outcome::Refused => Some("Connection refused".into()),
            Outcome::TimedOut => Some("Connection timed out".into()),
            Outcome::NoRoute => Some("No route to host".into()),
            Outcome::NoNetwork => Some("Network is unreachable".into()),
            Outcome::NotPermitted => Some("Operation not permitted".into()),
            Outcome::Unresolved => Some(format!("Could not resolve host: {host}")),
        }
    }
}

/// Why it came to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Answered,
    /// By the cluster's DNS server.
    Dns,
    Name(Unresolved),
    /// Nothing in the pod listens at the port.
    PodRefuses,
    /// Something listens in the pod but does not answer.
    PodSilent,
    /// Nothing on the node listens at the port.
    NodeRefuses,
    NoEndpoints,
    NoLocalEndpoints,
    SourceRanges,
    NoSuchServicePort,
    NoSuchServiceAddress,
    /// A cluster IP is known to nobody outside the cluster.
    ClusterIpFromOutside,
    PodFromOutside,
    /// The load balancer has no node to send to.
    NoNode,
    /// The load balancer does not listen at the port.
    NoSuchListener,
    /// The range belongs to a node, but no pod on it has the address.
    NoSuchPod,
    /// Nothing is known that has the address.
    NobodyThere,
    /// The client has no address of that family.
    NoAddress,
    /// Packets go round in circles.
    Loop,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Where the packet ended: the pod, if one did. First, because most that differ differ in this.
    pub pod: Option<Key>,
    pub outcome: Outcome,
    pub cause: Cause,
    /// The address that was connected to; none where the name has none.
    pub address: Option<IpAddr>,
    /// The Service it was for, where a Service had to do with it.
    pub service: Option<Key>,
    /// The node it ended on; empty outside the cluster.
    pub node: Text,
    /// The client's address as seen there.
    pub seen: Option<IpAddr>,
    /// What was answered.
    pub response: Text,
}

impl End {
    pub(super) fn new(outcome: Outcome, cause: Cause) -> End {
        End {
            outcome,
            cause,
            address: None,
            service: None,
            pod: None,
            node: Text::EMPTY,
            seen: None,
            response: Text::EMPTY,
        }
    }

    /// Of what is refused by some rules, and lost where these are not, or never sent.
    fn how(&self) -> &'static str {
        match self.outcome {
            Outcome::Refused => "Refused",
            Outcome::NotPermitted => "Operation not permitted",
            Outcome::NoRoute => "No route to host",
            _ => "Timed out",
        }
    }

    /// One sentence that says it all.
    pub fn summary(&self, host: &str) -> String {
        let service = self.service.as_ref().map_or(Text::EMPTY, |(_, name)| name.clone());
        let pod = self.pod.as_ref().map_or(Text::EMPTY, |(_, name)| name.clone());
        let address = self.address.map_or_else(|| host.to_string(), |ip| ip.to_string());
        let node = &self.node;
        match self.cause {
            Cause::Answered if pod.is_empty() => format!("Answered by node {node}."),
            Cause::Answered | Cause::Dns => format!("Answered by pod {pod} on node {node}."),
            Cause::Name(e) => format!("The name {host} cannot be resolved: {}.", e.words()),
            Cause::PodRefuses => format!("Refused: nothing in pod {pod} listens at that port."),
            Cause::PodSilent => format!("Timed out: pod {pod} takes the packets but does not answer."),
            Cause::NodeRefuses => format!("Refused: nothing on node {node} listens at that port."),
            Cause::NoEndpoints => format!("{}: Service {service} has no usable endpoint.", self.how()),
            Cause::NoLocalEndpoints => format!(
                "{}: the traffic policy of Service {service} is Local, and node {node} has no endpoint.",
                self.how()
            ),
            Cause::SourceRanges => format!(
                "{}: loadBalancerSourceRanges of Service {service} do not let the client in.",
                self.how()
            ),
            Cause::NoSuchServicePort => format!("{}: Service {service} has no such port.", self.how()),
            Cause::NoSuchServiceAddress => {
                format!("{}: no Service has the address {address}.", self.how())
            }
            Cause::ClusterIpFromOutside => format!(
                "Timed out: {address} is a cluster IP, which nobody outside the cluster knows the way to."
            ),
            Cause::PodFromOutside => {
                format!(
                    "Timed out: {address} is a pod's address, which nobody outside the cluster knows the way to."
                )
            }
            Cause::NoNode => {
                format!("Timed out: the load balancer of Service {service} has no node to send to.")
            }
            Cause::NoSuchListener => {
                format!("Timed out: the load balancer of Service {service} does not listen at that port.")
            }
            Cause::NoSuchPod => {
                format!("{}: no pod on node {node} has the address {address}.", self.how())
            }
            Cause::NobodyThere => format!("Timed out: nothing is known that has the address {address}."),
            Cause::NoAddress => {
                format!("Network is unreachable: the client has no address of the family of {address}.")
            }
            Cause::Loop => "Timed out: the packet goes round in circles.".into(),
        }
    }
}
