//! The table of scenarios: who sends what, and what is expected.

use super::world::Setup;
use std::fmt;
use svcscope_core::net::proxy::Mode;
use svcscope_core::object::Protocol;

/// A line of the table in one protocol and one family.
#[derive(Clone, Debug)]
pub struct Run {
    pub from: String,
    pub to: String,
    pub outcome: String,
    pub pods: Vec<String>,
    pub seen: Vec<String>,
    pub protocol: Protocol,
    pub ipv4: bool,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = if self.ipv4 { "IPv4" } else { "IPv6" };
        write!(f, "{} -> {} ({}, {family})", self.from, self.to, self.protocol)
    }
}

impl Run {
    pub fn is_sticky(&self) -> bool {
        self.outcome == "sticky"
    }
}

/// All that is to be played with the rules of a mode, where kube-proxy is set up so.
pub fn runs(mode: Mode, setup: Setup) -> Vec<Run> {
    let lines = include_str!("../../kernel/scenarios.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.flat_map(|line| of_line(line, mode, setup)).collect()
}

fn of_line(line: &str, mode: Mode, setup: Setup) -> Vec<Run> {
    let columns = line.split('|').map(str::trim).collect::<Vec<_>>();
    let [from, to, outcome, pods, seen, only] = columns[..] else { panic!("not six columns: {line}") };
    let only = words(only);
    if only.iter().any(|word| word == "other") != (setup == Setup::Other) {
        return Vec::new();
    }
    let allows = |these: &[&str], this: &str| {
        !only.iter().any(|word| these.contains(&word.as_str())) || only.iter().any(|word| word == this)
    };
    let mode = if mode == Mode::NfTables { "nftables" } else { "iptables" };
    let mut runs = Vec::new();
    for (protocol, word) in [(Protocol::Tcp, "tcp"), (Protocol::Udp, "udp")] {
        for (ipv4, family) in [(true, "v4"), (false, "v6")] {
            let played = allows(&["nftables", "iptables"], mode)
                && allows(&["tcp", "udp"], word)
                && allows(&["v4", "v6"], family);
            if played {
                let (from, to, outcome) = (from.into(), to.into(), outcome.into());
                runs.push(Run { from, to, outcome, pods: words(pods), seen: words(seen), protocol, ipv4 });
            }
        }
    }
    runs
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
