//! The steps of a path to a field, as managed fields name them: `f:spec`, `k:{"port":80}`, `v:"a"`, `i:0`.
//!
//! Models `structured-merge-diff/fieldpath/element.go`.

use super::values;
use crate::base::sort;
use crate::base::{Text, Value};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;

/// One step down.
#[derive(Clone, Debug)]
pub enum Element {
    /// The field of a struct or the entry of a map.
    Field(Text),
    /// The item of a list with these values of its keys, in the order of their names.
    Key(Arc<[(Text, Value)]>),
    /// The item of a set.
    Value(Value),
    Index(i64),
}

/// A way down from the object.
pub type Path = Vec<Element>;

impl Element {
    pub fn key(mut fields: Vec<(Text, Value)>) -> Element {
        sort::by(&mut fields, |(a, _), (b, _)| a.cmp(b));
        Element::Key(fields.into())
    }

    fn rank(&self) -> u8 {
        match self {
            Element::Field(_) => 0,
            Element::Key(_) => 1,
            Element::Value(_) => 2,
            Element::Index(_) => 3,
        }
    }
}

impl Ord for Element {
    fn cmp(&self, other: &Element) -> Ordering {
        match (self, other) {
            (Element::Field(a), Element::Field(b)) => a.cmp(b),
            (Element::Key(a), Element::Key(b)) => {
                let field = |((a, v), (b, w)): (&(Text, Value), &(Text, Value))| {
                    a.cmp(b).then_with(|| values::order(v, w))
                };
                let first = a.iter().zip(b.iter()).map(field).find(|o| o.is_ne());
                first.unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            (Element::Value(a), Element::Value(b)) => values::order(a, b),
            (Element::Index(a), Element::Index(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }
}

impl PartialOrd for Element {
    fn partial_cmp(&self, other: &Element) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Element {
    fn eq(&self, other: &Element) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Element {}

/// As error messages show it: `.spec`, `[port=80,protocol="TCP"]`, `[="a"]`, `[0]`.
impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Element::Field(name) => write!(f, ".{name}"),
            Element::Key(fields) => {
                let texts: Vec<String> =
                    fields.iter().map(|(k, v)| format!("{k}={}", values::shown(v))).collect();
                write!(f, "[{}]", texts.join(","))
            }
            Element::Value(value) => write!(f, "[={}]", values::shown(value)),
            Element::Index(i) => write!(f, "[{i}]"),
        }
    }
}

/// A whole path as error messages show it.
pub fn shown(path: &[Element]) -> String {
    path.iter().map(|e| format!("{e}")).collect()
}
