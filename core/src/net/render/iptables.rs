//! The tables of iptables that kube-proxy writes to.
//!
//! Models `pkg/proxy/iptables/proxier.go`, and how `iptables-save` words what it wrote.

use super::super::nodes::NodeView;
use super::super::proxy::config::DetectLocal;
use super::super::proxy::{Config, Endpoint, Proxy, ServicePort};
use super::names;
use super::port_rules::PortRules;
use crate::base::ip::{Cidr, Family};
use crate::base::sort;
use crate::base::{Text, Value};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

/// Tables as `iptables-save` shows them: names, and the chains in them with their rules, those of the kernel first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub family: Family,
    pub tables: Vec<(&'static str, Vec<SavedChain>)>,
}

/// A chain: its name and its rules.
pub type SavedChain = (String, Vec<String>);

impl Saved {
    /// As plain data: `{"nat": {"KUBE-SERVICES": [RULE, …]}}`.
    pub fn value(&self) -> Value {
        let rules = |rules: &[String]| Value::list(rules.iter().map(|r| Value::text(r.as_str())));
        let chains =
            |chains: &[SavedChain]| Value::map(chains.iter().map(|(name, r)| (Text::from(name), rules(r))));
        Value::map(self.tables.iter().map(|(name, c)| (*name, chains(c))))
    }
}

/// The tables of a family as kube-proxy writes them on a node.
pub fn iptables(proxy: &Proxy, node: &NodeView, family: Family) -> Saved {
    let ports = || proxy.table().all().filter(|p| p.family == family);
    let endpoints = ports().map(|p| p.endpoints.len()).sum::<usize>();
    let config = proxy.config();
    let mut tables = Builder {
        config,
        node,
        family,
        comments: endpoints <= COMMENTED,
        localhost: config.serves_localhost(node, family == Family::IPv4),
        filter: BTreeMap::new(),
        nat: BTreeMap::new(),
    };
    tables.base();
    for port in ports() {
        tables.port(&PortRules::of(port, node));
    }
    tables.finish()
}

/// With more endpoints, most comments are left out.
const COMMENTED: usize = 1000;

type Chains = BTreeMap<String, Vec<String>>;

struct Builder<'a> {
    config: &'a Config,
    node: &'a NodeView,
    family: Family,
    comments: bool,
    /// Whether node ports are served at 127.0.0.1.
    localhost: bool,
    filter: Chains,
    nat: Chains,
}

