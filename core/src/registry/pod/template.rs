//! The template of a pod, as workloads have it.
//!
//! Models `ValidatePodTemplateSpec` of `pkg/apis/core/validation/validation.go`.

use super::{Options, annotations, security, spec};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::meta;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::registry) fn check(at: &Path<'_>, template: &Value, options: &Options, errors: &mut Errors) {
    let (metadata, pod_spec) = (template.get("metadata"), template.get("spec"));
    let pod_annotations = metadata.get("annotations");
    meta::check_labels(metadata.get("labels"), &(at / "labels"), errors);
    meta::check_annotations(pod_annotations, &(at / "annotations"), errors);
    annotations::check(&(at / "annotations"), template, options, errors);
    let spec_at = at / "spec";
    spec::check(&spec_at, pod_spec, None, options, errors);
    if !pod_annotations.is_null() {
        security::seccomp_annotations_match(&spec_at, pod_annotations, pod_spec, errors);
        security::app_armor_annotations_match(&spec_at, pod_annotations, pod_spec, errors);
    }
    if !pod_spec.get("ephemeralContainers").is_empty() {
        let detail = "ephemeral containers not allowed in pod template";
        errors.push(field::forbidden(&(&spec_at / "ephemeralContainers"), detail));
    }
}

/// What stays of a template: fields whose features are off by default go, unless `old` uses them.
pub(in crate::registry) fn drop_disabled(template: &mut Value, old: &Value) {
    super::dropped::drop_disabled(template, old);
}

/// What there is to warn of in a template at `at`.
pub(in crate::registry) fn warnings(at: &Path<'_>, template: &Value) -> Vec<String> {
    super::warnings::template(at, template)
}
