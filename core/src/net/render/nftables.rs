//! The table `kube-proxy` of nftables.
//!
//! Models `pkg/proxy/nftables/proxier.go`.

use super::super::nodes::NodeView;
use super::super::proxy::config::DetectLocal;
use super::super::proxy::{Config, Endpoint, Proxy, ServicePort};
use super::listed::{Chain, Listed, Set};
use super::names;
use super::port_rules::PortRules;
use super::ranges;
use crate::base::Duration;
use crate::base::ip::{Cidr, Family};
use crate::base::sort;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;

/// The table of a family as kube-proxy writes it on a node.
pub fn nftables(proxy: &Proxy, node: &NodeView, family: Family) -> Listed {
    let ports = proxy.table().all().filter(|p| p.family == family);
    let mut table = Builder::new(proxy.config(), node, family);
    for port in ports {
        table.port(&PortRules::of(port, node));
    }
    table.finish()
}

const REJECT: &str = "goto reject-chain";

struct Builder<'a> {
    config: &'a Config,
    node: &'a NodeView,
    family: Family,
    /// `ip` or `ip6`.
    ip: &'static str,
    sets: BTreeMap<String, (Vec<String>, BTreeMap<String, String>)>,
    chains: BTreeMap<String, Chain>,
}

impl<'a> Builder<'a> {
    fn new(config: &'a Config, node: &'a NodeView, family: Family) -> Builder<'a> {
        let ip = if family == Family::IPv4 { "ip" } else { "ip6" };
        let mut table = Builder { config, node, family, ip, sets: BTreeMap::new(), chains: BTreeMap::new() };
        table.base();
        table
    }

    // ---- what is there without any Service

    /// Models `setupNFTables`.
    fn base(&mut self) {
        let address = if self.family == Family::IPv4 { "ipv4_addr" } else { "ipv6_addr" };
        for (name, kind, comment) in SETS {
            let kind = kind.replace("ADDRESS", address);
            let properties = [format!("type {kind}"), format!("comment \"{comment}\"")].into();
            self.sets.insert((*name).to_string(), (properties, BTreeMap::new()));
        }
        for (name, hook) in BASE_CHAINS {
            let properties = [format!("type {hook}; policy accept;")].into();
            self.chains.insert((*name).to_string(), Chain { properties, rules: Vec::new() });
        }
        for (from, state, to) in JUMPS {
            self.rule(from, format!("{state}jump {to}"));
        }
        let comment = "comment \"helper for @no-endpoint-services / @no-endpoint-nodeports\"".to_string();
        self.chains.insert("reject-chain".into(), Chain { properties: [comment].into(), rules: Vec::new() });
        self.rule("reject-chain", "reject".into());
        let ip = self.ip;
        for (chain, map) in
            [("service-endpoints-check", "no-endpoint-services"), ("firewall-check", "firewall-ips")]
        {
            self.rule(chain, format!("{ip} daddr . meta l4proto . th dport vmap @{map}"));
        }
        self.cluster_ips_check();
        self.masquerading();
        self.services();
    }

    fn cluster_ips_check(&mut self) {
        let (ip, chain) = (self.ip, "cluster-ips-check");
        self.rule(
            chain,
            format!(
                "{ip} daddr @cluster-ips reject comment \"Reject traffic to invalid ports of ClusterIPs\""
            ),
        );
        let own = self.config.service_cidrs.iter().filter(|c| c.family() == self.family).copied();
        let own = own.collect::<Vec<_>>();
        if !own.is_empty() {
            let ranges = ranges::listed(&own);
            let comment = "Drop traffic to unallocated ClusterIPs";
            self.rule(chain, format!("{ip} daddr {ranges} drop comment \"{comment}\""));
        }
    }

    fn masquerading(&mut self) {
        let (ip, mark) = (self.ip, self.mark());
        let chain = "masquerading";
        self.rule(
            chain,
            format!(
                "meta mark & {mark} != 0x00000000 meta mark set meta mark ^ {mark} masquerade fully-random"
            ),
        );
        let key = format!("{ip} saddr . {ip} daddr . meta l4proto . th dport");
        self.rule(chain, format!("ct status dnat {key} @hairpin-connections masquerade fully-random"));
    }

    fn services(&mut self) {
        let (ip, node) = (self.ip, self.node);
        let masquerade = self.masquerade();
        let any = unspecified(self.family);
        if self.config.masquerade_all {
            let comment = "masquerade all clusterIP traffic";
            self.rule("services", format!("{ip} daddr @cluster-ips {masquerade} comment \"{comment}\""));
        } else if self.config.detects_pods(node, any) {
            let comment = "masquerade clusterIP traffic from outside cluster";
            let outside = self.pods(false);
            self.rule(
                "services",
                format!("{ip} daddr @cluster-ips {outside} {masquerade} comment \"{comment}\""),
            );
        }
        self.rule("services", format!("{ip} daddr . meta l4proto . th dport vmap @service-ips"));
        let ranges = self.config.node_port_ranges(node, any.is_ipv4()).map(Iterator::collect::<Vec<_>>);
        let not_local = if any.is_ipv4() { "ip daddr != 127.0.0.0/8" } else { "ip6 daddr != ::1" };
        let (check, dispatch) = match &ranges {
            Some(_) => {
                let at = format!("{ip} daddr @nodeport-ips");
                (at.clone(), at)
            }
            None => (not_local.to_string(), format!("fib daddr type local {not_local}")),
        };
        let port = "meta l4proto . th dport vmap";
        self.rule("nodeport-endpoints-check", format!("{check} {port} @no-endpoint-nodeports"));
        self.rule("services", format!("{dispatch} {port} @service-nodeports"));
        match ranges {
            Some(ranges) => {
                let own = node.addresses.iter().filter(|a| ranges.iter().any(|r| r.contains(**a)));
                let own = own.map(ToString::to_string).collect::<Vec<_>>();
                own.into_iter().for_each(|ip| self.element("set nodeport-ips", ip, ""));
            }
            None => {
                self.sets.remove("set nodeport-ips");
            }
        }
    }

    fn mark(&self) -> String {
        format!("{:#010x}", 1u32.checked_shl(self.config.masquerade_bit.into()).unwrap_or(0))
    }

    fn masquerade(&self) -> String {
        format!("meta mark set meta mark | {}", self.mark())
    }

    /// What matches packets of pods, or all others.
    fn pods(&self, is: bool) -> String {
        let (ip, not) = (self.ip, if is { "" } else { "!= " });
        let within = |ranges: &[Cidr]| {
            let own = ranges.iter().find(|c| c.family() == self.family).map(ToString::to_string);
            format!("{ip} saddr {not}{}", own.unwrap_or_default())
        };
        match &self.config.detect_local {
            DetectLocal::ClusterCidr => within(&self.config.cluster_cidrs),
            DetectLocal::NodeCidr => within(&self.node.pod_cidrs),
            DetectLocal::Interface { name, prefix } => {
                format!("iifname {not}\"{name}{}\"", if *prefix { "*" } else { "" })
            }
        }
    }

    // ---- what a port of a Service adds

    /// Models the loop over ports in `syncProxyRules`.
    fn port(&mut self, rules: &PortRules<'_>) {
        let port = rules.port;
        let base = names::nft_port(port);
        let chain = |prefix: &str| format!("{prefix}-{base}");
        for endpoint in &rules.reachable {
            self.endpoint(port, endpoint);
        }
        if !rules.cluster.is_empty() {
            self.balance(port, &chain("service"), &rules.cluster);
        }
        if !rules.local.is_empty() {
            self.balance(port, &chain("local"), &rules.local);
        }
        if rules.uses_external_chain() {
            self.external(rules, &chain);
        }
        if rules.has_firewall() {
            self.firewall(rules, &chain("firewall"));
        }
        self.element("set cluster-ips", port.cluster_ip.to_string(), "");
        self.dispatch(rules, &chain);
    }

    /// What leads packets into the chains, or ends their way where there are no endpoints.
    fn dispatch(&mut self, rules: &PortRules<'_>, chain: &impl Fn(&str) -> String) {
        let port = rules.port;
        let (protocol, number) = (port.protocol.lower(), port.port);
        let at = |ip: &IpAddr| format!("{ip} . {protocol} . {number}");
        let comment = comment(port);
        // Without any endpoint packets are rejected; without one on this node they are dropped.
        let end = if rules.has_endpoints { "drop" } else { REJECT };
        let internal = chain(if port.internal_policy.is_local() { "local" } else { "service" });
        if rules.has_internal_endpoints {
            self.element("map service-ips", at(&port.cluster_ip), &format!(" : goto {internal}"));
        } else {
            self.element("map no-endpoint-services", at(&port.cluster_ip), &format!("{comment} : {end}"));
        }
        for ip in port.external_ips.iter().chain(&port.load_balancer_ips) {
            if rules.has_endpoints {
                self.element("map service-ips", at(ip), &format!(" : goto {}", chain("external")));
            }
            if !rules.has_external_endpoints {
                self.element("map no-endpoint-services", at(ip), &format!("{comment} : {end}"));
            }
        }
        for ip in port.load_balancer_ips.iter().filter(|_| rules.has_firewall()) {
            self.element("map firewall-ips", at(ip), &format!(" : goto {}", chain("firewall")));
        }
        if let Some(number) = port.node_port {
            let at = format!("{protocol} . {number}");
            if rules.has_endpoints {
                self.element("map service-nodeports", at.clone(), &format!(" : goto {}", chain("external")));
            }
            if !rules.has_external_endpoints {
                self.element("map no-endpoint-nodeports", at, &format!("{comment} : {end}"));
            }
        }
    }

    /// What is there for an endpoint alone: it may be given to itself, and with affinity has a chain and a memory.
    fn endpoint(&mut self, port: &ServicePort, endpoint: &Endpoint) {
        let (ip, protocol) = (endpoint.address, port.protocol.lower());
        if endpoint.node == self.node.name {
            let key = format!("{ip} . {ip} . {protocol} . {}", endpoint.port);
            self.element("set hairpin-connections", key, "");
        }
        let Some(timeout) = port.affinity else { return };
        let name = names::nft_endpoint(port, endpoint);
        let address = if self.family == Family::IPv4 { "ipv4_addr" } else { "ipv6_addr" };
        let properties = [
            format!("type {address}"),
            "size 65535".to_string(),
            "flags dynamic,timeout".to_string(),
            format!("timeout {}", duration(timeout)),
        ];
        self.sets.insert(format!("set affinity-{name}"), (properties.into(), BTreeMap::new()));
        let chain = format!("endpoint-{name}");
        self.rule(&chain, format!("update @affinity-{name} {{ {} saddr }}", self.ip));
        self.rule(&chain, format!("meta l4proto {protocol} dnat to {}", endpoint.text));
    }

    /// The chain that picks an endpoint.
    ///
    /// Models `writeServiceToEndpointDNATs` and `writeServiceToEndpointJumps`.
    fn balance(&mut self, port: &ServicePort, chain: &str, endpoints: &[&Endpoint]) {
        let (ip, protocol, n) = (self.ip, port.protocol.lower(), endpoints.len());
        let numbered = |what: &dyn Fn(&Endpoint) -> String| {
            let items = endpoints.iter().enumerate().map(|(i, e)| format!("{i} : {}", what(e)));
            items.collect::<Vec<_>>().join(", ")
        };
        if port.affinity.is_some() {
            let name = |e: &Endpoint| names::nft_endpoint(port, e);
            for name in endpoints.iter().map(|e| name(e)) {
                self.rule(chain, format!("{ip} saddr @affinity-{name} goto endpoint-{name}"));
            }
            let verdicts = numbered(&|e| format!("goto endpoint-{}", name(e)));
            self.rule(chain, format!("numgen random mod {n} vmap {{ {verdicts} }}"));
            return;
        }
        let to = match endpoints {
            [one] => format!("dnat to {}", one.text),
            _ => {
                let targets = numbered(&|e| format!("{} . {}", e.address, e.port));
                format!("dnat {ip} to numgen random mod {n} map {{ {targets} }}")
            }
        };
        self.rule(chain, format!("meta l4proto {protocol} {to}"));
    }

    /// The chain for what comes from outside.
    fn external(&mut self, rules: &PortRules<'_>, chain: &impl Fn(&str) -> String) {
        let (name, masquerade, cluster) = (chain("external"), self.masquerade(), chain("service"));
        if !rules.port.external_policy.is_local() {
            self.rule(&name, format!("{masquerade} comment \"masquerade\""));
            self.rule(&name, format!("goto {cluster}"));
            return;
        }
        if self.config.detects_pods(self.node, unspecified(self.family)) {
            let pod = self.pods(true);
            self.rule(&name, format!("{pod} goto {cluster} comment \"short-circuit pod traffic\""));
        }
        let local = "fib saddr type local";
        self.rule(&name, format!("{local} {masquerade} comment \"masquerade local traffic\""));
        self.rule(&name, format!("{local} goto {cluster} comment \"short-circuit local traffic\""));
        if rules.has_external_endpoints {
            self.rule(&name, format!("goto {}", chain("local")));
        }
    }

    fn firewall(&mut self, rules: &PortRules<'_>, chain: &str) {
        let mut sources = rules.port.source_ranges.clone();
        if rules.lets_node_in(self.node) {
            let whole = |ip: &IpAddr| Cidr::new(*ip, Family::of(*ip).bits());
            sources.extend(rules.port.load_balancer_ips.iter().filter_map(whole));
        }
        self.rule(chain, format!("{} saddr != {} drop", self.ip, ranges::listed(&sources)));
    }

    // ---- bricks

    fn rule(&mut self, chain: &str, rule: String) {
        match self.chains.get_mut(chain) {
            Some(chain) => chain.rules.push(rule),
            None => {
                self.chains.insert(chain.into(), Chain { properties: Vec::new(), rules: [rule].into() });
            }
        }
    }

    /// Adds an element, unless its key is taken.
    fn element(&mut self, set: &str, key: String, rest: &str) {
        if let Some((_, elements)) = self.sets.get_mut(set) {
            elements.entry(key).or_insert_with(|| rest.into());
        }
    }

    fn finish(self) -> Listed {
        let set = |(properties, elements): (Vec<String>, BTreeMap<String, String>)| {
            let mut elements = elements.into_iter().map(|(key, rest)| key + &rest).collect::<Vec<_>>();
            sort::sort(&mut elements);
            Set { properties, elements }
        };
        let sets = self.sets.into_iter().map(|(name, parts)| (name, set(parts))).collect();
        Listed { family: self.family, sets, chains: self.chains }
    }
}

