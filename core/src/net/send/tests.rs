//! Requests in small clusters, and what comes of them.

use super::*;
use crate::net::Config;
use crate::net::path::{Call, Host, Reception};
use crate::net::proxy::Mode;
use crate::net::testing::{self, table};
use crate::net::trace::{Reason, Step};
use crate::object::{Container, ContainerPort};
use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;

/// Programs listen where the ports of their containers say: at `loop` on 127.0.0.1 only, at `mute` without answering.
/// Pods called `coredns` are DNS servers, and the node `control` has an API server.
fn apps(call: &Call<'_>) -> Reception {
    let object = match call.host {
        Host::Node(name) if name == "control" && call.port.get() == 6443 => {
            return Reception::Answered(format!("api server, client {}", call.source).into());
        }
        Host::Node(_) => return Reception::Refused,
        Host::Pod(object) => object,
    };
    let pod = Pod::of(object.value());
    let mut ports = pod.containers().flat_map(Container::ports);
    let port = ports.find(|p| p.port() == Some(call.port) && p.protocol() == call.protocol);
    match port.map(ContainerPort::name) {
        None => Reception::Refused,
        Some("loop") if !call.address.is_loopback() => Reception::Refused,
        Some("mute") => Reception::Silent,
        Some(_) if object.name().starts_with("coredns") => Reception::Dns,
        Some(_) => Reception::Answered(format!("{}, client {}", object.name(), call.source).into()),
    }
}

struct Cluster {
    store: Store,
    network: Network,
    now: Instant,
    rng: Rng,
}

const GROUND: &str = "
    namespace kube-system
    node control 192.168.1.10 zone=a pods=10.244.0.0/24
    node n1 192.168.1.11 zone=a pods=10.244.1.0/24
    node n2 192.168.1.12 zone=b pods=10.244.2.0/24
    service kubernetes 10.96.0.1 ports=https:443:6443
    slice kubernetes of kubernetes ports=https:6443: 192.168.1.10
    service kube-system/kube-dns 10.96.0.10 ports=dns:53/UDP,dns-tcp:53
    slice kube-system/kube-dns-1 of kube-dns ports=dns:53/UDP,dns-tcp:53: 10.244.0.2@control 10.244.0.3@control
    pod kube-system/coredns-a 10.244.0.2@control ports=53/UDP
    pod kube-system/coredns-b 10.244.0.3@control ports=53/UDP
    pod client 10.244.1.9@n1
    pod other 10.244.2.9@n2
";

impl Cluster {
    fn new(mode: Mode, text: &str) -> Cluster {
        let mut config = Config::default();
        config.proxy.mode = mode;
        let mut store = testing::store(GROUND);
        testing::write(&mut store, text);
        Cluster { store, network: Network::new(config), now: Instant(0), rng: Rng::new(1) }
    }

    /// `client -> web:80/UDP from 40000`: a pod, `node/n1`, `outside` or `outside/198.51.100.9`.
    fn send(&mut self, text: &str, note: &mut impl Recorder) -> End {
        let (from, to) = text.split_once(" -> ").expect("an arrow");
        let (to, client_port) = to.split_once(" from ").unwrap_or((to, ""));
        let (to, protocol) = to.split_once('/').unwrap_or((to, "TCP"));
        let (to, port) = to.rsplit_once(':').expect("a port");
        let request = Request {
            from: match from.split_once('/') {
                Some(("node", name)) => Source::Node(name.into()),
                Some(("outside", ip)) => Source::Outside(Some(ip.parse().expect(ip))),
                Some((namespace, name)) => Source::Pod { namespace: namespace.into(), name: name.into() },
                None if from == "outside" => Source::Outside(None),
                None => Source::Pod { namespace: "default".into(), name: from.into() },
            },
            to: to.trim_matches(['[', ']']).into(),
            port: Port::new(port.parse().expect(port)).expect("a port"),
            protocol: Protocol::parse(protocol).expect(protocol),
            client_port: client_port.parse().ok().and_then(Port::new),
            payload: Text::EMPTY,
        };
        let world = World { store: &self.store, now: self.now, apps: &apps };
        self.network.send(world, &request, &mut self.rng, note).expect("a source")
    }

