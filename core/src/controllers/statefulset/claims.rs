//! The PersistentVolumeClaims of a StatefulSet's pods: each has its own, and finds it again when it is made anew.
//!
//! Models the claims in `pkg/controller/statefulset/stateful_pod_control.go` and `stateful_set_utils.go`.

use super::{Set, identity};
use crate::base::{Text, Value};
use crate::controllers::owner::Kind;
use crate::controllers::{Action, Detail, Record, Write, kinds};
use crate::store::Object;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

const RESOURCE: &str = "persistentvolumeclaims";

fn templates<'a>(set: &Set<'a>) -> &'a [Value] {
    set.spec().get("volumeClaimTemplates").items()
}

fn claim_name(set: &Set<'_>, template: &Value, number: i64) -> Text {
    format!("{}-{}-{number}", template.get("metadata").get("name").str(), set.object.name()).into()
}

fn number_of(pod: &Value) -> i64 {
    identity::number(pod.get("metadata").get("name").str()).unwrap_or(-1)
}

/// Puts the claims among the pod's volumes, before those of its template that do not bear their names.
///
/// Models `updateStorage`.
pub(super) fn mount(set: &Set<'_>, pod: &mut Value, number: i64) {
    let templates = templates(set);
    if templates.is_empty() {
        return;
    }
    let name = |template: &Value| template.get("metadata").get("name").clone();
    let volume = |template: &Value| {
        let claim = Value::map([("claimName", Value::from(claim_name(set, template, number)))]);
        Value::map([("name", name(template)), ("persistentVolumeClaim", claim)])
    };
    let others = pod.get("spec").get("volumes").items().iter();
    let others = others.filter(|v| !templates.iter().any(|t| name(t) == *v.get("name"))).cloned();
    let volumes: Vec<Value> = templates.iter().map(volume).chain(others).collect();
    pod.entry("spec").set("volumes", Value::list(volumes));
}

/// Models `storageMatches`.
pub(super) fn are_mounted(set: &Set<'_>, pod: &Value) -> bool {
    let volumes = pod.get("spec").get("volumes").items();
    templates(set).iter().all(|template| {
        let name = template.get("metadata").get("name");
        let volume = volumes.iter().rev().find(|v| v.get("name") == name);
        let claim = volume.map_or("", |v| v.get("persistentVolumeClaim").get("claimName").str());
        claim == claim_name(set, template, number_of(pod)).as_str()
    })
}

/// The claims of a pod that are not there yet.
pub(super) fn missing(set: &Set<'_>, pod: &Value) -> Vec<Write> {
    let there = |name: &str| set.view.store.get(RESOURCE, set.object.namespace(), name).is_some();
    let named = templates(set).iter().map(|t| (t, claim_name(set, t, number_of(pod))));
    named.filter(|(_, name)| !there(name)).map(|(t, name)| create(set, t, &name, pod)).collect()
}

fn create(set: &Set<'_>, template: &Value, name: &Text, pod: &Value) -> Write {
    let mut object = template.clone();
    object.remove("status");
    let metadata = object.entry("metadata");
    metadata.set("name", name);
    metadata.set("namespace", set.object.namespace());
    for (key, value) in set.spec().at(&["selector", "matchLabels"]).entries() {
        metadata.entry("labels").set(key, value);
    }
    let (pod, set_name) = (pod.get("metadata").get("name").str(), set.object.name());
    let record = Record {
        about: set.value().clone(),
        done: Some((
            "SuccessfulCreate",
            format!("Create Claim {name} Pod {pod} in StatefulSet {set_name} success"),
        )),
        failed: Some((
            "FailedCreate",
            format!("Create Claim {name} for Pod {pod} in StatefulSet {set_name} failed error: {{error}}"),
        )),
        warning: false,
        detail: Detail::default(),
    };
    Write { action: Action::Create { resource: RESOURCE.into(), object }, record: Some(record) }
}

/// Whether claims are to go with a pod that is scaled away, or with the set.
fn policy(set: &Set<'_>, when: &str) -> bool {
    set.spec().at(&["persistentVolumeClaimRetentionPolicy", when]).str() == "Delete"
}

/// Whether a claim waits to go with a pod of the same name that was there before.
///
/// Models `PodClaimIsStale`.
pub(super) fn are_stale(set: &Set<'_>, pod: &Value) -> bool {
    let stale = |template: &Value| {
        let name = claim_name(set, template, number_of(pod));
        let claim = set.view.store.get(RESOURCE, set.object.namespace(), &name);
        claim.is_some_and(|claim| references(claim).any(|r| names(r, kinds::POD, pod)))
    };
    policy(set, "whenScaled") && templates(set).iter().any(stale)
}

fn references(claim: &Object) -> core::slice::Iter<'_, Value> {
    claim.owners().items().iter()
}

/// Whether a reference bears the name of an object, be it this very one or not.
fn names(reference: &Value, kind: Kind, object: &Value) -> bool {
    reference.get("apiVersion").str() == kind.api_version
        && reference.get("kind").str() == kind.kind
        && reference.get("name") == object.get("metadata").get("name")
}

/// The claims of a pod with the owners that the retention policy wants them to have.
///
/// Models `UpdatePodClaimForRetentionPolicy`.
pub(super) fn retained(set: &Set<'_>, pod: &Arc<Object>) -> Vec<Write> {
    let number = number_of(pod.value());
    let claims = templates(set)
        .iter()
        .filter_map(|t| set.view.store.get(RESOURCE, set.object.namespace(), &claim_name(set, t, number)));
    claims.filter_map(|claim| with_owners(set, pod, claim)).collect()
}

fn with_owners(set: &Set<'_>, pod: &Object, claim: &Object) -> Option<Write> {
    let uid = |r: &Value, o: &Object| r.get("uid").str() == o.uid();
    let of_set = |r: &Value| names(r, kinds::STATEFUL_SET, set.value());
    let of_pod = |r: &Value| names(r, kinds::POD, pod.value());
    // One that belongs to others of these names is left to go with them.
    let stale = |r: &Value| of_set(r) && !uid(r, set.object) || of_pod(r) && !uid(r, pod);
    if references(claim).any(stale) {
        return None;
    }
    let (on_scale, on_delete) = (policy(set, "whenScaled"), policy(set, "whenDeleted"));
    let others = references(claim).filter(|r| !of_set(r) && !of_pod(r));
    let foreign = (on_scale || on_delete) && others.clone().any(|r| r.get("controller").is_true());
    let scaled_away = !set.has_number(number_of(pod.value()));
    let wants_pod = on_scale && scaled_away;
    let wants_set = on_delete && !(on_scale && scaled_away);
    let mut wanted: Vec<Value> = others.cloned().collect();
    if wants_pod && !foreign {
        wanted.push(kinds::POD.reference(pod.value()));
    }
    if wants_set && !foreign {
        wanted.push(kinds::STATEFUL_SET.reference(set.value()));
    }
    let same = wanted.len() == claim.owners().items().len()
        && wanted.iter().all(|w| {
            let there = references(claim).find(|r| r.get("uid") == w.get("uid"));
            there.is_some_and(|r| r.get("controller").is_true() == w.get("controller").is_true())
        });
    if same {
        return None;
    }
    let mut object = claim.value().clone();
    match wanted.is_empty() {
        true => drop(object.entry("metadata").remove("ownerReferences")),
        false => object.entry("metadata").set("ownerReferences", Value::list(wanted)),
    }
    Some(Write::silent(Action::Update { resource: RESOURCE.into(), object }))
}