impl Builder<'_> {
    // ---- what is there without any Service

    fn base(&mut self) {
        let mark = self.mark();
        for (chain, rule) in FILTER {
            self.filter(chain, rule.replace("VALUE", &mark));
        }
        for chain in [
            "KUBE-EXTERNAL-SERVICES",
            "KUBE-NODEPORTS",
            "KUBE-PROXY-CANARY",
            "KUBE-PROXY-FIREWALL",
            "KUBE-SERVICES",
            "KUBE-FIREWALL",
        ] {
            self.filter.entry(chain.into()).or_default();
        }
        for (chain, rule) in NAT {
            self.nat(chain, rule.replace("VALUE", &mark));
        }
        for chain in ["KUBE-NODEPORTS", "KUBE-PROXY-CANARY", "KUBE-SERVICES"] {
            self.nat.entry(chain.into()).or_default();
        }
        if self.localhost {
            self.filter("KUBE-FIREWALL", LOCALNET.into());
        }
    }

    fn mark(&self) -> String {
        format!("{:#x}", 1u32.checked_shl(self.config.masquerade_bit.into()).unwrap_or(0))
    }

    /// What matches packets of pods, or all others: what stands before and behind the destination.
    fn pods(&self, is: bool) -> Option<(String, String)> {
        let not = if is { "" } else { "! " };
        let within = |ranges: &[Cidr]| {
            let own = ranges.iter().find(|c| c.family() == self.family)?;
            Some((format!("{not}-s {own} "), String::new()))
        };
        match &self.config.detect_local {
            DetectLocal::ClusterCidr => within(&self.config.cluster_cidrs),
            DetectLocal::NodeCidr => within(&self.node.pod_cidrs),
            DetectLocal::Interface { name, prefix } => {
                Some((String::new(), format!("{not}-i {name}{} ", if *prefix { "+" } else { "" })))
            }
        }
    }

    // ---- what a port of a Service adds

    /// Models the loop over ports in `syncProxyRules`.
    fn port(&mut self, rules: &PortRules<'_>) {
        let hash = names::iptables_port(rules.port);
        let chain = |prefix: &str| format!("KUBE-{prefix}-{hash}");
        self.cluster_ip(rules, &chain);
        self.external_addresses(rules, &chain);
        if let Some(number) = rules.port.node_port {
            self.node_port(rules, &number.to_string(), &chain("EXT"));
        }
        if let Some(number) = rules.port.health_check {
            let comment = format!("{} health check node port", rules.port.full_name());
            self.filter(
                "KUBE-NODEPORTS",
                format!("-p tcp {}-m tcp --dport {number} -j ACCEPT", said(&comment)),
            );
        }
        if rules.uses_external_chain() {
            self.external_chain(rules, &chain);
        }
        if rules.has_firewall() && rules.has_endpoints {
            self.firewall(rules, &chain);
        }
        self.balance(rules.port, &chain("SVC"), &rules.cluster);
        self.balance(rules.port, &chain("SVL"), &rules.local);
        for endpoint in &rules.reachable {
            self.endpoint(rules.port, endpoint);
        }
    }

    fn cluster_ip(&mut self, rules: &PortRules<'_>, chain: &impl Fn(&str) -> String) {
        let port = rules.port;
        let at = whole(port.cluster_ip);
        if !rules.has_internal_endpoints {
            let rule = self.end(rules, &format!("-d {at} "), "");
            self.filter("KUBE-SERVICES", rule);
            return;
        }
        let name = chain(if port.internal_policy.is_local() { "SVL" } else { "SVC" });
        let comment = said(&format!("{} cluster IP", port.full_name()));
        let dport = format!("-m {} --dport {}", port.protocol.lower(), port.port);
        let all = Some((String::new(), String::new()));
        let masqueraded = if self.config.masquerade_all { all } else { self.pods(false) };
        let protocol = port.protocol.lower();
        if let Some((source, interface)) = masqueraded {
            let rule = format!("{source}-d {at} {interface}-p {protocol} {comment}{dport} -j KUBE-MARK-MASQ");
            self.nat(&name, rule);
        }
        self.nat("KUBE-SERVICES", format!("-d {at} -p {protocol} {comment}{dport} -j {name}"));
    }

    /// A rule that ends the way of packets for which there are no endpoints, or none on this node.
    fn end(&self, rules: &PortRules<'_>, destination: &str, local: &str) -> String {
        let (port, number) = (rules.port, rules.port.port);
        let number = if local.is_empty() { Some(number) } else { port.node_port };
        let number = number.map(|n| n.to_string()).unwrap_or_default();
        let (what, target) = match (rules.has_endpoints, self.family) {
            (true, _) => ("has no local endpoints", "DROP"),
            (false, Family::IPv4) => ("has no endpoints", "REJECT --reject-with icmp-port-unreachable"),
            (false, Family::IPv6) => ("has no endpoints", "REJECT --reject-with icmp6-port-unreachable"),
        };
        let comment = said(&format!("{} {what}", port.full_name()));
        let protocol = port.protocol.lower();
        format!("{destination}-p {protocol} {comment}{local}-m {protocol} --dport {number} -j {target}")
    }

    fn external_addresses(&mut self, rules: &PortRules<'_>, chain: &impl Fn(&str) -> String) {
        let port = rules.port;
        let (protocol, number, firewall) =
            (port.protocol.lower(), port.port, rules.has_firewall() && rules.has_endpoints);
        let external = port.external_ips.iter().map(|ip| (ip, "external IP", "EXT"));
        let balanced = port.load_balancer_ips.iter();
        let balanced = balanced.map(|ip| (ip, "loadbalancer IP", if firewall { "FW" } else { "EXT" }));
        for (ip, what, to) in external.chain(balanced) {
            let at = format!("-d {} ", whole(*ip));
            let dport = format!("-m {protocol} --dport {number}");
            if rules.has_endpoints {
                let comment = said(&format!("{} {what}", port.full_name()));
                self.nat("KUBE-SERVICES", format!("{at}-p {protocol} {comment}{dport} -j {}", chain(to)));
            }
            if !rules.has_external_endpoints {
                let rule = self.end(rules, &at, "");
                self.filter("KUBE-EXTERNAL-SERVICES", rule);
            }
            if to == "FW" {
                let comment = said(&format!("{} traffic not accepted by {}", port.full_name(), chain("FW")));
                self.filter("KUBE-PROXY-FIREWALL", format!("{at}-p {protocol} {comment}{dport} -j DROP"));
            }
        }
    }

    fn node_port(&mut self, rules: &PortRules<'_>, number: &str, chain: &str) {
        let protocol = rules.port.protocol.lower();
        if rules.has_endpoints {
            let rule =
                format!("-p {protocol} {}-m {protocol} --dport {number}", said(&rules.port.full_name()));
            if self.localhost {
                // Counted, so that one can see whether anybody still does that.
                let counter = "-m nfacct --nfacct-name  localhost_nps_accepted_pkts";
                self.nat("KUBE-NODEPORTS", format!("-d 127.0.0.0/8 {rule} {counter} -j {chain}"));
            }
            self.nat("KUBE-NODEPORTS", format!("{rule} -j {chain}"));
        }
        if !rules.has_external_endpoints {
            let rule = self.end(rules, "", "-m addrtype --dst-type LOCAL ");
            self.filter("KUBE-EXTERNAL-SERVICES", rule);
        }
    }

    /// The chain for what comes from outside.
    fn external_chain(&mut self, rules: &PortRules<'_>, chain: &impl Fn(&str) -> String) {
        let (port, name) = (rules.port.full_name(), chain("EXT"));
        let comment = |what: &str| said(&format!("{what} traffic for {port} external destinations"));
        if !rules.port.external_policy.is_local() {
            self.nat(&name, format!("{}-j KUBE-MARK-MASQ", comment("masquerade")));
            self.nat(&name, format!("-j {}", chain("SVC")));
            return;
        }
        if let Some((source, interface)) = self.pods(true) {
            self.nat(&name, format!("{source}{interface}{}-j {}", comment("pod"), chain("SVC")));
        }
        let local = "-m addrtype --src-type LOCAL -j";
        self.nat(&name, format!("{}{local} KUBE-MARK-MASQ", comment("masquerade LOCAL")));
        self.nat(&name, format!("{}{local} {}", comment("route LOCAL"), chain("SVC")));
        if rules.has_external_endpoints {
            self.nat(&name, format!("-j {}", chain("SVL")));
        }
    }

    fn firewall(&mut self, rules: &PortRules<'_>, chain: &impl Fn(&str) -> String) {
        let (port, name) = (rules.port, chain("FW"));
        let comment = said(&format!("{} loadbalancer IP", port.full_name()));
        let node = if rules.lets_node_in(self.node) { port.load_balancer_ips.as_slice() } else { &[] };
        let sources =
            port.source_ranges.iter().map(ToString::to_string).chain(node.iter().map(|ip| whole(*ip)));
        for source in sources {
            self.nat(&name, format!("-s {source} {comment}-j {}", chain("EXT")));
        }
        let others = format!("other traffic to {} will be dropped by KUBE-PROXY-FIREWALL", port.full_name());
        self.nat(&name, said(&others).trim_end().into());
    }

    /// The chain that picks an endpoint: each rule takes its share of what those before it left.
    ///
    /// Models `writeServiceToEndpointRules`.
    fn balance(&mut self, port: &ServicePort, chain: &str, endpoints: &[&Endpoint]) {
        let comment = |e: &Endpoint| self.remark(&format!("{} -> {}", port.full_name(), e.text));
        let mut rules = Vec::new();
        if let Some(timeout) = port.affinity {
            for endpoint in endpoints {
                let name = names::iptables_endpoint(port, endpoint);
                let seconds = timeout.as_secs();
                let recent = format!("-m recent --rcheck --seconds {seconds} --reap --name {name}");
                rules.push(format!("{}{recent} {} -j {name}", comment(endpoint), self.recent()));
            }
        }
        for (i, endpoint) in endpoints.iter().enumerate() {
            let share = match endpoints.len() - i {
                1 => String::new(),
                left => format!("-m statistic --mode random --probability {} ", probability(left)),
            };
            rules.push(format!(
                "{}{share}-j {}",
                comment(endpoint),
                names::iptables_endpoint(port, endpoint)
            ));
        }
        rules.into_iter().for_each(|rule| self.nat(chain, rule));
    }

    fn endpoint(&mut self, port: &ServicePort, endpoint: &Endpoint) {
        let name = names::iptables_endpoint(port, endpoint);
        let (comment, protocol) = (self.remark(&port.full_name()), port.protocol.lower());
        self.nat(&name, format!("-s {} {comment}-j KUBE-MARK-MASQ", whole(endpoint.address)));
        let recent = match port.affinity {
            Some(_) => format!("-m recent --set --name {name} {} ", self.recent()),
            None => String::new(),
        };
        let to = &endpoint.text;
        self.nat(
            &name,
            format!("-p {protocol} {comment}{recent}-m {protocol} -j DNAT --to-destination {to}"),
        );
    }

    /// How `iptables-save` completes what is said about a list of addresses.
    fn recent(&self) -> &'static str {
        match self.family {
            Family::IPv4 => "--mask 255.255.255.255 --rsource",
            Family::IPv6 => "--mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource",
        }
    }

    /// A comment that large clusters do without.
    fn remark(&self, text: &str) -> String {
        if self.comments { said(text) } else { String::new() }
    }

    // ---- bricks

    fn filter(&mut self, chain: &str, rule: String) {
        self.filter.entry(chain.into()).or_default().push(rule);
    }

    fn nat(&mut self, chain: &str, rule: String) {
        self.nat.entry(chain.into()).or_default().push(rule);
    }

    fn finish(mut self) -> Saved {
        for chains in [&mut self.filter, &mut self.nat] {
            for (_, rules) in chains.iter_mut().filter(|(name, _)| DISPATCH.contains(&name.as_str())) {
                sort::sort(rules);
            }
        }
        // Node ports come last: whatever else is known of an address goes before.
        let node_ports = self.to_node_ports();
        self.nat.entry("KUBE-SERVICES".into()).or_default().extend(node_ports);
        let canary = Chains::from([("KUBE-PROXY-CANARY".into(), Vec::new())]);
        let tables = [
            ("mangle", ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"].as_slice(), canary),
            ("filter", &["INPUT", "FORWARD", "OUTPUT"], self.filter),
            ("nat", &["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"], self.nat),
        ];
        let ordered = |(name, builtin, mut chains): (&'static str, &[&str], Chains)| {
            let first = builtin.iter().map(|c| ((*c).to_string(), chains.remove(*c).unwrap_or_default()));
            let mut all = first.collect::<Vec<_>>();
            all.extend(chains);
            (name, all)
        };
        Saved { family: self.family, tables: tables.map(ordered).into() }
    }

    fn to_node_ports(&self) -> Vec<String> {
        let comment = said("kubernetes service nodeports; NOTE: this must be the last rule in this chain");
        let ipv4 = self.family == Family::IPv4;
        let Some(ranges) = self.config.node_port_ranges(self.node, ipv4) else {
            let not = match self.family {
                Family::IPv6 => "! -d ::1/128 ",
                Family::IPv4 if !self.localhost => "! -d 127.0.0.0/8 ",
                Family::IPv4 => "",
            };
            return [format!("{not}{comment}-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS")].into();
        };
        let ranges = ranges.collect::<Vec<_>>();
        let localhost = self.localhost.then(|| IpAddr::from([127, 0, 0, 1]));
        let own = self.node.addresses.iter().copied().chain(localhost);
        let served = own.filter(|ip| ranges.iter().any(|r| r.contains(*ip)));
        let mut rules =
            served.map(|ip| format!("-d {} {comment}-j KUBE-NODEPORTS", whole(ip))).collect::<Vec<_>>();
        sort::sort(&mut rules);
        rules
    }
}

