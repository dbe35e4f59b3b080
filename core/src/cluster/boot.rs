//! What is in a cluster before anybody has asked for anything.
//!
//! Models the start-up of `kube-apiserver` (`pkg/controlplane/controller`).

use crate::base::Value;
use crate::registry::Server;
use crate::registry::write::{self, At, Options, Part};
use alloc::vec::Vec;

const NAMESPACES: &[&str] = &["kube-system", "kube-public", "kube-node-lease", "default"];
/// The port of the API server.
const API_PORT: i32 = 6443;

pub(super) fn boot(server: &mut Server) {
    for name in NAMESPACES {
        create(server, "namespaces", named(name, ""));
    }
    service_cidr(server);
    kubernetes_service(server);
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
