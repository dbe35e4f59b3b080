//! What the kernel knows of a packet, and how it ends.

use std::collections::BTreeSet;
use std::net::IpAddr;
use svcscope_core::base::ip::Cidr;
use svcscope_core::net::trace::Flow;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    Passed,
    Sent { to: (IpAddr, u16), masqueraded: bool },
    Rejected,
    Dropped,
}

/// The node.
#[derive(Debug)]
pub struct Machine {
    pub own: Vec<IpAddr>,
    pub pods: Vec<Cidr>,
}

impl Machine {
    pub fn is_local(&self, ip: IpAddr) -> bool {
        ip.is_loopback() || self.own.contains(&ip)
    }
}

/// The first packet of a connection.
#[derive(Clone, Debug)]
pub struct Packet {
    pub source: IpAddr,
    pub destination: IpAddr,
    pub protocol: String,
    pub port: u16,
    pub mark: u32,
    pub translated: bool,
    pub masqueraded: bool,
    /// The interface it came in at; none where a program on the node sends it.
    pub interface: Option<&'static str>,
}

impl Packet {
    pub fn of(flow: Flow, machine: &Machine) -> Packet {
        let from_pod = machine.pods.iter().any(|c| c.contains(flow.source));
        let from_outside = if from_pod { "veth1" } else { "eth0" };
        Packet {
            source: flow.source,
            destination: flow.destination,
            protocol: flow.protocol.lower().into(),
            port: flow.port.get(),
            mark: 0,
            translated: false,
            masqueraded: false,
            interface: (!machine.is_local(flow.source)).then_some(from_outside),
        }
    }

    pub fn field(&self, name: &str) -> String {
        match name {
            "saddr" => self.source.to_string(),
            "daddr" => self.destination.to_string(),
            "l4proto" => self.protocol.clone(),
            "dport" => self.port.to_string(),
            _ => panic!("no field {name}"),
        }
    }

    pub fn translate(&mut self, to: &str) {
        let to: std::net::SocketAddr = to.parse().expect("an address and a port");
        (self.destination, self.port, self.translated) = (to.ip(), to.port(), true);
    }

    pub fn fate(&self) -> Fate {
        if self.translated {
            Fate::Sent { to: (self.destination, self.port), masqueraded: self.masqueraded }
        } else {
            Fate::Passed
        }
    }
}

/// What ends a packet's way through the rules at a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accept,
    Drop,
    Reject,
}

impl Verdict {
    pub fn fate(self) -> Option<Fate> {
        match self {
            Verdict::Accept => None,
            Verdict::Drop => Some(Fate::Dropped),
            Verdict::Reject => Some(Fate::Rejected),
        }
    }
}

/// What chance decides: each way that it can go is gone once.
#[derive(Debug, Default)]
pub struct Choices {
    /// What was chosen, and of how many.
    path: Vec<(usize, usize)>,
    at: usize,
}

impl Choices {
    /// One of so many.
    pub fn pick(&mut self, of: usize) -> usize {
        if self.at == self.path.len() {
            self.path.push((0, of));
        }
        self.at += 1;
        self.path[self.at - 1].0
    }

    /// All that can come of it.
    pub fn all(run: impl Fn(&mut Choices) -> Fate) -> BTreeSet<Fate> {
        let (mut choices, mut fates) = (Choices::default(), BTreeSet::new());
        loop {
            choices.at = 0;
            fates.insert(run(&mut choices));
            while choices.path.last().is_some_and(|(chosen, of)| chosen + 1 == *of) {
                choices.path.pop();
            }
            match choices.path.last_mut() {
                Some(last) => last.0 += 1,
                None => return fates,
            }
        }
    }
}

/// Words; what stands in quotes is one, and each of `apart` is a word of its own.
pub fn words(text: &str, apart: &[char]) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        quoted ^= c == '"';
        match c {
            '"' => {}
            ' ' | '\t' if !quoted => words.push(String::new()),
            c if !quoted && apart.contains(&c) => words.extend([c.to_string(), String::new()]),
            _ => words.last_mut().expect("there is one").push(c),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}
