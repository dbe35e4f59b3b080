//! Services, endpoints and slices as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns;
use super::table::{Around, Printer};
use super::text::{self, NONE, UNSET, age, name};
use crate::base::Value;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] = &[
    Printer { resource: "services", columns: columns::core::SERVICE, cells: service },
    Printer { resource: "endpoints", columns: columns::core::ENDPOINTS, cells: endpoints },
    Printer {
        resource: "endpointslices.discovery.k8s.io",
        columns: columns::networking::ENDPOINT_SLICE,
        cells: slice,
    },
];

/// How many addresses, ports and hosts a cell shows.
const MOST: usize = 3;

fn service(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let spec = o.get("spec");
    let cluster_ip = spec.get("clusterIPs").items().first().map_or(NONE, Value::str);
    let ports = spec.get("ports").items().iter().map(port).collect::<Vec<_>>().join(",");
    vec![
        name(o),
        text::text(spec.get("type")),
        Value::text(cluster_ip),
        Value::from(external_ip(o)),
        text::none_if_empty(ports),
        age(o, around.now),
        text::labels(spec.get("selector")),
    ]
}

fn port(port: &Value) -> String {
    let (number, protocol) = (port.get("port").int(), port.get("protocol").str());
    match port.get("nodePort").int() {
        0 => format!("{number}/{protocol}"),
        node_port => format!("{number}:{node_port}/{protocol}"),
    }
}

/// Models `getServiceExternalIP`.
fn external_ip(o: &Value) -> String {
    let spec = o.get("spec");
    let mut addresses = Vec::new();
    let none = match spec.get("type").str() {
        "ClusterIP" | "NodePort" => NONE,
        "LoadBalancer" => {
            let assigned = load_balancer(o);
            addresses.extend((!assigned.is_empty()).then_some(assigned));
            "<pending>"
        }
        "ExternalName" => return spec.get("externalName").str().to_string(),
        _ => return "<unknown>".to_string(),
    };
    addresses.extend(spec.get("externalIPs").items().iter().map(|ip| ip.str().to_string()));
    if addresses.is_empty() { none.to_string() } else { addresses.join(",") }
}

/// The addresses or names of a load balancer, in order.
///
/// Models `loadBalancerStatusStringer`.
pub(in crate::print) fn load_balancer(o: &Value) -> String {
    let ingress = o.at(&["status", "loadBalancer", "ingress"]).items();
    let addresses = ingress.iter().filter_map(|i| {
        ["ip", "hostname"].iter().map(|field| i.get(field).str()).find(|address| !address.is_empty())
    });
    addresses.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(",")
}

fn endpoints(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let subsets = o.get("subsets").items();
    let shown = if subsets.is_empty() {
        NONE.to_string()
    } else {
        let addresses = subsets.iter().flat_map(subset).collect::<Vec<_>>();
        with_more(&addresses)
    };
    vec![name(o), Value::from(shown), age(o, around.now)]
}

/// The addresses of a subset, once for each port.
fn subset(subset: &Value) -> Vec<String> {
    let ips = subset.get("addresses").items().iter().map(|a| a.get("ip").str());
    // A headless service may have no ports.
    if subset.get("ports").items().is_empty() {
        return ips.map(String::from).collect();
    }
    let ports = subset.get("ports").items().iter().map(|p| p.get("port").int());
    ports.flat_map(|port| ips.clone().map(move |ip| host_port(ip, port))).collect()
}

/// Models `net.JoinHostPort`.
pub(in crate::print) fn host_port(ip: &str, port: i64) -> String {
    if ip.contains(':') { format!("[{ip}]:{port}") } else { format!("{ip}:{port}") }
}

fn slice(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let ports = o.get("ports").items().iter().map(slice_port).collect::<Vec<_>>();
    let endpoints = o.get("endpoints").items().iter().flat_map(|e| e.get("addresses").items());
    let addresses = endpoints.map(|a| a.str().to_string()).collect::<Vec<_>>();
    vec![
        name(o),
        text::text(o.get("addressType")),
        first_or_unset(&ports),
        first_or_unset(&addresses),
        age(o, around.now),
    ]
}

fn slice_port(port: &Value) -> String {
    match (port.get("port").as_int(), port.get("name").as_text()) {
        (Some(number), _) => number.to_string(),
        (None, Some(name)) => name.to_string(),
        (None, None) => "*".to_string(),
    }
}

/// The first few, and how many more there are.
fn with_more(all: &[String]) -> String {
    text::first(all, MOST, ",")
}

/// Models `listWithMoreString`.
fn first_or_unset(all: &[String]) -> Value {
    match with_more(all) {
        text if text.is_empty() => Value::text(UNSET),
        text => Value::from(text),
    }
}
