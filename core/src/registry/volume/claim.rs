//! PersistentVolumeClaims, on their own and as templates.
//!
//! Models `ValidatePersistentVolumeClaim` and its update in `pkg/apis/core/validation/validation.go`,
//! `pkg/registry/core/persistentvolumeclaim` and `pkg/api/persistentvolumeclaim`.

use super::{CLASS_ANNOTATION, VOLUME_MODES, access_modes, defaults};
use crate::base::field::{self, Errors};
use crate::base::names;
use crate::base::{Path, Value};
use crate::registry::resources::{self, quantity};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, edit, meta, selector};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "persistentvolumeclaims",
    name: names::dns1123_subdomain,
    default,
    prepare_create: |claim| {
        claim.set("status", Value::map([("phase", Value::text("Pending"))]));
        edit::member(claim, "spec", |spec| prepare(spec, &Value::Null));
    },
    prepare_update: |claim, old| edit::member(claim, "spec", |spec| prepare(spec, old.get("spec"))),
    validate: |claim| {
        let mut errors = meta::validate_kube(claim, true, names::dns1123_subdomain);
        check_spec(&Path::new("spec"), claim.get("spec"), Allowed::default(), &mut errors);
        errors
    },
    validate_update,
    validate_status,
    warnings: |claim, _| warnings(claim),
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
/// The type that differences are shown as.
const SPEC_TYPE: &str = "io.k8s.api.core.v1.PersistentVolumeClaimSpec";
/// Metadata that a template may not have, by the names upstream gives them in errors.
const NOT_IN_TEMPLATES: &[(&str, &str)] = &[
    ("name", "name"),
    ("generateName", "generateName"),
    ("namespace", "namespace"),
    ("selfLink", "selfLink"),
    ("uid", "uID"),
    ("resourceVersion", "resourceVersion"),
    ("generation", "generation"),
    ("creationTimestamp", "creationTimestamp"),
    ("deletionTimestamp", "deletionTimestamp"),
    ("deletionGracePeriodSeconds", "deletionGracePeriodSeconds"),
    ("ownerReferences", "ownerReferences"),
    ("finalizers", "finalizers"),
    ("managedFields", "managedFields"),
];
const RESIZE_STATUSES: &[&str] = &[
    "ControllerResizeInProgress",
    "ControllerResizeInfeasible",
    "NodeResizeInProgress",
    "NodeResizeInfeasible",
    "NodeResizePending",
];

/// What an older version of the object has already.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::registry) struct Allowed {
    invalid_selector: bool,
    invalid_data_source_group: bool,
}

pub(in crate::registry) fn default(claim: &mut Value) {
    edit::member(claim, "spec", defaults::claim_spec);
    edit::member(claim, "status", |status| {
        edit::default_text(status, "phase", "Pending");
        resources::default_list(status, "capacity");
        resources::default_list(status, "allocatedResources");
    });
}

/// Both ways to name a source say the same, as far as the older one can say it.
fn prepare(spec: &mut Value, old: &Value) {
    let in_use = |name: &str| !old.get(name).is_null();
    let elsewhere = !spec.at(&["dataSourceRef", "namespace"]).is_empty();
    if elsewhere && !in_use("dataSourceRef") {
        spec.remove("dataSourceRef");
    }
    let known = |source: &Value| {
        let (group, kind) = (source.get("apiGroup").str(), source.get("kind").str());
        matches!((group, kind), ("", "PersistentVolumeClaim") | ("snapshot.storage.k8s.io", "VolumeSnapshot"))
    };
    let in_use = in_use("dataSource") || in_use("dataSourceRef");
    if !in_use && spec.get("dataSourceRef").is_null() && !known(spec.get("dataSource")) {
        spec.remove("dataSource");
    }
    let (source, reference) = (spec.get("dataSource"), spec.get("dataSourceRef"));
    if !source.is_null() && reference.is_null() {
        let source = source.clone();
        spec.set("dataSourceRef", source);
    } else if source.is_null() && !reference.is_null() && reference.get("namespace").is_empty() {
        let mut source = reference.clone();
        source.remove("namespace");
        spec.set("dataSource", source);
    }
}

/// The template of an ephemeral volume.
///
/// Models `ValidatePersistentVolumeClaimTemplate`.
pub(super) fn check_template(at: &Path<'_>, template: &Value, errors: &mut Errors) {
    let (meta_at, metadata) = (at / "metadata", template.get("metadata"));
    meta::check_annotations(metadata.get("annotations"), &(&meta_at / "annotations"), errors);
    meta::check_labels(metadata.get("labels"), &(&meta_at / "labels"), errors);
    for (name, shown) in NOT_IN_TEMPLATES {
        if !metadata.get(name).is_empty() {
            errors.push(field::forbidden(&(&meta_at / *shown), "cannot be set"));
        }
    }
    check_spec(&(at / "spec"), template.get("spec"), Allowed::default(), errors);
}

