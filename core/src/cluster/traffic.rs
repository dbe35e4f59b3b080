//! Traffic: requests between clients, Services and pods, names, and the rules on the nodes.

use super::Cluster;
use super::boot::addons;
use super::options::Options;
use super::work::Work;
use crate::base::ip::Family;
use crate::base::{Instant, Rng, Text, Value};
use crate::net::dns::{Transport, Type};
use crate::net::resolver::{Found, Resolver, Unresolved};
use crate::net::{
    Call, End, Host, Network, NoSource, Reception, Recorder, Request, Source, Step, World, proxy, render,
};
use crate::node::answer::{self, Asked};
use crate::node::image;
use crate::object::{Pod, Port, Protocol, resource};
use crate::registry::Server;
use crate::store::Store;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddr;

/// What came of a request, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub end: End,
    /// What a client such as `curl` prints; none where it got its answer.
    pub error: Option<String>,
    /// One sentence that says it all.
    pub summary: String,
    pub steps: Vec<Step>,
}

/// One of the things that came of many requests, and of how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub end: End,
    pub count: u32,
}

/// What a name turned out to be, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    pub found: Result<Found, Unresolved>,
    pub steps: Vec<Step>,
}

/// The network, and what is left to chance there.
#[derive(Clone, Debug)]
pub(super) struct Traffic {
    pub(super) network: Network,
    rng: Rng,
}

impl Traffic {
    pub(super) fn new(options: &Options) -> Traffic {
        let mut config = options.network.clone();
        config.proxy.service_cidrs.clone_from(&options.service_cidrs);
        config.kubelet.cluster_dns = addons::dns_address(&options.service_cidrs).into_iter().collect();
        Traffic { network: Network::new(config), rng: Rng::new(options.seed).fork() }
    }

    /// Sends a request.
    pub(super) fn travel(
        &mut self,
        server: &Server,
        work: &Work,
        request: &Request,
        note: &mut impl Recorder,
    ) -> Result<End, NoSource> {
        let apps = |call: &Call<'_>| receive(work, &server.store, server.now, call);
        let world = World { store: &server.store, now: server.now, apps: &apps };
        self.network.send(world, request, &mut self.rng, note)
    }

    /// The records of a name as a program there finds them.
    pub(super) fn look(
        &mut self,
        server: &Server,
        work: &Work,
        (from, name, kind): (&Source, &str, Type),
        note: &mut Vec<Step>,
    ) -> Result<Result<Found, Unresolved>, NoSource> {
        let apps = |call: &Call<'_>| receive(work, &server.store, server.now, call);
        let world = World { store: &server.store, now: server.now, apps: &apps };
        self.network.resolve(world, from, name, kind, &mut self.rng, note)
    }

    /// With what a pod resolves names; none where there is no such pod.
    pub(super) fn resolver(&self, server: &Server, namespace: &str, pod: &str) -> Option<Resolver> {
        let object = server.store.get(resource::PODS, namespace, pod)?;
        Some(self.network.resolver_of(Pod::of(object.value())))
    }

    /// The environment of a container of a pod.
    pub(super) fn variables(
        &mut self,
        server: &Server,
        namespace: &str,
        pod: &str,
        container: &str,
    ) -> Option<Vec<(Text, Text)>> {
        let network = &mut self.network;
        network.follow(&server.store, server.now);
        let object = server.store.get(resource::PODS, namespace, pod)?;
        let spec = object.value().get("spec");
        let mut all = spec.get("containers").items().iter().chain(spec.get("initContainers").items());
        let container = all.find(|c| container.is_empty() || c.get("name").str() == container)?;
        let mut variables = network.variables(object, container.get("name").str());
        for own in container.get("env").items() {
            let Value::Text(name) = own.get("name") else { continue };
            variables.retain(|(known, _)| known != name);
            variables.push((name.clone(), own.get("value").str().into()));
        }
        Some(variables)
    }
}

impl Cluster {
    /// Sends a request, and tells its way.
    pub fn send(&mut self, request: &Request) -> Result<Sent, NoSource> {
        let mut steps = Vec::new();
        let end = self.travel(request, &mut steps)?;
        Ok(Sent { error: end.outcome.error(&request.to), summary: end.summary(&request.to), end, steps })
    }

    /// Sends a request without listening to how it goes, which is faster.
    pub fn send_unrecorded(&mut self, request: &Request) -> Result<End, NoSource> {
        self.travel(request, &mut ())
    }

    /// Sends the same request many times: what came of it, in the order in which it came first.
    pub fn send_many(&mut self, request: &Request, count: u32) -> Result<Vec<Share>, NoSource> {
        let mut shares: Vec<Share> = Vec::new();
        for _ in 0..count {
            let end = self.send_unrecorded(request)?;
            match shares.iter_mut().find(|s| s.end == end) {
                Some(share) => share.count += 1,
                None => shares.push(Share { end, count: 1 }),
            }
        }
        Ok(shares)
    }

