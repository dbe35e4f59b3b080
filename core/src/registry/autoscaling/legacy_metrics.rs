//! Metrics as `autoscaling/v1` writes them in annotations.
//!
//! Models the `Convert_…Metric…` functions of `pkg/apis/autoscaling/v1/conversion.go`.

use crate::base::Value;
use alloc::vec::Vec;

/// Where a field of a source stands in `v1` and in `v2`, in the order of `v1`; a `!` marks those that `v1` never
/// leaves out.
type Field = (&'static str, &'static [&'static str]);

struct Source {
    name: &'static str,
    spec: &'static [Field],
    status: &'static [Field],
}

const SOURCES: &[Source] = &[
    Source {
        name: "object",
        spec: &[
            ("target!", &["describedObject"]),
            ("metricName!", &["metric", "name"]),
            ("targetValue!", &["target", "value"]),
            ("selector", &["metric", "selector"]),
            ("averageValue", &["target", "averageValue"]),
        ],
        status: &[
            ("target!", &["describedObject"]),
            ("metricName!", &["metric", "name"]),
            ("currentValue!", &["current", "value"]),
            ("selector", &["metric", "selector"]),
            ("averageValue", &["current", "averageValue"]),
        ],
    },
    Source {
        name: "pods",
        spec: &[
            ("metricName!", &["metric", "name"]),
            ("targetAverageValue!", &["target", "averageValue"]),
            ("selector", &["metric", "selector"]),
        ],
        status: &[
            ("metricName!", &["metric", "name"]),
            ("currentAverageValue!", &["current", "averageValue"]),
            ("selector", &["metric", "selector"]),
        ],
    },
    Source {
        name: "resource",
        spec: &[
            ("name!", &["name"]),
            ("targetAverageUtilization", &["target", "averageUtilization"]),
            ("targetAverageValue", &["target", "averageValue"]),
        ],
        status: &[
            ("name!", &["name"]),
            ("currentAverageUtilization", &["current", "averageUtilization"]),
            ("currentAverageValue!", &["current", "averageValue"]),
        ],
    },
    Source {
        name: "containerResource",
        spec: &[
            ("name!", &["name"]),
            ("targetAverageUtilization", &["target", "averageUtilization"]),
            ("targetAverageValue", &["target", "averageValue"]),
            ("container!", &["container"]),
        ],
        status: &[
            ("name!", &["name"]),
            ("currentAverageUtilization", &["current", "averageUtilization"]),
            ("currentAverageValue!", &["current", "averageValue"]),
            ("container!", &["container"]),
        ],
    },
    Source {
        name: "external",
        spec: &[
            ("metricName!", &["metric", "name"]),
            ("metricSelector", &["metric", "selector"]),
            ("targetValue", &["target", "value"]),
            ("targetAverageValue", &["target", "averageValue"]),
        ],
        status: &[
            ("metricName!", &["metric", "name"]),
            ("metricSelector", &["metric", "selector"]),
            ("currentValue!", &["current", "value"]),
            ("currentAverageValue", &["current", "averageValue"]),
        ],
    },
];

pub(super) fn spec_from_v2(metric: &Value) -> Value {
    from_v2(metric, |source| source.spec)
}

pub(super) fn status_from_v2(metric: &Value) -> Value {
    from_v2(metric, |source| source.status)
}

pub(super) fn spec_to_v2(metric: &Value) -> Value {
    let mut out = to_v2(metric, |source| source.spec);
    for source in SOURCES.iter().filter(|source| !metric.get(source.name).is_null()) {
        let target = out.entry_at(&[source.name, "target"]);
        let has = |name: &str| !target.get(name).is_null();
        let kind = match source.name {
            "object" if has("averageValue") => "AverageValue",
            "external" if has("value") => "Value",
            "object" => "Value",
            "resource" | "containerResource" if has("averageUtilization") => "Utilization",
            _ => "AverageValue",
        };
        // What `v1` cannot leave out says nothing beside an average.
        if source.name == "object" && kind == "AverageValue" && target.get("value").str() == "0" {
            target.remove("value");
        }
        target.set("type", kind);
    }
    out
}

pub(super) fn status_to_v2(metric: &Value) -> Value {
    to_v2(metric, |source| source.status)
}

/// The status of a metric of CPU.
pub(super) fn cpu_status(utilization: Value) -> Value {
    let current = Value::map([("averageUtilization", utilization)]);
    let resource = Value::map([("name", Value::text("cpu")), ("current", current)]);
    Value::map([("type", Value::text("Resource")), ("resource", resource)])
}

fn from_v2(metric: &Value, fields: fn(&Source) -> &'static [Field]) -> Value {
    let mut out = Value::map([("type", metric.get("type").clone())]);
    for source in SOURCES.iter().filter(|source| !metric.get(source.name).is_null()) {
        let there = metric.get(source.name);
        let mut converted: Vec<(&str, Value)> = Vec::new();
        for (name, path) in fields(source) {
            let (value, bare) = (there.at(path), name.trim_end_matches('!'));
            match (value.is_null(), bare == *name) {
                (true, true) => {}
                // Of all that is always there only amounts can be missing.
                (true, false) => converted.push((bare, Value::text("0"))),
                (false, _) => converted.push((bare, value.clone())),
            }
        }
        out.set(source.name, Value::map(converted));
    }
    out
}

fn to_v2(metric: &Value, fields: fn(&Source) -> &'static [Field]) -> Value {
    let mut out = Value::map([("type", metric.get("type").clone())]);
    for source in SOURCES.iter().filter(|source| !metric.get(source.name).is_null()) {
        let there = metric.get(source.name);
        let mut converted = Value::empty_map();
        for (name, path) in fields(source) {
            let value = there.get(name.trim_end_matches('!'));
            if !value.is_null() {
                *converted.entry_at(path) = value.clone();
            }
        }
        out.set(source.name, converted);
    }
    out
}
