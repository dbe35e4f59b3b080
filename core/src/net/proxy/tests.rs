//! Packets that meet the rules of nodes in small clusters, and what becomes of them.

use super::*;
use crate::base::{Duration, Instant, Rng};
use crate::net::nodes::Nodes;
use crate::net::testing::{self, table};
use crate::net::trace::Flow;
use crate::object::{Port, Protocol};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};

/// A cluster's store and its kube-proxies.
struct World {
    store: Store,
    nodes: Nodes,
    proxy: Proxy,
    heard: u64,
    now: Instant,
    rng: Rng,
}

impl World {
    fn new(config: Config, cluster: &str) -> World {
        let (nodes, proxy) = (Nodes::default(), Proxy::new(config));
        let mut world =
            World { store: Store::default(), nodes, proxy, heard: 0, now: Instant(0), rng: Rng::new(1) };
        world.write(NODES);
        world.write(cluster);
        world
    }

    fn write(&mut self, text: &str) {
        testing::write(&mut self.store, text);
        for event in self.store.log().since(self.heard).expect("a short past") {
            self.nodes.hear(event);
            self.proxy.hear(event);
        }
        self.heard = self.store.revision();
        self.proxy.settle(&self.store, &self.nodes);
    }

    /// What a node does to a packet: `n1: 10.244.1.9 -> 10.96.0.20:80/UDP`. An endpoint and, in brackets, the source
    /// it will see if that is not the client.
    fn route(&mut self, packet: &str) -> String {
        let (node, flow) = packet.split_once(": ").expect("a node");
        let (source, destination) = flow.split_once(" -> ").expect("an arrow");
        let (socket, protocol) = destination.split_once('/').unwrap_or((destination, "TCP"));
        let socket = socket.parse::<core::net::SocketAddr>().expect(socket);
        let flow = Flow {
            protocol: Protocol::parse(protocol).expect(protocol),
            source: source.parse().expect(source),
            destination: socket.ip(),
            port: Port::new(socket.port()).expect("a port"),
        };
        let node = self.nodes.get(node).expect(node).clone();
        match self.proxy.route(&node, flow, self.now, &mut self.rng, &mut ()) {
            Verdict::Pass(_) => "pass".into(),
            Verdict::Reject(..) => "reject".into(),
            Verdict::Drop(..) => "drop".into(),
            Verdict::Dnat(dnat) => {
                let endpoint = dnat.endpoint().expect("an endpoint").text.to_string();
                if dnat.masquerade { format!("{endpoint} (masqueraded)") } else { endpoint }
            }
        }
    }

    /// All that can become of a packet.
    fn routes(&mut self, packet: &str) -> String {
        let seen = (0..60).map(|_| self.route(packet)).collect::<BTreeSet<_>>();
        seen.into_iter().collect::<Vec<_>>().join(" | ")
    }
}

const NODES: &str = "
    node n1 192.168.1.11,fd00::11 zone=a
    node n2 192.168.1.12,fd00::12 zone=b
    node n3 192.168.1.13,fd00::13 zone=b
";

/// Sends the packets on the left of `=>` and compares all that can become of them with what stands on the right.
fn check(config: &Config, cluster: &str, packets: &str) {
    let mut world = World::new(config.clone(), cluster);
    let expected = table(packets);
    let seen = expected.iter().map(|row| {
        let packet = row.split(" =>").next().unwrap_or_default();
        format!("{packet} => {}", world.routes(packet))
    });
    let seen = seen.collect::<Vec<_>>();
    assert_eq!(seen, expected, "\n{}\n  expected\n{}\n", seen.join("\n"), expected.join("\n"));
}

fn both(cluster: &str, packets: &str) {
    for mode in [Mode::IpTables, Mode::NfTables] {
        check(&Config { mode, ..Config::default() }, cluster, packets);
    }
}

