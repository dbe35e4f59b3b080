//! The slices of a Service against its pods: as few changes as bring every pod into a slice with its ports.
//!
//! Models `k8s.io/endpointslice/reconciler.go`.

use super::super::endpoint_pod::Pod;
use super::super::fields::Keys;
use super::super::slice::Ports;
use super::backend::{Backend, PortsCache, node_of, ports, ports_are_numbers};
use super::labels;
use super::plan::{Endpoint, Plan, Slice, is_owned};
use crate::base::ip::Family;
use crate::base::sort;
use crate::base::{Text, Value};
use crate::store::{Object, Store};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The most endpoints that a slice is given (`--max-endpoints-per-slice`).
pub(super) const MAX_ENDPOINTS: usize = 100;

/// The plan for one family, and the pods left out because their node is not there.
pub(super) fn reconcile<'a>(
    store: &'a Store,
    service: &'a Object,
    pods: &[Pod<'a>],
    slices: &[&'a Arc<Object>],
    family: Family,
) -> (Plan<'a>, Vec<&'a Object>) {
    let mut plan = Plan::default();
    let mut existing = BTreeMap::<Ports, Vec<&Arc<Object>>>::new();
    for slice in slices {
        match is_owned(slice, service) {
            true => existing.entry(Ports::of(slice)).or_default().push(slice),
            false => plan.delete.push(slice),
        }
    }
    let (desired, homeless) = desired(store, service, pods, family);
    let mut keys = Keys::default();
    for (ports, backends) in desired {
        let slices = existing.remove(&ports).unwrap_or_default();
        place(service, &slices, &backends, &ports, &mut keys, &mut plan);
    }
    plan.delete.extend(existing.into_values().flatten());
    keep_one(&mut plan, service, slices);
    (plan, homeless)
}

/// The pods by the ports that they serve, each group in the order of names.
fn desired<'a>(
    store: &'a Store,
    service: &'a Object,
    pods: &[Pod<'a>],
    family: Family,
) -> (BTreeMap<Ports, Vec<Backend<'a>>>, Vec<&'a Object>) {
    let mut groups = BTreeMap::<Ports, Vec<Backend<'a>>>::new();
    let (mut homeless, mut cache) = (Vec::new(), PortsCache::default());
    let publish = service.value().get("spec").get("publishNotReadyAddresses").is_true();
    let are_numbers = ports_are_numbers(service);
    let mut alike = None;
    for pod in pods.iter().filter(|pod| pod.is_listed(true)) {
        let of_pod = match &alike {
            Some(ports) => Ports::clone(ports),
            None => cache.ports(ports(service, pod)),
        };
        alike = alike.or_else(|| are_numbers.then(|| of_pod.clone()));
        // The ports of a pod count even if the pod itself does not.
        let group = groups.entry(of_pod).or_default();
        let node = node_of(store, pod);
        if node.is_none() && !publish {
            homeless.push(pod.object);
            continue;
        }
        group.extend(Backend::new(pod, node, service, publish, family));
    }
    (groups, homeless)
}

/// Places the pods that serve `ports` in slices: first where they are, then in slices that change anyway, then in the
/// one that they fill best, then in new ones.
///
/// Models `reconcileByPortMapping`.
fn place<'a>(
    service: &Object,
    slices: &[&'a Arc<Object>],
    backends: &[Backend<'_>],
    ports: &Ports,
    keys: &mut Keys,
    plan: &mut Plan<'a>,
) {
    let mut placed = alloc::vec![false; backends.len()];
    let (mut update, mut unchanged) = (Vec::new(), Vec::new());
    for slice in slices {
        let Kept { endpoints, changed } = keep(slice, backends, keys, &mut placed);
        let relabel = !labels::are_copied(slice, service);
        if changed && endpoints.is_empty() {
            plan.delete.push(slice);
        } else if changed {
            update.push(Slice { stored: Some(slice), ports: ports.clone(), endpoints, relabel: true });
        } else if relabel {
            update.push(Slice { relabel, ports: ports.clone(), ..Slice::stored(slice) });
        } else {
            unchanged.push(*slice);
        }
    }
    let left = backends.iter().zip(&placed).filter(|(_, placed)| !**placed);
    let mut left = left.map(|(b, _)| Endpoint { value: b.value(keys), hints: Value::Null });
    let mut count = placed.iter().filter(|placed| !**placed).count();
    let mut fill = |slice: &mut Slice<'_>, count: &mut usize| {
        let room = MAX_ENDPOINTS.saturating_sub(slice.endpoints.len());
        slice.endpoints.extend(left.by_ref().take(room));
        *count = count.saturating_sub(room);
    };
    sort::by_key(&mut update, |s| core::cmp::Reverse(s.endpoints.len()));
    for slice in &mut update {
        fill(slice, &mut count);
    }
    while count > 0 {
        match fullest_with_room(&unchanged, count) {
            Some(i) => {
                let mut slice = Slice { ports: ports.clone(), ..Slice::stored(unchanged.remove(i)) };
                fill(&mut slice, &mut count);
                update.push(slice);
            }
            None => {
                let mut slice = Slice::new(ports.clone());
                fill(&mut slice, &mut count);
                plan.create.push(slice);
            }
        }
    }
    plan.update.append(&mut update);
    plan.unchanged.append(&mut unchanged);
}

/// What stays in a slice.
struct Kept {
    endpoints: Vec<Endpoint>,
    /// An endpoint is gone or not as it should be.
    changed: bool,
}

/// The endpoints of a slice that are still wanted, as they should be; each is placed with that.
fn keep(slice: &Object, backends: &[Backend<'_>], keys: &mut Keys, placed: &mut [bool]) -> Kept {
    let stored = slice.value().get("endpoints").items();
    let mut kept = Kept { endpoints: Vec::with_capacity(stored.len()), changed: false };
    let mut next = 0;
    for endpoint in stored {
        // Mostly they stand in the order of the pods, and are as they should be.
        let exact = backends.get(next).is_some_and(|b| b.is_exactly(endpoint));
        let found = if exact { Some(next) } else { find(backends, endpoint) };
        let found = found.and_then(|i| Some((i, backends.get(i)?, placed.get_mut(i)?)));
        let Some((i, backend, taken)) = found.filter(|(_, _, taken)| !**taken) else {
            kept.changed = true;
            continue;
        };
        next = i + 1;
        *taken = true;
        kept.changed |= !exact && !backend.is_right(endpoint);
        let as_it_is = exact || backend.is_exactly(endpoint);
        let value = if as_it_is { endpoint.clone() } else { backend.value(keys) };
        kept.endpoints.push(Endpoint { value, hints: Value::Null });
    }
    kept
}

/// The pod that an endpoint of a slice stands for.
fn find(backends: &[Backend<'_>], endpoint: &Value) -> Option<usize> {
    let name = endpoint.get("targetRef").get("name").str();
    let i = backends.binary_search_by(|b| b.name().as_str().cmp(name)).ok()?;
    backends.get(i).filter(|b| b.is(endpoint)).map(|_| i)
}

/// The slice that `count` more endpoints fill best, if they fit into one.
///
/// Models `getSliceToFill`.
fn fullest_with_room(slices: &[&Arc<Object>], count: usize) -> Option<usize> {
    let room = |slice: &Object| {
        let size = slice.value().get("endpoints").items().len();
        MAX_ENDPOINTS.checked_sub(size + count)
    };
    let rooms = slices.iter().enumerate().filter_map(|(i, slice)| Some((room(slice)?, i)));
    rooms.filter(|(room, _)| count < MAX_ENDPOINTS && *room < MAX_ENDPOINTS).min().map(|(_, i)| i)
}

/// A Service has a slice of each family even when it has no endpoint.
fn keep_one<'a>(plan: &mut Plan<'a>, service: &Object, slices: &[&'a Arc<Object>]) {
    if slices.len() != plan.delete.len() || !plan.create.is_empty() {
        return;
    }
    match plan.delete.as_slice() {
        [last] if is_placeholder(last, service) => {
            plan.unchanged.append(&mut plan.delete);
        }
        _ => plan.create.push(Slice::new(Ports::default())),
    }
}

fn is_placeholder(slice: &Object, service: &Object) -> bool {
    let value = slice.value();
    value.get("endpoints").is_empty()
        && value.get("ports").is_empty()
        && labels::are_like(slice.labels(), &labels::of(service))
}

/// The families of which a Service has slices.
///
/// Models `getAddressTypesForService`.
pub(super) fn families(service: &Object) -> Vec<Family> {
    let spec = service.value().get("spec");
    let named = spec.get("ipFamilies").items().iter().filter_map(|f| Family::parse(f.str()));
    let named = named.collect::<Vec<_>>();
    match spec.get("clusterIP").as_text().map_or("", Text::as_str) {
        _ if !named.is_empty() => named,
        "" | "None" => [Family::IPv4, Family::IPv6].into(),
        ip => [if ip.contains(':') { Family::IPv6 } else { Family::IPv4 }].into(),
    }
}
