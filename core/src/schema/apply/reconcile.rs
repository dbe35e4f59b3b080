//! A set of fields brought in line with the types: of what is one value only the value itself is owned.
//!
//! Models `structured-merge-diff/typed/reconcile_schema.go`.

use super::set::{Node, Set};
use super::types::Type;
use crate::schema::Schema;

/// `set` with what it has within one value raised to the value itself.
#[must_use]
pub fn reconcile(schema: &Schema, type_: Type<'_>, set: &Set) -> Set {
    walk(schema, type_, set, false).1
}

/// Whether the value is to be owned as a whole, and else what of its parts.
fn walk(schema: &Schema, type_: Type<'_>, set: &Set, is_leaf: bool) -> (bool, Set) {
    let atom = type_.atom(schema);
    if let Some(map) = &atom.map {
        if map.is_deduced() {
            return (false, set.clone());
        }
        if map.atomic {
            return (!is_leaf && !set.is_empty(), set.clone());
        }
        return (false, parts(set, |node| map_part(schema, map, node)));
    }
    match &atom.list {
        Some(_) if atom.scalar.is_some() => (false, set.clone()),
        Some(list) if !list.associative => (!is_leaf, set.clone()),
        Some(list) => (false, parts(set, |node| part(schema, list.item, node))),
        None => (false, set.clone()),
    }
}

fn map_part(schema: &Schema, map: &super::types::Map<'_>, node: &Node) -> Option<Node> {
    let name = match &node.element {
        super::Element::Field(name) => name.as_str(),
        _ => "",
    };
    part(schema, map.type_of(name)?, node)
}

/// The node as it should be; none if it is right.
fn part(schema: &Schema, type_: Type<'_>, node: &Node) -> Option<Node> {
    let is_leaf = node.member && node.children.is_empty();
    let (whole, children) = walk(schema, type_, &node.children, is_leaf);
    if whole {
        return Some(Node::leaf(node.element.clone()));
    }
    (children != node.children).then(|| Node { element: node.element.clone(), member: node.member, children })
}

fn parts(set: &Set, right: impl Fn(&Node) -> Option<Node>) -> Set {
    let changed: alloc::vec::Vec<Option<Node>> = set.nodes().iter().map(right).collect();
    if changed.iter().all(Option::is_none) {
        return set.clone();
    }
    let nodes = set.nodes().iter().zip(changed).map(|(old, new)| new.unwrap_or_else(|| old.clone()));
    Set::from_nodes(nodes.collect())
}
