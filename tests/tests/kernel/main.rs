//! The real kernel: the rules that the engine renders send real packets where its trace says.
//!
//! In network namespaces of its own the test makes nodes, pods behind them and a client outside, loads the rules of each
//! node, and sends TCP and UDP (tests/kernel/). It needs root, `ip`, `nft` and `iptables-nft`, so it is asked for by
//! name: `cargo xtask test kernel`.

#![cfg(target_os = "linux")]

mod compare;
mod lab;
mod scenario;
mod talk;
mod world;

use svcscope_core::net::proxy::Mode;
use world::Setup;

#[test]
#[ignore = "it needs root: cargo xtask test kernel"]
fn the_rules_of_nftables_send_packets_where_the_trace_says() {
    play(Mode::NfTables, Setup::Usual);
}

#[test]
#[ignore = "it needs root: cargo xtask test kernel"]
fn the_rules_of_iptables_send_packets_where_the_trace_says() {
    play(Mode::IpTables, Setup::Usual);
}

#[test]
#[ignore = "it needs root: cargo xtask test kernel"]
fn so_do_those_of_nftables_where_kube_proxy_is_set_up_otherwise() {
    play(Mode::NfTables, Setup::Other);
}

#[test]
#[ignore = "it needs root: cargo xtask test kernel"]
fn so_do_those_of_iptables_where_kube_proxy_is_set_up_otherwise() {
    play(Mode::IpTables, Setup::Other);
}

/// All scenarios in one mode, so that one that fails does not hide the others.
fn play(mode: Mode, setup: Setup) {
    if let Some(want) = lab::wanting(mode, setup) {
        println!("skipped: the kernel test needs {want}");
        return;
    }
    let mut world = world::World::new(mode, setup);
    let lab = lab::Lab::new(&mut world);
    let runs = scenario::runs(mode, setup);
    assert!(runs.len() >= 60, "only {} scenarios", runs.len());
    let failed = compare::all(&world, &lab, &runs);
    println!("{mode:?}, {setup:?}: {} runs, {} differ", runs.len(), failed.len());
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}
