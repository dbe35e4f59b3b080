//! Who has an address: the indexes by IP that questions for PTR and NS need.
//!
//! Models the informers' indexes in `plugin/kubernetes/controller.go` of CoreDNS.

use crate::base::{Text, Value};
use crate::object::{Endpoint, EndpointSlice, Service, resource};
use crate::store::{Change, Event, Store};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;

/// Services by their cluster IPs and slices by the addresses of their ready endpoints. Addresses count as they are
/// written. They are brought up to date when somebody asks, so that clusters in which nobody does pay nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Reverse {
    /// The revision of the store that is known; none before the first look.
    known: Option<u64>,
    services: Arc<Index>,
    slices: Arc<Index>,
}

type Index = BTreeMap<Text, BTreeSet<Key>>;
/// Namespace and name.
pub(super) type Key = (Text, Text);

impl Reverse {
    /// The Service with that cluster IP.
    pub(super) fn service(&self, ip: &str) -> Option<&Key> {
        self.services.get(ip)?.first()
    }

    /// The slices with a ready endpoint of that address.
    pub(super) fn slices(&self, ip: &str) -> impl Iterator<Item = &Key> {
        self.slices.get(ip).into_iter().flatten()
    }

    pub(super) fn follow(&mut self, store: &Store) {
        if self.known == Some(store.revision()) {
            return;
        }
        match self.known.and_then(|revision| store.log().since(revision)) {
            Some(events) => events.filter(|e| concerns(e)).for_each(|e| self.hear(e)),
            None => self.rebuild(store),
        }
        self.known = Some(store.revision());
    }

    fn rebuild(&mut self, store: &Store) {
        *self = Reverse::default();
        for (index, resource, addresses) in self.indexes() {
            for object in store.list(resource, "") {
                let key = (object.namespace().clone(), object.name().clone());
                addresses(object.value()).into_iter().for_each(|ip| add(index, ip, &key));
            }
        }
    }

    fn hear(&mut self, event: &Event) {
        for (index, resource, addresses) in self.indexes() {
            if event.resource != *resource {
                continue;
            }
            let key = (event.object.namespace().clone(), event.object.name().clone());
            let of = |value: &Value| addresses(value).into_iter().collect::<BTreeSet<_>>();
            let old = event.before.as_ref().map(|o| of(o.value())).unwrap_or_default();
            let gone = event.change == Change::Deleted;
            let new = if gone { BTreeSet::new() } else { of(event.object.value()) };
            old.difference(&new).for_each(|ip| remove(index, ip, &key));
            new.difference(&old).for_each(|ip| add(index, ip.clone(), &key));
        }
    }

    /// Each index, what it is an index of, and the addresses that such an object has.
    fn indexes(&mut self) -> [(&mut Index, &'static str, Addresses); 2] {
        [
            (Arc::make_mut(&mut self.services), resource::SERVICES, |v| {
                Service::of(v).cluster_ips().map(Text::from).collect()
            }),
            (Arc::make_mut(&mut self.slices), resource::ENDPOINT_SLICES, |v| {
                let ready = EndpointSlice::of(v).endpoints().filter(|e| e.is_ready());
                ready.flat_map(Endpoint::addresses).map(Text::from).collect()
            }),
        ]
    }
}

fn concerns(event: &Event) -> bool {
    event.resource == *resource::SERVICES || event.resource == *resource::ENDPOINT_SLICES
}

type Addresses = fn(&Value) -> alloc::vec::Vec<Text>;

fn add(index: &mut Index, ip: Text, key: &Key) {
    index.entry(ip).or_default().insert(key.clone());
}

fn remove(index: &mut Index, ip: &Text, key: &Key) {
    if let Some(keys) = index.get_mut(ip) {
        keys.remove(key);
        if keys.is_empty() {
            index.remove(ip);
        }
    }
}
