//! Storage that is in use does not go, and only grows where its class allows it.
//!
//! Models `plugin/pkg/admission/storage/storageobjectinuseprotection` and
//! `plugin/pkg/admission/storage/persistentvolume/resize`.

use super::forbidden;
use crate::base::{Status, Value};
use crate::registry::resources::quantity;
use crate::registry::server::{Server, StoredKind};
use crate::registry::volume;

const FINALIZERS: &[(&str, &str)] = &[
    ("persistentvolumeclaims", "kubernetes.io/pvc-protection"),
    ("persistentvolumes", "kubernetes.io/pv-protection"),
    ("volumeattributesclasses.storage.k8s.io", "kubernetes.io/vac-protection"),
];
pub(super) const RESOURCES: &[&str] =
    &["persistentvolumeclaims", "persistentvolumes", "volumeattributesclasses.storage.k8s.io"];

pub(super) fn admit(
    _: &Server,
    kind: &StoredKind,
    object: &mut Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let found = FINALIZERS.iter().find(|(resource, _)| *resource == kind.name.as_str());
    let Some((_, finalizer)) = found.filter(|_| old.is_none()) else { return Ok(()) };
    let there = object.at(&["metadata", "finalizers"]).items();
    if !there.iter().any(|f| f.str() == *finalizer) {
        object.entry_at(&["metadata", "finalizers"]).list_mut().push(Value::text(*finalizer));
    }
    Ok(())
}

/// Only a bound claim of a class that allows it can grow.
pub(super) fn validate_growth(
    server: &Server,
    kind: &StoredKind,
    claim: &Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let Some(old) = old else { return Ok(()) };
    let size = |claim: &Value| quantity(claim.at(&["spec", "resources", "requests", "storage"]));
    if size(claim) <= size(old) {
        return Ok(());
    }
    if old.at(&["status", "phase"]).str() != "Bound" {
        return Err(forbidden(kind, claim, "Only bound persistent volume claims can be expanded"));
    }
    let (class, was) = (class_of(claim), class_of(old));
    let allows = server.store.value("storageclasses.storage.k8s.io", "", class).get("allowVolumeExpansion");
    if class.is_empty() || class != was || !allows.is_true() {
        let why = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
        return Err(forbidden(kind, claim, why));
    }
    Ok(())
}

fn class_of(claim: &Value) -> &str {
    match claim.at(&["metadata", "annotations", volume::CLASS_ANNOTATION]).str() {
        "" => claim.at(&["spec", "storageClassName"]).str(),
        class => class,
    }
}
