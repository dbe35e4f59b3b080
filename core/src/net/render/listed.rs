//! A table of nftables as `nft list table` shows it, and what is left in it of earlier ones.

use crate::base::ip::Family;
use crate::base::{Duration, Instant, Text, Value};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A table as `nft list table` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub family: Family,
    /// Sets and maps, by kind and name (`set cluster-ips`): lines of properties, and elements.
    pub sets: BTreeMap<String, Set>,
    /// By name: what makes a chain a base chain, or its comment, and the rules.
    pub chains: BTreeMap<String, Chain>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    pub properties: Vec<String>,
    /// In the order of their texts.
    pub elements: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    pub properties: Vec<String>,
    pub rules: Vec<String>,
}

/// The chains that kube-proxy on a node has made, which it takes away late: a map may still lead there for a moment.
#[derive(Clone, Debug, Default)]
pub struct Chains {
    families: BTreeMap<Family, Made>,
}

#[derive(Clone, Debug, Default)]
struct Made {
    /// What was written when kube-proxy wrote last.
    generation: Option<u64>,
    /// The names of the chains that are there, and since when those are empty that are not used any more.
    chains: BTreeMap<String, Option<Instant>>,
    /// The elements of maps whose comment may be older than what they stand for: by map, key and value, as they were
    /// written.
    commented: BTreeMap<(String, String), String>,
}

impl Chains {
    /// Brings a table, as it should be, together with what is left of earlier ones: chains of Services that are no longer
    /// used are emptied, and taken away when kube-proxy writes again a second later. It writes when there is another
    /// `generation` of what it writes of.
    pub fn settle(&mut self, table: &mut Listed, generation: u64, now: Instant) {
        let made = self.families.entry(table.family).or_default();
        // Only the names of Services' chains have slashes.
        let used = |name: &String| name.contains('/') && table.chains.contains_key(name);
        if made.generation.replace(generation) != Some(generation) {
            let second = Duration::from_secs(1);
            made.chains.retain(|name, since| used(name) || since.is_none_or(|since| now - since <= second));
            for (name, since) in &mut made.chains {
                *since = if used(name) { None } else { Some(now) };
            }
            made.chains
                .extend(table.chains.keys().filter(|name| used(name)).map(|name| (name.clone(), None)));
        }
        made.keep_comments(table);
        for name in made.chains.keys() {
            table.chains.entry(name.clone()).or_default();
        }
    }
}

impl Made {
    /// An element that leads where it led before is not written again, though its comment would be another now: the port
    /// has got another name.
    ///
    /// Models `nftElementStorage` in `pkg/proxy/nftables/proxier.go`.
    fn keep_comments(&mut self, table: &mut Listed) {
        let mut commented = BTreeMap::new();
        for (name, set) in &mut table.sets {
            for element in set.elements.iter_mut().filter(|e| e.contains(COMMENT)) {
                let Some((key, value)) =
                    element.split_once(COMMENT).and_then(|(k, rest)| Some((k, rest.split_once("\" : ")?.1)))
                else {
                    continue;
                };
                let at = (name.clone(), format!("{key} : {value}"));
                if let Some(before) = self.commented.get(&at) {
                    element.clone_from(before);
                }
                commented.insert(at, element.clone());
            }
            set.elements.sort();
        }
        self.commented = commented;
    }
}

const COMMENT: &str = " comment \"";

impl Listed {
    /// As plain data: per set, map and chain what it is and then its elements or rules, such as
    /// `{"chain services": [RULE, …], "set cluster-ips": [TYPE, ELEMENT, …]}`.
    pub fn value(&self) -> Value {
        let set = |(name, set): (&String, &Set)| {
            let properties = [Value::from(set.properties.join(" "))].into_iter();
            let elements = set.elements.iter().map(|e| Value::text(e.as_str()));
            (Text::from(name), Value::list(properties.chain(elements)))
        };
        let chain = |(name, chain): (&String, &Chain)| {
            let lines = chain.properties.iter().chain(&chain.rules).map(|l| Value::text(l.as_str()));
            (Text::from(format!("chain {name}")), Value::list(lines))
        };
        Value::map(self.sets.iter().map(set).chain(self.chains.iter().map(chain)))
    }
}

/// As `nft list table` prints it.
impl fmt::Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = if self.family == Family::IPv4 { "ip" } else { "ip6" };
        writeln!(f, "table {family} kube-proxy {{\n\tcomment \"rules for kube-proxy\"")?;
        for (i, (name, set)) in self.sets.iter().enumerate() {
            let gap = if i == 0 { "" } else { "\n" };
            writeln!(f, "{gap}\t{name} {{")?;
            for line in &set.properties {
                writeln!(f, "\t\t{line}")?;
            }
            if !set.elements.is_empty() {
                writeln!(f, "\t\telements = {{ {} }}", set.elements.join(",\n\t\t\t     "))?;
            }
            writeln!(f, "\t}}")?;
        }
        for (name, chain) in &self.chains {
            writeln!(f, "\n\tchain {name} {{")?;
            for line in chain.properties.iter().chain(&chain.rules) {
                writeln!(f, "\t\t{line}")?;
            }
            writeln!(f, "\t}}")?;
        }
        writeln!(f, "}}")
    }
}
