//! An interpreter of what `iptables-save` shows. A word that it does not know is a panic, not a guess.

use super::fate::{Choices, Fate, Machine, Packet, Verdict, words};
use std::collections::BTreeMap;
use std::net::IpAddr;
use svcscope_core::base::ip::Cidr;

type Chains = BTreeMap<String, Vec<Vec<String>>>;

#[derive(Debug, Default)]
pub struct Tables {
    filter: Chains,
    nat: Chains,
}

impl Tables {
    pub fn read(text: &str) -> Tables {
        let mut tables = Tables::default();
        let mut other = Chains::new();
        let mut name = "";
        for line in text.lines() {
            let table = match name {
                "filter" => &mut tables.filter,
                "nat" => &mut tables.nat,
                _ => &mut other,
            };
            if let Some(next) = line.strip_prefix('*') {
                name = next;
            } else if let Some(chain) = line.strip_prefix(':').and_then(|l| l.split(' ').next()) {
                table.insert(chain.into(), Vec::new());
            } else if let Some((chain, rule)) = line.strip_prefix("-A ").and_then(|l| l.split_once(' ')) {
                table
                    .get_mut(chain)
                    .unwrap_or_else(|| panic!("there is no chain {chain}"))
                    .push(words(rule, &[]));
            }
        }
        tables
    }

    /// The way of a packet over the hooks of a node.
    pub fn run(&self, mut packet: Packet, machine: &Machine, choices: &mut Choices) -> Fate {
        let mut run = Run { tables: self, packet: &mut packet, machine, choices };
        match run.way() {
            Ok(()) => packet.fate(),
            Err(fate) => fate,
        }
    }
}

struct Run<'a> {
    tables: &'a Tables,
    packet: &'a mut Packet,
    machine: &'a Machine,
    choices: &'a mut Choices,
}

impl Run<'_> {
    fn way(&mut self) -> Result<(), Fate> {
        let (filter, nat) = (&self.tables.filter, &self.tables.nat);
        let sent_here = self.packet.interface.is_none();
        if sent_here {
            self.hook(nat, "OUTPUT")?;
            self.hook(filter, "OUTPUT")?;
            self.hook(nat, "POSTROUTING")?;
        } else {
            self.hook(nat, "PREROUTING")?;
        }
        if self.machine.is_local(self.packet.destination) {
            return self.hook(filter, "INPUT");
        }
        if !sent_here {
            self.hook(filter, "FORWARD")?;
            self.hook(nat, "POSTROUTING")?;
        }
        Ok(())
    }

    fn hook(&mut self, table: &Chains, name: &str) -> Result<(), Fate> {
        self.chain(table, name).and_then(Verdict::fate).map_or(Ok(()), Err)
    }

    /// None where the packet comes to the end of the chain.
    fn chain(&mut self, table: &Chains, name: &str) -> Option<Verdict> {
        for rule in table.get(name).unwrap_or_else(|| panic!("there is no chain {name}")) {
            let Some(target) = self.matched(rule) else { continue };
            let option = |name: &str| {
                let at =
                    target.iter().position(|w| w == name).unwrap_or_else(|| panic!("no {name}: {target:?}"));
                target[at + 1].as_str()
            };
            match target.first().map_or("", String::as_str) {
                "" => {}
                "RETURN" => return None,
                "ACCEPT" => return Some(Verdict::Accept),
                "DROP" => return Some(Verdict::Drop),
                "REJECT" => return Some(Verdict::Reject),
                "MARK" => {
                    let (value, mask) = masked(option("--set-xmark"));
                    self.packet.mark = (self.packet.mark & !mask) ^ value;
                }
                "DNAT" => {
                    self.packet.translate(option("--to-destination"));
                    return Some(Verdict::Accept);
                }
                "MASQUERADE" => {
                    self.packet.masqueraded = true;
                    return Some(Verdict::Accept);
                }
                chain => {
                    if let Some(verdict) = self.chain(table, chain) {
                        return Some(verdict);
                    }
                }
            }
        }
        None
    }

    /// The target of a rule, with its options, if the packet matches.
    fn matched<'r>(&mut self, rule: &'r [String]) -> Option<&'r [String]> {
        let (mut at, mut negated) = (0, false);
        while at < rule.len() {
            let value = rule.get(at + 1).map_or("", String::as_str);
            let (matches, words) = match rule[at].as_str() {
                "!" => {
                    (negated, at) = (true, at + 1);
                    continue;
                }
                "-j" => return Some(&rule[at + 1..]),
                "-m" => (true, 2),
                "--comment" | "--nfacct-name" | "--mode" | "--seconds" | "--name" | "--mask" => (true, 2),
                "--reap" | "--rsource" | "--set" => (true, 1),
                // What is remembered of clients is nothing yet.
                "--rcheck" => (false, 1),
                "-s" => (within(self.packet.source, value), 2),
                "-d" => (within(self.packet.destination, value), 2),
                "-p" => (self.packet.protocol == value, 2),
                "--dport" => (self.packet.port.to_string() == value, 2),
                "-i" => (self.came_in_at(value), 2),
                "--dst-type" => (self.machine.is_local(self.packet.destination), 2),
                "--src-type" => (self.machine.is_local(self.packet.source), 2),
                "--mark" => {
                    let (wanted, mask) = masked(value);
                    (self.packet.mark & mask == wanted, 2)
                }
                "--ctstate" => {
                    let is = |state: &str| state == "NEW" || state == "DNAT" && self.packet.translated;
                    (value.split(',').any(is), 2)
                }
                "--probability" => (self.choices.pick(2) == 0, 2),
                other => panic!("{other}: {}", rule.join(" ")),
            };
            if rule[at] != "-m" && matches == negated {
                return None;
            }
            (at, negated) = (at + words, false);
        }
        Some(&[])
    }

    fn came_in_at(&self, name: &str) -> bool {
        let own = self.packet.interface.unwrap_or_default();
        name.strip_suffix('+').map_or(own == name, |start| own.starts_with(start))
    }
}

fn within(ip: IpAddr, range: &str) -> bool {
    Cidr::parse(range).unwrap_or_else(|| panic!("no range: {range}")).contains(ip)
}

/// `0x4000/0x4000`
fn masked(text: &str) -> (u32, u32) {
    let (value, mask) = text.split_once('/').unwrap_or((text, "0xffffffff"));
    let hex = |text: &str| u32::from_str_radix(text.trim_start_matches("0x"), 16).expect("a number");
    (hex(value), hex(mask))
}
