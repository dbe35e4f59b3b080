//! A new object.
//!
//! Models `Store.Create` and `rest.BeforeCreate`.

use super::{Options, Part, Written, begin, managed};
use crate::base::field;
use crate::base::{Status, Value};
use crate::registry::server::{Server, StoredKind};
use crate::registry::{admission, meta};
use crate::schema::managed::Managed;
use crate::store::Object;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A name that is generated is taken already this often before the client is told.
const NAME_ATTEMPTS: usize = 8;
/// What is generated has so many characters, and is cut to fit with them into a label.
const SUFFIX: usize = 5;
const NAME_MAX: usize = 63;

/// Stores a new object of a resource, which is named as in messages. The object is decoded, has its defaults, and its
/// namespace if it is in one.
pub fn create(
    server: &mut Server,
    resource: &str,
    object: Value,
    options: &Options,
) -> Result<Written, Status> {
    let kind = server.kind(resource).ok_or_else(|| Status::internal(format!("no storage for {resource}")))?;
    let mut object = object;
    let managed = managed::written(server, &kind, Part::Object, options, None, &mut object);
    admission::admit_create(server, &kind, &mut object)?;
    let generates = object.get("metadata").get("name").is_empty()
        && !object.get("metadata").get("generateName").is_empty();
    for _ in 1..NAME_ATTEMPTS {
        match create_once(server, &kind, object.clone(), &managed, options) {
            Err(Status { reason: "AlreadyExists", .. }) if generates => {}
            done => return done,
        }
    }
    create_once(server, &kind, object, &managed, options)
}

fn create_once(
    server: &mut Server,
    kind: &Arc<StoredKind>,
    mut object: Value,
    managed: &Managed,
    options: &Options,
) -> Result<Written, Status> {
    fill_system_fields(server, kind, &mut object);
    let transaction = begin(server, kind, &mut object, None, options.dry_run)?;
    let done = before_create(server, kind, object, options).and_then(|(object, warnings)| {
        admission::validate(server, kind, &object, None)?;
        admission::charge(server, kind, &object, None, options.dry_run)?;
        let object = store(server, kind, Object::owned(object, managed.clone()), options)?;
        Ok(Written { object, created: true, warnings })
    });
    match done {
        Ok(written) => {
            transaction.commit(server);
            Ok(written)
        }
        Err(status) => {
            transaction.revert(server);
            Err(status)
        }
    }
}

/// Creation time, uid, and the name if it is to be generated.
pub(super) fn fill_system_fields(server: &mut Server, kind: &StoredKind, object: &mut Value) {
    let (now, uid) = (server.now.rfc3339(), server.rng.uuid());
    let metadata = object.entry("metadata");
    metadata.set("creationTimestamp", now);
    metadata.set("uid", uid);
    let generate = metadata.get("generateName").str();
    if metadata.get("name").is_empty() && !generate.is_empty() {
        let name = match kind.strategy.names_as_asked {
            true => generate.into(),
            false => generated_name(generate, &server.rng.name_suffix(SUFFIX)),
        };
        metadata.set("name", name);
    }
}

/// Models `k8s.io/apiserver/pkg/storage/names/generate.go`.
fn generated_name(base: &str, suffix: &str) -> String {
    let max = NAME_MAX - SUFFIX;
    let cut =
        base.char_indices().map(|(i, c)| i + c.len_utf8()).take_while(|end| *end <= max).last().unwrap_or(0);
    format!("{}{suffix}", base.get(..cut).unwrap_or(base))
}

/// Prepares and validates.
pub(super) fn before_create(
    server: &Server,
    kind: &StoredKind,
    mut object: Value,
    options: &Options,
) -> Result<(Value, Vec<String>), Status> {
    let strategy = kind.strategy;
    if kind.has_status && !strategy.keeps_status {
        object.remove("status");
    }
    (strategy.prepare_create)(&mut object);
    if strategy.generation {
        object.entry("metadata").set("generation", 1);
    }
    let object = server.schema.arrange(&kind.value_kind(), &object);
    let mut errors = (strategy.validate_version)(&options.api_version, &object, None)
        .unwrap_or_else(|| (strategy.validate)(&object));
    if errors.is_empty() {
        errors = meta::validate_any(&object, kind.namespaced);
    }
    if !errors.is_empty() {
        let name = object.get("metadata").get("name").str();
        let errors = server.schema.printed(field::in_order(errors));
        return Err(Status::invalid(kind.kind_in_group(), name, &errors));
    }
    let warnings = (strategy.warnings)(&object, None);
    let mut object = object;
    (strategy.canonicalize)(&mut object);
    Ok((object, warnings))
}

/// Puts the object where nothing is yet; a dry run only looks.
fn store(
    server: &mut Server,
    kind: &StoredKind,
    object: Object,
    options: &Options,
) -> Result<Arc<Object>, Status> {
    let revision = object.metadata().get("resourceVersion").str();
    if !options.dry_run && revision.parse::<u64>().is_ok_and(|n| n != 0) {
        return Err(Status::unknown("resourceVersion should not be set on objects to be created"));
    }
    if let Some(there) = server.store.get(&kind.name, object.namespace(), object.name()) {
        return Err(already_exists(kind, &object, there));
    }
    if options.dry_run {
        return Ok(Arc::new(object));
    }
    Ok(server.store.put(&kind.name, object))
}

fn already_exists(kind: &StoredKind, object: &Object, there: &Object) -> Status {
    let mut status = Status::already_exists(kind.in_group(), object.name());
    if !object.metadata().get("generateName").is_empty() {
        status.message =
            format!("{}, the server was not able to generate a unique name for the object", status.message)
                .into();
        status = status.retry_after(1);
    }
    if there.is_deleted() {
        status.message = format!("object is being deleted: {}", status.message).into();
    }
    status
}
