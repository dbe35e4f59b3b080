//! An object without some of its fields.
//!
//! Models `structured-merge-diff/typed/remove.go`.

use super::element::Element;
use super::set::Set;
use super::types::{List, Map, Type};
use crate::base::{Text, Value};
use crate::schema::Schema;
use alloc::vec::Vec;

/// `value` without the items and entries in `gone`. What has nothing left is null.
pub fn remove(schema: &Schema, type_: Type<'_>, value: &Value, gone: &Set) -> Value {
    let atom = type_.atom_of(schema, Some(value));
    if let Some(map) = &atom.map {
        return maps(schema, map, value, gone);
    }
    if atom.scalar.is_some() {
        return value.clone();
    }
    atom.list.as_ref().map_or(Value::Null, |list| lists(schema, list, value, gone))
}

fn maps(schema: &Schema, map: &Map<'_>, value: &Value, gone: &Set) -> Value {
    if map.atomic {
        return Value::Null;
    }
    let mut out: Vec<(&Text, Value)> = Vec::with_capacity(value.entries().len());
    for (key, inner) in value.entries() {
        let element = Element::Field(key.clone());
        if gone.has_element(&element) {
            continue;
        }
        let below = gone.below(&element);
        out.push((
            key,
            match map.type_of(key) {
                Some(type_) if !below.is_empty() => remove(schema, type_, inner, &below),
                _ => inner.clone(),
            },
        ));
    }
    if out.is_empty() {
        return Value::Null;
    }
    let same = out.len() == value.entries().len()
        && out.iter().zip(value.entries()).all(|((_, a), (_, b))| a.same(b));
    if same { value.clone() } else { Value::map(out) }
}

fn lists(schema: &Schema, list: &List<'_>, value: &Value, gone: &Set) -> Value {
    if !list.associative {
        return Value::Null;
    }
    let mut out = Vec::with_capacity(value.items().len());
    for item in value.items() {
        let Ok(element) = list.element(schema, item) else { continue };
        if gone.has_element(&element) {
            continue;
        }
        let below = gone.below(&element);
        out.push(if below.is_empty() { item.clone() } else { remove(schema, list.item, item, &below) });
    }
    if out.is_empty() {
        return Value::Null;
    }
    let same = out.len() == value.items().len() && out.iter().zip(value.items()).all(|(a, b)| a.same(b));
    if same { value.clone() } else { Value::list(out) }
}
