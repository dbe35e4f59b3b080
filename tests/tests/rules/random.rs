//! Clusters made up at random: Services of all kinds with whatever endpoints, and kube-proxy set up in all ways.

use std::fmt::Write as _;
use std::net::IpAddr;
use svcscope_core::base::ip::{Cidr, Family};
use svcscope_core::base::{Instant, Rng};
use svcscope_core::manifest;
use svcscope_core::net::nodes::NodeView;
use svcscope_core::net::proxy::{DetectLocal, Mode, NodePortAddress};
use svcscope_core::net::trace::Flow;
use svcscope_core::net::{Config, Network};
use svcscope_core::object::Protocol;
use svcscope_core::store::{Object, Store};

pub const NODES: [&str; 3] = ["n1", "n2", "n3"];

#[derive(Debug)]
pub struct Cluster {
    pub store: Store,
    pub network: Network,
    /// What it is made of.
    pub text: String,
}

pub fn cluster(seed: u64, mode: Mode) -> Cluster {
    let mut dice = Dice(Rng::new(seed));
    let mut config = Config::default();
    let proxy = &mut config.proxy;
    proxy.mode = mode;
    proxy.cluster_cidrs.extend(Cidr::parse("fd00:10:244::/56"));
    proxy.service_cidrs.extend(Cidr::parse("fd00:10:96::/112"));
    proxy.detect_local = match dice.below(4) {
        0 => DetectLocal::NodeCidr,
        1 => DetectLocal::Interface { name: "veth".into(), prefix: true },
        _ => DetectLocal::ClusterCidr,
    };
    proxy.masquerade_all = dice.one_in(6);
    proxy.localhost_node_ports = !dice.one_in(3);
    proxy.node_port_addresses = match dice.below(6) {
        0 => vec![NodePortAddress::Primary],
        1 => vec![NodePortAddress::All],
        2 => vec![NodePortAddress::Range(Cidr::parse("10.9.9.0/24").expect("a range"))],
        3 => vec![NodePortAddress::Localhost, NodePortAddress::Primary],
        _ => Vec::new(),
    };
    let mut text = format!("# {proxy:?}\n");
    for (i, zone) in ["a", "b", ""].iter().enumerate() {
        text.push_str(&node(i + 1, zone));
    }
    for i in 0..1 + dice.below(4) {
        text.push_str(&service(i, &mut dice));
    }
    let mut store = Store::default();
    for document in manifest::read(&text).unwrap_or_else(|e| panic!("{e}\n{text}")) {
        let object = document.node.to_value();
        let resource = match object.get("kind").str() {
            "Node" => "nodes",
            "Service" => "services",
            "Pod" => "pods",
            _ => "endpointslices.discovery.k8s.io",
        };
        store.put(&resource.into(), Object::new(object));
    }
    let mut network = Network::new(config);
    network.catch_up(&store, Instant(0));
    Cluster { store, network, text }
}

