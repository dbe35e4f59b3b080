//! Rendered rules and routing say the same: on clusters made up at random an interpreter of the text of nft and iptables,
//! which knows nothing of Services, comes to all the ends that routing comes to, and to no others.

mod fate;
mod iptables;
mod nft;
mod random;
mod verdicts;

use fate::{Choices, Fate, Machine, Packet};
use std::collections::BTreeSet;
use svcscope_core::base::ip::Family;
use svcscope_core::base::{Instant, Rng};
use svcscope_core::net::proxy::{Mode, Verdict};
use svcscope_core::net::trace::{Flow, Step};
use svcscope_core::object::Port;

/// More draws for each endpoint than it takes for all of them to come.
const DRAWS: usize = 20;
const CLUSTERS: u64 = 40;

#[test]
fn rules_of_nftables_and_routing_agree_on_random_clusters() {
    agree(Mode::NfTables);
}

#[test]
fn rules_of_iptables_and_routing_agree_on_random_clusters() {
    agree(Mode::IpTables);
}

fn agree(mode: Mode) {
    let mut compared = 0;
    for seed in 0..CLUSTERS {
        let mut cluster = random::cluster(seed, mode);
        for node in random::NODES {
            for family in [Family::IPv4, Family::IPv6] {
                let rules = cluster.network.rules(&cluster.store, Instant(0), node, family, None);
                let text = rules.expect("the node has rules").to_string();
                let view = cluster.network.nodes().get(node).expect("the node is known").clone();
                let machine = Machine { own: view.addresses.clone(), pods: view.pod_cidrs.clone() };
                let (nft, iptables) = (nft::Table::read(&text), iptables::Tables::read(&text));
                for flow in cluster.flows(&view, family) {
                    let packet = Packet::of(flow, &machine);
                    let run = |choices: &mut Choices| match mode {
                        Mode::NfTables => nft.run(packet.clone(), &machine, choices),
                        Mode::IpTables => iptables.run(packet.clone(), &machine, choices),
                    };
                    let by_rules = Choices::all(run);
                    let proxy = cluster.network.proxy();
                    let mut rng = Rng::new(seed);
                    let mut steps = Vec::<Step>::new();
                    let first = proxy.clone().route(&view, flow, Instant(0), &mut rng, &mut steps);
                    let mut by_routing = BTreeSet::from([fate_of(&first)]);
                    if let Verdict::Dnat(dnat) = &first {
                        // Each time nobody is remembered.
                        let draws = DRAWS * (dnat.port.endpoints.len() - 1);
                        by_routing.extend((0..draws).map(|_| {
                            fate_of(&proxy.clone().route(&view, flow, Instant(0), &mut rng, &mut ()))
                        }));
                    }
                    let steps = steps.iter().map(|s| s.sentence.as_str()).collect::<Vec<_>>();
                    assert!(
                        by_rules == by_routing,
                        "seed {seed}, node {node}, {flow:?}\nrules: {by_rules:?}\nrouting: {by_routing:?}\n{}\n{}\n{text}",
                        steps.join("\n"),
                        cluster.text,
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 10_000, "only {compared} packets were compared");
}

fn fate_of(verdict: &Verdict) -> Fate {
    match verdict {
        Verdict::Pass(_) => Fate::Passed,
        Verdict::Reject(..) => Fate::Rejected,
        Verdict::Drop(..) => Fate::Dropped,
        Verdict::Dnat(dnat) => {
            let endpoint = dnat.endpoint().expect("an endpoint");
            Fate::Sent { to: (endpoint.address, endpoint.port.get()), masqueraded: dnat.masquerade }
        }
    }
}

/// A flow without names.
fn flow(
    protocol: svcscope_core::object::Protocol,
    source: std::net::IpAddr,
    to: (std::net::IpAddr, u16),
) -> Flow {
    Flow { protocol, source, destination: to.0, port: Port::new(to.1).expect("a port") }
}
