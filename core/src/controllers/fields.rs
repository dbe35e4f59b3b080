//! Fields of stored objects, where many objects have many of them: read in one pass, and written with names that share
//! their memory.

use crate::base::{Text, Value};
use alloc::vec::Vec;

/// The names of fields in what a sync writes, once each: fifty endpoints of a slice need not hold fifty copies.
#[derive(Debug, Default)]
pub(super) struct Keys(Vec<Text>);

impl Keys {
    /// A map of the fields that are not null.
    pub(super) fn map(&mut self, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
        let there = fields.into_iter().filter(|(_, value)| !value.is_null());
        Value::map(there.map(|(name, value)| (self.key(name), value)))
    }

    fn key(&mut self, name: &'static str) -> Text {
        if let Some(key) = self.0.iter().find(|key| key.as_str() == name) {
            return key.clone();
        }
        let key = Text::from(name);
        self.0.push(key.clone());
        key
    }
}

/// The fields of a map that are still to come, in the order in which they are stored.
pub(super) struct Fields<'a>(&'a [(Text, Value)]);

impl<'a> Fields<'a> {
    pub(super) fn of(map: &'a Value) -> Fields<'a> {
        Fields(map.entries())
    }

    /// The field if it comes next; else null.
    #[inline]
    pub(super) fn take(&mut self, name: &str) -> &'a Value {
        static NULL: Value = Value::Null;
        match self.0.split_first() {
            Some(((key, value), rest)) if key.as_str() == name => {
                self.0 = rest;
                value
            }
            _ => &NULL,
        }
    }

    /// Whether none is left, or none but `name`.
    pub(super) fn are_done_but(&self, name: &str) -> bool {
        self.0.iter().all(|(key, _)| key.as_str() == name)
    }

    pub(super) fn are_done(&self) -> bool {
        self.0.is_empty()
    }
}
