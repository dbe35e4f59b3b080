//! A patch is merged into a map, or into another patch.
//!
//! Models `mergeMap` and what it calls for maps. Go walks maps in no order; here they are walked as they were written.

use super::comparable::deep_equal;
use super::lists::{self, Change};
use super::lookup::{Strategy, Type};
use super::{DELETE_FROM_LIST, Error, PATCH, RETAIN_KEYS, SET_ELEMENT_ORDER, as_list, field_of, order};
use crate::base::{Text, Value};
use crate::schema::patch::go_print;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Into an object, which directives act on and nulls delete from; else into a patch, which keeps both.
    ///
    /// `MergeParallelList` and `IgnoreUnmatchedNulls` of upstream: they are never told apart.
    pub(super) to_object: bool,
}

/// `patch` merged into `original`.
pub(super) fn maps(
    original: &Value,
    patch: &Value,
    type_: Type<'_>,
    options: Options,
) -> Result<Value, Error> {
    if let Some(directive) = patch.find(PATCH) {
        return directed(directive, patch);
    }
    let mut target = Target::new(original);
    retain_keys(&mut target, patch, options)?;
    let ordered = order::apply(&mut target, patch, type_, options)?;
    for (key, value) in patch.entries() {
        let directive = key == RETAIN_KEYS || key.starts_with(SET_ELEMENT_ORDER);
        if !directive && !ordered.contains(key) {
            entry(&mut target, key, value, type_, options)?;
        }
    }
    Ok(target.into_value())
}

/// Models `handleDirectiveInMergeMap`.
fn directed(directive: &Value, patch: &Value) -> Result<Value, Error> {
    match directive.str() {
        "replace" => {
            let mut replacement = patch.clone();
            replacement.remove(PATCH);
            Ok(replacement)
        }
        "delete" => Ok(Value::empty_map()),
        _ => Err(unknown_patch_type(directive, patch)),
    }
}

/// Models `ErrBadPatchType`.
pub(super) fn unknown_patch_type(directive: &Value, patch: &Value) -> Error {
    let (directive, patch) = (go_print::as_text(directive), go_print::plain(patch));
    Error::internal(format!("unknown patch type: {directive} in map: {patch}"))
}

/// Takes out of an object what `$retainKeys` does not name.
///
/// Models `applyRetainKeysDirective`.
fn retain_keys(target: &mut Target, patch: &Value, options: Options) -> Result<(), Error> {
    let Some(keys) = patch.find(RETAIN_KEYS) else { return Ok(()) };
    if !options.to_object {
        match target.get(RETAIN_KEYS) {
            None => target.set(RETAIN_KEYS, keys.clone()),
            Some(there) if deep_equal(there, keys) => {}
            Some(there) => {
                let (there, keys) = (go_print::plain(there), go_print::plain(keys));
                return Err(Error::internal(format!(
                    "{there} and {keys} are not deep equal: this may happen when calculating the 3-way diff patch"
                )));
            }
        }
        return Ok(());
    }
    let keys = keys.as_list().ok_or_else(|| Error::bad_format("retainKeys"))?;
    if keys.iter().any(|k| matches!(k, Value::List(_) | Value::Map(_))) {
        return Err(Error::panic());
    }
    let kept: BTreeSet<&str> = keys.iter().filter_map(Value::as_text).map(Text::as_str).collect();
    let directive = |key: &str| {
        key == RETAIN_KEYS || key.starts_with(DELETE_FROM_LIST) || key.starts_with(SET_ELEMENT_ORDER)
    };
    if patch.entries().iter().any(|(k, v)| !v.is_null() && !directive(k) && !kept.contains(k.as_str())) {
        return Err(Error::bad_format("retainKeys"));
    }
    target.retain(|key| kept.contains(key));
    Ok(())
}

