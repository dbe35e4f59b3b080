//! Network namespaces: a switch with a router outside, nodes at it, pods behind the nodes, a client behind the router.
//!
//! Pods hang at their node as with Calico: each at a link of its own, with the node at its other end. Nodes know the ways to
//! each other's pods; the world outside knows that to the nodes alone, and to what load balancers give to them.

use super::talk::{self, serve};
use super::world::{Balanced, NODES, OUTSIDE, Setup, World};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};
use svcscope_core::base::ip::Family;
use svcscope_core::net::proxy::Mode;

/// The namespaces; they go with it.
#[derive(Debug)]
pub struct Lab {
    prefix: String,
    names: Vec<String>,
}

/// What the names of its namespaces begin with.
fn prefix(mode: Mode, setup: Setup) -> String {
    let mode = if mode == Mode::NfTables { "nft" } else { "ipt" };
    let setup = if setup == Setup::Usual { "" } else { "-other" };
    format!("svcscope-{}-{mode}{setup}-", std::process::id())
}

/// What is missing for a lab, if anything is.
pub fn wanting(mode: Mode, setup: Setup) -> Option<String> {
    let name = format!("{}probe", prefix(mode, setup));
    for (program, arguments) in
        [("ip", &["-V"] as &[&str]), ("nft", &["-v"]), ("iptables-nft", &["-V"]), ("ip6tables-nft", &["-V"])]
    {
        if run(program, arguments, "").is_err() {
            return Some(format!("the program {program}"));
        }
    }
    let made = run("ip", &["netns", "add", &name], "");
    let (from, to) = (&*name, "type veth peer name b");
    let linked = run("ip", &["-batch", "-"], &format!("link add name a netns {from} {to} netns {from}\n"));
    let ruled = run("ip", &["netns", "exec", &name, "nft", "list", "ruleset"], "");
    drop(run("ip", &["netns", "del", &name], ""));
    let missing = made.err().or(linked.err()).or(ruled.err());
    missing.map(|e| format!("to be root and to make network namespaces: {e}"))
}

impl Lab {
    pub fn new(world: &mut World) -> Lab {
        let prefix = prefix(world.mode, world.setup);
        let pods = world.pods.iter().filter(|p| !p.host_network).map(|p| p.name.clone());
        let names = ["router", "outside"].into_iter().chain(NODES).map(str::to_owned).chain(pods).collect();
        let lab = Lab { prefix, names };
        lab.make();
        lab.link(world);
        for node in NODES {
            lab.load(world, node);
        }
        lab.route(&world.balanced_addresses(), world);
        lab.serve(world);
        lab
    }

    /// Where a name of a scenario is at home.
    pub fn namespace(&self, world: &World, who: &str) -> String {
        let host = world.pods.iter().find(|p| p.name == who && p.host_network);
        self.full(host.map_or(who, |p| &p.node))
    }