    fn outcome(&mut self, text: &str) -> String {
        let end = self.send(text, &mut ());
        match end.outcome.error("HOST") {
            None => end.response.to_string(),
            Some(error) => format!("{error} ({:?})", end.cause),
        }
    }

    /// All that can come of a request.
    fn outcomes(&mut self, text: &str) -> String {
        let seen = (0..60).map(|_| self.outcome(text)).collect::<BTreeSet<_>>();
        seen.into_iter().collect::<Vec<_>>().join(" | ")
    }
}

/// Sends the requests on the left of `=>` and compares all that can come of them with what stands on the right.
fn check(mode: Mode, cluster: &str, requests: &str) {
    let mut cluster = Cluster::new(mode, cluster);
    let expected = table(requests);
    let seen = expected.iter().map(|row| {
        let request = row.split(" =>").next().unwrap_or_default();
        format!("{request} => {}", cluster.outcomes(request))
    });
    let seen = seen.collect::<Vec<_>>();
    assert_eq!(seen, expected, "\n{}\n  expected\n{}\n", seen.join("\n"), expected.join("\n"));
}

fn both(cluster: &str, requests: &str) {
    check(Mode::IpTables, cluster, requests);
    check(Mode::NfTables, cluster, requests);
}

const WEB: &str = "
    service web 10.96.0.20 ports=http:80:8080@30080 type=NodePort
    slice web-1 of web ports=http:8080: 10.244.1.2@n1 10.244.2.2@n2
    pod a 10.244.1.2@n1 ports=8080
    pod b 10.244.2.2@n2 ports=8080
";

#[test]
fn pods_reach_a_service_by_its_name_and_address() {
    both(
        WEB,
        "
        client -> web:80 => a, client 10.244.1.9 | b, client 10.244.1.9
        client -> web.default.svc.cluster.local:80 => a, client 10.244.1.9 | b, client 10.244.1.9
        client -> 10.96.0.20:80 => a, client 10.244.1.9 | b, client 10.244.1.9
        client -> 10.244.2.2:8080 => b, client 10.244.1.9
        client -> nosuch:80 => Could not resolve host: HOST (Name(TryAgain))
        a -> web:80 => a, client 192.168.1.11 | b, client 10.244.1.2
        client -> kubernetes:443 => api server, client 192.168.1.11
        ",
    );
}

#[test]
fn a_node_port_is_reached_at_any_node_from_anywhere() {
    both(
        WEB,
        "
        outside -> 192.168.1.11:30080 => a, client 192.168.1.11 | b, client 192.168.1.11
        outside -> n2:30080 => a, client 192.168.1.12 | b, client 192.168.1.12
        outside -> control:30080 => a, client 192.168.1.10 | b, client 192.168.1.10
        client -> 192.168.1.12:30080 => a, client 192.168.1.12 | b, client 192.168.1.12
        node/n1 -> 192.168.1.11:30080 => a, client 192.168.1.11 | b, client 192.168.1.11
        outside -> n1:30081 => Connection refused (NodeRefuses)
        ",
    );
    let localhost = "node/n1 -> 127.0.0.1:30080";
    check(Mode::IpTables, WEB, &format!("{localhost} => a, client 192.168.1.11 | b, client 192.168.1.11"));
    check(Mode::NfTables, WEB, &format!("{localhost} => Connection refused (NodeRefuses)"));
}