#[test]
fn a_cluster_ip_leads_to_all_ready_endpoints() {
    both(
        "
        service web 10.96.0.20 ports=http:80:8080
        slice web-1 of web ports=http:8080: 10.244.1.2@n1 10.244.2.2@n2 10.244.2.3@n2!notready 10.244.3.2!terminating
        ",
        "
        n1: 10.244.1.9 -> 10.96.0.20:80 => 10.244.1.2:8080 | 10.244.2.2:8080
        n3: 10.244.3.9 -> 10.96.0.20:80 => 10.244.1.2:8080 | 10.244.2.2:8080
        n1: 192.168.1.11 -> 10.96.0.20:80 => 10.244.1.2:8080 (masqueraded) | 10.244.2.2:8080 (masqueraded)
        n1: 10.244.1.2 -> 10.96.0.20:80 => 10.244.1.2:8080 (masqueraded) | 10.244.2.2:8080
        ",
    );
}

#[test]
fn other_ports_and_addresses_of_the_service_range_depend_on_the_mode() {
    let cluster = "
        service web 10.96.0.20 ports=http:80
        slice web-1 of web ports=http:8080: 10.244.1.2@n1
    ";
    for (mode, port, address) in [(Mode::IpTables, "pass", "pass"), (Mode::NfTables, "reject", "drop")] {
        let packets = format!(
            "
            n1: 10.244.1.9 -> 10.96.0.20:81 => {port}
            n1: 10.244.1.9 -> 10.96.0.20:80/UDP => {port}
            n1: 10.244.1.9 -> 10.96.0.21:80 => {address}
            n1: 10.244.1.9 -> 10.244.1.2:8080 => pass
            "
        );
        check(&Config { mode, ..Config::default() }, cluster, &packets);
    }
}

#[test]
fn a_service_without_endpoints_rejects_and_one_that_waits_for_its_own_node_drops() {
    both(
        "
        service none 10.96.0.20 ports=80@30080 type=NodePort
        slice none-1 of none ports=80: 10.244.1.2@n1!notready
        service local 10.96.0.21 ports=80@30081 type=NodePort external=Local internal=Local
        slice local-1 of local ports=80: 10.244.1.2@n1
        ",
        "
        n1: 10.244.1.9 -> 10.96.0.20:80 => reject
        n1: 203.0.113.7 -> 192.168.1.11:30080 => reject
        n1: 10.244.1.9 -> 10.96.0.21:80 => 10.244.1.2:80
        n2: 10.244.2.9 -> 10.96.0.21:80 => drop
        n1: 203.0.113.7 -> 192.168.1.11:30081 => 10.244.1.2:80
        n2: 203.0.113.7 -> 192.168.1.12:30081 => drop
        n2: 10.244.2.9 -> 192.168.1.12:30081 => 10.244.1.2:80
        n2: 192.168.1.12 -> 192.168.1.12:30081 => 10.244.1.2:80 (masqueraded)
        ",
    );
}

#[test]
fn a_node_port_is_open_on_every_node_and_hides_the_client() {
    both(
        "
        service web 10.96.0.20 ports=http:80@30080,dns:53/UDP@30053 type=NodePort
        slice web-1 of web ports=http:8080,dns:5353/UDP: 10.244.1.2@n1
        ",
        "
        n1: 203.0.113.7 -> 192.168.1.11:30080 => 10.244.1.2:8080 (masqueraded)
        n3: 203.0.113.7 -> 192.168.1.13:30080 => 10.244.1.2:8080 (masqueraded)
        n3: 203.0.113.7 -> 192.168.1.13:30053/UDP => 10.244.1.2:5353 (masqueraded)
        n3: 203.0.113.7 -> 192.168.1.13:30053 => pass
        n1: 10.244.1.9 -> 192.168.1.13:30080 => pass
        ",
    );
}

#[test]
fn terminating_endpoints_serve_when_no_ready_one_is_left() {
    both(
        "
        service web 10.96.0.20 ports=80@30080 type=NodePort external=Local
        slice web-1 of web ports=80: 10.244.1.2@n1!terminating 10.244.2.2@n2 10.244.2.3@n2!terminating 10.244.2.4@n2!gone
        service last 10.96.0.21 ports=80
        slice last-1 of last ports=80: 10.244.1.2@n1!terminating 10.244.2.2@n2!gone 10.244.2.3@n2!notready
        ",
        "
        n1: 10.244.1.9 -> 10.96.0.20:80 => 10.244.2.2:80
        n1: 203.0.113.7 -> 192.168.1.11:30080 => 10.244.1.2:80
        n2: 203.0.113.7 -> 192.168.1.12:30080 => 10.244.2.2:80
        n1: 10.244.1.9 -> 10.96.0.21:80 => 10.244.1.2:80
        ",
    );
}

