//! Objects of any type of the table, made up: every field may be there, with a value that fits its type.

use svcscope_core::base::{Rng, Text, Value};
use svcscope_core::schema::{Kind, Schema, Type, TypeId};

/// A made-up value of a type. It has no kind and version: a message has none, either.
pub fn made_up(schema: &Schema, id: TypeId, rng: &mut Rng) -> Value {
    Maker { schema, rng }.object(schema.get(id), 0)
}

/// Structs within each other, lists and maps included, end here: one type contains itself.
const DEEPEST: usize = 9;

const TEXTS: &[&str] = &[
    "",
    "a",
    "web",
    "example.com/name",
    "TCP",
    "<&>",
    "ünïcödé \u{1F600}",
    "\"quoted\\\"",
    "10.96.0.1",
    "\u{0}\n",
];
const TIMES: &[&str] =
    &["2026-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2038-01-19T03:14:08Z", "0001-01-01T00:00:01Z"];
const MICRO_TIMES: &[&str] =
    &["2026-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z", "2026-02-03T04:05:06.000007Z"];
const QUANTITIES: &[&str] =
    &["0", "100m", "1", "1500m", "2Gi", "12345678901234567890", "1e3", "0.5", "-3Ki", "1u"];
const BYTES: &[&str] = &["AA==", "aGVsbG8=", "/////w=="];
const NUMBERS: &[i64] = &[0, 1, -1, 80, 127, 128, 30_000, i32::MAX as i64, i32::MIN as i64];
const LONG_NUMBERS: &[i64] = &[i64::MAX, i64::MIN, 1 << 32, 1_000_000_000_000];
const ANYTHING: &[&str] =
    &["{}", r#"{"f:metadata":{"f:labels":{".":{},"f:a":{}}}}"#, r#"{"b":[1,2.5,null,"x"],"a":true}"#];

struct Maker<'a> {
    schema: &'a Schema,
    rng: &'a mut Rng,
}

impl Maker<'_> {
    fn object(&mut self, type_: &Type, depth: usize) -> Value {
        let mut out = Value::empty_map();
        let is_object = type_.gvk.is_some() || type_.short_name() == "DeleteOptions";
        for field in &type_.fields {
            let of_envelope = is_object && matches!(field.json.as_str(), "kind" | "apiVersion");
            // Few fields deep down: an object is to stay small.
            if of_envelope || self.rng.index(8) < depth.min(6) {
                continue;
            }
            out.set(&field.json, self.value(&field.kind, depth));
        }
        out
    }

    fn value(&mut self, kind: &Kind, depth: usize) -> Value {
        match kind {
            Kind::String => Value::text(self.one(TEXTS)),
            Kind::Bool => Value::Bool(self.rng.index(2) == 1),
            Kind::Int32 => Value::Int(self.one(NUMBERS)),
            Kind::Int64 => {
                Value::Int(if self.rng.index(2) == 1 { self.one(NUMBERS) } else { self.one(LONG_NUMBERS) })
            }
            Kind::Double => Value::Int(self.one(NUMBERS)),
            Kind::Bytes => Value::text(self.one(BYTES)),
            Kind::Time => Value::text(self.one(TIMES)),
            Kind::MicroTime => Value::text(self.one(MICRO_TIMES)),
            Kind::IntOrString if self.rng.index(2) == 1 => Value::Int(self.one(NUMBERS)),
            Kind::IntOrString => Value::text(self.one(TEXTS)),
            Kind::Quantity => Value::text(self.one(QUANTITIES)),
            Kind::Any => parsed(self.one(ANYTHING)),
            Kind::List(item) => {
                let length = if depth > DEEPEST { 0 } else { self.rng.index(3) };
                Value::list((0..length).map(|_| self.value(item, depth + 1)).collect::<Vec<_>>())
            }
            Kind::Map(item) => {
                let length = if depth > DEEPEST { 0 } else { self.rng.index(3) };
                let entries = (0..length).map(|_| (Text::from(self.one(TEXTS)), self.value(item, depth + 1)));
                Value::map(entries.collect::<Vec<_>>())
            }
            Kind::Struct(_) if depth > DEEPEST => Value::empty_map(),
            Kind::Struct(id) => {
                let schema = self.schema;
                self.object(schema.get(*id), depth + 1)
            }
        }
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.rng.index(of.len())]
    }
}

fn parsed(json: &str) -> Value {
    svcscope_core::manifest::json::parse(json).map(|node| node.to_value()).unwrap_or_default()
}
