//! The subsets of Endpoints in their canonical form: addresses that offer the same ports stand together, and all is in
//! an order of its own.
//!
//! Models `pkg/api/v1/endpoints/util.go` (`RepackSubsets`).

use super::super::fields::Keys;
use super::super::hash::Dump;
use super::address::Address;
use crate::base::sort;
use crate::base::{Text, Value};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Addresses and the ports that all of them offer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Subset<'a> {
    pub(in super::super) addresses: Vec<Address<'a>>,
    pub(in super::super) not_ready: Vec<Address<'a>>,
    pub(in super::super) ports: Vec<Port>,
}

/// A port of a subset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct Port {
    pub(in super::super) name: Text,
    pub(in super::super) number: i64,
    pub(in super::super) protocol: Text,
    pub(in super::super) app_protocol: Option<Text>,
}

/// Who offers which port, and whether ready: what subsets are packed from.
#[derive(Debug, Default)]
pub(in super::super) struct Offers<'a> {
    hosts: Vec<Address<'a>>,
    ports: BTreeMap<Offered, usize>,
    said: Vec<Offer>,
}

/// A port, or none for addresses without. Upstream tells ports apart that name an `appProtocol` in different places of
/// what is packed; `place` does so here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Offered {
    port: Option<Port>,
    place: usize,
}

/// By the places of host and port.
#[derive(Clone, Copy, Debug)]
struct Offer {
    host: usize,
    port: usize,
    ready: bool,
}

impl<'a> Offers<'a> {
    /// Adds an address, and answers where it is.
    pub(in super::super) fn host(&mut self, address: Address<'a>) -> usize {
        self.hosts.push(address);
        self.hosts.len() - 1
    }

    /// Says that a host offers `port`.
    pub(in super::super) fn offer(&mut self, host: usize, port: Option<Port>, place: usize, ready: bool) {
        let place = if port.as_ref().is_some_and(|p| p.app_protocol.is_some()) { place } else { 0 };
        let next = self.ports.len();
        let port = *self.ports.entry(Offered { port, place }).or_insert(next);
        self.said.push(Offer { host, port, ready });
    }

    /// The subsets, in their order.
    pub(in super::super) fn pack(self) -> Vec<Subset<'a>> {
        let (places, order) = self.places();
        // Who offers each port, in that order, and whether ready.
        let mut offered = alloc::vec![alloc::vec![None; order.len()]; self.ports.len()];
        for Offer { host, port, ready } in self.said {
            let place = places.get(host).and_then(|place| offered.get_mut(port)?.get_mut(*place));
            if let Some(said) = place {
                // Where it is said twice, not being ready counts.
                *said = Some(ready && said.unwrap_or(true));
            }
        }
        let mut groups = BTreeMap::<Vec<Option<bool>>, Vec<Port>>::new();
        for (Offered { port, .. }, i) in self.ports {
            groups
                .entry(offered.get_mut(i).map(core::mem::take).unwrap_or_default())
                .or_default()
                .extend(port);
        }
        let subset = |(said, mut ports): (Vec<Option<bool>>, Vec<Port>)| {
            let of = |ready: bool| {
                let chosen = order.iter().zip(&said).filter(|(_, said)| **said == Some(ready));
                chosen.filter_map(|(host, _)| self.hosts.get(*host)).cloned().collect()
            };
            if ports.len() > 1 {
                sort::by_cached_key(&mut ports, Port::hash);
            }
            Subset { addresses: of(true), not_ready: of(false), ports }
        };
        let mut subsets = groups.into_iter().map(subset).collect::<Vec<_>>();
        if subsets.len() > 1 {
            sort::by_cached_key(&mut subsets, Subset::hash);
        }
        subsets
    }

    /// The place of each host in the order of addresses, and the hosts in that order. One address of one pod is one,
    /// and the first that was added counts; one address of different pods is several, as with the host's network.
    fn places(&self) -> (Vec<usize>, Vec<usize>) {
        let mut sorted = self.hosts.iter().enumerate().collect::<Vec<_>>();
        sort::by(&mut sorted, |(_, a), (_, b)| a.order(b));
        let (mut places, mut order) = (alloc::vec![0; self.hosts.len()], Vec::new());
        let mut last: Option<&Address<'_>> = None;
        for (host, address) in sorted {
            if last.is_none_or(|last| last.order(address) != Ordering::Equal) {
                order.push(host);
                last = Some(address);
            }
            if let Some(place) = places.get_mut(host) {
                *place = order.len() - 1;
            }
        }
        (places, order)
    }
}

