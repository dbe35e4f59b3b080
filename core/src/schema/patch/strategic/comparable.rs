//! Values by which items are told apart, as Go compares what is in an `interface{}`: an integer is no float.

use super::Error;
use crate::base::{Text, Value};
use alloc::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Comparable {
    Null,
    Bool(bool),
    Int(i64),
    Float(u64),
    Text(Text),
}

impl Comparable {
    /// Maps and lists cannot be compared; upstream's code breaks when it tries.
    pub(super) fn of(value: &Value) -> Result<Comparable, Error> {
        Ok(match value {
            Value::Null => Comparable::Null,
            Value::Bool(b) => Comparable::Bool(*b),
            Value::Int(i) => Comparable::Int(*i),
            // Adding zero makes one of the two zeros.
            Value::Number(n) => Comparable::Float((n.parse::<f64>().unwrap_or_default() + 0.0).to_bits()),
            Value::Text(t) => Comparable::Text(t.clone()),
            Value::List(_) | Value::Map(_) => return Err(Error::panic()),
        })
    }
}

/// The first places of the items of a list, by their merge key or by themselves where there is none.
#[derive(Debug, Default)]
pub(super) struct Places {
    places: BTreeMap<Comparable, usize>,
    /// Of what cannot be compared: harmless until it is compared with its like.
    maps: bool,
    lists: bool,
}

impl Places {
    pub(super) fn of<'v>(known_by: impl IntoIterator<Item = Option<&'v Value>>) -> Places {
        let mut out = Places::default();
        for (i, value) in known_by.into_iter().enumerate() {
            match value.map(|v| (v, Comparable::of(v))) {
                None => {}
                Some((_, Ok(c))) => {
                    out.places.entry(c).or_insert(i);
                }
                Some((Value::Map(_), _)) => out.maps = true,
                Some(_) => out.lists = true,
            }
        }
        out
    }

    /// The first item that is known by `value`.
    pub(super) fn find(&self, value: &Value) -> Result<Option<usize>, Error> {
        match (value, Comparable::of(value)) {
            (_, Ok(c)) => Ok(self.places.get(&c).copied()),
            (Value::Map(_), _) if self.maps => Err(Error::panic()),
            (Value::List(_), _) if self.lists => Err(Error::panic()),
            _ => Ok(None),
        }
    }

    /// All of them can be keys of a Go map.
    pub(super) fn are_hashable(&self) -> bool {
        !self.maps && !self.lists
    }
}

/// Whether two values are equal to Go: of the same type, floats by their number.
///
/// Models `reflect.DeepEqual` of decoded JSON.
pub(super) fn deep_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Map(x), Value::Map(y)) => {
            a.same(b)
                || x.len() == y.len() && x.iter().all(|(k, v)| y.get(k).is_some_and(|w| deep_equal(v, w)))
        }
        (Value::List(x), Value::List(y)) => {
            a.same(b) || x.len() == y.len() && x.iter().zip(y.iter()).all(|(v, w)| deep_equal(v, w))
        }
        (Value::Number(x), Value::Number(y)) => x == y || x.parse::<f64>() == y.parse::<f64>(),
        (a, b) => a == b,
    }
}
