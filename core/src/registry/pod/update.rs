//! What may change in a pod: images, tolerations, deadlines, and little else.
//!
//! Models `ValidatePodUpdate` of `pkg/apis/core/validation/validation.go`.

use super::{Options, annotations, tolerations, validate as rules_of_pods};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::{check, edit, meta};
use alloc::format;
use core::ops::ControlFlow;

const SPEC: Path<'static> = Path::new("spec");
const SPEC_TYPE: &str = "io.k8s.api.core.v1.PodSpec";
const ONLY: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";

pub(super) fn validate(pod: &Value, old: &Value) -> Errors {
    let options = Options { is_pod: true, ..Options::from_old(old) };
    let mut errors = meta::validate_update_kube(pod, old);
    rules_of_pods::metadata_and_spec(pod, &options, &mut errors);
    annotations::check_update(pod, old, &options, &mut errors);
    // An error that makes the rest pointless ends it, as it does upstream.
    let _ = check_spec(pod.get("spec"), old.get("spec"), &options, &mut errors);
    errors
}

fn check_spec(new: &Value, old: &Value, options: &Options, errors: &mut Errors) -> ControlFlow<()> {
    for list in ["containers", "initContainers"] {
        images(&(&SPEC / list), new.get(list).items(), old.get(list).items(), errors)?;
    }
    deadline(new, old, errors)?;
    let (at, name) = (&SPEC / "tolerations", "tolerations");
    tolerations::only_added(&at, new.get(name), old.get(name), options, errors);
    only_deleted_gates(&(&SPEC / "schedulingGates"), new, old, errors);
    if new != old {
        nothing_else(new, old, errors);
    }
    ControlFlow::Continue(())
}

/// Models `ValidateContainerUpdates`.
fn images(at: &Path<'_>, new: &[Value], old: &[Value], errors: &mut Errors) -> ControlFlow<()> {
    if new.len() != old.len() {
        errors.push(field::forbidden(at, "pod updates may not add or remove containers"));
        return ControlFlow::Break(());
    }
    for (i, container) in new.iter().enumerate() {
        check::required(container, "image", &(at / i), errors);
        rules_of_pods::image_is_trimmed(&(at / i), container, errors);
    }
    ControlFlow::Continue(())
}

