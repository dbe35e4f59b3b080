//! The value of a field, an object, a document: a shared, immutable tree that is copied where it is written.

use super::map::Map;
use super::text::Text;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// JSON's data model, with clones that share. Numbers other than 64-bit integers keep the text they were written
/// with, so that nothing is lost between a request and the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    /// A number that is no 64-bit integer, as JSON writes it: `0.5`, `1e9`, `18446744073709551616`.
    Number(Text),
    Text(Text),
    List(Arc<Vec<Value>>),
    Map(Arc<Map>),
}

/// What reading a field that is not there gives.
static NULL: Value = Value::Null;

impl Value {
    pub fn text(s: impl Into<Text>) -> Value {
        Value::Text(s.into())
    }

    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(Arc::new(items.into_iter().collect()))
    }

    pub fn map<K: Into<Text>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(Arc::new(entries.into_iter().map(|(k, v)| (k.into(), v)).collect()))
    }

    /// The same of entries of which no two have the same key.
    pub fn of_distinct(entries: Vec<(Text, Value)>) -> Value {
        Value::Map(Arc::new(Map::of_distinct(entries)))
    }

    pub fn empty_map() -> Value {
        Value::Map(Arc::new(Map::default()))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether Go would leave the value out under `omitempty`: null, false, 0, "", no items, no entries.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null | Value::Bool(false) | Value::Int(0) => true,
            Value::Bool(_) | Value::Int(_) | Value::Number(_) => false,
            Value::Text(t) => t.is_empty(),
            Value::List(l) => l.is_empty(),
            Value::Map(m) => m.is_empty(),
        }
    }

    /// The member `key`; null where there is none or where this is no map.
    pub fn get(&self, key: &str) -> &Value {
        self.find(key).unwrap_or(&NULL)
    }

    /// The member `key`, if this is a map that has it.
    pub fn find(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// The member at the end of `path`; null where the way ends early.
    pub fn at(&self, path: &[&str]) -> &Value {
        path.iter().fold(self, |v, key| v.get(key))
    }

    /// The text; empty where this is none.
    pub fn str(&self) -> &str {
        self.as_text().map_or("", Text::as_str)
    }

    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Value::Text(t) => Some(t),
            _ => None,
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(i) => Some(*i),
            _ => None,
        }
    }

    /// The integer; 0 where this is none.
    pub fn int(&self) -> i64 {
        self.as_int().unwrap_or(0)
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }

    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(l) => Some(l),
            _ => None,
        }
    }

    /// The items of a list; none where this is no list.
    pub fn items(&self) -> &[Value] {
        self.as_list().unwrap_or(&[])
    }

    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(m) => Some(m),
            _ => None,
        }
    }

    /// The entries of a map, in order; none where this is no map.
    pub fn entries(&self) -> &[(Text, Value)] {
        self.as_map().map_or(&[], Map::entries)
    }

    /// This as a map to write to: anything else becomes an empty one first.
    #[expect(clippy::unreachable, reason = "the line before made it a map")]
    pub fn map_mut(&mut self) -> &mut Map {
        if !matches!(self, Value::Map(_)) {
            *self = Value::empty_map();
        }
        match self {
            Value::Map(m) => Arc::make_mut(m),
            _ => unreachable!(),
        }
    }

    /// This as a list to write to: anything else becomes an empty one first.
    #[expect(clippy::unreachable, reason = "the line before made it a list")]
    pub fn list_mut(&mut self) -> &mut Vec<Value> {
        if !matches!(self, Value::List(_)) {
            *self = Value::list([]);
        }
        match self {
            Value::List(l) => Arc::make_mut(l),
            _ => unreachable!(),
        }
    }

    /// The member `key` to write to; made, as null, where it is missing.
    pub fn entry(&mut self, key: &str) -> &mut Value {
        self.map_mut().entry(key)
    }

    /// The member at the end of `path` to write to; maps are made on the way.
    pub fn entry_at(&mut self, path: &[&str]) -> &mut Value {
        path.iter().fold(self, |v, key| v.entry(key))
    }

    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        *self.entry(key) = value.into();
    }

    /// Sets the member unless it is there and not null.
    pub fn set_default(&mut self, key: &str, value: impl Into<Value>) {
        if self.get(key).is_null() {
            self.set(key, value);
        }
    }

    /// Takes the member out, if it is there. A map without it is left alone, and with it all that shares it.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        match self {
            Value::Map(m) if m.get(key).is_some() => Arc::make_mut(m).remove(key),
            _ => None,
        }
    }

    /// Whether both are the same node of memory: unchanged since one was cloned from the other.
    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(a), Value::List(b)) => Arc::ptr_eq(a, b),
            (Value::Map(a), Value::Map(b)) => Arc::ptr_eq(a, b),
            (Value::Text(a), Value::Text(b)) => a.same(b) || a == b,
            (Value::List(_) | Value::Map(_), _) | (_, Value::List(_) | Value::Map(_)) => false,
            (a, b) => a == b,
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

impl From<i64> for Value {
    fn from(i: i64) -> Value {
        Value::Int(i)
    }
}

impl From<i32> for Value {
    fn from(i: i32) -> Value {
        Value::Int(i.into())
    }
}

impl From<u16> for Value {
    fn from(i: u16) -> Value {
        Value::Int(i.into())
    }
}

impl From<u32> for Value {
    fn from(i: u32) -> Value {
        Value::Int(i.into())
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::Text(s.into())
    }
}

impl From<String> for Value {
    fn from(s: String) -> Value {
        Value::Text(s.into())
    }
}

impl From<Text> for Value {
    fn from(t: Text) -> Value {
        Value::Text(t)
    }
}

impl From<&Text> for Value {
    fn from(t: &Text) -> Value {
        Value::Text(t.clone())
    }
}

impl From<&Value> for Value {
    fn from(v: &Value) -> Value {
        v.clone()
    }
}

impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(v: Option<V>) -> Value {
        v.map_or(Value::Null, Into::into)
    }
}

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(v: Vec<V>) -> Value {
        Value::list(v.into_iter().map(Into::into))
    }
}
