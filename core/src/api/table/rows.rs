//! The cells of objects, kind by kind.
//!
//! Models the `printKIND` functions of `pkg/printers/internalversion/printers.go`, as for wide tables.

use super::age::age;
use crate::base::{Instant, Value};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

/// Of what is many, so many are shown.
const SHOWN: usize = 3;

pub(super) fn service(object: &Value, now: Instant) -> Vec<Value> {
    let spec = object.get("spec");
    let cluster_ip = spec.get("clusterIPs").items().first().map_or("<none>", Value::str);
    vec![
        name(object),
        spec.get("type").clone(),
        Value::text(cluster_ip),
        external_ip(object),
        or_none(joined(spec.get("ports").items().iter().map(service_port))),
        created(object, now),
        or_none(joined(spec.get("selector").entries().iter().map(|(k, v)| format!("{k}={}", v.str())))),
    ]
}

pub(super) fn endpoints(object: &Value, now: Instant) -> Vec<Value> {
    let mut all = Vec::new();
    for subset in object.get("subsets").items() {
        let addresses = || subset.get("addresses").items().iter().map(|a| a.get("ip").str());
        match subset.get("ports").items() {
            [] => all.extend(addresses().map(ToString::to_string)),
            ports => {
                all.extend(ports.iter().flat_map(|p| addresses().map(|a| host_port(a, p.get("port").int()))));
            }
        }
    }
    let shown = if object.get("subsets").is_empty() { "<none>".to_string() } else { with_more(&all) };
    vec![name(object), shown.into(), created(object, now)]
}

pub(super) fn endpoint_slice(object: &Value, now: Instant) -> Vec<Value> {
    let port = |p: &Value| match (p.get("port").as_int(), p.get("name").as_text()) {
        (Some(number), _) => number.to_string(),
        (None, Some(name)) => name.to_string(),
        (None, None) => "*".to_string(),
    };
    let ports = object.get("ports").items().iter().map(port).collect::<Vec<_>>();
    let endpoints = object.get("endpoints").items().iter();
    let addresses = endpoints.flat_map(|e| e.get("addresses").items()).map(|a| a.str().to_string());
    vec![
        name(object),
        object.get("addressType").clone(),
        or(with_more(&ports), "<unset>"),
        or(with_more(&addresses.collect::<Vec<_>>()), "<unset>"),
        created(object, now),
    ]
}

pub(super) fn config_map(object: &Value, now: Instant) -> Vec<Value> {
    let count = object.get("data").entries().len() + object.get("binaryData").entries().len();
    vec![name(object), number(count), created(object, now)]
}

pub(super) fn secret(object: &Value, now: Instant) -> Vec<Value> {
    let count = object.get("data").entries().len();
    vec![name(object), Value::text(object.get("type").str()), number(count), created(object, now)]
}

pub(super) fn service_account(object: &Value, now: Instant) -> Vec<Value> {
    vec![name(object), created(object, now)]
}

pub(super) fn namespace(object: &Value, now: Instant) -> Vec<Value> {
    vec![name(object), Value::text(object.at(&["status", "phase"]).str()), created(object, now)]
}

pub(super) fn node(object: &Value, now: Instant) -> Vec<Value> {
    let status = object.get("status");
    let ready = status.get("conditions").items().iter().rfind(|c| c.get("type").str() == "Ready");
    let mut state = match ready.map(|c| c.get("status").str()) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_string();
    if object.at(&["spec", "unschedulable"]).is_true() {
        state += ",SchedulingDisabled";
    }
    let info = |field: &str| status.at(&["nodeInfo", field]).str().to_string();
    let known = |text: String| if text.is_empty() { "<unknown>".to_string() } else { text };
    let mut kernel = known(info("kernelVersion"));
    if !info("architecture").is_empty() {
        kernel = format!("{kernel} ({})", info("architecture"));
    }
    let address = |type_: &str| {
        let found = status.get("addresses").items().iter().find(|a| a.get("type").str() == type_);
        Value::text(found.map_or("<none>", |a| a.get("address").str()))
    };
    vec![
        name(object),
        state.into(),
        or_none(roles(object)),
        created(object, now),
        info("kubeletVersion").into(),
        address("InternalIP"),
        address("ExternalIP"),
        known(info("osImage")).into(),
        kernel.into(),
        known(info("containerRuntimeVersion")).into(),
    ]
}

pub(super) fn ingress(object: &Value, now: Instant) -> Vec<Value> {
    let spec = object.get("spec");
    let class = spec.get("ingressClassName").as_text().map_or("<none>", |c| c.as_str());
    let ports = if spec.get("tls").items().is_empty() { "80" } else { "80, 443" };
    vec![
        name(object),
        Value::text(class),
        or(hosts(spec.get("rules").items()), "*"),
        balancer(object).into(),
        Value::text(ports),
        created(object, now),
    ]
}

