//! The end of an object: at once, after a while, or when its finalizers are gone.
//!
//! Models `Store.Delete`, `rest.BeforeDelete` and the finalizers of garbage collection.

use super::{Options, released};
use crate::base::status::InGroup;
use crate::base::{Duration, Instant, Status, Text, Value};
use crate::registry::admission;
use crate::registry::server::{Server, StoredKind};
use crate::registry::write::update::At;
use crate::store::Object;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What a client says of a deletion.
#[derive(Clone, Debug, Default)]
pub struct DeleteOptions {
    pub dry_run: bool,
    /// Seconds.
    pub grace_period: Option<i64>,
    pub uid: Option<Text>,
    pub resource_version: Option<Text>,
    pub orphan_dependents: Option<bool>,
    pub propagation: Option<Propagation>,
}

/// What becomes of the objects that an object owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    Orphan,
    Background,
    Foreground,
}

/// What became of a deletion.
#[derive(Clone, Debug)]
pub struct Deleted {
    pub object: Arc<Object>,
    /// It is gone; else it goes later.
    pub gone: bool,
}

const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

/// Deletes an object, or begins to.
pub fn delete(server: &mut Server, at: At<'_>, options: &DeleteOptions) -> Result<Deleted, Status> {
    let kind = server
        .kind(at.resource)
        .ok_or_else(|| Status::internal(format!("no storage for {}", at.resource)))?;
    let Some(existing) = server.store.get(&kind.name, at.namespace, at.name).cloned() else {
        return Err(Status::not_found(kind.in_group(), at.name));
    };
    preconditions(&kind, &existing, options)?;
    admission::admit_delete(server, &kind, &existing)?;
    if kind.name == "namespaces" {
        return Ok(delete_namespace(server, &kind, &existing, options));
    }
    let mut object = existing.value().clone();
    let grace = match grace(server.now, &kind, &mut object, options) {
        Grace::Pending => return Ok(Deleted { object: existing, gone: false }),
        grace => grace,
    };
    if let Some(finalizers) = finalizers(&kind, &object, options) {
        object.entry("metadata").set("finalizers", finalizers);
    }
    let pending = !object.get("metadata").get("finalizers").is_empty();
    if grace == Grace::None && pending {
        mark(server.now, &mut object);
    }
    if pending || grace == Grace::Begun {
        let object = server.schema.arrange(&kind.value_kind(), &object);
        let changed = object != *existing.value();
        let object = match (changed, options.dry_run) {
            (false, _) => existing,
            (true, true) => Arc::new(Object::owned(object, existing.managed().clone())),
            (true, false) => server.store.put(&kind.name, Object::owned(object, existing.managed().clone())),
        };
        return Ok(Deleted { object, gone: false });
    }
    if grace == Grace::Cut {
        let object = server.schema.arrange(&kind.value_kind(), &object);
        let object = Object::owned(object, existing.managed().clone());
        let object = if options.dry_run { Arc::new(object) } else { server.store.put(&kind.name, object) };
        return Ok(Deleted { object: take_out(server, &kind, &object, options.dry_run), gone: true });
    }
    Ok(Deleted { object: take_out(server, &kind, &existing, options.dry_run), gone: true })
}

/// Takes the object out of the store, and back what was allocated for it.
fn take_out(server: &mut Server, kind: &StoredKind, existing: &Arc<Object>, dry_run: bool) -> Arc<Object> {
    if dry_run {
        return existing.clone();
    }
    let last = server.store.remove(&kind.name, existing.namespace(), existing.name());
    released(server, kind, existing.value());
    last.unwrap_or_else(|| existing.clone())
}

/// The last finalizer of an object that is being deleted was taken away: it is gone, and answered as it was asked for.
pub(super) fn finish_emptied(
    server: &mut Server,
    kind: &StoredKind,
    object: Object,
    existing: &Arc<Object>,
    options: &Options,
) -> Arc<Object> {
    take_out(server, kind, existing, options.dry_run);
    Arc::new(object)
}

/// Whether the object is the one that the options are about.
pub(in crate::registry) fn check_preconditions(
    server: &Server,
    at: At<'_>,
    options: &DeleteOptions,
) -> Result<(), Status> {
    let kind = server.kind(at.resource);
    match kind.zip(server.store.get(at.resource, at.namespace, at.name)) {
        Some((kind, existing)) => preconditions(&kind, existing, options),
        None => Ok(()),
    }
}

