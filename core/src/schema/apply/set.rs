//! Sets of fields: a tree of path elements, sorted, shared where it does not change.
//!
//! Models `structured-merge-diff/fieldpath/set.go`.

use super::element::{Element, Path};
use super::types::Type;
use crate::base::sort;
use crate::schema::Schema;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// A set of fields. That a field is in it says nothing of those below.
#[derive(Clone, Debug, Default)]
pub struct Set(Option<Arc<Vec<Node>>>);

/// A path element, whether the set has it, and what it has below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) element: Element,
    pub(super) member: bool,
    pub(super) children: Set,
}

impl PartialEq for Set {
    fn eq(&self, other: &Set) -> bool {
        self.same(other) || self.nodes() == other.nodes()
    }
}

impl Eq for Set {}

impl Node {
    pub(super) fn leaf(element: Element) -> Node {
        Node { element, member: true, children: Set::default() }
    }

    fn is_empty(&self) -> bool {
        !self.member && self.children.is_empty()
    }
}

impl Set {
    pub(super) const EMPTY: Set = Set(None);

    /// The set with these nodes, which come in any order and may repeat.
    pub(super) fn from_nodes(mut nodes: Vec<Node>) -> Set {
        nodes.retain(|n| !n.is_empty());
        if nodes.is_empty() {
            return Set::default();
        }
        let in_order = nodes.iter().zip(nodes.iter().skip(1)).all(|(a, b)| a.element < b.element);
        if !in_order {
            sort::by(&mut nodes, |a, b| a.element.cmp(&b.element));
            nodes.dedup_by(|again, first| {
                let same = again.element == first.element;
                if same {
                    first.member |= again.member;
                    first.children = first.children.union(&again.children);
                }
                same
            });
        }
        Set(Some(Arc::new(nodes)))
    }

    /// The set of these paths.
    pub fn from_paths(paths: impl IntoIterator<Item = Path>) -> Set {
        let one = |mut path: Path| -> Set {
            let mut set =
                path.pop().map_or_else(Set::default, |last| Set::from_nodes([Node::leaf(last)].into()));
            while let Some(element) = path.pop() {
                set = Set::from_nodes([Node { element, member: false, children: set }].into());
            }
            set
        };
        Set::union_of(paths.into_iter().map(one).collect())
    }

    /// The set of the field of these names: `["metadata", "name"]`.
    pub fn of_fields(paths: &[&[&str]]) -> Set {
        Set::from_paths(paths.iter().map(|p| p.iter().map(|name| Element::Field((*name).into())).collect()))
    }

    pub(super) fn nodes(&self) -> &[Node] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn same(&self, other: &Set) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    fn node(&self, element: &Element) -> Option<&Node> {
        let nodes = self.nodes();
        nodes.get(nodes.binary_search_by(|n| n.element.cmp(element)).ok()?)
    }

    /// Whether the field itself is in the set.
    pub fn has(&self, path: &[Element]) -> bool {
        match path {
            [] => false,
            [last] => self.has_element(last),
            [first, rest @ ..] => self.node(first).is_some_and(|n| n.children.has(rest)),
        }
    }

    pub(super) fn has_element(&self, element: &Element) -> bool {
        self.node(element).is_some_and(|n| n.member)
    }

    /// What the set has below `element`.
    pub(super) fn below(&self, element: &Element) -> Set {
        self.node(element).map_or_else(Set::default, |n| n.children.clone())
    }

    /// The fields in either.
    #[must_use]
    pub fn union(&self, other: &Set) -> Set {
        if other.is_empty() || self.same(other) {
            return self.clone();
        }
        if self.is_empty() {
            return other.clone();
        }
        let mut out = Vec::with_capacity(self.nodes().len());
        let mut grown = false;
        for pair in Zip::of(self, other) {
            out.push(match pair {
                (Some(a), None) => a.clone(),
                (Some(a), Some(b)) => {
                    let children = a.children.union(&b.children);
                    grown |= b.member && !a.member || !children.same(&a.children);
                    Node { element: a.element.clone(), member: a.member || b.member, children }
                }
                (None, Some(b)) => {
                    grown = true;
                    b.clone()
                }
                (None, None) => continue,
            });
        }
        if grown { Set(Some(Arc::new(out))) } else { self.clone() }
    }

    /// The fields in both.
    #[must_use]
    pub fn intersection(&self, other: &Set) -> Set {
        if self.same(other) {
            return self.clone();
        }
        self.kept(other, |a, b| {
            let b = b?;
            Some((a.member && b.member, a.children.intersection(&b.children)))
        })
    }

