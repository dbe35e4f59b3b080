//! Autoscalers and scales as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns::policy as columns;
use super::table::{Around, Printer};
use super::text::{NONE, UNSET, age, first, name, number, scalar};
use crate::base::Value;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] = &[
    Printer {
        resource: "horizontalpodautoscalers.autoscaling",
        columns: columns::HORIZONTAL_POD_AUTOSCALER,
        cells: autoscaler,
    },
    // What several resources have, each under its own name.
    Printer { resource: "scale", columns: columns::SCALE, cells: scale },
];

fn scale(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let replicas = |part: &str| number(o.at(&[part, "replicas"]));
    vec![name(o), replicas("spec"), replicas("status"), age(o, around.now)]
}

fn autoscaler(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let (spec, status) = (o.get("spec"), o.get("status"));
    let target = spec.get("scaleTargetRef");
    let least = spec.get("minReplicas").as_int().map_or(UNSET.to_string(), |least| least.to_string());
    vec![
        name(o),
        Value::from(format!("{}/{}", target.get("kind").str(), target.get("name").str())),
        Value::from(metrics(spec.get("metrics").items(), status.get("currentMetrics").items())),
        Value::from(least),
        number(spec.get("maxReplicas")),
        number(status.get("currentReplicas")),
        age(o, around.now),
    ]
}

/// Models `formatHPAMetrics`.
fn metrics(specs: &[Value], statuses: &[Value]) -> String {
    if specs.is_empty() {
        return NONE.to_string();
    }
    let each =
        specs.iter().enumerate().map(|(i, spec)| metric(spec, statuses.get(i).unwrap_or(&Value::Null)));
    first(&each.collect::<Vec<_>>(), 2, ", ")
}

/// What a metric is, and what it shall be.
fn metric(spec: &Value, status: &Value) -> String {
    let source = match spec.get("type").str() {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        _ => return "<unknown type>".to_string(),
    };
    let (of, target, now) = (spec.get(source), spec.at(&[source, "target"]), status.get(source));
    // A status of the kind without the figure says that it is 0, except where 0 and none are told apart.
    let current = |figure: &str, optional: bool| match now.at(&["current", figure]) {
        _ if now.is_null() => "<unknown>".to_string(),
        Value::Null if optional => "<unknown>".to_string(),
        value => scalar(value),
    };
    let average = target.get("averageValue");
    let by_resource = matches!(source, "resource" | "containerResource");
    if by_resource {
        let resource = of.get("name").str();
        if !average.is_null() {
            return format!("{resource}: {}/{}", current("averageValue", false), scalar(average));
        }
        let percent = |value: &Value, none: &str| match value.as_int() {
            Some(percent) => format!("{percent}%"),
            None => none.to_string(),
        };
        let used = percent(now.at(&["current", "averageUtilization"]), "<unknown>");
        return format!("{resource}: {used}/{}", percent(target.get("averageUtilization"), "<auto>"));
    }
    match (source, average) {
        ("pods", average) => format!("{}/{}", current("averageValue", false), scalar(average)),
        (_, Value::Null) => format!("{}/{}", current("value", false), scalar(target.get("value"))),
        (_, average) => format!("{}/{} (avg)", current("averageValue", true), scalar(average)),
    }
}
