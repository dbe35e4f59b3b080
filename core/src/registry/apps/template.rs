//! The template of a workload: it has the labels that the workload selects, and its pods run until they are deleted.
//!
//! Models `ValidatePodTemplateSpecForReplicaSet` and its likes in `pkg/apis/apps/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Selector, Value, names};
use crate::registry::pod::{Options, template};
use crate::registry::{edit, selector};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const SPEC: Path<'static> = Path::new("spec");

/// The template of a workload that makes replicas; `kind` is how errors name it.
pub(super) fn check_of_replicas(
    at: &Path<'_>,
    template: &Value,
    selector: &Selector,
    kind: &str,
    options: &Options,
    errors: &mut Errors,
) {
    selected(at, template, selector, errors);
    template::check(at, template, options, errors);
    runs_on(at, template, kind, errors);
}

/// A selector that must be there and select something, and the template that it selects. `kind` is the kind as errors
/// of the template name it, `empty` the one that they say an empty selector is invalid for.
pub(super) fn check_selected(
    at: &Path<'_>,
    spec: &Value,
    (kind, empty): (&str, &str),
    options: &Options,
    errors: &mut Errors,
) {
    let (selector_at, selector) = (at / "selector", spec.get("selector"));
    required_selector(&selector_at, selector, empty, errors);
    match selector::parse(selector) {
        None => errors.push(field::invalid(&selector_at, selector, "invalid label selector")),
        Some(parsed) => {
            check_of_replicas(&(at / "template"), spec.get("template"), &parsed, kind, options, errors);
        }
    }
}

pub(super) fn required_selector(at: &Path<'_>, selector: &Value, kind: &str, errors: &mut Errors) {
    if selector.is_null() {
        errors.push(field::required(at, ""));
        return;
    }
    selector::check(at, selector, errors);
    selects_something(at, selector, kind, errors);
}

pub(super) fn selects_something(at: &Path<'_>, selector: &Value, kind: &str, errors: &mut Errors) {
    if selector.get("matchLabels").is_empty() && selector.get("matchExpressions").is_empty() {
        errors.push(field::invalid(at, selector, format!("empty selector is invalid for {kind}")));
    }
}

/// The labels of the template at `at` are selected, unless everything is.
pub(super) fn selected(at: &Path<'_>, template: &Value, selector: &Selector, errors: &mut Errors) {
    let labels = template.at(&["metadata", "labels"]);
    if !selector.is_everything() && !selector.matches(labels) {
        let metadata = at / "metadata";
        let detail = "`selector` does not match template `labels`";
        errors.push(field::invalid(&(&metadata / "labels"), labels, detail));
    }
}

/// Its pods are always started again, and never too old.
pub(super) fn runs_on(at: &Path<'_>, template: &Value, kind: &str, errors: &mut Errors) {
    let (at, spec) = (at / "spec", template.get("spec"));
    let policy = spec.get("restartPolicy").str();
    if policy != "Always" {
        errors.push(field::not_supported(&(&at / "restartPolicy"), policy, &["Always"]));
    }
    if !spec.get("activeDeadlineSeconds").is_null() {
        let detail = format!("activeDeadlineSeconds in {kind} is not Supported");
        errors.push(field::forbidden(&(&at / "activeDeadlineSeconds"), detail));
    }
}

/// What a template at `spec.template` warns of, and the name of its workload if that is new.
pub(in crate::registry) fn warnings(object: &Value, old: Option<&Value>) -> Vec<String> {
    if old.is_some_and(|old| generation(old) == generation(object)) {
        return Vec::new();
    }
    let mut out = Vec::new();
    if old.is_none() {
        out.extend(name_warning(object));
    }
    out.extend(template_warnings(object));
    out
}

pub(super) fn template_warnings(object: &Value) -> Vec<String> {
    template::warnings(&(&SPEC / "template"), object.at(&["spec", "template"]))
}

/// Pods are named after the object, and so are their hosts.
pub(in crate::registry) fn name_warning(object: &Value) -> Option<String> {
    let complaints = names::dns1123_label(object.at(&["metadata", "name"]).str());
    (!complaints.is_empty()).then(|| {
        format!(
            "metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [{}]",
            complaints.join(" ")
        )
    })
}

pub(in crate::registry) fn generation(object: &Value) -> i64 {
    object.at(&["metadata", "generation"]).int()
}

/// Fields of features that are off go from the template at `spec.template`, unless the old one has them.
pub(super) fn drop_disabled(object: &mut Value, old: &Value) {
    edit::member(object, "spec", |spec| {
        edit::member(spec, "template", |new| template::drop_disabled(new, old.at(&["spec", "template"])));
    });
}