/// Whether stored subsets mean the same as packed ones, in whatever order they stand.
pub(in super::super) fn are_equal(stored: &[Subset<'_>], packed: &[Subset<'_>]) -> bool {
    let taken = || stored.len() == packed.len() && packed.iter().zip(stored).all(|(p, s)| p.is_taken_from(s));
    taken()
        || stored == packed
        || match stored {
            [one] if one.is_packed() => false,
            _ => repack(stored) == packed,
        }
}

/// Brings subsets into canonical form.
pub(in super::super) fn repack<'a>(subsets: &[Subset<'a>]) -> Vec<Subset<'a>> {
    let mut offers = Offers::default();
    let mut place = 0;
    for subset in subsets {
        let hosts = [(&subset.addresses, true), (&subset.not_ready, false)].into_iter();
        let hosts = hosts.flat_map(|(list, ready)| list.iter().map(move |a| (a, ready)));
        let hosts = hosts.map(|(a, ready)| (offers.host(a.clone()), ready)).collect::<Vec<_>>();
        for (host, ready) in &hosts {
            if subset.ports.is_empty() {
                offers.offer(*host, None, 0, *ready);
            }
            for (i, port) in subset.ports.iter().enumerate() {
                offers.offer(*host, Some(port.clone()), place + i, *ready);
            }
        }
        place += subset.ports.len();
    }
    offers.pack()
}

