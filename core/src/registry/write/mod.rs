//! Create, update and delete: the way of an object into the store, the same for all kinds.
//!
//! Models `k8s.io/apiserver/pkg/registry/generic/registry/store.go` and `pkg/registry/rest`.

mod create;
mod delete;
mod managed;
mod update;

pub use create::create;
pub(super) use delete::check_preconditions;
pub use delete::{DeleteOptions, Deleted, Propagation, delete};
pub(super) use managed::owned_by_writer;
pub use managed::subject;
pub use update::{At, Changed, Part, update, update_with};

use super::server::{Server, StoredKind};
use super::transaction::Transaction;
use crate::base::{Status, Text, Value};
use crate::store::Object;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// How a write is to be done.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Everything happens but the storing.
    pub dry_run: bool,
    /// Who writes.
    pub manager: Text,
    /// The version in which the object was sent; empty where that is the stored one.
    pub api_version: Text,
    /// The subresource that is written through, where it is not plain from the part of the object that is written.
    pub subresource: &'static str,
    /// The object must be the one of this uid, where one is given.
    pub uid: Text,
}

impl Options {
    /// A write by the manager of that name.
    pub fn by(manager: &str) -> Options {
        Options { manager: manager.into(), ..Options::default() }
    }
}

/// What became of a write.
#[derive(Clone, Debug)]
pub struct Written {
    pub object: Arc<Object>,
    /// An update that created the object.
    pub created: bool,
    pub warnings: Vec<String>,
}

/// What is allocated for an object of that kind before it is stored.
fn begin(
    server: &mut Server,
    kind: &StoredKind,
    object: &mut Value,
    old: Option<&Value>,
    dry_run: bool,
) -> Result<Transaction, Status> {
    match (kind.name.as_str(), old) {
        ("services", None) => super::service::begin_create(server, object, dry_run),
        ("services", Some(old)) => super::service::begin_update(server, object, old, dry_run),
        _ => Ok(Transaction::new(dry_run)),
    }
}

/// What is given back when an object of that kind is gone.
fn released(server: &mut Server, kind: &StoredKind, object: &Value) {
    if kind.name == "services" {
        super::service::released(server, object);
    }
}

/// The key of an object in etcd, which some errors show.
///
/// Models the prefixes of `pkg/registry/*/storage`.
pub(super) fn etcd_key(kind: &StoredKind, namespace: &str, name: &str) -> String {
    const PREFIXES: &[(&str, &str)] = &[
        ("services", "services/specs"),
        ("endpoints", "services/endpoints"),
        ("nodes", "minions"),
        ("ingresses.networking.k8s.io", "ingress"),
        ("replicationcontrollers", "controllers"),
    ];
    let found = PREFIXES.iter().find(|(resource, _)| *resource == kind.name.as_str());
    let prefix = found.map_or(kind.resource.as_str(), |(_, prefix)| prefix);
    match namespace {
        "" => alloc::format!("/registry/{prefix}/{name}"),
        namespace => alloc::format!("/registry/{prefix}/{namespace}/{name}"),
    }
}
