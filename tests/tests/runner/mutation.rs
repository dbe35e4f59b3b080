//! Expectations that were changed: no case may pass with one of them.

use crate::{recordings, replayed};
use serde_json::{Value, json};
use svcscope_core::base::Rng;
use svcscope_tests::conformance::difference::Revisions;
use svcscope_tests::conformance::recording::{Session, Step, Steps};
use svcscope_tests::conformance::run::judge;

type Mutate = fn(&Value) -> Option<Value>;

/// Ways to change a value; none where it cannot be changed so.
const MUTATIONS: &[(&str, Mutate)] = &[
    ("another value", another_value),
    ("a key less", a_key_less),
    ("a key more", a_key_more),
    ("items in another order", items_in_another_order),
    ("an item less", an_item_less),
    ("an item twice", an_item_twice),
    ("another type", another_type),
    ("another variable", another_variable),
];

/// How often each is tried on a case.
const TRIES: usize = 2;

#[test]
fn a_case_whose_expectation_was_changed_fails() {
    let mut rng = Rng::new(7);
    let mut tried = vec![0; MUTATIONS.len()];
    for recording in recordings() {
        for case in &recording.cases {
            let Session::Steps(steps) = &case.session else { continue };
            let (played, places) = (replayed(&recording, steps), places(steps));
            for (count, (what, mutate)) in tried.iter_mut().zip(MUTATIONS) {
                for _ in 0..TRIES {
                    let Some((place, mutated)) = mutated(steps, &places, *mutate, &mut rng) else { continue };
                    *count += 1;
                    let verdict = judge(&mutated, &played, Revisions::Bound);
                    assert!(
                        verdict.is_err(),
                        "{}/{} passes with {what} at {place}",
                        recording.family,
                        case.name
                    );
                }
            }
        }
    }
    assert!(tried.iter().all(|count| *count > 500), "{tried:?}");
}

#[test]
fn a_case_without_an_expectation_fails() {
    for recording in recordings() {
        for case in &recording.cases {
            let Session::Steps(steps) = &case.session else { continue };
            let Some(last) = steps.steps.iter().rposition(|step| step.expect.is_some()) else { continue };
            let mut without = steps.clone();
            without.steps[last].expect = None;
            assert!(
                judge(&without, &replayed(&recording, steps), Revisions::Bound).is_err(),
                "{}",
                case.name
            );
        }
    }
}

/// The case with one value in what it expects changed, and where; none if no such value was found.
fn mutated(
    case: &Steps,
    places: &[(usize, String)],
    mutate: Mutate,
    rng: &mut Rng,
) -> Option<(String, Steps)> {
    const DRAWS: usize = 50;
    let (i, pointer, value) = (0..DRAWS).find_map(|_| {
        let (i, pointer) = places.get(rng.index(places.len()))?;
        let value = mutate(case.steps[*i].expect.as_ref()?.pointer(pointer)?)?;
        Some((*i, pointer, value))
    })?;
    let mut changed = case.clone();
    *changed.steps[i].expect.as_mut()?.pointer_mut(pointer)? = value;
    Some((format!("step {i}{pointer}"), changed))
}

/// All places in what a case expects: step and pointer.
fn places(case: &Steps) -> Vec<(usize, String)> {
    let of = |(i, step): (usize, &Step)| {
        let mut pointers = Vec::new();
        step.expect.iter().for_each(|expect| collect(expect, "", &mut pointers));
        pointers.into_iter().map(move |pointer| (i, pointer))
    };
    case.steps.iter().enumerate().flat_map(of).collect()
}

/// All places within, but for what people only read.
fn collect(value: &Value, at: &str, places: &mut Vec<String>) {
    places.push(at.to_owned());
    match value {
        Value::Object(map) => {
            for (key, item) in map.iter().filter(|(key, _)| *key != "raw") {
                collect(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| collect(item, &format!("{at}/{i}"), places));
        }
        _ => {}
    }
}

fn another_value(value: &Value) -> Option<Value> {
    Some(match value {
        Value::String(s) => Value::from(format!("{s} ")),
        Value::Number(n) => Value::from(n.as_i64()? + 1),
        Value::Bool(b) => Value::from(!b),
        Value::Null => json!({}),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

fn a_key_less(value: &Value) -> Option<Value> {
    let mut map = value.as_object()?.clone();
    let key = map.keys().rfind(|key| *key != "raw")?.clone();
    map.shift_remove(&key);
    Some(Value::Object(map))
}

fn a_key_more(value: &Value) -> Option<Value> {
    let mut map = value.as_object()?.clone();
    map.insert("more".to_owned(), Value::Null);
    Some(Value::Object(map))
}

fn items_in_another_order(value: &Value) -> Option<Value> {
    let mut items = value.as_array()?.clone();
    let at = items.windows(2).position(|pair| pair[0] != pair[1])?;
    items.swap(at, at + 1);
    Some(Value::Array(items))
}

fn an_item_less(value: &Value) -> Option<Value> {
    let mut items = value.as_array()?.clone();
    items.pop()?;
    Some(Value::Array(items))
}

fn an_item_twice(value: &Value) -> Option<Value> {
    let mut items = value.as_array()?.clone();
    items.push(items.last()?.clone());
    Some(Value::Array(items))
}

fn another_type(value: &Value) -> Option<Value> {
    Some(match value {
        Value::String(s) => s.parse::<i64>().map_or_else(|_| json!([s]), Value::from),
        Value::Number(n) if n.is_f64() => Value::from(n.to_string()),
        Value::Number(n) => Value::from(n.as_f64()?), // 1.0 is not 1
        Value::Bool(b) => Value::from(u8::from(*b)),
        Value::Null => Value::from(""),
        Value::Array(items) => {
            items.iter().enumerate().map(|(i, item)| (i.to_string(), item.clone())).collect()
        }
        Value::Object(map) => map.values().cloned().collect(),
    })
}

/// One more than the number of its first variable: a value that was seen at another place, or never.
fn another_variable(value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let (before, rest) = text.split_once('$')?;
    let kind = rest
        .find(|c: char| c.is_ascii_digit())
        .filter(|at| rest[..*at].bytes().all(|b| b.is_ascii_alphabetic()))?;
    let digits = rest[kind..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| kind + end);
    let number = rest[kind..digits].parse::<u32>().ok()?;
    Some(Value::from(format!("{before}${}{}{}", &rest[..kind], number + 1, &rest[digits..])))
}
