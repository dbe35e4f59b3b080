//! What a controller knows beyond what is stored: what upstream's controllers keep in their process and lose when it
//! restarts.

use super::Key;
use crate::base::Value;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;

/// What a controller remembers about its keys, in a form of its own. A clone is a snapshot.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<BTreeMap<Key, Value>>);

impl Memory {
    /// What is remembered about `key`; null if nothing is.
    pub fn of(&self, key: &Key) -> &Value {
        static NULL: Value = Value::Null;
        self.0.get(key).unwrap_or(&NULL)
    }

    /// Remembers `value` from now on; null forgets the key.
    pub fn keep(&mut self, key: &Key, value: Value) {
        if value.is_null() {
            if self.0.contains_key(key) {
                Arc::make_mut(&mut self.0).remove(key);
            }
        } else {
            Arc::make_mut(&mut self.0).insert(key.clone(), value);
        }
    }

    /// Changes what is remembered about `key`.
    pub fn change(&mut self, key: &Key, change: impl FnOnce(&mut Value)) {
        let mut value = self.of(key).clone();
        // Let go of the stored one first, so that the change need not copy what nobody else holds.
        self.keep(key, Value::Null);
        change(&mut value);
        self.keep(key, value);
    }

    /// All that is remembered, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.0.iter()
    }
}
