//! What an autoscaler goes by.
//!
//! Models `validateMetrics` of `pkg/apis/autoscaling/validation/validation.go`.

use super::reference::{self, Allowed};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::{check as rules, resources};

/// Types of metrics and the fields that describe them, in the order in which they are looked at.
const SOURCES: &[(&str, &str)] = &[
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];
const TYPES: &[&str] = &["ContainerResource", "External", "Object", "Pods", "Resource"];

pub(super) fn check(
    at: &Path<'_>,
    metrics: &[Value],
    min: Option<i64>,
    allowed: Allowed,
    errors: &mut Errors,
) {
    for (i, metric) in metrics.iter().enumerate() {
        check_metric(&(at / i), metric, allowed, errors);
    }
    let from_outside = |metric: &Value| matches!(metric.get("type").str(), "Object" | "External");
    if min == Some(0) && !metrics.iter().any(from_outside) {
        let detail =
            "must specify at least one Object or External metric to support scaling to zero replicas";
        errors.push(field::forbidden(at, detail));
    }
}

/// Models `validateMetricSpec`.
fn check_metric(at: &Path<'_>, metric: &Value, allowed: Allowed, errors: &mut Errors) {
    let (type_at, kind) = (at / "type", metric.get("type").str());
    if kind.is_empty() {
        errors.push(field::required(&type_at, "must specify a metric source type"));
    }
    rules::one_of(&type_at, kind, TYPES, errors);
    let present = SOURCES.iter().map(|(_, name)| *name).filter(|name| !metric.get(name).is_null());
    if let Some(first) = present.clone().next() {
        check_source(&(at / first), first, metric.get(first), allowed, errors);
    }
    let expected = SOURCES.iter().find(|(known, _)| *known == kind).map(|(_, name)| *name);
    if let Some(name) = expected.filter(|name| metric.get(name).is_null()) {
        let detail = "must populate information for the given metric source";
        errors.push(field::required(&(at / name), detail));
    }
    if present.clone().count() > 1 {
        for name in present.filter(|name| expected != Some(*name)) {
            errors.push(field::forbidden(&(at / name), "must populate the given metric source only"));
        }
    }
}

fn check_source(at: &Path<'_>, name: &str, source: &Value, allowed: Allowed, errors: &mut Errors) {
    if name == "object" {
        reference::check(&(at / "describedObject"), source.get("describedObject"), allowed, errors);
    }
    match name {
        "resource" | "containerResource" => check_resource(at, source, name == "containerResource", errors),
        _ => identifier(&(at / "metric"), source.get("metric").get("name").str(), errors),
    }
    let (target_at, target) = (at / "target", source.get("target"));
    check_target(&target_at, target, errors);
    let has = |name: &str| !target.get(name).is_null();
    let mut required = |name: &str, detail: &str| errors.push(field::required(&(&target_at / name), detail));
    match name {
        "object" if !has("value") && !has("averageValue") => {
            required("averageValue", "must set either a target value or averageValue");
        }
        "external" if !has("value") && !has("averageValue") => {
            required("averageValue", "must set either a target value for metric or a per-pod target");
        }
        "external" if has("value") && has("averageValue") => {
            let detail = "may not set both a target value for metric and a per-pod target";
            errors.push(field::forbidden(&(&target_at / "value"), detail));
        }
        "pods" if !has("averageValue") => {
            required("averageValue", "must specify a positive target averageValue");
        }
        "resource" | "containerResource" if !has("averageUtilization") && !has("averageValue") => {
            required("averageUtilization", "must set either a target raw value or a target utilization");
        }
        "resource" | "containerResource" if has("averageUtilization") && has("averageValue") => {
            let detail = "may not set both a target raw value and a target utilization";
            errors.push(field::forbidden(&(&target_at / "averageValue"), detail));
        }
        _ => {}
    }
}

fn check_resource(at: &Path<'_>, source: &Value, of_container: bool, errors: &mut Errors) {
    let name = source.get("name").str();
    if name.is_empty() {
        errors.push(field::required(&(at / "name"), "must specify a resource name"));
    } else if of_container {
        resources::check_container_name(&(at / "name"), name, errors);
    }
    if of_container {
        let (at, name) = (at / "container", source.get("container").str());
        match name {
            "" => errors.push(field::required(&at, "must specify a container")),
            name => rules::complain(&at, name, names::dns1123_label(name), errors),
        }
    }
}

/// Models `validateMetricIdentifier`.
fn identifier(at: &Path<'_>, name: &str, errors: &mut Errors) {
    match name {
        "" => errors.push(field::required(&(at / "name"), "must specify a metric name")),
        name => rules::complain(&(at / "name"), name, names::path_segment(name), errors),
    }
}

/// Models `validateMetricTarget`.
fn check_target(at: &Path<'_>, target: &Value, errors: &mut Errors) {
    let (type_at, kind) = (at / "type", target.get("type").str());
    if kind.is_empty() {
        errors.push(field::required(&type_at, "must specify a metric target type"));
    }
    if !matches!(kind, "Utilization" | "Value" | "AverageValue") {
        let detail = "must be either Utilization, Value, or AverageValue";
        errors.push(field::invalid(&type_at, kind, detail));
    }
    for name in ["value", "averageValue"] {
        let amount = target.get(name);
        if !amount.is_null() && resources::quantity(amount).value <= 0 {
            errors.push(field::invalid(&(at / name), amount, "must be positive"));
        }
    }
    if let Some(percent) = target.get("averageUtilization").as_int().filter(|n| *n < 1) {
        errors.push(field::invalid(&(at / "averageUtilization"), percent, "must be greater than 0"));
    }
}
