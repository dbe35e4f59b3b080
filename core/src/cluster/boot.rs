//! What is in a cluster before anybody has asked for anything.
//!
//! Models the start-up of `kube-apiserver` (`pkg/controlplane/controller`).

pub(super) mod addons;

use crate::base::Value;
use crate::base::ip::Family;
use crate::registry::Server;
use crate::registry::write::{self, At, Options, Part};
use alloc::vec::Vec;
use core::net::IpAddr;

const NAMESPACES: &[&str] = &["kube-system", "kube-public", "kube-node-lease", "default"];
/// The port of the API server.
const API_PORT: i32 = 6443;

pub(super) fn boot(server: &mut Server, options: &super::Options) {
    for name in NAMESPACES {
        create(server, "namespaces", named(name, ""));
    }
    priority_classes(server);
    service_cidr(server);
    kubernetes_service(server);
    if let Some(address) = options.api_server {
        kubernetes_endpoints(server, address);
    }
    if options.addons {
        addons::add(server);
    }
}

/// Name, value, description.
///
/// Models `pkg/apis/scheduling/v1/helpers.go`.
const PRIORITY_CLASSES: &[(&str, i64, &str)] = &[
    (
        "system-node-critical",
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
    (
        "system-cluster-critical",
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
];

fn priority_classes(server: &mut Server) {
    for (name, value, description) in PRIORITY_CLASSES {
        let mut class = named(name, "");
        class.set("value", *value);
        class.set("description", *description);
        class.set("preemptionPolicy", "PreemptLowerPriority");
        create(server, "priorityclasses.scheduling.k8s.io", class);
    }
}

/// The range, or ranges, that the server was started with.
fn service_cidr(server: &mut Server) {
    let cidrs =
        server.config.service_cidrs.iter().map(|c| Value::from(alloc::format!("{c}"))).collect::<Vec<_>>();
    let mut object = named("kubernetes", "");
    object.set("spec", Value::map([("cidrs", Value::list(cidrs))]));
    object
        .entry("metadata")
        .set("finalizers", Value::list(["networking.k8s.io/service-cidr-finalizer".into()]));
    create(server, crate::registry::service_cidr::RESOURCE, object);
    let time = server.now.rfc3339();
    let condition = Value::map([
        ("type", Value::text("Ready")),
        ("status", Value::text("True")),
        ("lastTransitionTime", Value::from(time)),
        ("reason", Value::text("")),
        ("message", Value::text("Kubernetes Service CIDR is ready")),
    ]);
    let at = At { resource: crate::registry::service_cidr::RESOURCE, namespace: "", name: "kubernetes" };
    let options = Options::by("kube-apiserver");
    let done = write::update(server, at, Part::Status, &options, false, |_, old| {
        let mut new = old.clone();
        new.entry("status").set("conditions", Value::list([condition]));
        Ok(new)
    });
    drop(done);
}

/// The Service of the API server itself, at the first address of the range.
fn kubernetes_service(server: &mut Server) {
    let first = server.config.service_cidrs.first().and_then(|c| c.nth(1));
    let mut service = named("kubernetes", "default");
    let labels = [("component", Value::text("apiserver")), ("provider", Value::text("kubernetes"))];
    service.entry("metadata").set("labels", Value::map(labels));
    let port = Value::map([
        ("name", Value::text("https")),
        ("protocol", Value::text("TCP")),
        ("port", 443.into()),
        ("targetPort", API_PORT.into()),
    ]);
    let mut spec = Value::map([("ports", Value::list([port]))]);
    if let Some(ip) = first {
        spec.set("clusterIP", alloc::format!("{ip}"));
    }
    spec.set("sessionAffinity", "None");
    spec.set("type", "ClusterIP");
    service.set("spec", spec);
    create(server, "services", service);
}

/// Where the API server is.
///
/// Models `pkg/controlplane/reconcilers`.
fn kubernetes_endpoints(server: &mut Server, address: IpAddr) {
    let ip = Value::from(alloc::format!("{address}"));
    let port = Value::map([
        ("name", Value::text("https")),
        ("port", API_PORT.into()),
        ("protocol", Value::text("TCP")),
    ]);
    let labelled = |label: &'static str, value: &str| {
        let mut object = named("kubernetes", "default");
        object.entry("metadata").set("labels", Value::map([(label, Value::text(value))]));
        object
    };
    let mut endpoints = labelled("endpointslice.kubernetes.io/skip-mirror", "true");
    let subset = Value::map([
        ("addresses", Value::list([Value::map([("ip", ip.clone())])])),
        ("ports", Value::list([port.clone()])),
    ]);
    endpoints.set("subsets", Value::list([subset]));
    create(server, "endpoints", endpoints);
    let mut slice = labelled("kubernetes.io/service-name", "kubernetes");
    slice.set("addressType", Family::of(address).name());
    let ready = Value::map([("ready", Value::Bool(true))]);
    let endpoint = Value::map([("addresses", Value::list([ip])), ("conditions", ready)]);
    slice.set("endpoints", Value::list([endpoint]));
    slice.set("ports", Value::list([port]));
    create(server, "endpointslices.discovery.k8s.io", slice);
}

fn named(name: &str, namespace: &str) -> Value {
    let mut metadata = Value::map([("name", Value::text(name))]);
    if !namespace.is_empty() {
        metadata.set("namespace", namespace);
    }
    Value::map([("metadata", metadata)])
}

fn create(server: &mut Server, resource: &str, object: Value) {
    let Some(kind) = server.kind(resource) else { return };
    let object = kind.complete(&server.schema, object);
    // Nothing here can be refused but by a range without addresses, and then there is no such Service.
    drop(write::create(server, resource, object, &Options::by("kube-apiserver")));
}

#[cfg(test)]
mod tests;
