//! Server-side apply of a configuration.
//!
//! Models `FieldManager.Apply` and `managedfields/internal/structuredmerge.go`.

use super::entry::{Entries, Name, Operation};
use super::update::{NotTyped, blank, stripped, update, updater};
use super::{Managed, Subject, conflict, last_applied};
use crate::base::{Instant, Status, Text, Value};
use crate::manifest::node;
use crate::schema::apply::{Conflicts, Type, validate};
use crate::schema::patch::from_map;
use crate::schema::{Kind, Schema, float};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Who has had what before anybody applied.
const BEFORE_FIRST_APPLY: &str = "before-first-apply";

/// What an apply has made of an object.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The object, of its type but not yet defaulted; the one that was there if nothing changed.
    pub object: Value,
    pub managed: Managed,
}

/// An apply.
#[derive(Clone, Copy, Debug)]
pub struct Apply<'a> {
    pub subject: &'a Subject,
    /// The object as it is, without managed fields; none if it is created.
    pub live: Option<&'a Value>,
    /// What is applied, decoded into no type.
    pub config: &'a Value,
    pub manager: &'a str,
    /// Take fields from others.
    pub force: bool,
    pub now: Instant,
}

/// Why it is refused: conflicts may still turn out to be allowed.
pub(super) enum Refused {
    Conflicts(Conflicts<Name>),
    Status(Status),
}

impl Managed {
    /// What an apply makes of an object.
    pub fn apply(&self, schema: &Schema, apply: &Apply<'_>) -> Result<Applied, Status> {
        let config = as_decoded(apply.config);
        let apply = &Apply { config: &config, ..*apply };
        check(apply)?;
        let entries = super::entry::as_read(&self.entries(schema));
        let fresh = blank(schema, apply.subject);
        let live = apply.live.unwrap_or(&fresh);
        let applied = match applied(schema, apply, live, &entries, apply.force) {
            Err(Refused::Conflicts(conflicts)) => {
                // What kubectl owned before it applied here it may take.
                let left = last_applied::contested(schema, apply, live, conflicts);
                if left.0.is_empty() {
                    applied(schema, apply, live, &entries, true)
                } else {
                    Err(Refused::Conflicts(left))
                }
            }
            other => other,
        };
        match applied {
            Ok((object, entries)) => {
                let object = last_applied::kept_up(apply, object.unwrap_or_else(|| live.clone()));
                Ok(Applied { object, managed: Managed::known(entries) })
            }
            Err(Refused::Conflicts(conflicts)) => Err(conflict::status(&conflicts)),
            Err(Refused::Status(status)) => Err(status),
        }
    }
}

/// The object that an apply makes, if it changes, and who owns what then.
fn applied(
    schema: &Schema,
    apply: &Apply<'_>,
    live: &Value,
    entries: &Entries,
    force: bool,
) -> Result<(Option<Value>, Entries), Refused> {
    let Apply { subject, config, now, .. } = *apply;
    let refused = |text: String| Refused::Status(Status::unknown(text));
    let mut out = entries.clone();
    if out.is_empty() {
        let fresh = blank(schema, subject);
        out = update(schema, subject, &out, &fresh, live, BEFORE_FIRST_APPLY, now).map_err(|e| {
            let NotTyped { new, errors } = e;
            let (which, what) = if new { ("new", live) } else { ("live", &fresh) };
            let about = about(what, subject);
            refused(format!(
                "failed to create manager for existing fields: failed to convert {which} object ({about}) to smd typed: {errors}"
            ))
        })?;
    }
    if has_managed_fields(schema, config) {
        return Err(Refused::Status(Status::bad_request("metadata.managedFields must be nil")));
    }
    let kind = Kind::Struct(subject.type_);
    let type_ = Type::of(&kind);
    for (object, what, duplicates_allowed) in [(config, "patch", false), (live, "live", true)] {
        let errors = validate(schema, type_, object, duplicates_allowed);
        if !errors.is_empty() {
            let about = about(object, subject);
            return Err(refused(format!("failed to create typed {what} object ({about}): {errors}")));
        }
    }
    let name = Name::new(apply.manager, Operation::Apply, "", &subject.subresource);
    let api_version = subject.api_version();
    let (object, owners) = updater(schema, subject, &api_version)
        .apply(live, config, out.owners, &name, force)
        .map_err(Refused::Conflicts)?;
    out.owners = owners;
    let object = match object {
        None => None,
        Some(object) => {
            let converted = from_map::convert(schema, subject.type_, &object).map_err(|error| {
                let (about, gvk) = (about(config, subject), gvk(subject));
                refused(format!(
                    "failed to convert new object ({about}) to proper version: unable to convert unstructured object to {gvk}: {error}"
                ))
            })?;
            Some(converted.value)
        }
    };
    if let Some(owner) = stripped(out.owners.remove(&name)) {
        out.owners.insert(name.clone(), owner);
    }
    if object.is_some() {
        out.times.insert(name, now);
    }
    out.forget_times();
    Ok((object, out))
}

