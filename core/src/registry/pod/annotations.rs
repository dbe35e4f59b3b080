//! Annotations of pods that mean something.
//!
//! Models `ValidatePodSpecificAnnotations` of `pkg/apis/core/validation/validation.go`.

use super::{Options, security, tolerations, validate};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::manifest::json;
use alloc::string::ToString;

pub(super) const MIRROR: &str = "kubernetes.io/config.mirror";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
pub(super) const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
pub(super) const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
pub(super) const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// The annotations of a pod or a template.
pub(super) fn check(at: &Path<'_>, pod: &Value, options: &Options, errors: &mut Errors) {
    let annotations = pod.at(&["metadata", "annotations"]);
    if annotations.is_null() {
        return;
    }
    if let Some(value) = annotations.find(MIRROR)
        && pod.at(&["spec", "nodeName"]).is_empty()
    {
        let detail = "must set spec.nodeName if mirror pod annotation is set";
        errors.push(field::invalid(&at.key(MIRROR), value, detail));
    }
    let list = annotations.get(TOLERATIONS).str();
    if !list.is_empty() {
        match json::parse(list) {
            Ok(node) => {
                tolerations::check(&(at / TOLERATIONS), &node.to_value(), options, errors);
            }
            Err(e) => errors.push(field::invalid(at, TOLERATIONS, e.message.to_string())),
        }
    }
    if !options.allow_invalid_deletion_cost && !is_deletion_cost_valid(pod) {
        let cost = annotations.get(DELETION_COST);
        errors.push(field::invalid(&at.key(DELETION_COST), cost, "must be a 32bit integer"));
    }
    if let Some(profile) = annotations.find(SECCOMP_POD) {
        security::seccomp_annotation(&(at / SECCOMP_POD), profile.str(), errors);
    }
    for (key, profile) in annotations.entries().iter().filter(|(k, _)| k.starts_with(SECCOMP_CONTAINER)) {
        security::seccomp_annotation(&(at / key.as_str()), profile.str(), errors);
    }
    for (key, profile) in annotations.entries() {
        let Some(container) = key.strip_prefix(APP_ARMOR) else { continue };
        if !validate::has_container(pod.get("spec"), container) {
            errors.push(field::invalid(&at.key(key), container, "container not found"));
        }
        security::app_armor_annotation(&at.key(key), profile.str(), errors);
    }
}

/// Models `ValidatePodSpecificAnnotationUpdates`.
pub(super) fn check_update(pod: &Value, old: &Value, options: &Options, errors: &mut Errors) {
    let metadata = Path::new("metadata");
    let at = &metadata / "annotations";
    let (new, was) = (pod.at(&["metadata", "annotations"]), old.at(&["metadata", "annotations"]));
    for (key, _) in was.entries().iter().filter(|(k, v)| new.get(k) != v) {
        forbid(&at, key, "may not remove or update", errors);
    }
    for (key, _) in new.entries().iter().filter(|(k, _)| was.find(k).is_none()) {
        forbid(&at, key, "may not add", errors);
    }
    check(&at, pod, options, errors);
}

fn forbid(at: &Path<'_>, key: &str, what: &str, errors: &mut Errors) {
    if key.starts_with(APP_ARMOR) {
        errors.push(field::forbidden(&at.key(key), alloc::format!("{what} AppArmor annotations")));
    }
    if key == MIRROR {
        errors.push(field::forbidden(&at.key(key), alloc::format!("{what} mirror pod annotation")));
    }
}

/// Models `GetDeletionCostFromPodAnnotations`: a number of 32 bits without plus sign and leading zeros.
pub(super) fn is_deletion_cost_valid(pod: &Value) -> bool {
    let Some(cost) = pod.at(&["metadata", "annotations"]).find(DELETION_COST).map(Value::str) else {
        return true;
    };
    let padded = cost.starts_with('+') || cost.starts_with('0') && cost != "0";
    !padded && cost.parse::<i32>().is_ok()
}