pub(super) fn stateful_set(object: &Value, now: Instant) -> Vec<Value> {
    let ready = object.at(&["status", "readyReplicas"]).int();
    let containers = object.at(&["spec", "template", "spec", "containers"]).items();
    let each = |field: &str| joined(containers.iter().map(|c| c.get(field).str().to_string()));
    vec![
        name(object),
        format!("{ready}/{}", object.at(&["spec", "replicas"]).int()).into(),
        created(object, now),
        each("name").into(),
        each("image").into(),
    ]
}

pub(super) fn service_cidr(object: &Value, now: Instant) -> Vec<Value> {
    let cidrs = object.at(&["spec", "cidrs"]).items().iter().map(|c| c.str().to_string());
    vec![name(object), joined(cidrs).into(), created(object, now)]
}

/// Has one cell more than there are columns, as upstream.
pub(super) fn ip_address(object: &Value, now: Instant) -> Vec<Value> {
    let parent = object.at(&["spec", "parentRef"]);
    let field = |name: &str| parent.get(name).str();
    let mut text = field("resource").to_lowercase();
    if !field("group").is_empty() {
        text = format!("{text}.{}", field("group").to_lowercase());
    }
    for part in [field("namespace"), field("name")].into_iter().filter(|p| !p.is_empty()) {
        text = format!("{text}/{part}");
    }
    let text = if parent.is_null() { "<none>".to_string() } else { text };
    vec![name(object), text.into(), created(object, now)]
}

/// Models `getServiceExternalIP`.
fn external_ip(service: &Value) -> Value {
    let spec = service.get("spec");
    let external = joined(spec.get("externalIPs").items().iter().map(|ip| ip.str().to_string()));
    match spec.get("type").str() {
        "ClusterIP" | "NodePort" => or_none(external),
        "ExternalName" => Value::text(spec.get("externalName").str()),
        "LoadBalancer" => {
            let all = [balancer(service), external].into_iter().filter(|a| !a.is_empty());
            or(joined(all), "<pending>")
        }
        _ => Value::text("<unknown>"),
    }
}

/// What a load balancer has handed out.
fn balancer(object: &Value) -> String {
    let ingress = object.at(&["status", "loadBalancer", "ingress"]).items().iter();
    let address = |i: &Value| match i.get("ip").str() {
        "" => i.get("hostname").str().to_string(),
        ip => ip.to_string(),
    };
    let sorted = ingress.map(address).filter(|a| !a.is_empty()).collect::<BTreeSet<_>>();
    joined(sorted.into_iter())
}

fn service_port(port: &Value) -> String {
    let (number, protocol) = (port.get("port").int(), port.get("protocol").str());
    match port.get("nodePort").int() {
        0 => format!("{number}/{protocol}"),
        node => format!("{number}:{node}/{protocol}"),
    }
}

/// Models `findNodeRoles`.
fn roles(node: &Value) -> String {
    let role = |(key, value): &(crate::base::Text, Value)| match key.strip_prefix("node-role.kubernetes.io/")
    {
        Some(role) => role.to_string(),
        None if key.as_str() == "kubernetes.io/role" => value.str().to_string(),
        None => String::new(),
    };
    let labels = node.at(&["metadata", "labels"]).entries().iter();
    joined(labels.map(role).filter(|r| !r.is_empty()).collect::<BTreeSet<_>>().into_iter())
}

/// Models `formatHosts`: once three are shown any further rule counts, with a host or without.
fn hosts(rules: &[Value]) -> String {
    let mut shown = Vec::new();
    for rule in rules {
        if shown.len() == SHOWN {
            return format!("{} + {} more...", shown.join(","), rules.len() - SHOWN);
        }
        let host = rule.get("host").str();
        if !host.is_empty() {
            shown.push(host);
        }
    }
    shown.join(",")
}

fn with_more(all: &[String]) -> String {
    match all.get(..SHOWN) {
        Some(shown) if all.len() > SHOWN => {
            format!("{} + {} more...", shown.join(","), all.len() - SHOWN)
        }
        _ => all.join(","),
    }
}

/// Address and port; colons in the address need brackets.
fn host_port(address: &str, port: i64) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

fn name(object: &Value) -> Value {
    Value::text(object.at(&["metadata", "name"]).str())
}

fn created(object: &Value, now: Instant) -> Value {
    age(object.at(&["metadata", "creationTimestamp"]), now).into()
}

fn number(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}

fn or_none(text: String) -> Value {
    or(text, "<none>")
}

fn or(text: String, otherwise: &str) -> Value {
    if text.is_empty() { Value::text(otherwise) } else { text.into() }
}
