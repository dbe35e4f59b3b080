//! What the cells of many kinds have in common.
//!
//! Models the helpers of `pkg/printers/internalversion/printers.go`.

use super::age;
use crate::base::{Instant, Selector, Value};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(super) const NONE: &str = "<none>";
pub(super) const UNSET: &str = "<unset>";

pub(super) fn name(object: &Value) -> Value {
    object.at(&["metadata", "name"]).clone()
}

pub(super) fn age(object: &Value, now: Instant) -> Value {
    Value::from(age::age_of(object.at(&["metadata", "creationTimestamp"]), now))
}

/// A text; empty where there is none.
pub(super) fn text(value: &Value) -> Value {
    Value::text(value.str())
}

/// A text, or what stands for there being none.
pub(super) fn or<'a>(value: &'a Value, otherwise: &'a str) -> &'a str {
    match value.str() {
        "" => otherwise,
        text => text,
    }
}

/// A number; 0 where there is none.
pub(super) fn number(value: &Value) -> Value {
    Value::Int(value.int())
}

/// How many items or entries there are.
pub(super) fn count(value: &Value) -> i64 {
    i64::try_from(value.items().len().max(value.entries().len())).unwrap_or(i64::MAX)
}

/// What is a text or a number, a quantity for one.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::Int(i) => i.to_string(),
        Value::Number(n) => n.to_string(),
        Value::Text(t) => t.to_string(),
        _ => "0".to_string(),
    }
}

/// Labels as a selector writes them, in the order of their keys.
///
/// Models `labels.FormatLabels`.
pub(in crate::print) fn format_labels(labels: &Value) -> String {
    match Selector::from_map(labels).to_string() {
        none if none.is_empty() => NONE.to_string(),
        labels => labels,
    }
}

pub(super) fn labels(labels: &Value) -> Value {
    Value::from(format_labels(labels))
}

/// Models `metav1.FormatLabelSelector`.
pub(super) fn selector(selector: &Value) -> Value {
    none_if_empty(Selector::from_spec(selector).to_string())
}

pub(super) fn none_if_empty(text: String) -> Value {
    if text.is_empty() { Value::text(NONE) } else { Value::from(text) }
}

/// The names of the containers of a pod's spec, and their images.
///
/// Models `layoutContainerCells`.
pub(super) fn containers(spec: &Value) -> [Value; 2] {
    ["name", "image"].map(|field| Value::from(join(spec.get("containers").items(), field)))
}

/// A field of each item.
pub(super) fn join(items: &[Value], field: &str) -> String {
    items.iter().map(|item| item.get(field).str()).collect::<Vec<_>>().join(",")
}

/// The texts of a list.
pub(super) fn texts(list: &Value) -> String {
    list.items().iter().map(Value::str).collect::<Vec<_>>().join(",")
}

/// The first of the texts, and how many more there are.
pub(super) fn first(all: &[String], most: usize, separator: &str) -> String {
    let shown = all.get(..most.min(all.len())).unwrap_or_default().join(separator);
    match all.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} + {more} more..."),
    }
}

/// The condition of a type.
pub(super) fn condition<'a>(object: &'a Value, type_: &str) -> Option<&'a Value> {
    let conditions = object.at(&["status", "conditions"]).items();
    conditions.iter().find(|c| c.get("type").str() == type_)
}

/// Whether a condition is true.
pub(super) fn holds(object: &Value, type_: &str) -> bool {
    condition(object, type_).is_some_and(|c| c.get("status").str() == "True")
}

pub(super) fn is_deleted(object: &Value) -> bool {
    !object.at(&["metadata", "deletionTimestamp"]).is_null()
}
