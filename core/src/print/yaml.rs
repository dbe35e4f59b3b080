//! An object as YAML.
//!
//! Models `sigs.k8s.io/yaml` over `go.yaml.in/yaml`: maps in the order of their keys, lists not indented.

use crate::base::{Value, json};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The text, with a line break at its end.
pub fn to_string(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Map(_) | Value::List(_) if !is_short(value) => block(&mut out, value, 0, false),
        _ => {
            scalar(&mut out, value, 0);
            out.push('\n');
        }
    }
    out
}

/// What stands behind its key, on the same line.
fn is_short(value: &Value) -> bool {
    match value {
        Value::Map(map) => map.is_empty(),
        Value::List(items) => items.is_empty(),
        _ => true,
    }
}

/// `begun`: the indent of the first line is there already.
fn block(out: &mut String, value: &Value, indent: usize, begun: bool) {
    let mut begun = begun;
    let mut start = |out: &mut String| {
        if !begun {
            out.extend(core::iter::repeat_n(' ', indent));
        }
        begun = false;
    };
    match value {
        Value::List(items) => {
            for item in items.iter() {
                start(out);
                out.push_str("- ");
                if is_short(item) {
                    scalar(out, item, indent);
                    out.push('\n');
                } else {
                    block(out, item, indent + 2, true);
                }
            }
        }
        _ => {
            let mut entries = value.entries().iter().collect::<Vec<_>>();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            for (key, inner) in entries {
                start(out);
                text(out, key, indent);
                out.push(':');
                if is_short(inner) {
                    out.push(' ');
                    scalar(out, inner, indent);
                    out.push('\n');
                } else {
                    out.push('\n');
                    let deeper = if matches!(inner, Value::List(_)) { indent } else { indent + 2 };
                    block(out, inner, deeper, false);
                }
            }
        }
    }
}

fn scalar(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Map(_) => out.push_str("{}"),
        Value::List(_) => out.push_str("[]"),
        _ => match value.as_text() {
            Some(s) => text(out, s, indent),
            None => json::write(out, value),
        },
    }
}

fn text(out: &mut String, s: &str, indent: usize) {
    if s.contains('\n') && !s.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return literal(out, s, indent + 2);
    }
    if s.chars().any(char::is_control) {
        json::write_text(out, s);
    } else if is_plain(s) {
        out.push_str(s);
    } else if reads_as_other(s) {
        out.push('"');
        out.push_str(s);
        out.push('"');
    } else {
        out.push('\'');
        out.push_str(&s.replace('\'', "''"));
        out.push('\'');
    }
}

fn literal(out: &mut String, s: &str, indent: usize) {
    out.push('|');
    if s.starts_with([' ', '\n']) {
        out.push('2');
    }
    let body = match s.strip_suffix('\n') {
        None => {
            out.push('-');
            s
        }
        Some(body) if body.ends_with('\n') || body.is_empty() => {
            out.push('+');
            body
        }
        Some(body) => body,
    };
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(core::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
    }
}

fn is_plain(s: &str) -> bool {
    const INDICATORS: &str = "-?:,[]{}#&*!|>'\"%@`";
    let mut chars = s.chars();
    let Some(first) = chars.next() else { return false };
    let second_blank = chars.next().is_none_or(|c| c == ' ');
    let starts_well = match first {
        '-' | '?' | ':' => !second_blank,
        _ => !INDICATORS.contains(first),
    };
    starts_well
        && !s.starts_with(' ')
        && !s.ends_with([' ', ':'])
        && !s.contains(": ")
        && !s.contains(" #")
        && !s.starts_with("---")
        && !s.starts_with("...")
        && !reads_as_other(s)
}

/// Whether it would be read back as a number, a truth value, a time or nothing.
fn reads_as_other(s: &str) -> bool {
    const WORDS: &[&str] = &[
        "", "~", "null", "true", "false", "y", "n", "yes", "no", "on", "off", ".nan", ".inf", "-.inf",
        "+.inf", "<<", "=",
    ];
    let lower = s.to_ascii_lowercase();
    if WORDS.contains(&lower.as_str()) {
        return true;
    }
    let digits = lower.trim_start_matches(['-', '+']).replace('_', "");
    let numeric_start = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !numeric_start {
        return false;
    }
    let in_base = |prefix: &str, radix: u32| {
        digits.strip_prefix(prefix).is_some_and(|d| !d.is_empty() && d.chars().all(|c| c.is_digit(radix)))
    };
    digits.parse::<f64>().is_ok()
        || in_base("0x", 16)
        || in_base("0b", 2)
        || in_base("0o", 8)
        || crate::base::Instant::parse(s).is_some()
        || is_sexagesimal(&digits)
        || is_date(s)
}

/// `1:30`, as YAML 1.1 writes hours and minutes.
fn is_sexagesimal(s: &str) -> bool {
    s.contains(':') && s.split(':').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}

fn is_date(s: &str) -> bool {
    let parts = s.split('-').map(ToString::to_string).collect::<Vec<_>>();
    let lengths = parts.iter().map(String::len).collect::<Vec<_>>();
    lengths == [4, 2, 2] && parts.iter().all(|p| p.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    #[test]
    fn what_is_written_is_read_back() {
        let texts = [
            "a: 'yes'\nb:\n- c: 1\n  d: {}\n- []\n- 'x: y'\ne: \"8080\"\nf: |\n  one\n  two\n",
            "a: null\nb: -1\n",
        ];
        for text in texts {
            let read = |t: &str| manifest::read(t).expect("YAML").first().map(|d| d.node.to_value());
            let value = read(text).expect("a document");
            let written = to_string(&value);
            assert_eq!(read(&written), Some(value), "{written}");
        }
    }
}
