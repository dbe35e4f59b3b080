//! Ingresses, policies and addresses as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns::networking as columns;
use super::service::load_balancer;
use super::table::{Around, Printer};
use super::text::{NONE, age, name, selector, text, texts};
use crate::base::Value;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] = &[
    Printer { resource: "ingresses.networking.k8s.io", columns: columns::INGRESS, cells: ingress },
    Printer { resource: "ingressclasses.networking.k8s.io", columns: columns::INGRESS_CLASS, cells: class },
    Printer {
        resource: "networkpolicies.networking.k8s.io",
        columns: columns::NETWORK_POLICY,
        cells: policy,
    },
    Printer { resource: "ipaddresses.networking.k8s.io", columns: columns::IP_ADDRESS, cells: ip_address },
    Printer {
        resource: "servicecidrs.networking.k8s.io",
        columns: columns::SERVICE_CIDR,
        cells: service_cidr,
    },
];

fn ingress(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let spec = o.get("spec");
    let class = spec.get("ingressClassName").as_text();
    vec![
        name(o),
        class.map_or(Value::text(NONE), Value::from),
        Value::from(hosts(spec.get("rules").items())),
        Value::from(load_balancer(o)),
        Value::text(if spec.get("tls").items().is_empty() { "80" } else { "80, 443" }),
        age(o, around.now),
    ]
}

/// The first hosts. What is said to be more counts rules, also those without a host.
///
/// Models `formatHosts`.
fn hosts(rules: &[Value]) -> String {
    const MOST: usize = 3;
    let (mut shown, mut more) = (Vec::new(), false);
    for host in rules.iter().map(|rule| rule.get("host").str()) {
        more |= shown.len() == MOST;
        if !more && !host.is_empty() {
            shown.push(host);
        }
    }
    match shown.join(",") {
        none if none.is_empty() => "*".to_string(),
        shown if more => format!("{shown} + {} more...", rules.len().saturating_sub(MOST)),
        shown => shown,
    }
}

fn class(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let annotations = o.at(&["metadata", "annotations"]);
    let default = annotations.get("ingressclass.kubernetes.io/is-default-class").str() == "true";
    let name = format!("{}{}", name(o).str(), if default { " (default)" } else { "" });
    let parameters = match o.at(&["spec", "parameters"]) {
        Value::Null => NONE.to_string(),
        of => {
            let group = of.get("apiGroup").as_text().map_or(String::new(), |group| format!(".{group}"));
            format!("{}{group}/{}", of.get("kind").str(), of.get("name").str())
        }
    };
    vec![Value::from(name), text(o.at(&["spec", "controller"])), Value::from(parameters), age(o, around.now)]
}

fn policy(o: &Value, around: &Around<'_>) -> Vec<Value> {
    // The selector is no pointer: without one it selects everything.
    let pods = o.at(&["spec", "podSelector"]);
    let pods = if pods.is_null() { Value::text(NONE) } else { selector(pods) };
    vec![name(o), pods, age(o, around.now)]
}

/// There is a cell more than there are columns.
fn ip_address(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let parent = match o.at(&["spec", "parentRef"]) {
        Value::Null => NONE.to_string(),
        of => {
            let (resource, group) = (of.get("resource").str(), of.get("group").str());
            let dot = if group.is_empty() { "" } else { "." };
            let namespace = match of.get("namespace").str() {
                "" => String::new(),
                namespace => format!("/{namespace}"),
            };
            let resource = format!("{resource}{dot}{group}").to_lowercase();
            format!("{resource}{namespace}/{}", of.get("name").str())
        }
    };
    vec![name(o), Value::from(parent), age(o, around.now)]
}

fn service_cidr(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), Value::from(texts(o.at(&["spec", "cidrs"]))), age(o, around.now)]
}
