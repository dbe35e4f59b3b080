//! A changed object.
//!
//! Models `Store.Update` and `rest.BeforeUpdate`.

use super::create::{before_create, fill_system_fields};
use super::delete::finish_emptied;
use super::{Options, Written, begin, etcd_key, managed};
use crate::base::{Path, Status, Value, field};
use crate::registry::server::{Server, StoredKind};
use crate::registry::strategy::{Strategy, Subresource};
use crate::registry::{admission, meta};
use crate::schema::managed::Managed;
use crate::store::Object;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The part of an object that an update writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything but the status, where the kind keeps it apart.
    Object,
    /// The status, labels and annotations.
    Status,
    /// The finalizers in the spec of a namespace.
    Finalize,
    /// What the subresource of that name writes to.
    Sub(&'static str),
    /// Anything, by the server itself and without looking: what a binding does to a Pod.
    Bare,
}

/// Where to find the object.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    pub resource: &'a str,
    pub namespace: &'a str,
    pub name: &'a str,
}

const MODIFIED: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

/// What an object is to become.
#[derive(Clone, Debug)]
pub struct Changed {
    pub object: Value,
    /// Who owns its fields then; none where that follows from a plain write of it.
    pub managed: Option<Managed>,
}

/// Stores what `change` makes of an object. `change` is handed null where there is none, and that is an error unless
/// the kind may be created by an update.
pub fn update(
    server: &mut Server,
    at: At<'_>,
    part: Part,
    options: &Options,
    create: bool,
    change: impl FnOnce(&mut Server, &Value) -> Result<Value, Status>,
) -> Result<Written, Status> {
    update_with(server, at, part, options, create, |server, there| {
        let object = change(server, there.map_or(&Value::Null, |there| there.value()))?;
        Ok(Changed { object, managed: None })
    })
}

/// The same for changes that decide who owns what.
pub fn update_with(
    server: &mut Server,
    at: At<'_>,
    part: Part,
    options: &Options,
    create: bool,
    change: impl FnOnce(&mut Server, Option<&Object>) -> Result<Changed, Status>,
) -> Result<Written, Status> {
    changed(server, at, part, options, create, Box::new(change))
}

type Change<'a> = Box<dyn FnOnce(&mut Server, Option<&Object>) -> Result<Changed, Status> + 'a>;

/// The same, compiled once for all who have something to change.
fn changed(
    server: &mut Server,
    at: At<'_>,
    part: Part,
    options: &Options,
    create: bool,
    change: Change<'_>,
) -> Result<Written, Status> {
    let kind = server
        .kind(at.resource)
        .ok_or_else(|| Status::internal(format!("no storage for {}", at.resource)))?;
    let Some(existing) = server.store.get(&kind.name, at.namespace, at.name).cloned() else {
        if !(create || kind.strategy.create_on_update && part == Part::Object) {
            return Err(Status::not_found(kind.in_group(), at.name));
        }
        if !options.uid.is_empty() {
            return Err(uid_conflict(&kind, at, &options.uid, ""));
        }
        let changed = change(server, None)?;
        return create_by_update(server, &kind, changed, options);
    };
    if !options.uid.is_empty() && options.uid.as_str() != existing.uid() {
        return Err(uid_conflict(&kind, at, &options.uid, existing.uid()));
    }
    let Changed { mut object, managed } = change(server, Some(&existing))?;
    let plain = managed::written(server, &kind, part, options, Some(&existing), &mut object);
    let managed = managed.unwrap_or(plain);
    // What a plugin would do to a subresource, none of them does.
    if part == Part::Object {
        admission::admit_update(server, &kind, &mut object, existing.value())?;
    }
    check_revision(&kind, at.name, &mut object, &existing)?;
    let transaction = match part {
        Part::Object => begin(server, &kind, &mut object, Some(existing.value()), options.dry_run)?,
        Part::Status | Part::Finalize | Part::Sub(_) | Part::Bare => super::Transaction::new(options.dry_run),
    };
    let before = existing.value();
    let done = before_update(server, &kind, part, object, before, options).and_then(|done| match part {
        Part::Object => {
            admission::validate(server, &kind, &done.0, Some(before))?;
            admission::charge(server, &kind, &done.0, Some(before), options.dry_run).map(|()| done)
        }
        Part::Status | Part::Finalize | Part::Sub(_) | Part::Bare => Ok(done),
    });
    match done {
        Ok((object, warnings)) => {
            transaction.commit(server);
            let object = store(server, &kind, Object::owned(object, managed), &existing, options);
            Ok(Written { object, created: false, warnings })
        }
        Err(status) => {
            transaction.revert(server);
            Err(status)
        }
    }
}

