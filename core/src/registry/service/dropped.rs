//! What falls away when a Service changes its type, unless the update says otherwise.
//!
//! Models `pkg/registry/core/service/strategy.go: dropTypeDependentFields`.

use super::view::{self, same};
use crate::base::Value;

pub(super) fn prepare_update(service: &mut Value, old: &Value) {
    if !view::is_external_name(old) && view::is_external_name(service) {
        if same(service, old, "clusterIP") && same(service, old, "clusterIPs") {
            remove(service, "clusterIP");
            remove(service, "clusterIPs");
        }
        remove_if_same(service, old, "ipFamilies");
        remove_if_same(service, old, "ipFamilyPolicy");
    }
    if view::has_node_ports(old) && !view::has_node_ports(service) && no_new_node_ports(service, old) {
        let ports = view::ports(service);
        if ports.iter().any(|p| !p.get("nodePort").is_null()) {
            for port in service.entry("spec").entry("ports").list_mut() {
                port.remove("nodePort");
            }
        }
    }
    if view::needs_health_check(old) && !view::needs_health_check(service) {
        remove_if_same(service, old, "healthCheckNodePort");
    }
    let was_load_balancer = view::service_type(old) == "LoadBalancer";
    let is_load_balancer = view::service_type(service) == "LoadBalancer";
    if was_load_balancer && !is_load_balancer {
        remove_if_same(service, old, "allocateLoadBalancerNodePorts");
        remove_if_same(service, old, "loadBalancerClass");
    }
    if view::is_externally_accessible(old) && !view::is_externally_accessible(service) {
        remove_if_same(service, old, "externalTrafficPolicy");
    }
    if !is_load_balancer && !service.get("status").get("loadBalancer").is_empty() {
        service.entry("status").set("loadBalancer", Value::empty_map());
    }
}

/// An ExternalName has no use for a traffic policy. Upstream stores it and hides it on every read.
///
/// Models `storage.go: defaultOnReadInternalTrafficPolicy`.
pub(super) fn canonicalize(service: &mut Value) {
    if view::is_external_name(service) {
        remove(service, "internalTrafficPolicy");
    }
}

fn no_new_node_ports(service: &Value, old: &Value) -> bool {
    let had = |port: i64| view::ports(old).iter().any(|p| p.get("nodePort").int() == port);
    view::ports(service).iter().map(|p| p.get("nodePort").int()).all(|p| p == 0 || had(p))
}

fn remove_if_same(service: &mut Value, old: &Value, field: &str) {
    if same(service, old, field) {
        remove(service, field);
    }
}

fn remove(service: &mut Value, field: &str) {
    if !service.get("spec").get(field).is_null() {
        service.entry("spec").remove(field);
    }
}