fn preconditions(kind: &StoredKind, existing: &Object, options: &DeleteOptions) -> Result<(), Status> {
    let conflict = |what: &str, asked: &str, there: &str, hint: &str| {
        let why = format!(
            "the {what} in the precondition ({asked}) does not match the {what} in record ({there}). The object might have been {hint}"
        );
        let kind = InGroup { group: &kind.group, name: &kind.kind };
        Err(Status::conflict(kind, existing.name(), &why))
    };
    if let Some(uid) = options.uid.as_ref().filter(|uid| uid.as_str() != existing.uid()) {
        return conflict("UID", uid, existing.uid(), "deleted and then recreated");
    }
    let revision = existing.metadata().get("resourceVersion").str();
    match options.resource_version.as_ref().filter(|rv| rv.as_str() != revision) {
        Some(asked) => conflict("ResourceVersion", asked, revision, "modified"),
        None => Ok(()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grace {
    /// It goes at once.
    None,
    /// It is given some time.
    Begun,
    /// It is given no time at all, or none any more: that is written before it goes.
    Cut,
    /// It was given time before, and no less is asked for.
    Pending,
}

/// Models `rest.BeforeDelete`: only Pods are given time.
fn grace(now: Instant, kind: &StoredKind, object: &mut Value, options: &DeleteOptions) -> Grace {
    let Some(seconds) = (kind.strategy.grace_period)(object, options.grace_period) else {
        return Grace::None;
    };
    let metadata = object.get("metadata");
    let current = metadata.get("deletionGracePeriodSeconds").as_int();
    if let Some(since) = metadata.get("deletionTimestamp").as_text() {
        let Some(current) = current.filter(|s| *s != 0) else { return Grace::None };
        let Some(asked) = options.grace_period.map(|s| if s < 0 { 1 } else { s }).filter(|s| *s < current)
        else {
            return Grace::Pending;
        };
        let end = Instant::parse(since).unwrap_or(now);
        let end = end + Duration::from_secs(asked - current);
        let (end, asked) = if end < now { (now, asked.min(1)) } else { (end, asked) };
        let metadata = object.entry("metadata");
        metadata.set("deletionTimestamp", end.rfc3339());
        metadata.set("deletionGracePeriodSeconds", asked);
        return if asked == 0 { Grace::Cut } else { Grace::Begun };
    }
    let generation = metadata.get("generation").int();
    let metadata = object.entry("metadata");
    metadata.set("deletionTimestamp", (now + Duration::from_secs(seconds)).rfc3339());
    metadata.set("deletionGracePeriodSeconds", seconds);
    if generation > 0 {
        metadata.set("generation", generation + 1);
    }
    if seconds == 0 { Grace::Cut } else { Grace::Begun }
}

/// Models `markAsDeleting`.
fn mark(now: Instant, object: &mut Value) {
    let metadata = object.entry("metadata");
    let since = metadata.get("deletionTimestamp").as_text().and_then(|t| Instant::parse(t));
    let generation = metadata.get("generation").int();
    if since.is_none() && generation > 0 {
        metadata.set("generation", generation + 1);
    }
    if since.is_none_or(|since| since > now) {
        metadata.set("deletionTimestamp", now.rfc3339());
    }
    metadata.set("deletionGracePeriodSeconds", 0);
}

/// The finalizers as the wanted propagation has them; none where they stay as they are.
///
/// Models `deletionFinalizersForGarbageCollection`.
fn finalizers(kind: &StoredKind, object: &Value, options: &DeleteOptions) -> Option<Value> {
    if kind.name == "events" {
        return None;
    }
    let there = object.get("metadata").get("finalizers").items();
    let has = |name: &str| there.iter().any(|f| f.str() == name);
    let said = match (options.orphan_dependents, options.propagation) {
        (Some(true), _) => Some(Propagation::Orphan),
        (Some(false), _) => Some(Propagation::Background),
        (None, said) => said,
    };
    let propagation = said.unwrap_or_else(|| {
        // Of two finalizers the first one counts, as upstream walks the list.
        let first = there.iter().map(Value::str).find(|f| *f == ORPHAN || *f == FOREGROUND);
        match first {
            Some(ORPHAN) => Propagation::Orphan,
            Some(_) => Propagation::Foreground,
            None => Propagation::Background,
        }
    });
    let mut out: Vec<Value> =
        there.iter().filter(|f| f.str() != ORPHAN && f.str() != FOREGROUND).cloned().collect();
    match propagation {
        Propagation::Orphan => out.push(ORPHAN.into()),
        Propagation::Foreground => out.push(FOREGROUND.into()),
        Propagation::Background => {}
    }
    let same = out.len() == there.len()
        && has(ORPHAN) == (propagation == Propagation::Orphan)
        && has(FOREGROUND) == (propagation == Propagation::Foreground);
    (!same).then(|| Value::list(out))
}

/// A namespace is marked, and goes when its controller has emptied it.
///
/// Models `pkg/registry/core/namespace/storage/storage.go: Delete`.
fn delete_namespace(
    server: &mut Server,
    kind: &StoredKind,
    existing: &Arc<Object>,
    options: &DeleteOptions,
) -> Deleted {
    let mut object = existing.value().clone();
    if !existing.is_deleted() {
        object.entry("metadata").set("deletionTimestamp", server.now.rfc3339());
        object.entry("status").set("phase", "Terminating");
        if let Some(finalizers) = finalizers(kind, &object, options) {
            object.entry("metadata").set("finalizers", finalizers);
        }
        let object = server.schema.arrange(&kind.value_kind(), &object);
        let object = Object::owned(object, existing.managed().clone());
        let object = if options.dry_run { Arc::new(object) } else { server.store.put(&kind.name, object) };
        return Deleted { object, gone: false };
    }
    let finished = object.get("spec").get("finalizers").is_empty()
        && object.get("metadata").get("finalizers").is_empty();
    if finished {
        return Deleted { object: take_out(server, kind, existing, options.dry_run), gone: true };
    }
    Deleted { object: existing.clone(), gone: false }
}
