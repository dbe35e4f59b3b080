//! The cluster's DNS server, as kubeadm configures it: the zone of the cluster and the reverse zones, with a time to
//! live of 30 seconds, and no server to ask about anything else.
//!
//! Models `plugin/kubernetes` and `plugin/backend_lookup.go` of CoreDNS.

use super::find::{self, Found, Host, NoSuchName, Owner};
use super::name::{self, before_zone, fqdn, is_within};
use super::record::{Answer, Data, Rcode, Record, Type};
use super::request::Request;
use super::reverse::{self, Reverse};
use super::serial::Serial;
use super::wire::{self, Transport};
use crate::base::{Instant, Text, ip};
use crate::object::{EndpointSlice, Service, resource};
use crate::store::{Event, Store};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::net::IpAddr;

/// How long an answer may be remembered, in seconds.
const TTL: u32 = 30;
/// So many names may stand before the last one of a chain of external names.
const CHAIN_MAX: usize = 10;
/// What `dns-version` answers, and for how long that is true.
const SCHEMA: (&str, u32) = ("1.1.0", 28_800);
const REVERSE_ZONES: [&str; 2] = ["in-addr.arpa.", "ip6.arpa."];

#[derive(Clone, Debug)]
pub struct Server {
    /// The cluster's domain, with the dot at its end.
    zone: Text,
    /// The server's own addresses: those of the pod it runs in.
    addresses: Vec<IpAddr>,
    /// What it says about names outside its zones.
    elsewhere: Rcode,
    serial: Serial,
    reverse: Reverse,
}

/// A question about a name within one of the zones.
#[derive(Clone, Copy)]
struct Question<'a> {
    /// As it was asked, and in lower case.
    name: &'a str,
    lower: &'a str,
    /// The zone, spelt as in the question.
    zone: &'a str,
    kind: Type,
}

/// What ends a search without records.
enum Failure {
    NoSuchName,
    Broken,
}

impl From<NoSuchName> for Failure {
    fn from(_: NoSuchName) -> Failure {
        Failure::NoSuchName
    }
}

type Records = Result<Vec<Record>, Failure>;

impl Server {
    /// A server of the domain (`cluster.local`) that has these addresses, and no other server to ask.
    pub fn new(domain: &str, addresses: &[IpAddr]) -> Server {
        Server {
            zone: fqdn(domain).to_ascii_lowercase().into(),
            addresses: addresses.to_vec(),
            elsewhere: Rcode::ServFail,
            serial: Serial::default(),
            reverse: Reverse::default(),
        }
    }

    /// The server with another one to ask about names outside its zones, which knows of none.
    #[must_use]
    pub fn forwarding(self, forwards: bool) -> Server {
        Server { elsewhere: if forwards { Rcode::NxDomain } else { Rcode::ServFail }, ..self }
    }

    /// From now on the server has these addresses.
    pub fn set_addresses(&mut self, addresses: Vec<IpAddr>) {
        self.addresses = addresses;
    }

    /// Hears of a write: the serial number of the zones is the second of the last one that mattered.
    pub fn hear(&mut self, event: &Event, now: Instant) {
        self.serial.hear(event, now);
    }

    /// The answer to a question about a name, which is taken to be complete; none where the server keeps silent.
    pub fn lookup(&mut self, store: &Store, name: &str, kind: Type) -> Option<Answer> {
        let answer = self.serve(store, &fqdn(name), kind);
        // What cannot be written is not sent: a label without letters, say.
        let sendable = answer.records().all(|r| r.names().all(|n| name::is_valid(n)));
        sendable.then_some(answer)
    }

    /// The answer to a message, as a message; none where the server keeps silent.
    pub fn answer(&mut self, store: &Store, query: &[u8], transport: Transport) -> Option<Vec<u8>> {
        wire::answer(query, transport, |name, kind| self.lookup(store, name, kind))
    }

    fn serve(&mut self, store: &Store, name: &str, kind: Type) -> Answer {
        let error = |rcode| Answer { rcode, ..Answer::default() };
        let Some(zone) = self.zone_of(name) else { return error(self.elsewhere) };
        if matches!(kind, Type::AXFR | Type::IXFR) {
            return error(Rcode::Refused);
        }
        let lower = name.to_ascii_lowercase();
        let mut additional = Vec::new();
        match self.records(store, Question { name, lower: &lower, zone, kind }, &mut additional) {
            Ok(answers) if answers.is_empty() => self.negative(Rcode::NoError, zone),
            Ok(answers) => Answer { authoritative: true, answers, additional, ..Answer::default() },
            // The reverse zones hand on what they do not know.
            Err(Failure::NoSuchName) if is_reverse_zone(zone) => error(self.elsewhere),
            Err(Failure::NoSuchName) => self.negative(Rcode::NxDomain, zone),
            Err(Failure::Broken) => error(Rcode::ServFail),
        }
    }

