//! An interpreter of what `nft list table` shows. A word that it does not know is a panic, not a guess.

use super::fate::{Choices, Fate, Machine, Packet, Verdict, words};
use std::collections::BTreeMap;
use std::net::IpAddr;
use svcscope_core::base::ip::Cidr;

const APART: &[char] = &['{', '}', ','];

#[derive(Debug, Default)]
pub struct Table {
    chains: BTreeMap<String, Vec<Vec<String>>>,
    /// Of sets the keys, of maps also their verdicts.
    sets: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Table {
    pub fn read(text: &str) -> Table {
        let mut table = Table::default();
        let mut block: Option<(String, String, String)> = None;
        for line in text.lines() {
            match &mut block {
                None => {
                    let name = line.strip_prefix('\t').and_then(|l| l.strip_suffix(" {"));
                    block = name
                        .and_then(|n| n.split_once(' '))
                        .map(|(k, n)| (k.into(), n.into(), String::new()));
                }
                Some((kind, name, body)) if line == "\t}" => {
                    if kind == "chain" {
                        let rules =
                            body.lines().filter(|r| !r.starts_with("type ") && !r.starts_with("comment "));
                        table.chains.insert(name.clone(), rules.map(|r| words(r, APART)).collect());
                    } else {
                        table.sets.insert(name.clone(), elements(body));
                    }
                    block = None;
                }
                Some((.., body)) => {
                    body.push_str(line.trim());
                    body.push('\n');
                }
            }
        }
        table
    }

    /// The way of a packet over the hooks of a node.
    pub fn run(&self, mut packet: Packet, machine: &Machine, choices: &mut Choices) -> Fate {
        let mut run = Run { table: self, packet: &mut packet, machine, choices };
        match run.way() {
            Ok(()) => packet.fate(),
            Err(fate) => fate,
        }
    }
}

fn elements(body: &str) -> BTreeMap<String, Vec<String>> {
    let all = words(&body.replace('\n', " "), APART);
    let Some(start) = all.windows(3).position(|w| w == ["elements", "=", "{"]) else {
        return BTreeMap::new();
    };
    let mut found = BTreeMap::new();
    for element in all[start + 3..].split(|w| w == "," || w == "}").filter(|e| !e.is_empty()) {
        let colon = element.iter().position(|w| w == ":");
        let key = &element[..element.iter().position(|w| w == "comment").or(colon).unwrap_or(element.len())];
        let verdict = colon.map(|c| element[c + 1..].to_vec()).unwrap_or_default();
        found.insert(key.join(" "), verdict);
    }
    found
}

struct Run<'a> {
    table: &'a Table,
    packet: &'a mut Packet,
    machine: &'a Machine,
    choices: &'a mut Choices,
}

/// Whether a rule goes on with its next word, is done without an end, or with one.
enum Step {
    On(usize),
    NoMatch,
    End(Option<Verdict>),
}

