//! Strategic merge patch: applied, and made.

use crate::schema;
use svcscope_core::base::{Text, Value, json};
use svcscope_core::manifest::node;
use svcscope_core::schema::patch::strategic::{self, Error, ErrorKind};
use svcscope_core::schema::patch::{from_map, go_print};
use svcscope_core::schema::{Kind, TypeId};

pub(crate) fn apply(case: &Value) -> Vec<(&'static str, Value)> {
    let type_ = type_of(case);
    let original = schema().arrange(&Kind::Struct(type_), case.get("original"));
    let printed = ("printed", go_print::plain(case.get("patch")).into());
    let patched = match strategic::apply(schema(), type_, &original, case.get("patch")) {
        Ok(patched) => patched,
        Err(error) => return vec![printed, refused(error)],
    };
    let mut answers = vec![printed, ("result", alike(&patched, case.get("result")))];
    match from_map::convert(schema(), type_, &patched) {
        Ok(converted) => {
            // The storage makes no difference between nothing and an empty list.
            let stored = schema().arrange(&Kind::Struct(type_), case.get("object"));
            answers.push(("object", in_order(&converted.value, &stored, case.get("object"))));
            if converted.unknown.is_empty() {
                answers.push(("unknown", Value::Null));
            } else {
                answers.push(("unknown", converted.unknown.into()));
            }
        }
        Err(error) => answers.push(("convertError", error.into())),
    }
    answers
}

pub(crate) fn two_way(case: &Value) -> Vec<(&'static str, Value)> {
    made(strategic::create_two_way(schema(), type_of(case), case.get("original"), case.get("modified")), case)
}

pub(crate) fn three_way(case: &Value) -> Vec<(&'static str, Value)> {
    let (original, modified) = (case.get("original"), case.get("modified"));
    made(strategic::create_three_way(schema(), type_of(case), original, modified, case.get("current")), case)
}

fn made(patch: Result<Value, Error>, case: &Value) -> Vec<(&'static str, Value)> {
    vec![match patch {
        Ok(patch) => (
            "result",
            if plain(&patch) == plain(case.get("result")) { case.get("result").clone() } else { patch },
        ),
        Err(error) => refused(error),
    }]
}

fn type_of(case: &Value) -> TypeId {
    schema().named(case.get("type").str()).expect("a type")
}

fn refused(error: Error) -> (&'static str, Value) {
    match error.kind {
        ErrorKind::Panic => ("panic", true.into()),
        _ => ("error", error.text.into()),
    }
}

/// The expected value if the same entries are in it, in whatever order; else the actual one.
fn alike(actual: &Value, expected: &Value) -> Value {
    if plain(actual) == plain(expected) { expected.clone() } else { actual.clone() }
}

fn in_order(actual: &Value, stored: &Value, expected: &Value) -> Value {
    let same = json::to_string(&plain(actual)) == json::to_string(&plain(stored));
    if same { expected.clone() } else { actual.clone() }
}

/// The value with its numbers as Go writes them.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(n) => match n.parse::<f64>() {
            Ok(f) => node::number(&Text::from(format!("{f}"))),
            Err(_) => value.clone(),
        },
        Value::List(items) => Value::list(items.iter().map(plain)),
        Value::Map(map) => Value::map(map.iter().map(|(k, v)| (k.clone(), plain(v)))),
        other => other.clone(),
    }
}
