//! Requests: a client, a name or an address, a port; and what comes of it.
//!
//! Models a client such as `curl`: it resolves the name, then tries one address after the other until one takes the
//! connection.

use super::dns::{Answer, Rcode, Type};
use super::hosts;
use super::network::Network;
use super::outcome::{Cause, End, Outcome};
use super::path::{Apps, Origin, Path};
use super::resolv_conf::ResolvConf;
use super::resolver::{Asked, Found, Resolver, Unresolved};
use super::trace::{Recorder, Step, What};
use crate::base::sort;
use crate::base::{Instant, Rng, Text, ip};
use crate::object::{Pod, Port, Protocol, resource};
use crate::store::Store;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;

/// What the network works on: the objects, the time, and the programs in the pods.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub store: &'a Store,
    pub now: Instant,
    pub apps: &'a Apps<'a>,
}

impl core::fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("World").field("now", &self.now).finish_non_exhaustive()
    }
}

/// Who sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A client outside the cluster, with an address of its own choice or the usual one.
    Outside(Option<IpAddr>),
    Node(Text),
    Pod {
        namespace: Text,
        name: Text,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub from: Source,
    /// A name or an address.
    pub to: Text,
    pub port: Port,
    pub protocol: Protocol,
    /// The client's port. With one, the connection is known when the next request comes from the same port; without,
    /// each request is a connection of its own.
    pub client_port: Option<Port>,
    /// What the client says once it is connected: of a request in HTTP the path, of a datagram what is in it.
    pub payload: Text,
}

/// There is no such pod or node to send from, or it has no network yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSource {
    NoSuchPod,
    NoSuchNode,
    /// The pod is not on a node, or has no address there.
    NotRunning,
}

const DNS: Port = match Port::new(53) {
    Some(port) => port,
    None => Port::MIN,
};

impl Network {
    /// Sends a request.
    pub fn send(
        &mut self,
        world: World<'_>,
        request: &Request,
        rng: &mut Rng,
        note: &mut impl Recorder,
    ) -> Result<End, NoSource> {
        self.catch_up(world.store, world.now);
        let origin = self.origin(world.store, &request.from)?;
        let mut wire = Wire { network: self, world, rng, origin };
        let end = wire.request(request, note);
        note.step(|| Step::new(What::End, end.summary(&request.to)));
        Ok(end)
    }

    /// The records of a name as a client finds them, search list included.
    pub fn resolve(
        &mut self,
        world: World<'_>,
        from: &Source,
        name: &str,
        kind: Type,
        rng: &mut Rng,
        note: &mut impl Recorder,
    ) -> Result<Result<Found, Unresolved>, NoSource> {
        self.catch_up(world.store, world.now);
        let origin = self.origin(world.store, from)?;
        let mut wire = Wire { network: self, world, rng, origin };
        let resolver = wire.resolver();
        Ok(resolver.search(name, &[kind], |server, full, kind| wire.ask(server, full, kind), note))
    }

    /// `/etc/resolv.conf` and `/etc/hosts` of a pod.
    pub fn resolver_of(&self, pod: Pod<'_>) -> Resolver {
        let kubelet = &self.config.kubelet;
        let hosts = hosts::hosts_file(pod, &kubelet.cluster_domain);
        Resolver { conf: ResolvConf::of_pod(pod, kubelet), hosts }
    }

    fn origin<'a>(&self, store: &'a Store, from: &Source) -> Result<Origin<'a>, NoSource> {
        match from {
            Source::Outside(Some(ip)) => Ok(Origin::Outside { addresses: [*ip].into() }),
            Source::Outside(None) => Ok(Origin::Outside { addresses: self.config.outside.clone() }),
            Source::Node(name) => {
                let node = self.nodes.get(name).ok_or(NoSource::NoSuchNode)?;
                Ok(Origin::Node { node: node.clone(), pod: None })
            }
            Source::Pod { namespace, name } => {
                let object = store.get(resource::PODS, namespace, name).ok_or(NoSource::NoSuchPod)?;
                let pod = Pod::of(object.value());
                if pod.is_terminal() {
                    return Err(NoSource::NotRunning);
                }
                if pod.host_network() {
                    let node = self.nodes.get(pod.node_name()).ok_or(NoSource::NotRunning)?;
                    return Ok(Origin::Node { node: node.clone(), pod: Some(object) });
                }
                let addresses = pod.ips().collect::<Vec<_>>();
                let node = Text::from(pod.node_name());
                let running = !addresses.is_empty() && self.nodes.get(&node).is_some();
                if running { Ok(Origin::Pod { object, node, addresses }) } else { Err(NoSource::NotRunning) }
            }
        }
    }
}

