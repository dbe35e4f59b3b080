//! Where an answer differs from the recorded one.

use super::order;
use fancy_regex::Regex;
use serde_json::Value;
use std::sync::LazyLock;

/// The first place at which two answers differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Such as `.body.spec.ports[0]`.
    pub path: String,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Missing(Value),
    NotWanted(Value),
    Items { want: usize, got: usize },
    Other { want: Value, got: Value },
}

/// How revisions are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Revisions {
    /// Like every variable: those that were equal have to be equal, and the others not.
    Bound,
    /// Any revision is as good as another, as the recorder's own comparison has it: which of several controllers that
    /// act on one event writes first is left to chance, and the recordings have both.
    #[default]
    Any,
}

/// The first difference: keys missing or too many, values, types, the order and length of lists. Not the order of keys,
/// and not what stands at `raw`, which is there for people.
pub fn first(want: &Value, got: &Value, revisions: Revisions) -> Option<Difference> {
    differ(want, got, revisions, &mut Vec::new())
}

/// The first object whose keys stand in another order: its path.
pub fn first_reordered(want: &Value, got: &Value) -> Option<String> {
    order::first_reordered(want, got, &mut Vec::new())
}

pub(super) enum At<'a> {
    Key(&'a str),
    Index(usize),
}

pub(super) fn text(path: &[At]) -> String {
    path.iter().fold(String::new(), |text, at| match at {
        At::Key(key) => text + "." + key,
        At::Index(i) => format!("{text}[{i}]"),
    })
}

fn differ<'a>(
    want: &'a Value,
    got: &'a Value,
    revisions: Revisions,
    path: &mut Vec<At<'a>>,
) -> Option<Difference> {
    let found = |path: &[At], what| Some(Difference { path: text(path), what });
    match (want, got) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|k| !a.contains_key(*k))).filter(|k| *k != "raw") {
                path.push(At::Key(key));
                let difference = match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => differ(a, b, revisions, path),
                    (Some(a), None) => found(path, What::Missing(a.clone())),
                    (None, Some(b)) => found(path, What::NotWanted(b.clone())),
                    (None, None) => None,
                };
                if difference.is_some() {
                    return difference;
                }
                path.pop();
            }
            None
        }
        (Value::Array(a), Value::Array(b)) => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                path.push(At::Index(i));
                let difference = differ(a, b, revisions, path);
                if difference.is_some() {
                    return difference;
                }
                path.pop();
            }
            if a.len() == b.len() { None } else { found(path, What::Items { want: a.len(), got: b.len() }) }
        }
        _ if want == got => None,
        _ if revisions == Revisions::Any && only_revisions(want, got) => None,
        _ => found(path, What::Other { want: want.clone(), got: got.clone() }),
    }
}

/// Whether two texts differ in nothing but the numbers of revisions.
fn only_revisions(want: &Value, got: &Value) -> bool {
    static REVISION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\$rv\d+").expect("a pattern"));
    let plain = |text| REVISION.replace_all(text, "$$rv");
    matches!((want, got), (Value::String(want), Value::String(got)) if plain(want) == plain(got))
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = &self.path;
        match &self.what {
            What::Missing(want) => write!(f, "{path}: missing, want {}", cut(want, 300)),
            What::NotWanted(got) => write!(f, "{path}: not wanted: {}", cut(got, 300)),
            What::Items { want, got } => write!(f, "{path}: {got} items, want {want}"),
            What::Other { want: Value::String(want), got: Value::String(got) }
                if want.len() + got.len() > 400 =>
            {
                let (want, got) = around_the_first_difference(want, got);
                write!(f, "{path}:\n    want …{want}\n    got  …{got}")
            }
            What::Other { want, got } => {
                write!(f, "{path}:\n    want {}\n    got  {}", cut(want, 600), cut(got, 600))
            }
        }
    }
}

fn cut(value: &Value, length: usize) -> String {
    let text = value.to_string();
    match text.char_indices().nth(length) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// A little before the place where two long texts part, and some of what follows.
fn around_the_first_difference(want: &str, got: &str) -> (String, String) {
    let common = want.chars().zip(got.chars()).take_while(|(a, b)| a == b).count();
    let part = |text: &str| Value::from(text.chars().skip(common.saturating_sub(60)).collect::<String>());
    (cut(&part(want), 300), cut(&part(got), 300))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn everything_counts_but_the_order_of_keys_and_what_is_raw() {
        let want = json!({"a": [1, {"b": "x"}], "c": null, "raw": "x"});
        for (got, difference) in [
            (json!({"c": null, "a": [1, {"b": "x"}]}), None),
            (json!({"a": [1, {"b": "x"}], "c": null, "raw": "y"}), None),
            (json!({"a": [1, {"b": "x"}]}), Some(".c: missing, want null")),
            (json!({"a": [1, {"b": "x"}], "c": null, "d": 0}), Some(".d: not wanted: 0")),
            (json!({"a": [{"b": "x"}, 1], "c": null}), Some(".a[0]:\n    want 1\n    got  {\"b\":\"x\"}")),
            (json!({"a": [1.0, {"b": "x"}], "c": null}), Some(".a[0]:\n    want 1\n    got  1.0")),
            (json!({"a": ["1", {"b": "x"}], "c": null}), Some(".a[0]:\n    want 1\n    got  \"1\"")),
            (json!({"a": [1, {"b": "x"}, 2], "c": null}), Some(".a: 3 items, want 2")),
            (json!({"a": [1, {"b": "x"}], "c": false}), Some(".c:\n    want null\n    got  false")),
        ] {
            let found = first(&want, &got, Revisions::Bound).map(|d| d.to_string());
            assert_eq!(found.as_deref(), difference, "{got}");
        }
    }

    #[test]
    fn revisions_are_bound_unless_any_will_do() {
        let (want, got) = (json!({"at": "$rv1 $rv1"}), json!({"at": "$rv2 $rv1"}));
        assert!(first(&want, &got, Revisions::Bound).is_some());
        assert!(first(&want, &got, Revisions::Any).is_none());
        assert!(first(&json!("$uid1"), &json!("$uid2"), Revisions::Any).is_some());
    }

    #[test]
    fn long_texts_are_shown_from_a_little_before_the_place_where_they_part() {
        let long = |end: &str| json!(format!("{}{end}", "x".repeat(400)));
        let shown = first(&long("a"), &long("b"), Revisions::Bound).unwrap().to_string();
        assert_eq!(shown, format!(":\n    want …\"{0}a\"\n    got  …\"{0}b\"", "x".repeat(60)));
    }
}
