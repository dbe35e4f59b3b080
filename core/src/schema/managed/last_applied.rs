//! From client-side to server-side apply and back: kubectl may take what it applied before, and the annotation that
//! says what that was is kept up.
//!
//! Models `managedfields/internal/lastappliedmanager.go` and `lastappliedupdater.go`.

use super::apply::Apply;
use super::entry::Name;
use crate::base::{Value, json};
use crate::manifest;
use crate::schema::apply::{Conflicts, Set, Type, compare, field_set, validate};
use crate::schema::patch::sorted;
use crate::schema::{Kind, Schema};
use alloc::string::String;

const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Only of this manager, so that others can opt out.
const KUBECTL: &str = "kubectl";
/// All annotations of an object together, in bytes.
const ANNOTATIONS_MAX: usize = 256 * 1024;

/// The conflicts that remain.
pub(super) fn contested(
    schema: &Schema,
    apply: &Apply<'_>,
    live: &Value,
    mut conflicts: Conflicts<Name>,
) -> Conflicts<Name> {
    if apply.manager != KUBECTL {
        return conflicts;
    }
    if let Some(allowed) = applied_before(schema, apply, live) {
        for (_, paths) in &mut conflicts.0 {
            paths.retain(|path| !allowed.has(path));
        }
        conflicts.0.retain(|(_, paths)| !paths.is_empty());
    }
    conflicts
}

/// The fields that the annotation has and that are still as it says.
///
/// Models `allowedConflictsFromLastApplied`.
fn applied_before(schema: &Schema, apply: &Apply<'_>, live: &Value) -> Option<Set> {
    let text = live.at(&["metadata", "annotations", ANNOTATION]).str();
    if text.is_empty() {
        return None;
    }
    let kind = Kind::Struct(apply.subject.type_);
    let type_ = Type::of(&kind);
    let before = manifest::json::parse(text).ok()?.to_value();
    let valid = |value: &Value| validate(schema, type_, value, false).is_empty();
    if !valid(live) || before.get("kind").str().is_empty() {
        return None;
    }
    if before.get("apiVersion").str() != apply.subject.api_version().as_str() || !valid(&before) {
        return None;
    }
    let changes = compare(schema, type_, &before, live);
    let fields = field_set(schema, type_, &before);
    Some(fields.difference(&changes.modified).difference(&changes.added).difference(&changes.removed))
}

/// The object with the annotation kept up, if it has one.
pub(super) fn kept_up(apply: &Apply<'_>, mut object: Value) -> Value {
    let has = !object.at(&["metadata", "annotations", ANNOTATION]).str().is_empty();
    if apply.manager != KUBECTL || !has {
        return object;
    }
    let text = text_of(apply.config);
    let size = |value: &Value| value.entries().iter().map(|(k, v)| k.len() + v.str().len()).sum::<usize>();
    let mut annotations = object.at(&["metadata", "annotations"]).clone();
    annotations.set(ANNOTATION, text);
    if size(&annotations) > ANNOTATIONS_MAX {
        annotations.remove(ANNOTATION);
    }
    annotations.map_mut().sort();
    if annotations.is_empty() {
        object.entry("metadata").remove("annotations");
    } else {
        object.entry("metadata").set("annotations", annotations);
    }
    object
}

/// The configuration as the annotation has it: without itself, as one line of JSON.
fn text_of(config: &Value) -> String {
    let mut config = config.clone();
    let annotations = config.get("metadata").get("annotations");
    if annotations.entries().iter().all(|(_, v)| v.as_text().is_some()) {
        if annotations.find(ANNOTATION).is_some() {
            config.entry_at(&["metadata", "annotations"]).remove(ANNOTATION);
        }
    } else {
        // What is no map of texts counts as none.
        config.entry("metadata").remove("annotations");
    }
    let mut out = json::to_string(&sorted(&config));
    out.push('\n');
    out
}
