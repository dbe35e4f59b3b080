//! How kube-proxy is set up.
//!
//! Models `pkg/proxy/apis/config`, with what kubeadm and kube-proxy itself set by default.

use crate::base::ip::Cidr;
use alloc::vec::Vec;
use core::net::IpAddr;

/// `mode`. What rules come to differs in a few places; which pods they choose, and how likely, does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The default of Kubernetes 1.37.
    #[default]
    IpTables,
    NfTables,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub mode: Mode,
    /// `clusterCIDR`: where pods have their addresses. What comes from elsewhere is not taken for a pod's.
    pub cluster_cidrs: Vec<Cidr>,
    /// The ranges that Services get their addresses from; they are objects of the API (ServiceCIDR).
    pub service_cidrs: Vec<Cidr>,
    /// `nodePortAddresses`; without any, iptables serves node ports at all addresses, nftables at the node's first.
    pub node_port_addresses: Vec<Cidr>,
    /// `iptables.localhostNodePorts`
    pub localhost_node_ports: bool,
    /// `linux.masqueradeAll`
    pub masquerade_all: bool,
}

impl Config {
    /// Whether an address is a pod's, as far as kube-proxy can tell.
    ///
    /// Models `detectLocalMode: ClusterCIDR`. Only the first range of a family counts.
    pub fn is_pod(&self, ip: IpAddr) -> bool {
        self.detector(ip).is_some_and(|c| c.contains(ip))
    }

    /// Whether pods' addresses of the family of `ip` are told from others at all.
    pub fn detects_pods(&self, ip: IpAddr) -> bool {
        self.detector(ip).is_some()
    }

    fn detector(&self, ip: IpAddr) -> Option<&Cidr> {
        self.cluster_cidrs.iter().find(|c| c.first().is_ipv4() == ip.is_ipv4())
    }

    /// Whether a node with those addresses, the first of each family first, takes packets to `ip` for its node ports.
    ///
    /// Models `NodePortAddresses`.
    pub fn serves_node_ports(&self, ip: IpAddr, addresses: &[IpAddr]) -> bool {
        let own = ip.is_loopback() || addresses.contains(&ip);
        if !own || ip.is_loopback() && !self.serves_localhost(ip) {
            return false;
        }
        let mut ranges =
            self.node_port_addresses.iter().filter(|c| c.first().is_ipv4() == ip.is_ipv4()).peekable();
        match self.mode {
            _ if ranges.peek().is_some() => ranges.any(|c| c.contains(ip)),
            // With ranges of the other family only, all addresses of this one are taken.
            Mode::NfTables if self.node_port_addresses.is_empty() => {
                addresses.iter().find(|a| a.is_ipv4() == ip.is_ipv4()) == Some(&ip)
            }
            Mode::IpTables | Mode::NfTables => true,
        }
    }

    /// Node ports at 127.0.0.1 work with iptables only, at ::1 never.
    fn serves_localhost(&self, ip: IpAddr) -> bool {
        self.mode == Mode::IpTables && self.localhost_node_ports && ip.is_ipv4()
    }
}

impl Default for Config {
    /// kubeadm's, for the ranges 10.244.0.0/16 and 10.96.0.0/16.
    fn default() -> Self {
        Config {
            mode: Mode::default(),
            cluster_cidrs: Cidr::parse("10.244.0.0/16").into_iter().collect(),
            service_cidrs: Cidr::parse("10.96.0.0/16").into_iter().collect(),
            node_port_addresses: Vec::new(),
            localhost_node_ports: true,
            masquerade_all: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mode_decides_at_which_addresses_node_ports_are_served() {
        let addresses = ["192.168.1.11", "10.0.0.11", "fd00::11", "fd01::11"].map(|a| a.parse().expect(a));
        let serve = |config: &Config| {
            let all =
                ["192.168.1.11", "10.0.0.11", "127.0.0.1", "fd00::11", "fd01::11", "::1", "192.168.1.12"];
            let served = all.iter().filter(|a| config.serves_node_ports(a.parse().expect(a), &addresses));
            served.copied().collect::<Vec<_>>().join(" ")
        };
        let ranges = |r: &[&str]| r.iter().filter_map(|r| Cidr::parse(r)).collect::<Vec<_>>();
        for (mode, node_port_addresses, localhost_node_ports, served) in [
            (Mode::IpTables, ranges(&[]), true, "192.168.1.11 10.0.0.11 127.0.0.1 fd00::11 fd01::11"),
            (Mode::IpTables, ranges(&[]), false, "192.168.1.11 10.0.0.11 fd00::11 fd01::11"),
            (Mode::IpTables, ranges(&["10.0.0.0/8"]), true, "10.0.0.11 fd00::11 fd01::11"),
            (Mode::IpTables, ranges(&["127.0.0.0/8", "::1/128"]), true, "127.0.0.1"),
            (Mode::NfTables, ranges(&[]), true, "192.168.1.11 fd00::11"),
            (Mode::NfTables, ranges(&["0.0.0.0/0"]), true, "192.168.1.11 10.0.0.11 fd00::11 fd01::11"),
            (Mode::NfTables, ranges(&["127.0.0.0/8", "10.0.0.0/8"]), true, "10.0.0.11 fd00::11 fd01::11"),
        ] {
            let config = Config { mode, node_port_addresses, localhost_node_ports, ..Config::default() };
            assert_eq!(serve(&config), served, "{config:?}");
        }
    }
}
