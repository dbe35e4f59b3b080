//! The patch that leads from one map to another.
//!
//! Models `diffMaps` and what it calls for maps.

use super::comparable::deep_equal;
use super::diff_lists;
use super::lookup::{Member, Strategy, Type};
use super::{DELETE_FROM_LIST, Error, PATCH, RETAIN_KEYS, SET_ELEMENT_ORDER};
use crate::base::sort;
use crate::base::{Text, Value};
use crate::schema::patch::go_print;
use alloc::format;
use alloc::vec::Vec;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    pub(super) set_order: bool,
    /// Only deletions.
    pub(super) ignore_changes: bool,
    pub(super) ignore_deletions: bool,
    /// The patch names all keys that stay.
    pub(super) retain_keys: bool,
}

/// The patch that makes `modified` of `original`.
pub(super) fn maps(
    original: &Value,
    modified: &Value,
    type_: Type<'_>,
    options: Options,
) -> Result<Value, Error> {
    let mut patch = Value::empty_map();
    for (key, new) in modified.entries() {
        match original.find(key) {
            None if options.ignore_changes => {}
            None => patch.set(key, new),
            Some(old) if key == PATCH => directive(&mut patch, old, new)?,
            Some(old) => entry(&mut patch, key, old, new, type_, options)?,
        }
    }
    let gone = original.entries().iter().filter(|(k, _)| modified.find(k).is_none());
    if !options.ignore_deletions {
        gone.clone().for_each(|(k, _)| patch.set(k, Value::Null));
    }
    if options.retain_keys {
        let mut kept: Vec<&Text> =
            modified.entries().iter().filter(|(_, v)| !v.is_null()).map(|(k, _)| k).collect();
        let loses = gone.clone().any(|(_, v)| !v.is_null());
        if !kept.is_empty() && (!patch.is_empty() || loses) {
            sort::sort(&mut kept);
            patch.set(RETAIN_KEYS, Value::list(kept.into_iter().map(Value::from)));
        }
    }
    Ok(patch)
}

/// Models `handleDirectiveMarker`.
fn directive(patch: &mut Value, old: &Value, new: &Value) -> Result<(), Error> {
    match (old, new) {
        (Value::Text(old), Value::Text(new)) if old == new => Ok(()),
        (Value::Text(_), Value::Text(new)) => {
            patch.set(PATCH, new);
            Ok(())
        }
        _ => Err(Error::internal(format!("invalid value for special key: {PATCH}"))),
    }
}

/// What differs below a key that both have.
fn entry(
    patch: &mut Value,
    key: &Text,
    old: &Value,
    new: &Value,
    type_: Type<'_>,
    options: Options,
) -> Result<(), Error> {
    let replace = |patch: &mut Value| {
        if !options.ignore_changes && !deep_equal(old, new) {
            patch.set(key, new);
        }
    };
    match (old, new) {
        (Value::Map(_), Value::Map(_)) => {
            let Some(member) = known(type_.member(key), old, new)? else { return Ok(()) };
            if member.strategy == Strategy::Replace {
                if !options.ignore_changes {
                    patch.set(key, new);
                }
                return Ok(());
            }
            let inner = maps(old, new, member.type_, Options { retain_keys: member.retain_keys, ..options })?;
            if !inner.is_empty() {
                patch.set(key, inner);
            }
        }
        (Value::List(old_items), Value::List(new_items)) => {
            let Some(member) = known(type_.list(key), old, new)? else { return Ok(()) };
            if member.strategy != Strategy::Merge {
                replace(patch);
                return Ok(());
            }
            let options = Options { retain_keys: member.retain_keys, ..options };
            let lists = diff_lists::lists(old_items, new_items, member.type_, member.merge_key, options)?;
            set_unless_empty(patch, key, lists.changes);
            set_unless_empty(patch, &format!("{DELETE_FROM_LIST}/{key}"), lists.deletions);
            set_unless_empty(patch, &format!("{SET_ELEMENT_ORDER}/{key}"), lists.order);
        }
        _ if go_print::type_name(old) != go_print::type_name(new) && !options.ignore_changes => {
            patch.set(key, new);
        }
        _ => replace(patch),
    }
    Ok(())
}

/// A field that the type does not have does not matter as long as it does not change.
fn known<'s>(
    member: Result<Member<'s>, Error>,
    old: &Value,
    new: &Value,
) -> Result<Option<Member<'s>>, Error> {
    match member {
        Err(_) if deep_equal(old, new) => Ok(None),
        other => other.map(Some),
    }
}

fn set_unless_empty(patch: &mut Value, key: &str, list: Vec<Value>) {
    if !list.is_empty() {
        patch.set(key, Value::list(list));
    }
}