    /// The fields that are not in `other`, whatever that has above or below them.
    #[must_use]
    pub fn difference(&self, other: &Set) -> Set {
        self.kept(other, |a, b| {
            Some(match b {
                None => (a.member, a.children.clone()),
                Some(b) => (a.member && !b.member, a.children.difference(&b.children)),
            })
        })
    }

    /// The fields that are not in `other` nor below one of its fields.
    #[must_use]
    pub fn recursive_difference(&self, other: &Set) -> Set {
        self.kept(other, |a, b| match b {
            None => Some((a.member, a.children.clone())),
            Some(b) if b.member => None,
            Some(b) => Some((a.member, a.children.recursive_difference(&b.children))),
        })
    }

    /// What `keep` leaves of each node, which may only be less.
    fn kept(&self, other: &Set, keep: impl Fn(&Node, Option<&Node>) -> Option<(bool, Set)>) -> Set {
        let mut out = Vec::new();
        let mut same = true;
        let mut visit = |a: &Node, b: Option<&Node>| {
            let (member, children) = keep(a, b).unwrap_or_default();
            same &= member == a.member && children.same(&a.children);
            if member || !children.is_empty() {
                out.push(Node { element: a.element.clone(), member, children });
            }
        };
        // A few are looked up among many, others are walked through side by side.
        if self.nodes().len().saturating_mul(8) < other.nodes().len() {
            self.nodes().iter().for_each(|a| visit(a, other.node(&a.element)));
        } else {
            Zip::of(self, other).for_each(|(a, b)| a.into_iter().for_each(|a| visit(a, b)));
        }
        if same { self.clone() } else { Set::from_nodes(out) }
    }

    /// The fields in any of `sets`.
    pub fn union_of(mut sets: Vec<Set>) -> Set {
        while sets.len() > 1 {
            sets = sets
                .chunks(2)
                .map(|pair| pair.iter().fold(Set::default(), |all, set| all.union(set)))
                .collect();
        }
        sets.pop().unwrap_or_default()
    }

    /// The set with the fields of structs that it has something below.
    ///
    /// Models `EnsureNamedFieldsAreMembers`.
    #[must_use]
    pub(super) fn with_named_fields(&self, schema: &Schema, type_: Option<Type<'_>>) -> Set {
        let atom = type_.map(|t| t.atom(schema)).unwrap_or_default();
        let mut out = Vec::with_capacity(self.nodes().len());
        let mut same = true;
        for node in self.nodes() {
            let below = match (&node.element, &atom.map, &atom.list) {
                (Element::Field(name), Some(map), _) => map.type_of(name),
                (Element::Key(_), _, Some(list)) => Some(list.item),
                _ => None,
            };
            let children = node.children.with_named_fields(schema, below);
            let named = match (&node.element, &atom.map) {
                (Element::Field(name), Some(map)) => !node.children.is_empty() && map.field(name).is_some(),
                _ => false,
            };
            same &= (node.member || !named) && children.same(&node.children);
            out.push(Node { element: node.element.clone(), member: node.member || named, children });
        }
        if same { self.clone() } else { Set(Some(Arc::new(out))) }
    }

    /// All fields, those of a level before those below it.
    pub fn paths(&self) -> Vec<Path> {
        let mut out = Vec::new();
        self.collect_paths(&mut Vec::new(), &mut out);
        out
    }

    fn collect_paths(&self, prefix: &mut Path, out: &mut Vec<Path>) {
        for node in self.nodes().iter().filter(|n| n.member) {
            let mut path = prefix.clone();
            path.push(node.element.clone());
            out.push(path);
        }
        for node in self.nodes() {
            prefix.push(node.element.clone());
            node.children.collect_paths(prefix, out);
            prefix.pop();
        }
    }
}

/// The nodes of two sets side by side.
struct Zip<'a> {
    a: &'a [Node],
    b: &'a [Node],
}

impl<'a> Zip<'a> {
    fn of(a: &'a Set, b: &'a Set) -> Zip<'a> {
        Zip { a: a.nodes(), b: b.nodes() }
    }
}

impl<'a> Iterator for Zip<'a> {
    type Item = (Option<&'a Node>, Option<&'a Node>);

    fn next(&mut self) -> Option<Self::Item> {
        let order = match (self.a.first(), self.b.first()) {
            (None, None) => return None,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.element.cmp(&b.element),
        };
        let take = |list: &mut &'a [Node], yes: bool| {
            let (first, rest) = list.split_first().filter(|_| yes)?;
            *list = rest;
            Some(first)
        };
        Some((take(&mut self.a, order.is_le()), take(&mut self.b, order.is_ge())))
    }
}
