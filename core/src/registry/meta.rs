//! The metadata that all objects have.
//!
//! Models `k8s.io/apimachinery/pkg/api/validation/objectmeta.go` and `pkg/apis/meta/v1/validation`.

use super::check;
use crate::base::field::{self, Errors};
use crate::base::names::{self, Complaints};
use crate::base::sort;
use crate::base::{Path, Value};
use crate::schema::managed::manager;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) use super::check::IMMUTABLE;
/// All annotations of an object together, in bytes.
const ANNOTATIONS_MAX: usize = 256 * 1024;
/// The longest name of a subresource in `managedFields`.
const SUBRESOURCE_MAX: usize = 256;
/// Finalizers that need no domain.
const STANDARD_FINALIZERS: &[&str] = &["kubernetes", "orphan", "foregroundDeletion"];

const METADATA: Path<'static> = Path::new("metadata");

/// The errors of a new object's metadata, for kinds that name finalizers as Kubernetes itself does.
///
/// Models `pkg/apis/core/validation: ValidateObjectMeta`.
pub(super) fn validate_kube(object: &Value, namespaced: bool, name: fn(&str) -> Complaints) -> Errors {
    let mut errors = validate(object, namespaced, name);
    kube_finalizers(object, &mut errors);
    errors
}

/// The errors of a changed object's metadata, for kinds that name finalizers as Kubernetes itself does.
///
/// Models `pkg/apis/core/validation: ValidateObjectMetaUpdate`.
pub(super) fn validate_update_kube(object: &Value, old: &Value) -> Errors {
    let mut errors = validate_update(object, old);
    kube_finalizers(object, &mut errors);
    errors
}

/// The errors of a new object's metadata.
pub(super) fn validate(object: &Value, namespaced: bool, name: fn(&str) -> Complaints) -> Errors {
    let metadata = object.get("metadata");
    let mut errors = Errors::new();
    let mut check = |field: &str, value: &str, complaints: Complaints| {
        errors.extend(complaints.into_iter().map(|c| field::invalid(&(&METADATA / field), value, c)));
    };
    let generate = metadata.get("generateName").str();
    if !generate.is_empty() {
        check("generateName", generate, name(&names::mask_trailing_dash(generate)));
    }
    let own = metadata.get("name").str();
    if own.is_empty() {
        errors.push(field::required(&(&METADATA / "name"), "name or generateName is required"));
    } else {
        check("name", own, name(own));
    }
    namespace(metadata, namespaced, &mut errors);
    common(metadata, &mut errors);
    errors
}

/// The errors of a changed object's metadata.
pub(super) fn validate_update(object: &Value, old: &Value) -> Errors {
    let (new, old) = (object.get("metadata"), old.get("metadata"));
    let mut errors = Errors::new();
    if !old.get("deletionTimestamp").is_null() {
        no_new_finalizers(new, old, &mut errors);
    }
    if new.get("resourceVersion").is_empty() {
        errors.push(field::invalid(&(&METADATA / "resourceVersion"), "", "must be specified for an update"));
    }
    generation(new, &mut errors);
    if new.get("generation").int() < old.get("generation").int() {
        let at = &METADATA / "generation";
        errors.push(field::invalid(&at, new.get("generation").int(), "must not be decremented"));
    }
    for name in
        ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"]
    {
        check::immutable(&(&METADATA / name), new.get(name), old.get(name), &mut errors);
    }
    check_labels(new.get("labels"), &(&METADATA / "labels"), &mut errors);
    check_annotations(new.get("annotations"), &(&METADATA / "annotations"), &mut errors);
    owner_references(new, &mut errors);
    managed_fields(new, &mut errors);
    errors
}

/// A status update leaves the metadata alone, where the kind says so.
///
/// Models `metav1.ResetObjectMetaForStatus`.
pub(super) fn reset_for_status(object: &mut Value, old: &Value) {
    let old = old.get("metadata");
    for name in ["labels", "annotations", "finalizers", "ownerReferences"] {
        match old.get(name) {
            Value::Null => _ = object.entry("metadata").remove(name),
            was => object.entry("metadata").set(name, was),
        }
    }
}

/// The errors that any kind's metadata may have, whatever its own rules are: the name must fit into a URL.
///
/// Models `rest.ValidateCreate` and `rest.validateCommonFields`.
pub(super) fn validate_any(object: &Value, namespaced: bool) -> Errors {
    validate(object, namespaced, names::path_segment)
}

fn namespace(metadata: &Value, namespaced: bool, errors: &mut Errors) {
    let (at, namespace) = (&METADATA / "namespace", metadata.get("namespace").str());
    match (namespaced, namespace) {
        (true, "") => errors.push(field::required(&at, "")),
        (true, name) => {
            errors.extend(names::dns1123_label(name).into_iter().map(|c| field::invalid(&at, name, c)));
        }
        (false, "") => {}
        (false, _) => errors.push(field::forbidden(&at, "not allowed on this type")),
    }
}

fn common(metadata: &Value, errors: &mut Errors) {
    generation(metadata, errors);
    check_labels(metadata.get("labels"), &(&METADATA / "labels"), errors);
    check_annotations(metadata.get("annotations"), &(&METADATA / "annotations"), errors);
    owner_references(metadata, errors);
    finalizers(metadata, errors);
    managed_fields(metadata, errors);
}

fn generation(metadata: &Value, errors: &mut Errors) {
    check::non_negative(&(&METADATA / "generation"), metadata.get("generation").int(), errors);
}

