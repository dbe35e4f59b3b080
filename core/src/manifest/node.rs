//! A document as it was written: every key and value with its place, keys written twice still there twice, numbers
//! still in the digits that were typed. What decoding needs to name the place and the text of a mistake.

use crate::base::{Map, Text, Value};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A value and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    pub span: Span,
    pub kind: NodeKind,
}

/// From the first byte to behind the last, within the text that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NodeKind {
    #[default]
    Null,
    Bool(bool),
    /// A number as JSON writes it.
    Number(Text),
    Text(Text),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub span: Span,
    pub text: Text,
}

impl Node {
    /// The member `key`; the last one, as decoders take it, where it was written twice.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            NodeKind::Map(entries) => entries.iter().rev().find(|(k, _)| k.text == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The text of the member `key`; empty if there is none.
    pub fn text_of(&self, key: &str) -> &str {
        match self.get(key).map(|n| &n.kind) {
            Some(NodeKind::Text(t)) => t,
            _ => "",
        }
    }

    /// The value without its places; of keys written twice the last counts.
    ///
    /// Models what `json.Unmarshal` makes of it in an `interface{}`, numbers included that no `int64` holds.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Null => Value::Null,
            NodeKind::Bool(b) => Value::Bool(*b),
            NodeKind::Number(n) => number(n),
            NodeKind::Text(t) => Value::Text(t.clone()),
            NodeKind::List(items) => Value::list(items.iter().map(Node::to_value)),
            NodeKind::Map(entries) => Value::Map(Arc::new(
                entries.iter().map(|(k, v)| (k.text.clone(), v.to_value())).collect::<Map>(),
            )),
        }
    }

    /// A document as if `value` had been written, without places.
    pub fn from_value(value: &Value) -> Node {
        let kind = match value {
            Value::Null => NodeKind::Null,
            Value::Bool(b) => NodeKind::Bool(*b),
            Value::Int(i) => NodeKind::Number(alloc::format!("{i}").into()),
            Value::Number(n) => NodeKind::Number(n.clone()),
            Value::Text(t) => NodeKind::Text(t.clone()),
            Value::List(items) => NodeKind::List(items.iter().map(Node::from_value).collect()),
            Value::Map(map) => NodeKind::Map(
                map.iter()
                    .map(|(k, v)| (Key { span: Span::default(), text: k.clone() }, Node::from_value(v)))
                    .collect(),
            ),
        };
        Node { span: Span::default(), kind }
    }
}

/// A number as a value: an integer where 64 bits hold it, else the text.
pub fn number(text: &Text) -> Value {
    match text.parse::<i64>() {
        // "-0" is a float to Go, and so stays what it is.
        Ok(i) if text.as_str() != "-0" => Value::Int(i),
        _ => Value::Number(text.clone()),
    }
}
