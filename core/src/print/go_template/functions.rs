//! The functions of templates.
//!
//! Models `text/template/funcs.go` and `k8s.io/cli-runtime/pkg/printers/template.go`.

use crate::base::{Value, field};
use crate::schema::base64_decode;
use crate::schema::patch::go_print;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

const KNOWN: &[&str] = &[
    "and",
    "base64decode",
    "eq",
    "exists",
    "ge",
    "gt",
    "index",
    "le",
    "len",
    "lt",
    "ne",
    "not",
    "or",
    "print",
    "printf",
    "println",
];

pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let first = arguments.first().unwrap_or(&Value::Null);
    let rest = arguments.get(1..).unwrap_or_default();
    match name {
        "and" => Ok(arguments.iter().find(|a| !is_true(a)).or(arguments.last()).cloned().unwrap_or_default()),
        "or" => Ok(arguments.iter().find(|a| is_true(a)).or(arguments.last()).cloned().unwrap_or_default()),
        "not" => Ok(Value::Bool(!is_true(first))),
        "len" => length(first),
        "index" => rest.iter().try_fold(first.clone(), |value, key| index(&value, key)),
        "exists" => Ok(Value::Bool(
            rest.iter().try_fold(first.clone(), |value, key| index(&value, key)).is_ok_and(|v| !v.is_null()),
        )),
        "base64decode" => match base64_decode(first.str()) {
            Ok(bytes) => Ok(Value::from(String::from_utf8_lossy(&bytes).to_string())),
            Err(at) => {
                let problem = format!("illegal base64 data at input byte {at}");
                Err(format!("error calling base64decode: base64 decode failed: {problem}"))
            }
        },
        "print" => Ok(Value::from(arguments.iter().map(shown).collect::<String>())),
        "println" => {
            Ok(Value::from(format!("{}\n", arguments.iter().map(shown).collect::<Vec<_>>().join(" "))))
        }
        "printf" => Ok(Value::from(formatted(first.str(), rest))),
        "eq" | "ne" => {
            let mut is_same = false;
            for other in rest {
                is_same |= same(first, other).ok_or_else(|| incompatible(name))?;
            }
            Ok(Value::Bool(is_same == (name == "eq")))
        }
        _ => {
            let other = rest.first().unwrap_or(&Value::Null);
            let order = compare(first, other).ok_or_else(|| incompatible(name))?;
            Ok(Value::Bool(match name {
                "lt" => order == Ordering::Less,
                "le" => order != Ordering::Greater,
                "gt" => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }))
        }
    }
}

/// Whether a value is there and not empty.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Number(text) => text.as_str().parse::<f64>() != Ok(0.0),
        other => !other.is_empty(),
    }
}

/// As `%v`; numbers of JSON are floats.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "<no value>".to_string(),
        other => go_print::plain(other),
    }
}

fn incompatible(name: &str) -> String {
    format!("error calling {name}: incompatible types for comparison")
}

fn same(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        // what is missing is like nothing but itself
        (Value::Null, _) | (_, Value::Null) => Some(a == b),
        _ => compare(a, b).map(Ordering::is_eq),
    }
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    let float = |v: &Value| match v {
        Value::Number(text) => text.as_str().parse::<f64>().ok(),
        _ => None,
    };
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Some(a.as_str().cmp(b.as_str())),
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        _ => float(a)?.partial_cmp(&float(b)?),
    }
}

fn length(value: &Value) -> Result<Value, String> {
    let length = match value {
        Value::List(items) => items.len(),
        Value::Map(map) => map.entries().len(),
        Value::Text(text) => text.as_str().len(),
        other => return Err(format!("error calling len: len of type {}", go_print::type_name(other))),
    };
    Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn index(value: &Value, key: &Value) -> Result<Value, String> {
    match (value, key) {
        (Value::Map(_), Value::Text(key)) => Ok(value.get(key).clone()),
        (Value::List(items), Value::Int(at)) => {
            let found = usize::try_from(*at).ok().and_then(|at| items.get(at));
            found.cloned().ok_or_else(|| format!("error calling index: index out of range: {at}"))
        }
        (Value::Null, _) => Err("error calling index: index of untyped nil".to_string()),
        _ => Err(format!("error calling index: can't index item of type {}", go_print::type_name(value))),
    }
}

/// Models `fmt.Sprintf` with the verbs that templates use.
fn formatted(format: &str, arguments: &[Value]) -> String {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once('%') {
        out.push_str(before);
        let verb_at = behind.find(|c: char| !"-+# 0123456789.".contains(c)).unwrap_or(behind.len());
        let (flags, tail) = behind.split_at_checked(verb_at).unwrap_or((behind, ""));
        let mut chars = tail.chars();
        let verb = chars.next();
        rest = chars.as_str();
        let text = match verb {
            None => "%!(NOVERB)".to_string(),
            Some('%') => "%".to_string(),
            Some(verb) => match arguments.next() {
                None => format!("%!{verb}(MISSING)"),
                Some(value) if verb == 'q' => field::quoted(value.str()),
                Some(value) => shown(value),
            },
        };
        let width = flags.trim_start_matches(['-', '+', '#', ' ', '0']);
        let width = width.split('.').next().and_then(|w| w.parse::<usize>().ok()).unwrap_or_default();
        let blanks = " ".repeat(width.saturating_sub(text.chars().count()));
        match flags.starts_with('-') {
            true => out.extend([text, blanks]),
            false => out.extend([blanks, text]),
        }
    }
    out.push_str(rest);
    out
}