/// Sets and maps: name, type, comment.
const SETS: &[(&str, &str, &str)] = &[
    (
        "set hairpin-connections",
        "ADDRESS . ADDRESS . inet_proto . inet_service",
        "service hairpin connections",
    ),
    ("set cluster-ips", "ADDRESS", "Active ClusterIPs"),
    ("set nodeport-ips", "ADDRESS", "IPs that accept NodePort traffic"),
    (
        "map no-endpoint-services",
        "ADDRESS . inet_proto . inet_service : verdict",
        "vmap to drop or reject packets to services with no endpoints",
    ),
    (
        "map no-endpoint-nodeports",
        "inet_proto . inet_service : verdict",
        "vmap to drop or reject packets to service nodeports with no endpoints",
    ),
    (
        "map firewall-ips",
        "ADDRESS . inet_proto . inet_service : verdict",
        "destinations that are subject to LoadBalancerSourceRanges",
    ),
    (
        "map service-ips",
        "ADDRESS . inet_proto . inet_service : verdict",
        "ClusterIP, ExternalIP and LoadBalancer IP traffic",
    ),
    ("map service-nodeports", "inet_proto . inet_service : verdict", "NodePort traffic"),
];

/// The chains that packets come into by themselves: name, type, hook and priority.
const BASE_CHAINS: &[(&str, &str)] = &[
    ("filter-prerouting-pre-dnat", "filter hook prerouting priority dstnat - 10"),
    ("filter-output-pre-dnat", "filter hook output priority -110"),
    ("filter-input", "filter hook input priority filter"),
    ("filter-forward", "filter hook forward priority filter"),
    ("filter-output", "filter hook output priority filter"),
    ("nat-prerouting", "nat hook prerouting priority dstnat"),
    ("nat-output", "nat hook output priority -100"),
    ("nat-postrouting", "nat hook postrouting priority srcnat"),
];

