//! Conditions of a status.

use crate::base::{Instant, Value};

/// The condition of that type in an object's status.
pub fn find<'a>(object: &'a Value, type_: &str) -> Option<&'a Value> {
    within(object.get("status"), type_)
}

/// The condition of that type in a status.
pub fn within<'a>(status: &'a Value, type_: &str) -> Option<&'a Value> {
    status.get("conditions").items().iter().find(|c| c.get("type").str() == type_)
}

pub fn is_true(object: &Value, type_: &str) -> bool {
    find(object, type_).is_some_and(|c| c.get("status").str() == "True")
}

/// Takes the condition out.
pub fn remove(status: &mut Value, type_: &str) {
    if within(status, type_).is_none() {
        return;
    }
    let conditions = status.entry("conditions").list_mut();
    conditions.retain(|c| c.get("type").str() != type_);
    if conditions.is_empty() {
        status.remove("conditions");
    }
}

/// Puts the condition behind the others, in place of the one of its type.
pub fn put_last(status: &mut Value, condition: Value) {
    remove(status, condition.get("type").str());
    status.entry("conditions").list_mut().push(condition);
}

/// Puts the condition in the place of the one of its type, or behind the others; the time of its last transition stays
/// where the status does.
///
/// Models `podutil.UpdatePodCondition`.
pub fn replace(status: &mut Value, mut condition: Value) {
    let conditions = status.entry("conditions").list_mut();
    let type_ = condition.get("type").clone();
    match conditions.iter_mut().find(|c| *c.get("type") == type_) {
        Some(there) => {
            if there.get("status") == condition.get("status") {
                condition.set("lastTransitionTime", there.get("lastTransitionTime"));
            }
            *there = condition;
        }
        None => conditions.push(condition),
    }
}

/// `True` or `False`, as conditions say it.
pub fn said(is: bool) -> &'static str {
    if is { "True" } else { "False" }
}

/// A condition with the time of its last transition.
pub fn new(type_: &str, status: &str, reason: &str, message: &str, now: Instant) -> Value {
    Value::map([
        ("type", Value::text(type_)),
        ("status", Value::text(status)),
        ("lastTransitionTime", Value::from(now.rfc3339())),
        ("reason", Value::text(reason)),
        ("message", Value::text(message)),
    ])
}

/// Sets a number of a status that Go leaves out where it is 0.
pub fn set_count(status: &mut Value, field: &str, count: i64) {
    if count == 0 {
        status.remove(field);
    } else {
        status.set(field, count);
    }
}
