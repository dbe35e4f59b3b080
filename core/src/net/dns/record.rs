//! What DNS answers with: records, their types, and the codes of results.

use crate::base::Text;
use alloc::vec::Vec;
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// The answer to a question. No record at all where there is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub rcode: Rcode,
    /// Whether the server speaks for the zone itself.
    pub authoritative: bool,
    pub answers: Vec<Record>,
    pub authority: Vec<Record>,
    pub additional: Vec<Record>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    pub name: Text,
    /// For how many seconds it may be remembered.
    pub ttl: u32,
    pub data: Data,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Data {
    A(Ipv4Addr),
    Aaaa(Ipv6Addr),
    Cname(Text),
    Ns(Text),
    Ptr(Text),
    Soa { ns: Text, mailbox: Text, serial: u32, refresh: u32, retry: u32, expire: u32, minimum: u32 },
    Srv { priority: u16, weight: u16, port: u16, target: Text },
    Txt(Text),
}

/// The result of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rcode {
    #[default]
    NoError,
    FormErr,
    ServFail,
    NxDomain,
    NotImp,
    Refused,
    BadVers,
}

impl Rcode {
    pub fn code(self) -> u16 {
        match self {
            Rcode::NoError => 0,
            Rcode::FormErr => 1,
            Rcode::ServFail => 2,
            Rcode::NxDomain => 3,
            Rcode::NotImp => 4,
            Rcode::Refused => 5,
            Rcode::BadVers => 16,
        }
    }

    /// As `dig` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Rcode::NoError => "NOERROR",
            Rcode::FormErr => "FORMERR",
            Rcode::ServFail => "SERVFAIL",
            Rcode::NxDomain => "NXDOMAIN",
            Rcode::NotImp => "NOTIMP",
            Rcode::Refused => "REFUSED",
            Rcode::BadVers => "BADVERS",
        }
    }
}

/// A type of records, or of questions. All numbers can be asked for; few can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Type(pub u16);

impl Type {
    pub const A: Type = Type(1);
    pub const NS: Type = Type(2);
    pub const CNAME: Type = Type(5);
    pub const SOA: Type = Type(6);
    pub const PTR: Type = Type(12);
    pub const MX: Type = Type(15);
    pub const TXT: Type = Type(16);
    pub const AAAA: Type = Type(28);
    pub const SRV: Type = Type(33);
    pub const OPT: Type = Type(41);
    pub const IXFR: Type = Type(251);
    pub const AXFR: Type = Type(252);
    pub const ANY: Type = Type(255);

    /// The type of that name, in whatever case: `A`, `aaaa`, `HTTPS`, `TYPE999`.
    pub fn parse(name: &str) -> Option<Type> {
        let known = NAMES.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, code)| *code);
        let digits = || name.get(..4).filter(|t| t.eq_ignore_ascii_case("TYPE")).and_then(|_| name.get(4..));
        known.or_else(|| digits()?.parse().ok()).map(Type)
    }
}

/// The types that are known by name (the registry of IANA has more).
const NAMES: &[(&str, u16)] = &[
    ("A", 1),
    ("NS", 2),
    ("CNAME", 5),
    ("SOA", 6),
    ("NULL", 10),
    ("PTR", 12),
    ("HINFO", 13),
    ("MX", 15),
    ("TXT", 16),
    ("RP", 17),
    ("AAAA", 28),
    ("LOC", 29),
    ("SRV", 33),
    ("NAPTR", 35),
    ("CERT", 37),
    ("DNAME", 39),
    ("OPT", 41),
    ("DS", 43),
    ("SSHFP", 44),
    ("RRSIG", 46),
    ("NSEC", 47),
    ("DNSKEY", 48),
    ("NSEC3", 50),
    ("TLSA", 52),
    ("SVCB", 64),
    ("HTTPS", 65),
    ("SPF", 99),
    ("IXFR", 251),
    ("AXFR", 252),
    ("ANY", 255),
    ("URI", 256),
    ("CAA", 257),
];

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(_, code)| *code == self.0) {
            Some((name, _)) => f.write_str(name),
            None => write!(f, "TYPE{}", self.0),
        }
    }
}

impl Data {
    pub fn kind(&self) -> Type {
        match self {
            Data::A(_) => Type::A,
            Data::Aaaa(_) => Type::AAAA,
            Data::Cname(_) => Type::CNAME,
            Data::Ns(_) => Type::NS,
            Data::Ptr(_) => Type::PTR,
            Data::Soa { .. } => Type::SOA,
            Data::Srv { .. } => Type::SRV,
            Data::Txt(_) => Type::TXT,
        }
    }
}

impl Answer {
    /// The records of all sections.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.answers.iter().chain(&self.authority).chain(&self.additional)
    }
}

impl Record {
    /// The names in it: its own and those it leads to.
    pub fn names(&self) -> impl Iterator<Item = &Text> {
        let (one, two) = match &self.data {
            Data::Cname(name) | Data::Ns(name) | Data::Ptr(name) => (Some(name), None),
            Data::Srv { target, .. } => (Some(target), None),
            Data::Soa { ns, mailbox, .. } => (Some(ns), Some(mailbox)),
            Data::A(_) | Data::Aaaa(_) | Data::Txt(_) => (None, None),
        };
        [Some(&self.name), one, two].into_iter().flatten()
    }
}

/// As `dig` prints it.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::A(ip) => fmt::Display::fmt(ip, f),
            Data::Aaaa(ip) => fmt::Display::fmt(ip, f),
            Data::Cname(name) | Data::Ns(name) | Data::Ptr(name) => f.write_str(name),
            Data::Soa { ns, mailbox, serial, refresh, retry, expire, minimum } => {
                write!(f, "{ns} {mailbox} {serial} {refresh} {retry} {expire} {minimum}")
            }
            Data::Srv { priority, weight, port, target } => write!(f, "{priority} {weight} {port} {target}"),
            Data::Txt(text) => write!(f, "\"{text}\""),
        }
    }
}

/// As a zone file has it: `web.default.svc.cluster.local. 30 IN A 10.96.0.20`.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} IN {} {}", self.name, self.ttl, self.data.kind(), self.data)
    }
}
