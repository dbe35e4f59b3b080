//! Small questions about a Service that several of its rules ask.

use crate::base::Value;

/// `spec.ipFamilyPolicy`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    SingleStack,
    PreferDualStack,
    RequireDualStack,
}

impl Policy {
    pub(super) fn of(service: &Value) -> Option<Policy> {
        match service.get("spec").get("ipFamilyPolicy").str() {
            "SingleStack" => Some(Policy::SingleStack),
            "PreferDualStack" => Some(Policy::PreferDualStack),
            "RequireDualStack" => Some(Policy::RequireDualStack),
            _ => None,
        }
    }
}

pub fn service_type(service: &Value) -> &str {
    service.get("spec").get("type").str()
}

pub(super) fn is_external_name(service: &Value) -> bool {
    service_type(service) == "ExternalName"
}

/// Its one cluster IP is `None`.
pub fn is_headless(service: &Value) -> bool {
    matches!(cluster_ips(service), [ip] if ip.str() == "None")
}

pub(super) fn cluster_ip(service: &Value) -> &str {
    service.get("spec").get("clusterIP").str()
}

pub(super) fn cluster_ips(service: &Value) -> &[Value] {
    service.get("spec").get("clusterIPs").items()
}

pub(super) fn families(service: &Value) -> &[Value] {
    service.get("spec").get("ipFamilies").items()
}

pub(super) fn ports(service: &Value) -> &[Value] {
    service.get("spec").get("ports").items()
}

/// Headless and without a selector: its endpoints are somebody else's affair, and so are their families.
pub(super) fn is_headless_without_selector(service: &Value) -> bool {
    cluster_ip(service) == "None" && service.get("spec").get("selector").is_empty()
}

/// Of a type that has node ports.
pub(super) fn has_node_ports(service: &Value) -> bool {
    matches!(service_type(service), "NodePort" | "LoadBalancer")
}

/// Of a type that has node ports, and not told to do without.
pub(super) fn allocates_node_ports(service: &Value) -> bool {
    let told_not_to = service.get("spec").get("allocateLoadBalancerNodePorts") == &Value::Bool(false);
    service_type(service) == "NodePort" || service_type(service) == "LoadBalancer" && !told_not_to
}

/// A load balancer that sends only where endpoints are, and so has to ask each node.
pub(super) fn needs_health_check(service: &Value) -> bool {
    service_type(service) == "LoadBalancer"
        && service.get("spec").get("externalTrafficPolicy").str() == "Local"
}

/// Something outside of the cluster may reach it.
///
/// Models `pkg/api/v1/service.ExternallyAccessible`.
pub(super) fn is_externally_accessible(service: &Value) -> bool {
    match service_type(service) {
        "LoadBalancer" | "NodePort" => true,
        "ClusterIP" => !service.get("spec").get("externalIPs").is_empty(),
        _ => false,
    }
}

/// The same member of both specs, where what is missing is the same as what is empty.
pub(super) fn same(a: &Value, b: &Value, field: &str) -> bool {
    let (a, b) = (a.get("spec").get(field), b.get("spec").get(field));
    a == b || a.is_empty() && b.is_empty()
}