/// The configuration must be of the kind it is applied to.
///
/// Models `versionCheckManager`.
fn check(apply: &Apply<'_>) -> Result<(), Status> {
    let (config, subject) = (apply.config, apply.subject);
    let parts: Vec<&str> = config.get("apiVersion").str().split('/').collect();
    let (group, version, kind) = match parts.as_slice() {
        [version] => ("", *version, config.get("kind").str()),
        [group, version] => (*group, *version, config.get("kind").str()),
        _ => ("", "", ""),
    };
    if (group, version, kind) == (&*subject.group, &*subject.version, &*subject.kind) {
        return Ok(());
    }
    Err(Status::bad_request(format!("invalid object type: {group}/{version}, Kind={kind}")))
}

/// Managed fields that could be read are refused, even if there are none.
fn has_managed_fields(schema: &Schema, config: &Value) -> bool {
    let Some(list) = config.get("metadata").get("managedFields").as_list() else { return false };
    let entry = schema.named("io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry");
    let readable = |item: &Value| {
        item.as_map().is_some() && entry.is_none_or(|type_| from_map::convert(schema, type_, item).is_ok())
    };
    list.iter().all(readable)
}

/// `default/web; /v1, Kind=Service`
fn about(object: &Value, subject: &Subject) -> String {
    let metadata = object.get("metadata");
    format!("{}/{}; {}", metadata.get("namespace").str(), metadata.get("name").str(), gvk(subject))
}

fn gvk(subject: &Subject) -> String {
    format!("{}/{}, Kind={}", subject.group, subject.version, subject.kind)
}

/// The configuration as Go has it: YAML is decoded by way of JSON into no type, and then all numbers are floats.
fn as_decoded(value: &Value) -> Value {
    /// Up to here floats are exact.
    const EXACT: u64 = 1 << 53;
    let float = |text: &str| match text.parse::<f64>() {
        Ok(f) => node::number(&Text::from(float::format(f))),
        Err(_) => Value::Number(text.into()),
    };
    match value {
        Value::Int(i) if i.unsigned_abs() > EXACT => float(&format!("{i}")),
        Value::Number(n) => float(n),
        Value::List(items) => {
            let new: Vec<Value> = items.iter().map(as_decoded).collect();
            let same = new.iter().zip(items.iter()).all(|(a, b)| a.same(b));
            if same { value.clone() } else { Value::list(new) }
        }
        Value::Map(map) => {
            let new: Vec<_> = map.iter().map(|(k, v)| (k.clone(), as_decoded(v))).collect();
            let same = new.iter().zip(map.iter()).all(|((_, a), (_, b))| a.same(b));
            if same { value.clone() } else { Value::map(new) }
        }
        other => other.clone(),
    }
}
