//! How kube-proxy is set up.
//!
//! Models `pkg/proxy/apis/config`, with what kubeadm and kube-proxy itself set by default, `util/localdetector.go` and
//! `util/nodeport_addresses.go`.

use crate::base::ip::Cidr;
use crate::base::{Text, Value};
use crate::net::nodes::NodeView;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `mode`. What rules come to differs in a few places; which pods they choose, and how likely, does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The default of Kubernetes 1.37.
    #[default]
    IpTables,
    NfTables,
}

/// `detectLocalMode`: how traffic of pods is told from other traffic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DetectLocal {
    /// By the range that all pods have their addresses from.
    #[default]
    ClusterCidr,
    /// By the range of the node's own pods.
    NodeCidr,
    /// By the interface that packets come in at: its name, or what names begin with.
    Interface { name: Text, prefix: bool },
}

/// An entry of `nodePortAddresses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodePortAddress {
    /// The first address of the node in each family.
    Primary,
    Localhost,
    All,
    Range(Cidr),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub mode: Mode,
    pub detect_local: DetectLocal,
    /// `clusterCIDR`: where pods have their addresses.
    pub cluster_cidrs: Vec<Cidr>,
    /// The ranges that Services get their addresses from; they are objects of the API (ServiceCIDR).
    pub service_cidrs: Vec<Cidr>,
    /// `nodePortAddresses`; without any, iptables serves node ports at all addresses, nftables at the node's first.
    pub node_port_addresses: Vec<NodePortAddress>,
    /// `iptables.localhostNodePorts`
    pub localhost_node_ports: bool,
    /// `linux.masqueradeAll`
    pub masquerade_all: bool,
    /// `iptables.masqueradeBit` and `nftables.masqueradeBit`
    pub masquerade_bit: u8,
}

impl Default for Config {
    /// kubeadm's, for the ranges 10.244.0.0/16 and 10.96.0.0/16.
    fn default() -> Self {
        Config {
            mode: Mode::default(),
            detect_local: DetectLocal::default(),
            cluster_cidrs: Cidr::parse("10.244.0.0/16").into_iter().collect(),
            service_cidrs: Cidr::parse("10.96.0.0/16").into_iter().collect(),
            node_port_addresses: Vec::new(),
            localhost_node_ports: true,
            masquerade_all: false,
            masquerade_bit: 14,
        }
    }
}

impl Config {
    /// This config with what a `KubeProxyConfiguration` (`kubeproxy.config.k8s.io/v1alpha1`) says otherwise.
    #[must_use]
    pub fn with(mut self, object: &Value) -> Config {
        if let Some(mode) = MODES.iter().find(|(name, _)| *name == object.get("mode").str()) {
            self.mode = mode.1;
        }
        let local = object.get("detectLocal");
        let interface =
            |field: &str, prefix| DetectLocal::Interface { name: local.get(field).str().into(), prefix };
        match object.get("detectLocalMode").str() {
            "ClusterCIDR" => self.detect_local = DetectLocal::ClusterCidr,
            "NodeCIDR" => self.detect_local = DetectLocal::NodeCidr,
            "BridgeInterface" => self.detect_local = interface("bridgeInterface", false),
            "InterfaceNamePrefix" => self.detect_local = interface("interfaceNamePrefix", true),
            _ => {}
        }
        if let Some(cidrs) = object.get("clusterCIDR").as_text() {
            self.cluster_cidrs = cidrs.split(',').filter_map(Cidr::parse).collect();
        }
        if let Some(addresses) = object.get("nodePortAddresses").as_list() {
            self.node_port_addresses =
                addresses.iter().filter_map(|a| NodePortAddress::parse(a.str())).collect();
        }
        let of_mode = object.get(if self.mode == Mode::IpTables { "iptables" } else { "nftables" });
        let set = |field: &mut bool, value: &Value| *field = value.as_bool().unwrap_or(*field);
        set(&mut self.localhost_node_ports, object.at(&["iptables", "localhostNodePorts"]));
        set(&mut self.masquerade_all, of_mode.get("masqueradeAll"));
        if let Some(bit) = of_mode.get("masqueradeBit").as_int().and_then(|b| u8::try_from(b).ok()) {
            self.masquerade_bit = bit.min(31);
        }
        self
    }

