//! What differs between two objects, field by field.
//!
//! Models `structured-merge-diff/typed/compare.go`.

use super::element::Element;
use super::set::{Node, Set};
use super::types::{Atom, List, Map, Type};
use super::validate::scalar_error;
use super::values;
use crate::base::Value;
use crate::schema::Schema;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// The fields that differ; none is in two of the sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    pub removed: Set,
    pub modified: Set,
    pub added: Set,
}

/// What became of `old` in `new`. Both are valid, up to items that are there twice.
pub fn compare(schema: &Schema, type_: Type<'_>, old: &Value, new: &Value) -> Comparison {
    let mut level = Level::default();
    let _ = walk(schema, type_, Some(old), Some(new), &mut level);
    level.into_comparison()
}

/// How the value at the place itself differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    /// It does not, or is made of parts that do.
    No,
    Removed,
    Modified,
    Added,
}

/// What differs among the parts of one value.
#[derive(Default)]
struct Level {
    removed: Vec<Node>,
    modified: Vec<Node>,
    added: Vec<Node>,
}

impl Level {
    fn into_comparison(self) -> Comparison {
        Comparison {
            removed: Set::from_nodes(self.removed),
            modified: Set::from_nodes(self.modified),
            added: Set::from_nodes(self.added),
        }
    }

    /// Notes how the part at `element` differs, and what differs in it.
    fn add(&mut self, element: &Element, own: Own, below: Level) {
        let Comparison { removed, modified, added } = below.into_comparison();
        for (list, children, member) in [
            (&mut self.removed, removed, own == Own::Removed),
            (&mut self.modified, modified, own == Own::Modified),
            (&mut self.added, added, own == Own::Added),
        ] {
            if member || !children.is_empty() {
                list.push(Node { element: element.clone(), member, children });
            }
        }
    }

    /// Compares the values at `element` and notes what differs.
    fn visit(
        &mut self,
        schema: &Schema,
        type_: Type<'_>,
        element: &Element,
        old: Option<&Value>,
        new: Option<&Value>,
    ) {
        if let (Some(old), Some(new)) = (old, new)
            && old.same(new)
        {
            return;
        }
        let mut below = Level::default();
        let own = walk(schema, type_, old, new, &mut below);
        self.add(element, own, below);
    }
}

fn walk(
    schema: &Schema,
    type_: Type<'_>,
    old: Option<&Value>,
    new: Option<&Value>,
    level: &mut Level,
) -> Own {
    let (of_old, of_new) = (type_.atom_of(schema, old), type_.atom_of(schema, new));
    let leaf = if new.is_none() {
        form(schema, &of_old, old, new, level)
    } else if old.is_none() || of_old == of_new {
        form(schema, &of_new, old, new, level)
    } else {
        // A value that changes its form is looked at as both.
        let first = form(schema, &of_old, old, new, level);
        let second = form(schema, &of_new, old, new, level);
        first.filter(|own| *own != Own::No).or(second)
    };
    match (leaf, old, new) {
        (Some(own), ..) => own,
        (None, None, _) => Own::Added,
        (None, _, None) => Own::Removed,
        (None, ..) => Own::No,
    }
}

/// Compares values as one of their forms. None if they are no leaf.
fn form(
    schema: &Schema,
    atom: &Atom<'_>,
    old: Option<&Value>,
    new: Option<&Value>,
    level: &mut Level,
) -> Option<Own> {
    if let Some(map) = &atom.map {
        let is_empty = |v: Option<&Value>| v.is_none_or(|v| v.entries().is_empty());
        if map.atomic || is_empty(old) && is_empty(new) {
            return Some(leaf(old, new));
        }
        maps(schema, map, old, new, level);
        return None;
    }
    if let Some(scalar) = atom.scalar {
        let wrong = |v| scalar_error(scalar, v).is_some();
        return (!(wrong(old) && wrong(new))).then(|| leaf(old, new));
    }
    let list = atom.list.as_ref()?;
    let is_empty = |v: Option<&Value>| v.is_none_or(|v| v.items().is_empty());
    if !list.associative || is_empty(old) && is_empty(new) {
        return Some(leaf(old, new));
    }
    let (old, new) = (old.map(Value::items), new.map(Value::items));
    lists(schema, list, old.unwrap_or_default(), new.unwrap_or_default(), level);
    None
}

fn leaf(old: Option<&Value>, new: Option<&Value>) -> Own {
    match (old, new) {
        (None, _) => Own::Added,
        (_, None) => Own::Removed,
        (Some(old), Some(new)) if values::equal(old, new) => Own::No,
        _ => Own::Modified,
    }
}

fn maps(schema: &Schema, map: &Map<'_>, old: Option<&Value>, new: Option<&Value>, level: &mut Level) {
    for (key, value) in old.map(Value::entries).unwrap_or_default() {
        if let Some(type_) = map.type_of(key) {
            let new = new.and_then(|v| v.find(key));
            level.visit(schema, type_, &Element::Field(key.clone()), Some(value), new);
        }
    }
    for (key, value) in new.map(Value::entries).unwrap_or_default() {
        if let Some(type_) = map.type_of(key).filter(|_| old.is_none_or(|v| v.find(key).is_none())) {
            level.visit(schema, type_, &Element::Field(key.clone()), None, Some(value));
        }
    }
}

/// Items are compared by what they are known by. One that is there twice is compared as a whole.
fn lists(schema: &Schema, list: &List<'_>, old: &[Value], new: &[Value], level: &mut Level) {
    let mut all: BTreeMap<Element, (Vec<&Value>, Vec<&Value>)> = BTreeMap::new();
    for item in old {
        if let Ok(element) = list.element(schema, item) {
            all.entry(element).or_default().0.push(item);
        }
    }
    for item in new {
        if let Ok(element) = list.element(schema, item) {
            all.entry(element).or_default().1.push(item);
        }
    }
    for (element, (old, new)) in all {
        match (old.as_slice(), new.as_slice()) {
            ([] | [_], [] | [_]) => {
                level.visit(schema, list.item, &element, old.first().copied(), new.first().copied());
            }
            ([_, _, ..], [_, _, ..]) => {
                let same = old.len() == new.len() && old.iter().zip(&new).all(|(a, b)| values::equal(a, b));
                level.add(&element, if same { Own::No } else { Own::Modified }, Level::default());
            }
            ([_, _, ..], one) => {
                if let Some(item) = one.first() {
                    level.visit(schema, list.item, &element, None, Some(item));
                }
                level.add(&element, Own::Removed, Level::default());
            }
            (one, _) => {
                if let Some(item) = one.first() {
                    level.visit(schema, list.item, &element, Some(item), None);
                }
                level.add(&element, Own::Added, Level::default());
            }
        }
    }
}
