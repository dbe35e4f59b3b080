//! External names that do not lead anywhere.

use super::finding::{Finding, Fix, Severity, remove, set};
use super::scene::Scene;
use crate::base::{Value, ip};
use crate::object::{ServiceType, resource};
use alloc::format;
use alloc::vec::Vec;

const FIELD: &str = "spec.externalName";
const ZONE: &str = "cluster.local";

pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if scene.service.kind() != ServiceType::ExternalName {
        return;
    }
    let name = scene.service.external_name();
    if ip::parse(name).is_some() {
        findings.push(address(scene, name));
    } else if let Some(found) = in_cluster(scene, name) {
        findings.push(found);
    }
    if !scene.service.selector().is_empty() {
        let message = "An external name is only an alias in DNS: the selector means nothing.";
        let found =
            scene.finding("external-name-ignores-selector", Severity::Hint, "spec.selector", message.into());
        let fix = Fix::new("Remove the selector".into(), &scene.place(""), [remove(&["spec", "selector"])]);
        findings.push(found.fixed_by(Some(fix)));
    }
}

fn address(scene: &Scene<'_>, name: &str) -> Finding {
    let message = format!(
        "{name} is an address, but an external name has to be a name: DNS answers that there is none. For an address \
         write a Service without a selector, and an EndpointSlice."
    );
    scene.finding("external-name-is-address", Severity::Error, FIELD, message)
}

/// A name that is that of a Service, or is meant to be.
fn in_cluster(scene: &Scene<'_>, name: &str) -> Option<Finding> {
    let full = name.trim_end_matches('.');
    let bare = full.strip_suffix(ZONE).and_then(|n| n.strip_suffix(".svc."));
    let exists =
        |namespace: &str, service: &str| scene.store.get(resource::SERVICES, namespace, service).is_some();
    if let Some((service, namespace)) = bare.and_then(|b| b.split_once('.')) {
        if service == scene.name().as_str() && namespace == scene.namespace().as_str() {
            let message = "The Service is an alias of itself: DNS answers without any address.";
            return Some(scene.finding("external-name-is-itself", Severity::Error, FIELD, message.into()));
        }
        // What stands before a Service may be the name of a pod.
        let there = exists(namespace, service)
            || namespace.split_once('.').is_some_and(|(service, namespace)| exists(namespace, service));
        let message = format!(
            "There is no Service {service} in namespace {namespace}: DNS answers without any address."
        );
        return (!there).then(|| scene.finding("external-name-missing", Severity::Error, FIELD, message));
    }
    // Names are taken as they stand: no search list is tried.
    let short = full.strip_suffix(".svc").unwrap_or(full);
    let (service, namespace) = short.split_once('.').unwrap_or((short, scene.namespace()));
    if !exists(namespace, service) {
        return None;
    }
    let whole = format!("{service}.{namespace}.svc.{ZONE}");
    let message = format!(
        "{name} is taken as it stands and asked for outside the cluster. Service {service} in namespace {namespace} is called {whole}."
    );
    let title = format!("Set externalName to {whole}");
    let fix = Fix::new(title, &scene.place(""), [set(&["spec", "externalName"], Value::from(whole))]);
    Some(scene.finding("external-name-without-zone", Severity::Error, FIELD, message).fixed_by(Some(fix)))
}