#[test]
fn from_outside_neither_pods_nor_cluster_ips_nor_names_are_known() {
    both(
        WEB,
        "
        outside -> 10.96.0.20:80 => Connection timed out (ClusterIpFromOutside)
        outside -> 10.96.7.7:80 => Connection timed out (ClusterIpFromOutside)
        outside -> 10.244.1.2:8080 => Connection timed out (PodFromOutside)
        outside -> 8.8.8.8:53/UDP => Connection timed out (NobodyThere)
        outside -> web:80 => Could not resolve host: HOST (Name(NoSuchName))
        node/n1 -> web:80 => Could not resolve host: HOST (Name(NoSuchName))
        node/n1 -> 10.96.0.20:80 => a, client 192.168.1.11 | b, client 192.168.1.11
        ",
    );
}

#[test]
fn the_way_ends_where_nothing_listens_or_nobody_is() {
    both(
        "
        service none 10.96.0.20 ports=80@30080 type=NodePort
        service wrong 10.96.0.21 ports=80:8081
        slice wrong-1 of wrong ports=8081: 10.244.1.2@n1
        service loop 10.96.0.22 ports=80
        slice loop-1 of loop ports=9000: 10.244.1.2@n1
        service mute 10.96.0.23 ports=80
        slice mute-1 of mute ports=9001: 10.244.1.2@n1
        service gone 10.96.0.24 ports=80
        slice gone-1 of gone ports=80: 10.244.1.77@n1
        service away 10.96.0.25 ports=80
        slice away-1 of away ports=80: 198.51.100.77
        pod a 10.244.1.2@n1 ports=8080,loop:9000,mute:9001
        ",
        "
        client -> none:80 => Connection refused (NoEndpoints)
        outside -> n1:30080 => Connection refused (NoEndpoints)
        client -> wrong:80 => Connection refused (PodRefuses)
        client -> loop:80 => Connection refused (PodRefuses)
        a -> localhost:9000 => a, client 127.0.0.1
        a -> 10.244.1.2:8080 => a, client 10.244.1.2
        client -> mute:80 => Connection timed out (PodSilent)
        client -> gone:80 => No route to host (NoSuchPod)
        client -> away:80 => Connection timed out (NobodyThere)
        client -> fd00::1:80 => Network is unreachable (NoAddress)
        ",
    );
    check(Mode::IpTables, WEB, "client -> web:81 => Connection timed out (NoSuchServicePort)");
    check(Mode::NfTables, WEB, "client -> web:81 => Connection refused (NoSuchServicePort)");
    both(WEB, "client -> 10.96.7.7:80 => Connection timed out (NoSuchServiceAddress)");
}

#[test]
fn datagrams_that_the_rules_of_their_own_node_end_are_not_sent() {
    let none = "service none 10.96.0.20 ports=53/UDP@30053 type=NodePort";
    both(
        none,
        "
        node/n1 -> 10.96.0.20:53/UDP => Operation not permitted (NoEndpoints)
        client -> 10.96.0.20:53/UDP => Connection refused (NoEndpoints)
        node/n1 -> 192.168.1.11:30053/UDP => Connection refused (NoEndpoints)
        node/n1 -> 192.168.1.12:30053/UDP => Connection refused (NoEndpoints)
        client -> 10.244.2.77:53/UDP => Connection timed out (NoSuchPod)
        client -> 10.244.2.77:53 => No route to host (NoSuchPod)
        ",
    );
    let nobody = "node/n1 -> 10.96.7.7:53/UDP";
    check(Mode::NfTables, none, &format!("{nobody} => Operation not permitted (NoSuchServiceAddress)"));
    check(Mode::IpTables, none, &format!("{nobody} => Connection timed out (NoSuchServiceAddress)"));
}

#[test]
fn with_the_policy_local_clients_are_seen_but_only_where_pods_are() {
    both(
        "
        service web 10.96.0.20 ports=80:8080@30080 type=NodePort external=Local
        slice web-1 of web ports=8080: 10.244.1.2@n1
        pod a 10.244.1.2@n1 ports=8080
        ",
        "
        outside -> n1:30080 => a, client 203.0.113.10
        outside -> n2:30080 => Connection timed out (NoLocalEndpoints)
        other -> 192.168.1.12:30080 => a, client 10.244.2.9
        other -> 192.168.1.11:30080 => a, client 192.168.1.12
        client -> 192.168.1.12:30080 => Connection timed out (NoLocalEndpoints)
        node/n2 -> 192.168.1.12:30080 => a, client 192.168.1.12
        ",
    );
}

