//! What is valid in a Service but hardly meant.
//!
//! Models `pkg/api/service/warnings.go`.

use super::view;
use crate::base::{Path, Value, ip};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const SPEC: Path<'static> = Path::new("spec");

pub(super) fn warnings(service: &Value, _old: Option<&Value>) -> Vec<String> {
    let spec = service.get("spec");
    let mut out = Vec::new();
    if service.at(&["metadata", "annotations"]).find("service.kubernetes.io/topology-aware-hints").is_some() {
        out.push(
            "annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead"
                .to_string(),
        );
    }
    let headless = view::service_type(service) == "ClusterIP" && view::cluster_ip(service) == "None";
    if view::cluster_ip(service) != "None" {
        of_addresses(spec, "clusterIPs", &mut out);
    }
    if headless {
        for (field, ignored) in [
            ("loadBalancerIP", !spec.get("loadBalancerIP").is_empty()),
            ("externalIPs", !spec.get("externalIPs").is_empty()),
            ("SessionAffinity", spec.get("sessionAffinity").str() != "None"),
        ] {
            if ignored {
                out.push(format!("spec.{field} is ignored for headless services"));
            }
        }
    }
    of_addresses(spec, "externalIPs", &mut out);
    let external_name = view::is_external_name(service);
    if !spec.get("externalIPs").is_empty() && !headless && !external_name {
        out.push(
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters".to_string(),
        );
    }
    if let Some(ip) = spec.get("loadBalancerIP").as_text().filter(|ip| !ip.is_empty()) {
        out.extend(ip::warnings(&(&SPEC / "loadBalancerIP"), ip));
    }
    let ranges = &SPEC / "loadBalancerSourceRanges";
    for (i, cidr) in spec.get("loadBalancerSourceRanges").items().iter().enumerate() {
        out.extend(ip::cidr_warnings(&(&ranges / i), cidr.str()));
    }
    if external_name && !spec.get("externalIPs").is_empty() {
        out.push("spec.externalIPs is ignored when spec.type is \"ExternalName\"".to_string());
    }
    if !external_name && !spec.get("externalName").is_empty() {
        out.push("spec.externalName is ignored when spec.type is not \"ExternalName\"".to_string());
    }
    if spec.get("trafficDistribution").str() == "PreferClose" {
        out.push(
            "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"".to_string(),
        );
    }
    out
}

pub(super) fn status_warnings(service: &Value, _old: &Value) -> Vec<String> {
    let status = Path::new("status");
    let balancer = &status / "loadBalancer";
    let ingress = &balancer / "ingress";
    let items = service.at(&["status", "loadBalancer", "ingress"]).items().iter().enumerate();
    items
        .filter(|(_, i)| !i.get("ip").is_empty())
        .filter_map(|(at, i)| ip::warnings(&(&ingress / at), i.get("ip").str()))
        .collect()
}

fn of_addresses(spec: &Value, list: &str, out: &mut Vec<String>) {
    let at = &SPEC / list;
    for (i, address) in spec.get(list).items().iter().enumerate() {
        out.extend(ip::warnings(&(&at / i), address.str()));
    }
}
