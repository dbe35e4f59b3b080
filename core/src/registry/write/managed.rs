//! Who owns the fields of an object that is written.
//!
//! Models the use of `managedfields.FieldManager` in `k8s.io/apiserver/pkg/endpoints/handlers`.

use super::{Options, Part};
use crate::base::Value;
use crate::registry::server::{Server, StoredKind, stored_as};
use crate::registry::strategies;
use crate::registry::strategy::GENERIC;
use crate::schema::managed::{Managed, Subject, Update, reset_fields};
use crate::schema::{Schema, TypeId};
use crate::store::Object;
use alloc::boxed::Box;
use alloc::sync::Arc;

/// What is written through: a kind, or a subresource of it, in the version in which it was sent.
pub fn subject(server: &Server, kind: &StoredKind, api_version: &str, subresource: &str) -> Subject {
    let stored = kind.api_version();
    let api_version = if api_version.is_empty() { stored.as_str() } else { api_version };
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    Subject {
        type_: server.schema.kind(group, version, &kind.kind).unwrap_or(kind.type_id),
        group: group.into(),
        version: version.into(),
        kind: kind.kind.clone(),
        subresource: subresource.into(),
        reset: reset_fields(&kind.name, subresource, kind.has_status),
        convert: in_version,
    }
}

/// The same; that of the stored version, as nearly all are, is made once.
fn shared_subject(server: &Server, kind: &StoredKind, api_version: &str, subresource: &str) -> Arc<Subject> {
    let make = || Arc::new(subject(server, kind, api_version, subresource));
    match kind.subjects.of(subresource).filter(|_| api_version.is_empty()) {
        Some(there) => there.get_or_init(|| Box::new(make())).clone(),
        None => make(),
    }
}

/// The object in another version that serves its kind.
fn in_version(schema: &Schema, object: &Value, version: &str) -> Option<(TypeId, Value)> {
    let (kind, from) = (object.get("kind").str(), object.get("apiVersion").str());
    let (stored, name) = (stored_as(schema, from, kind)?, stored_as(schema, version, kind)?.0);
    if stored.0 != name {
        return None;
    }
    let (group, served) = version.rsplit_once('/').unwrap_or(("", version));
    let type_ = schema.kind(group, served, kind)?;
    let (strategy, mut object) = (strategies::of(&name).unwrap_or(&GENERIC), object.clone());
    if from != stored.1.as_str() {
        (strategy.to_stored)(from, &mut object);
    }
    if version != stored.1.as_str() {
        (strategy.from_stored)(version, &mut object);
    }
    object.set("apiVersion", version);
    Some((type_, schema.arrange(&crate::schema::Kind::Struct(type_), &object)))
}

/// The managed fields of an object that is only answered.
pub(in crate::registry) fn owned_by_writer(
    server: &Server,
    kind: &StoredKind,
    options: &Options,
    new: &mut Value,
) -> Managed {
    written(server, kind, Part::Object, options, None, new)
}

/// The managed fields after a plain write of `new`, which loses those it came with.
///
/// This is worked out before admission looks at the object: what that adds is nobody's.
pub(super) fn written(
    server: &Server,
    kind: &StoredKind,
    part: Part,
    options: &Options,
    live: Option<&Object>,
    new: &mut Value,
) -> Managed {
    let sent = sent(new);
    let there = live.map(|live| live.managed().clone()).unwrap_or_default();
    let subresource = match part {
        // The server's own writes own nothing.
        Part::Bare => return there,
        Part::Status => "status",
        Part::Finalize => "finalize",
        Part::Sub(name) => name,
        Part::Object => options.subresource,
    };
    let subject = shared_subject(server, kind, &options.api_version, subresource);
    let (live, new) = (
        live.map(|live| sent_as(server, kind, &subject, live.value())),
        sent_as(server, kind, &subject, new),
    );
    let update = Update {
        subject: &subject,
        live: live.as_ref(),
        new: &new,
        sent: &sent,
        manager: &options.manager,
        now: server.now,
    };
    there.update(&server.schema, &update)
}

/// Takes away the managed fields that a client has sent along; null if it has not.
fn sent(object: &mut Value) -> Value {
    let sent = object.get("metadata").get("managedFields").clone();
    if object.get("metadata").find("managedFields").is_some() {
        object.entry("metadata").remove("managedFields");
    }
    sent
}

/// The object in the version it is written in.
fn sent_as(server: &Server, kind: &StoredKind, subject: &Subject, object: &Value) -> Value {
    if (&subject.group, &subject.version) == (&kind.group, &kind.version) {
        return object.clone();
    }
    let version = subject.api_version();
    let mut object = object.clone();
    (kind.strategy.from_stored)(&version, &mut object);
    object.set("apiVersion", version);
    server.schema.arrange(&crate::schema::Kind::Struct(subject.type_), &object)
}
