//! What the API server sets and clears in a pod before it looks at it.
//!
//! Models `pkg/registry/core/pod/strategy.go`.

use super::annotations::APP_ARMOR;
use super::{CONTAINER_LISTS, affinity, dropped, qos, requests, security};
use crate::base::Value;
use crate::registry::edit;
use alloc::format;
use alloc::vec::Vec;

pub(super) fn create(pod: &mut Value) {
    pod.entry("metadata").set("generation", 1);
    dropped::drop_disabled(pod, &Value::Null);
    merge_label_keys(pod);
    app_armor_fields(pod);
    if !pod.at(&["spec", "resources"]).is_null() {
        edit::member(pod, "spec", requests::default);
    }
    let mut status = Value::map([("phase", Value::text("Pending"))]);
    if !pod.at(&["spec", "schedulingGates"]).is_empty() {
        status.set("conditions", Value::list([scheduling_gated(pod)]));
    }
    status.set("qosClass", qos::class(pod.get("spec")));
    pod.set("status", status);
}

fn scheduling_gated(pod: &Value) -> Value {
    Value::map([
        ("type", Value::text("PodScheduled")),
        ("status", Value::text("False")),
        ("lastProbeTime", Value::Null),
        ("lastTransitionTime", pod.at(&["metadata", "creationTimestamp"]).clone()),
        ("reason", Value::text("SchedulingGated")),
        ("message", Value::text("Scheduling is blocked due to non-empty scheduling gates")),
    ])
}

/// Keys of labels whose values the pod's own labels give become expressions of the selector.
fn merge_label_keys(pod: &mut Value) {
    let spec = pod.get("spec");
    let uses = |term: &Value| {
        !term.get("labelSelector").is_null()
            && ["matchLabelKeys", "mismatchLabelKeys"].iter().any(|name| !term.get(name).is_empty())
    };
    let spreads = spec.get("topologySpreadConstraints").items().iter();
    if !spreads.chain(affinity::pod_terms(spec)).any(uses) {
        return;
    }
    let labels = pod.at(&["metadata", "labels"]).clone();
    let merge = |term: &mut Value| {
        let added = |name: &str, operator: &str| {
            let keys = term.get(name).items().iter();
            let found = keys.filter_map(|key| Some((key.clone(), labels.find(key.str())?.clone())));
            let expression = |(key, value)| {
                let parts =
                    [("key", key), ("operator", Value::text(operator)), ("values", Value::list([value]))];
                Value::map(parts)
            };
            found.map(expression).collect::<Vec<_>>()
        };
        let mut added_all = added("matchLabelKeys", "In");
        added_all.extend(added("mismatchLabelKeys", "NotIn"));
        if !term.get("labelSelector").is_null() && !added_all.is_empty() {
            term.entry_at(&["labelSelector", "matchExpressions"]).list_mut().extend(added_all);
        }
    };
    edit::member(pod, "spec", |spec| {
        edit::each(spec, "topologySpreadConstraints", |c| merge(c));
        edit::member(spec, "affinity", |affinity| {
            for kind in ["podAffinity", "podAntiAffinity"] {
                edit::member(affinity, kind, |kind| {
                    edit::each(kind, "requiredDuringSchedulingIgnoredDuringExecution", |t| merge(t));
                    edit::each(kind, "preferredDuringSchedulingIgnoredDuringExecution", |t| {
                        edit::member(t, "podAffinityTerm", |t| merge(t));
                    });
                });
            }
        });
    });
}

/// Annotations of AppArmor become fields.
///
/// Models `applyAppArmorVersionSkew`.
fn app_armor_fields(pod: &mut Value) {
    let annotations = pod.at(&["metadata", "annotations"]).clone();
    let windows = pod.at(&["spec", "os", "name"]).str() == "windows";
    if windows || !annotations.entries().iter().any(|(k, _)| k.starts_with(APP_ARMOR)) {
        return;
    }
    let of_pod = pod.at(&["spec", "securityContext", "appArmorProfile"]).clone();
    let copy = |container: &mut Value| {
        let key = format!("{APP_ARMOR}{}", container.get("name").str());
        let has_own = !container.at(&["securityContext", "appArmorProfile"]).is_null();
        if let Some(annotation) = annotations.find(&key).filter(|_| !has_own)
            && let Some(profile) = app_armor_field(annotation.str()).filter(|p| *p != of_pod)
        {
            *container.entry_at(&["securityContext", "appArmorProfile"]) = profile;
        }
    };
    edit::member(pod, "spec", |spec| CONTAINER_LISTS.iter().for_each(|list| edit::each(spec, list, copy)));
}

