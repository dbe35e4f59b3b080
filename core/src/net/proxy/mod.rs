//! kube-proxy: what the rules of a node do to a packet.
//!
//! Models `pkg/proxy`, of which the nftables and the iptables proxier differ in few places: see [`config::Mode`].
//! What all nodes know alike, the ports of Services and their endpoints, is kept once; a node is only looked at where it
//! matters: its own endpoints, its zone, its addresses.

pub mod affinity;
pub mod config;
pub mod conntrack;
pub mod endpoint;
mod health;
mod route;
pub mod service_port;
pub mod table;
pub mod topology;

#[cfg(test)]
mod tests;

pub use config::{Config, DetectLocal, Mode, NodePortAddress};
pub use endpoint::Endpoint;
pub use health::Health;
pub use route::{Dnat, Verdict};
pub use service_port::ServicePort;
pub use table::{Claim, Front, Key, Table};

use crate::base::Text;
use crate::base::ip::{Cidr, Family};
use crate::net::nodes::Nodes;
use crate::object::{EndpointSlice, Protocol, resource};
use crate::store::{Event, Store};
use affinity::Affinity;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use conntrack::Conntrack;

/// The kube-proxies of all nodes.
#[derive(Clone, Debug, Default)]
pub struct Proxy {
    config: Arc<Config>,
    table: Table,
    affinity: Affinity,
    pub(super) conntrack: Conntrack,
    /// How often the rules of each family were brought up to date with something that matters to them.
    generations: BTreeMap<Family, u64>,
    /// The Services that were written to, or whose slices were.
    changed: BTreeSet<Key>,
    ranges_changed: bool,
}

impl Proxy {
    pub fn new(config: Config) -> Proxy {
        Proxy { config: Arc::new(config), ..Proxy::default() }
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Another number whenever rules have become others.
    pub fn generation(&self) -> u64 {
        self.generations.values().sum()
    }

    /// The same for the rules of one family: what only matters to the other one does not make kube-proxy write them.
    pub fn generation_of(&self, family: Family) -> u64 {
        self.generations.get(&family).copied().unwrap_or_default()
    }

    fn written_anew(&mut self, families: impl IntoIterator<Item = Family>) {
        families.into_iter().for_each(|family| *self.generations.entry(family).or_default() += 1);
    }

    /// Hears of a write.
    pub fn hear(&mut self, event: &Event) {
        let key = |name: &str| (event.object.namespace().clone(), Text::from(name));
        if event.resource == *resource::SERVICES {
            self.changed.insert(key(event.object.name()));
        } else if event.resource == *resource::SERVICE_CIDRS {
            self.ranges_changed = true;
        } else if event.resource == *resource::ENDPOINT_SLICES {
            for object in event.before.iter().chain([&event.object]) {
                self.changed.insert(key(EndpointSlice::of(object.value()).service_name()));
            }
        }
    }

    /// Whether anything is known of earlier packets that a change of the rules may end.
    pub fn remembers(&self) -> bool {
        !self.conntrack.is_empty() || !self.affinity.is_empty()
    }

    /// Reads everything anew.
    pub fn reset(&mut self, store: &Store) {
        let known = self.table.all().map(|p| (p.namespace.clone(), p.service.clone()));
        let there = store.list(resource::SERVICES, "").map(|o| (o.namespace().clone(), o.name().clone()));
        self.changed = known.chain(there).collect();
        self.ranges_changed = true;
    }

    /// Brings the rules up to date with what was heard.
    pub fn settle(&mut self, store: &Store, nodes: &Nodes) {
        let mut families = BTreeSet::new();
        if core::mem::take(&mut self.ranges_changed) {
            self.read_ranges(store);
        }
        for key in core::mem::take(&mut self.changed) {
            let Some(old) = self.table.rebuild(store, &key) else { continue };
            let new = self.table.ports(&key);
            families.extend(FAMILIES.iter().filter(|f| !of_family(&old, **f).eq(of_family(new, **f))));
            // kube-proxy cleans up when the endpoints of a UDP port changed, not when only the Service did.
            if endpoints_differ(&old, new) {
                self.conntrack.clean(new.iter());
            }
            if old.iter().any(|p| p.affinity.is_some()) {
                self.forget_clients(&key, nodes);
            }
        }
        self.written_anew(families);
    }

    /// Where Services have their addresses from; what the configuration says counts where there are no objects of it.
    ///
    /// Models `ServiceCIDRConfig` in `pkg/proxy/config/config.go`.
    fn read_ranges(&mut self, store: &Store) {
        let cidrs = store.list(resource::SERVICE_CIDRS, "");
        let cidrs = cidrs.flat_map(|o| o.value().get("spec").get("cidrs").items());
        let cidrs = cidrs.filter_map(|c| Cidr::parse(c.str())).collect::<Vec<_>>();
        if !cidrs.is_empty() && cidrs != self.config.service_cidrs {
            Arc::make_mut(&mut self.config).service_cidrs = cidrs;
            self.written_anew(FAMILIES);
        }
    }

    /// Clients are forgotten where the endpoint they had is no longer used on their node.
    fn forget_clients(&mut self, key: &Key, nodes: &Nodes) {
        let Proxy { table, affinity, .. } = self;
        let ports = table.ports(key);
        affinity.retain(key, |(name, protocol), node, endpoint, client| {
            let same = |p: &&Arc<ServicePort>| {
                p.name == *name && p.protocol == *protocol && p.cluster_ip.is_ipv4() == client.is_ipv4()
            };
            let Some(port) = ports.iter().find(same).filter(|p| p.affinity.is_some()) else { return false };
            let zone = nodes.get(node).map_or(Text::EMPTY, |n| n.zone.clone());
            port.reachable(node, &zone)
                .any(|place| port.endpoints.get(place).is_some_and(|e| e.text == *endpoint))
        });
    }
}

const FAMILIES: [Family; 2] = [Family::IPv4, Family::IPv6];

fn of_family(ports: &[Arc<ServicePort>], family: Family) -> impl Iterator<Item = &Arc<ServicePort>> {
    ports.iter().filter(move |p| p.family == family)
}

fn endpoints_differ(old: &[Arc<ServicePort>], new: &[Arc<ServicePort>]) -> bool {
    let of = |ports: &[Arc<ServicePort>]| {
        let udp = ports.iter().filter(|p| p.protocol == Protocol::Udp);
        udp.map(|p| (p.family, p.name.clone(), p.endpoints.clone())).collect::<Vec<_>>()
    };
    of(old) != of(new)
}