#[test]
fn load_balancers_send_to_nodes_that_can_serve() {
    both(
        "
        node down 192.168.1.13 notready
        service lb 10.96.0.20 ports=80:8080@30080 type=LoadBalancer lb=198.51.100.20
        slice lb-1 of lb ports=8080: 10.244.1.2@n1
        service local 10.96.0.21 ports=80:8080@30081 type=LoadBalancer lb=198.51.100.21 external=Local health=31000
        slice local-1 of local ports=8080: 10.244.1.2@n1
        service proxied 10.96.0.22 ports=80:8080@30082 type=LoadBalancer lb=198.51.100.22 mode=Proxy
        slice proxied-1 of proxied ports=8080: 10.244.1.2@n1
        service ranges 10.96.0.23 ports=80:8080@30083 type=LoadBalancer lb=198.51.100.23 ranges=203.0.113.0/24
        slice ranges-1 of ranges ports=8080: 10.244.1.2@n1
        service nowhere 10.96.0.24 ports=80:8080@30084 type=LoadBalancer lb=198.51.100.24 external=Local
        pod a 10.244.1.2@n1 ports=8080
        ",
        "
        outside -> 198.51.100.20:80 => a, client 192.168.1.10 | a, client 192.168.1.11 | a, client 192.168.1.12
        outside -> 198.51.100.21:80 => a, client 203.0.113.10
        outside -> 198.51.100.22:80 => a, client 192.168.1.10 | a, client 192.168.1.11 | a, client 192.168.1.12
        outside -> 198.51.100.23:80 => a, client 192.168.1.10 | a, client 192.168.1.11 | a, client 192.168.1.12
        outside/8.8.8.8 -> 198.51.100.23:80 => Connection timed out (SourceRanges)
        outside -> 198.51.100.24:80 => Connection timed out (NoNode)
        outside -> 198.51.100.20:81 => Connection timed out (NoSuchListener)
        client -> 198.51.100.21:80 => a, client 10.244.1.9
        client -> 198.51.100.22:80 => a, client 192.168.1.10 | a, client 192.168.1.11 | a, client 192.168.1.12
        other -> 198.51.100.23:80 => Connection timed out (SourceRanges)
        ",
    );
}

#[test]
fn nodes_tell_load_balancers_how_many_endpoints_they_have() {
    let cluster = "
        service lb 10.96.0.20 ports=80 type=LoadBalancer external=Local health=31000
        slice lb-1 of lb ports=8080: 10.244.1.2@n1
    ";
    for (node, told) in [("n1", "\"localEndpoints\": 1"), ("n2", "\"localEndpoints\": 0")] {
        let body = Cluster::new(Mode::IpTables, cluster).outcome(&format!("outside -> {node}:31000"));
        assert!(body.contains(told), "{node}: {body}");
    }
}

#[test]
fn a_dns_server_that_forwards_says_that_there_is_no_such_name() {
    let mut cluster = Cluster::new(Mode::IpTables, "");
    cluster.network = Network::new(Config { forwards: true, ..Config::default() });
    assert_eq!(cluster.outcome("client -> nosuch:80"), "Could not resolve host: HOST (Name(NoSuchName))");
}

#[test]
fn ports_of_nodes_lead_to_pods_that_ask_for_them() {
    both(
        "
        pod host 192.168.1.11@n1 host ports=9100
        pod led 10.244.1.5@n1 ports=8080@8888
        ",
        "
        outside -> n1:9100 => host, client 203.0.113.10
        outside -> n1:8888 => led, client 203.0.113.10
        outside -> n2:8888 => Connection refused (NodeRefuses)
        host -> 127.0.0.1:9100 => host, client 127.0.0.1
        other -> 192.168.1.11:9100 => host, client 192.168.1.12
        ",
    );
}

