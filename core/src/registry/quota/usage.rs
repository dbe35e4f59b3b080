//! How much an object takes of what is counted.

use super::{Amounts, OF_CLASS};
use crate::base::quantity::Format;
use crate::base::{Duration, Instant, Quantity, Text, Value};
use crate::registry::pod::requests;
use crate::registry::resources::{self, quantity};
use crate::registry::volume;
use alloc::format;
use alloc::string::String;

/// What the object, of this resource, takes at this time.
///
/// Models `Usage`.
pub fn usage(resource: &str, object: &Value, now: Instant) -> Amounts {
    let mut out = Amounts::new();
    count(&mut out, format!("count/{resource}"), 1);
    match resource {
        "services" => service(object.get("spec"), &mut out),
        "pods" if is_alive(object, now) => pod(object.get("spec"), &mut out),
        "pods" => {}
        "persistentvolumeclaims" => claim(object, &mut out),
        alias => count(&mut out, alias, 1),
    }
    out
}

fn count(out: &mut Amounts, name: impl Into<Text>, n: i64) {
    out.insert(name.into(), Quantity::from_int(n, Format::DecimalSI));
}

fn service(spec: &Value, out: &mut Amounts) {
    let ports = spec.get("ports").items();
    let (balancers, node_ports) = match spec.get("type").str() {
        "NodePort" => (0, ports.len()),
        // Ports are not allocated yet: it counts what is wanted.
        "LoadBalancer" if spec.get("allocateLoadBalancerNodePorts").as_bool() == Some(false) => {
            (1, ports.iter().filter(|port| port.get("nodePort").int() != 0).count())
        }
        "LoadBalancer" => (1, ports.len()),
        _ => (0, 0),
    };
    count(out, "services", 1);
    count(out, "services.loadbalancers", balancers);
    count(out, "services.nodeports", i64::try_from(node_ports).unwrap_or(i64::MAX));
}

/// Pods that have ended take nothing any more, nor do those whose time to end is over.
///
/// Models `QuotaV1Pod`.
pub(super) fn is_alive(pod: &Value, now: Instant) -> bool {
    if matches!(pod.at(&["status", "phase"]).str(), "Failed" | "Succeeded") {
        return false;
    }
    let metadata = pod.get("metadata");
    let since = Instant::parse(metadata.get("deletionTimestamp").str());
    match (since, metadata.get("deletionGracePeriodSeconds").as_int()) {
        (Some(since), Some(grace)) => now <= since + Duration::from_secs(grace),
        _ => true,
    }
}

fn pod(spec: &Value, out: &mut Amounts) {
    count(out, "pods", 1);
    for (name, amount) in requests::of_pod(spec, "requests") {
        let asked = Text::from(format!("requests.{name}"));
        let is_compute = matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage");
        if is_compute || resources::is_huge_page(&name) {
            out.insert(name, amount.clone());
            out.insert(asked, amount);
        } else if resources::is_extended(&name) {
            out.insert(asked, amount);
        }
    }
    for (name, amount) in requests::of_pod(spec, "limits") {
        if matches!(name.as_str(), "cpu" | "memory" | "ephemeral-storage") {
            out.insert(format!("limits.{name}").into(), amount);
        }
    }
}

fn claim(claim: &Value, out: &mut Amounts) {
    let class = match claim.at(&["metadata", "annotations"]).find(volume::CLASS_ANNOTATION) {
        Some(class) => String::from(class.str()),
        None => String::from(claim.at(&["spec", "storageClassName"]).str()),
    };
    let mut put = |what: &str, amount: Quantity| {
        if !class.is_empty() {
            out.insert(format!("{class}{OF_CLASS}{what}").into(), amount.clone());
        }
        out.insert(what.into(), amount);
    };
    put("persistentvolumeclaims", Quantity::from_int(1, Format::DecimalSI));
    let asked = claim.at(&["spec", "resources", "requests", "storage"]);
    if !asked.is_null() {
        let (asked, given) =
            (quantity(asked), quantity(claim.at(&["status", "allocatedResources", "storage"])));
        let most = if given > asked { given } else { asked };
        // Whole bytes are counted.
        let whole = most.scaled(0);
        let rounded = Quantity { value: whole, scale: 0, text: None, ..most.clone() };
        put("requests.storage", if most.scale < 0 { rounded } else { most });
    }
}
