//! The autoscaler as `autoscaling/v1` has it: with a target for CPU alone, and all else in annotations.
//!
//! Models `pkg/apis/autoscaling/v1/conversion.go`.

use super::{CPU_UTILIZATION, cpu_metric, legacy_metrics};
use crate::base::{Text, Value, json};
use crate::manifest;
use crate::registry::edit;
use alloc::string::String;
use alloc::vec::Vec;

const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";
const CURRENT_METRICS: &str = "autoscaling.alpha.kubernetes.io/current-metrics";
const CONDITIONS: &str = "autoscaling.alpha.kubernetes.io/conditions";
/// What annotations hold of a newer version; `v1` alone shows them.
const ANNOTATIONS: &[&str] = &[
    METRICS,
    BEHAVIOR,
    "autoscaling.alpha.kubernetes.io/scale-down-tolerance",
    "autoscaling.alpha.kubernetes.io/scale-up-tolerance",
    CURRENT_METRICS,
    CONDITIONS,
];

pub(super) fn to_v2(autoscaler: &mut Value) {
    let annotation = |name: &str| {
        let text = autoscaler.at(&["metadata", "annotations", name]).str();
        // What cannot be read is not there.
        manifest::json::parse(text).map(|node| node.to_value()).unwrap_or_default()
    };
    let (others, behavior) = (annotation(METRICS), annotation(BEHAVIOR));
    let (current, conditions) = (annotation(CURRENT_METRICS), annotation(CONDITIONS));
    edit::member(autoscaler, "spec", |spec| {
        spec.set_default("minReplicas", 1);
        let cpu = spec.remove("targetCPUUtilizationPercentage").and_then(|v| v.as_int());
        let mut metrics: Vec<Value> = others.items().iter().map(legacy_metrics::spec_to_v2).collect();
        metrics.extend(cpu.map(cpu_metric));
        if metrics.is_empty() {
            metrics.push(cpu_metric(CPU_UTILIZATION));
        }
        spec.set("metrics", metrics);
        if !behavior.is_empty() {
            spec.set("behavior", rename(&behavior, uncapitalized));
        }
    });
    edit::member(autoscaler, "status", |status| {
        let cpu = status.remove("currentCPUUtilizationPercentage").filter(|v| !v.is_null());
        if !current.is_null() {
            let metrics = current.items().iter().map(legacy_metrics::status_to_v2);
            status.set("currentMetrics", Value::list(metrics));
        } else if let Some(cpu) = cpu {
            status.set("currentMetrics", Value::list([legacy_metrics::cpu_status(cpu)]));
        }
        if !conditions.is_null() {
            status.set("conditions", conditions);
        }
    });
    drop_annotations(autoscaler);
}

pub(super) fn from_v2(autoscaler: &mut Value) {
    drop_annotations(autoscaler);
    let mut kept: Vec<(&str, Value)> = Vec::new();
    edit::member(autoscaler, "spec", |spec| {
        let metrics = spec.remove("metrics").unwrap_or_default();
        let (cpu, others): (Vec<&Value>, Vec<&Value>) =
            metrics.items().iter().partition(|m| !cpu_utilization(m).is_null());
        if let Some(cpu) = cpu.first() {
            spec.set("targetCPUUtilizationPercentage", cpu_utilization(cpu));
        }
        if !others.is_empty() {
            kept.push((METRICS, Value::list(others.into_iter().map(legacy_metrics::spec_from_v2))));
        }
        if let Some(behavior) = spec.remove("behavior").filter(|b| !b.is_null()) {
            kept.push((BEHAVIOR, internal_behavior(&behavior)));
        }
    });
    edit::member(autoscaler, "status", |status| {
        let metrics = status.remove("currentMetrics").unwrap_or_default();
        let is_cpu =
            |m: &&Value| m.at(&["resource", "name"]).str() == "cpu" && m.get("type").str() == "Resource";
        let used = metrics.items().iter().filter(is_cpu);
        let mut used = used.map(|m| m.at(&["resource", "current", "averageUtilization"]));
        if let Some(used) = used.rfind(|u| !u.is_null()) {
            status.set("currentCPUUtilizationPercentage", used);
        }
        if !metrics.is_empty() {
            let metrics = metrics.items().iter().map(legacy_metrics::status_from_v2);
            kept.push((CURRENT_METRICS, Value::list(metrics)));
        }
        if let Some(conditions) = status.remove("conditions").filter(|c| !c.is_empty()) {
            kept.push((CONDITIONS, conditions));
        }
    });
    if !kept.is_empty() {
        let annotations = autoscaler.entry_at(&["metadata", "annotations"]);
        for (name, value) in kept {
            annotations.set(name, json::to_string(&value));
        }
        annotations.map_mut().sort();
    }
}

/// The utilization that a metric of CPU aims at; null for any other.
fn cpu_utilization(metric: &Value) -> &Value {
    let is_cpu = metric.get("type").str() == "Resource" && metric.at(&["resource", "name"]).str() == "cpu";
    if is_cpu { metric.at(&["resource", "target", "averageUtilization"]) } else { metric.get("") }
}

pub(super) fn drop_annotations(autoscaler: &mut Value) {
    let annotations = autoscaler.at(&["metadata", "annotations"]);
    if ANNOTATIONS.iter().any(|name| annotations.find(name).is_some()) {
        let annotations = autoscaler.entry_at(&["metadata", "annotations"]);
        for name in ANNOTATIONS {
            annotations.remove(name);
        }
    }
}

/// The behavior is kept as upstream's internal type writes it.
fn internal_behavior(behavior: &Value) -> Value {
    let fields = ["stabilizationWindowSeconds", "selectPolicy", "policies", "tolerance"];
    let rules = |name: &str| match behavior.get(name) {
        Value::Null => Value::Null,
        rules => Value::map(fields.map(|f| (f, rules.get(f).clone()))),
    };
    let all = Value::map(["scaleUp", "scaleDown"].map(|name| (name, rules(name))));
    rename(&all, capitalized)
}

/// The same with other names of fields.
fn rename(value: &Value, name: fn(&str) -> String) -> Value {
    match value {
        Value::Map(map) => Value::map(map.iter().map(|(k, v)| (Text::from(name(k)), rename(v, name)))),
        Value::List(items) => Value::list(items.iter().map(|v| rename(v, name))),
        other => other.clone(),
    }
}

fn capitalized(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

fn uncapitalized(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(chars).collect()
}
