//! Maps and lists become a value of their type, more leniently than from JSON and with other words for what is wrong.
//!
//! Models `DefaultUnstructuredConverter.FromUnstructuredWithValidation` (`k8s.io/apimachinery/pkg/runtime/converter.go`),
//! which the outcome of a strategic merge patch and of an apply goes through.

use super::{go_print, sorted};
use crate::base::sort;
use crate::base::{Text, Value};
use crate::manifest::node::{self, Node};
use crate::schema::{Kind, Schema, Type, TypeId, base64, decode, float};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A value of its type, in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    pub value: Value,
    /// `unknown field "spec.colour"`, in the order of the texts.
    pub unknown: Vec<String>,
}

/// `value` as the type `id`; what has the right form already is shared, not copied.
pub fn convert(schema: &Schema, id: TypeId, value: &Value) -> Result<Converted, Text> {
    let mut converter = Converter { schema, path: String::new(), unknown: Vec::new() };
    let kind = Kind::Struct(id);
    let converted = converter.value(&kind, &schema.get(id).go_type, value)?;
    let mut unknown = converter.unknown;
    sort::sort(&mut unknown);
    Ok(Converted { value: schema.arrange(&kind, &converted.unwrap_or_else(|| schema.zero(&kind))), unknown })
}

struct Converter<'s> {
    schema: &'s Schema,
    path: String,
    unknown: Vec<String>,
}

type Outcome<T> = Result<T, String>;

impl Converter<'_> {
    /// The value, none for a null.
    fn value(&mut self, kind: &Kind, go_type: &str, value: &Value) -> Outcome<Option<Value>> {
        Ok(Some(match (kind, value) {
            (_, Value::Null) => return Ok(None),
            (Kind::String, Value::Text(_)) | (Kind::Bool, Value::Bool(_)) => value.clone(),
            (Kind::Double, Value::Int(_)) => value.clone(),
            (Kind::Double, Value::Number(n)) => node::number(&written(n)),
            (Kind::Int32, Value::Int(i)) => Value::Int(wrapped(*i, 32)),
            (Kind::Int64, Value::Int(_)) => value.clone(),
            (Kind::Int32, Value::Number(n)) => Value::Int(wrapped(whole(n, go_type)?, 32)),
            (Kind::Int64, Value::Number(n)) => Value::Int(whole(n, go_type)?),
            // An integer could become a text in Go, but not here.
            (Kind::String, Value::Int(_)) => return Err(cannot_convert("int64", go_type)),
            (Kind::String | Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Double, _) => {
                return Err(format!("unrecognized type: {}", word(kind)));
            }
            (Kind::Time | Kind::MicroTime | Kind::IntOrString | Kind::Quantity, _) => {
                return decode::leaf(self.schema, kind, &Node::from_value(&marshalled(value)));
            }
            (Kind::Any, _) => sorted(&marshalled(value)),
            (Kind::Bytes, Value::Text(text)) => bytes(text)?,
            (Kind::Bytes, Value::List(items)) => bytes_of_numbers(items)?,
            (Kind::List(item), Value::List(items)) => self.list(item, go_type, items, value)?,
            (Kind::Map(item), Value::Map(_)) => self.map(item, go_type, value)?,
            (Kind::Struct(id), Value::Map(_)) => self.object(self.schema.get(*id), value)?,
            (Kind::List(_) | Kind::Bytes, _) => {
                return Err(format!("cannot restore slice from {}", kind_of(value)));
            }
            (Kind::Map(_), _) => return Err(format!("cannot restore map from {}", kind_of(value))),
            (Kind::Struct(_), _) => return Err(format!("cannot restore struct from: {}", kind_of(value))),
        }))
    }

    fn list(&mut self, item: &Kind, go_type: &str, items: &[Value], value: &Value) -> Outcome<Value> {
        let item_type = go_type.strip_prefix("[]").map_or_else(|| self.schema.go_type(item), Text::from);
        let mut out = Vec::with_capacity(items.len());
        for (i, inner) in items.iter().enumerate() {
            let length = self.path.len();
            self.path.push_str(&format!("[{i}]"));
            let converted = self.value(item, &item_type, inner)?;
            self.path.truncate(length);
            out.push(converted.unwrap_or_else(|| self.schema.zero(item)));
        }
        let same = out.iter().zip(items).all(|(a, b)| a.same(b));
        Ok(if same { value.clone() } else { Value::list(out) })
    }

    fn map(&mut self, item: &Kind, go_type: &str, value: &Value) -> Outcome<Value> {
        let item_type = go_type.split_once(']').map_or_else(|| self.schema.go_type(item), |(_, t)| t.into());
        let mut out = Vec::with_capacity(value.entries().len());
        for (key, inner) in value.entries() {
            // The key does not show in the path of what is below.
            let converted = self.value(item, &item_type, inner)?;
            out.push((key, converted.unwrap_or_else(|| self.schema.zero(item))));
        }
        Ok(shared(value, out))
    }

    fn object(&mut self, type_: &Type, value: &Value) -> Outcome<Value> {
        let mut out = Vec::with_capacity(value.entries().len());
        for field in &type_.fields {
            let Some(inner) = value.find(&field.json) else { continue };
            let length = self.step_into(&field.json);
            let converted = self.value(&field.kind, &field.go_type, inner)?;
            self.path.truncate(length);
            if let Some(converted) = converted {
                out.push((&field.json, converted));
            }
        }
        for (key, _) in value.entries().iter().filter(|(k, _)| type_.field(k, 0).is_none()) {
            let length = self.step_into(key);
            self.unknown.push(format!("unknown field \"{}\"", self.path));
            self.path.truncate(length);
        }
        Ok(shared(value, out))
    }

    fn step_into(&mut self, key: &str) -> usize {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        length
    }
}

