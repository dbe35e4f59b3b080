//! What the recorder got from Python: the text of `json.dumps`, which is what it sent, sorted by and searched in.

use serde_json::Value;

/// `json.dumps(value)`.
pub fn dumps(value: &Value) -> String {
    let mut out = String::new();
    write(value, false, &mut out);
    out
}

/// `json.dumps(value, sort_keys=True)`.
pub fn dumps_sorted(value: &Value) -> String {
    let mut out = String::new();
    write(value, true, &mut out);
    out
}

/// `text.splitlines()`, with the line ends.
pub fn lines_with_ends(text: &str) -> Vec<&str> {
    const ENDS: [char; 10] =
        ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = match rest.find(ENDS) {
            Some(at) if rest[at..].starts_with("\r\n") => at + 2,
            Some(at) => at + rest[at..].chars().next().map_or(0, char::len_utf8),
            None => rest.len(),
        };
        let (line, next) = rest.split_at(end);
        lines.push(line);
        rest = next;
    }
    lines
}

fn write(value: &Value, sorted: bool, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => match n.as_f64().filter(|_| n.is_f64()) {
            Some(f) => out.push_str(&float(f)),
            None => out.push_str(&n.to_string()),
        },
        Value::String(s) => string(s, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                write(item, sorted, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries = map.iter().collect::<Vec<_>>();
            if sorted {
                entries.sort_by_key(|(key, _)| *key);
            }
            out.push('{');
            for (i, (key, item)) in entries.into_iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                string(key, out);
                out.push_str(": ");
                write(item, sorted, out);
            }
            out.push('}');
        }
    }
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}

/// `repr(f)`: the shortest digits that read back, with an exponent below 1e-4 and from 1e16 on.
fn float(f: f64) -> String {
    let scientific = format!("{f:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent = exponent.parse::<i32>().unwrap_or(0);
    if f != 0.0 && !(-4..16).contains(&exponent) {
        format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
    } else {
        format!("{f:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_written_as_python_writes_it() {
        for (value, text) in [
            (json!({"b": [1, 2.0, -0.0], "a": null}), r#"{"b": [1, 2.0, -0.0], "a": null}"#),
            (json!("é\u{1F600}\u{7f}\"\\\n\t\u{8}\u{1}"), r#""\u00e9\ud83d\ude00\u007f\"\\\n\t\b\u0001""#),
            (
                json!([1e16, 1e15, 1e-4, 1e-5, 1.5e300, 80.5]),
                "[1e+16, 1000000000000000.0, 0.0001, 1e-05, 1.5e+300, 80.5]",
            ),
            (json!([true, {}, []]), "[true, {}, []]"),
        ] {
            assert_eq!(dumps(&value), text);
        }
        assert_eq!(
            dumps_sorted(&json!({"b": {"d": 1, "c": 2}, "a": 0})),
            r#"{"a": 0, "b": {"c": 2, "d": 1}}"#
        );
    }

    #[test]
    fn lines_end_where_python_ends_them() {
        assert_eq!(
            lines_with_ends("a\nb\r\nc\u{2028}d\n\ne"),
            ["a\n", "b\r\n", "c\u{2028}", "d\n", "\n", "e"]
        );
        assert!(lines_with_ends("").is_empty());
    }
}