/// Models `ValidatePersistentVolumeClaimSpec`.
pub(in crate::registry) fn check_spec(at: &Path<'_>, spec: &Value, allowed: Allowed, errors: &mut Errors) {
    let modes = spec.get("accessModes").items();
    if modes.is_empty() {
        errors.push(field::required(&(at / "accessModes"), "at least 1 access mode is required"));
    }
    selector::check_with(&(at / "selector"), spec.get("selector"), allowed.invalid_selector, errors);
    access_modes(&(at / "accessModes"), modes, errors);
    size(&(at / "resources"), spec.at(&["resources", "requests", "storage"]), errors);
    class_name(at, spec, "storageClassName", errors);
    check::one_of_if_any(&(at / "volumeMode"), spec.get("volumeMode"), VOLUME_MODES, errors);
    let (source, reference) = (spec.get("dataSource"), spec.get("dataSourceRef"));
    data_source(&(at / "dataSource"), source, allowed, errors);
    data_source(&(at / "dataSourceRef"), reference, allowed, errors);
    // Upstream shows a path as the value, which prints as an empty struct.
    let path_as_value = || Value::empty_map();
    if !reference.get("namespace").is_empty() {
        if !source.is_null() {
            let detail = "may not be specified when dataSourceRef.namespace is specified";
            errors.push(field::invalid(at, path_as_value(), detail));
        }
    } else if !source.is_null()
        && !reference.is_null()
        && ["apiGroup", "kind", "name"].iter().any(|n| source.get(n) != reference.get(n))
    {
        errors.push(field::invalid(at, path_as_value(), "must match dataSourceRef"));
    }
    class_name(at, spec, "volumeAttributesClassName", errors);
}

fn size(at: &Path<'_>, storage: &Value, errors: &mut Errors) {
    let at = at.key("storage");
    if storage.is_null() {
        errors.push(field::required(&at, ""));
    } else if quantity(storage).value <= 0 {
        resources::positive(&at, storage, errors);
    } else {
        resources::check_amount(&at, "storage", storage, errors);
    }
}

fn class_name(at: &Path<'_>, spec: &Value, name: &str, errors: &mut Errors) {
    let class = spec.get(name).str();
    if !class.is_empty() {
        check::complain(&(at / name), class, names::dns1123_subdomain(class), errors);
    }
}

fn data_source(at: &Path<'_>, source: &Value, allowed: Allowed, errors: &mut Errors) {
    if source.is_null() {
        return;
    }
    check::required(source, "name", at, errors);
    check::required(source, "kind", at, errors);
    let (group, kind) = (source.get("apiGroup").str(), source.get("kind").str());
    if group.is_empty() && kind != "PersistentVolumeClaim" {
        let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
        errors.push(field::invalid(at, kind, detail));
    }
    if !group.is_empty() && !allowed.invalid_data_source_group {
        check::complain(&(at / "apiGroup"), group, names::dns1123_subdomain(group), errors);
    }
    let namespace = source.get("namespace").str();
    if !namespace.is_empty() {
        check::complain(&(at / "namespace"), namespace, names::dns1123_label(namespace), errors);
    }
}

fn validate_update(claim: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(claim, old);
    errors.extend(meta::validate_kube(claim, true, names::dns1123_subdomain));
    let (spec, old_spec) = (claim.get("spec"), old.get("spec"));
    let has_group = |name: &str| !old_spec.get(name).get("apiGroup").is_null();
    let mut wrong = Errors::new();
    selector::check(&SPEC, old_spec.get("selector"), &mut wrong);
    let allowed = Allowed {
        invalid_selector: !wrong.is_empty(),
        invalid_data_source_group: has_group("dataSource") || has_group("dataSourceRef"),
    };
    check_spec(&SPEC, spec, allowed, &mut errors);
    immutable(claim, old, &mut errors);
    let storage = |spec: &Value| quantity(spec.at(&["resources", "requests", "storage"]));
    if storage(spec) < storage(old_spec)
        && storage(spec) <= quantity(old.at(&["status", "capacity", "storage"]))
    {
        let detail = "field can not be less than status.capacity";
        errors.push(field::forbidden(&(&SPEC / "resources.requests.storage"), detail));
    }
    let mode_at = Path::new("volumeMode");
    check::immutable(&mode_at, spec.get("volumeMode"), old_spec.get("volumeMode"), &mut errors);
    let (class, at) = (spec.get("volumeAttributesClassName"), &SPEC / "volumeAttributesClassName");
    let current = old.at(&["status", "currentVolumeAttributesClassName"]);
    if class != old_spec.get("volumeAttributesClassName") && !current.is_null() && class.is_empty() {
        let what = if class.is_null() { "nil" } else { "empty string" };
        let detail =
            format!("update to {what} is forbidden when status.currentVolumeAttributesClassName is not nil");
        errors.push(field::forbidden(&at, detail));
    }
    errors
}