/// The field that says what the annotation says, if it is valid.
///
/// Models `ApparmorFieldForAnnotation`.
pub(super) fn app_armor_field(annotation: &str) -> Option<Value> {
    let field = |type_: &str| Value::map([("type", Value::text(type_))]);
    let profile = match (annotation, annotation.strip_prefix("localhost/")) {
        ("unconfined", _) => field("Unconfined"),
        ("runtime/default", _) => field("RuntimeDefault"),
        (_, Some(path)) if !path.is_empty() => {
            Value::map([("type", Value::text("Localhost")), ("localhostProfile", Value::text(path))])
        }
        _ => return None,
    };
    security::is_app_armor_valid(&profile).then_some(profile)
}

pub(super) fn update(pod: &mut Value, old: &Value) {
    let resources = old.at(&["spec", "resources"]);
    if !resources.is_null() && pod.at(&["spec", "resources"]).is_null() {
        pod.entry("spec").set("resources", resources);
    }
    dropped::drop_disabled(pod, old);
    bump_generation(pod, old);
}

/// Counts the changes of the spec.
pub(super) fn bump_generation(pod: &mut Value, old: &Value) {
    if pod.get("spec") != old.get("spec") {
        let generation = old.at(&["metadata", "generation"]).int() + 1;
        pod.entry("metadata").set("generation", generation);
    }
}

pub(super) fn status(pod: &mut Value, old: &Value) {
    let (metadata, was) = (pod.entry("metadata"), old.get("metadata"));
    metadata.remove("deletionTimestamp");
    keep(metadata, was, "ownerReferences");
    let was = old.get("status");
    edit::member(pod, "status", |status| {
        if status.get("qosClass").is_empty() {
            keep(status, was, "qosClass");
        }
        for name in
            ["resourceClaimStatuses", "extendedResourceClaimStatus", "nodeAllocatableResourceClaimStatuses"]
        {
            if status.get(name).is_null() {
                keep(status, was, name);
            }
        }
        observed_generations(status, was);
    });
    dropped::drop_disabled_status(pod, old);
}

/// Makes the member what it is in `old`.
pub(super) fn keep(object: &mut Value, old: &Value, name: &str) {
    match old.find(name) {
        Some(value) if object.get(name) != value => object.set(name, value),
        Some(_) => {}
        None => {
            object.remove(name);
        }
    }
}

/// What an older client does not know of stays: the generation that the kubelet has seen.
///
/// Models `preserveOldObservedGeneration`.
fn observed_generations(status: &mut Value, old: &Value) {
    const NAME: &str = "observedGeneration";
    if status.get(NAME).int() == 0 && old.get(NAME).int() != 0 {
        status.set(NAME, old.get(NAME));
    }
    let mut before: Vec<(&str, i64)> =
        old.get("conditions").items().iter().map(|c| (c.get("type").str(), c.get(NAME).int())).collect();
    let lacking: Vec<(usize, i64)> = status
        .get("conditions")
        .items()
        .iter()
        .enumerate()
        .filter_map(|(i, c)| {
            let place = before.iter().position(|(type_, _)| *type_ == c.get("type").str())?;
            let (_, generation) = before.remove(place);
            (c.get(NAME).int() == 0 && generation != 0).then_some((i, generation))
        })
        .collect();
    for (i, generation) in lacking {
        if let Some(condition) = status.entry("conditions").list_mut().get_mut(i) {
            condition.set(NAME, generation);
        }
    }
}

/// Seconds that a pod is given to end: what the client says, or the pod; none where nothing runs.
///
/// Models `CheckGracefulDelete`.
pub(super) fn grace_period(pod: &Value, asked: Option<i64>) -> Option<i64> {
    let own = pod.at(&["spec", "terminationGracePeriodSeconds"]).int();
    let runs = !pod.at(&["spec", "nodeName"]).is_empty()
        && !matches!(pod.at(&["status", "phase"]).str(), "Failed" | "Succeeded");
    let period = if runs { asked.unwrap_or(own) } else { 0 };
    Some(if period < 0 { 1 } else { period })
}
