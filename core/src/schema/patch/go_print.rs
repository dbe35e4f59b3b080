//! Values as Go's `fmt` prints what JSON was decoded into.
//!
//! Models `fmt.Sprintf` with `%v`, `%s` and `%#v` of `interface{}`: maps come in the order of their keys.

use crate::base::sort;
use crate::base::{Value, field};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// `%v`: `map[a:1 b:[x <nil>]]`
pub fn plain(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, &|out, scalar| out.push_str(&scalar_text(scalar)));
    out
}

/// `%s`: as `%v`, but what is no text says so.
pub fn as_text(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, &|out, scalar| match scalar {
        Value::Text(t) => out.push_str(t),
        Value::Null => out.push_str("%!s(<nil>)"),
        other => out.push_str(&format!("%!s({}={})", type_name(other), scalar_text(other))),
    });
    out
}

/// `%#v`: as Go source.
pub fn source(value: &Value) -> String {
    let entries = |items: Vec<String>| items.join(", ");
    match value {
        Value::Null => "interface {}(nil)".to_string(),
        Value::Text(t) => field::quoted(t),
        Value::List(items) => {
            format!("[]interface {{}}{{{}}}", entries(items.iter().map(source).collect()))
        }
        Value::Map(_) => {
            let entry = |(k, v): &(&str, &Value)| format!("{}:{}", field::quoted(k), source(v));
            format!("map[string]interface {{}}{{{}}}", entries(sorted(value).iter().map(entry).collect()))
        }
        scalar => scalar_text(scalar),
    }
}

/// Go's type of a value, `%T`.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int64",
        Value::Number(_) => "float64",
        Value::Text(_) => "string",
        Value::List(_) => "[]interface {}",
        Value::Map(_) => "map[string]interface {}",
    }
}

/// A float as `%v` prints it: with an exponent from a million on and below a ten-thousandth.
pub fn float(f: f64) -> String {
    let scientific = format!("{f:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(e) if e >= 21 || !(-4..6).contains(&e) => {
            let (sign, digits) = if e < 0 { ('-', e.unsigned_abs()) } else { ('+', e.unsigned_abs()) };
            format!("{mantissa}e{sign}{digits:02}")
        }
        _ => format!("{f}"),
    }
}

fn write(out: &mut String, value: &Value, scalar: &dyn Fn(&mut String, &Value)) {
    match value {
        Value::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { " " } else { "" });
                // Within a list or map a null is always the same.
                write_inner(out, item, scalar);
            }
            out.push(']');
        }
        Value::Map(_) => {
            out.push_str("map[");
            for (i, (key, item)) in sorted(value).into_iter().enumerate() {
                out.push_str(if i > 0 { " " } else { "" });
                out.push_str(key);
                out.push(':');
                write_inner(out, item, scalar);
            }
            out.push(']');
        }
        other => scalar(out, other),
    }
}

fn write_inner(out: &mut String, value: &Value, scalar: &dyn Fn(&mut String, &Value)) {
    match value {
        Value::Null => out.push_str("<nil>"),
        other => write(out, other, scalar),
    }
}

fn sorted(value: &Value) -> Vec<(&str, &Value)> {
    let mut entries: Vec<_> = value.entries().iter().map(|(k, v)| (k.as_str(), v)).collect();
    sort::by_key(&mut entries, |(k, _)| *k);
    entries
}

fn scalar_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Number(n) => n.parse().map_or_else(|_| n.to_string(), float),
        Value::Text(t) => t.to_string(),
        Value::List(_) | Value::Map(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::json;

    #[test]
    fn values_are_printed_as_go_prints_them() {
        let value = json::parse(r#"{"d":{},"a":null,"b":[1,1.5,1e6,0.00001,"x\n",null,true]}"#)
            .expect("JSON")
            .to_value();
        assert_eq!(plain(&value), "map[a:<nil> b:[1 1.5 1e+06 1e-05 x\n <nil> true] d:map[]]");
        assert_eq!(
            as_text(&value),
            "map[a:<nil> b:[%!s(int64=1) %!s(float64=1.5) %!s(float64=1e+06) %!s(float64=1e-05) x\n <nil> %!s(bool=true)] d:map[]]"
        );
        assert_eq!(
            source(&value),
            r#"map[string]interface {}{"a":interface {}(nil), "b":[]interface {}{1, 1.5, 1e+06, 1e-05, "x\n", interface {}(nil), true}, "d":map[string]interface {}{}}"#
        );
    }
}
