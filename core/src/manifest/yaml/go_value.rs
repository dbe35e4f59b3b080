//! A part of a document as Go prints it with `%#v`: how its libraries show a key that cannot be one.
//!
//! Models `fmt` (`%#v` of an `interface{}`, maps in the order of `internal/fmtsort`). Only the texts of rare errors need
//! it, so it is built anew from the tree for them.

use super::base64;
use super::entries::{FloatKey, TypedKey};
use super::number;
use super::resolve::{Meaning, resolve};
use super::tag::Tag;
use super::tree::{Tree, TreeKind};
use crate::base::field;
use crate::base::sort;
use crate::manifest::node::Span;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

enum GoValue {
    Nil,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(String),
    List(Vec<GoValue>),
    Map(Vec<Entry>),
}

struct Entry {
    key: TypedKey,
    span: Span,
    value: GoValue,
}

/// The node `at`, which decodes.
pub(super) fn shown(tree: &Tree<'_>, at: usize) -> String {
    let mut out = String::new();
    value(tree, at).show(&mut out, true);
    out
}

/// The first key that JSON cannot have, and what `sigs.k8s.io/yaml` says of it.
pub(super) fn unsupported_key(tree: &Tree<'_>) -> Option<(usize, String)> {
    value(tree, Tree::ROOT).unsupported_key()
}

fn value(tree: &Tree<'_>, at: usize) -> GoValue {
    match tree.get(at).map(|node| &node.kind) {
        None => GoValue::Nil,
        Some(TreeKind::Alias { target, .. }) => value(tree, *target),
        Some(TreeKind::Scalar { value, tag, implicit }) => scalar(value, *tag, *implicit),
        Some(TreeKind::Sequence) => {
            GoValue::List(tree.children(at).map(|child| value(tree, child)).collect())
        }
        Some(TreeKind::Mapping) => {
            let mut entries = Vec::new();
            mapping(tree, at, &mut entries);
            GoValue::Map(entries)
        }
    }
}

fn scalar(value: &str, tag: Tag, implicit: bool) -> GoValue {
    let meaning = match tag == Tag::None && !implicit {
        true => Meaning::Text,
        false => resolve(tag, value).unwrap_or(Meaning::Text),
    };
    match meaning {
        Meaning::Null => GoValue::Nil,
        Meaning::Bool(b) => GoValue::Bool(b),
        Meaning::Int(i) => GoValue::Int(i),
        Meaning::Uint(u) => GoValue::Uint(u),
        Meaning::Float(f) => GoValue::Float(f),
        Meaning::Text if tag == Tag::Binary => {
            GoValue::Text(base64::decode(value).map(|bytes| base64::lossy(&bytes)).unwrap_or_default())
        }
        Meaning::Text => GoValue::Text(value.into()),
    }
}

fn mapping(tree: &Tree<'_>, at: usize, entries: &mut Vec<Entry>) {
    let mut children = tree.children(at);
    while let (Some(key), Some(value_at)) = (children.next(), children.next()) {
        if is_merge(tree, key) {
            merge(tree, value_at, entries);
            continue;
        }
        let span = tree.get(key).map(|node| node.span).unwrap_or_default();
        let entry = Entry { key: typed(value(tree, key)), span, value: value(tree, value_at) };
        match entries.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => *known = entry,
            None => entries.push(entry),
        }
    }
}

fn is_merge(tree: &Tree<'_>, key: usize) -> bool {
    matches!(
        tree.get(key).map(|node| &node.kind),
        Some(TreeKind::Scalar { value, tag, implicit }) if value == "<<" && (*implicit || *tag == Tag::Merge)
    )
}

fn merge(tree: &Tree<'_>, at: usize, entries: &mut Vec<Entry>) {
    match tree.get(at).map(|node| &node.kind) {
        Some(TreeKind::Alias { target, .. }) => mapping(tree, *target, entries),
        Some(TreeKind::Mapping) => mapping(tree, at, entries),
        Some(TreeKind::Sequence) => {
            let parts: Vec<usize> = tree.children(at).collect();
            parts.into_iter().rev().for_each(|part| merge(tree, part, entries));
        }
        _ => {}
    }
}

fn typed(key: GoValue) -> TypedKey {
    match key {
        GoValue::Bool(b) => TypedKey::Bool(b),
        GoValue::Int(i) => TypedKey::Int(i),
        GoValue::Uint(u) => TypedKey::Uint(u),
        GoValue::Float(f) => TypedKey::Float(FloatKey(f)),
        GoValue::Text(text) => TypedKey::Text(text.into()),
        GoValue::Nil | GoValue::List(_) | GoValue::Map(_) => TypedKey::Null,
    }
}

impl GoValue {
    fn show(&self, out: &mut String, outermost: bool) {
        match self {
            GoValue::Nil if outermost => out.push_str("<nil>"),
            GoValue::Nil => out.push_str("interface {}(nil)"),
            GoValue::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
            GoValue::Int(i) => out.push_str(&i.to_string()),
            GoValue::Uint(u) => out.push_str(&format!("{u:#x}")),
            GoValue::Float(f) => out.push_str(&number::general(*f)),
            GoValue::Text(text) => field::quote(out, text),
            GoValue::List(items) => {
                out.push_str("[]interface {}{");
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    item.show(out, false);
                }
                out.push('}');
            }
            GoValue::Map(entries) => {
                out.push_str("map[interface {}]interface {}{");
                let mut sorted: Vec<&Entry> = entries.iter().collect();
                sort::by(&mut sorted, |a, b| rank(&a.key).cmp(&rank(&b.key)));
                for (i, entry) in sorted.into_iter().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    shown_key(out, &entry.key);
                    out.push(':');
                    entry.value.show(out, false);
                }
                out.push('}');
            }
        }
    }

    fn unsupported_key(&self) -> Option<(usize, String)> {
        match self {
            GoValue::List(items) => items.iter().find_map(GoValue::unsupported_key),
            GoValue::Map(entries) => entries.iter().find_map(|entry| {
                let kind = match entry.key {
                    TypedKey::Null => "%!s(<nil>)",
                    TypedKey::Uint(_) => "uint64",
                    _ => return entry.value.unsupported_key(),
                };
                let key = entry.key.shown();
                let mut message = format!("unsupported map key of type: {kind}, key: {key}, value: ");
                entry.value.show(&mut message, true);
                Some((entry.span.start, message))
            }),
            _ => None,
        }
    }
}

fn shown_key(out: &mut String, key: &TypedKey) {
    match key {
        TypedKey::Null => out.push_str("interface {}(nil)"),
        key => out.push_str(&key.shown()),
    }
}

/// Keys of one type stand together, in the order in which the types lie in Kubernetes' binary; then by value.
fn rank(key: &TypedKey) -> (u8, &TypedKey) {
    let kind = match key {
        TypedKey::Null => 0,
        TypedKey::Text(_) => 1,
        TypedKey::Uint(_) => 2,
        TypedKey::Int(_) => 3,
        TypedKey::Float(_) => 4,
        TypedKey::Bool(_) => 5,
    };
    (kind, key)
}
