//! The entries of a mapping while it is decoded: keys as Go tells them apart.
//!
//! Models Go's `map[interface{}]interface{}` and what `sigs.k8s.io/yaml` makes of its keys (`convertToJSONableObject`).

use super::number;
use crate::base::{Text, field};
use crate::manifest::node::{Key, Node};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

/// A key with its type: `1` and `"1"` are two keys, until JSON makes one of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TypedKey {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    /// By its bits; NaN, which is not even itself, is never found.
    Float(u64),
    Text(Text),
}

impl TypedKey {
    pub(super) fn float(f: f64) -> TypedKey {
        // Zero has a sign but is one key.
        TypedKey::Float(if f == 0.0 { 0 } else { f.to_bits() })
    }

    fn is_nan(&self) -> bool {
        matches!(self, TypedKey::Float(bits) if f64::from_bits(*bits).is_nan())
    }

    /// The key in JSON; those it cannot have are found later.
    pub(super) fn text(&self) -> Text {
        match self {
            TypedKey::Null => Text::default(),
            TypedKey::Bool(b) => b.to_string().into(),
            TypedKey::Int(i) => i.to_string().into(),
            TypedKey::Uint(u) => u.to_string().into(),
            TypedKey::Float(bits) => match number::general_32(f64::from_bits(*bits)).as_str() {
                "+Inf" => ".inf".into(),
                "-Inf" => "-.inf".into(),
                "NaN" => ".nan".into(),
                number => number.into(),
            },
            TypedKey::Text(text) => text.clone(),
        }
    }

    /// The key as Go's `%#v` prints it.
    pub(super) fn shown(&self) -> alloc::string::String {
        match self {
            TypedKey::Null => "<nil>".into(),
            TypedKey::Bool(b) => b.to_string(),
            TypedKey::Int(i) => i.to_string(),
            TypedKey::Uint(u) => format!("{u:#x}"),
            TypedKey::Float(bits) => number::general(f64::from_bits(*bits)),
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
    pub(super) fn set(&mut self, typed: TypedKey, key: Key, value: Node) -> Option<alloc::string::String> {
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
        out.sort_by(|(a, _), (b, _)| a.text.cmp(&b.text));
        out.dedup_by(|(later, _), (kept, _)| later.text == kept.text);
        out
    }
}
