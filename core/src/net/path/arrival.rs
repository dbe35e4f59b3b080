//! Packets that have come to the end of their way: a node's own address, or a pod.

use super::{Call, Host, Packet, Path, Reception, pod_concern};
use crate::base::Text;
use crate::net::nodes::NodeView;
use crate::net::outcome::{Cause, End, Outcome};
use crate::net::proxy::Key;
use crate::net::trace::{Concern, Flow, Recorder, Step, What, socket};
use crate::object::{Container, ContainerPort, Pod, Port, Protocol};
use crate::store::Object;
use alloc::format;
use alloc::sync::Arc;
use core::net::IpAddr;

impl<'a> Path<'a, '_> {
    /// A packet for one of the node's own addresses.
    pub(super) fn arrive_on_node(
        &mut self,
        node: &Arc<NodeView>,
        packet: Packet,
        note: &mut impl Recorder,
    ) -> End {
        let flow = packet.flow;
        if let Some((pod, target)) = self.host_port(node, flow) {
            note.step(|| {
                let sentence = format!(
                    "Port {} of node {} is led to port {} of pod {}.",
                    flow.port,
                    node.name,
                    target.1,
                    pod.name()
                );
                Step::new(What::HostPort, sentence)
                    .on(&node.name)
                    .about(pod_concern(pod).field("spec.containers"))
            });
            return self.arrive_in_pod(pod, packet.to(target.0, target.1), note);
        }
        if let Some(health) =
            self.proxy.health(node, flow.destination, flow.port).filter(|_| flow.protocol == Protocol::Tcp)
        {
            note.step(|| {
                let sentence = format!(
                    "kube-proxy on node {} tells how many endpoints Service {} has there: {}.",
                    node.name, health.service, health.endpoints
                );
                let concern = Concern::new("Service", &health.namespace, &health.service);
                Step::new(What::App, sentence).on(&node.name).about(concern.field("spec.healthCheckNodePort"))
            });
            return self.answered(node, flow, None, health.body().into());
        }
        let call = |host| Call {
            host,
            address: flow.destination,
            port: flow.port,
            protocol: flow.protocol,
            source: flow.source,
            client_port: self.client_port,
            payload: self.payload,
        };
        for pod in self.nodes.pods_at(self.store, &node.name).filter(|p| Pod::of(p.value()).host_network()) {
            match (self.apps)(&call(Host::Pod(pod))) {
                Reception::Refused => {}
                reception => return self.received(pod, &node.name, packet, reception, note),
            }
        }
        match (self.apps)(&call(Host::Node(&node.name))) {
            Reception::Answered(response) => {
                note.step(|| {
                    Step::new(What::App, format!("Node {} itself answers.", node.name)).on(&node.name)
                });
                self.answered(node, flow, None, response)
            }
            Reception::Dns | Reception::Silent => {
                End { node: node.name.clone(), ..End::new(Outcome::TimedOut, Cause::NobodyThere) }
            }
            Reception::Refused => {
                note.step(|| {
                    let sentence = format!(
                        "Nothing on node {} listens at port {}/{}.",
                        node.name, flow.port, flow.protocol
                    );
                    Step::new(What::App, sentence).on(&node.name)
                });
                End {
                    node: node.name.clone(),
                    seen: Some(flow.source),
                    ..End::new(Outcome::Refused, Cause::NodeRefuses)
                }
            }
        }
    }

    fn answered(&self, node: &NodeView, flow: Flow, pod: Option<Key>, response: Text) -> End {
        let end = End::new(Outcome::Answered, Cause::Answered);
        End { node: node.name.clone(), seen: Some(flow.source), pod, response, ..end }
    }

    /// The pod and port that a port of the node is led to.
    fn host_port(&self, node: &NodeView, flow: Flow) -> Option<(&'a Arc<Object>, (IpAddr, Port))> {
        let led = |pod: &Pod<'_>| {
            let mut ports = pod.containers().chain(pod.sidecars()).flat_map(Container::ports);
            let port = ports.find(|p| {
                p.host_port() == Some(flow.port)
                    && p.protocol() == flow.protocol
                    && p.host_ip().is_none_or(|ip| ip == flow.destination)
            });
            let ip = pod.ips().find(|ip| ip.is_ipv4() == flow.destination.is_ipv4());
            ip.zip(port.and_then(ContainerPort::port))
        };
        self.nodes.pods_at(self.store, &node.name).find_map(|object| {
            let pod = Pod::of(object.value());
            let own_network = !pod.host_network();
            Some((object, led(&pod).filter(|_| own_network)?))
        })
    }

    pub(super) fn arrive_in_pod(
        &mut self,
        pod: &Arc<Object>,
        packet: Packet,
        note: &mut impl Recorder,
    ) -> End {
        let flow = packet.flow;
        let call = Call {
            host: Host::Pod(pod),
            address: flow.destination,
            port: flow.port,
            protocol: flow.protocol,
            source: flow.source,
            client_port: self.client_port,
            payload: self.payload,
        };
        let reception = (self.apps)(&call);
        self.received(pod, &Pod::of(pod.value()).node_name().into(), packet, reception, note)
    }

    fn received(
        &self,
        pod: &Arc<Object>,
        node: &Text,
        packet: Packet,
        reception: Reception,
        note: &mut impl Recorder,
    ) -> End {
        let flow = packet.flow;
        note.step(|| {
            let (name, port, source) = (pod.name(), socket(flow.destination, flow.port), flow.source);
            let sentence = match &reception {
                Reception::Answered(_) | Reception::Dns => {
                    format!("Pod {name} answers at {port}; it sees {source} as its client.")
                }
                Reception::Refused => format!("Nothing in pod {name} listens at {port}/{}.", flow.protocol),
                Reception::Silent => format!("Pod {name} takes the packet at {port} but does not answer."),
            };
            Step::new(What::App, sentence).on(node).about(pod_concern(pod)).flow(flow, flow)
        });
        let (outcome, cause, response) = match reception {
            Reception::Answered(response) => (Outcome::Answered, Cause::Answered, response),
            Reception::Dns => (Outcome::Answered, Cause::Dns, Text::EMPTY),
            Reception::Refused => (Outcome::Refused, Cause::PodRefuses, Text::EMPTY),
            Reception::Silent => (Outcome::TimedOut, Cause::PodSilent, Text::EMPTY),
        };
        let pod = Some((pod.namespace().clone(), pod.name().clone()));
        End { node: node.clone(), pod, seen: Some(flow.source), response, ..End::new(outcome, cause) }
    }
}