/// A client at work.
struct Wire<'a, 'b> {
    network: &'b mut Network,
    world: World<'a>,
    rng: &'b mut Rng,
    origin: Origin<'a>,
}

impl<'a> Wire<'a, '_> {
    fn request(&mut self, request: &Request, note: &mut impl Recorder) -> End {
        let addresses = match self.addresses(&request.to, note) {
            Ok(addresses) => addresses,
            Err(e) => return End::new(Outcome::Unresolved, Cause::Name(e)),
        };
        let mut last = End::new(Outcome::Unresolved, Cause::Name(Unresolved::NoData));
        for ip in addresses {
            let (origin, mut path) = self.path();
            let target = (request.protocol, ip, request.port);
            (path.payload, path.client_port) = (&request.payload, request.client_port);
            last = path.send(origin, target, request.client_port, note);
            if last.outcome == Outcome::Answered {
                break;
            }
        }
        last
    }

    /// The addresses to try, in their order: IPv6 first where the client has it, those of a family as they come, which
    /// CoreDNS leaves to chance.
    ///
    /// Models `loadbalance round_robin` in kubeadm's Corefile and, in part, the sorting of `getaddrinfo`.
    fn addresses(&mut self, name: &str, note: &mut impl Recorder) -> Result<Vec<IpAddr>, Unresolved> {
        if let Some(ip) = ip::parse(name) {
            return Ok([ip].into());
        }
        if let Some(addresses) = self.node_addresses(name, note) {
            return Ok(addresses);
        }
        let resolver = self.resolver();
        let mut addresses =
            resolver.addresses(name, |server, full, kind| self.ask(server, full, kind), note)?;
        for last in (1..addresses.len()).rev() {
            addresses.swap(last, self.rng.index(last + 1));
        }
        let has_v6 = self.origin.has_family(false);
        sort::by_key(&mut addresses, |ip| ip.is_ipv4() == has_v6);
        Ok(addresses)
    }

    /// Nodes are known by name outside of pods.
    fn node_addresses(&self, name: &str, note: &mut impl Recorder) -> Option<Vec<IpAddr>> {
        let node = self.network.nodes.get(name).filter(|_| !matches!(self.origin, Origin::Pod { .. }))?;
        note.step(|| {
            Step::new(What::Resolved, alloc::format!("{name} is the name of a node.")).on(&node.name)
        });
        let outside = matches!(self.origin, Origin::Outside { .. }) && !node.external.is_empty();
        Some(if outside { node.external.clone() } else { node.addresses.clone() })
    }

    fn resolver(&self) -> Resolver {
        match &self.origin {
            Origin::Pod { object, .. } | Origin::Node { pod: Some(object), .. } => {
                self.network.resolver_of(Pod::of(object.value()))
            }
            Origin::Node { .. } | Origin::Outside { .. } => Resolver {
                conf: self.network.config.kubelet.host.clone(),
                hosts: String::from("127.0.0.1\tlocalhost\n::1\tlocalhost\n"),
            },
        }
    }

    /// Puts a question to a DNS server: by a packet, if the server is in the cluster. Servers elsewhere know nothing of
    /// it, and of nothing else.
    fn ask(&mut self, server: IpAddr, name: &str, kind: Type) -> Asked {
        let network = &mut *self.network;
        let proxy = network.proxy.config();
        let ranges = || proxy.service_cidrs.iter().chain(&proxy.cluster_cidrs);
        let inside = ranges().any(|c| c.contains(server))
            || network.nodes.at(server).is_some()
            || network.proxy.table().owner(server).is_some()
            || server.is_loopback();
        if !inside {
            return Ok(Answer { rcode: Rcode::NxDomain, ..Answer::default() });
        }
        let (origin, mut path) = self.path();
        let end = path.send(origin, (Protocol::Udp, server, DNS), None, &mut ());
        if end.cause != Cause::Dns {
            return Err(end.summary(&server.to_string()));
        }
        self.network.dns.lookup(self.world.store, name, kind).ok_or_else(String::new)
    }

    fn path<'c>(&'c mut self) -> (&'c Origin<'a>, Path<'c, 'c>) {
        let Network { config, nodes, proxy, .. } = &mut *self.network;
        let World { store, now, apps } = self.world;
        (
            &self.origin,
            Path { config, store, nodes, proxy, apps, rng: self.rng, now, payload: "", client_port: None },
        )
    }
}

#[cfg(test)]
mod tests;