/// One entry of a patch.
fn entry(
    target: &mut Target,
    key: &Text,
    value: &Value,
    type_: Type<'_>,
    options: Options,
) -> Result<(), Error> {
    let deleting = key.starts_with(DELETE_FROM_LIST);
    let mut key = key.as_str();
    if deleting {
        if !options.to_object {
            target.set(key, value.clone());
            return Ok(());
        }
        let name = field_of(key, DELETE_FROM_LIST)?;
        key = if name.is_empty() { key } else { name };
    }
    if value.is_null() {
        target.remove(key);
        if options.to_object {
            return Ok(());
        }
    }
    let merged = match (target.get(key), value) {
        (Some(original @ Value::Map(_)), Value::Map(_)) => {
            let member = type_.member(key)?;
            match member.strategy {
                Strategy::Replace => Some(value.clone()),
                _ => Some(maps(original, value, member.type_, options)?),
            }
        }
        (Some(Value::List(original)), Value::List(patch)) => {
            let member = type_.list(key)?;
            let change = if deleting { Change::Delete } else { Change::Merge };
            Some(Value::list(lists::handled(original, patch, &member, change, options)?.items))
        }
        (Some(original), _) if go_print::type_name(original) == go_print::type_name(value) => {
            without_directives(value)
        }
        _ if deleting => return Ok(()),
        _ if options.to_object => without_directives(&without_nulls(value)),
        _ => without_directives(value),
    };
    match merged {
        Some(merged) => target.set(key, merged),
        None => target.remove(key),
    }
    Ok(())
}

/// The value without nulls in its maps.
///
/// Models `discardNullValuesFromPatch`.
fn without_nulls(value: &Value) -> Value {
    rewritten(value, &|inner| (!inner.is_null()).then(|| without_nulls(inner)), &|item| {
        Some(without_nulls(item))
    })
}

/// The value without maps that have a directive; none if it is such a map itself.
///
/// Models `removeDirectives`.
pub(super) fn without_directives(value: &Value) -> Option<Value> {
    if value.find(PATCH).is_some() {
        return None;
    }
    Some(rewritten(value, &without_directives, &without_directives))
}

/// The map or list with what is made of its entries and items; shared where nothing changes.
fn rewritten(
    value: &Value,
    entry: &dyn Fn(&Value) -> Option<Value>,
    item: &dyn Fn(&Value) -> Option<Value>,
) -> Value {
    match value {
        Value::Map(map) => {
            let new: Vec<(&Text, Value)> = map.iter().filter_map(|(k, v)| Some((k, entry(v)?))).collect();
            let same = new.len() == map.len() && new.iter().zip(map.iter()).all(|((_, a), (_, b))| a.same(b));
            if same { value.clone() } else { Value::map(new) }
        }
        Value::List(items) => {
            let new: Vec<Value> = items.iter().filter_map(item).collect();
            let same = new.len() == items.len() && new.iter().zip(items.iter()).all(|(a, b)| a.same(b));
            if same { value.clone() } else { Value::list(new) }
        }
        scalar => scalar.clone(),
    }
}

/// A map that is written to. What is removed is taken out in the end, all at once.
#[derive(Debug)]
pub(super) struct Target {
    map: Value,
    removed: BTreeSet<Text>,
}

impl Target {
    fn new(original: &Value) -> Target {
        let map = if original.as_map().is_some() { original.clone() } else { Value::empty_map() };
        Target { map, removed: BTreeSet::new() }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.map.find(key).filter(|_| !self.removed.contains(key))
    }

    pub(super) fn set(&mut self, key: &str, value: Value) {
        self.removed.remove(key);
        if self.map.find(key).is_some_and(|there| there.same(&value)) {
            return;
        }
        self.map.set(key, value);
    }

    fn remove(&mut self, key: &str) {
        if self.map.find(key).is_some() {
            self.removed.insert(key.into());
        }
    }

    fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        let gone = self.map.entries().iter().map(|(k, _)| k).filter(|k| !keep(k));
        self.removed.extend(gone.cloned());
    }

    /// The list of that name; none if there is nothing.
    pub(super) fn list(&self, key: &str) -> Result<Option<&[Value]>, Error> {
        self.get(key).map(as_list).transpose()
    }

    fn into_value(mut self) -> Value {
        if !self.removed.is_empty() {
            let removed = self.removed;
            self.map.map_mut().retain(|k, _| !removed.contains(k));
        }
        self.map
    }
}