#[test]
fn hints_narrow_the_choice_while_all_have_some_and_one_fits() {
    both(
        "
        service zones 10.96.0.20 ports=80
        slice zones-1 of zones ports=80: 10.244.1.2@n1~a 10.244.2.2@n2~b 10.244.3.2@n3~b
        service some 10.96.0.21 ports=80
        slice some-1 of some ports=80: 10.244.1.2@n1~a 10.244.2.2@n2
        service nodes 10.96.0.22 ports=80
        slice nodes-1 of nodes ports=80: 10.244.1.2@n1~a^n1 10.244.2.2@n2~b^n2
        service others 10.96.0.23 ports=80
        slice others-1 of others ports=80: 10.244.1.2@n1~c 10.244.2.2@n2~c!notready
        ",
        "
        n1: 10.244.1.9 -> 10.96.0.20:80 => 10.244.1.2:80
        n2: 10.244.2.9 -> 10.96.0.20:80 => 10.244.2.2:80 | 10.244.3.2:80
        n1: 10.244.1.9 -> 10.96.0.21:80 => 10.244.1.2:80 | 10.244.2.2:80
        n1: 10.244.1.9 -> 10.96.0.22:80 => 10.244.1.2:80
        n2: 10.244.2.9 -> 10.96.0.22:80 => 10.244.2.2:80
        n3: 10.244.3.9 -> 10.96.0.22:80 => 10.244.2.2:80
        n1: 10.244.1.9 -> 10.96.0.23:80 => 10.244.1.2:80
        ",
    );
}

#[test]
fn load_balancers_and_external_addresses_are_taken_by_every_node() {
    both(
        "
        service lb 10.96.0.20 ports=80@30080 type=LoadBalancer lb=203.0.113.5 ips=198.51.100.5
        slice lb-1 of lb ports=8080: 10.244.1.2@n1
        service closed 10.96.0.21 ports=80@30081 type=LoadBalancer lb=203.0.113.6 ranges=198.51.100.0/24,192.168.1.0/24
        slice closed-1 of closed ports=8080: 10.244.1.2@n1
        service proxied 10.96.0.22 ports=80@30082 type=LoadBalancer lb=203.0.113.7 mode=Proxy
        slice proxied-1 of proxied ports=8080: 10.244.1.2@n1
        ",
        "
        n2: 198.51.100.9 -> 203.0.113.5:80 => 10.244.1.2:8080 (masqueraded)
        n2: 198.51.100.9 -> 198.51.100.5:80 => 10.244.1.2:8080 (masqueraded)
        n2: 198.51.100.9 -> 203.0.113.6:80 => 10.244.1.2:8080 (masqueraded)
        n2: 198.51.101.9 -> 203.0.113.6:80 => drop
        n2: 203.0.113.6 -> 203.0.113.6:80 => 10.244.1.2:8080 (masqueraded)
        n2: 198.51.101.9 -> 192.168.1.12:30081 => 10.244.1.2:8080 (masqueraded)
        n2: 198.51.101.9 -> 203.0.113.7:80 => pass
        ",
    );
}

#[test]
fn both_families_have_rules_of_their_own() {
    both(
        "
        service web 10.96.0.20,fd00:10:96::20 ports=80@30080 type=NodePort
        slice web-1 of web ports=8080: 10.244.1.2@n1
        slice web-2 of web ports=8080: fd00:10:244:1::2@n1
        service four 10.96.0.21 ports=80@30081 type=NodePort
        slice four-1 of four ports=8080: 10.244.1.2@n1
        ",
        "
        n1: 10.244.1.9 -> 10.96.0.20:80 => 10.244.1.2:8080
        n1: fd00:10:244:1::9 -> [fd00:10:96::20]:80 => [fd00:10:244:1::2]:8080
        n2: 2001:db8::7 -> [fd00::12]:30080 => [fd00:10:244:1::2]:8080 (masqueraded)
        n2: 2001:db8::7 -> [fd00::12]:30081 => pass
        ",
    );
}