impl Cluster {
    /// Packets that may meet a node: from all kinds of sources to all that Services are reached at, and beside it.
    pub fn flows(&self, node: &NodeView, family: Family) -> Vec<Flow> {
        let ipv4 = family == Family::IPv4;
        let pick = |v4: &[&str], v6: &[&str]| {
            let all = if ipv4 { v4 } else { v6 };
            all.iter().map(|a| a.parse::<IpAddr>().expect("an address")).collect::<Vec<_>>()
        };
        let ports = self.network.proxy().table().all().filter(|p| p.family == family).collect::<Vec<_>>();
        let mut targets = Vec::new();
        for port in &ports {
            let fronts = [port.cluster_ip].into_iter();
            let fronts =
                fronts.chain(port.external_ips.iter().copied()).chain(port.load_balancer_ips.iter().copied());
            targets.extend(fronts.map(|ip| (port.protocol, ip, port.port.get())));
            targets.push((port.protocol, port.cluster_ip, 9));
            targets.extend(port.proxied_ips.iter().map(|ip| (port.protocol, *ip, port.port.get())));
            let own = node.addresses.iter().copied().chain(pick(&["127.0.0.1"], &["::1"]));
            let own = own.filter(|ip| ip.is_ipv4() == ipv4);
            targets.extend(
                port.node_port
                    .into_iter()
                    .flat_map(|n| own.clone().map(move |ip| (port.protocol, ip, n.get()))),
            );
            targets.extend(port.endpoints.iter().take(1).map(|e| (port.protocol, e.address, e.port.get())));
        }
        let nobody = pick(&["10.96.77.77", "8.8.8.8"], &["fd00:10:96::7777", "2001:db8:8::8"]);
        targets.extend(nobody.into_iter().map(|ip| (Protocol::Tcp, ip, 80)));
        let mut sources = pick(
            &["10.244.1.50", "10.244.2.50", "203.0.113.10", "192.168.1.99", "198.18.0.1"],
            &["fd00:10:244:1::50", "fd00:10:244:2::50", "2001:db8::10", "fd00::99", "2001:db8:18::1"],
        );
        sources.extend(ports.iter().flat_map(|p| p.endpoints.iter().take(2).map(|e| e.address)));
        sources.extend(node.addresses.iter().filter(|a| a.is_ipv4() == ipv4));
        sources.extend(pick(&["127.0.0.1"], &["::1"]));
        sources.sort();
        sources.dedup();
        let mut flows = Vec::new();
        for source in sources {
            for (protocol, ip, port) in &targets {
                // Only who is on the node itself reaches its loopback addresses, or sends from them.
                let own = |ip: &IpAddr| ip.is_loopback() || node.addresses.contains(ip);
                let possible = if source.is_loopback() { own(ip) } else { !ip.is_loopback() };
                if possible {
                    flows.push(super::flow(*protocol, source, (*ip, *port)));
                }
            }
        }
        flows
    }
}

struct Dice(Rng);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0.index(n)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Those of a list that chance takes.
    fn some<T: Copy>(&mut self, of: &[T]) -> Vec<T> {
        of.iter().copied().filter(|_| self.one_in(2)).collect()
    }
}

fn node(number: usize, zone: &str) -> String {
    format!(
        r#"---
kind: Node
metadata: {{name: n{number}, labels: {{topology.kubernetes.io/zone: "{zone}"}}}}
spec: {{podCIDRs: ["10.244.{number}.0/24", "fd00:10:244:{number}::/64"]}}
status:
  addresses: [{{type: InternalIP, address: "192.168.1.1{number}"}}, {{type: InternalIP, address: "fd00::1{number}"}}, {{type: InternalIP, address: "10.9.9.1{number}"}}]
  conditions: [{{type: Ready, status: "True"}}]
---
kind: Pod
metadata: {{name: client-{number}, namespace: default}}
spec: {{nodeName: n{number}, containers: [{{name: c}}]}}
status: {{phase: Running, podIPs: [{{ip: "10.244.{number}.50"}}, {{ip: "fd00:10:244:{number}::50"}}]}}
"#
    )
}

