//! Ingresses whose backends are not there.

use super::finding::{Finding, Severity};
use crate::base::Value;
use crate::net::trace::Concern;
use crate::object::{Service, resource};
use crate::store::{Object, Store};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) fn look(store: &Store, findings: &mut Vec<Finding>) {
    for ingress in store.list("ingresses.networking.k8s.io", "") {
        let missing = backends(ingress.value()).into_iter();
        findings.extend(missing.filter_map(|(field, backend)| missing_part(store, ingress, &field, backend)));
    }
}

/// All backends, and where they stand.
fn backends(ingress: &Value) -> Vec<(String, &Value)> {
    let spec = ingress.get("spec");
    let mut all = Vec::from([("spec.defaultBackend".to_string(), spec.get("defaultBackend"))]);
    for (i, rule) in spec.get("rules").items().iter().enumerate() {
        for (j, path) in rule.at(&["http", "paths"]).items().iter().enumerate() {
            all.push((format!("spec.rules[{i}].http.paths[{j}].backend"), path.get("backend")));
        }
    }
    all
}

fn missing_part(store: &Store, ingress: &Arc<Object>, field: &str, backend: &Value) -> Option<Finding> {
    let wanted = backend.get("service");
    let name = wanted.get("name").as_text()?;
    let place = |part: &str| {
        Concern::new("Ingress", ingress.namespace(), ingress.name()).field(format!("{field}.service.{part}"))
    };
    let Some(service) = store.get(resource::SERVICES, ingress.namespace(), name) else {
        let message = format!("There is no Service {name} in namespace {}.", ingress.namespace());
        return Some(Finding::new("ingress-service-missing", Severity::Error, place("name"), message));
    };
    let (number, port_name) = (wanted.at(&["port", "number"]).as_int(), wanted.at(&["port", "name"]).str());
    let mut ports = Service::of(service.value()).ports();
    let fits = ports.any(|p| match number {
        Some(number) => p.port().is_some_and(|port| i64::from(port.get()) == number),
        None => p.name() == port_name,
    });
    if fits {
        return None;
    }
    let port = number.map_or_else(|| port_name.to_string(), |n| n.to_string());
    let message = format!("Service {name} has no port {port}.");
    let found = Finding::new("ingress-port-missing", Severity::Error, place("port"), message);
    Some(found.with([Concern::new("Service", service.namespace(), service.name()).field("spec.ports")]))
}
