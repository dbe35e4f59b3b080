//! The few things that the recorded cases have kubectl print.

use crate::cluster::Cluster;
use svcscope_core::base::{Selector, Value};

/// Compares what a `kubectl get` of the case would print, cell by cell.
pub fn check(cluster: &Cluster, step: &Value) -> Result<(), String> {
    let arguments = step.get("kubectl").items().iter().map(Value::str).collect::<Vec<_>>();
    let template = arguments.last().copied().unwrap_or_default();
    let mut actual = match arguments.get(1) {
        Some(&"events") => events(cluster, template.contains("KIND")),
        Some(&"endpointslices") => slices(cluster, &arguments, template)?,
        Some(&"endpoints") => subsets(cluster, arguments.get(2).copied().unwrap_or_default()),
        _ => return Err("kubectl does not know that here".into()),
    };
    let recorded = step.get("expect").get("stdout").str().lines();
    let cells =
        |line: &str| line.split("   ").map(str::trim).filter(|c| !c.is_empty()).collect::<Vec<_>>().join("|");
    let mut recorded = recorded.map(cells).collect::<Vec<_>>();
    recorded.sort();
    actual.sort();
    match recorded == actual {
        true => Ok(()),
        false => Err(format!("recorded: {recorded:#?}\nactual: {actual:#?}")),
    }
}

/// Type, reason and message, and the kind of what it is about if asked for. Events that say the same are one.
fn events(cluster: &Cluster, kind: bool) -> Vec<String> {
    let line = |[type_, reason, message, about, _]: &[String; 5]| {
        let line = format!("{type_}|{reason}|{message}");
        if kind { format!("{about}|{line}") } else { line }
    };
    let head = ["TYPE", "REASON", "MESSAGE", "KIND", ""].map(String::from);
    let mut events = cluster.events.iter().map(line).chain([line(&head)]).collect::<Vec<_>>();
    events.sort();
    events.dedup();
    events
}

fn slices(cluster: &Cluster, arguments: &[&str], template: &str) -> Result<Vec<String>, String> {
    let selector = arguments.iter().skip_while(|a| **a != "-l").nth(1).copied().unwrap_or_default();
    let selector = Selector::parse(selector)?;
    let slices = cluster.store.select("endpointslices.discovery.k8s.io", "default", &selector);
    let endpoints = slices.map(|s| s.value().get("endpoints").items());
    if template.contains("forZones") {
        let hints = |e: &Value| {
            let zones = e.get("hints").get("forZones").items().iter();
            zones.map(|z| z.get("name").str()).collect::<String>()
        };
        return Ok(endpoints.flat_map(|list| list.iter().map(hints)).collect());
    }
    if template.contains("len .endpoints") {
        return Ok(endpoints.map(|list| list.len().to_string()).collect());
    }
    Err(format!("no such template here: {template}"))
}

fn subsets(cluster: &Cluster, name: &str) -> Vec<String> {
    let endpoints = cluster.store.value("endpoints", "default", name);
    let subsets = endpoints.get("subsets").items().iter();
    let count = |s: &Value, field: &str| s.get(field).items().len();
    subsets.map(|s| format!("{} {}", count(s, "addresses"), count(s, "ports"))).collect()
}