    fn full(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn make(&self) {
        let add = self.names.iter().map(|n| format!("netns add {}\n", self.full(n))).collect::<String>();
        must("ip", &["-batch", "-"], &add);
        for name in &self.names {
            let forwards = name == "router" || NODES.contains(&name.as_str());
            talk::within(&self.full(name), move || {
                for (path, value, routers) in SETTINGS {
                    if forwards || !routers {
                        std::fs::write(format!("/proc/sys/net/{path}"), value)
                            .unwrap_or_else(|e| panic!("{path}: {e}"));
                    }
                }
            });
        }
    }

    fn link(&self, world: &World) {
        let mut links = String::new();
        let mut add = |name: &str, at: &str, peer: &str, to: &str| {
            let (at, to) = (self.full(at), self.full(to));
            writeln!(links, "link add name {name} netns {at} type veth peer name {peer} netns {to}")
                .expect("text");
        };
        add("eth0", "outside", "outside", "router");
        NODES.iter().for_each(|node| add("eth0", node, node, "router"));
        let pods = || world.pods.iter().filter(|p| !p.host_network);
        pods().for_each(|pod| add("eth0", &pod.name, &pod.name, &pod.node));
        must("ip", &["-batch", "-"], &links);
        let [v4, v6] = OUTSIDE;
        self.ip("outside", &format!(
            "link set lo up\nlink set eth0 up\naddr add {v4}/24 dev eth0\naddr add {v6}/64 dev eth0 nodad\n\
             route add default via 203.0.113.1\nroute add default via 2001:db8::1\n"
        ));
        let ports = NODES.map(|n| format!("link set {n} up\nlink set {n} master br0\n")).concat();
        self.ip(
            "router",
            &format!(
                "link set lo up\nlink add br0 type bridge\nlink set br0 up\n{ports}link set outside up\n\
             addr add 192.168.1.1/24 dev br0\naddr add fd00::1/64 dev br0 nodad\n\
             addr add 203.0.113.1/24 dev outside\naddr add 2001:db8::1/64 dev outside nodad\n\
             route add blackhole 0.0.0.0/0\nroute add blackhole ::/0\n"
            ),
        );
        for (node, addresses) in &world.nodes {
            let mut batch =
                "link set lo up\nlink set eth0 up\nlink add pods type bridge\nlink set pods up\n".to_owned();
            for ip in addresses {
                let (length, nodad) = if ip.is_ipv4() { (24, "") } else { (64, " nodad") };
                let router = if ip.is_ipv4() { "192.168.1.1" } else { "fd00::1" };
                writeln!(batch, "addr add {ip}/{length} dev eth0{nodad}\nroute add default via {router}")
                    .expect("text");
            }
            for other in world.cluster.network().nodes().all() {
                for range in &other.pod_cidrs {
                    let way = match other.address_like(range.first()) {
                        Some(ip) if other.name.as_str() != node => format!("{range} via {ip}"),
                        // Nobody answers there but for the pods, each of which has a way of its own.
                        _ => format!("{range} dev pods"),
                    };
                    writeln!(batch, "route add {way}").expect("text");
                }
            }
            for pod in pods().filter(|p| p.node == *node) {
                let name = &pod.name;
                writeln!(batch, "link set {name} address {GATEWAY} up\naddr add fe80::1/64 dev {name} nodad")
                    .expect("text");
                pod.addresses
                    .iter()
                    .for_each(|ip| writeln!(batch, "route add {ip} dev {name}").expect("text"));
            }
            self.ip(node, &batch);
        }
        for pod in pods() {
            let mut batch = format!(
                "link set lo up\nlink set eth0 up\nroute add 169.254.1.1 dev eth0 scope link\n\
                 neigh add 169.254.1.1 lladdr {GATEWAY} dev eth0 nud permanent\n"
            );
            for ip in &pod.addresses {
                let nodad = if ip.is_ipv4() { "" } else { " nodad" };
                writeln!(batch, "addr add {ip} dev eth0{nodad}").expect("text");
            }
            batch.push_str(
                "route add default via 169.254.1.1 dev eth0\nroute add default via fe80::1 dev eth0\n",
            );
            self.ip(&pod.name, &batch);
        }
    }

    /// The rules of a node, those of kube-proxy and those of the network plugin.
    fn load(&self, world: &mut World, node: &str) {
        let name = self.full(node);
        for (family, program) in
            [(Family::IPv4, "iptables-nft-restore"), (Family::IPv6, "ip6tables-nft-restore")]
        {
            let rules = world.rules(node, family);
            match world.mode {
                Mode::NfTables => must("ip", &["netns", "exec", &name, "nft", "-f", "-"], &rules),
                // What counts packets needs a counter that is made with another tool, and decides nothing.
                Mode::IpTables => {
                    let rules = rules
                        .replace("-m nfacct --nfacct-name  localhost_nps_accepted_pkts ", "")
                        .replace("-m nfacct --nfacct-name  ct_state_invalid_dropped_pkts ", "");
                    must("ip", &["netns", "exec", &name, program], &rules);
                }
            }
        }
        must("ip", &["netns", "exec", &name, "nft", "-f", "-"], PLUGIN);
    }

    /// What routers outside know of load balancers and external IPs.
    fn route(&self, balanced: &Balanced, world: &World) {
        let mut batch = String::new();
        for (ip, nodes) in balanced {
            let via = |node: &String| {
                let own = world.nodes[node].iter().find(|a| a.is_ipv4() == ip.is_ipv4());
                own.map(|a| format!(" nexthop via {a}")).unwrap_or_default()
            };
            match nodes.iter().map(via).collect::<String>() {
                none if none.is_empty() => writeln!(batch, "route add blackhole {ip}").expect("text"),
                hops => writeln!(batch, "route add {ip}{hops}").expect("text"),
            }
        }
        self.ip("router", &batch);
        must("ip", &["netns", "exec", &self.full("router"), "nft", "-f", "-"], BALANCER);
    }

    fn serve(&self, world: &World) {
        for pod in &world.pods {
            serve(&self.namespace(world, &pod.name), pod.port(), &pod.name);
        }
        for port in world.health_ports() {
            NODES.iter().for_each(|node| serve(&self.full(node), port, node));
        }
    }

    fn ip(&self, name: &str, batch: &str) {
        must("ip", &["-n", &self.full(name), "-batch", "-"], batch);
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let delete = self.names.iter().map(|n| format!("netns del {}\n", self.full(n))).collect::<String>();
        drop(run("ip", &["-force", "-batch", "-"], &delete));
    }
}

/// The hardware address of each node as its pods see it.
const GATEWAY: &str = "ee:ee:ee:ee:ee:ee";

/// Below /proc/sys/net; whether only routers and nodes have it.
const SETTINGS: &[(&str, &str, bool)] = &[
    ("ipv6/conf/all/disable_ipv6", "0", false),
    ("ipv6/conf/all/accept_dad", "0", false),
    ("ipv6/conf/default/accept_dad", "0", false),
    ("ipv4/conf/all/rp_filter", "0", false),
    ("ipv4/conf/default/rp_filter", "0", false),
    // Each packet that is rejected is answered, not one in a second.
    ("ipv4/icmp_ratelimit", "0", false),
    ("ipv6/icmp/ratelimit", "0", false),
    ("ipv4/ip_forward", "1", true),
    ("ipv6/conf/all/forwarding", "1", true),
    // kube-proxy sets it to serve node ports at 127.0.0.1.
    ("ipv4/conf/all/route_localnet", "1", true),
    // Each connection goes its own way over load balancers.
    ("ipv4/fib_multipath_hash_policy", "1", true),
    ("ipv6/fib_multipath_hash_policy", "1", true),
];

/// What pods send out of the pods' network gets their node's address.
const PLUGIN: &str = "
table ip plugin {
    chain out {
        type nat hook postrouting priority 110;
        ip saddr 10.244.0.0/16 ip daddr != 10.244.0.0/16 masquerade
    }
}
table ip6 plugin {
    chain out {
        type nat hook postrouting priority 110;
        ip6 saddr fd00:10:244::/56 ip6 daddr != fd00:10:244::/56 masquerade
    }
}
";

/// Load balancers listen at the ports of their Services only.
const BALANCER: &str = "
table inet balancer {
    chain through {
        type filter hook forward priority 0;
        ip daddr 198.51.100.0/24 th dport != 80 drop
        ip6 daddr 2001:db8:1::/120 th dport != 80 drop
    }
}
";

fn must(program: &str, arguments: &[&str], input: &str) {
    run(program, arguments, input)
        .unwrap_or_else(|e| panic!("{program} {}: {e}\n{input}", arguments.join(" ")));
}

/// Runs a program to its end.
fn run(program: &str, arguments: &[&str], input: &str) -> Result<(), String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| e.to_string())?;
    let written = child.stdin.take().map(|mut pipe| pipe.write_all(input.as_bytes()));
    let Output { status, stderr, .. } = child.wait_with_output().map_err(|e| e.to_string())?;
    written.transpose().map_err(|e| e.to_string())?;
    if status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&stderr).trim().to_owned()) }
}