impl Run<'_> {
    fn way(&mut self) -> Result<(), Fate> {
        if self.packet.interface.is_none() {
            self.hooks(&["filter-output-pre-dnat", "nat-output", "filter-output", "nat-postrouting"])?;
            // What a node sends to itself comes in again; where it goes is known by then.
            let back: &[&str] = &["filter-prerouting-pre-dnat", "filter-input"];
            return self.hooks(if self.machine.is_local(self.packet.destination) { back } else { &[] });
        }
        self.hooks(&["filter-prerouting-pre-dnat", "nat-prerouting"])?;
        let local = self.machine.is_local(self.packet.destination);
        self.hooks(if local { &["filter-input"] } else { &["filter-forward", "nat-postrouting"] })
    }

    fn hooks(&mut self, names: &[&str]) -> Result<(), Fate> {
        names.iter().try_for_each(|name| self.chain(name).and_then(Verdict::fate).map_or(Ok(()), Err))
    }

    /// None where the packet comes to the end of the chain.
    fn chain(&mut self, name: &str) -> Option<Verdict> {
        let table = self.table;
        for rule in table.chains.get(name).unwrap_or_else(|| panic!("there is no chain {name}")) {
            let mut at = 0;
            while at < rule.len() {
                match self.step(rule, at) {
                    Step::On(next) => at = next,
                    Step::NoMatch => break,
                    Step::End(verdict) => return verdict,
                }
            }
        }
        None
    }

    fn step(&mut self, rule: &[String], at: usize) -> Step {
        let word = |i: usize| rule.get(at + i).map_or("", String::as_str);
        let on = |matches: bool, words: usize| if matches { Step::On(at + words) } else { Step::NoMatch };
        match (word(0), word(1), word(2)) {
            ("ct", "state", "new") => on(true, 3),
            ("ct", "status", "dnat") => on(self.packet.translated, 3),
            ("fib", side, "type") => {
                let ip = if side == "daddr" { self.packet.destination } else { self.packet.source };
                assert_eq!(word(3), "local");
                on(self.machine.is_local(ip), 4)
            }
            ("iifname", "!=", name) => on(!self.came_in_at(name), 3),
            ("iifname", name, _) => on(self.came_in_at(name), 2),
            ("meta", "mark", "&") => on(self.packet.mark & hex(word(3)) != hex(word(5)), 6),
            ("meta", "mark", "set") => {
                match word(5) {
                    "|" => self.packet.mark |= hex(word(6)),
                    "^" => self.packet.mark ^= hex(word(6)),
                    other => panic!("no operator {other}"),
                }
                on(true, 7)
            }
            ("numgen", "random", "mod") => {
                let (chosen, end) = self.chosen(rule, at);
                assert_eq!(word(4), "vmap");
                self.verdict(&chosen, end)
            }
            ("dnat", ..) => {
                let to = rule[at..].iter().position(|w| w == "to").expect("a target") + at + 1;
                let target = match rule[to].as_str() {
                    "numgen" => {
                        let chosen = self.chosen(rule, to).0.join(" ");
                        let (ip, port) = chosen.split_once(" . ").expect("an address and a port");
                        if ip.contains(':') { format!("[{ip}]:{port}") } else { format!("{ip}:{port}") }
                    }
                    literal => literal.to_owned(),
                };
                self.packet.translate(&target);
                Step::End(Some(Verdict::Accept))
            }
            ("masquerade", "fully-random", _) => {
                self.packet.masqueraded = true;
                Step::End(Some(Verdict::Accept))
            }
            ("update", ..) => on(true, 6),
            ("comment", ..) => on(true, 2),
            ("jump" | "goto" | "drop" | "reject", ..) => self.verdict(&rule[at..], rule.len()),
            ("ip" | "ip6" | "meta" | "th", ..) => self.comparison(rule, at),
            (other, ..) => panic!("{other}: {}", rule.join(" ")),
        }
    }

    fn verdict(&mut self, words: &[String], next: usize) -> Step {
        match words[0].as_str() {
            "drop" => Step::End(Some(Verdict::Drop)),
            "reject" => Step::End(Some(Verdict::Reject)),
            "goto" => Step::End(self.chain(&words[1])),
            "jump" => match self.chain(&words[1]) {
                None => Step::On(next),
                verdict => Step::End(verdict),
            },
            other => panic!("no verdict {other}"),
        }
    }

    /// `ip daddr . meta l4proto . th dport` and what it is compared with.
    fn comparison(&mut self, rule: &[String], at: usize) -> Step {
        let (mut fields, mut end) = (vec![rule[at + 1].as_str()], at + 2);
        while rule.get(end).is_some_and(|w| w == ".") {
            fields.push(&rule[end + 2]);
            end += 3;
        }
        let key = fields.iter().map(|f| self.packet.field(f)).collect::<Vec<_>>().join(" . ");
        let negated = rule[end] == "!=";
        end += usize::from(negated);
        let matches = match rule[end].as_str() {
            "vmap" => {
                let found = self.set(&rule[end + 1]).get(&key).cloned();
                return found.map_or(Step::NoMatch, |verdict| self.verdict(&verdict, end + 2));
            }
            "{" => {
                let close = rule[end..].iter().position(|w| w == "}").expect("a brace") + end;
                let found = rule[end + 1..close].iter().filter(|w| *w != ",").any(|w| is_in(&key, w));
                end = close;
                found
            }
            // What is remembered of clients is nothing yet.
            set if set.starts_with("@affinity-") => false,
            set if set.starts_with('@') => self.set(set).contains_key(&key),
            literal => is_in(&key, literal),
        };
        if matches == negated { Step::NoMatch } else { Step::On(end + 1) }
    }

    fn set(&self, name: &str) -> &BTreeMap<String, Vec<String>> {
        let name = name.trim_start_matches('@');
        self.table.sets.get(name).unwrap_or_else(|| panic!("there is no set {name}"))
    }

    /// One of the values of a map of numbers that begins at `numgen`, and where the map ends.
    fn chosen(&mut self, rule: &[String], at: usize) -> (Vec<String>, usize) {
        let close = rule[at..].iter().position(|w| w == "}").expect("a brace") + at;
        let items = rule[at + 6..close].split(|w| w == ",").collect::<Vec<_>>();
        assert_eq!(items.len().to_string(), rule[at + 3], "as many as numbers");
        let item = items[self.choices.pick(items.len())];
        (item[2..].to_vec(), close + 1)
    }

    fn came_in_at(&self, name: &str) -> bool {
        let own = self.packet.interface.unwrap_or_default();
        name.strip_suffix('*').map_or(own == name, |start| own.starts_with(start))
    }
}

fn hex(text: &str) -> u32 {
    u32::from_str_radix(text.trim_start_matches("0x"), 16).expect("a number")
}

/// Whether a value is another, or in its range.
fn is_in(value: &str, of: &str) -> bool {
    let Ok(ip) = value.parse::<IpAddr>() else { return value == of };
    match of.split_once('-') {
        Some((first, last)) => {
            let bound = |text: &str| text.parse::<IpAddr>().expect("an address");
            (bound(first)..=bound(last)).contains(&ip)
        }
        None => of.parse() == Ok(ip) || Cidr::parse(of).is_some_and(|c| c.contains(ip)),
    }
}