fn service(i: usize, dice: &mut Dice) -> String {
    let kind = dice.one_of(&["ClusterIP", "NodePort", "LoadBalancer"]);
    let policy = |dice: &mut Dice| if dice.one_in(3) { "Local" } else { "Cluster" };
    let ports = if dice.one_in(3) { &["TCP", "UDP"][..] } else { &["TCP"] };
    let mut spec = String::new();
    let mut said = |line: String| writeln!(spec, "  {line}").expect("text");
    said(format!(
        "type: {kind}\n  clusterIP: 10.96.0.{0}\n  clusterIPs: [\"10.96.0.{0}\", \"fd00:10:96::{0}\"]",
        20 + i
    ));
    said("ipFamilies: [IPv4, IPv6]".into());
    said(format!("internalTrafficPolicy: {}", policy(dice)));
    if dice.one_in(4) {
        said(
            "sessionAffinity: ClientIP\n  sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}".into(),
        );
    }
    let mut external = dice
        .some(&["192.0.2.ii", "2001:db8:2::ii"])
        .iter()
        .map(|ip| ip.replace("ii", &i.to_string()))
        .collect::<Vec<_>>();
    if i == 0 && dice.one_in(3) {
        external.extend(["192.168.1.11".to_owned(), "fd00::12".to_owned()]);
    }
    said(format!("externalIPs: {external:?}"));
    if kind != "ClusterIP" || !external.is_empty() {
        said(format!("externalTrafficPolicy: {}", policy(dice)));
    }
    let mut status = String::new();
    if kind == "LoadBalancer" {
        let mode = if dice.one_in(4) { "Proxy" } else { "VIP" };
        let ingress = ["198.51.100.ii", "2001:db8:1::ii"]
            .map(|ip| format!("{{ip: \"{}\", ipMode: {mode}}}", ip.replace("ii", &i.to_string())));
        status = format!("status: {{loadBalancer: {{ingress: [{}]}}}}\n", ingress.join(", "));
        if dice.one_in(2) {
            let ranges = dice.some(&[
                "203.0.113.0/24",
                "192.168.1.0/24",
                "10.244.0.0/16",
                "10.244.1.0/24",
                "2001:db8::/64",
                "fd00::/64",
                "fd00:10:244::/56",
                "192.168.1.12/32",
            ]);
            said(format!("loadBalancerSourceRanges: {ranges:?}"));
        }
    }
    let port = |(n, protocol): (usize, &&str)| {
        let node_port =
            if kind == "ClusterIP" { String::new() } else { format!(", nodePort: {}", 30000 + 10 * i + n) };
        format!("{{name: p{n}, protocol: {protocol}, port: {}, targetPort: 8080{node_port}}}", 80 + n)
    };
    said(format!("ports: [{}]", ports.iter().enumerate().map(port).collect::<Vec<_>>().join(", ")));
    let head =
        format!("---\nkind: Service\nmetadata: {{name: s{i}, namespace: default}}\nspec:\n{spec}{status}");
    head + &slices(i, ports, dice)
}

fn slices(i: usize, ports: &[&str], dice: &mut Dice) -> String {
    let hinted = dice.one_of(&["", "zone", "zone", "node"]);
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for k in 0..dice.below(5) {
        let node = 1 + dice.below(3);
        let (ready, serving, terminating) = dice.one_of(&[
            (true, true, false),
            (true, true, false),
            (false, true, true),
            (false, false, true),
            (false, false, false),
        ]);
        let hints = match hinted {
            "" => String::new(),
            _ if dice.one_in(8) => String::new(),
            "zone" => format!(", hints: {{forZones: [{{name: {}}}]}}", dice.one_of(&["a", "b", "c"])),
            _ => {
                format!(", hints: {{forZones: [{{name: a}}], forNodes: [{{name: {}}}]}}", dice.one_of(&NODES))
            }
        };
        let at = if dice.one_in(8) { String::new() } else { format!(", nodeName: n{node}") };
        let host = dice.one_in(6);
        let add = |list: &mut Vec<String>, address: String| {
            if !list.iter().any(|e| e.contains(&format!("\"{address}\""))) {
                list.push(format!(
                    "{{addresses: [\"{address}\"]{at}{hints}, conditions: {{ready: {ready}, serving: {serving}, terminating: {terminating}}}}}"
                ));
            }
        };
        add(&mut v4, if host { format!("192.168.1.1{node}") } else { format!("10.244.{node}.1{i}{k}") });
        add(&mut v6, if host { format!("fd00::1{node}") } else { format!("fd00:10:244:{node}::1{i}{k}") });
    }
    let ports = ports.iter().enumerate().map(|(n, p)| format!("{{name: p{n}, port: 8080, protocol: {p}}}"));
    let ports = ports.collect::<Vec<_>>().join(", ");
    let one = |family: &str, endpoints: &[String]| {
        let name = format!("s{i}-{}", family.to_lowercase());
        format!(
            "---\nkind: EndpointSlice\nmetadata: {{name: {name}, namespace: default, labels: {{kubernetes.io/service-name: s{i}}}}}\naddressType: {family}\nports: [{ports}]\nendpoints: [{}]\n",
            endpoints.join(", ")
        )
    };
    one("IPv4", &v4) + &one("IPv6", &v6)
}
