//! DNS messages, written and read by another implementation (the crate `domain`).

use domain::base::iana::{Class, Rtype};
use domain::base::name::{Name, ParsedName};
use domain::base::{Message, MessageBuilder};
use domain::rdata::AllRecordData;
use std::fmt::Write;
use std::str::FromStr;
use svcscope_core::base::ip::Family;
use svcscope_core::base::{Rng, Text, Value};
use svcscope_core::net::dns::{Answer, Record, Server, Transport, Type};
use svcscope_core::store::{Object, Store};

const UDP: Transport = Transport::Udp(Family::IPv4);

/// A namespace with `web`, and with `db`, a headless Service of `endpoints` pods.
fn cluster(endpoints: u16) -> Store {
    let named = |name: &str, parts: &[(&str, Value)]| {
        let metadata = [("name", Value::text(name)), ("namespace", "default".into())];
        Value::map([("metadata", Value::map(metadata))].into_iter().chain(parts.iter().cloned()))
    };
    let port = |port: i64| Value::list([Value::map([("port", Value::Int(port)), ("name", "main".into())])]);
    let service = |ip: &str, number| Value::map([("clusterIP", Value::text(ip)), ("ports", port(number))]);
    let endpoint = |n: u16| {
        let [high, low] = n.to_be_bytes();
        Value::map([("addresses", Value::list([Value::text(format!("10.244.{high}.{low}"))]))])
    };
    let mut slice =
        named("db-1", &[("endpoints", Value::list((0..endpoints).map(endpoint))), ("ports", port(5432))]);
    slice.entry_at(&["metadata", "labels"]).set("kubernetes.io/service-name", "db");
    let mut store = Store::default();
    for (resource, value) in [
        ("namespaces", Value::map([("metadata", Value::map([("name", Value::text("default"))]))])),
        ("services", named("web", &[("spec", service("10.96.0.20", 80))])),
        ("services", named("db", &[("spec", service("None", 5432))])),
        ("endpointslices.discovery.k8s.io", slice),
    ] {
        store.put(&Text::from(resource), Object::new(value));
    }
    store
}

fn query(name: &str, kind: Rtype, edns: Option<u16>) -> Vec<u8> {
    let name = Name::<Vec<u8>>::from_str(name).unwrap();
    let mut message = MessageBuilder::new_vec();
    message.header_mut().set_id(4711);
    message.header_mut().set_rd(true);
    let mut question = message.question();
    question.push((name, kind, Class::IN)).unwrap();
    let mut additional = question.additional();
    if let Some(size) = edns {
        additional
            .opt(|opt| {
                opt.set_udp_payload_size(size);
                Ok(())
            })
            .unwrap();
    }
    additional.finish()
}

/// The records of a message as the other implementation reads them, section by section, a line each.
fn read(message: &Message<&[u8]>) -> String {
    let (_, answer, authority, additional) = message.sections().unwrap();
    let mut out = String::new();
    for section in [answer, authority, additional] {
        for record in section.map(Result::unwrap).filter(|r| r.rtype() != Rtype::OPT) {
            let data = record.to_any_record::<AllRecordData<&[u8], ParsedName<&[u8]>>>().unwrap();
            let (owner, ttl) = (data.owner(), data.ttl().as_secs());
            writeln!(out, "{owner}. {ttl} {} {}", data.rtype(), without_dots(&data.data().to_string()))
                .unwrap();
        }
        writeln!(out, "--").unwrap();
    }
    out
}

/// The two write the dot at the end of some names and not of others.
fn without_dots(data: &str) -> String {
    data.split(' ').map(|word| word.trim_end_matches('.')).collect::<Vec<_>>().join(" ")
}

/// The records of an answer in the same form.
fn written(answer: &Answer) -> String {
    let line = |r: &Record| {
        format!("{} {} {} {}\n", r.name, r.ttl, r.data.kind(), without_dots(&r.data.to_string()))
    };
    let section = |records: &[Record]| records.iter().map(line).collect::<String>() + "--\n";
    [&answer.answers, &answer.authority, &answer.additional].into_iter().map(|s| section(s)).collect()
}

