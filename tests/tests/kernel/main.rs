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

#[test]
#[ignore = "it needs root: cargo xtask test kernel"]
fn the_rules_of_nftables_send_packets_where_the_trace_says() {
    play(Mode::NfTables);
}

#[test]
#[ignore = "it needs root: cargo xtask test kernel"]
fn the_rules_of_iptables_send_packets_where_the_trace_says() {
    play(Mode::IpTables);
}

/// All scenarios in one mode, so that one that fails does not hide the others.
fn play(mode: Mode) {
    if let Some(want) = lab::wanting(mode) {
        println!("skipped: the kernel test needs {want}");
        return;
    }
    let mut world = world::World::new(mode);
    let lab = lab::Lab::new(&mut world);
    let runs = scenario::runs(mode);
    assert!(runs.len() >= 60, "only {} scenarios", runs.len());
    let failed = compare::all(&world, &lab, &runs);
    println!("{mode:?}: {} runs, {} differ", runs.len(), failed.len());
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}
