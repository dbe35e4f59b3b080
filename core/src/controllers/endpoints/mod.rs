//! The Endpoints controller: which addresses stand behind a Service, in one object of the Service's name.
//!
//! Models `pkg/controller/endpoint/endpoints_controller.go`.

mod address;
mod capacity;
pub(super) mod subsets;

pub(super) use address::Address;

use super::backends::{self, has_cluster_ip, services_of_changed_pod};
use super::endpoint_pod::{Pod, canonical};
use super::fields::Keys;
use super::trigger::{Trigger, annotate, trigger};
use super::{
    Action, Controller, Detail, Due, Heard, Key, Memory, Outcome, Record, Retry, View, Write, at_once,
};
use crate::base::ip::{Family, parse_sloppy};
use crate::base::{Selector, Text, Value};
use crate::store::{Change, Object};
use address::Target;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use subsets::{Offers, Port, Subset, are_equal};

pub const CONTROLLER: Controller = Controller {
    name: "endpoints-controller",
    manager: "kube-controller-manager",
    component: "endpoint-controller",
    affected,
    sync,
    retry: Retry::USUAL,
};

pub(super) const ENDPOINTS: &str = "endpoints";
pub(super) const HEADLESS: &str = "service.kubernetes.io/headless";
const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";
const MANAGER: &str = "endpoint-controller";

fn affected(_: &mut Memory, heard: &Heard<'_>) -> Vec<Due> {
    let event = heard.event;
    let keys = match (event.resource.as_str(), event.change) {
        // Endpoints that somebody edits are left as they are until something else happens.
        ("services", _) | (ENDPOINTS, Change::Deleted) => [Key::of(&event.object)].into(),
        ("pods", _) => services_of_changed_pod(heard),
        _ => Vec::new(),
    };
    at_once(keys)
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let existing = view.store.get(ENDPOINTS, &key.namespace, &key.name);
    let Some(service) = view.store.get("services", &key.namespace, &key.name) else {
        return Outcome {
            writes: existing.map(|e| Write::silent(delete(e))).into_iter().collect(),
            memory: Some(Value::Null),
            ..Outcome::default()
        };
    };
    let spec = service.value().get("spec");
    if spec.get("type").str() == "ExternalName" || spec.get("selector").is_empty() {
        return Outcome::default();
    }
    let selector = Selector::from_map(spec.get("selector"));
    let pods = backends::selected(view.store, service, &selector);
    let Trigger { time, memory } = trigger(view.memory.of(key), service, &pods);
    let mut subsets = desired(service, &pods);
    if existing.is_some_and(|existing| reuse(&mut subsets, existing, service)) {
        return Outcome { memory, ..Outcome::default() };
    }
    let write = write(service, existing, subsets, time.as_ref());
    Outcome { writes: [write].into(), memory, ..Outcome::default() }
}

fn delete(endpoints: &Object) -> Action {
    Action::Delete {
        resource: ENDPOINTS.into(),
        key: Key::of(endpoints),
        uid: Text::EMPTY,
        grace_period: None,
        propagation: None,
    }
}

/// What the Endpoints should hold.
fn desired<'a>(service: &Object, pods: &[Pod<'a>]) -> Vec<Subset<'a>> {
    let spec = service.value().get("spec");
    let publish = spec.get("publishNotReadyAddresses").is_true();
    let ports = spec.get("ports").items();
    let mut offers = Offers::default();
    for pod in pods.iter().filter(|pod| pod.is_listed(publish)) {
        let Some(address) = address_of(pod, service) else { continue };
        let ready = publish || pod.ready;
        if ports.is_empty() && spec.get("clusterIP").str() == "None" {
            let host = offers.host(address);
            offers.offer(host, None, 0, ready);
            continue;
        }
        let found = ports.iter().enumerate();
        let mut found = found.filter_map(|(i, p)| Some((i, port(p, backends::target_port(pod, p)?))));
        let Some(first) = found.next() else { continue };
        let host = offers.host(address);
        for (place, port) in core::iter::once(first).chain(found) {
            offers.offer(host, Some(port), place, ready);
        }
    }
    offers.pack()
}

fn port(service_port: &Value, number: i64) -> Port {
    let text = |field: &str| service_port.get(field).as_text().cloned();
    Port {
        name: text("name").unwrap_or_default(),
        number,
        protocol: text("protocol").unwrap_or_default(),
        app_protocol: text("appProtocol"),
    }
}

