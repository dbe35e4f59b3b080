//! Sequences of writes and applies: the objects, the managed fields, the refusals.

use crate::schema;
use std::sync::Arc;
use svcscope_core::base::{Duration, Instant, Value};
use svcscope_core::schema::Kind;
use svcscope_core::schema::managed::{Apply, Managed, Subject, Update, reset_fields};

pub(crate) fn sequence(case: &Value) -> Vec<(&'static str, Value)> {
    let mut steps = Vec::new();
    let mut object: Option<Value> = None;
    let mut managed = Managed::default();
    for (i, step) in case.get("steps").items().iter().enumerate() {
        let subject = Arc::new(subject(case, step.get("subresource").str()));
        let now = Instant::parse("2020-01-01T00:00:00Z").expect("a time")
            + Duration::from_secs(60 * i64::try_from(i).expect("few steps"));
        let mut out = step.clone();
        for answer in ["result", "managed", "error", "code", "causes"] {
            out.remove(answer);
        }
        let manager = step.get("manager").str();
        if step.get("do").str() == "update" {
            let new = arranged(&subject, step.get("object"));
            let update = Update {
                subject: &subject,
                live: object.as_ref(),
                new: &new,
                sent: step.get("sent"),
                manager,
                now,
            };
            managed = managed.update(schema(), &update);
            object = Some(created(&subject, &new));
            // Not every step looks, so that some are worked out together.
            set(&mut out, "managed", step, || managed.to_value(schema()), i % 2 == 0);
        } else {
            let config = step.get("object");
            let force = step.get("force").is_true();
            let apply = Apply { subject: &subject, live: object.as_ref(), config, manager, force, now };
            match managed.apply(schema(), &apply) {
                Ok(applied) => {
                    managed = applied.managed;
                    let applied = created(&subject, &applied.object);
                    out.set("result", same_or(&applied, &arranged(&subject, step.get("result")), step));
                    set(&mut out, "managed", step, || managed.to_value(schema()), true);
                    object = Some(applied);
                }
                Err(status) => {
                    out.set("error", &status.message);
                    out.set("code", status.code);
                    let causes = status.to_value().get("details").get("causes").clone();
                    if !causes.is_null() && !step.get("causes").is_null() {
                        // Those of several managers come in no order.
                        let mut sorted = causes.items().to_vec();
                        sorted.sort_by_key(|c| c.get("message").str().to_owned());
                        out.set("causes", Value::list(sorted));
                    }
                }
            }
        }
        steps.push(ordered(&out, step));
    }
    vec![("steps", Value::list(steps))]
}

/// The managed fields of a `Scale`, and what becomes of those of its object when it is written.
pub(crate) fn scale(case: &Value) -> Vec<(&'static str, Value)> {
    let managed = |key: &str| Managed::from_value(case.get(key)).expect("managed fields");
    let parent = managed("parent");
    let version = case.get("version").str();
    vec![
        ("toScale", parent.to_scale(schema(), version).to_value(schema())),
        ("toParent", parent.with_scale(schema(), &managed("scale"), version).to_value(schema())),
    ]
}

fn set(out: &mut Value, key: &str, step: &Value, value: impl FnOnce() -> Value, look: bool) {
    let value = if look { value() } else { step.get(key).clone() };
    if !value.is_null() {
        out.set(key, value);
    }
}

/// What the table has if the objects are the same, order of fields included, else what there is.
fn same_or(actual: &Value, expected: &Value, step: &Value) -> Value {
    use svcscope_core::base::json::to_string;
    if to_string(actual) == to_string(expected) { step.get("result").clone() } else { actual.clone() }
}

/// The members in the order in which the table has them.
fn ordered(out: &Value, step: &Value) -> Value {
    let mut sorted = out.clone();
    let place = |key: &svcscope_core::base::Text| {
        step.entries().iter().position(|(k, _)| k == key).unwrap_or(usize::MAX)
    };
    sorted.map_mut().sort_by_key(place);
    sorted
}

fn subject(case: &Value, subresource: &str) -> Subject {
    let type_ = schema().named(case.get("type").str()).expect("a type");
    let (group, version, kind) = schema().get(type_).gvk.clone().expect("a kind");
    Subject {
        type_,
        group,
        version,
        kind,
        subresource: subresource.into(),
        reset: reset_fields("any", subresource, true),
        convert: |_, _, _| None,
    }
}

/// What is there has been given a uid.
fn created(subject: &Subject, object: &Value) -> Value {
    let mut object = object.clone();
    object.entry("metadata").set("uid", "uid");
    arranged(subject, &object)
}

/// As it comes back from the storage.
fn arranged(subject: &Subject, value: &Value) -> Value {
    schema().arrange(&Kind::Struct(subject.type_), value)
}