    /// Whether a packet is a pod's, as far as kube-proxy on a node can tell by where it comes from.
    pub fn is_pod(&self, node: &NodeView, source: IpAddr) -> bool {
        match self.detect_local {
            DetectLocal::ClusterCidr => {
                first_like(&self.cluster_cidrs, source).is_some_and(|c| c.contains(source))
            }
            // The interfaces of pods lead to the node's own ones.
            DetectLocal::NodeCidr | DetectLocal::Interface { .. } => {
                first_like(&node.pod_cidrs, source).is_some_and(|c| c.contains(source))
            }
        }
    }

    /// Whether pods of the family of `source` are told from others at all.
    pub fn detects_pods(&self, node: &NodeView, source: IpAddr) -> bool {
        match self.detect_local {
            DetectLocal::ClusterCidr => first_like(&self.cluster_cidrs, source).is_some(),
            DetectLocal::NodeCidr => first_like(&node.pod_cidrs, source).is_some(),
            DetectLocal::Interface { .. } => true,
        }
    }

    /// Whether a node takes packets to `ip` for its node ports.
    pub fn serves_node_ports(&self, node: &NodeView, ip: IpAddr) -> bool {
        if !node.is_own(ip) || ip.is_loopback() && !self.serves_localhost(node, ip.is_ipv4()) {
            return false;
        }
        self.node_port_ranges(node, ip.is_ipv4()).is_none_or(|mut ranges| ranges.any(|c| c.contains(ip)))
    }

    /// The ranges of a family in which a node has the addresses that it serves node ports at; none where it does so at
    /// all of them.
    pub fn node_port_ranges<'a>(
        &'a self,
        node: &'a NodeView,
        ipv4: bool,
    ) -> Option<impl Iterator<Item = Cidr> + 'a> {
        let chosen = match (self.node_port_addresses.as_slice(), self.mode) {
            ([], Mode::IpTables) => &[NodePortAddress::All],
            ([], Mode::NfTables) => &[NodePortAddress::Primary],
            (chosen, _) => chosen,
        };
        let ranges = move || chosen.iter().filter_map(move |a| a.range(node, ipv4));
        // A family that no range is given for is served at all addresses.
        let all = ranges().next().is_none() || ranges().any(|c| c.bits() == 0);
        (!all).then(ranges)
    }

    /// Whether node ports are served at 127.0.0.1, which only iptables can do, and never at `::1`.
    pub fn serves_localhost(&self, node: &NodeView, ipv4: bool) -> bool {
        let localhost = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0));
        let within = |c: Cidr| c.first().is_loopback() || c.contains(localhost);
        let chosen = || self.node_port_ranges(node, true).is_none_or(|mut ranges| ranges.any(within));
        ipv4 && self.mode == Mode::IpTables && self.localhost_node_ports && chosen()
    }
}

const MODES: &[(&str, Mode)] = &[("iptables", Mode::IpTables), ("nftables", Mode::NfTables)];

/// The first range of the family of `ip`: others do not count.
fn first_like(ranges: &[Cidr], ip: IpAddr) -> Option<&Cidr> {
    ranges.iter().find(|c| c.first().is_ipv4() == ip.is_ipv4())
}

impl NodePortAddress {
    fn parse(text: &str) -> Option<NodePortAddress> {
        match text {
            "primary" => Some(NodePortAddress::Primary),
            "localhost" => Some(NodePortAddress::Localhost),
            "all" => Some(NodePortAddress::All),
            range => Cidr::parse(range).map(NodePortAddress::Range),
        }
    }