fn deadline(new: &Value, old: &Value, errors: &mut Errors) -> ControlFlow<()> {
    let at = &SPEC / "activeDeadlineSeconds";
    let (new, old) = (new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds").as_int());
    let error = match (new.as_int(), old) {
        (Some(seconds), _) if !(0..=i64::from(i32::MAX)).contains(&seconds) => {
            let complaints = names::in_range(seconds, 0, i32::MAX.into());
            check::complain(&at, seconds, complaints, errors);
            return ControlFlow::Break(());
        }
        (Some(seconds), Some(before)) if before < seconds => {
            field::invalid(&at, seconds, "must be less than or equal to previous value")
        }
        (None, Some(_)) => {
            errors.push(field::invalid(&at, new, "must not update from a positive integer to nil value"));
            return ControlFlow::Continue(());
        }
        _ => return ControlFlow::Continue(()),
    };
    errors.push(error);
    ControlFlow::Break(())
}

fn only_deleted_gates(at: &Path<'_>, new: &Value, old: &Value, errors: &mut Errors) {
    let old = old.get("schedulingGates").items();
    for (i, gate) in new.get("schedulingGates").items().iter().enumerate() {
        let name = gate.get("name").str();
        if !old.iter().any(|o| o.get("name").str() == name) {
            let detail = format!("only deletion is allowed, but found new scheduling gate '{name}'");
            errors.push(field::forbidden(&(&(at / i) / "name"), detail));
        }
    }
}

/// With what may change put back, both are the same.
fn nothing_else(new: &Value, old: &Value, errors: &mut Errors) {
    let mut munged = new.clone();
    for list in ["containers", "initContainers"] {
        for (i, container) in old.get(list).items().iter().enumerate() {
            let image = container.get("image");
            let differs = |c: &Value| c.get("image") != image;
            if munged.get(list).items().get(i).is_some_and(differs)
                && let Some(place) = munged.entry(list).list_mut().get_mut(i)
            {
                place.set("image", image);
            }
        }
    }
    for name in ["activeDeadlineSeconds", "schedulingGates", "tolerations"] {
        put_back(&mut munged, name, old);
    }
    let grace = "terminationGracePeriodSeconds";
    if old.get(grace).int() < 0 && munged.get(grace).int() == 1 {
        put_back(&mut munged, grace, old);
    }
    if !old.get("schedulingGates").is_empty() {
        node_selector(&mut munged, old, errors);
        node_affinity(&mut munged, old, errors);
    }
    if munged != *old {
        errors.push(field::forbidden(&SPEC, ONLY).with_difference(SPEC_TYPE, old, &munged));
    }
}

fn put_back(to: &mut Value, name: &str, from: &Value) {
    match from.find(name) {
        Some(value) if to.get(name) != value => to.set(name, value),
        Some(_) => {}
        None => {
            to.remove(name);
        }
    }
}

/// A pod that waits at a gate may still become choosier about its node.
fn node_selector(munged: &mut Value, old: &Value, errors: &mut Errors) {
    let (new, was) = (munged.get("nodeSelector"), old.get("nodeSelector"));
    if was.entries().iter().any(|(key, value)| new.get(key) != value) {
        let detail = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
        errors.push(field::invalid(&(&SPEC / "nodeSelector"), new, detail));
    }
    put_back(munged, "nodeSelector", old);
}

fn node_affinity(munged: &mut Value, old: &Value, errors: &mut Errors) {
    let name = "nodeAffinity";
    let was = old.get("affinity").get(name);
    let new = munged.get("affinity").get(name);
    if new == was {
        return;
    }
    narrower(new, was, errors);
    if munged.get("affinity").is_null() {
        munged.set("affinity", Value::map([(name, was.clone())]));
    } else if old.get("affinity").is_null() && munged.get("affinity").entries().len() == 1 {
        munged.remove("affinity");
    } else {
        edit::member(munged, "affinity", |affinity| put_back(affinity, name, old.get("affinity")));
    }
}

/// Models `validateNodeAffinityMutation`.
fn narrower(new: &Value, old: &Value, errors: &mut Errors) {
    const TERM: &str = "io.k8s.api.core.v1.NodeSelectorTerm";
    const TERMS: &str = "[]io.k8s.api.core.v1.NodeSelectorTerm";
    if old.get(REQUIRED).is_null() {
        return;
    }
    let affinity = &SPEC / "affinity.nodeAffinity";
    let required = &affinity / REQUIRED;
    let at = &required / "nodeSelectorTerms";
    let terms = |v: &Value| v.get(REQUIRED).get("nodeSelectorTerms").clone();
    let (new, old) = (terms(new), terms(old));
    if !old.items().is_empty() && new.items().len() != old.items().len() {
        let detail = "no additions/deletions to non-empty NodeSelectorTerms list are allowed";
        errors.push(field::invalid(&at, new, detail).of_type(TERMS));
        return;
    }
    for (i, (new, old)) in new.items().iter().zip(old.items()).enumerate() {
        let lists = ["matchExpressions", "matchFields"];
        let grows = |list: &&str| new.get(list).items().starts_with(old.get(list).items());
        let was_empty = lists.iter().all(|list| old.get(list).is_empty());
        let fits =
            if was_empty { lists.iter().all(|l| new.get(l).is_empty()) } else { lists.iter().all(grows) };
        if !fits {
            let detail = "only additions are allowed (no mutations or deletions)";
            errors.push(field::invalid(&(&at / i), new, detail).of_type(TERM));
        }
    }
}