#[test]
fn what_kube_proxy_leaves_alone_has_no_rules() {
    let mut world = World::new(Config::default(), "service db None ports=80");
    world.write("slice db-1 of db ports=80: 10.244.1.2@n1");
    world.write("service out type=ExternalName name=example.com ports=80 ips=198.51.100.5");
    assert_eq!(world.routes("n1: 10.244.1.9 -> 198.51.100.5:80"), "pass");
    assert_eq!(world.proxy.table().all().count(), 0);
}

#[test]
fn the_same_endpoint_counts_once_and_ports_in_several_slices_add_up() {
    both(
        "
        service web 10.96.0.20 ports=http:80
        slice web-1 of web ports=http:8080: 10.244.1.2@n1 10.244.1.3@n1!terminating
        slice web-2 of web ports=http:8080: 10.244.1.2@n1 10.244.1.3@n1
        slice web-3 of web ports=http:9090: 10.244.1.4@n1
        slice web-4 of web ports=other:80: 10.244.1.5@n1
        ",
        "n1: 10.244.2.9 -> 10.96.0.20:80 => 10.244.1.2:8080 | 10.244.1.3:8080 | 10.244.1.4:9090",
    );
}

#[test]
fn rules_follow_what_is_written_one_service_at_a_time() {
    let mut world = World::new(Config::default(), "service web 10.96.0.20 ports=80@30080 type=NodePort");
    world.write("service api 10.96.0.30 ports=80");
    world.write("slice api-1 of api ports=80: 10.244.1.3");
    let api = world.proxy.table().ports(&("default".into(), "api".into())).to_vec();
    let packet = "n1: 10.244.1.9 -> 10.96.0.20:80";
    let steps = [
        ("slice web-1 of web ports=80: 10.244.1.2", packet, "10.244.1.2:80"),
        ("slice web-1 of web ports=80: 10.244.1.4", packet, "10.244.1.4:80"),
        ("slice web-1 of other ports=80: 10.244.1.4", packet, "reject"),
        ("service other 10.96.0.40 ports=80", "n1: 10.244.1.9 -> 10.96.0.40:80", "10.244.1.4:80"),
        ("service web 10.96.0.20 ports=81", packet, "pass"),
        ("", "n1: 203.0.113.7 -> 192.168.1.11:30080", "pass"),
    ];
    for (write, packet, expected) in steps {
        world.write(write);
        assert_eq!(world.routes(packet), expected, "{write}");
    }
    let after = world.proxy.table().ports(&("default".into(), "api".into())).to_vec();
    assert!(api.iter().zip(&after).all(|(a, b)| Arc::ptr_eq(a, b)), "the others are left as they are");
}

#[test]
fn incremental_and_from_scratch_come_to_the_same() {
    let mut world = World::new(Config::default(), "");
    let mut rng = Rng::new(3);
    for _ in 0..300 {
        let (service, slice) = (rng.index(5), rng.index(7));
        let line = match rng.index(5) {
            0 => format!(
                "service s{service} 10.96.0.{service} ports=80@{} type=NodePort ips=198.51.100.{}",
                30000 + rng.index(3),
                rng.index(3)
            ),
            1 => format!("service s{service} 10.96.0.{} ports=80,81/UDP", 100 + rng.index(3)),
            2 => format!("slice e{slice} of s{service} ports=80: 10.244.1.{}@n1", rng.index(9)),
            3 => format!(
                "slice e{slice} of s{service} ports=80: 10.244.1.{}!notready 10.244.2.2",
                rng.index(9)
            ),
            _ => {
                world.store.remove(&resource::SERVICES.into(), "default", &format!("s{service}"));
                String::new()
            }
        };
        world.write(&line);
    }
    let mut fresh = Proxy::new(Config::default());
    fresh.reset(&world.store);
    fresh.settle(&world.store, &world.nodes);
    let text = |proxy: &Proxy| format!("{:?}", proxy.table());
    assert_eq!(text(&world.proxy), text(&fresh));
    assert!(world.proxy.table().all().count() > 3);
}