    /// As a range of a family; none where it says nothing of that family.
    fn range(self, node: &NodeView, ipv4: bool) -> Option<Cidr> {
        let (any, localhost): (IpAddr, Option<Cidr>) = if ipv4 {
            (Ipv4Addr::UNSPECIFIED.into(), Cidr::new(Ipv4Addr::LOCALHOST.into(), 8))
        } else {
            (Ipv6Addr::UNSPECIFIED.into(), Cidr::new(Ipv6Addr::LOCALHOST.into(), 128))
        };
        match self {
            NodePortAddress::Primary => {
                node.address_like(any).and_then(|ip| Cidr::new(ip, if ipv4 { 32 } else { 128 }))
            }
            NodePortAddress::Localhost => localhost,
            NodePortAddress::All => Cidr::new(any, 0),
            NodePortAddress::Range(cidr) => Some(cidr).filter(|c| c.first().is_ipv4() == ipv4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node() -> NodeView {
        NodeView {
            name: "n1".into(),
            zone: Text::EMPTY,
            addresses: ["192.168.1.11", "10.0.0.11", "fd00::11", "fd01::11"]
                .map(|a| a.parse().expect(a))
                .into(),
            external: Vec::new(),
            pod_cidrs: ["10.244.1.0/24"].iter().filter_map(|c| Cidr::parse(c)).collect(),
            ready: true,
            excluded: false,
        }
    }

    #[test]
    fn the_mode_decides_at_which_addresses_node_ports_are_served() {
        let all = ["192.168.1.11", "10.0.0.11", "127.0.0.1", "fd00::11", "fd01::11", "::1", "192.168.1.12"];
        let ipv6 = "fd00::11 fd01::11";
        for (mode, addresses, localhost, served) in [
            ("iptables", &[] as &[&str], true, "192.168.1.11 10.0.0.11 127.0.0.1 fd00::11 fd01::11"),
            ("iptables", &[], false, "192.168.1.11 10.0.0.11 fd00::11 fd01::11"),
            ("iptables", &["primary"], true, "192.168.1.11 fd00::11"),
            ("iptables", &["10.0.0.0/8"], true, &["10.0.0.11", ipv6].join(" ")),
            ("iptables", &["localhost"], true, "127.0.0.1"),
            ("nftables", &[], true, "192.168.1.11 fd00::11"),
            ("nftables", &["all"], true, "192.168.1.11 10.0.0.11 fd00::11 fd01::11"),
            ("nftables", &["0.0.0.0/0"], true, &["192.168.1.11 10.0.0.11", ipv6].join(" ")),
            ("nftables", &["127.0.0.0/8", "10.0.0.0/8"], true, &["10.0.0.11", ipv6].join(" ")),
        ] {
            let object = Value::map([
                ("mode", Value::text(mode)),
                ("nodePortAddresses", Value::list(addresses.iter().map(|a| Value::text(*a)))),
                ("iptables", Value::map([("localhostNodePorts", Value::Bool(localhost))])),
            ]);
            let config = Config::default().with(&object);
            let seen = all.iter().filter(|a| config.serves_node_ports(&node(), a.parse().expect(a)));
            assert_eq!(
                seen.copied().collect::<Vec<_>>().join(" "),
                served,
                "{mode} {addresses:?} {localhost}"
            );
        }
    }

    #[test]
    fn pods_are_told_by_where_their_packets_come_from() {
        let all = ["10.244.1.2", "10.244.2.2", "192.168.1.11", "fd00:10:244::2"];
        for (mode, pods, detected) in [
            ("ClusterCIDR", "10.244.1.2 10.244.2.2", 3),
            ("NodeCIDR", "10.244.1.2", 3),
            ("InterfaceNamePrefix", "10.244.1.2", 4),
        ] {
            let config = Config::default().with(&Value::map([("detectLocalMode", Value::text(mode))]));
            let ip = |a: &&str| a.parse().expect(a);
            let seen =
                all.iter().filter(|a| config.is_pod(&node(), ip(a))).copied().collect::<Vec<_>>().join(" ");
            let told = all.iter().filter(|a| config.detects_pods(&node(), ip(a))).count();
            assert_eq!((seen.as_str(), told), (pods, detected), "{mode}");
        }
    }
}
