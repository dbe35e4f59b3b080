//! The slices of Endpoints: one per family and set of ports, with at most a thousand endpoints.
//!
//! Models `pkg/controller/endpointslicemirroring/reconciler.go`.

use super::super::endpoint_pod::canonical;
use super::super::endpoints::Address;
use super::super::endpoints::subsets::{Subset, repack};
use super::super::fields::Keys;
use super::super::slice::{Port, Ports, controller_reference, name_prefix};
use super::super::tracker::{MANAGED_BY, SERVICE_NAME, SLICES};
use super::super::{Action, Record, Write, trigger};
use super::{MANAGER, delete};
use crate::base::ip::Family;
use crate::base::{Text, Value};
use crate::store::Object;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The most endpoints of a subset (`--mirroring-max-endpoints-per-subset`).
const MAX_ENDPOINTS: usize = 1000;
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What is to be written, and the slices that are right as they are.
pub(super) fn reconcile<'a>(
    endpoints: &'a Object,
    slices: &[&'a Arc<Object>],
) -> (Vec<Write>, Vec<&'a Object>) {
    let desired = Desired::of(endpoints);
    let mut existing = BTreeMap::<Group, Vec<&Arc<Object>>>::new();
    for slice in slices {
        let address_type = slice.value().get("addressType").as_text().cloned().unwrap_or_default();
        existing.entry((address_type, Ports::of(slice))).or_default().push(slice);
    }
    let (mut plan, mut right) = (Plan::default(), Vec::new());
    for (group, wanted) in desired.groups {
        let there = existing.remove(&group).unwrap_or_default();
        match there.split_first() {
            _ if wanted.is_empty() => plan.delete.extend(there),
            None => plan.create.push((group, wanted)),
            Some((first, others)) => {
                plan.delete.extend(others.iter().copied());
                match is_right(first, endpoints, &wanted) {
                    true => right.push(&***first),
                    false => plan.update.push((Name::Given(first.name().clone()), group, wanted)),
                }
            }
        }
    }
    plan.delete.extend(existing.into_values().flatten());
    let mut writes = desired.complaints;
    writes.extend(plan.actions(endpoints).into_iter().map(Write::silent));
    (writes, right)
}

/// What slices are told apart by: the type of their addresses, and their ports.
type Group = (Text, Ports);

/// Endpoints by what makes each one the same: address, host name, namespace and name of the target.
type Wanted = BTreeMap<(Text, Text, Text, Text), Value>;

#[derive(Debug, Default)]
struct Desired {
    groups: BTreeMap<Group, Wanted>,
    /// What to record as Events.
    complaints: Vec<Write>,
}

impl Desired {
    fn of(endpoints: &Object) -> Desired {
        let subsets = endpoints.value().get("subsets").items().iter().map(Subset::read).collect::<Vec<_>>();
        let mut desired = Desired::default();
        let (mut keys, mut invalid, mut skipped) = (Keys::default(), 0, 0);
        for subset in repack(&subsets) {
            let ports = ports(&subset);
            for family in [Family::IPv4, Family::IPv6] {
                desired.groups.entry((family.name().into(), ports.clone())).or_default();
            }
            let mut added = 0;
            let all = subset.addresses.iter().map(|a| (a, true));
            for (address, ready) in all.chain(subset.not_ready.iter().map(|a| (a, false))) {
                if added >= MAX_ENDPOINTS {
                    break;
                }
                match canonical(&address.ip) {
                    Some((ip, family)) => {
                        let group = desired.groups.entry((family.name().into(), ports.clone())).or_default();
                        group.insert(identity(&ip, address), endpoint(&mut keys, ip, address, ready));
                        added += 1;
                    }
                    None => invalid += 1,
                }
            }
            skipped += subset.len() - added;
        }
        let mut complain = |reason, message| {
            let record = Record::warning(endpoints.value(), reason, message);
            desired.complaints.push(Write { action: Action::Nothing, record: Some(record) });
        };
        if invalid > 0 {
            let message = format!("Skipped {invalid} invalid IP addresses when mirroring to EndpointSlices");
            complain("InvalidIPAddress", message);
        }
        if skipped > invalid {
            let message = format!(
                "A max of {MAX_ENDPOINTS} addresses can be mirrored to EndpointSlices per Endpoints subset. {skipped} addresses were skipped"
            );
            complain("TooManyAddressesToMirror", message);
        }
        desired
    }
}

fn ports(subset: &Subset<'_>) -> Ports {
    let port = |p: &super::super::endpoints::subsets::Port| Port {
        name: Some(p.name.clone()),
        protocol: Some(p.protocol.clone()),
        number: Some(p.number),
        app_protocol: p.app_protocol.clone(),
    };
    Ports::new(subset.ports.iter().map(port).collect())
}

fn identity(ip: &Text, address: &Address<'_>) -> (Text, Text, Text, Text) {
    let target = |field: &str| address.target.text(field).into();
    (ip.clone(), address.hostname.cloned().unwrap_or_default(), target("namespace"), target("name"))
}

/// Models `addressToEndpoint`.
fn endpoint(keys: &mut Keys, ip: Text, address: &Address<'_>, ready: bool) -> Value {
    let (conditions, target) = (keys.map([("ready", ready.into())]), address.target.value(keys));
    keys.map([
        ("addresses", Value::list([ip.into()])),
        ("conditions", conditions),
        ("hostname", address.hostname.into()),
        ("targetRef", target),
        ("nodeName", address.node.into()),
    ])
}

