//! The rules of nodes in small clusters, line by line.

use super::*;
use crate::base::Instant;
use crate::net::testing::{self, store};
use crate::net::{Config, Network, proxy};
use crate::store::Store;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const NODE: &str = "node n1 192.168.1.11,fd00::11 zone=a pods=10.244.1.0/24";

fn network(mode: Mode) -> Network {
    Network::new(Config { proxy: proxy::Config { mode, ..Default::default() }, ..Config::default() })
}

/// The IPv4 rules of the node `n1`, line by line.
fn lines(network: &mut Network, store: &Store, seconds: i64) -> Vec<String> {
    let rules = network.rules(store, Instant(seconds * 1000), "n1", Family::IPv4, None).expect("a node");
    rules.to_string().lines().map(|l| l.trim().into()).collect()
}

/// What a cluster adds to the rules of a node without Services.
fn added(mode: Mode, cluster: &str) -> Vec<String> {
    let (mut with, mut without) = (store(NODE), store(NODE));
    testing::write(&mut with, cluster);
    testing::write(&mut without, "");
    let ground = lines(&mut network(mode), &without, 0).into_iter().collect::<BTreeSet<_>>();
    lines(&mut network(mode), &with, 0).into_iter().filter(|l| !ground.contains(l)).collect()
}

const WEB: &str = "
    service web 10.96.0.20 ports=http:80
    slice web-1 of web ports=http:8080: 10.244.1.2@n1 10.244.2.2@n2
";

#[test]
fn a_service_is_a_chain_that_picks_an_endpoint() {
    assert_eq!(
        added(Mode::NfTables, WEB),
        [
            "elements = { 10.96.0.20 . tcp . 80 : goto service-SUSTUHLJ-default/web/tcp/http }",
            "elements = { 10.96.0.20 }",
            "elements = { 10.244.1.2 . 10.244.1.2 . tcp . 8080 }",
            "chain service-SUSTUHLJ-default/web/tcp/http {",
            "meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.2 . 8080, 1 : 10.244.2.2 . 8080 }",
        ]
    );
    assert_eq!(
        added(Mode::IpTables, WEB),
        [
            ":KUBE-SEP-4EX2N4PG4ASNZOBF - [0:0]",
            ":KUBE-SEP-UIQK3OSOSTRHRPBX - [0:0]",
            ":KUBE-SVC-CDGGSHYLG3RE2FKL - [0:0]",
            "-A KUBE-SEP-4EX2N4PG4ASNZOBF -s 10.244.2.2/32 -m comment --comment \"default/web:http\" -j KUBE-MARK-MASQ",
            "-A KUBE-SEP-4EX2N4PG4ASNZOBF -p tcp -m comment --comment \"default/web:http\" -m tcp -j DNAT --to-destination 10.244.2.2:8080",
            "-A KUBE-SEP-UIQK3OSOSTRHRPBX -s 10.244.1.2/32 -m comment --comment \"default/web:http\" -j KUBE-MARK-MASQ",
            "-A KUBE-SEP-UIQK3OSOSTRHRPBX -p tcp -m comment --comment \"default/web:http\" -m tcp -j DNAT --to-destination 10.244.1.2:8080",
            "-A KUBE-SERVICES -d 10.96.0.20/32 -p tcp -m comment --comment \"default/web:http cluster IP\" -m tcp --dport 80 -j KUBE-SVC-CDGGSHYLG3RE2FKL",
            "-A KUBE-SVC-CDGGSHYLG3RE2FKL ! -s 10.244.0.0/16 -d 10.96.0.20/32 -p tcp -m comment --comment \"default/web:http cluster IP\" -m tcp --dport 80 -j KUBE-MARK-MASQ",
            "-A KUBE-SVC-CDGGSHYLG3RE2FKL -m comment --comment \"default/web:http -> 10.244.1.2:8080\" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-UIQK3OSOSTRHRPBX",
            "-A KUBE-SVC-CDGGSHYLG3RE2FKL -m comment --comment \"default/web:http -> 10.244.2.2:8080\" -j KUBE-SEP-4EX2N4PG4ASNZOBF",
        ]
    );
}

#[test]
fn a_chain_that_is_not_used_any_more_stays_empty_until_kube_proxy_writes_again() {
    let (mut network, mut store) = (network(Mode::NfTables), store(NODE));
    testing::write(&mut store, WEB);
    let chain = "chain service-SUSTUHLJ-default/web/tcp/http {";
    let mut look = |store: &Store, seconds| {
        let lines = lines(&mut network, store, seconds);
        let at = lines.iter().position(|l| l == chain)?;
        lines.get(at + 1).cloned()
    };
    assert!(look(&store, 0).is_some_and(|rule| rule.starts_with("meta l4proto tcp dnat")));
    testing::write(&mut store, "slice web-1 of web ports=http:8080:");
    assert_eq!(look(&store, 2), Some("}".into()));
    testing::write(&mut store, "service api 10.96.0.21 ports=80");
    assert_eq!(look(&store, 3), Some("}".into()), "too early");
    assert_eq!(look(&store, 60), Some("}".into()), "nothing was written");
    testing::write(&mut store, "service api 10.96.0.21 ports=81");
    assert_eq!(look(&store, 60), None);
}

#[test]
fn with_very_many_endpoints_comments_are_left_out() {
    let many = |n: usize| {
        let endpoints =
            (0..n).map(|i| format!("10.244.{}.{}", i / 250, i % 250)).collect::<Vec<_>>().join(" ");
        format!("service web 10.96.0.20 ports=http:80\nslice web-1 of web ports=http:8080: {endpoints}")
    };
    for (n, commented) in [(1000, true), (1001, false)] {
        let rules = added(Mode::IpTables, &many(n));
        let dnat = rules.iter().find(|r| r.contains("-j DNAT")).expect("a rule");
        assert_eq!(dnat.contains("--comment"), commented, "{n}: {dnat}");
    }
}

#[test]
fn set_up_differently_a_node_has_other_rules() {
    let (mut network, mut store) = (network(Mode::IpTables), store(NODE));
    testing::write(&mut store, "service web 10.96.0.20 ports=80\nslice web-1 of web ports=80: 10.244.1.2");
    let mut seen = |object: &[(&str, Value)]| {
        let config = proxy::Config::default().with(&Value::map(object.iter().cloned()));
        let rules = network.rules(&store, Instant(0), "n1", Family::IPv4, Some(&config)).expect("a node");
        rules
            .to_string()
            .lines()
            .find(|l| l.contains("10.96.0.20") && l.contains("MARK-MASQ"))
            .map(String::from)
    };
    let rest = "-m comment --comment \"default/web cluster IP\" -m tcp --dport 80 -j KUBE-MARK-MASQ";
    let chain = "-A KUBE-SVC-LOLE4ISW44XBNF3G";
    let all = [("iptables", Value::map([("masqueradeAll", Value::Bool(true))]))];
    assert_eq!(seen(&all), Some(format!("{chain} -d 10.96.0.20/32 -p tcp {rest}")));
    let node = [("detectLocalMode", "NodeCIDR".into())];
    assert_eq!(seen(&node), Some(format!("{chain} ! -s 10.244.1.0/24 -d 10.96.0.20/32 -p tcp {rest}")));
    let bridge = [
        ("detectLocalMode", "BridgeInterface".into()),
        ("detectLocal", Value::map([("bridgeInterface", Value::text("cni0"))])),
    ];
    assert_eq!(seen(&bridge), Some(format!("{chain} -d 10.96.0.20/32 ! -i cni0 -p tcp {rest}")));
}
