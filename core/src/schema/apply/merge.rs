//! Two objects become one: what the second says counts, what it does not mention stays.
//!
//! Models `structured-merge-diff/typed/merge.go`.

use super::element::Element;
use super::types::{Atom, List, Map, Type};
use crate::base::Value;
use crate::schema::Schema;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

/// `object` with what `config` says. Both are valid, up to items that are there twice in `object`.
pub fn merge(schema: &Schema, type_: Type<'_>, object: &Value, config: &Value) -> Value {
    let (of_object, of_config) = (type_.atom_of(schema, Some(object)), type_.atom_of(schema, Some(config)));
    if of_object != of_config {
        // A value that changes its form is replaced.
        return config.clone();
    }
    form(schema, &of_config, object, config)
}

fn form(schema: &Schema, atom: &Atom<'_>, object: &Value, config: &Value) -> Value {
    match (atom, object, config) {
        (Atom { map: Some(map), .. }, Value::Map(_), Value::Map(_)) if !map.atomic => {
            maps(schema, map, object, config)
        }
        // Null is an empty map, and so is what it is merged with or into, unless both are empty.
        (Atom { map: Some(map), .. }, Value::Map(entries), Value::Null)
            if !map.atomic && !entries.is_empty() =>
        {
            object.clone()
        }
        (Atom { map: None, list: Some(list), .. }, Value::List(_), Value::List(_)) if list.associative => {
            lists(schema, list, object, config)
        }
        (Atom { map: None, list: Some(list), .. }, Value::List(items), Value::Null)
            if list.associative && !items.is_empty() =>
        {
            object.clone()
        }
        _ => config.clone(),
    }
}

fn maps(schema: &Schema, map: &Map<'_>, object: &Value, config: &Value) -> Value {
    if object.is_empty() || config.is_empty() {
        return if config.is_empty() && !object.is_empty() { object.clone() } else { config.clone() };
    }
    let mut out = object.clone();
    for (key, new) in config.entries() {
        let merged = match (object.find(key), map.type_of(key)) {
            (Some(old), Some(type_)) => merge(schema, type_, old, new),
            _ => new.clone(),
        };
        if object.find(key).is_none_or(|old| !old.same(&merged)) {
            out.set(key, merged);
        }
    }
    out
}

/// The items of `config` in its order, woven into those of `object` that it does not mention.
fn lists(schema: &Schema, list: &List<'_>, object: &Value, config: &Value) -> Value {
    let (left, right) = (indexed(schema, list, object.items()), indexed(schema, list, config.items()));
    if left.is_empty() && right.is_empty() {
        return config.clone();
    }
    let in_object = Observed::of(&left);
    let in_config = Observed::of(&right);
    let merged = |element: &Element| -> Option<Value> {
        let (old, new) = (in_object.get(element), in_config.get(element));
        match (old, new) {
            (Some(old), Some(new)) => Some(merge(schema, list.item, old, new)),
            // An item that was there twice is not merged with.
            (old, new) => new.or(old).cloned(),
        }
    };
    let mut shared = right.iter().map(|(e, _)| e).filter(|e| in_object.has(e));
    let mut next_shared = shared.next();
    let mut taken: BTreeSet<&Element> = BTreeSet::new();
    let mut out = Vec::with_capacity(left.len().max(right.len()));
    let (mut l, mut r) = (0, 0);
    loop {
        let (old, new) = (left.get(l), right.get(r));
        if let (Some((old, _)), Some((new, _))) = (old, new) {
            if old == new {
                taken.insert(new);
                out.extend(merged(new));
                l += 1;
                r += 1;
                next_shared = shared.next();
                continue;
            }
            // An item of both, but not the one whose turn it is.
            if in_config.has(old) && next_shared.is_some_and(|next| next != old) {
                l += 1;
                continue;
            }
        }
        if let Some((element, item)) = old {
            if !in_config.has(element) {
                out.push((*item).clone());
                l += 1;
                continue;
            }
            if taken.contains(element) {
                l += 1;
            }
        }
        match new {
            Some((element, _)) => {
                taken.insert(element);
                out.extend(merged(element));
                r += 1;
                if next_shared == Some(element) {
                    next_shared = shared.next();
                }
            }
            None if left.get(l).is_none() => break,
            None => {}
        }
    }
    if out.iter().zip(object.items()).all(|(a, b)| a.same(b)) && out.len() == object.items().len() {
        return object.clone();
    }
    Value::list(out)
}

/// The items with what they are known by.
fn indexed<'v>(schema: &Schema, list: &List<'_>, items: &'v [Value]) -> Vec<(Element, &'v Value)> {
    items.iter().filter_map(|item| Some((list.element(schema, item).ok()?, item))).collect()
}

/// What a list has by which name; of an item that is there twice only the name.
struct Observed<'a>(BTreeMap<&'a Element, Option<&'a Value>>);

impl<'a> Observed<'a> {
    fn of(items: &'a [(Element, &'a Value)]) -> Observed<'a> {
        let mut out: BTreeMap<&Element, Option<&Value>> = BTreeMap::new();
        for (element, item) in items {
            out.entry(element).and_modify(|twice| *twice = None).or_insert(Some(item));
        }
        Observed(out)
    }

    fn has(&self, element: &Element) -> bool {
        self.0.contains_key(element)
    }

    fn get(&self, element: &Element) -> Option<&'a Value> {
        self.0.get(element).copied().flatten()
    }
}