/// The pod's address of the Service's first family.
///
/// Models `podToEndpointAddressForService`.
fn address_of<'a>(pod: &Pod<'a>, service: &Object) -> Option<Address<'a>> {
    const NOWHERE: &Text = &Text::EMPTY;
    let family = family(pod, service.value().get("spec"));
    let mut written = pod.ips.iter().filter_map(|i| canonical(i.get("ip").as_text()?));
    let (ip, _) = written.find(|(_, f)| *f == family)?;
    Some(Address {
        hostname: pod.name_in(service),
        // Without a node it is the empty name, which the API server refuses.
        node: Some(pod.node.as_text().unwrap_or(NOWHERE)),
        target: Target::Pod(*pod),
        ..Address::new(ip)
    })
}

fn family(pod: &Pod<'_>, spec: &Value) -> Family {
    let first = spec.get("ipFamilies").items().first().and_then(|f| Family::parse(f.str()));
    let of = |ip: &Value| parse_sloppy(ip.str()).map_or(Family::IPv4, Family::of);
    first.unwrap_or_else(|| match spec.get("clusterIP") {
        ip if !matches!(ip.str(), "" | "None") => of(ip),
        _ => of(pod.ip),
    })
}

/// Takes over what is stored already, and answers whether that is all there is to write.
fn reuse<'a>(subsets: &mut [Subset<'a>], existing: &'a Object, service: &Object) -> bool {
    let stored = existing.value().get("subsets").items();
    let current = stored.iter().map(Subset::read).collect::<Vec<_>>();
    subsets.iter_mut().for_each(|s| s.take_over(&current));
    are_equal(&current, subsets)
        && labels_are_right(existing.labels(), service.labels())
        && capacity::annotation_is_right(existing.metadata(), &current)
}

fn labels_are_right(labels: &Value, wanted: &Value) -> bool {
    let copied = |key: &str| key != HEADLESS && key != MANAGED_BY;
    let copies = labels.entries().iter().filter(|(key, _)| copied(key));
    labels.get(MANAGED_BY).str() == MANAGER
        && copies.clone().all(|(key, value)| wanted.find(key) == Some(value))
        && copies.count() == wanted.entries().len()
}

fn write(
    service: &Object,
    existing: Option<&Arc<Object>>,
    mut subsets: Vec<Subset<'_>>,
    time: Option<&Text>,
) -> Write {
    let (mut keys, truncated) = (Keys::default(), capacity::truncate(&mut subsets));
    let mut object = existing.map_or_else(|| named_as(service), |e| e.value().clone());
    let metadata = object.entry("metadata");
    metadata.set("labels", labels(service));
    annotate(metadata, time);
    capacity::annotate(metadata, truncated);
    match subsets.is_empty() {
        true => drop(object.remove("subsets")),
        false => object.set("subsets", Value::list(subsets.iter().map(|s| s.value(&mut keys)))),
    }
    let (namespace, name) = (service.namespace(), service.name());
    let (reason, message) = match existing {
        None => (
            "FailedToCreateEndpoint",
            format!("Failed to create endpoint for service {namespace}/{name}: {{error}}"),
        ),
        Some(_) => {
            ("FailedToUpdateEndpoint", format!("Failed to update endpoint {namespace}/{name}: {{error}}"))
        }
    };
    let (about, failed, detail) = (object.clone(), Some((reason, message)), Detail::default());
    let record = Record { about, done: None, failed, warning: true, detail };
    let action = match existing {
        None => Action::Create { resource: ENDPOINTS.into(), object },
        Some(_) => Action::Update { resource: ENDPOINTS.into(), object },
    };
    Write { action, record: Some(record) }
}

fn named_as(service: &Object) -> Value {
    let names = [("name", service.name()), ("namespace", service.namespace())];
    let metadata = Value::map(names.map(|(field, text)| (field, Value::from(text))));
    Value::map([("kind", Value::from("Endpoints")), ("apiVersion", "v1".into()), ("metadata", metadata)])
}

/// The labels of the Service, and what marks the Endpoints as this controller's.
fn labels(service: &Object) -> Value {
    let mut labels = service.labels().clone();
    let map = labels.map_mut();
    map.remove(HEADLESS);
    if !has_cluster_ip(service.value()) {
        map.insert(HEADLESS.into(), "".into());
    }
    map.insert(MANAGED_BY.into(), MANAGER.into());
    map.sort();
    labels
}