    /// The end of `name` that is one of the zones, as it is spelt there.
    fn zone_of<'a>(&self, name: &'a str) -> Option<&'a str> {
        let zones = [self.zone.as_str()].into_iter().chain(REVERSE_ZONES);
        let zone = zones.filter(|z| is_within(z, name)).max_by_key(|z| z.len())?;
        name.get(name.len().checked_sub(zone.len())?..)
    }

    /// No such name, or nothing of the kind asked for under it.
    fn negative(&self, rcode: Rcode, zone: &str) -> Answer {
        Answer { rcode, authoritative: true, authority: [self.soa(zone)].into(), ..Answer::default() }
    }

    fn soa(&self, zone: &str) -> Record {
        let data = Data::Soa {
            ns: format!("ns.dns.{zone}").into(),
            mailbox: format!("hostmaster.{zone}").into(),
            serial: self.serial.number(),
            refresh: 7200,
            retry: 1800,
            expire: 86_400,
            minimum: TTL,
        };
        Record { name: zone.into(), ttl: TTL, data }
    }

    /// The answer proper; the addresses of what SRV and NS records name go to `additional`.
    fn records(&mut self, store: &Store, q: Question<'_>, additional: &mut Vec<Record>) -> Records {
        match q.kind {
            Type::A | Type::AAAA => self.addresses(store, q, &mut Vec::new()),
            Type::CNAME => self.cname(store, q),
            Type::NS if q.lower == q.zone => self.ns(store, q, additional),
            Type::PTR => self.ptr(store, q),
            Type::SOA if q.name == q.zone => Ok([self.soa(q.zone)].into()),
            // Below the zone's own name there is no start of authority, but no error either.
            Type::SOA => Ok(Vec::new()),
            Type::SRV => self.srv(store, q, additional),
            Type::TXT => txt(store, q),
            // Everything else is only told apart by whether the name is there.
            _ => self.found(store, q).map(|_| Vec::new()).map_err(Failure::from),
        }
    }

    fn found(&mut self, store: &Store, q: Question<'_>) -> Result<Vec<Found>, NoSuchName> {
        // Only in lower case does the zone know its name server.
        if q.lower.starts_with(NAME_SERVER) && q.lower.find(q.zone) == Some(NAME_SERVER.len()) {
            let servers = self.name_servers(store, q.zone).into_iter();
            let found = servers.map(|(_, host)| found_server(q.name.into(), host));
            return Ok(found.filter(|f| wanted_server(f, q.kind)).collect());
        }
        find_in_zone(store, q)
    }

    /// A or AAAA, with the chain of external names that leads to them. `chain` holds the names already on it.
    ///
    /// Models `plugin.A` and `plugin.AAAA`.
    fn addresses(&mut self, store: &Store, q: Question<'_>, chain: &mut Vec<Text>) -> Records {
        let (mut records, mut seen) = (Vec::new(), BTreeSet::new());
        for found in self.found(store, q)? {
            let data = match found.kind() {
                Host::V4(ip) if q.kind == Type::A => Data::A(ip),
                Host::V6(ip) if q.kind == Type::AAAA => Data::Aaaa(ip),
                Host::Name => {
                    self.follow(store, q, &found.host, chain, &mut records);
                    continue;
                }
                _ => continue,
            };
            if seen.insert(found.host) {
                records.push(Record { name: q.name.into(), ttl: TTL, data });
            }
        }
        Ok(records)
    }

    /// Adds the CNAME to `host` and what stands there; nothing where a chain in the zone leads to nothing.
    fn follow(
        &mut self,
        store: &Store,
        q: Question<'_>,
        host: &str,
        chain: &mut Vec<Text>,
        records: &mut Vec<Record>,
    ) {
        let target = Text::from(fqdn(host));
        if is_within(q.lower, &target) || chain.len() > CHAIN_MAX || chain.contains(&target) {
            return;
        }
        let cname = Record { name: q.name.into(), ttl: TTL, data: Data::Cname(target.clone()) };
        if !is_within(q.zone, &target) {
            records.push(cname);
            records.extend(self.serve(store, &target, q.kind).answers);
            return;
        }
        let lower = target.to_ascii_lowercase();
        chain.push(target.clone());
        let next = self.addresses(store, Question { name: &target, lower: &lower, ..q }, chain);
        chain.pop();
        if let Ok(next) = next
            && !next.is_empty()
        {
            records.push(cname);
            records.extend(next);
        }
    }

    /// Models `plugin.CNAME`: the first step of a chain only.
    fn cname(&mut self, store: &Store, q: Question<'_>) -> Records {
        let found = self.found(store, q)?;
        let name = found.first().filter(|f| f.kind() == Host::Name);
        let cname = |f: &Found| Data::Cname(fqdn(&f.host).into());
        Ok(name.map(|f| Record { name: q.name.into(), ttl: TTL, data: cname(f) }).into_iter().collect())
    }

    /// Models `plugin.SRV`.
    fn srv(&mut self, store: &Store, q: Question<'_>, additional: &mut Vec<Record>) -> Records {
        let mut found = self.found(store, q)?;
        found.retain(|f| f.kind() != Host::Name);
        let weight = share(found.len());
        let request = Request::parse(before_zone(q.lower, q.zone)).unwrap_or_default();
        let (mut records, mut ports, mut hosts) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for found in &found {
            let Some(port) = found.port else { continue };
            let target = found.target(&request, q.zone);
            if ports.insert((target.clone(), port)) {
                let data = Data::Srv { priority: 0, weight, port, target: target.clone() };
                records.push(Record { name: q.name.into(), ttl: TTL, data });
            }
            if hosts.insert((target.clone(), &found.host)) {
                additional.extend(address(found, target));
            }
        }
        Ok(records)
    }

    /// Models `plugin.PTR` and `plugin/kubernetes/reverse.go`.
    fn ptr(&mut self, store: &Store, q: Question<'_>) -> Records {
        let Some(ip) = spelt_backwards(q.lower) else {
            return find_in_zone(store, q).map(|_| Vec::new()).map_err(Failure::from);
        };
        let mut names = self.names_of(store, &ip.to_string());
        if names.is_empty() {
            return Err(Failure::NoSuchName);
        }
        let mut seen = BTreeSet::new();
        names.retain(|n| seen.insert(n.clone()));
        Ok(names.into_iter().map(|n| Record { name: q.name.into(), ttl: TTL, data: Data::Ptr(n) }).collect())
    }

    /// The Service that has the address, else all endpoints that do.
    fn names_of(&mut self, store: &Store, ip: &str) -> Vec<Text> {
        self.reverse.follow(store);
        let zone = &self.zone;
        if let Some((namespace, name)) = self.reverse.service(ip) {
            return [format!("{name}.{namespace}.svc.{zone}").into()].into();
        }
        let mut names = Vec::new();
        for key in self.reverse.slices(ip) {
            let Some((slice, service)) = slice(store, key) else { continue };
            for endpoint in slice.endpoints().filter(|e| e.is_ready()) {
                let same = endpoint.addresses().filter(|a| *a == ip);
                let name = find::endpoint_name(ip, endpoint.hostname());
                names.extend(same.map(|_| Text::from(format!("{name}.{service}.{}.svc.{zone}", key.0))));
            }
        }
        names
    }

    /// Models `plugin.NS`.
    fn ns(&mut self, store: &Store, q: Question<'_>, additional: &mut Vec<Record>) -> Records {
        let (mut records, mut seen) = (Vec::new(), BTreeSet::new());
        for (name, host) in self.name_servers(store, q.zone) {
            let found = found_server(name.clone(), host);
            additional.extend(address(&found, name.clone()));
            if found.kind() == Host::Name {
                return Err(Failure::Broken);
            }
            if seen.insert(name.clone()) {
                records.push(Record { name: q.name.into(), ttl: TTL, data: Data::Ns(name) });
            }
        }
        Ok(records)
    }

    /// The Services whose endpoints have one of the server's own addresses, and theirs; without any, the server
    /// itself.
    ///
    /// Models `nsAddrs`.
    fn name_servers(&mut self, store: &Store, zone: &str) -> Vec<(Text, Text)> {
        self.reverse.follow(store);
        let own = || self.addresses.iter().map(|ip| Text::from(ip.to_string()));
        let keys =
            own().flat_map(|ip| self.reverse.slices(&ip).cloned().collect::<Vec<_>>()).collect::<Vec<_>>();
        if keys.is_empty() {
            return own().map(|ip| (format!("{NAME_SERVER}{zone}").into(), ip)).collect();
        }
        let mut servers = Vec::new();
        for key in &keys {
            let Some((slice, name)) = slice(store, key) else { continue };
            let Some(service) = store.get(resource::SERVICES, &key.0, name) else { continue };
            let (service, name) = (Service::of(service.value()), format!("{name}.{}.svc.{zone}", key.0));
            if service.is_headless() {
                for endpoint in slice.endpoints().filter(|e| e.is_ready()) {
                    let named = |ip| (format!("{}.{name}", find::endpoint_name(ip, endpoint.hostname())), ip);
                    servers.extend(endpoint.addresses().map(named).map(|(n, ip)| (n.into(), ip.into())));
                }
            } else {
                servers.extend(service.cluster_ips().map(|ip| (name.as_str().into(), ip.into())));
            }
        }
        servers
    }
}

