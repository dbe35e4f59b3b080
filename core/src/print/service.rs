//! The cells of a Service.
//!
//! Models `printService` of `pkg/printers/internalversion/printers.go`.

use crate::base::Value;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub fn cluster_ip(service: &Value) -> String {
    let ips = service.at(&["spec", "clusterIPs"]).items();
    ips.first().map_or("<none>", Value::str).to_string()
}

pub fn external_ip(service: &Value) -> String {
    let spec = service.get("spec");
    let external = spec.get("externalIPs").items().iter().map(Value::str).collect::<Vec<_>>();
    match spec.get("type").str() {
        "ClusterIP" | "NodePort" if external.is_empty() => "<none>".to_string(),
        "ClusterIP" | "NodePort" => external.join(","),
        "ExternalName" => spec.get("externalName").str().to_string(),
        "LoadBalancer" => {
            let balancer = ingress(service);
            let mut all = if balancer.is_empty() { Vec::new() } else { Vec::from([balancer.as_str()]) };
            all.extend(external);
            if all.is_empty() { "<pending>".to_string() } else { all.join(",") }
        }
        _ => "<unknown>".to_string(),
    }
}

/// What a load balancer has handed out. Never cut: the server makes all tables as wide ones.
pub fn ingress(object: &Value) -> String {
    let ingress = object.at(&["status", "loadBalancer", "ingress"]).items();
    let address = |i: &Value| match i.get("ip").str() {
        "" => i.get("hostname").str().to_string(),
        ip => ip.to_string(),
    };
    let found = ingress.iter().map(address).filter(|a| !a.is_empty()).collect::<BTreeSet<_>>();
    found.into_iter().collect::<Vec<_>>().join(",")
}

pub fn ports(service: &Value) -> String {
    let port = |p: &Value| {
        let (number, protocol) = (p.get("port").int(), p.get("protocol").str());
        match p.get("nodePort").int() {
            0 => format!("{number}/{protocol}"),
            node => format!("{number}:{node}/{protocol}"),
        }
    };
    match service.at(&["spec", "ports"]).items() {
        [] => "<none>".to_string(),
        ports => ports.iter().map(port).collect::<Vec<_>>().join(","),
    }
}
