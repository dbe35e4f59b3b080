//! A Service in full.
//!
//! Models `describeService` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use crate::base::Value;
use crate::print::{joined, labels, with_more};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Everything but its events; `slices` are the EndpointSlices of the Service.
pub fn service(service: &Value, slices: &[Value]) -> Lines {
    let spec = service.get("spec");
    let list = |name: &str| spec.get(name).items().iter().map(Value::str).collect::<Vec<_>>().join(",");
    let or_none = |text: String| if text.is_empty() { "<none>".to_string() } else { text };
    let mut out = Lines::default();
    out.head(service);
    out.field("Selector", &labels(spec.get("selector")));
    out.field("Type", spec.get("type").str());
    out.optional("IP Family Policy", spec.get("ipFamilyPolicy").str());
    out.field("IP Families", &or_none(list("ipFamilies")));
    out.field("IP", spec.get("clusterIP").str());
    out.field("IPs", &or_none(list("clusterIPs")));
    out.optional("External IPs", &list("externalIPs"));
    out.optional("Desired LoadBalancer IP", spec.get("loadBalancerIP").str());
    out.optional("External Name", spec.get("externalName").str());
    out.optional("LoadBalancer Ingress", &ingress(service));
    for port in spec.get("ports").items() {
        self::port(&mut out, port, slices);
    }
    out.field("Session Affinity", spec.get("sessionAffinity").str());
    out.optional("External Traffic Policy", spec.get("externalTrafficPolicy").str());
    out.optional("Internal Traffic Policy", spec.get("internalTrafficPolicy").str());
    match spec.get("healthCheckNodePort").int() {
        0 => {}
        port => out.field("HealthCheck NodePort", &port.to_string()),
    }
    out.optional("LoadBalancer Source Ranges", &list("loadBalancerSourceRanges"));
    out.optional("Traffic Distribution", spec.get("trafficDistribution").str());
    out
}

fn port(out: &mut Lines, port: &Value, slices: &[Value]) {
    let (name, protocol) = (port.get("name").str(), port.get("protocol").str());
    let shown = if name.is_empty() { "<unset>" } else { name };
    let target = port.get("targetPort");
    let target = target.as_int().map_or_else(|| target.str().to_string(), |number| number.to_string());
    out.field("Port", &format!("{shown}\t{}/{protocol}", port.get("port").int()));
    out.field("TargetPort", &format!("{target}/{protocol}"));
    out.optional("AppProtocol", port.get("appProtocol").str());
    match port.get("nodePort").int() {
        0 => {}
        node => out.field("NodePort", &format!("{shown}\t{node}/{protocol}")),
    }
    out.field("Endpoints", &endpoints(slices, name));
}

/// The ready ones behind a port.
///
/// Models `formatEndpointSlices`.
fn endpoints(slices: &[Value], port: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_string();
    }
    let mut all = Vec::new();
    for slice in slices {
        let ready = |e: &&Value| e.at(&["conditions", "ready"]).as_bool() != Some(false);
        let first = |e: &Value| e.get("addresses").items().first().map_or("", Value::str).to_string();
        let addresses = || slice.get("endpoints").items().iter().filter(ready).map(first);
        match slice.get("ports").items() {
            [] => all.extend(addresses()),
            ports => {
                for of_port in ports.iter().filter(|p| p.get("name").str() == port) {
                    all.extend(addresses().map(|a| joined(&a, of_port.get("port").int())));
                }
            }
        }
    }
    with_more(&all)
}

/// Models `buildIngressString`.
fn ingress(service: &Value) -> String {
    let text = |i: &Value| match (i.get("ip").str(), i.get("ipMode").str()) {
        ("", _) => i.get("hostname").str().to_string(),
        (ip, "") => ip.to_string(),
        (ip, mode) => format!("{ip} ({mode})"),
    };
    let ingress = service.at(&["status", "loadBalancer", "ingress"]).items();
    ingress.iter().map(text).collect::<Vec<_>>().join(", ")
}
