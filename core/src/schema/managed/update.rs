//! A plain write: what it changed is the writer's.
//!
//! Models `managedfields/internal`: `managedfieldsupdater.go`, `stripmeta.go`, `capmanagers.go`, `skipnonapplied.go`.

use super::Subject;
use super::entry::{Entries, Name, Operation};
use crate::base::sort;
use crate::base::{Instant, Text, Value};
use crate::schema::apply::{Owner, Set, Type, Updater, validate};
use crate::schema::{Kind, Schema};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A plain write, noted.
#[derive(Debug)]
pub(super) struct Write {
    pub(super) subject: Arc<Subject>,
    /// What the client has sent instead of what is there.
    pub(super) base: Option<Arc<Entries>>,
    pub(super) live: Option<Value>,
    pub(super) new: Value,
    pub(super) manager: Text,
    pub(super) now: Instant,
}

/// The entries after a write.
pub(super) fn updated(schema: &Schema, there: &Arc<Entries>, write: &Write) -> Arc<Entries> {
    let base = write.base.as_ref().filter(|base| !base.is_empty()).unwrap_or(there);
    let reset = write.base.as_ref().is_some_and(|base| base.is_empty());
    let base = if reset { Arc::default() } else { super::entry::as_read(base) };
    // Whose fields nobody knows are not tracked any more, unless they are new.
    if base.is_empty() && write.live.is_some() {
        return base;
    }
    let fresh = blank(schema, &write.subject);
    let live = write.live.as_ref().unwrap_or(&fresh);
    match update(schema, &write.subject, &base, live, &write.new, &write.manager, write.now) {
        Ok(entries) => Arc::new(entries),
        // What cannot be told is left as it was.
        Err(_) => there.clone(),
    }
}

/// An object of that kind with nothing in it.
pub(super) fn blank(schema: &Schema, subject: &Subject) -> Value {
    let mut blank = schema.zero(&Kind::Struct(subject.type_));
    blank.set("apiVersion", subject.api_version());
    blank.set("kind", &subject.kind);
    blank
}

/// What went wrong, and with which object: the new one or the one that is there.
pub(super) struct NotTyped {
    pub(super) new: bool,
    pub(super) errors: String,
}

pub(super) fn update(
    schema: &Schema,
    subject: &Subject,
    entries: &Entries,
    live: &Value,
    new: &Value,
    manager: &str,
    now: Instant,
) -> Result<Entries, NotTyped> {
    let kind = Kind::Struct(subject.type_);
    for (object, is_new) in [(new, true), (live, false)] {
        let errors = validate(schema, Type::of(&kind), object, true);
        if !errors.is_empty() {
            return Err(NotTyped { new: is_new, errors: errors.to_string() });
        }
    }
    let api_version = subject.api_version();
    let current = Name::current();
    let mut out = entries.clone();
    out.owners = updater(schema, subject, &api_version).update(live, new, out.owners, &current);
    if let Some(owner) = stripped(out.owners.remove(&current)) {
        let name = Name::new(
            if manager.is_empty() { "unknown" } else { manager },
            Operation::Update,
            &api_version,
            &subject.subresource,
        );
        let before = out.owners.get(&name).map(|o| o.fields.clone()).unwrap_or_default();
        out.owners.insert(name.clone(), Owner { fields: owner.fields.union(&before), ..owner });
        out.times.insert(name, now);
    }
    cap(&mut out);
    out.forget_times();
    Ok(out)
}

pub(super) fn updater<'a>(schema: &'a Schema, subject: &'a Subject, api_version: &'a str) -> Updater<'a> {
    Updater { schema, type_: subject.type_, api_version, reset: &subject.reset, convert: subject.convert }
}

/// Fields that are nobody's.
const NOBODYS: &[&[&str]] = &[
    &["apiVersion"],
    &["kind"],
    &["metadata"],
    &["metadata", "name"],
    &["metadata", "namespace"],
    &["metadata", "creationTimestamp"],
    &["metadata", "selfLink"],
    &["metadata", "uid"],
    &["metadata", "clusterName"],
    &["metadata", "generation"],
    &["metadata", "managedFields"],
    &["metadata", "resourceVersion"],
];

/// The owner without what is nobody's; none if nothing is left.
pub(super) fn stripped(owner: Option<Owner>) -> Option<Owner> {
    let mut owner = owner?;
    owner.fields = owner.fields.difference(&Set::of_fields(NOBODYS));
    (!owner.fields.is_empty()).then_some(owner)
}

/// More updaters than these are not told apart ...
const MAX_UPDATERS: usize = 10;
/// ... but the oldest become one.
const ANCIENT: &str = "ancient-changes";

fn cap(entries: &mut Entries) {
    let mut updaters: Vec<Name> =
        entries.owners.iter().filter(|(_, o)| !o.applied).map(|(name, _)| name.clone()).collect();
    let mut count = updaters.len();
    if count <= MAX_UPDATERS {
        return;
    }
    let seconds = |name: &Name| entries.times.get(name).map_or(0, |t| t.0.div_euclid(1000));
    sort::by_cached_key(&mut updaters, |name| (seconds(name), name.clone()));
    let mut buckets: BTreeMap<Text, Bucket> = BTreeMap::new();
    for name in updaters {
        if count <= MAX_UPDATERS {
            break;
        }
        let Some(owner) = entries.owners.get(&name).cloned() else { continue };
        let Some(bucket) = buckets.get_mut(&owner.api_version) else {
            let bucket = Bucket { first: name, merged: Vec::new(), time: None };
            buckets.insert(owner.api_version, bucket);
            continue;
        };
        if name.manager == ANCIENT && name.subresource.is_empty() {
            // Upstream merges the bucket with itself and then takes it out.
            bucket.merged.clear();
        } else {
            bucket.merged.push(owner.fields);
        }
        // The latest counts.
        bucket.time = entries.times.get(&name).copied();
        entries.owners.remove(&name);
        count -= 1;
    }
    for (api_version, mut bucket) in buckets.into_iter().filter(|(_, b)| !b.merged.is_empty()) {
        let name = Name::new(ANCIENT, Operation::Update, &api_version, "");
        // What was merged before stays beside the oldest, which only gives its place to a bucket that is new.
        let kept = if entries.owners.contains_key(&name) { &name } else { &bucket.first };
        bucket.merged.extend(entries.owners.remove(kept).map(|o| o.fields));
        let fields = Set::union_of(bucket.merged);
        entries.owners.insert(name.clone(), Owner { api_version, applied: false, fields });
        match bucket.time {
            Some(time) => entries.times.insert(name, time),
            None => entries.times.remove(&name),
        };
    }
}

/// Old updaters of a version, to become one.
struct Bucket {
    first: Name,
    merged: Vec<Set>,
    time: Option<Instant>,
}