fn create_by_update(
    server: &mut Server,
    kind: &Arc<StoredKind>,
    changed: Changed,
    options: &Options,
) -> Result<Written, Status> {
    let mut object = changed.object;
    let plain = managed::written(server, kind, Part::Object, options, None, &mut object);
    let managed = changed.managed.unwrap_or(plain);
    admission::admit_create(server, kind, &mut object)?;
    let metadata = object.entry("metadata");
    for field in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] {
        metadata.remove(field);
    }
    fill_system_fields(server, kind, &mut object);
    let transaction = begin(server, kind, &mut object, None, options.dry_run)?;
    let done = before_create(server, kind, object, options).and_then(|done| {
        admission::validate(server, kind, &done.0, None)?;
        admission::charge(server, kind, &done.0, None, options.dry_run).map(|()| done)
    });
    match done {
        Ok((object, warnings)) => {
            transaction.commit(server);
            let object = Object::owned(object, managed);
            let object =
                if options.dry_run { Arc::new(object) } else { server.store.put(&kind.name, object) };
            Ok(Written { object, created: true, warnings })
        }
        Err(status) => {
            transaction.revert(server);
            Err(status)
        }
    }
}

fn uid_conflict(kind: &StoredKind, at: At<'_>, asked: &str, there: &str) -> Status {
    let key = etcd_key(kind, at.namespace, at.name);
    let why = format!(
        "StorageError: invalid object, Code: 4, Key: {key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {asked}, UID in object meta: {there}"
    );
    Status::conflict(kind.in_group(), at.name, &why)
}

/// An update that names a revision changes that very revision; one that names none changes whatever is there, if the
/// kind allows it.
fn check_revision(
    kind: &StoredKind,
    name: &str,
    object: &mut Value,
    existing: &Object,
) -> Result<(), Status> {
    let asked = object.get("metadata").get("resourceVersion").str();
    let asked = match asked {
        "" => 0,
        text => text.parse::<u64>().map_err(|_| {
            Status::unknown(format!("strconv.ParseUint: parsing {}: invalid syntax", field::quoted(text)))
        })?,
    };
    if asked == 0 {
        if !kind.strategy.unconditional_update {
            let metadata = Path::new("metadata");
            let at = &metadata / "resourceVersion";
            let error = field::invalid(&at, 0, "must be specified for an update");
            return Err(Status::invalid(kind.in_group(), name, &[error]));
        }
        object.entry("metadata").set("resourceVersion", format!("{}", existing.revision()));
    } else if asked != existing.revision() {
        return Err(Status::conflict(kind.in_group(), name, MODIFIED));
    }
    Ok(())
}