#[test]
fn a_client_stays_with_its_endpoint_for_the_time_of_its_affinity() {
    let slice = "slice web-1 of web ports=80: 10.244.1.2@n1 10.244.1.3@n1 10.244.1.4@n1 10.244.1.5@n1";
    let mut world = World::new(Config::default(), "service web 10.96.0.20 ports=80 affinity=60");
    world.write(slice);
    let packet = "n1: 10.244.1.9 -> 10.96.0.20:80";
    let first = world.route(packet);
    // Each connection begins the time anew.
    for _ in 0..40 {
        world.now = world.now + Duration::from_secs(59);
        assert_eq!(world.route(packet), first);
    }
    let others = (10..60).map(|client| world.route(&format!("n1: 10.244.1.{client} -> 10.96.0.20:80")));
    assert_eq!(others.collect::<BTreeSet<_>>().len(), 4, "others go elsewhere");
    let elsewhere = (0..50).map(|_| {
        world.now = world.now + Duration::from_secs(60);
        world.route(packet)
    });
    assert_eq!(elsewhere.collect::<BTreeSet<_>>().len(), 4, "when the time is over, all is open again");
}

#[test]
fn with_an_endpoint_goes_the_memory_of_its_clients() {
    let mut world = World::new(Config::default(), "service web 10.96.0.20 ports=80 affinity=10800");
    let packet = "n1: 10.244.1.9 -> 10.96.0.20:80";
    world.write("slice web-1 of web ports=80: 10.244.1.2@n1");
    assert_eq!(world.routes(packet), "10.244.1.2:80");
    world.write("slice web-1 of web ports=80: 10.244.1.2@n1!notready 10.244.1.3@n1");
    world.write("slice web-1 of web ports=80: 10.244.1.2@n1 10.244.1.3@n1 10.244.1.4@n1 10.244.1.5@n1");
    let seen = (0..40).map(|_| world.clone_route(packet)).collect::<BTreeSet<_>>();
    assert_eq!(seen.len(), 4, "{seen:?}");
}

impl World {
    /// What would become of a packet, which is not remembered.
    fn clone_route(&mut self, packet: &str) -> String {
        let proxy = self.proxy.clone();
        let seen = self.route(packet);
        self.proxy = proxy;
        seen
    }
}

#[test]
fn the_choice_is_even() {
    let mut world = World::new(Config::default(), "service web 10.96.0.20 ports=80");
    world.write("slice web-1 of web ports=80: 10.244.1.2 10.244.1.3 10.244.1.4 10.244.1.5 10.244.1.6");
    let mut counts = alloc::collections::BTreeMap::<String, u32>::new();
    for _ in 0..10_000 {
        *counts.entry(world.route("n1: 10.244.1.9 -> 10.96.0.20:80")).or_default() += 1;
    }
    assert!(counts.len() == 5 && counts.values().all(|n| (1850..2150).contains(n)), "{counts:?}");
}

#[test]
fn a_node_tells_load_balancers_whether_it_has_endpoints() {
    let mut world = World::new(
        Config::default(),
        "service lb 10.96.0.20 ports=http:80,https:443 type=LoadBalancer external=Local health=31000",
    );
    world.write("slice lb-1 of lb ports=http:80,https:443: 10.244.1.2@n1 10.244.1.3@n1!terminating 10.244.2.2@n2!notready");
    for (node, expected) in [("n1", Some((200, 1))), ("n2", Some((503, 0)))] {
        let node = world.nodes.get(node).expect(node).clone();
        let health = |port| world.proxy.health(&node, node.addresses[0], Port::new(port).expect("a port"));
        assert_eq!(health(31000).map(|h| (h.code(), h.endpoints)), expected);
        assert_eq!(health(31001), None);
    }
    let health = Health { namespace: "default".into(), service: "lb".into(), endpoints: 1 };
    let body = "{\n\t\"service\": {\n\t\t\"namespace\": \"default\",\n\t\t\"name\": \"lb\"\n\t},\n\t\"localEndpoints\": 1,\n\t\"serviceProxyHealthy\": true\n}";
    assert_eq!(health.body(), body);
}