/// What may change: the volume is bound, the class moves from the annotation to the field, a bound claim grows.
fn immutable(claim: &Value, old: &Value, errors: &mut Errors) {
    let annotation = |o: &Value| o.at(&["metadata", "annotations", CLASS_ANNOTATION]).clone();
    let class = |o: &Value| o.get("spec").get("storageClassName").clone();
    let (mut new_spec, mut old_spec) = (claim.get("spec").clone(), old.get("spec").clone());
    if old_spec.get("volumeName").is_empty() {
        copy(&mut old_spec, "volumeName", &new_spec);
    }
    let (new_class, old_class) = (class(claim), class(old));
    let (now, was) = (annotation(claim), annotation(old));
    let gains_class = !new_class.is_null() && old_class.is_null();
    if gains_class && !was.is_null() && new_class == was && (now.is_null() || now == was) {
        new_spec.remove("storageClassName");
    } else {
        if now.str() != was.str() {
            let annotations = Path::new("metadata.annotations");
            let at = &annotations / CLASS_ANNOTATION;
            errors.push(field::invalid(&at, now.str(), check::IMMUTABLE));
        }
        if gains_class && (was.is_null() || new_class == was) {
            copy(&mut new_spec, "storageClassName", &old_spec);
        }
    }
    if claim.at(&["status", "phase"]).str() == "Bound" {
        if !new_spec.at(&["resources", "requests"]).is_null() {
            let storage = old_spec.at(&["resources", "requests", "storage"]).clone();
            *new_spec.entry_at(&["resources", "requests", "storage"]) = storage;
        }
        copy(&mut new_spec, "volumeAttributesClassName", &old_spec);
    }
    if new_spec != old_spec {
        let detail = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
        errors.push(field::forbidden(&SPEC, detail).with_difference(SPEC_TYPE, &old_spec, &new_spec));
    }
}

fn copy(to: &mut Value, name: &str, from: &Value) {
    match from.find(name) {
        Some(value) => to.set(name, value),
        None => {
            to.remove(name);
        }
    }
}

fn validate_status(claim: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(claim, old);
    if claim.at(&["spec", "accessModes"]).is_empty() {
        errors.push(field::required(&(&Path::new("Spec") / "accessModes"), ""));
    }
    let (at, status) = (Path::new("status"), claim.get("status"));
    let capacity = &at / "capacity";
    for (name, amount) in status.get("capacity").entries() {
        basic_amount(&capacity.key(name), amount, &mut errors);
    }
    let resizes = &at / "allocatedResourceStatuses";
    for (name, state) in status.get("allocatedResourceStatuses").entries() {
        resource_key(&resizes, name, &mut errors);
        if !RESIZE_STATUSES.contains(&state.str()) {
            errors.push(field::not_supported(&resizes, name, RESIZE_STATUSES));
        }
    }
    let allocated = &at / "allocatedResources";
    for (name, amount) in status.get("allocatedResources").entries() {
        let before = errors.len();
        resource_key(&allocated, name, &mut errors);
        if errors.len() == before {
            basic_amount(&allocated.key(name), amount, &mut errors);
        }
        if errors.len() == before {
            resources::check_amount(&allocated.key(name), "storage", amount, &mut errors);
        }
    }
    errors
}

/// Models `validateBasicResource`.
pub(super) fn basic_amount(at: &Path<'_>, amount: &Value, errors: &mut Errors) {
    let units = quantity(amount).units();
    if units < 0 {
        errors.push(field::invalid(at, units, "must be a valid resource quantity"));
    }
}

fn resource_key(at: &Path<'_>, name: &str, errors: &mut Errors) {
    let complaints = names::label_key(name);
    if complaints.is_empty() && resources::is_native(name) && name != "storage" {
        errors.push(field::not_supported(at, name, &["storage"]));
    }
    check::complain(at, name, complaints, errors);
}

fn warnings(claim: &Value) -> Vec<String> {
    let mut out = Vec::new();
    if claim.at(&["metadata", "annotations"]).find(CLASS_ANNOTATION).is_some() {
        out.push(format!(
            "metadata.annotations[{CLASS_ANNOTATION}]: deprecated since v1.8; use \"storageClassName\" attribute instead"
        ));
    }
    out.extend(spec_warnings(&SPEC, claim.get("spec")));
    out
}

/// Models `GetWarningsForPersistentVolumeClaimSpec`.
pub(in crate::registry) fn spec_warnings(at: &Path<'_>, spec: &Value) -> Vec<String> {
    let resources = at / "resources";
    let fractional = ["requests", "limits"].into_iter().filter_map(|list| {
        let amount = spec.at(&["resources", list, "storage"]);
        (quantity(amount).milli() % 1000 != 0).then(|| {
            let at = &resources / list;
            format!(
                "{}: fractional byte value {} is invalid, must be an integer",
                at.key("storage"),
                field::quoted(amount.str())
            )
        })
    });
    fractional.collect()
}
