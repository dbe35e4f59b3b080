//! A Service with everything that it depends on.

use super::finding::{Finding, Severity};
use crate::base::{Selector, Text, Value};
use crate::net::trace::Concern;
use crate::object::{Endpoint, EndpointSlice, Pod, Service, ServiceType, endpoint_slice, resource};
use crate::store::{Object, Store};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub store: &'a Store,
    pub object: &'a Arc<Object>,
    pub service: Service<'a>,
    /// The pods that its selector matches, but for those that have ended.
    pub pods: Vec<&'a Arc<Object>>,
    /// All its slices, whoever wrote them.
    pub slices: Vec<EndpointSlice<'a>>,
}

impl<'a> Scene<'a> {
    pub(super) fn of(store: &'a Store, object: &'a Arc<Object>) -> Scene<'a> {
        let (service, namespace) = (Service::of(object.value()), object.namespace());
        let pods = match service.selector().is_empty() || service.kind() == ServiceType::ExternalName {
            true => Vec::new(),
            false => {
                let selector = Selector::from_map(service.selector());
                let matched = store.select(resource::PODS, namespace, &selector);
                matched.filter(|p| !Pod::of(p.value()).is_terminal()).collect()
            }
        };
        let label = Value::map([(endpoint_slice::SERVICE_NAME, Value::from(object.name()))]);
        let selector = Selector::from_map(&label);
        let slices = store.select(resource::ENDPOINT_SLICES, namespace, &selector);
        let slices = slices.map(|s| EndpointSlice::of(s.value())).collect();
        Scene { store, object, service, pods, slices }
    }

    pub(super) fn namespace(&self) -> &'a Text {
        self.object.namespace()
    }

    pub(super) fn name(&self) -> &'a Text {
        self.object.name()
    }

    /// A field of the Service.
    pub(super) fn place(&self, field: impl Into<Text>) -> Concern {
        Concern::new("Service", self.namespace(), self.name()).field(field)
    }

    pub(super) fn finding(
        &self,
        id: &'static str,
        severity: Severity,
        field: &str,
        message: String,
    ) -> Finding {
        Finding::new(id, severity, self.place(field), message)
    }

    /// Whether endpoints come from its selector.
    pub(super) fn selects(&self) -> bool {
        self.service.kind() != ServiceType::ExternalName && !self.service.selector().is_empty()
    }

    pub(super) fn ready_endpoints(&self) -> impl Iterator<Item = Endpoint<'a>> + Clone {
        self.slices.iter().flat_map(|s| s.endpoints()).filter(|e| e.is_ready())
    }
}

/// An object of a kind, as a whole.
pub(super) fn concern(kind: &'static str, object: &Object) -> Concern {
    Concern::new(kind, object.namespace(), object.name())
}

/// `pod a`, `pods a and b`, `pods a, b and 3 more`.
pub(super) fn listed(kind: &str, names: &[&str]) -> String {
    match names {
        [] => format!("no {kind}"),
        [one] => format!("{kind} {one}"),
        [first, second] => format!("{kind}s {first} and {second}"),
        [first, second, third] => format!("{kind}s {first}, {second} and {third}"),
        [first, second, rest @ ..] => format!("{kind}s {first}, {second} and {} more", rest.len()),
    }
}

/// The same for pods.
pub(super) fn listed_pods(pods: &[&Arc<Object>]) -> String {
    listed("pod", &pods.iter().map(|p| p.name().as_str()).collect::<Vec<_>>())
}

/// `app=web,tier=front`
pub(super) fn labels_text(labels: &Value) -> String {
    let pairs = labels.entries().iter().map(|(k, v)| format!("{k}={}", v.str()));
    pairs.collect::<Vec<_>>().join(",")
}