#[test]
fn known_connections_keep_their_endpoint_until_their_time_is_over() {
    let number = |n| Port::new(n).expect("a port");
    let flow = |protocol| Flow {
        protocol,
        source: "10.244.1.9".parse().expect("an address"),
        destination: "10.96.0.20".parse().expect("an address"),
        port: number(53),
    };
    let endpoint = ("10.244.1.2".parse().expect("an address"), number(5353), false);
    for (protocol, answered, seconds) in [
        (Protocol::Tcp, true, 86_400),
        (Protocol::Tcp, false, 120),
        (Protocol::Udp, true, 120),
        (Protocol::Udp, false, 30),
    ] {
        let (mut conntrack, node) = (Conntrack::default(), Text::from("n1"));
        conntrack.note(&node, flow(protocol), number(40_000), endpoint, answered, Instant(0));
        let mut known = |client, ms| {
            let entry = conntrack.known(&node, flow(protocol), number(client), Instant(ms));
            entry.map(|e| (e.address, e.port, e.masquerade))
        };
        let lifetime = seconds * 1000;
        assert_eq!(known(40_001, 0), None);
        assert_eq!(known(40_000, lifetime - 1), Some(endpoint), "{protocol}");
        assert_eq!(
            known(40_000, 2 * lifetime - 2),
            Some(endpoint),
            "{protocol}: each packet begins the time anew"
        );
        assert_eq!(known(40_000, 3 * lifetime - 2), None, "{protocol}");
    }
}

#[test]
fn udp_connections_to_endpoints_that_serve_no_more_are_forgotten() {
    let number = |n| Port::new(n).expect("a port");
    let known_after = |write: &str| {
        let mut world = World::new(
            Config::default(),
            "service dns 10.96.0.10 ports=dns:53/UDP@30053,tcp:53 type=NodePort",
        );
        world.write("slice dns-1 of dns ports=dns:5353/UDP,tcp:5353: 10.244.1.2@n1");
        let flow = |protocol, destination: &str, port| Flow {
            protocol,
            source: "10.244.1.9".parse().expect("an address"),
            destination: destination.parse().expect("an address"),
            port: number(port),
        };
        let flows = [
            ("udp", flow(Protocol::Udp, "10.96.0.10", 53)),
            ("tcp", flow(Protocol::Tcp, "10.96.0.10", 53)),
            ("node", flow(Protocol::Udp, "192.168.1.11", 30053)),
            ("other", flow(Protocol::Udp, "10.96.0.11", 53)),
        ];
        let endpoint = ("10.244.1.2".parse().expect("an address"), number(5353), false);
        let node = Text::from("n1");
        for (_, flow) in flows {
            world.proxy.conntrack.note(&node, flow, number(40_000), endpoint, true, Instant(0));
        }
        world.write(write);
        let mut known = |flow| world.proxy.conntrack.known(&node, flow, number(40_000), Instant(0)).is_some();
        flows.into_iter().filter(|(_, f)| known(*f)).map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    };
    for (write, kept) in [
        ("slice dns-1 of dns ports=dns:5353/UDP,tcp:5353: 10.244.1.2@n1 10.244.1.3@n1", "udp tcp node other"),
        ("slice dns-1 of dns ports=dns:5353/UDP,tcp:5353: 10.244.1.2@n1!terminating", "udp tcp node other"),
        ("slice dns-1 of dns ports=dns:5353/UDP,tcp:5353: 10.244.1.3@n1", "tcp other"),
        // Without any endpoint the node port could be anybody's.
        ("slice dns-1 of dns ports=dns:5353/UDP,tcp:5353:", "tcp node other"),
        ("service dns 10.96.0.10 ports=dns:54/UDP", "udp tcp node other"),
    ] {
        assert_eq!(known_after(write), kept, "{write}");
    }
}