const NAME_SERVER: &str = "ns.dns.";

fn slice<'a>(store: &'a Store, key: &reverse::Key) -> Option<(EndpointSlice<'a>, &'a str)> {
    let slice = EndpointSlice::of(store.get(resource::ENDPOINT_SLICES, &key.0, &key.1)?.value());
    Some((slice, slice.service_name()))
}

/// What is no address, such as the cluster IP that an external name lacks, is what Go prints for one that is missing.
fn found_server(name: Text, host: Text) -> Found {
    let host = if ip::parse(&host).is_some() { host } else { "<nil>".into() };
    Found { host, port: Some(0), owner: Owner::Name(name) }
}

fn wanted_server(found: &Found, kind: Type) -> bool {
    match found.kind() {
        Host::V4(_) => kind == Type::A,
        Host::V6(_) | Host::Name => kind == Type::AAAA,
    }
}

/// Models `Kubernetes.Records`.
fn find_in_zone(store: &Store, q: Question<'_>) -> Result<Vec<Found>, NoSuchName> {
    let request = Request::parse(before_zone(q.lower, q.zone)).ok_or(NoSuchName)?;
    if request.tree.is_some() && is_reverse_zone(q.zone) {
        return Err(NoSuchName);
    }
    find::find(store, &request)
}