/// Keeps what a client may not change, prepares and validates.
fn before_update(
    server: &Server,
    kind: &StoredKind,
    part: Part,
    mut object: Value,
    old: &Value,
    options: &Options,
) -> Result<(Value, Vec<String>), Status> {
    if part == Part::Bare {
        return Ok((server.schema.arrange(&kind.value_kind(), &object), Vec::new()));
    }
    let strategy = kind.strategy;
    let old_metadata = old.get("metadata");
    keep(&mut object, old_metadata, "generation");
    match part {
        Part::Object => {
            if kind.has_status {
                set_or_remove(&mut object, "status", old.get("status"));
            }
            (strategy.prepare_update)(&mut object, old);
            object = server.schema.arrange(&kind.value_kind(), &object);
            if strategy.generation && changes_generation(&object, old) {
                object.entry("metadata").set("generation", old_metadata.get("generation").int() + 1);
            }
        }
        Part::Status => {
            for (field, value) in old.entries() {
                if !matches!(field.as_str(), "metadata" | "status") {
                    object.set(field, value);
                }
            }
            (strategy.prepare_status)(&mut object, old);
        }
        Part::Finalize => set_or_remove(&mut object, "status", old.get("status")),
        Part::Sub(name) => {
            if let Some(part) = subresource(strategy, name) {
                (part.prepare)(&mut object, old);
            }
        }
        Part::Bare => {}
    }
    let metadata = object.get("metadata");
    if metadata.get("uid").is_empty() {
        keep(&mut object, old_metadata, "uid");
    }
    keep(&mut object, old_metadata, "creationTimestamp");
    for field in ["deletionTimestamp", "deletionGracePeriodSeconds"] {
        let was = old_metadata.get(field);
        let replaced = field == "deletionTimestamp" || object.get("metadata").get(field).is_null();
        if !was.is_null() && replaced {
            object.entry("metadata").set(field, was);
        }
    }
    let object = server.schema.arrange(&kind.value_kind(), &object);
    let mut errors = meta::validate_any(&object, kind.namespaced);
    errors.extend(meta::validate_update(&object, old));
    errors.extend(match part {
        Part::Object | Part::Bare => (strategy.validate_version)(&options.api_version, &object, Some(old))
            .unwrap_or_else(|| (strategy.validate_update)(&object, old)),
        Part::Status => (strategy.validate_status)(&object, old),
        Part::Finalize => (strategy.validate_finalize)(&object, old),
        Part::Sub(name) => subresource(strategy, name).map_or_else(Vec::new, |p| (p.validate)(&object, old)),
    });
    if !errors.is_empty() {
        let name = object.get("metadata").get("name").str();
        let errors = server.schema.printed(field::in_order(errors));
        return Err(Status::invalid(kind.kind_in_group(), name, &errors));
    }
    let warnings = match part {
        Part::Object | Part::Bare => (strategy.warnings)(&object, Some(old)),
        Part::Status => (strategy.status_warnings)(&object, old),
        Part::Finalize | Part::Sub(_) => Vec::new(),
    };
    let mut object = object;
    (strategy.canonicalize)(&mut object);
    Ok((object, warnings))
}

fn subresource(strategy: &Strategy, name: &str) -> Option<&'static Subresource> {
    strategy.subresources.iter().find(|part| part.name == name)
}

/// Whether anything but metadata and status has changed.
fn changes_generation(object: &Value, old: &Value) -> bool {
    let counts = |field: &str| !matches!(field, "metadata" | "status" | "kind" | "apiVersion");
    let changed = |a: &Value, b: &Value| a.entries().iter().any(|(k, v)| counts(k) && b.get(k) != v);
    changed(object, old) || changed(old, object)
}

fn keep(object: &mut Value, old_metadata: &Value, field: &str) {
    if object.get("metadata").get(field) != old_metadata.get(field) {
        set_or_remove(object.entry("metadata"), field, old_metadata.get(field));
    }
}

fn set_or_remove(object: &mut Value, field: &str, value: &Value) {
    if value.is_null() {
        object.remove(field);
    } else {
        object.set(field, value);
    }
}

/// Stores the object, unless nothing has changed. One that was only waiting for its finalizers is gone with the last.
fn store(
    server: &mut Server,
    kind: &StoredKind,
    object: Object,
    existing: &Arc<Object>,
    options: &Options,
) -> Arc<Object> {
    let emptied = object.metadata().get("finalizers").is_empty()
        && existing.is_deleted()
        && existing.metadata().get("deletionGracePeriodSeconds").int() == 0;
    // A namespace has finalizers in its spec, too.
    if emptied && object.value().get("spec").get("finalizers").is_empty() {
        return finish_emptied(server, kind, object, existing, options);
    }
    if object.value() == existing.value()
        && object
            .managed()
            .clone()
            .without_new_times(&server.schema, existing.managed())
            .equals(&server.schema, existing.managed())
    {
        return existing.clone();
    }
    if options.dry_run { Arc::new(object) } else { server.store.put(&kind.name, object) }
}
