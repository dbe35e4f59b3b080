//! The entries of a mapping while it is decoded: keys as Go tells them apart.
//!
//! Models Go's `map[interface{}]interface{}` and what `sigs.k8s.io/yaml` makes of its keys (`convertToJSONableObject`).

use super::number;
use crate::base::sort;
use crate::base::{Text, field};
use crate::manifest::node::{Key, Node};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// A key with its type: `1` and `"1"` are two keys, until JSON makes one of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TypedKey {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(FloatKey),
    Text(Text),
}

/// A float in the order of `fmt`: NaN before all numbers, and both zeros the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct FloatKey(pub(super) f64);

impl Ord for FloatKey {
    fn cmp(&self, other: &FloatKey) -> Ordering {
        let (a, b) = (self.0, other.0);
        a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
    }
}

impl PartialOrd for FloatKey {
    fn partial_cmp(&self, other: &FloatKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for FloatKey {
    fn eq(&self, other: &FloatKey) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for FloatKey {}

impl TypedKey {
    /// Whether the key is not even itself, and so never found.
    fn is_nan(&self) -> bool {
        matches!(self, TypedKey::Float(FloatKey(f)) if f.is_nan())
    }

    /// The key in JSON; those it cannot have are found later.
    pub(super) fn text(&self) -> Text {
        match self {
            TypedKey::Null => Text::default(),
            TypedKey::Bool(b) => b.to_string().into(),
            TypedKey::Int(i) => i.to_string().into(),
            TypedKey::Uint(u) => u.to_string().into(),
            TypedKey::Float(FloatKey(f)) => match number::general_32(*f).as_str() {
                "+Inf" => ".inf".into(),
                "-Inf" => "-.inf".into(),
                "NaN" => ".nan".into(),
                number => number.into(),
            },
            TypedKey::Text(text) => text.clone(),
        }
    }

    /// The key as Go's `%#v` prints it.
    pub(super) fn shown(&self) -> String {
        match self {
            TypedKey::Null => "<nil>".into(),
            TypedKey::Bool(b) => b.to_string(),
            TypedKey::Int(i) => i.to_string(),
            TypedKey::Uint(u) => format!("{u:#x}"),
            TypedKey::Float(FloatKey(f)) => number::general(*f),
            TypedKey::Text(text) => field::quoted(text),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Entries {
    list: Vec<(TypedKey, Key, Node)>,
    /// Where each key is, once there are many.
    index: BTreeMap<TypedKey, usize>,
}

impl Entries {
    /// Up to so many entries are searched in turn.
    const SEARCHED: usize = 16;

    /// Sets `key`. Answers it, as Go shows it, if it was there.
    pub(super) fn set(&mut self, typed: TypedKey, key: Key, value: Node) -> Option<String> {
        let found = if typed.is_nan() { None } else { self.find(&typed) };
        if let Some(entry) = found.and_then(|at| self.list.get_mut(at)) {
            let shown = typed.shown();
            *entry = (typed, key, value);
            return Some(shown);
        }
        if self.list.len() == Self::SEARCHED {
            self.index = self.list.iter().enumerate().map(|(at, (typed, ..))| (typed.clone(), at)).collect();
        }
        if self.list.len() >= Self::SEARCHED {
            self.index.insert(typed.clone(), self.list.len());
        }
        self.list.push((typed, key, value));
        None
    }

    fn find(&self, key: &TypedKey) -> Option<usize> {
        if self.list.len() <= Self::SEARCHED {
            return self.list.iter().position(|(typed, ..)| typed == key);
        }
        self.index.get(key).copied()
    }

    /// The entries in the order of their texts; of those that share one, the last.
    pub(super) fn into_json(self) -> Vec<(Key, Node)> {
        let mut out: Vec<(Key, Node)> = self.list.into_iter().map(|(_, key, value)| (key, value)).collect();
        // Equal keys stay in order; backwards, the last comes first and is the one that stays.
        out.reverse();
        sort::by(&mut out, |(a, _), (b, _)| a.text.cmp(&b.text));
        out.dedup_by(|(later, _), (kept, _)| later.text == kept.text);
        out
    }
}
