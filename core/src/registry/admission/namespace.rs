//! Nothing new in a namespace that is not there, or not for long; and some are there for ever.
//!
//! Models `k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle`.

use crate::base::status::{Cause, InGroup};
use crate::base::{Status, Value};
use crate::registry::server::{Server, StoredKind};
use crate::store::Object;
use alloc::format;

const NAMESPACES: InGroup<'static> = InGroup { group: "", name: "namespaces" };
/// Namespaces that are always there.
const IMMORTAL: &[&str] = &["default", "kube-system", "kube-public"];

pub(super) fn admit_delete(kind: &StoredKind, object: &Object) -> Result<(), Status> {
    if kind.name == "namespaces" && IMMORTAL.contains(&object.name().as_str()) {
        return Err(Status::forbidden(NAMESPACES, object.name(), "this namespace may not be deleted"));
    }
    Ok(())
}

pub(super) fn admit(
    server: &Server,
    kind: &StoredKind,
    object: &mut Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    if !kind.namespaced || old.is_some() {
        return Ok(());
    }
    let metadata = object.get("metadata");
    let namespace = metadata.get("namespace").str();
    let Some(found) = server.store.get("namespaces", "", namespace) else {
        return Err(Status::not_found(NAMESPACES, namespace));
    };
    if !found.is_deleted() {
        return Ok(());
    }
    let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
    let cause = Cause {
        reason: "NamespaceTerminating".into(),
        message: format!("namespace {namespace} is being terminated").into(),
        field: "metadata.namespace".into(),
    };
    Err(Status::forbidden(kind.in_group(), metadata.get("name").str(), &why).with_causes([cause].into()))
}
