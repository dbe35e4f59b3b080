//! Values as JSON text, as Go's encoder writes it.
//!
//! Models `encoding/json` (escapes included: `<`, `>` and `&` are written so that no browser takes them for markup).

use super::value::Value;
use alloc::string::String;
use core::fmt::Write;

/// `value` as one line of JSON.
pub fn to_string(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

/// `value` as JSON over several lines, each level indented by `indent` (Go's `MarshalIndent`).
pub fn to_string_indented(value: &Value, indent: &str) -> String {
    let mut out = String::new();
    write_indented(&mut out, value, indent, 0);
    out
}

pub fn write(out: &mut String, value: &Value) {
    match value {
        Value::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(out, item);
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_text(out, key);
                out.push(':');
                write(out, item);
            }
            out.push('}');
        }
        scalar => write_scalar(out, scalar),
    }
}

fn write_scalar(out: &mut String, value: &Value) {
    match value {
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(i) => {
            // Writing to a String does not fail.
            let _ = write!(out, "{i}");
        }
        Value::Number(n) => out.push_str(n),
        Value::Text(t) => write_text(out, t),
        Value::Null | Value::List(_) | Value::Map(_) => out.push_str("null"),
    }
}

fn write_indented(out: &mut String, value: &Value, indent: &str, depth: usize) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str(indent));
    };
    match value {
        Value::List(items) if !items.is_empty() => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                write_indented(out, item, indent, depth + 1);
            }
            line(out, depth);
            out.push(']');
        }
        Value::Map(map) if !map.is_empty() => {
            out.push('{');
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                write_text(out, key);
                out.push_str(": ");
                write_indented(out, item, indent, depth + 1);
            }
            line(out, depth);
            out.push('}');
        }
        flat => write(out, flat),
    }
}

/// A JSON string, quotes included.
pub fn write_text(out: &mut String, s: &str) {
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