#[test]
fn answers_are_read_as_they_were_meant() {
    let store = cluster(3);
    let mut server = Server::new("cluster.local", &["10.244.9.9".parse().unwrap()]);
    for (name, kind) in [
        ("web.default.svc.cluster.local", Rtype::A),
        ("WEB.Default.svc.Cluster.Local", Rtype::A),
        ("web.default.svc.cluster.local", Rtype::SRV),
        ("web.default.svc.cluster.local", Rtype::AAAA),
        ("db.default.svc.cluster.local", Rtype::SRV),
        ("nosuch.default.svc.cluster.local", Rtype::A),
        ("cluster.local", Rtype::NS),
        ("cluster.local", Rtype::SOA),
        ("1.0.244.10.in-addr.arpa", Rtype::PTR),
        ("dns-version.cluster.local", Rtype::TXT),
        ("example.com", Rtype::A),
        (r"a\.b\000\255.default.svc.cluster.local", Rtype::A),
        (".", Rtype::NS),
    ] {
        for edns in [None, Some(512), Some(4096)] {
            let asked = query(name, kind, edns);
            let bytes = server.answer(&store, &asked, UDP).unwrap();
            let reply = Message::from_octets(&bytes[..]).unwrap();
            let lookup = server.lookup(&store, name, Type(kind.to_int())).unwrap();
            assert!(reply.is_answer(&Message::from_octets(&asked[..]).unwrap()), "{name} {kind}");
            assert_eq!(reply.header().rcode().to_string(), lookup.rcode.name(), "{name} {kind}");
            assert_eq!(reply.header().aa(), lookup.authoritative, "{name} {kind}");
            assert_eq!(reply.opt().is_some(), edns.is_some(), "{name} {kind}");
            let text = read(&reply).replace("TXT 1.1.0", "TXT \"1.1.0\"");
            assert_eq!(text, written(&lookup), "{name} {kind}");
        }
    }
}

#[test]
fn what_does_not_fit_is_left_out_and_said_to_be() {
    let store = cluster(100);
    let mut server = Server::new("cluster.local", &[]);
    let name = "db.default.svc.cluster.local";
    for (edns, transport, most, truncated) in [
        (None, UDP, 512, true),
        (Some(100), UDP, 512, true),
        (Some(1232), UDP, 1232, true),
        (Some(4096), UDP, 4096, false),
        (None, Transport::Tcp, 65_535, false),
    ] {
        let bytes = server.answer(&store, &query(name, Rtype::A, edns), transport).unwrap();
        let reply = Message::from_octets(&bytes[..]).unwrap();
        let count = reply.answer().unwrap().map(Result::unwrap).count();
        assert!(bytes.len() <= most, "{edns:?}: {}", bytes.len());
        assert_eq!((reply.header().tc(), count < 100), (truncated, truncated), "{edns:?}: {count}");
        // One more compressed record would not have fitted.
        assert!(!truncated || bytes.len() + 16 > most, "{edns:?}: {}", bytes.len());
    }
}

#[test]
fn whatever_comes_is_answered_properly_or_not_at_all() {
    let store = cluster(30);
    let (mut server, mut rng) = (Server::new("cluster.local", &[]), Rng::new(1));
    let names = ["db.default.svc.cluster.local", "x.y.z", "1.0.244.10.in-addr.arpa", "cluster.local"];
    let kinds = [Rtype::A, Rtype::SRV, Rtype::PTR, Rtype::ANY, Rtype::SOA];
    let mut answered = 0;
    for _ in 0..20_000 {
        let edns = [None, Some(1232)][rng.index(2)];
        let mut bytes = query(names[rng.index(names.len())], kinds[rng.index(kinds.len())], edns);
        for _ in 0..rng.index(4) {
            let at = rng.index(bytes.len());
            bytes[at] = rng.draw().to_be_bytes()[0];
        }
        bytes.truncate(bytes.len() - rng.index(8).saturating_sub(4));
        let Some(reply) = server.answer(&store, &bytes, UDP) else { continue };
        let reply = Message::from_octets(&reply[..]).unwrap();
        assert!(reply.header().qr() && reply.header().id() == u16::from_be_bytes([bytes[0], bytes[1]]));
        read(&reply);
        answered += 1;
    }
    assert!(answered > 10_000, "{answered}");
}
