//! The metrics of a HorizontalPodAutoscaler.
//!
//! Models `describeHorizontalPodAutoscalerV2` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use super::filters::amount;
use super::template::Around;
use crate::base::Value;
use crate::base::field::quoted;
use alloc::format;
use alloc::string::{String, ToString};

pub(super) fn metrics(out: &mut Lines, autoscaler: &Value, _: &mut Around<'_>) {
    let current = autoscaler.at(&["status", "currentMetrics"]).items();
    for (i, metric) in autoscaler.at(&["spec", "metrics"]).items().iter().enumerate() {
        let now = current.get(i).unwrap_or(&Value::Null);
        out.line(&format!("  {}", self::metric(metric, now)));
    }
}

fn metric(metric: &Value, now: &Value) -> String {
    const FIELDS: [(&str, &str); 5] = [
        ("External", "external"),
        ("Pods", "pods"),
        ("Object", "object"),
        ("Resource", "resource"),
        ("ContainerResource", "containerResource"),
    ];
    let kind = metric.get("type").str();
    let Some((_, field)) = FIELDS.iter().find(|(known, _)| *known == kind) else {
        return format!("<unknown metric type {}>", quoted(kind));
    };
    let (of, now) = (metric.get(field), now.get(field).get("current"));
    let target = of.get("target");
    let name = quoted(of.at(&["metric", "name"]).str());
    let average = target.find("averageValue").is_some();
    match kind {
        "External" if average => {
            format!("{name} (target average value):\t{}", values(now, target, "averageValue"))
        }
        "External" => format!("{name} (target value):\t{}", values(now, target, "value")),
        "Pods" => format!("{name} on pods:\t{}", values(now, target, "averageValue")),
        "Object" => {
            let object = of.get("describedObject");
            let (kind, named) = (object.get("kind").str(), object.get("name").str());
            let is_average = target.get("type").str() == "AverageValue";
            let (what, field) =
                if is_average { ("target average value", "averageValue") } else { ("target value", "value") };
            format!("{name} on {kind}/{named} ({what}):\t{}", values(now, target, field))
        }
        _ => {
            let container = match of.get("container").str() {
                "" => String::new(),
                container => format!(" of container \"{container}\""),
            };
            let what = format!("resource {}{container} on pods", of.get("name").str());
            if average {
                format!("{what}:\t{}", values(now, target, "averageValue"))
            } else {
                format!("{what}  (as a percentage of request):\t{}", utilization(now, target))
            }
        }
    }
}

fn values(now: &Value, target: &Value, field: &str) -> String {
    let now = match now {
        Value::Null => "<unknown>".to_string(),
        now => amount(now.get(field)).to_string(),
    };
    format!("{now} / {}", amount(target.get(field)))
}

fn utilization(now: &Value, target: &Value) -> String {
    const FIELD: &str = "averageUtilization";
    let now = match now.get(FIELD).as_int() {
        None => "<unknown>".to_string(),
        Some(percent) => format!("{percent}% ({})", amount(now.get("averageValue"))),
    };
    let target = target.get(FIELD).as_int().map_or("<auto>".to_string(), |percent| format!("{percent}%"));
    format!("{now} / {target}")
}
