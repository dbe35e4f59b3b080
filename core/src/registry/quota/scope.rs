//! The scopes of a quota: which objects it is about.

use crate::base::Value;
use crate::registry::pod::qos;

/// Whether the object, of this resource, is in all scopes of the quota.
///
/// Models `podMatchesScopeFunc` and `pvcMatchesScopeFunc`: other objects are in no scope.
pub fn in_scopes(quota: &Value, resource: &str, object: &Value) -> bool {
    let spec = quota.get("spec");
    let exists = |scope: &Value| matches(scope.str(), "Exists", &[], resource, object);
    let selects = |e: &Value| {
        let (scope, operator) = (e.get("scopeName").str(), e.get("operator").str());
        matches(scope, operator, e.get("values").items(), resource, object)
    };
    spec.get("scopes").items().iter().all(exists)
        && spec.at(&["scopeSelector", "matchExpressions"]).items().iter().all(selects)
}

fn matches(scope: &str, operator: &str, values: &[Value], resource: &str, object: &Value) -> bool {
    let spec = object.get("spec");
    match (resource, scope) {
        ("pods", "Terminating") => is_terminating(spec),
        ("pods", "NotTerminating") => !is_terminating(spec),
        ("pods", "BestEffort") => qos::class(spec) == "BestEffort",
        ("pods", "NotBestEffort") => qos::class(spec) != "BestEffort",
        ("pods", "PriorityClass") => named(spec.get("priorityClassName").str(), operator, values),
        ("pods", "CrossNamespacePodAffinity") => crosses_namespaces(spec.get("affinity")),
        ("persistentvolumeclaims", "VolumeAttributesClass") => {
            // Of the classes that it asks for, has, or is to get, one must fit.
            let status = object.get("status");
            let names = [
                spec.get("volumeAttributesClassName"),
                status.get("currentVolumeAttributesClassName"),
                status.at(&["modifyVolumeStatus", "targetVolumeAttributesClassName"]),
            ];
            let names = names.into_iter().map(Value::str).filter(|name| !name.is_empty());
            let mut names = names.peekable();
            match names.peek() {
                None => named("", operator, values),
                Some(_) => names.any(|name| named(name, operator, values)),
            }
        }
        _ => false,
    }
}

fn named(name: &str, operator: &str, values: &[Value]) -> bool {
    let is_one = !name.is_empty() && values.iter().any(|v| v.str() == name);
    match operator {
        "In" => is_one,
        "NotIn" => !is_one,
        "Exists" => !name.is_empty(),
        "DoesNotExist" => name.is_empty(),
        _ => false,
    }
}

/// It has a time limit.
pub(in crate::registry) fn is_terminating(spec: &Value) -> bool {
    spec.get("activeDeadlineSeconds").as_int().is_some_and(|seconds| seconds >= 0)
}

fn crosses_namespaces(affinity: &Value) -> bool {
    let crosses =
        |term: &Value| !term.get("namespaces").is_empty() || !term.get("namespaceSelector").is_null();
    ["podAffinity", "podAntiAffinity"].iter().map(|kind| affinity.get(kind)).any(|kind| {
        let required = kind.get("requiredDuringSchedulingIgnoredDuringExecution").items().iter();
        let preferred = kind.get("preferredDuringSchedulingIgnoredDuringExecution").items().iter();
        required.chain(preferred.map(|p| p.get("podAffinityTerm"))).any(crosses)
    })
}
