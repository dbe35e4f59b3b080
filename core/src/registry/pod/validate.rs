//! What a pod must be like.
//!
//! Models `ValidatePodCreate` and `validatePodMetadataAndSpec` of `pkg/apis/core/validation/validation.go`.

use super::{Options, annotations, security, spec, visit};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::{check, meta};

const METADATA: Path<'static> = Path::new("metadata");
const SPEC: Path<'static> = Path::new("spec");

pub(super) fn create(pod: &Value) -> Errors {
    let options = Options::of_pod();
    let mut errors = Errors::new();
    metadata_and_spec(pod, &options, &mut errors);
    let spec = pod.get("spec");
    if !spec.get("ephemeralContainers").is_empty() {
        errors.push(field::forbidden(&(&SPEC / "ephemeralContainers"), "cannot be set on create"));
    }
    if !spec.get("nodeName").is_empty() && !spec.get("schedulingGates").is_empty() {
        let detail = "cannot be set until all schedulingGates have been cleared";
        errors.push(field::forbidden(&(&SPEC / "nodeName"), detail));
    }
    let pod_annotations = pod.at(&["metadata", "annotations"]);
    if !pod_annotations.is_null() {
        security::seccomp_annotations_match(&SPEC, pod_annotations, spec, &mut errors);
        security::app_armor_annotations_match(&SPEC, pod_annotations, spec, &mut errors);
    }
    errors
}

pub(super) fn metadata_and_spec(pod: &Value, options: &Options, errors: &mut Errors) {
    errors.extend(meta::validate_kube(pod, true, names::dns1123_subdomain));
    let (metadata, pod_spec) = (pod.get("metadata"), pod.get("spec"));
    annotations::check(&(&METADATA / "annotations"), pod, options, errors);
    spec::check(&SPEC, pod_spec, Some(metadata), options, errors);
    if pod_spec.get("serviceAccountName").is_empty() {
        tokens_without_account(pod_spec, errors);
    }
    if let Some(seconds) = pod_spec.get("terminationGracePeriodSeconds").as_int() {
        check::non_negative(&(&SPEC / "terminationGracePeriodSeconds"), seconds, errors);
    }
    for list in ["containers", "initContainers"] {
        let at = &SPEC / list;
        for (i, container) in pod_spec.get(list).items().iter().enumerate() {
            image_is_trimmed(&(&at / i), container, errors);
        }
    }
}

fn tokens_without_account(spec: &Value, errors: &mut Errors) {
    let volumes = &SPEC / "volumes";
    for (i, volume) in spec.get("volumes").items().iter().enumerate() {
        let at = &volumes / i;
        let sources = &at / "projected.sources";
        for (j, source) in volume.at(&["projected", "sources"]).items().iter().enumerate() {
            if !source.get("serviceAccountToken").is_null() {
                let detail = "must not be specified when serviceAccountName is not set";
                errors.push(field::forbidden(&(&(&sources / j) / "serviceAccountToken"), detail));
            }
        }
    }
}

/// Models `validateContainerOnlyForPod`.
pub(super) fn image_is_trimmed(at: &Path<'_>, container: &Value, errors: &mut Errors) {
    let image = container.get("image").str();
    if image.trim().len() != image.len() {
        let detail = "must not have leading or trailing whitespace";
        errors.push(field::invalid(&(at / "image"), image, detail));
    }
}

/// Whether a container of that name is among all of them.
pub(super) fn has_container(spec: &Value, name: &str) -> bool {
    let mut found = false;
    visit(&SPEC, spec, |_, c| found |= c.get("name").str() == name);
    found
}
