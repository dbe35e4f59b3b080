//! Merge patch: maps are merged, null deletes, everything else replaces.
//!
//! Models `MergePatch` of `gopkg.in/evanphx/json-patch.v4` (RFC 7386).

use crate::base::{Map, Text, Value};
use crate::manifest::node::{Key, Node, NodeKind, Span};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// A patch that is neither a map nor a list; the text is the API server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPatch;

impl NoPatch {
    pub const TEXT: &str = "Invalid JSON Patch";
}

/// What `patch` makes of `object`: a document that is yet to be decoded as what it is.
pub fn apply(object: &Value, patch: &Node) -> Result<Node, NoPatch> {
    match (&patch.kind, object) {
        (NodeKind::Map(entries), Value::Map(map)) => Ok(merge(map, entries)),
        (NodeKind::Map(_) | NodeKind::List(_), _) => Ok(without_nulls(patch)),
        _ => Err(NoPatch),
    }
}

/// Maps that were merged have their keys in order, the others are as they were.
fn merge(map: &Map, patch: &[(Key, Node)]) -> Node {
    let mut out: BTreeMap<Text, Node> = BTreeMap::new();
    let patched = last_of_each(patch);
    for (key, value) in map.iter() {
        if !patched.contains_key(key) {
            out.insert(key.clone(), Node::from_value(value));
        }
    }
    for (key, node) in patched {
        let merged = match (&node.kind, map.get(key)) {
            (NodeKind::Null, _) => continue,
            (NodeKind::Map(entries), Some(Value::Map(map))) => merge(map, entries),
            (_, Some(Value::Map(_))) => node.clone(),
            _ => without_nulls(node),
        };
        out.insert(key.clone(), merged);
    }
    sorted(out)
}

/// The value without nulls in its maps; those in its lists stay.
fn without_nulls(node: &Node) -> Node {
    match &node.kind {
        NodeKind::Map(entries) => {
            let kept = last_of_each(entries).into_iter().filter(|(_, v)| v.kind != NodeKind::Null);
            sorted(kept.map(|(k, v)| (k.clone(), without_nulls(v))).collect())
        }
        NodeKind::List(items) => of(NodeKind::List(items.iter().map(without_nulls).collect::<Vec<_>>())),
        _ => node.clone(),
    }
}

/// Of a key that was written twice the last value counts.
fn last_of_each(entries: &[(Key, Node)]) -> BTreeMap<&Text, &Node> {
    entries.iter().map(|(k, v)| (&k.text, v)).collect()
}

fn sorted(entries: BTreeMap<Text, Node>) -> Node {
    let key = |text| Key { span: Span::default(), text };
    of(NodeKind::Map(entries.into_iter().map(|(k, v)| (key(k), v)).collect()))
}

fn of(kind: NodeKind) -> Node {
    Node { span: Span::default(), kind }
}
