//! Who has which address: nodes, and the pods on them.

use crate::base::Text;
use crate::base::ip::Cidr;
use crate::object::{Container, Node, Pod, resource};
use crate::store::{Change, Event, Object, Store};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

/// The addresses of the cluster, by whom has them and the other way round.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    nodes: Arc<BTreeMap<Text, Arc<NodeView>>>,
    addresses: Arc<BTreeMap<IpAddr, Text>>,
    pods: Arc<BTreeMap<IpAddr, BTreeSet<PodKey>>>,
    /// The pods that listen at addresses of their node: they live in its network, or have host ports.
    at_node: Arc<BTreeMap<Text, BTreeSet<PodKey>>>,
}

/// Namespace and name.
pub type PodKey = (Text, Text);

/// What packets need to know of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeView {
    pub name: Text,
    /// Empty where no label says.
    pub zone: Text,
    /// Its own addresses, the first of each family first.
    pub addresses: Vec<IpAddr>,
    /// Addresses that are translated to its own on the way to it.
    pub external: Vec<IpAddr>,
    pub pod_cidrs: Vec<Cidr>,
    pub ready: bool,
    /// Whether load balancers leave it out.
    pub excluded: bool,
}

const EXCLUDED: &str = "node.kubernetes.io/exclude-from-external-load-balancers";

impl Nodes {
    pub fn get(&self, name: &str) -> Option<&Arc<NodeView>> {
        self.nodes.get(name)
    }

    pub fn all(&self) -> impl ExactSizeIterator<Item = &Arc<NodeView>> {
        self.nodes.values()
    }

    /// The node that has an address.
    pub fn at(&self, ip: IpAddr) -> Option<&Arc<NodeView>> {
        self.nodes.get(self.addresses.get(&ip)?)
    }

    /// The node in whose range for pods an address lies.
    pub fn with_pod_range(&self, ip: IpAddr) -> Option<&Arc<NodeView>> {
        self.nodes.values().find(|n| n.pod_cidrs.iter().any(|c| c.contains(ip)))
    }

    /// The pod that has an address of its own; of several the one that is not going.
    pub fn pod<'a>(&self, store: &'a Store, ip: IpAddr) -> Option<&'a Arc<Object>> {
        let pods = self.pods.get(&ip)?.iter().filter_map(|(ns, name)| store.get(resource::PODS, ns, name));
        pods.min_by_key(|p| p.is_deleted())
    }

    /// The pods that listen at addresses of a node.
    pub fn pods_at<'a>(&'a self, store: &'a Store, node: &str) -> impl Iterator<Item = &'a Arc<Object>> {
        let pods = self.at_node.get(node).into_iter().flatten();
        pods.filter_map(|(namespace, name)| store.get(resource::PODS, namespace, name))
    }

    /// Hears of a write.
    pub fn hear(&mut self, event: &Event) {
        let now = (event.change != Change::Deleted).then_some(&event.object);
        if event.resource == *resource::PODS {
            self.pod_changed(event.before.as_ref(), now);
        } else if event.resource == *resource::NODES {
            self.node_changed(event.object.name(), now);
        }
    }

    /// Reads everything anew.
    pub fn reset(&mut self, store: &Store) {
        *self = Nodes::default();
        store.list(resource::NODES, "").for_each(|o| self.node_changed(o.name(), Some(o)));
        store.list(resource::PODS, "").for_each(|o| self.pod_changed(None, Some(o)));
    }

    fn node_changed(&mut self, name: &Text, now: Option<&Arc<Object>>) {
        let view = now.map(|o| NodeView::of(o));
        if self.nodes.get(name).map(|n| &**n) == view.as_ref() {
            return;
        }
        let nodes = Arc::make_mut(&mut self.nodes);
        let old = nodes.remove(name);
        if old.as_ref().map(|n| n.all_addresses()) != view.as_ref().map(NodeView::all_addresses) {
            let addresses = Arc::make_mut(&mut self.addresses);
            for ip in old.iter().flat_map(|n| n.all_addresses()) {
                if addresses.get(&ip) == Some(name) {
                    addresses.remove(&ip);
                }
            }
            let own = view.iter().flat_map(NodeView::all_addresses);
            addresses.extend(own.map(|ip| (ip, name.clone())));
        }
        if let Some(view) = view {
            nodes.insert(name.clone(), Arc::new(view));
        }
    }

    fn pod_changed(&mut self, before: Option<&Arc<Object>>, now: Option<&Arc<Object>>) {
        let places = |o: Option<&Arc<Object>>| o.map(|o| Places::of(o)).unwrap_or_default();
        let (old, new) = (places(before), places(now));
        let Some(object) = now.or(before).filter(|_| old != new) else { return };
        let key = (object.namespace().clone(), object.name().clone());
        if old.addresses != new.addresses {
            let pods = Arc::make_mut(&mut self.pods);
            old.addresses.iter().for_each(|ip| remove(pods, ip, &key));
            new.addresses.into_iter().for_each(|ip| {
                pods.entry(ip).or_default().insert(key.clone());
            });
        }
        if old.node != new.node {
            let at_node = Arc::make_mut(&mut self.at_node);
            old.node.iter().for_each(|node| remove(at_node, node, &key));
            new.node.into_iter().for_each(|node| {
                at_node.entry(node).or_default().insert(key.clone());
            });
        }
    }
}

fn remove<K: Ord>(map: &mut BTreeMap<K, BTreeSet<PodKey>>, at: &K, key: &PodKey) {
    if let Some(keys) = map.get_mut(at) {
        keys.remove(key);
        if keys.is_empty() {
            map.remove(at);
        }
    }
}

/// Where a pod can be met.
#[derive(Default, PartialEq, Eq)]
struct Places {
    /// At addresses of its own.
    addresses: Vec<IpAddr>,
    /// At those of its node.
    node: Option<Text>,
}

impl Places {
    fn of(object: &Object) -> Places {
        let pod = Pod::of(object.value());
        if pod.is_terminal() {
            return Places::default();
        }
        let mut ports = pod.containers().chain(pod.sidecars()).flat_map(Container::ports);
        let at_node = pod.host_network() || ports.any(|p| p.host_port().is_some());
        let node = Some(pod.node_name()).filter(|n| at_node && !n.is_empty());
        Places {
            addresses: if pod.host_network() { Vec::new() } else { pod.ips().collect() },
            node: node.map(Text::from),
        }
    }
}

impl NodeView {
    fn of(object: &Object) -> NodeView {
        let node = Node::of(object.value());
        NodeView {
            name: object.name().clone(),
            zone: node.zone().into(),
            addresses: node.addresses("InternalIP").collect(),
            external: node.addresses("ExternalIP").collect(),
            pod_cidrs: node.pod_cidrs().collect(),
            ready: node.is_ready(),
            excluded: node.meta().label(EXCLUDED).is_some(),
        }
    }

    fn all_addresses(&self) -> Vec<IpAddr> {
        self.addresses.iter().chain(&self.external).copied().collect()
    }

    /// Whether an address is the node's own, as seen on the node.
    pub fn is_own(&self, ip: IpAddr) -> bool {
        ip.is_loopback() || self.addresses.contains(&ip)
    }

    /// Its first address of the family of `ip`: what it puts into packets in the place of others.
    pub fn address_like(&self, ip: IpAddr) -> Option<IpAddr> {
        self.addresses.iter().find(|a| a.is_ipv4() == ip.is_ipv4()).copied()
    }
}
