//! Containers that are added to a pod while it runs: `pods/ephemeralcontainers`.
//!
//! Models `podEphemeralContainersStrategy` of `pkg/registry/core/pod/strategy.go` and
//! `ValidatePodEphemeralContainersUpdate` of `pkg/apis/core/validation/validation.go`.

use super::{Options, annotations, dropped, prepare, validate as rules_of_pods};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::meta;
use crate::registry::strategy::Subresource;
use alloc::format;

pub(super) const SUBRESOURCE: Subresource =
    Subresource { name: "ephemeralcontainers", prepare: only_containers, validate };

const CONTAINER: &str = "io.k8s.api.core.v1.EphemeralContainer";
const LIST: &str = "ephemeralContainers";

fn only_containers(pod: &mut Value, old: &Value) {
    let containers = pod.at(&["spec", LIST]).clone();
    reset(pod, old);
    let mut spec = old.get("spec").clone();
    spec.remove(LIST);
    if !containers.is_empty() {
        spec.set(LIST, containers);
    }
    pod.set("spec", spec);
    dropped::drop_disabled(pod, old);
    prepare::bump_generation(pod, old);
}

/// Puts back the status, and the metadata that a part of the spec has no business with.
///
/// Models `metav1.ResetObjectMetaForStatus`.
pub(super) fn reset(pod: &mut Value, old: &Value) {
    if pod.get("status") != old.get("status") {
        pod.set("status", old.get("status"));
    }
    let (metadata, was) = (pod.entry("metadata"), old.get("metadata"));
    for name in ["deletionTimestamp", "generation", "labels", "annotations", "finalizers", "ownerReferences"]
    {
        prepare::keep(metadata, was, name);
    }
}

fn validate(pod: &Value, old: &Value) -> Errors {
    let options = Options { is_pod: true, ..Options::from_old(old) };
    let mut errors = meta::validate_update_kube(pod, old);
    rules_of_pods::metadata_and_spec(pod, &options, &mut errors);
    annotations::check_update(pod, old, &options, &mut errors);
    if old.at(&["metadata", "annotations"]).find(annotations::MIRROR).is_some() {
        return [field::forbidden(&Path::new(""), "static pods do not support ephemeral containers")].into();
    }
    let spec = Path::new("spec");
    let at = &spec / LIST;
    let containers = pod.at(&["spec", LIST]).items();
    for was in old.at(&["spec", LIST]).items() {
        let name = field::quoted(was.get("name").str());
        match containers.iter().rfind(|c| c.get("name") == was.get("name")) {
            None => {
                let detail = format!("existing ephemeral containers {name} may not be removed\n");
                errors.push(field::forbidden(&at, detail));
            }
            Some(is) if is != was => {
                let detail = format!("existing ephemeral containers {name} may not be changed");
                errors.push(field::forbidden(&at, detail).with_difference(CONTAINER, was, is));
            }
            Some(_) => {}
        }
    }
    errors
}
