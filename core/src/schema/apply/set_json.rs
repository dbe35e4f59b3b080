//! Sets of fields as `FieldsV1`: `{"f:spec":{"f:ports":{".":{},"k:{\"port\":80}":{}}}}`.
//!
//! Models `structured-merge-diff/fieldpath/serialize.go` and `serialize-pe.go`.

use super::element::Element;
use super::set::{Node, Set};
use super::values;
use crate::base::sort;
use crate::base::{Text, Value};
use crate::manifest::json;
use crate::manifest::node::{self, NodeKind};
use crate::schema::float;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

impl Set {
    pub fn to_value(&self) -> Value {
        written(self, false)
    }

    /// The set that a `FieldsV1` describes; none if it is broken.
    pub fn from_value(value: &Value) -> Option<Set> {
        Some(read(value)?.children)
    }
}

fn written(set: &Set, with_self: bool) -> Value {
    let own = (with_self && !set.is_empty()).then(|| (Text::from("."), Value::empty_map()));
    let inner = |node: &Node| {
        let value =
            if node.children.is_empty() { Value::empty_map() } else { written(&node.children, node.member) };
        (Text::from(step(&node.element)), value)
    };
    Value::map(own.into_iter().chain(set.nodes().iter().map(inner)))
}

/// A path element as a key.
fn step(element: &Element) -> String {
    let mut out = String::new();
    match element {
        Element::Field(name) => {
            out.push_str("f:");
            out.push_str(name);
        }
        Element::Key(fields) => {
            out.push_str("k:{");
            for (i, (name, value)) in fields.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                write_text(&mut out, name, false);
                out.push(':');
                write(&mut out, value);
            }
            out.push('}');
        }
        Element::Value(value) => {
            out.push_str("v:");
            write(&mut out, value);
        }
        Element::Index(i) => out.push_str(&format!("i:{i}")),
    }
    out
}

/// A value as the JSON library of `structured-merge-diff` writes it.
fn write(out: &mut String, value: &Value) {
    match value {
        Value::Text(text) => write_text(out, text, true),
        Value::Int(_) | Value::Number(_) => out.push_str(&float::format(values::number(value))),
        Value::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                write(out, item);
            }
            out.push(']');
        }
        Value::Map(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            sort::by_key(&mut entries, |(k, _)| *k);
            out.push('{');
            for (i, (key, item)) in entries.into_iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                write_text(out, key, true);
                out.push(':');
                write(out, item);
            }
            out.push('}');
        }
        word => crate::base::json::write(out, word),
    }
}

/// A text in quotes; names of keys are not made safe for HTML.
fn write_text(out: &mut String, text: &str, html: bool) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' => escaped(out, c),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if html => escaped(out, c),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn escaped(out: &mut String, c: char) {
    // Writing to a String does not fail.
    let _ = write!(out, "\\u{:04x}", u32::from(c));
}

/// What is read below a key: what it has, and whether it is a member itself.
struct Read {
    children: Set,
    member: bool,
}

fn read(value: &Value) -> Option<Read> {
    let entries = match value {
        Value::Map(map) => map.entries(),
        Value::Null => &[],
        _ => return None,
    };
    let (mut nodes, mut member) = (Vec::new(), false);
    for (key, inner) in entries {
        if key == "." {
            member = true;
            continue;
        }
        let Some(element) = parsed(key)? else { continue };
        let below = read(inner)?;
        nodes.push(Node { element, member: below.member, children: below.children });
    }
    let children = Set::from_nodes(nodes);
    member |= children.is_empty();
    Some(Read { children, member })
}

/// The path element of a key: none at all if it is broken, nothing if a later version may know what it is.
///
/// Models `DeserializePathElement`.
#[expect(clippy::option_option, reason = "three outcomes, of which only one is looked into")]
fn parsed(key: &str) -> Option<Option<Element>> {
    let (kind, rest) = key.split_at_checked(2)?;
    Some(match kind {
        "f:" => Some(Element::Field(rest.into())),
        "v:" => Some(Element::Value(json::parse(rest).ok()?.to_value())),
        "k:" => {
            let NodeKind::Map(entries) = json::parse(rest).ok()?.kind else { return None };
            Some(Element::key(entries.into_iter().map(|(k, v)| (k.text, v.to_value())).collect()))
        }
        "i:" => match node::number(&rest.strip_prefix('+').unwrap_or(rest).into()) {
            Value::Int(i) => Some(Element::Index(i)),
            _ => return None,
        },
        other if other.ends_with(':') => None,
        _ => return None,
    })
}