fn is_reverse_zone(zone: &str) -> bool {
    REVERSE_ZONES.iter().any(|z| z.eq_ignore_ascii_case(zone))
}

/// Only names that have records of another kind are there without text.
fn txt(store: &Store, q: Question<'_>) -> Records {
    let (text, ttl) = SCHEMA;
    if before_zone(q.lower, q.zone) == "dns-version" {
        return Ok([Record { name: q.name.into(), ttl, data: Data::Txt(text.into()) }].into());
    }
    match find_in_zone(store, q) {
        Ok(found) if !found.is_empty() => Ok(Vec::new()),
        _ => Err(Failure::NoSuchName),
    }
}

fn address(found: &Found, name: Text) -> Option<Record> {
    let data = match found.kind() {
        Host::V4(ip) => Data::A(ip),
        Host::V6(ip) => Data::Aaaa(ip),
        Host::Name => return None,
    };
    Some(Record { name, ttl: TTL, data })
}

/// The weight of each of `n` records that share 100; rounded down as Go's floating point does it, but at least 1.
fn share(n: usize) -> u16 {
    let total = u32::try_from(n).unwrap_or(u32::MAX).max(1);
    let share = 100.0 / (100.0 * f64::from(total)) * 100.0;
    (1..=100u16).rev().find(|w| f64::from(*w) <= share).unwrap_or(1)
}

/// The address that a name of a reverse zone spells.
///
/// Models `dnsutil.ExtractAddressFromReverse`.
fn spelt_backwards(name: &str) -> Option<IpAddr> {
    let joined = |labels: &str, group: usize, separator: &str| {
        let labels = labels.split('.').rev().collect::<Vec<_>>();
        labels.chunks_exact(group).map(<[&str]>::concat).collect::<Vec<_>>().join(separator)
    };
    let unmapped = |ip| match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        v4 => v4,
    };
    if let Some(labels) = name.strip_suffix(".in-addr.arpa.") {
        return ip::parse(&joined(labels, 1, ".")).map(unmapped).filter(IpAddr::is_ipv4);
    }
    let labels = name.strip_suffix(".ip6.arpa.")?;
    ip::parse(&joined(labels, 4, ":")).map(unmapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_share_a_hundred() {
        for (n, weight) in
            [(1, 100), (2, 50), (3, 33), (4, 25), (6, 16), (7, 14), (25, 4), (100, 1), (120, 1)]
        {
            assert_eq!(share(n), weight, "{n}");
        }
    }

    #[test]
    fn reverse_names_spell_addresses() {
        let v6 = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa.";
        for (name, ip) in [
            ("20.0.96.10.in-addr.arpa.", Some("10.96.0.20")),
            ("0.96.10.in-addr.arpa.", None),
            ("x.20.0.96.10.in-addr.arpa.", None),
            (v6, Some("fd00:10:96::1")),
            ("1.0.ip6.arpa.", None),
            ("in-addr.arpa.", None),
            ("web.cluster.local.", None),
        ] {
            assert_eq!(spelt_backwards(name), ip.map(|i| i.parse().expect(i)), "{name}");
        }
    }
}
