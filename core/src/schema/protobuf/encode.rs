//! A value of a type as its message.

use super::writer::Writer;
use crate::base::{Text, Value, json, sort, time};
use crate::schema::base64;
use crate::schema::table::{Embed, Field, Kind, Schema, Type, TypeId};
use alloc::vec::Vec;

/// The message of `value`, which has the type `id`.
pub fn encode(schema: &Schema, id: TypeId, value: &Value) -> Vec<u8> {
    let mut encoder = Encoder { schema, out: Writer::default() };
    encoder.structure(id, None, value);
    encoder.out.finish()
}

/// The message of a `PartialObjectMetadata`.
pub fn partial_object(schema: &Schema, value: &Value) -> Vec<u8> {
    let mut encoder = Encoder { schema, out: Writer::default() };
    encoder.partial(value);
    encoder.out.finish()
}

/// The message of a `PartialObjectMetadataList` with the numbers that its version has for the metadata and the items.
pub fn partial_list(schema: &Schema, value: &Value, metadata: u32, items: u32) -> Vec<u8> {
    let mut encoder = Encoder { schema, out: Writer::default() };
    let all = |encoder: &mut Encoder<'_>| {
        for item in value.get("items").items().iter().rev() {
            let mark = encoder.out.mark();
            encoder.partial(item);
            encoder.out.close(items, mark);
        }
    };
    // The highest number comes first here, as everything is written backwards.
    if items > metadata {
        all(&mut encoder);
    }
    encoder.named("ListMeta", metadata, value.get("metadata"));
    if items < metadata {
        all(&mut encoder);
    }
    encoder.out.finish()
}

struct Encoder<'s> {
    schema: &'s Schema,
    out: Writer,
}

/// What has a number in a message.
enum Member<'t> {
    Field(&'t Field),
    Embed(usize, &'t Embed),
}

impl Encoder<'_> {
    /// The fields of a struct, or those of one that is embedded in it. What is null has the zero of its type.
    fn structure(&mut self, id: TypeId, only: Option<usize>, value: &Value) {
        let schema = self.schema;
        let type_ = schema.get(id);
        for (number, member) in members(type_, only).iter().rev() {
            match member {
                Member::Field(field) => self.field(*number, field, value.get(&field.json)),
                Member::Embed(place, embed) => {
                    let mark = self.out.mark();
                    match schema.embedded(type_, embed) {
                        Some(id) => self.structure(id, None, value),
                        None => self.structure(id, Some(*place), value),
                    }
                    self.out.close(*number, mark);
                }
            }
        }
    }

    fn field(&mut self, number: u32, field: &Field, value: &Value) {
        match &field.kind {
            Kind::List(item) if !field.is_list_type() => {
                value.items().iter().rev().for_each(|v| self.element(number, item, v));
            }
            Kind::Map(item) => self.map(number, item, value),
            Kind::List(_) if value.is_null() => {}
            _ if field.pointer && value.is_null() => {}
            kind => self.element(number, kind, value),
        }
    }

    fn map(&mut self, number: u32, item: &Kind, value: &Value) {
        let mut entries: Vec<&(Text, Value)> = value.entries().iter().collect();
        if !entries.is_sorted_by(|(a, _), (b, _)| a < b) {
            sort::by(&mut entries, |(a, _), (b, _)| a.cmp(b));
        }
        for (key, value) in entries.into_iter().rev() {
            let mark = self.out.mark();
            self.element(2, item, value);
            self.out.chunk(1, key.as_bytes());
            self.out.close(number, mark);
        }
    }

    /// One value, of a field or within a list or map.
    fn element(&mut self, number: u32, kind: &Kind, value: &Value) {
        match kind {
            Kind::String => self.out.chunk(number, value.str().as_bytes()),
            Kind::Bool => self.out.varint(number, i64::from(value.is_true())),
            Kind::Int32 | Kind::Int64 => self.out.varint(number, value.int()),
            Kind::Double => self.out.fixed64(number, double(value).to_bits()),
            Kind::Bytes if value.is_null() => {}
            Kind::Bytes => {
                let bytes = base64::decode(value.str()).unwrap_or_default();
                self.out.chunk(number, &bytes);
            }
            composite => {
                let mark = self.out.mark();
                self.message(composite, value);
                self.out.close(number, mark);
            }
        }
    }

    /// What is a message of its own.
    fn message(&mut self, kind: &Kind, value: &Value) {
        match kind {
            Kind::Struct(id) => self.structure(*id, None, value),
            Kind::Time | Kind::MicroTime => {
                let micro = *kind == Kind::MicroTime;
                if let Ok((seconds, nanos)) = time::parse_go(value.str(), micro) {
                    self.out.varint(2, if micro { nanos } else { 0 });
                    self.out.varint(1, seconds);
                }
            }
            Kind::IntOrString => {
                self.out.chunk(3, value.str().as_bytes());
                self.out.varint(2, value.int());
                self.out.varint(1, i64::from(value.as_text().is_some()));
            }
            Kind::Quantity => {
                let text = if value.is_null() { "0" } else { value.str() };
                self.out.chunk(1, text.as_bytes());
            }
            Kind::Any if value.is_null() => {}
            Kind::Any => self.out.chunk(1, json::to_string(value).as_bytes()),
            // A type that is a list.
            Kind::List(item) => value.items().iter().rev().for_each(|v| self.element(1, item, v)),
            _ => {}
        }
    }

    fn partial(&mut self, value: &Value) {
        self.named("ObjectMeta", 1, value.get("metadata"));
    }

    /// A value of one of the API's own types.
    fn named(&mut self, name: &str, number: u32, value: &Value) {
        let name = alloc::format!("io.k8s.apimachinery.pkg.apis.meta.v1.{name}");
        let mark = self.out.mark();
        if let Some(id) = self.schema.named(&name) {
            self.structure(id, None, value);
        }
        self.out.close(number, mark);
    }
}

/// The members of a type, or those of a struct that is embedded in it, in the order of their numbers.
fn members(type_: &Type, only: Option<usize>) -> Vec<(u32, Member<'_>)> {
    let fields = type_.numbered().filter(|(_, f)| f.embed == only);
    let mut out: Vec<_> = fields.map(|(_, f)| (f.proto, Member::Field(f))).collect();
    if only.is_none() {
        let embeds = type_.embeds.iter().enumerate();
        out.extend(embeds.map(|(place, embed)| (embed.proto, Member::Embed(place, embed))));
    }
    if !out.is_sorted_by_key(|(number, _)| *number) {
        sort::by(&mut out, |(a, _), (b, _)| a.cmp(b));
    }
    out
}

fn double(value: &Value) -> f64 {
    match value {
        Value::Number(text) => text.parse().unwrap_or(0.0),
        other => alloc::format!("{}", other.int()).parse().unwrap_or(0.0),
    }
}