const JUMPS: &[(&str, &str, &str)] = &[
    ("filter-input", "ct state new ", "nodeport-endpoints-check"),
    ("filter-input", "ct state new ", "service-endpoints-check"),
    ("filter-forward", "ct state new ", "service-endpoints-check"),
    ("filter-output", "ct state new ", "service-endpoints-check"),
    ("filter-prerouting-pre-dnat", "ct state new ", "firewall-check"),
    ("filter-output-pre-dnat", "ct state new ", "firewall-check"),
    ("nat-output", "", "services"),
    ("nat-prerouting", "", "services"),
    ("nat-postrouting", "", "masquerading"),
    ("filter-forward", "ct state new ", "cluster-ips-check"),
    ("filter-output", "ct state new ", "cluster-ips-check"),
];

fn unspecified(family: Family) -> IpAddr {
    match family {
        Family::IPv4 => IpAddr::from([0u8; 4]),
        Family::IPv6 => IpAddr::from([0u8; 16]),
    }
}

/// The name of the port, as far as a comment may be long.
fn comment(port: &ServicePort) -> String {
    const MAX: usize = 128;
    let name = port.full_name();
    format!(" comment \"{}\"", name.get(..MAX).unwrap_or(&name))
}

/// As nft writes it: `1m30s`.
fn duration(duration: Duration) -> String {
    let mut rest = duration.as_secs();
    let mut out = String::new();
    for (unit, seconds) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] {
        let n = rest / seconds;
        rest %= seconds;
        if n > 0 {
            out.push_str(&format!("{n}{unit}"));
        }
    }
    out
}
