//! StatefulSets whose pods have no names of their own.

use super::finding::{Finding, Severity};
use crate::base::Selector;
use crate::net::trace::Concern;
use crate::object::{Service, resource};
use crate::store::{Object, Store};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) fn look(store: &Store, findings: &mut Vec<Finding>) {
    findings.extend(store.list("statefulsets.apps", "").filter_map(|set| names(store, set)));
}

/// Its pods are found by name only through the Service that it names, and only if that selects them.
fn names(store: &Store, set: &Arc<Object>) -> Option<Finding> {
    let spec = set.value().get("spec");
    let name = spec.get("serviceName").str();
    if name.is_empty() {
        return None;
    }
    let place = Concern::new("StatefulSet", set.namespace(), set.name()).field("spec.serviceName");
    let names = format!("the names {}-0.{name} and so on do not exist", set.name());
    let Some(service) = store.get(resource::SERVICES, set.namespace(), name) else {
        let message =
            format!("There is no Service {name}, by which the pods would have names of their own: {names}.");
        return Some(Finding::new("stateful-set-service-missing", Severity::Warning, place, message));
    };
    let selector = Service::of(service.value()).selector();
    let labels = spec.at(&["template", "metadata", "labels"]);
    if selector.is_empty() || Selector::from_map(selector).matches(labels) {
        return None;
    }
    let message = format!("Service {name} does not select the pods of the StatefulSet: {names}.");
    let found = Finding::new("stateful-set-service-selects-others", Severity::Warning, place, message);
    Some(found.with([Concern::new("Service", service.namespace(), service.name()).field("spec.selector")]))
}
