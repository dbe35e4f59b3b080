//! The language in which the descriptions of kinds are written: what is printed, with places for values.
//!
//! Stands for the calls of `PrefixWriter.Write` in `k8s.io/kubectl/pkg/describe/describe.go`, line by line. A line is
//! printed as it stands, but for `{PATH}` and `{PATH|FILTER|FILTER}`, which are values of the object; tabs align.
//! What a line begins with can say more:
//!
//! - `?LINE`: only where the first value of the line is not empty
//! - `(PATH`, `(!PATH` … `)`: only where there is such a value, or none
//! - `[PATH`, `[PATH KEY` … `]`: once for each item of a list, in the order of a field of theirs; once for what is no
//!   list. Paths begin there now.
//! - `<PATH` … `>`: once for each entry of a map, in the order of keys: `{key}`, `{value}`
//! - `@NAME`: what the part of that name writes

use super::{Lines, filters, parts};
use crate::base::{Instant, Status, Value, sort};
use alloc::string::String;
use alloc::vec::Vec;

/// What a description needs beside its object.
pub struct Around<'a> {
    pub now: Instant,
    /// Asks the API for what is at a path.
    pub ask: &'a mut dyn FnMut(&str) -> Result<Value, Status>,
    /// The object that is described.
    pub root: Value,
}

/// Writes what a template says of a value.
pub fn write(out: &mut Lines, template: &str, here: &Value, around: &mut Around<'_>) {
    let mut rest = template;
    while !rest.is_empty() {
        let (line, behind) = next_line(rest);
        rest = behind;
        let mark = line.chars().next().unwrap_or_default();
        let word = line.get(mark.len_utf8()..).unwrap_or_default();
        if let Some((_, closing)) = BRACKETS.iter().find(|(open, _)| *open == mark) {
            let (inner, behind) = body(rest, mark, *closing);
            rest = behind;
            block(out, mark, word, inner, here, around);
            continue;
        }
        match mark {
            '@' => parts::write(word, out, here, around),
            '?' => {
                let first = text(word, here, around);
                if !first.1 {
                    out.line(&first.0);
                }
            }
            _ => out.line(&text(line, here, around).0),
        }
    }
}

const BRACKETS: &[(char, char)] = &[('(', ')'), ('[', ']'), ('<', '>')];

fn block(out: &mut Lines, mark: char, word: &str, inner: &str, here: &Value, around: &mut Around<'_>) {
    match mark {
        '(' => {
            let (path, wanted) = word.strip_prefix('!').map_or((word, false), |path| (path, true));
            if is_missing(at(here, path)) == wanted {
                write(out, inner, here, around);
            }
        }
        '[' => {
            let (path, key) = word.split_once(' ').unwrap_or((word, ""));
            match at(here, path) {
                Value::Null => {}
                Value::List(items) => {
                    let mut items = items.iter().collect::<Vec<_>>();
                    if !key.is_empty() {
                        sort::by(&mut items, |a, b| a.get(key).str().cmp(b.get(key).str()));
                    }
                    items.into_iter().for_each(|item| write(out, inner, item, around));
                }
                one => write(out, inner, one, around),
            }
        }
        _ => {
            let mut entries = at(here, word).entries().to_vec();
            sort::by(&mut entries, |a, b| a.0.cmp(&b.0));
            for (key, value) in entries {
                let entry = Value::map([("key", Value::text(key)), ("value", value)]);
                write(out, inner, &entry, around);
            }
        }
    }
}

/// An empty value and one that is not there are the same, but for numbers and truth values, which are there.
fn is_missing(value: &Value) -> bool {
    value.is_empty() && !matches!(value, Value::Int(_) | Value::Bool(_))
}

/// The value at a path, whose steps are between dots; without a path, the value itself.
pub(super) fn at<'v>(here: &'v Value, path: &str) -> &'v Value {
    if path.is_empty() { here } else { path.split('.').fold(here, |value, step| value.get(step)) }
}

/// A line with its values, and whether the first one is empty.
fn text(line: &str, here: &Value, around: &Around<'_>) -> (String, bool) {
    let (mut out, mut first) = (String::new(), None);
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once('{') {
        let (place, behind) = behind.split_once('}').unwrap_or((behind, ""));
        out.push_str(before);
        let value = filters::value(place, here, around);
        first.get_or_insert(value.is_empty());
        out.push_str(&value);
        rest = behind;
    }
    out.push_str(rest);
    (out, first.unwrap_or(false))
}

fn next_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// The lines up to the one that closes the bracket, and those behind it.
fn body(text: &str, open: char, close: char) -> (&str, &str) {
    let (mut rest, mut depth) = (text, 0usize);
    loop {
        let (line, behind) = next_line(rest);
        let closes = line.chars().eq([close]);
        if (closes && depth == 0) || rest.is_empty() {
            let end = text.len() - rest.len();
            return (text.get(..end).unwrap_or_default(), behind);
        }
        depth -= usize::from(closes);
        depth += usize::from(line.starts_with(open));
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    fn written(template: &str, json: &str) -> String {
        let value = manifest::json::parse(json).expect("JSON").to_value();
        let mut nothing = |_: &str| Ok(Value::Null);
        let mut around = Around { now: Instant(0), ask: &mut nothing, root: Value::Null };
        let mut out = Lines::default();
        write(&mut out, template, &value, &mut around);
        out.finish()
    }

    #[test]
    fn a_template_prints_values_conditions_lists_and_maps() {
        let object =
            r#"{"a":"x","n":0,"none":"","l":[{"k":"b"},{"k":"a"}],"m":{"z":"1","y":"2"},"o":{"p":"q"}}"#;
        let cases = [
            ("A: {a}, {o.p} and {n}\n", "A: x, q and 0\n"),
            ("?No: {none}\n?Nor: {nope}\n?Yes: {a}\n", "Yes: x\n"),
            ("(n\nthere\n)\n(!n\nnot there\n)\n(!none\nempty\n)\n", "there\nempty\n"),
            ("[l\n- {k}\n]\n", "- b\n- a\n"),
            ("[l k\n- {k}\n]\nend\n", "- a\n- b\nend\n"),
            ("[o\n[p\n{}\n]\n]\n[nope\n{a}\n]\n", "q\n"),
            ("<m\n{key}={value}\n>\n", "y=2\nz=1\n"),
        ];
        for (template, expected) in cases {
            assert_eq!(written(template, object), expected, "{template}");
        }
    }
}
