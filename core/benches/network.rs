//! How long the network takes in a cluster of 10,000 Services of 5 endpoints: the rules of a node, again after one flip,
//! the way of a packet, an answer of DNS. `cargo xtask bench upstream` runs it beside kube-proxy and CoreDNS.

use std::hint::black_box;
use std::time::{Duration, Instant};
use svcscope_core::base::ip::Family;
use svcscope_core::base::{Instant as Now, Rng, Value};
use svcscope_core::net::dns::Transport;
use svcscope_core::net::trace::Flow;
use svcscope_core::net::{Config, Network};
use svcscope_core::object::{Port, Protocol};
use svcscope_core::store::{Object, Store};

const SERVICES: usize = 10_000;
const ENDPOINTS: usize = 5;
const ASKED: usize = 200_000;

fn main() {
    let mut store = Store::default();
    put(&mut store, "namespaces", map([("metadata", map([("name", "default".into())]))]));
    put(&mut store, "nodes", node());
    for s in 0..SERVICES {
        put(&mut store, "services", service(s));
        put(&mut store, "endpointslices.discovery.k8s.io", slice(s, true));
    }
    let mut network = Network::new(Config::default());
    let rules = |network: &mut Network, store: &Store| {
        let start = Instant::now();
        let rules = network.rules(store, Now(0), "n0", Family::IPv4, None).expect("the node is there");
        let size = black_box(rules.to_string()).len();
        (start.elapsed(), size)
    };
    let (time, size) = rules(&mut network, &store);
    let what = format!("{SERVICES} Services x {ENDPOINTS} endpoints");
    say(&format!("{what}: rules of iptables ({} MB)", size >> 20), time);
    let mut times = Vec::new();
    for s in 0..5 {
        put(&mut store, "endpointslices.discovery.k8s.io", slice(s, false));
        times.push(rules(&mut network, &store).0);
    }
    times.sort();
    say(&format!("{what}: rules after one flip, all of them"), times[times.len() / 2]);
    // What packets are routed by does not need the text.
    let start = Instant::now();
    for s in 0..1000 {
        put(&mut store, "endpointslices.discovery.k8s.io", slice(s, s % 2 == 0));
        network.catch_up(&store, Now(0));
    }
    say(&format!("{what}: ready to route after one flip"), start.elapsed() / 1000);
    routes(&network);
    answers(&mut network, &store);
}

fn routes(network: &Network) {
    let node = network.nodes().get("n0").expect("the node is there").clone();
    let (mut proxy, mut rng) = (network.proxy().clone(), Rng::new(1));
    let port = Port::new(80).expect("a port");
    let source = "10.244.0.9".parse().expect("an address");
    let start = Instant::now();
    for i in 0..ASKED {
        let destination = cluster_ip(i % SERVICES).parse().expect("an address");
        let flow = Flow { protocol: Protocol::Tcp, source, destination, port };
        black_box(proxy.route(&node, flow, Now(0), &mut rng, &mut ()));
    }
    say(&format!("{SERVICES} Services: the way of a packet"), start.elapsed() / ASKED as u32);
}

/// From bytes to bytes.
fn answers(network: &mut Network, store: &Store) {
    let start = Instant::now();
    for i in 0..ASKED {
        let answer = network.answer(store, &query(i % SERVICES), Transport::Udp(Family::IPv4));
        assert!(answer.expect("an answer").len() > 60);
    }
    say(
        &format!("{SERVICES} Services: an answer of DNS, from bytes to bytes"),
        start.elapsed() / ASKED as u32,
    );
}

/// A question for the A records of a Service (RFC 1035).
fn query(s: usize) -> Vec<u8> {
    let mut message = vec![0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    let name = format!("s{s}.default.svc.cluster.local");
    for label in name.split('.') {
        message.push(label.len() as u8);
        message.extend(label.bytes());
    }
    message.extend([0, 0, 1, 0, 1]);
    message
}

fn say(what: &str, time: Duration) {
    println!("{what:<60} {time:?}");
}

fn put(store: &mut Store, resource: &str, object: Value) {
    store.put(&resource.into(), Object::new(object));
}

fn cluster_ip(s: usize) -> String {
    format!("10.96.{}.{}", s / 250, s % 250 + 1)
}

fn node() -> Value {
    let address = map([("type", "InternalIP".into()), ("address", "192.168.1.10".into())]);
    let status = map([("addresses", Value::list([address]))]);
    let spec = map([("podCIDRs", Value::list(["10.244.0.0/24".into()]))]);
    map([("metadata", map([("name", "n0".into())])), ("spec", spec), ("status", status)])
}

fn service(s: usize) -> Value {
    let port = map([("protocol", "TCP".into()), ("port", 80.into()), ("targetPort", 8080.into())]);
    let spec = map([
        ("ports", Value::list([port])),
        ("clusterIP", cluster_ip(s).into()),
        ("clusterIPs", Value::list([cluster_ip(s).into()])),
        ("ipFamilies", Value::list(["IPv4".into()])),
        ("type", "ClusterIP".into()),
    ]);
    map([("metadata", metadata(&format!("s{s}"), Value::Null)), ("spec", spec)])
}

fn slice(s: usize, ready: bool) -> Value {
    let endpoint = |e: usize| {
        let address = format!("10.244.{}.{}", s / 50, s % 50 * 5 + e + 1);
        let is = Value::Bool(ready || e > 0);
        map([
            ("addresses", Value::list([address.into()])),
            ("nodeName", format!("n{e}").into()),
            ("conditions", map([("ready", is.clone()), ("serving", is)])),
        ])
    };
    let port = map([("name", "".into()), ("protocol", "TCP".into()), ("port", 8080.into())]);
    let labels = map([("kubernetes.io/service-name", format!("s{s}").into())]);
    map([
        ("metadata", metadata(&format!("s{s}-x"), labels)),
        ("addressType", "IPv4".into()),
        ("ports", Value::list([port])),
        ("endpoints", Value::list((0..ENDPOINTS).map(endpoint))),
    ])
}

fn metadata(name: &str, labels: Value) -> Value {
    map([("name", name.into()), ("namespace", "default".into()), ("labels", labels)])
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries)
}
