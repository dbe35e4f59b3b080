//! The template of a pod, as workloads have it, and as an object of its own: a PodTemplate.
//!
//! Models `ValidatePodTemplateSpec` of `pkg/apis/core/validation/validation.go` and `pkg/registry/core/podtemplate`.

use super::{Options, annotations, security, spec};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{edit, meta};
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "podtemplates",
    default: |object| edit::member(object, "template", super::defaults::template),
    prepare_create: |object| edit::member(object, "template", |new| drop_disabled(new, &Value::Null)),
    prepare_update: |object, old| {
        edit::member(object, "template", |new| drop_disabled(new, old.get("template")));
    },
    validate: |object| {
        let mut errors = meta::validate_kube(object, true, names::dns1123_subdomain);
        check(&TEMPLATE, object.get("template"), &Options::default(), &mut errors);
        errors
    },
    validate_update: |object, old| {
        let mut errors = meta::validate_update_kube(object, old);
        let options = Options::from_old(old.get("template"));
        check(&TEMPLATE, object.get("template"), &options, &mut errors);
        errors
    },
    warnings: |object, old| {
        let generation = |o: &Value| o.at(&["metadata", "generation"]).int();
        match old {
            Some(old) if generation(old) == generation(object) => Vec::new(),
            _ => warnings(&TEMPLATE, object.get("template")),
        }
    },
    generation: true,
    ..GENERIC
};

const TEMPLATE: Path<'static> = Path::new("template");

pub(in crate::registry) fn check(at: &Path<'_>, template: &Value, options: &Options, errors: &mut Errors) {
    check_metadata(at, template, options, errors);
    let (pod_annotations, pod_spec) = (template.at(&["metadata", "annotations"]), template.get("spec"));
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

/// Its labels and annotations; errors do not say that they are in its metadata.
pub(in crate::registry) fn check_metadata(
    at: &Path<'_>,
    template: &Value,
    options: &Options,
    errors: &mut Errors,
) {
    let metadata = template.get("metadata");
    meta::check_labels(metadata.get("labels"), &(at / "labels"), errors);
    meta::check_annotations(metadata.get("annotations"), &(at / "annotations"), errors);
    annotations::check(&(at / "annotations"), template, options, errors);
}

/// What stays of a template: fields whose features are off by default go, unless `old` uses them.
pub(in crate::registry) fn drop_disabled(template: &mut Value, old: &Value) {
    super::dropped::drop_disabled(template, old);
}

/// What there is to warn of in a template at `at`.
pub(in crate::registry) fn warnings(at: &Path<'_>, template: &Value) -> Vec<String> {
    super::warnings::template(at, template)
}
