//! All ports of all Services by what they are reached at. One Service's entries are replaced without looking at the
//! others.

use super::service_port::{self, ServicePort};
use crate::base::labels::Selector;
use crate::base::sort;
use crate::base::{Text, Value};
use crate::object::endpoint_slice::SERVICE_NAME;
use crate::object::{EndpointSlice, Port, Protocol, Service, resource};
use crate::store::Store;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

/// What a Service's port is reached at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Front {
    ClusterIp,
    ExternalIp,
    LoadBalancer,
    NodePort,
}

impl Front {
    /// As a sentence names it.
    pub fn words(self) -> &'static str {
        match self {
            Front::ClusterIp => "cluster IP",
            Front::ExternalIp => "external IP",
            Front::LoadBalancer => "load balancer address",
            Front::NodePort => "node port",
        }
    }
}

/// The namespace and name of a Service.
pub type Key = (Text, Text);

#[derive(Clone, Debug, Default)]
pub struct Table {
    services: Arc<BTreeMap<Key, Vec<Arc<ServicePort>>>>,
    addresses: Index<Socket>,
    /// The addresses of load balancers that no rule knows.
    proxied: Index<Socket>,
    node_ports: Index<(Protocol, Port)>,
    health_checks: Index<Port>,
}

type Socket = (IpAddr, Protocol, Port);

impl Table {
    /// The ports of a Service.
    pub fn ports(&self, key: &Key) -> &[Arc<ServicePort>] {
        self.services.get(key).map_or(&[], Vec::as_slice)
    }

    /// The ports of all Services, in the order of their names.
    pub fn all(&self) -> impl Iterator<Item = &Arc<ServicePort>> {
        self.services.values().flatten()
    }

    /// The port that is reached at an address.
    pub fn at_address(&self, ip: IpAddr, protocol: Protocol, port: Port) -> Option<&Claim> {
        self.addresses.claims(&(ip, protocol, port)).first()
    }

    /// The port behind a load balancer that opens connections of its own.
    pub fn at_proxied(&self, ip: IpAddr, protocol: Protocol, port: Port) -> Option<&Claim> {
        self.proxied.claims(&(ip, protocol, port)).first()
    }

    /// The port that is reached at a node port, in the family of `ip`.
    pub fn at_node_port(&self, ip: IpAddr, protocol: Protocol, port: Port) -> Option<&Claim> {
        self.node_ports.claims(&(protocol, port)).iter().find(|c| c.port.cluster_ip.is_ipv4() == ip.is_ipv4())
    }

    /// A port of the Service whose health the nodes tell at a port.
    pub fn at_health_check(&self, ip: IpAddr, port: Port) -> Option<&Claim> {
        self.health_checks.claims(&port).iter().find(|c| c.port.cluster_ip.is_ipv4() == ip.is_ipv4())
    }

    /// What has an address at whatever port: a Service's cluster IP, say.
    pub fn owner(&self, ip: IpAddr) -> Option<&Claim> {
        self.addresses.first_at(ip).or_else(|| self.proxied.first_at(ip))
    }

    /// Reads a Service anew. Answers its ports as they were, unless they are the same.
    pub(super) fn rebuild(&mut self, store: &Store, key: &Key) -> Option<Vec<Arc<ServicePort>>> {
        let object = store.get(resource::SERVICES, &key.0, &key.1);
        let new = object.map(|o| read(store, Service::of(o.value()), key)).unwrap_or_default();
        if self.ports(key) == new {
            return None;
        }
        let services = Arc::make_mut(&mut self.services);
        let old = services.remove(key).unwrap_or_default();
        if !new.is_empty() {
            services.insert(key.clone(), new.clone());
        }
        old.iter().for_each(|port| self.each_front(port, Change::Remove));
        new.iter().for_each(|port| self.each_front(port, Change::Add));
        Some(old)
    }

    /// The addresses at which rules take packets for a port.
    pub(super) fn fronts(port: &ServicePort) -> impl Iterator<Item = (Front, IpAddr)> {
        let external = port.external_ips.iter().map(|ip| (Front::ExternalIp, *ip));
        let balanced = port.load_balancer_ips.iter().map(|ip| (Front::LoadBalancer, *ip));
        [(Front::ClusterIp, port.cluster_ip)].into_iter().chain(external).chain(balanced)
    }

    /// Adds a port to all it is reached at, or removes it.
    fn each_front(&mut self, port: &Arc<ServicePort>, change: Change) {
        for (front, ip) in Table::fronts(port) {
            self.addresses.apply(change, &(ip, port.protocol, port.port), front, port);
        }
        for ip in &port.proxied_ips {
            self.proxied.apply(change, &(*ip, port.protocol, port.port), Front::LoadBalancer, port);
        }
        if let Some(number) = port.node_port {
            self.node_ports.apply(change, &(port.protocol, number), Front::NodePort, port);
        }
        if let Some(number) = port.health_check {
            self.health_checks.apply(change, &number, Front::NodePort, port);
        }
    }
}

fn read(store: &Store, service: Service<'_>, key: &Key) -> Vec<Arc<ServicePort>> {
    let label = Selector::from_map(&Value::map([(SERVICE_NAME, Value::from(&key.1))]));
    let slices = store.select(resource::ENDPOINT_SLICES, &key.0, &label).collect::<Vec<_>>();
    service_port::read(service, slices.iter().map(|o| EndpointSlice::of(o.value())))
}

#[derive(Clone, Copy)]
enum Change {
    Add,
    Remove,
}

/// A port of a Service that is reached at something.
#[derive(Clone, Debug)]
pub struct Claim {
    pub front: Front,
    pub port: Arc<ServicePort>,
}

/// Who wants what: mostly one Service a place. Where there are more, the one that comes first by name has it, its
/// cluster IP before its other addresses; kube-proxy leaves that to chance.
#[derive(Clone, Debug)]
struct Index<K>(Arc<BTreeMap<K, Vec<Claim>>>);

impl<K> Default for Index<K> {
    fn default() -> Self {
        Index(Arc::default())
    }
}

impl<K: Ord + Clone> Index<K> {
    fn claims(&self, key: &K) -> &[Claim] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    fn apply(&mut self, change: Change, key: &K, front: Front, port: &Arc<ServicePort>) {
        let map = Arc::make_mut(&mut self.0);
        let claims = map.entry(key.clone()).or_default();
        match change {
            Change::Add => {
                claims.push(Claim { front, port: port.clone() });
                sort::by(claims, |a, b| a.rank().cmp(&b.rank()));
            }
            Change::Remove => claims.retain(|c| !(c.front == front && Arc::ptr_eq(&c.port, port))),
        }
        if claims.is_empty() {
            map.remove(key);
        }
    }
}

impl Index<Socket> {
    fn first_at(&self, ip: IpAddr) -> Option<&Claim> {
        let sockets = (ip, Protocol::Tcp, Port::MIN)..=(ip, Protocol::Sctp, Port::MAX);
        self.0.range(sockets).find_map(|(_, claims)| claims.first())
    }
}

impl Claim {
    fn rank(&self) -> (&Text, &Text, Front) {
        (&self.port.namespace, &self.port.service, self.front)
    }
}
