//! What a Service is taken to say where it says nothing.
//!
//! Models `pkg/apis/core/v1/defaults.go: SetDefaults_Service`.

use super::view;
use crate::base::{Duration, Value};

/// How long a client sticks to its pod: three hours.
const CLIENT_IP_AFFINITY: Duration = Duration::from_secs(10_800);

pub(super) fn default(service: &mut Value) {
    let spec = service.entry("spec");
    set_if_empty(spec, "sessionAffinity", "None");
    match spec.get("sessionAffinity").str() {
        "None" => {
            spec.remove("sessionAffinityConfig");
        }
        "ClientIP" => {
            let seconds = spec.at(&["sessionAffinityConfig", "clientIP", "timeoutSeconds"]);
            if seconds.is_null() {
                let client_ip = Value::map([("timeoutSeconds", CLIENT_IP_AFFINITY.as_secs().into())]);
                spec.set("sessionAffinityConfig", Value::map([("clientIP", client_ip)]));
            }
        }
        _ => {}
    }
    set_if_empty(spec, "type", "ClusterIP");
    if !spec.get("ports").is_null() {
        spec.entry("ports").list_mut().iter_mut().for_each(default_port);
    }
    let (accessible, type_) =
        (view::is_externally_accessible(service), alloc::string::String::from(view::service_type(service)));
    let spec = service.entry("spec");
    if accessible {
        set_if_empty(spec, "externalTrafficPolicy", "Cluster");
    }
    if matches!(type_.as_str(), "NodePort" | "LoadBalancer" | "ClusterIP") {
        spec.set_default("internalTrafficPolicy", "Cluster");
    }
    if type_ == "LoadBalancer" {
        spec.set_default("allocateLoadBalancerNodePorts", true);
        default_ingress(service);
    }
}

fn default_port(port: &mut Value) {
    set_if_empty(port, "protocol", "TCP");
    if port.get("targetPort").is_empty() {
        let number = port.get("port").int();
        port.set("targetPort", number);
    }
}

fn default_ingress(service: &mut Value) {
    let lacks_mode = |i: &Value| !i.get("ip").str().is_empty() && i.get("ipMode").is_null();
    if service.at(&["status", "loadBalancer", "ingress"]).items().iter().any(lacks_mode) {
        let ingress = service.entry_at(&["status", "loadBalancer", "ingress"]).list_mut();
        ingress.iter_mut().filter(|i| lacks_mode(i)).for_each(|i| i.set("ipMode", "VIP"));
    }
}

fn set_if_empty(value: &mut Value, field: &str, text: &str) {
    if value.get(field).str().is_empty() {
        value.set(field, text);
    }
}
