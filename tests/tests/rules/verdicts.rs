//! Every packet ends in exactly one verdict, and listening to its way changes nothing.

use super::random;
use std::net::IpAddr;
use svcscope_core::base::{Instant, Rng};
use svcscope_core::net::proxy::Mode;
use svcscope_core::net::trace::What;
use svcscope_core::net::{Call, Cause, Host, Outcome, Reception, Request, Source, Step, World};
use svcscope_core::object::{Port, Protocol};

const CLUSTERS: u64 = 25;

#[test]
fn every_packet_ends_in_exactly_one_verdict_whoever_listens() {
    let mut ends = 0;
    for (seed, mode) in (0..CLUSTERS).flat_map(|seed| [(seed, Mode::NfTables), (seed, Mode::IpTables)]) {
        let mut cluster = random::cluster(seed, mode);
        for request in requests(&cluster) {
            let apps = |call: &Call<'_>| match call.host {
                Host::Pod(pod) => Reception::Answered(pod.name().clone()),
                Host::Node(_) => Reception::Refused,
            };
            let world = World { store: &cluster.store, now: Instant(0), apps: &apps };
            let mut steps = Vec::<Step>::new();
            let listened = cluster.network.clone().send(world, &request, &mut Rng::new(seed), &mut steps);
            let unheard = cluster.network.send(world, &request, &mut Rng::new(seed), &mut ());
            let said = || format!("seed {seed}, {mode:?}, {request:?}\n{steps:#?}\n{}", cluster.text);
            assert_eq!(listened, unheard, "{}", said());
            let end = listened.unwrap_or_else(|e| panic!("{e:?}: {}", said()));
            let last = steps.iter().filter(|s| s.what == What::End).count();
            assert!(last == 1 && steps.last().is_some_and(|s| s.what == What::End), "{}", said());
            assert_eq!(end.outcome == Outcome::Answered, end.cause == Cause::Answered, "{}", said());
            assert_eq!(end.outcome == Outcome::Answered, !end.response.is_empty(), "{}", said());
            assert_ne!(end.cause, Cause::Loop, "{}", said());
            ends += 1;
        }
    }
    assert!(ends > 5_000, "only {ends} packets were sent");
}

/// From everywhere to everything that somebody may know.
fn requests(cluster: &random::Cluster) -> Vec<Request> {
    let node = |name: &str| Source::Node(name.into());
    let pod = |name: &str| Source::Pod { namespace: "default".into(), name: name.into() };
    let sources = [node("n1"), node("n3"), pod("client-1"), pod("client-2"), Source::Outside(None)];
    let mut targets = Vec::<(Protocol, IpAddr, Port)>::new();
    for port in cluster.network.proxy().table().all() {
        let fronts = port.external_ips.iter().chain(&port.load_balancer_ips).chain(&port.proxied_ips);
        let fronts = fronts.chain([&port.cluster_ip]).copied();
        targets.extend(fronts.map(|ip| (port.protocol, ip, port.port)));
        for node in cluster.network.nodes().all() {
            let at = |number: Port| node.addresses.iter().map(move |ip| (port.protocol, *ip, number));
            targets.extend(port.node_port.into_iter().flat_map(at));
        }
        targets.extend(port.endpoints.iter().map(|e| (port.protocol, e.address, e.port)));
    }
    for ip in
        ["10.96.77.77", "10.244.1.250", "8.8.8.8", "127.0.0.1", "::1", "fd00:10:96::7777", "2001:db8:2::99"]
    {
        targets.push((Protocol::Tcp, ip.parse().expect(ip), Port::new(80).expect("a port")));
    }
    let request = |from: &Source, (protocol, ip, port): (Protocol, IpAddr, Port)| Request {
        from: from.clone(),
        to: ip.to_string().into(),
        port,
        protocol,
        client_port: None,
        payload: "".into(),
    };
    targets.iter().flat_map(|target| sources.iter().map(|from| request(from, *target))).collect()
}