impl<'a> Subset<'a> {
    pub(in super::super) fn read(value: &'a Value) -> Subset<'a> {
        let addresses = |field: &str| value.get(field).items().iter().map(Address::read).collect();
        Subset {
            addresses: addresses("addresses"),
            not_ready: addresses("notReadyAddresses"),
            ports: value.get("ports").items().iter().map(Port::read).collect(),
        }
    }

    pub(in super::super) fn value(&self, keys: &mut Keys) -> Value {
        let mut addresses = |list: &[Address<'_>]| {
            let list = list.iter().map(|a| a.value(keys)).collect::<Vec<_>>();
            if list.is_empty() { Value::Null } else { list.into() }
        };
        let fields =
            [("addresses", addresses(&self.addresses)), ("notReadyAddresses", addresses(&self.not_ready))];
        let ports = Value::list(self.ports.iter().map(|p| p.value(keys)));
        keys.map(fields.into_iter().chain([("ports", ports)]).filter(|(_, list)| !list.is_empty()))
    }

    /// Whether it is in canonical form all by itself, as far as that can be told quickly.
    fn is_packed(&self) -> bool {
        let ordered = |list: &[Address<'_>]| {
            list.iter().zip(list.iter().skip(1)).all(|(a, b)| a.order(b) == Ordering::Less)
        };
        let twice = |a: &Address<'_>| self.not_ready.binary_search_by(|b| b.order(a)).is_ok();
        self.ports.len() <= 1
            && ordered(&self.addresses)
            && ordered(&self.not_ready)
            && !self.addresses.iter().any(twice)
    }

    /// Takes the addresses that are stored as they should be over from there.
    pub(in super::super) fn take_over(&mut self, stored: &[Subset<'a>]) {
        for address in self.addresses.iter_mut().chain(&mut self.not_ready) {
            address.stored = stored.iter().find_map(|s| s.find(address)?.stored);
        }
    }

    /// The very same address as it is stored here, ready or not; found only where they stand in order.
    fn find(&self, address: &Address<'_>) -> Option<&Address<'a>> {
        let mut lists = [&self.addresses, &self.not_ready].into_iter();
        let found = lists.find_map(|list| list.get(list.binary_search_by(|a| a.order(address)).ok()?));
        found.filter(|stored| address.is_exactly(stored))
    }

    /// Whether all that stands here was taken over from `stored`, where all of it stands in the same places.
    fn is_taken_from(&self, stored: &Subset<'_>) -> bool {
        let same = |(a, b): (&Address<'_>, &Address<'_>)| match (a.stored, b.stored) {
            (Some(a), Some(b)) => core::ptr::eq(a, b),
            _ => false,
        };
        self.ports == stored.ports
            && self.addresses.len() == stored.addresses.len()
            && self.not_ready.len() == stored.not_ready.len()
            && self.addresses.iter().zip(&stored.addresses).all(same)
            && self.not_ready.iter().zip(&stored.not_ready).all(same)
    }

    pub(in super::super) fn len(&self) -> usize {
        self.addresses.len() + self.not_ready.len()
    }

    fn hash(&self) -> u128 {
        let mut dump = Dump::new();
        dump.raw("(v1.EndpointSubset){");
        dump.list("Addresses", "[]v1.EndpointAddress", &self.addresses, |d, a| a.dump(d)).raw(" ");
        dump.list("NotReadyAddresses", "[]v1.EndpointAddress", &self.not_ready, |d, a| a.dump(d)).raw(" ");
        dump.list("Ports", "[]v1.EndpointPort", &self.ports, |d, p| p.dump(d)).raw("}").sum()
    }
}

impl Port {
    fn read(value: &Value) -> Port {
        Port {
            name: value.get("name").as_text().cloned().unwrap_or_default(),
            number: value.get("port").int(),
            protocol: value.get("protocol").as_text().cloned().unwrap_or_default(),
            app_protocol: value.get("appProtocol").as_text().cloned(),
        }
    }

    fn value(&self, keys: &mut Keys) -> Value {
        let fields = [
            ("name", Value::from(&self.name)),
            ("port", self.number.into()),
            ("protocol", Value::from(&self.protocol)),
            ("appProtocol", self.app_protocol.as_ref().into()),
        ];
        let there = |(name, v): &(&str, Value)| *name == "port" || !v.is_empty() || *name == "appProtocol";
        keys.map(fields.into_iter().filter(there))
    }

    fn hash(&self) -> u128 {
        let mut dump = Dump::new();
        dump.raw("(v1.EndpointPort){");
        self.dump(&mut dump);
        dump.raw("}").sum()
    }

    fn dump(&self, dump: &mut Dump) {
        dump.field("Name", "string", &self.name).raw(" ");
        dump.number("Port", "int32", Some(self.number)).raw(" ");
        dump.field("Protocol", "v1.Protocol", &self.protocol).raw(" ");
        dump.pointer("AppProtocol", "*string", self.app_protocol.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::super::address::Target;
    use super::*;

    fn port(name: &str, number: i64, protocol: &str, app_protocol: Option<&str>) -> Port {
        Port {
            name: name.into(),
            number,
            protocol: protocol.into(),
            app_protocol: app_protocol.map(Text::from),
        }
    }

    /// What `fnv.New128a` sums up of `dump.ForHash`, printed by a Go program.
    #[test]
    fn ports_and_subsets_have_the_hashes_that_go_gives_them() {
        let (http, dns) = (port("http", 8080, "TCP", None), port("", 53, "UDP", Some("x")));
        assert_eq!(http.hash(), 0x2530_4a33_da9e_6ece_350a_4142_a45f_5b75);
        assert_eq!(dns.hash(), 0xad8b_4494_22ed_87c9_b899_d65c_0df7_ed68);
        let target = ["kind", "namespace", "name", "uid"].into_iter().zip(["Pod", "default", "a", "u-1"]);
        let target = Value::map(target.map(|(field, text)| (field, Value::from(text))));
        let (node, hostname, nowhere) = (Text::from("n1"), Text::from("h"), Text::EMPTY);
        let first = Address {
            node: Some(&node),
            target: Target::Reference(&target),
            ..Address::new("10.0.0.1".into())
        };
        let second = Address { hostname: Some(&hostname), ..Address::new("10.0.0.2".into()) };
        let subset =
            Subset { addresses: [first, second].into(), not_ready: [].into(), ports: [http, dns].into() };
        assert_eq!(subset.hash(), 0xdb43_19c5_1bd2_5f46_800d_17d8_b7ef_81df);
        let lonely = Address { node: Some(&nowhere), ..Address::new("10.0.0.2".into()) };
        let subset = Subset { not_ready: [lonely].into(), ..Subset::default() };
        assert_eq!(subset.hash(), 0x650b_98e0_894c_32be_5708_0624_163c_3903);
    }
}
