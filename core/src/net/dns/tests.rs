//! Questions to the DNS server of small clusters, and its answers.

use super::*;
use crate::base::Instant;
use crate::net::testing::{self, store, table};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Asks the questions on the left of `->` and compares with what stands on the right: the data of the answers, behind
/// `+` that of the additional records; or what there is instead.
fn check(cluster: &str, questions: &str) {
    let store = store(cluster);
    let mut server = Server::new("cluster.local", &["192.0.2.2".parse().expect("an address")]);
    let expected = table(questions);
    let seen = expected.iter().map(|row| {
        let question = row.split(" ->").next().unwrap_or_default();
        let (kind, name) = question.split_once(' ').expect("a type and a name");
        let answer = server.lookup(&store, name, Type::parse(kind).expect("a type"));
        format!("{question} -> {}", summary(answer.as_ref()))
    });
    let seen = seen.collect::<Vec<_>>();
    assert_eq!(seen, expected, "\n{}\n  expected\n{}\n", seen.join("\n"), expected.join("\n"));
}

fn summary(answer: Option<&Answer>) -> String {
    let data =
        |records: &[Record]| records.iter().map(|r| r.data.to_string()).collect::<Vec<_>>().join(" | ");
    let Some(a) = answer else { return "silence".into() };
    match a.rcode {
        Rcode::NoError if a.answers.is_empty() => "nothing".into(),
        Rcode::NoError if a.additional.is_empty() => data(&a.answers),
        Rcode::NoError => format!("{} + {}", data(&a.answers), data(&a.additional)),
        rcode => rcode.name().into(),
    }
}

#[test]
fn a_service_has_a_name_and_so_have_its_ports() {
    check(
        "
        service web 10.96.0.20 ports=http:80,metrics:9090,dns:53/UDP
        ",
        "
        A web.default.svc.cluster.local. -> 10.96.0.20
        AAAA web.default.svc.cluster.local. -> nothing
        A _http._tcp.web.default.svc.cluster.local. -> 10.96.0.20
        A _._udp.web.default.svc.cluster.local. -> 10.96.0.20
        A _.dns.web.default.svc.cluster.local. -> NXDOMAIN
        SRV _dns._udp.web.default.svc.cluster.local. -> 0 100 53 web.default.svc.cluster.local. + 10.96.0.20
        SRV _http._tcp.Web.default.svc.Cluster.local. -> 0 100 80 web.default.svc.Cluster.local. + 10.96.0.20
        SRV _http._udp.web.default.svc.cluster.local. -> NXDOMAIN
        MX web.default.svc.cluster.local. -> nothing
        TXT web.default.svc.cluster.local. -> nothing
        TXT nosuch.default.svc.cluster.local. -> NXDOMAIN
        PTR 20.0.96.10.in-addr.arpa. -> web.default.svc.cluster.local.
        PTR 21.0.96.10.in-addr.arpa. -> SERVFAIL
        A web. -> SERVFAIL
        AXFR cluster.local. -> REFUSED
        ",
    );
}

#[test]
fn a_headless_service_is_its_ready_endpoints() {
    check(
        "
        service db None ports=pg:5432
        slice db-1 of db ports=pg:5432: 10.244.1.2#db-0 10.244.1.3 10.244.1.4!notready fe80::1
        ",
        "
        A db.default.svc.cluster.local. -> 10.244.1.2 | 10.244.1.3
        A db-0.db.default.svc.cluster.local. -> 10.244.1.2
        A 10-244-1-2.db.default.svc.cluster.local. -> NXDOMAIN
        A 10-244-1-3.db.default.svc.cluster.local. -> 10.244.1.3
        AAAA 10-244-1-3.db.default.svc.cluster.local. -> nothing
        A 10-244-1-4.db.default.svc.cluster.local. -> NXDOMAIN
        SRV db-0.db.default.svc.cluster.local. -> 0 100 5432 db-0.db.default.svc.cluster.local. + 10.244.1.2
        PTR 2.1.244.10.in-addr.arpa. -> db-0.db.default.svc.cluster.local.
        PTR 4.1.244.10.in-addr.arpa. -> SERVFAIL
        ",
    );
}

#[test]
fn a_headless_service_without_ready_endpoints_is_not_there() {
    check(
        "
        service db None ports=pg:5432
        slice db-1 of db ports=pg:5432: 10.244.1.4!notready
        ",
        "
        A db.default.svc.cluster.local. -> NXDOMAIN
        SOA db.default.svc.cluster.local. -> nothing
        ",
    );
}

#[test]
fn names_above_the_services_are_there_as_long_as_their_namespace_is() {
    check(
        "namespace shop",
        "
        A cluster.local. -> nothing
        A svc.cluster.local. -> nothing
        A shop.svc.cluster.local. -> nothing
        A shop.pod.cluster.local. -> nothing
        A nosuch.svc.cluster.local. -> NXDOMAIN
        A shop.cluster.local. -> NXDOMAIN
        TXT cluster.local. -> NXDOMAIN
        TXT dns-version.cluster.local. -> \"1.1.0\"
        A 10-1-2-3.shop.pod.cluster.local. -> 10.1.2.3
        A a.b.10-1-2-3.shop.pod.cluster.local. -> 10.1.2.3
        A 10-1-2-3.nosuch.pod.cluster.local. -> NXDOMAIN
        ",
    );
}