#[test]
fn without_dns_names_lead_nowhere_but_addresses_do() {
    let cluster = format!(
        "{WEB}
        slice kube-system/kube-dns-1 of kube-dns ports=dns:53/UDP: 10.244.0.2@control!notready"
    );
    both(
        &cluster,
        "
        client -> web:80 => Could not resolve host: HOST (Name(TryAgain))
        client -> 10.96.0.20:80 => a, client 10.244.1.9 | b, client 10.244.1.9
        ",
    );
    let mut steps = Vec::new();
    Cluster::new(Mode::IpTables, &cluster).send("client -> web:80", &mut steps);
    let told = "gets no answer. Refused: Service kube-dns has no usable endpoint.";
    assert!(steps[0].sentence.ends_with(told), "{}", steps[0].sentence);
}

#[test]
fn headless_services_are_their_pods_at_their_own_ports() {
    both(
        "
        service db None ports=80:5432
        slice db-1 of db ports=5432: 10.244.1.2@n1#db-0 10.244.2.2@n2#db-1
        pod db-0 10.244.1.2@n1 ports=5432
        pod db-1 10.244.2.2@n2 ports=5432
        ",
        "
        client -> db:5432 => db-0, client 10.244.1.9 | db-1, client 10.244.1.9
        client -> db-1.db:5432 => db-1, client 10.244.1.9
        client -> db:80 => Connection refused (PodRefuses)
        ",
    );
}

#[test]
fn the_next_address_is_tried_when_one_fails() {
    both(
        "
        service db None ports=5432
        slice db-1 of db ports=5432: 10.244.1.2@n1 10.244.1.3@n1
        pod a 10.244.1.2@n1 ports=5432
        ",
        "client -> db:5432 => a, client 10.244.1.9",
    );
}

#[test]
fn ten_thousand_requests_are_spread_evenly_and_a_seed_repeats_them() {
    let run = || {
        let mut cluster = Cluster::new(Mode::IpTables, WEB);
        let mut counts = BTreeMap::<String, u32>::new();
        for _ in 0..10_000 {
            *counts.entry(cluster.outcome("client -> web:80")).or_default() += 1;
        }
        counts
    };
    let counts = run();
    assert!(counts.values().all(|n| (4800..5200).contains(n)) && counts.len() == 2, "{counts:?}");
    assert_eq!(run(), counts);
}

#[test]
fn a_connection_keeps_its_pod() {
    let mut cluster = Cluster::new(Mode::IpTables, WEB);
    let first = cluster.outcome("client -> web:80 from 40000");
    testing::write(&mut cluster.store, "slice web-1 of web ports=http:8080:");
    for _ in 0..20 {
        assert_eq!(cluster.outcome("client -> web:80 from 40000"), first);
    }
    assert_eq!(cluster.outcome("client -> web:80 from 40001"), "Connection refused (NoEndpoints)");
}