/// Whether a slice mirrors these Endpoints as they are.
fn is_right(slice: &Object, endpoints: &Object, wanted: &Wanted) -> bool {
    let stored = slice.value().get("endpoints").items();
    let known = stored.iter().all(|e| wanted.get(&identity_of(e)).is_some_and(|w| is_like(e, w)));
    let labels = without(slice.labels(), &[MANAGED_BY, SERVICE_NAME]);
    let annotations = copied_annotations(endpoints);
    let former = slice.metadata().get("ownerReferences").items().iter().any(|o| {
        o.get("kind").str() == "Endpoints"
            && o.get("name").str() == endpoints.name().as_str()
            && o.get("uid").str() != endpoints.uid()
    });
    let same = |a: &Value, b: &Value| a == b || a.is_empty() && b.is_empty();
    known
        && stored.len() == wanted.len()
        && same(&labels, endpoints.labels())
        && same(&annotations, slice.metadata().get("annotations"))
        && !former
}

/// What makes a stored endpoint the same as a wanted one.
fn identity_of(endpoint: &Value) -> (Text, Text, Text, Text) {
    let text = |v: &Value| v.as_text().cloned().unwrap_or_default();
    let target = endpoint.get("targetRef");
    let ip = match endpoint.get("addresses").items() {
        [ip] => text(ip),
        // None that is wanted has several, or none.
        _ => Text::EMPTY,
    };
    (ip, text(endpoint.get("hostname")), text(target.get("namespace")), text(target.get("name")))
}

/// Models `EndpointsEqualBeyondHash`.
fn is_like(stored: &Value, wanted: &Value) -> bool {
    let target = |e: &Value| without(e.get("targetRef"), &["resourceVersion"]);
    ["nodeName", "zone", "conditions"].iter().all(|f| stored.get(f) == wanted.get(f))
        && target(stored) == target(wanted)
}

#[derive(Debug, Default)]
struct Plan<'a> {
    create: Vec<(Group, Wanted)>,
    update: Vec<(Name, Group, Wanted)>,
    delete: Vec<&'a Arc<Object>>,
}

/// The name that a slice is written with.
#[derive(Clone, Debug)]
enum Name {
    /// It is new, and gets one.
    Generated,
    Given(Text),
    /// It was to be new, and takes the place of one that was to go.
    Reused(Text),
}

impl Plan<'_> {
    /// What is to be done. A slice that would be deleted becomes one that would be made, of the same type.
    ///
    /// Models `finalize` and `recycleSlices`.
    fn actions(mut self, endpoints: &Object) -> Vec<Action> {
        let mut create = Vec::new();
        for (group, wanted) in self.create {
            let reused =
                self.delete.iter().position(|s| s.value().get("addressType").str() == group.0.as_str());
            match reused {
                Some(i) => {
                    let name = Name::Reused(self.delete.remove(i).name().clone());
                    self.update.push((name, group, wanted));
                }
                None => create.push((group, wanted)),
            }
        }
        if endpoints.is_deleted() {
            create.clear();
        }
        let create = create.iter().map(|(group, wanted)| object(endpoints, &Name::Generated, group, wanted));
        let update = self.update.iter();
        let update = update.map(|(name, group, wanted)| object(endpoints, name, group, wanted));
        let create = create.map(|object| Action::Create { resource: SLICES.into(), object });
        let update = update.map(|object| Action::Update { resource: SLICES.into(), object });
        create.chain(update).chain(self.delete.iter().map(|slice| delete(slice))).collect()
    }
}

/// A slice in full. One that is written again under its name forgets that it was generated.
///
/// Models `newEndpointSlice`.
fn object(endpoints: &Object, name: &Name, (family, ports): &Group, wanted: &Wanted) -> Value {
    let mut labels = endpoints.labels().clone();
    let map = labels.map_mut();
    map.insert(SERVICE_NAME.into(), endpoints.name().into());
    map.insert(MANAGED_BY.into(), MANAGER.into());
    map.sort();
    let annotations = Some(copied_annotations(endpoints)).filter(|a| !a.is_empty());
    let (name, generated) = match name {
        Name::Generated => (None, true),
        Name::Given(name) => (Some(name), false),
        Name::Reused(name) => (Some(name), true),
    };
    let prefix = generated.then(|| name_prefix(endpoints.name()));
    let metadata = [
        ("name", Value::from(name)),
        ("generateName", prefix.into()),
        ("namespace", endpoints.namespace().into()),
        ("labels", labels),
        ("annotations", annotations.into()),
        ("ownerReferences", Value::list([controller_reference(endpoints, "Endpoints")])),
    ];
    Value::map([
        ("metadata", Value::map(metadata.into_iter().filter(|(_, v)| !v.is_null()))),
        ("addressType", family.into()),
        ("endpoints", Value::list(wanted.values().take(MAX_ENDPOINTS).cloned())),
        ("ports", ports.value()),
    ])
}

fn copied_annotations(endpoints: &Object) -> Value {
    without(endpoints.metadata().get("annotations"), &[trigger::ANNOTATION, LAST_APPLIED])
}

fn without(map: &Value, keys: &[&str]) -> Value {
    let mut map = map.clone();
    for key in keys {
        map.remove(key);
    }
    map
}