#[test]
fn external_names_are_followed_within_the_zone() {
    check(
        "
        service web 10.96.0.20 ports=80
        service out type=ExternalName name=db.example.com
        service in type=ExternalName name=web.default.svc.cluster.local
        service chain type=ExternalName name=in.default.svc.cluster.local.
        service lost type=ExternalName name=nosuch.default.svc.cluster.local
        service ping type=ExternalName name=pong.default.svc.cluster.local
        service pong type=ExternalName name=ping.default.svc.cluster.local
        service ip type=ExternalName name=10.1.2.3
        ",
        "
        A out.default.svc.cluster.local. -> db.example.com.
        A in.default.svc.cluster.local. -> web.default.svc.cluster.local. | 10.96.0.20
        A chain.default.svc.cluster.local. -> in.default.svc.cluster.local. | web.default.svc.cluster.local. | 10.96.0.20
        CNAME chain.default.svc.cluster.local. -> in.default.svc.cluster.local.
        AAAA in.default.svc.cluster.local. -> nothing
        A lost.default.svc.cluster.local. -> nothing
        A ping.default.svc.cluster.local. -> nothing
        A ip.default.svc.cluster.local. -> NXDOMAIN
        SRV out.default.svc.cluster.local. -> nothing
        A x.out.default.svc.cluster.local. -> NXDOMAIN
        ",
    );
}

#[test]
fn the_name_server_is_the_service_that_has_its_address() {
    check(
        "
        namespace kube-system
        service kube-system/kube-dns 10.96.0.10 ports=dns:53/UDP
        slice kube-system/kube-dns-1 of kube-dns ports=dns:53/UDP: 192.0.2.2
        ",
        "
        NS cluster.local. -> kube-dns.kube-system.svc.cluster.local. + 10.96.0.10
        NS Cluster.local. -> nothing
        A ns.dns.cluster.local. -> 10.96.0.10
        SRV ns.dns.cluster.local. -> nothing
        A NS.dns.Cluster.local. -> NXDOMAIN
        ",
    );
    check("", "NS cluster.local. -> ns.dns.cluster.local. + 192.0.2.2");
}

#[test]
fn a_slice_of_no_service_silences_the_server() {
    check("slice stray ports=80: 10.1.2.3", "PTR 3.2.1.10.in-addr.arpa. -> silence");
}

#[test]
fn reverse_names_follow_what_is_written() {
    let mut store = store("service web 10.96.0.20 ports=80");
    let mut server = Server::new("cluster.local", &[]);
    let mut ptr = |store: &_| summary(server.lookup(store, "20.0.96.10.in-addr.arpa.", Type::PTR).as_ref());
    assert_eq!(ptr(&store), "web.default.svc.cluster.local.");
    testing::write(&mut store, "service web 10.96.0.21 ports=80");
    assert_eq!(ptr(&store), "SERVFAIL");
    testing::write(&mut store, "service api 10.96.0.20 ports=80");
    assert_eq!(ptr(&store), "api.default.svc.cluster.local.");
    store.remove(&"services".into(), "default", "api");
    assert_eq!(ptr(&store), "SERVFAIL");
}

#[test]
fn the_serial_number_is_the_time_of_the_last_write_that_mattered() {
    let mut store = store("service web 10.96.0.20 ports=80");
    let (mut server, mut heard) = (Server::new("cluster.local", &[]), 0);
    let mut serial = |store: &crate::store::Store, second: i64| {
        for event in store.log().since(heard).expect("a short past") {
            server.hear(event, Instant(second * 1000));
        }
        heard = store.revision();
        let answer = server.lookup(store, "cluster.local.", Type::SOA).expect("an answer");
        match &answer.answers[..] {
            [Record { data: Data::Soa { serial, .. }, .. }] => *serial,
            other => panic!("{other:?}"),
        }
    };
    let slice = "slice web-1 of web ports=80:";
    for (second, write, expected) in [
        (10, String::new(), 10),
        (20, "service web 10.96.0.20 ports=80 external=Local".into(), 10),
        (30, "service web 10.96.0.20 ports=81".into(), 30),
        (40, format!("{slice} 10.1.2.3@a"), 40),
        (50, format!("{slice} 10.1.2.3@b 10.1.2.4!notready"), 40),
        (60, format!("{slice} 10.1.2.3@b 10.1.2.4"), 60),
        (70, "pod x 10.1.2.3@b".into(), 60),
    ] {
        testing::write(&mut store, &write);
        assert_eq!(serial(&store, second), expected, "{write}");
    }
}
