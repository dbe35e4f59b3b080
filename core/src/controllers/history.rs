//! What a template was before: ControllerRevisions, which StatefulSets and DaemonSets keep of theirs.
//!
//! Models `pkg/controller/history`.

use super::owner::{Kind, adopted, controller_of};
use super::{Action, Write, pod};
use crate::base::hash::Fnv32;
use crate::base::sort;
use crate::base::{Selector, Text, Value, json, rng};
use crate::store::{Object, Store};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub const RESOURCE: &str = "controllerrevisions.apps";

/// A template by the name of its revision.
#[derive(Clone, Debug)]
pub struct Revision {
    pub name: Text,
    pub template: Value,
}

impl Revision {
    pub fn of(object: &Object) -> Revision {
        let mut template = object.value().at(&["data", "spec", "template"]).clone();
        template.remove("$patch");
        Revision { name: object.name().clone(), template }
    }
}

pub fn number(object: &Object) -> i64 {
    object.value().get("revision").int()
}

/// The revisions that belong to `owner`, or that nobody owns and it selects; the lowest first.
pub fn list<'a>(store: &'a Store, owner: &'a Object, selector: &'a Selector) -> Vec<&'a Arc<Object>> {
    let selected = store.select(RESOURCE, owner.namespace(), selector);
    let mut revisions: Vec<_> = selected.filter(|r| is_free_or_of(r, owner)).collect();
    sort::by_key(&mut revisions, |r| (number(r), pod::created(r.value()), r.name().clone()));
    revisions
}

fn is_free_or_of(revision: &Object, owner: &Object) -> bool {
    controller_of(revision.value()).is_none_or(|r| r.get("uid").str() == owner.uid())
}

/// Makes the owner's what nobody owns.
pub fn adoptions(owner: &Object, kind: Kind, revisions: &[&Arc<Object>]) -> Vec<Write> {
    let orphans = revisions.iter().filter(|r| controller_of(r.value()).is_none());
    let reference = kind.reference(owner.value());
    let adopt = |r: &&Arc<Object>| adopted(r.value(), &reference);
    orphans
        .map(adopt)
        .map(|object| Write::silent(Action::Update { resource: RESOURCE.into(), object }))
        .collect()
}

/// The number of the next revision.
pub fn next(revisions: &[&Arc<Object>]) -> i64 {
    revisions.last().map_or(0, |r| number(r)) + 1
}

/// What a revision of a template keeps: the patch that brings the template back. Its keys are in the order in which
/// Go writes a map.
pub fn data(template: &Value) -> Value {
    let mut template = sorted(template);
    let replace = Value::map([("$patch", Value::text("replace"))]);
    template = Value::map(replace.entries().iter().chain(template.entries()).cloned());
    Value::map([("spec", Value::map([("template", template)]))])
}

/// Whether a revision keeps this very data.
pub fn has(revision: &Object, data: &Value) -> bool {
    sorted(revision.value().get("data")) == *data
}

/// The hash of the data, and another one for each collision of names.
pub fn hash(data: &Value, collisions: i64) -> String {
    let mut hash = Fnv32::default();
    hash.write(json::to_string(data).as_bytes());
    hash.write(format!("{collisions}").as_bytes());
    rng::safe_encode(&format!("{}", hash.sum()))
}

/// Models `ControllerRevisionName`.
pub fn name(owner: &str, hash: &str) -> String {
    format!("{}-{hash}", owner.get(..223).unwrap_or(owner))
}

/// A revision as it is created for `owner`.
pub fn revision(
    owner: &Object,
    kind: Kind,
    name: &str,
    labels: Value,
    annotations: &Value,
    data: &Value,
    number: i64,
) -> Value {
    let mut metadata = Value::map([
        ("name", Value::text(name)),
        ("namespace", owner.namespace().into()),
        ("labels", labels),
    ]);
    if !annotations.is_empty() {
        metadata.set("annotations", annotations);
    }
    metadata.set("ownerReferences", Value::list([kind.reference(owner.value())]));
    Value::map([("metadata", metadata), ("data", data.clone()), ("revision", number.into())])
}

/// The revision with another number.
pub fn renumbered(revision: &Object, number: i64) -> Write {
    let mut object = revision.value().clone();
    object.set("revision", number);
    Write::silent(Action::Update { resource: RESOURCE.into(), object })
}

/// Deletes the oldest of those that are not `live` any more, so that `limit` of these are left.
pub fn truncated(revisions: &[&Arc<Object>], limit: i64, live: impl Fn(&Object) -> bool) -> Vec<Write> {
    let Ok(limit) = usize::try_from(limit) else { return Vec::new() };
    let old: Vec<_> = revisions.iter().filter(|r| !live(r)).collect();
    let excess = old.len().saturating_sub(limit);
    old.into_iter().take(excess).map(|r| Write::silent(Action::delete(RESOURCE, r))).collect()
}

/// The value with the keys of all maps in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Map(_) => {
            let mut entries: Vec<(Text, Value)> =
                value.entries().iter().map(|(k, v)| (k.clone(), sorted(v))).collect();
            sort::by(&mut entries, |a, b| a.0.cmp(&b.0));
            Value::map(entries)
        }
        Value::List(_) => Value::list(value.items().iter().map(sorted)),
        other => other.clone(),
    }
}
