//! The types of the description of edition 2 as protobuf, which clients read of it. Paths are in the JSON alone.
//!
//! Models `github.com/google/gnostic-models/openapiv2`.

use crate::base::{Value, json};
use crate::schema::protobuf::raw;
use alloc::vec::Vec;

/// How a value is written.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Texts,
    /// Whatever it is, as YAML.
    Any,
    Info,
    Schema,
    Schemas,
    /// Schemas by name.
    Named,
    /// A schema or a text within a message of its own.
    Wrapped(&'static Form),
}

type Fields = &'static [(&'static str, u32, Form)];

const DOCUMENT: Fields =
    &[("swagger", 1, Form::Text), ("info", 2, Form::Info), ("definitions", 9, Form::Named)];
const INFO: Fields = &[("title", 1, Form::Text), ("version", 2, Form::Text)];
const SCHEMA: Fields = &[
    ("$ref", 1, Form::Text),
    ("format", 2, Form::Text),
    ("title", 3, Form::Text),
    ("description", 4, Form::Text),
    ("default", 5, Form::Any),
    ("required", 19, Form::Texts),
    ("additionalProperties", 21, Form::Wrapped(&Form::Schema)),
    ("type", 22, Form::Wrapped(&Form::Text)),
    ("items", 23, Form::Wrapped(&Form::Schema)),
    ("allOf", 24, Form::Schemas),
    ("properties", 25, Form::Named),
];
/// Fields whose names begin so are extensions: of a schema, and by name.
const EXTENSION: &str = "x-";
const EXTENSIONS: u32 = 31;
/// Where an `Any` has its YAML.
const YAML: u32 = 2;

/// A Swagger document as a message.
pub(super) fn document(value: &Value) -> Vec<u8> {
    message(value, DOCUMENT)
}

fn message(value: &Value, fields: Fields) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, number, form) in fields {
        match value.find(name) {
            Some(value) => out.extend(field(value, *number, *form)),
            None => continue,
        }
    }
    out
}

fn schema(value: &Value) -> Vec<u8> {
    let mut out = message(value, SCHEMA);
    let extensions = value.entries().iter().filter(|(name, _)| name.starts_with(EXTENSION));
    for (name, value) in extensions {
        out.extend(named(EXTENSIONS, name, &any(value)));
    }
    out
}

fn field(value: &Value, number: u32, form: Form) -> Vec<u8> {
    let one = |bytes: &[u8]| raw(&[(number, bytes)]);
    match form {
        Form::Text => one(value.str().as_bytes()),
        Form::Texts => value.items().iter().flat_map(|text| one(text.str().as_bytes())).collect(),
        Form::Any => one(&any(value)),
        Form::Info => one(&message(value, INFO)),
        Form::Schema => one(&schema(value)),
        Form::Schemas => value.items().iter().flat_map(|value| one(&schema(value))).collect(),
        Form::Named => {
            let entries = value.entries().iter();
            one(&entries.flat_map(|(name, value)| named(1, name, &schema(value))).collect::<Vec<_>>())
        }
        Form::Wrapped(form) => one(&field(value, 1, *form)),
    }
}

fn named(number: u32, name: &str, value: &[u8]) -> Vec<u8> {
    raw(&[(number, &raw(&[(1, name.as_bytes()), (2, value)]))])
}

/// JSON is YAML.
fn any(value: &Value) -> Vec<u8> {
    raw(&[(YAML, json::to_string(value).as_bytes())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_written_field_by_field_and_its_paths_are_left_out() {
        let text = br#"{"swagger":"2.0","paths":{"/a":{}},"definitions":{"T":{
            "type":"array","items":{"$ref":"R"},"required":["a","b"],"x-k":[1]}}}"#;
        let value = crate::manifest::json::parse_bytes(text).map(|node| node.to_value()).expect("JSON");
        let schema = [
            &b"\x9a\x01\x01a\x9a\x01\x01b"[..],
            b"\xb2\x01\x07\x0a\x05array",
            b"\xba\x01\x05\x0a\x03\x0a\x01R",
            b"\xfa\x01\x0c\x0a\x03x-k\x12\x05\x12\x03[1]",
        ]
        .concat();
        let length = u8::try_from(schema.len()).expect("a short schema");
        let named = [&b"\x0a\x01T\x12"[..], &[length], &schema].concat();
        let start = [&b"\x0a\x032.0\x4a"[..], &[length + 7, 0x0a, length + 5]].concat();
        assert_eq!(document(&value), [start, named].concat());
    }
}
