//! Variables of Services that take each other's names.

use super::finding::{Finding, Severity};
use super::scene::{Scene, concern};
use crate::net::env;
use crate::object::{Service, resource};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if !scene.service.has_cluster_ip() {
        return;
    }
    let (master_namespace, master) = env::MASTER;
    if scene.name() == master && scene.namespace() != master_namespace {
        let message = "Pods of this namespace are told of this Service where programs look for the API server: KUBERNETES_SERVICE_HOST is its address.";
        findings.push(scene.finding(
            "variables-hide-api-server",
            Severity::Error,
            "metadata.name",
            message.into(),
        ));
        return;
    }
    findings.extend(collision(scene));
}

/// Another Service of the namespace makes a variable of the same name, and another value.
fn collision(scene: &Scene<'_>) -> Option<Finding> {
    let own = variables(scene.service);
    // Only a name that begins with the other's can make the same variables.
    let mut others = scene.store.list(resource::SERVICES, scene.namespace()).filter(|o| {
        let (mine, theirs) = (env::variable_name(scene.name()), env::variable_name(o.name()));
        o.name() != scene.name() && theirs.starts_with(&mine) && Service::of(o.value()).has_cluster_ip()
    });
    let clash = |theirs: BTreeMap<String, String>| {
        theirs
            .into_iter()
            .find(|(name, value)| own.get(name).is_some_and(|v| v != value))
            .map(|(name, _)| name)
    };
    let (other, name) = others.find_map(|o| Some((o, clash(variables(Service::of(o.value())))?)))?;
    let message = format!(
        "Services {} and {} both make the variable {name}: containers see the value of one of them, and nobody knows of which.",
        scene.name(),
        other.name(),
    );
    let found = scene.finding("variables-collide", Severity::Warning, "metadata.name", message);
    Some(found.with([concern("Service", other)]))
}

fn variables(service: Service<'_>) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    env::variables_of(service, |name, value| {
        variables.insert(name, value);
    });
    variables
}
