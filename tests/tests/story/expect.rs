//! What a step expects of its result.

use fancy_regex::Regex;
use svcscope_core::base::{Value, json};

/// What stands at a path: keys and positions with slashes between them. Null if there is nothing.
pub fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    static NOTHING: Value = Value::Null;
    path.split('/').fold(value, |value, step| match value {
        Value::List(items) => step.parse::<usize>().ok().and_then(|i| items.get(i)).unwrap_or(&NOTHING),
        _ => value.get(step),
    })
}

/// Whether a value is what is expected: the same, within a range, or a text that a pattern is found in.
pub fn fits(found: &Value, expected: &Value) -> bool {
    match expected {
        Value::List(range) => {
            let [least, most] = &range[..] else { panic!("a range has two numbers") };
            number(found).is_some_and(|n| number(least) <= Some(n) && Some(n) <= number(most))
        }
        Value::Text(text) => match text.strip_prefix('/').and_then(|t| t.strip_suffix('/')) {
            Some(pattern) => {
                let pattern = Regex::new(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"));
                found.as_text().is_some_and(|t| pattern.is_match(t.as_str()).unwrap_or(false))
            }
            None => found == expected,
        },
        Value::Int(_) | Value::Number(_) => number(found) == number(expected),
        _ => found == expected,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(_) | Value::Number(_) => json::to_string(value).parse().ok(),
        _ => None,
    }
}

#[test]
fn values_ranges_and_patterns_fit() {
    let list = Value::list([Value::from(5), Value::text("a.b")]);
    for (path, expected, fit) in [
        ("0", Value::from(5), true),
        ("0", Value::list([5.into(), 6.into()]), true),
        ("0", Value::list([6.into(), 7.into()]), false),
        ("1", Value::text("/^a\\./"), true),
        ("1", Value::text("a"), false),
        ("2", Value::Null, true),
        ("1/x", Value::Null, true),
    ] {
        assert_eq!(fits(at(&list, path), &expected), fit, "{path} {expected:?}");
    }
}