#[test]
fn the_steps_tell_the_whole_way() {
    let mut cluster = Cluster::new(
        Mode::IpTables,
        "
        service web 10.96.0.20 ports=http:80:8080@30080 type=NodePort
        slice web-1 of web ports=http:8080: 10.244.2.2@n2 10.244.1.2@n1!notready
        pod b 10.244.2.2@n2 ports=8080
        ",
    );
    let told = |steps: &[Step]| {
        steps.iter().map(|s| format!("{}: {}", s.what.name(), s.sentence)).collect::<Vec<_>>()
    };
    let mut steps = Vec::new();
    cluster.send("client -> web:80", &mut steps);
    let expected = [
        "query: The client asks 10.96.0.10 for the A records of web.default.svc.cluster.local., and gets 10.96.0.20.",
        "query: The client asks 10.96.0.10 for the AAAA records of web.default.svc.cluster.local., a name that has none.",
        "resolved: web is web.default.svc.cluster.local., which is 10.96.0.20.",
        "start: Pod client sends a packet from 10.244.1.9 to 10.96.0.20:80/TCP.",
        "arrival: The packet meets the rules of node n1.",
        "rule: 10.96.0.20:80 is the cluster IP of Service web, port http (80/TCP).",
        "endpoints: 1 of 2 endpoints may be used.",
        "pick: The packet goes to 10.244.2.2:8080.",
        "delivery: The packet is carried to node n2.",
        "app: Pod b answers at 10.244.2.2:8080; it sees 10.244.1.9 as its client.",
        "end: Answered by pod b on node n2.",
    ];
    assert_eq!(told(&steps), expected);
    let endpoints = steps.iter().find(|s| s.what == What::Endpoints).expect("a step");
    let dropped = endpoints.candidates.iter().map(|c| c.dropped.map(Reason::name).unwrap_or_default());
    assert_eq!(dropped.collect::<Vec<_>>(), ["not-ready", ""]);

    steps.clear();
    cluster.send("outside -> n1:30080", &mut steps);
    let expected = [
        "resolved: n1 is the name of a node.",
        "start: A client outside the cluster sends a packet from 203.0.113.10 to 192.168.1.11:30080/TCP.",
        "arrival: The packet meets the rules of node n1.",
        "rule: 192.168.1.11:30080 is the node port of Service web, port http (80/TCP).",
        "endpoints: 1 of 2 endpoints may be used.",
        "pick: The packet goes to 10.244.2.2:8080.",
        "masquerade: The source address becomes the node's, 192.168.1.11: the endpoint may be on another node, and answers have to come back through this one.",
        "delivery: The packet is carried to node n2.",
        "app: Pod b answers at 10.244.2.2:8080; it sees 192.168.1.11 as its client.",
        "end: Answered by pod b on node n2.",
    ];
    assert_eq!(told(&steps), expected);
    let flow = steps.iter().find(|s| s.what == What::Masquerade).and_then(|s| s.flow).expect("a change");
    assert_eq!(
        format!("{} | {}", flow.0, flow.1),
        "203.0.113.10 -> 192.168.1.11:30080/TCP | 192.168.1.11 -> 10.244.2.2:8080/TCP"
    );
}

#[test]
fn who_is_not_there_cannot_send() {
    let mut cluster = Cluster::new(Mode::IpTables, "pod done 10.244.1.5@n1 phase=Succeeded\npod waiting");
    let mut send = |from: Source| {
        let request = Request {
            from,
            to: "web".into(),
            port: Port::MIN,
            protocol: Protocol::Tcp,
            client_port: None,
            payload: Text::EMPTY,
        };
        let world = World { store: &cluster.store, now: cluster.now, apps: &apps };
        cluster.network.send(world, &request, &mut cluster.rng, &mut ())
    };
    let pod = |name: &str| Source::Pod { namespace: "default".into(), name: name.into() };
    assert_eq!(send(pod("nosuch")), Err(NoSource::NoSuchPod));
    assert_eq!(send(pod("done")), Err(NoSource::NotRunning));
    assert_eq!(send(pod("waiting")), Err(NoSource::NotRunning));
    assert_eq!(send(Source::Node("nosuch".to_owned().into())), Err(NoSource::NoSuchNode));
}

#[test]
fn a_node_s_own_traffic_to_a_load_balancer_without_endpoints_is_rejected_by_nftables_only() {
    let cluster = "service edge 10.96.0.20 ports=80 type=LoadBalancer lb=203.0.113.20";
    check(Mode::NfTables, cluster, "node/n1 -> 203.0.113.20:80 => Connection refused (NoEndpoints)");
    let requests = "
        node/n1 -> 203.0.113.20:80 => Connection timed out (NoEndpoints)
        client -> 203.0.113.20:80 => Connection refused (NoEndpoints)
        node/n1 -> 10.96.0.20:80 => Connection refused (NoEndpoints)
    ";
    check(Mode::IpTables, cluster, requests);
}