/// Labels, or a selector of labels.
pub(super) fn check_labels(labels: &Value, at: &Path<'_>, errors: &mut Errors) {
    for (key, value) in labels.entries() {
        errors.extend(names::label_key(key).into_iter().map(|c| field::invalid(at, key, c)));
        errors.extend(names::label_value(value.str()).into_iter().map(|c| field::invalid(at, value, c)));
    }
}

/// Annotations: keys in any case, and not too much of them.
pub(super) fn check_annotations(annotations: &Value, at: &Path<'_>, errors: &mut Errors) {
    for (key, _) in annotations.entries() {
        let complaints = match key.bytes().any(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
            true => names::label_key(&key.to_lowercase()),
            false => names::label_key(key),
        };
        check::complain(at, key, complaints, errors);
    }
    check_annotations_size(annotations, at, errors);
}

/// Models `ValidateAnnotationsSize`.
pub(super) fn check_annotations_size(annotations: &Value, at: &Path<'_>, errors: &mut Errors) {
    let annotations = annotations.entries();
    let size: usize = annotations.iter().map(|(k, v)| k.len() + v.str().len()).sum();
    if size > ANNOTATIONS_MAX {
        errors.push(field::too_long(at, ANNOTATIONS_MAX));
    }
}

fn owner_references(metadata: &Value, errors: &mut Errors) {
    let (at, owners) = (&METADATA / "ownerReferences", metadata.get("ownerReferences"));
    let mut controller: Option<String> = None;
    for (i, owner) in owners.items().iter().enumerate() {
        let at_owner = &at / i;
        let version = owner.get("apiVersion").str();
        if !version.is_empty() && (version.matches('/').count() > 1 || version.ends_with('/')) {
            let detail = "must be <group>/<version> or <version>";
            errors.push(field::invalid(&(&at_owner / "apiVersion"), version, detail));
        }
        for field in ["apiVersion", "kind", "name", "uid"] {
            if owner.get(field).is_empty() {
                errors.push(field::required(&(&at_owner / field), "must not be empty"));
            }
        }
        let kind = owner.get("kind").str();
        if (version, kind) == ("v1", "Event") {
            let detail = "/v1, Kind=Event is disallowed from being an owner";
            errors.push(field::invalid(&at_owner, owner, detail));
        }
        if owner.get("controller").is_true() {
            let name = format!("{kind}/{}", owner.get("name").str());
            match &controller {
                Some(first) => {
                    let detail = format!(
                        "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {name}"
                    );
                    errors.push(field::invalid(&at, owners, detail));
                }
                None => controller = Some(name),
            }
        }
    }
}

fn finalizers(metadata: &Value, errors: &mut Errors) {
    let (at, finalizers) = (&METADATA / "finalizers", metadata.get("finalizers"));
    for name in finalizers.items() {
        let complaints = names::label_key(name.str());
        errors.extend(complaints.into_iter().map(|c| field::invalid(&at, name, c)));
    }
    let has = |name: &str| finalizers.items().iter().any(|f| f.str() == name);
    if has("orphan") && has("foregroundDeletion") {
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.push(field::invalid(&at, finalizers, detail));
    }
}

/// What has no domain must be a finalizer of Kubernetes itself.
fn kube_finalizers(object: &Value, errors: &mut Errors) {
    let at = &METADATA / "finalizers";
    for (i, name) in object.get("metadata").get("finalizers").items().iter().enumerate() {
        kube_finalizer(&(&at / i), name.str(), errors);
    }
}

/// Models `validateKubeFinalizerName`.
pub(super) fn kube_finalizer(at: &Path<'_>, name: &str, errors: &mut Errors) {
    if !name.contains('/') && !STANDARD_FINALIZERS.contains(&name) {
        let detail = "name is neither a standard finalizer name nor is it fully qualified";
        errors.push(field::invalid(at, name, detail));
    }
}

fn no_new_finalizers(new: &Value, old: &Value, errors: &mut Errors) {
    let old = old.get("finalizers").items();
    let mut extra =
        new.get("finalizers").items().iter().filter(|f| !old.contains(f)).map(Value::str).collect::<Vec<_>>();
    sort::sort(&mut extra);
    extra.dedup();
    if !extra.is_empty() {
        let list = extra.iter().map(|f| field::quoted(f)).collect::<Vec<_>>().join(", ");
        let detail = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}"
        );
        errors.push(field::forbidden(&(&METADATA / "finalizers"), detail));
    }
}

fn managed_fields(metadata: &Value, errors: &mut Errors) {
    let at = &METADATA / "managedFields";
    for (i, entry) in metadata.get("managedFields").items().iter().enumerate() {
        let at = &at / i;
        match entry.get("operation").str() {
            "" => errors.push(field::required(&(&at / "operation"), "must not be empty")),
            operation => check::one_of(&(&at / "operation"), operation, &["Apply", "Update"], errors),
        }
        let fields_type = entry.get("fieldsType").str();
        if !fields_type.is_empty() && fields_type != "FieldsV1" {
            errors.push(field::invalid(&(&at / "fieldsType"), fields_type, "must be `FieldsV1`"));
        }
        manager::check(&(&at / "manager"), entry.get("manager").str(), errors);
        if entry.get("subresource").str().len() > SUBRESOURCE_MAX {
            errors.push(field::too_long(&(&at / "subresource"), SUBRESOURCE_MAX));
        }
    }
}