    /// The records of a name as a program there finds them, search list included.
    pub fn resolve(&mut self, from: &Source, name: &str, kind: Type) -> Result<Resolved, NoSource> {
        let mut steps = Vec::new();
        let found = self.traffic.look(&self.server, &self.work, (from, name, kind), &mut steps)?;
        Ok(Resolved { found, steps })
    }

    /// The answer of the cluster's DNS server to a query, both in wire format (RFC 1035), of any length; none where it
    /// keeps silent.
    pub fn dns(&mut self, query: &[u8]) -> Option<Vec<u8>> {
        self.dns_over(Transport::Tcp, query)
    }

    /// The same over a given transport, which decides how long the answer may be.
    pub fn dns_over(&mut self, transport: Transport, query: &[u8]) -> Option<Vec<u8>> {
        let Cluster { server, traffic: Traffic { network, .. }, .. } = self;
        network.catch_up(&server.store, server.now);
        network.answer(&server.store, query, transport)
    }

    /// The rules of a family that kube-proxy has written on a node, or would write if it were set up as `other`; none
    /// where there is no such node.
    pub fn rules(
        &mut self,
        node: &str,
        family: Family,
        other: Option<&proxy::Config>,
    ) -> Option<render::Rules> {
        let Cluster { server, traffic: Traffic { network, .. }, .. } = self;
        network.rules(&server.store, server.now, node, family, other)
    }

    /// How the network is set up.
    pub fn network(&self) -> &Network {
        &self.traffic.network
    }

    /// The environment of a container of a pod: what its own spec says, and what it was told of Services when it
    /// started. The first container where none is named; none where there is no such pod or container.
    pub fn variables(&mut self, namespace: &str, pod: &str, container: &str) -> Option<Vec<(Text, Text)>> {
        self.traffic.variables(&self.server, namespace, pod, container)
    }

    /// `/etc/resolv.conf` in a pod; none where there is no such pod.
    pub fn resolv_conf(&self, namespace: &str, pod: &str) -> Option<String> {
        Some(alloc::format!("{}", self.traffic.resolver(&self.server, namespace, pod)?.conf))
    }

    /// `/etc/hosts` in a pod; none where there is no such pod.
    pub fn hosts_file(&self, namespace: &str, pod: &str) -> Option<String> {
        Some(self.traffic.resolver(&self.server, namespace, pod)?.hosts)
    }

    fn travel(&mut self, request: &Request, note: &mut impl Recorder) -> Result<End, NoSource> {
        self.traffic.travel(&self.server, &self.work, request, note)
    }
}

/// Ports at which nodes themselves listen, and whether only those of the control plane do: the API server, the kubelet.
const NODE_PORTS: &[(u16, bool)] = &[(6443, true), (10250, false)];
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
/// What a server that speaks TLS answers to those who do not.
const NOT_ENCRYPTED: &str = "Client sent an HTTP request to an HTTPS server.\n";
/// A client whose port nobody has chosen.
const SOME_PORT: u16 = 40000;

/// What becomes of a connection that has arrived.
fn receive(work: &Work, store: &Store, now: Instant, call: &Call<'_>) -> Reception {
    let object = match call.host {
        Host::Node(name) => {
            let node = store.get(resource::NODES, "", name);
            let is_control_plane =
                node.is_some_and(|n| n.value().at(&["metadata", "labels"]).find(CONTROL_PLANE).is_some());
            let serves = |(port, control_plane): &(u16, bool)| {
                *port == call.port.get() && (is_control_plane || !control_plane)
            };
            let listens = call.protocol == Protocol::Tcp && NODE_PORTS.iter().any(serves);
            return if listens { Reception::Answered(NOT_ENCRYPTED.into()) } else { Reception::Refused };
        }
        Host::Pod(object) => object,
    };
    let (pod, port, protocol) = (object.value(), call.port.get(), call.protocol.name());
    let listeners = work.listeners(object, now);
    let Some(listener) = listeners.iter().find(|l| l.accepts(call.address, protocol, port)) else {
        return Reception::Refused;
    };
    let containers = pod.get("spec").get("containers").items().iter();
    let mut named = containers.filter(|c| c.get("name").str() == listener.container.as_str());
    let image = named.next().map_or("", |c| image::short_name(c.get("image").str()));
    if port == 53 && image.ends_with("coredns") {
        return Reception::Dns;
    }
    let client_port = call.client_port.map_or(SOME_PORT, Port::get);
    let client = SocketAddr::new(call.source, client_port);
    let asked = Asked { client, at: call.address, payload: call.payload, now };
    Reception::Answered(answer::answer(pod, listener, &asked))
}

#[cfg(test)]
mod tests;
