//! Admission: what a default cluster lets in, and what it adds on the way.
//!
//! Models the plugins that `kube-apiserver` has on by default, so far as they concern what is served here.

use super::server::{Server, StoredKind};
use crate::base::status::{Cause, InGroup};
use crate::base::{Status, Value};
use crate::store::Object;
use alloc::format;

const NAMESPACES: InGroup<'static> = InGroup { group: "", name: "namespaces" };
/// Namespaces that are always there.
const IMMORTAL: &[&str] = &["default", "kube-system", "kube-public"];

pub(super) fn admit_create(server: &Server, kind: &StoredKind, object: &mut Value) -> Result<(), Status> {
    in_living_namespace(server, kind, object)
}

pub(super) fn admit_update(
    _server: &Server,
    _kind: &StoredKind,
    _object: &mut Value,
    _old: &Value,
) -> Result<(), Status> {
    Ok(())
}

pub(super) fn admit_delete(_server: &Server, kind: &StoredKind, object: &Object) -> Result<(), Status> {
    if kind.name == "namespaces" && IMMORTAL.contains(&object.name().as_str()) {
        return Err(Status::forbidden(NAMESPACES, object.name(), "this namespace may not be deleted"));
    }
    Ok(())
}

/// Models `plugin/namespace/lifecycle`: nothing new in a namespace that is not there, or not for long.
fn in_living_namespace(server: &Server, kind: &StoredKind, object: &Value) -> Result<(), Status> {
    if !kind.namespaced {
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