/// The chains that lead to Services: in which order does not matter.
const DISPATCH: &[&str] = &[
    "KUBE-SERVICES",
    "KUBE-NODEPORTS",
    "KUBE-EXTERNAL-SERVICES",
    "KUBE-PROXY-FIREWALL",
    "KUBE-PROXY-CANARY",
];

const FILTER: &[(&str, &str)] = &[
    ("INPUT", "-j KUBE-FIREWALL"),
    (
        "INPUT",
        "-m conntrack --ctstate NEW -m comment --comment \"kubernetes load balancer firewall\" -j KUBE-PROXY-FIREWALL",
    ),
    ("INPUT", "-m comment --comment \"kubernetes health check service ports\" -j KUBE-NODEPORTS"),
    (
        "INPUT",
        "-m conntrack --ctstate NEW -m comment --comment \"kubernetes externally-visible service portals\" -j KUBE-EXTERNAL-SERVICES",
    ),
    (
        "FORWARD",
        "-m conntrack --ctstate NEW -m comment --comment \"kubernetes load balancer firewall\" -j KUBE-PROXY-FIREWALL",
    ),
    ("FORWARD", "-m comment --comment \"kubernetes forwarding rules\" -j KUBE-FORWARD"),
    (
        "FORWARD",
        "-m conntrack --ctstate NEW -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES",
    ),
    (
        "FORWARD",
        "-m conntrack --ctstate NEW -m comment --comment \"kubernetes externally-visible service portals\" -j KUBE-EXTERNAL-SERVICES",
    ),
    ("OUTPUT", "-j KUBE-FIREWALL"),
    (
        "OUTPUT",
        "-m conntrack --ctstate NEW -m comment --comment \"kubernetes load balancer firewall\" -j KUBE-PROXY-FIREWALL",
    ),
    (
        "OUTPUT",
        "-m conntrack --ctstate NEW -m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES",
    ),
    (
        "KUBE-FORWARD",
        "-m conntrack --ctstate INVALID -m nfacct --nfacct-name  ct_state_invalid_dropped_pkts -j DROP",
    ),
    (
        "KUBE-FORWARD",
        "-m comment --comment \"kubernetes forwarding rules\" -m mark --mark VALUE/VALUE -j ACCEPT",
    ),
    (
        "KUBE-FORWARD",
        "-m comment --comment \"kubernetes forwarding conntrack rule\" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    ),
];

const NAT: &[(&str, &str)] = &[
    ("PREROUTING", "-m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES"),
    ("OUTPUT", "-m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES"),
    ("POSTROUTING", "-m comment --comment \"kubernetes postrouting rules\" -j KUBE-POSTROUTING"),
    ("KUBE-MARK-MASQ", "-j MARK --set-xmark VALUE/VALUE"),
    ("KUBE-POSTROUTING", "-m mark ! --mark VALUE/VALUE -j RETURN"),
    ("KUBE-POSTROUTING", "-j MARK --set-xmark VALUE/0x0"),
    (
        "KUBE-POSTROUTING",
        "-m comment --comment \"kubernetes service traffic requiring SNAT\" -j MASQUERADE --random-fully",
    ),
];

const LOCALNET: &str = "! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment \"block incoming localnet connections\" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP";

fn said(comment: &str) -> String {
    format!("-m comment --comment \"{comment}\" ")
}

/// An address as a range of one.
fn whole(ip: IpAddr) -> String {
    format!("{ip}/{}", Family::of(ip).bits())
}

/// One in `n`, as the kernel has kept it: kube-proxy writes ten digits, which become a fraction of 2^31.
fn probability(n: usize) -> String {
    const WRITTEN: u128 = 10_000_000_000;
    const KEPT: u128 = 1 << 31;
    let n = u128::try_from(n).unwrap_or(1).max(1);
    let written = rounded(WRITTEN, n);
    let kept = (written * KEPT + WRITTEN / 2) / WRITTEN;
    let shown = rounded(kept * WRITTEN * 10, KEPT);
    format!("{}.{:011}", shown / (WRITTEN * 10), shown % (WRITTEN * 10))
}

/// A quotient, rounded as numbers are printed: halves go to what is even.
fn rounded(a: u128, b: u128) -> u128 {
    let (quotient, rest) = (a / b, a % b);
    let up = rest * 2 > b || rest * 2 == b && quotient % 2 == 1;
    quotient + u128::from(up)
}

/// As `iptables-save` prints it, without the lines that tell the time.
impl fmt::Display for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (table, chains) in &self.tables {
            writeln!(f, "*{table}")?;
            for (chain, _) in chains {
                let policy = if chain.starts_with("KUBE-") { "-" } else { "ACCEPT" };
                writeln!(f, ":{chain} {policy} [0:0]")?;
            }
            for (chain, rules) in chains {
                for rule in rules {
                    writeln!(f, "-A {chain} {rule}")?;
                }
            }
            writeln!(f, "COMMIT")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_those_of_the_kernel() {
        for (n, shown) in [
            (2, "0.50000000000"),
            (3, "0.33333333349"),
            (5, "0.20000000019"),
            (6, "0.16666666651"),
            (7, "0.14285714272"),
            (9, "0.11111111101"),
            (10, "0.10000000009"),
        ] {
            assert_eq!(probability(n), shown, "{n}");
        }
    }
}
