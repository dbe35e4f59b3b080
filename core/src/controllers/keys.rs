//! The names of fields in what a sync writes, once each: fifty endpoints of a slice need not hold fifty copies.

use crate::base::{Text, Value};
use alloc::vec::Vec;

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
