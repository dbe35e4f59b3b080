//! All fields that an object mentions.
//!
//! Models `structured-merge-diff/typed/tofieldset.go`.

use super::element::Element;
use super::set::{Node, Set};
use super::types::{List, Map, Type};
use crate::base::{self, Value};
use crate::schema::Schema;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// The set of the leaves and items of `value`, which is valid.
pub fn field_set(schema: &Schema, type_: Type<'_>, value: &Value) -> Set {
    walk(schema, type_, value).children
}

/// What a value adds to the set: itself, if it is one, and what is below it.
struct Fields {
    own: bool,
    children: Set,
}

const ONE_VALUE: Fields = Fields { own: true, children: Set::EMPTY };
const NOTHING: Fields = Fields { own: false, children: Set::EMPTY };

fn walk(schema: &Schema, type_: Type<'_>, value: &Value) -> Fields {
    let atom = type_.atom_of(schema, Some(value));
    match (&atom.map, atom.scalar, &atom.list) {
        (Some(map), ..) if map.atomic => ONE_VALUE,
        (Some(map), ..) => map_fields(schema, map, value),
        (None, Some(_), _) => ONE_VALUE,
        (None, None, Some(list)) if !list.associative => ONE_VALUE,
        (None, None, Some(list)) => list_fields(schema, list, value.items()),
        (None, None, None) => NOTHING,
    }
}

fn map_fields(schema: &Schema, map: &Map<'_>, value: &Value) -> Fields {
    let mut nodes = Vec::with_capacity(value.entries().len());
    for (key, inner) in value.entries() {
        let Some(type_) = map.type_of(key) else { continue };
        let below = walk(schema, type_, inner);
        let empty = matches!(inner, Value::Null) || inner.as_map().is_some_and(base::Map::is_empty);
        let member = below.own || empty || map.field(key).is_none();
        nodes.push(Node { element: Element::Field(key.clone()), member, children: below.children });
    }
    Fields { own: false, children: Set::from_nodes(nodes) }
}

/// An item that is there twice is one field, and nothing in it is.
fn list_fields(schema: &Schema, list: &List<'_>, items: &[Value]) -> Fields {
    let elements: Vec<Option<Element>> = items.iter().map(|item| list.element(schema, item).ok()).collect();
    let mut counts: BTreeMap<&Element, usize> = BTreeMap::new();
    for element in elements.iter().flatten() {
        *counts.entry(element).or_default() += 1;
    }
    let mut nodes = Vec::with_capacity(items.len());
    for (element, item) in elements.iter().zip(items) {
        let Some(element) = element else { continue };
        let once = counts.get(element) == Some(&1);
        let children = if once { walk(schema, list.item, item).children } else { Set::default() };
        nodes.push(Node { element: element.clone(), member: true, children });
    }
    Fields { own: false, children: Set::from_nodes(nodes) }
}