/// The map with these entries, which is `value` if nothing changed.
fn shared(value: &Value, entries: Vec<(&Text, Value)>) -> Value {
    let old = value.entries();
    let same = entries.len() == old.len()
        && entries.iter().zip(old).all(|((k, v), (old_key, old))| *k == old_key && v.same(old));
    if same { value.clone() } else { Value::map(entries) }
}

/// A number as it would be written as JSON.
fn marshalled(value: &Value) -> Value {
    match value {
        Value::Number(n) => node::number(&written(n)),
        Value::List(items) => Value::list(items.iter().map(marshalled)),
        Value::Map(map) => Value::map(map.iter().map(|(k, v)| (k.clone(), marshalled(v)))),
        other => other.clone(),
    }
}

fn written(number: &Text) -> Text {
    number.parse().map_or_else(|_| number.clone(), |f| float::format(f).into())
}

/// A float as an integer, if it is one.
fn whole(number: &Text, go_type: &str) -> Outcome<i64> {
    let f: f64 = number.parse().unwrap_or(f64::NAN);
    let text = format!("{f}");
    if text.contains('.') || !f.is_finite() {
        return Err(cannot_convert("float64", go_type));
    }
    // What is too large becomes the smallest number, as on the machines the API server runs on.
    Ok(text.parse().unwrap_or(i64::MIN))
}

/// The lowest bits as a number with sign, as Go converts between sizes.
fn wrapped(i: i64, bits: u32) -> i64 {
    let range = 1i64 << bits;
    let low = i.rem_euclid(range);
    if low >= range / 2 { low - range } else { low }
}

fn cannot_convert(from: &str, to: &str) -> String {
    format!("cannot convert {from} to {to}")
}

fn bytes(text: &Text) -> Outcome<Value> {
    match base64::decode(text) {
        Ok(bytes) => Ok(base64::encode(&bytes).into()),
        Err(at) => Err(format!("error decoding from json: illegal base64 data at input byte {at}")),
    }
}

fn bytes_of_numbers(items: &[Value]) -> Outcome<Value> {
    let byte = |item: &Value| {
        let number = match item {
            Value::Null => 0,
            Value::Int(i) => *i,
            Value::Number(n) => whole(n, "uint8")?,
            _ => return Err("unrecognized type: uint8".to_string()),
        };
        Ok(u8::try_from(number.rem_euclid(256)).unwrap_or_default())
    };
    Ok(base64::encode(&items.iter().map(byte).collect::<Outcome<Vec<u8>>>()?).into())
}

/// Go's word for a scalar type.
fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => "bool",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Double => "float64",
        _ => "string",
    }
}

/// Go's word for what a value is.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::List(_) => "slice",
        Value::Map(_) => "map",
        other => go_print::type_name(other),
    }
}
