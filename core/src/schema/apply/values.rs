//! Values as server-side apply compares, orders and prints them: numbers by their size, whatever they are written as.
//!
//! Models `structured-merge-diff/value`.

use crate::base::sort;
use crate::base::{Value, field};
use crate::schema::patch::go_print;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Whether both are the same to server-side apply.
///
/// Models `value.Equals`.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Int(_) | Value::Number(_), Value::Int(_) | Value::Number(_)) => number(a) == number(b),
        (Value::List(x), Value::List(y)) => {
            a.same(b) || x.len() == y.len() && x.iter().zip(y.iter()).all(|(x, y)| equal(x, y))
        }
        (Value::Map(x), Value::Map(y)) => {
            a.same(b) || x.len() == y.len() && x.iter().all(|(k, v)| y.get(k).is_some_and(|w| equal(v, w)))
        }
        (a, b) => a == b,
    }
}

/// An order of all values: numbers, texts, truths, lists, maps, null.
///
/// Models `value.Compare`.
pub(super) fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Int(_) | Value::Number(_), Value::Int(_) | Value::Number(_)) => {
            number(a).partial_cmp(&number(b)).unwrap_or(Ordering::Equal)
        }
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => {
            let first = a.iter().zip(b.iter()).map(|(a, b)| order(a, b)).find(|o| o.is_ne());
            first.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        (Value::Map(_), Value::Map(_)) => map_order(a, b),
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

/// Key by key in their order. A map that ends first comes first, whatever the other has next.
///
/// Models `MapCompare`.
fn map_order(a: &Value, b: &Value) -> Ordering {
    let (a_keys, b_keys) = (sorted_keys(a), sorted_keys(b));
    let mut all: Vec<&str> = [a_keys.as_slice(), &b_keys].concat();
    sort::sort(&mut all);
    all.dedup();
    for (i, key) in all.into_iter().enumerate() {
        let found = match (a.find(key), b.find(key)) {
            _ if i == a_keys.len() => Ordering::Less,
            _ if i == b_keys.len() => Ordering::Greater,
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
            (Some(a), Some(b)) => order(a, b),
        };
        if found.is_ne() {
            return found;
        }
    }
    Ordering::Equal
}

fn sorted_keys(map: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = map.entries().iter().map(|(k, _)| k.as_str()).collect();
    sort::sort(&mut keys);
    keys
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Int(_) | Value::Number(_) => 0,
        Value::Text(_) => 1,
        Value::Bool(_) => 2,
        Value::List(_) => 3,
        Value::Map(_) => 4,
        Value::Null => 5,
    }
}

/// A number as a float; every one has passed through one on its way to or from the managed fields.
pub(super) fn number(value: &Value) -> f64 {
    match value {
        // What is lost is lost upstream, too.
        Value::Int(i) => *i as f64,
        Value::Number(n) => n.parse().unwrap_or_default(),
        _ => 0.0,
    }
}

/// A value as paths show it: `80`, `"TCP"`.
///
/// Models `value.ToString`.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Int(_) | Value::Number(_) => go_print::float(number(value)),
        Value::Text(t) => field::quoted(t),
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(",")),
        Value::Map(map) => map.iter().map(|(k, v)| format!("{k}={}", shown(v))).collect(),
    }
}

/// The same with all integers as floats, which is what they are to whoever decoded them into no type.
pub(super) fn as_floats(value: &Value) -> Value {
    match value {
        Value::Int(i) => Value::Number(i.to_string().into()),
        Value::List(items) => Value::list(items.iter().map(as_floats)),
        Value::Map(map) => Value::map(map.iter().map(|(k, v)| (k.clone(), as_floats(v)))),
        other => other.clone(),
    }
}
