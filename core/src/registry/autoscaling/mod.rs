//! A HorizontalPodAutoscaler.
//!
//! Models `pkg/registry/autoscaling/horizontalpodautoscaler`, `pkg/apis/autoscaling/v2/defaults.go` and
//! `pkg/apis/autoscaling/validation/validation.go`.

mod behavior;
mod legacy_metrics;
mod metrics;
mod reference;
mod v1;

use super::apps::counts;
use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use reference::Allowed;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "horizontalpodautoscalers.autoscaling",
    default,
    to_stored: |_, autoscaler| v1::to_v2(autoscaler),
    from_stored: |_, autoscaler| v1::from_v2(autoscaler),
    // What another version did not say gets its default when it is read back.
    canonicalize: default,
    validate: |autoscaler| {
        let mut errors = meta::validate_kube(autoscaler, true, names::dns1123_subdomain);
        let spec = autoscaler.get("spec");
        check_spec(spec, target(spec), Allowed::CORE, &mut errors);
        errors
    },
    validate_update,
    validate_status,
    generation: true,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
/// The utilization of CPU that is aimed at where nothing is said, in percent.
const CPU_UTILIZATION: i64 = 80;

fn default(autoscaler: &mut Value) {
    v1::drop_annotations(autoscaler);
    edit::member(autoscaler, "spec", |spec| {
        spec.set_default("minReplicas", 1);
        if spec.get("metrics").is_empty() {
            spec.set("metrics", Value::list([cpu_metric(CPU_UTILIZATION)]));
        }
        edit::member(spec, "behavior", behavior::default);
    });
}

fn cpu_metric(utilization: i64) -> Value {
    let target =
        Value::map([("type", Value::text("Utilization")), ("averageUtilization", utilization.into())]);
    let resource = Value::map([("name", Value::text("cpu")), ("target", target)]);
    Value::map([("type", Value::text("Resource")), ("resource", resource)])
}

/// Of all that can be scaled, ReplicationControllers alone have no group.
fn target(spec: &Value) -> Allowed {
    match spec.at(&["scaleTargetRef", "kind"]).str() {
        "ReplicationController" => Allowed::CORE,
        _ => Allowed::GROUPS,
    }
}

fn validate_update(autoscaler: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(autoscaler, old);
    let (spec, was) = (autoscaler.get("spec"), old.get("spec"));
    let same = |name: &str| spec.get("scaleTargetRef").get(name) == was.get("scaleTargetRef").get(name);
    let of_target = if same("kind") && same("apiVersion") { Allowed::ANY } else { target(spec) };
    let was_wrong = was.get("metrics").items().iter().any(|metric| {
        let version = metric.at(&["object", "describedObject", "apiVersion"]);
        metric.get("type").str() == "Object" && Allowed::CORE.version(version.str()).is_err()
    });
    let of_metrics = if was_wrong { Allowed::ANY } else { Allowed::CORE };
    check_spec(spec, of_target, of_metrics, &mut errors);
    errors
}

/// Models `validateHorizontalPodAutoscalerSpec`; declarative validation has taken over the numbers.
fn check_spec(spec: &Value, of_target: Allowed, of_metrics: Allowed, errors: &mut Errors) {
    let (max_at, max) = (&SPEC / "maxReplicas", spec.get("maxReplicas").int());
    let min = spec.get("minReplicas").as_int();
    let mut numbers = Errors::new();
    check::non_negative(&(&SPEC / "minReplicas"), min.unwrap_or(0), &mut numbers);
    if max == 0 {
        numbers.push(field::required(&max_at, ""));
    } else if max < 0 {
        numbers.push(field::invalid(&max_at, max, "must be greater than or equal to 1"));
    }
    errors.extend(numbers.into_iter().map(field::Error::declarative));
    if min.is_some_and(|min| max < min) {
        errors.push(field::invalid(&max_at, max, "must be greater than or equal to `minReplicas`"));
    }
    reference::check(&(&SPEC / "scaleTargetRef"), spec.get("scaleTargetRef"), of_target, errors);
    metrics::check(&(&SPEC / "metrics"), spec.get("metrics").items(), min, of_metrics, errors);
    behavior::check(&(&SPEC / "behavior"), spec.get("behavior"), errors);
}

fn validate_status(autoscaler: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(autoscaler, old);
    let status = autoscaler.get("status");
    let at = &counts::STATUS / "conditions";
    for (i, condition) in status.get("conditions").items().iter().enumerate() {
        counts::non_negative(&(&at / i), condition, &["observedGeneration"], &mut errors);
    }
    counts::non_negative(&counts::STATUS, status, &["currentReplicas", "desiredReplicas"], &mut errors);
    errors
}
