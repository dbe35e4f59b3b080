//! A range of cluster IPs is made ready, and stays until no Service needs it.
//!
//! Models `pkg/controller/servicecidrs/servicecidrs_controller.go`.

use super::{Action, Controller, Due, Heard, Key, Outcome, Retry, View, Write, at_once};
use crate::base::ip::{self, Cidr};
use crate::base::{Duration, Instant, Value};
use crate::store::{Change, Object, Store};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

pub const CONTROLLER: Controller = Controller {
    name: "service-cidr-controller",
    manager: "kube-controller-manager",
    component: "service-cidr-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry::USUAL,
};

const RESOURCE: &str = "servicecidrs.networking.k8s.io";
const ADDRESSES: &str = "ipaddresses.networking.k8s.io";
const FINALIZER: &str = "networking.k8s.io/service-cidr-finalizer";
/// So long the API servers are given to hear that nothing more may be allocated.
const GRACE: Duration = Duration::from_secs(10);
const MANAGED_BY: &str = "ipaddress.kubernetes.io/managed-by";
const ALLOCATOR: &str = "ipallocator.k8s.io";
const READY: &str = "Kubernetes Service CIDR is ready";
const IN_USE: &str =
    "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR";

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let (store, event) = (heard.store, heard.event);
    let object = &event.object;
    match (event.resource.as_str(), event.change) {
        (RESOURCE, Change::Added) => {
            let own = cidrs(object);
            let overlaps = |range: &Arc<Object>| {
                let theirs = cidrs(range);
                own.iter().any(|a| theirs.iter().any(|b| a.contains(b.first()) || b.contains(a.first())))
            };
            let others = store.list(RESOURCE, "").filter(|range| overlaps(range)).map(|r| Key::of(r));
            let mut keys: Vec<Key> = [Key::of(object)].into_iter().chain(others).collect();
            keys.dedup();
            at_once(keys)
        }
        (RESOURCE, _) => at_once([Key::of(object)]),
        (ADDRESSES, Change::Added | Change::Deleted) => match address(object) {
            Some(ip) => at_once(holding(store, ip).map(|range| Key::of(range))),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn cidrs(range: &Object) -> Vec<Cidr> {
    range.value().at(&["spec", "cidrs"]).items().iter().filter_map(|c| Cidr::parse(c.str())).collect()
}

/// The address of an IPAddress that the API server has allocated.
fn address(object: &Object) -> Option<IpAddr> {
    let ours = object.metadata().get("labels").get(MANAGED_BY).str() == ALLOCATOR;
    ours.then(|| ip::parse(object.name())).flatten()
}

/// The ranges that the address is in.
fn holding(store: &Store, ip: IpAddr) -> impl Iterator<Item = &Arc<Object>> {
    store.list(RESOURCE, "").filter(move |range| cidrs(range).iter().any(|c| c.contains(ip)))
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(range) = view.store.get(RESOURCE, "", &key.name) else { return Outcome::default() };
    if range.is_deleted() {
        return leaving(view, range);
    }
    let mut object = range.value().clone();
    let mut writes = Vec::new();
    if !has_finalizer(range) {
        object.entry_at(&["metadata", "finalizers"]).list_mut().push(FINALIZER.into());
        // What comes behind has another revision to change.
        writes.push(Write::silent(Action::Update { resource: RESOURCE.into(), object: object.clone() }));
        object.entry("metadata").remove("resourceVersion");
    }
    writes.extend(condition(&mut object, "True", "", READY, view.now));
    Outcome { writes, ..Outcome::default() }
}

fn has_finalizer(range: &Object) -> bool {
    range.metadata().get("finalizers").items().iter().any(|f| f.str() == FINALIZER)
}

/// A range that is to go.
fn leaving(view: &View<'_>, range: &Object) -> Outcome {
    if !is_free(view.store, range) {
        let mut object = range.value().clone();
        let write = condition(&mut object, "False", "Terminating", IN_USE, view.now);
        return Outcome { writes: write.into_iter().collect(), ..Outcome::default() };
    }
    let since = Instant::parse(range.metadata().get("deletionTimestamp").str()).unwrap_or(view.now);
    let left = GRACE.as_millis() - (view.now - since).as_millis();
    if left > 0 {
        return Outcome { again: Some(Duration::from_millis(left)), ..Outcome::default() };
    }
    if !has_finalizer(range) {
        return Outcome::default();
    }
    let mut object = range.value().clone();
    object.entry_at(&["metadata", "finalizers"]).list_mut().retain(|f| f.str() != FINALIZER);
    let write = Write::silent(Action::Update { resource: RESOURCE.into(), object });
    Outcome { writes: [write].into(), ..Outcome::default() }
}

/// No address would be left without a range: each is in another one, too.
///
/// Models `canDeleteCIDR`.
fn is_free(store: &Store, range: &Object) -> bool {
    let is_other = |other: &&Arc<Object>| other.name() != range.name();
    let own = cidrs(range);
    let contains = |outer: &Cidr, inner: &Cidr| outer.bits() <= inner.bits() && outer.contains(inner.first());
    let has_parent = |cidr: &Cidr| {
        let others = store.list(RESOURCE, "").filter(is_other);
        others.into_iter().any(|other| cidrs(other).iter().any(|outer| contains(outer, cidr)))
    };
    if own.iter().all(has_parent) {
        return true;
    }
    let mut addresses = store.list(ADDRESSES, "").filter_map(|object| address(object));
    !addresses
        .any(|ip| own.iter().any(|c| c.contains(ip)) && !holding(store, ip).any(|other| is_other(&other)))
}

/// Sets the one condition that there is, if it is not what it should be.
fn condition(range: &mut Value, status: &str, reason: &str, message: &str, now: Instant) -> Option<Write> {
    let wanted = [("status", status), ("reason", reason), ("message", message)];
    let conditions = range.at(&["status", "conditions"]).items();
    let there = conditions.iter().position(|c| c.get("type").str() == "Ready");
    let current = there.and_then(|at| conditions.get(at));
    if current.is_some_and(|c| wanted.iter().all(|(name, text)| c.get(name).str() == *text)) {
        return None;
    }
    let fields = [("type", "Ready")].into_iter().chain(wanted).map(|(name, text)| (name, Value::text(text)));
    let time = ("lastTransitionTime", Value::from(now.rfc3339()));
    let condition = Value::map(fields.chain([time]));
    let conditions = range.entry_at(&["status", "conditions"]).list_mut();
    match there.and_then(|at| conditions.get_mut(at)) {
        Some(place) => *place = condition,
        None => conditions.push(condition),
    }
    Some(Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object: range.clone() }))
}
