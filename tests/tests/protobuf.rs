//! Kubernetes' protobuf: what is written is read again, whatever is read is answered, and real answers byte for byte.

use proptest::prelude::*;
use std::sync::LazyLock;
use svcscope_core::base::{Rng, Value, json};
use svcscope_core::manifest::json as manifest;
use svcscope_core::schema::{Kind, Schema, Type, TypeId, base64_decode, decode, protobuf};
use svcscope_tests::objects::made_up;

static SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::kubernetes);

/// Of each type so many values are made up.
const VALUES: usize = 20;

#[test]
fn every_value_of_every_type_that_has_messages_is_read_as_it_was_written() {
    let schema = &*SCHEMA;
    let mut rng = Rng::new(7);
    for (id, type_) in with_messages(schema) {
        for _ in 0..VALUES {
            let value = as_go_writes_it(schema, id, &made_up(schema, id, &mut rng));
            let bytes = protobuf::encode(schema, id, &value);
            let read = protobuf::decode(schema, id, &bytes);
            let text = read.as_ref().map(json::to_string);
            assert_eq!(text, Ok(json::to_string(&value)), "{}", type_.name);
            assert_eq!(protobuf::encode(schema, id, &value), bytes, "{}", type_.name);
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_much(seed: u64, cut in 0usize..400, more: Vec<u8>) {
        let schema = &*SCHEMA;
        let mut rng = Rng::new(seed);
        let types: Vec<_> = with_messages(schema).collect();
        let (id, _) = types[rng.index(types.len())];
        let value = as_go_writes_it(schema, id, &made_up(schema, id, &mut rng));
        let mut bytes = protobuf::encode(schema, id, &value);
        let cut = cut.min(bytes.len());
        bytes.splice(cut..(cut + rng.index(3)).min(bytes.len()), more);
        if let Err(text) = protobuf::decode(schema, id, &bytes) {
            prop_assert!(is_of_go(&text), "{text}");
        }
        let _ = protobuf::Envelope::open(&bytes);
    }
}

/// Whether the error is one that Go has.
fn is_of_go(text: &str) -> bool {
    text == "unexpected EOF" || text.starts_with("proto: ") || text.starts_with("quantities must match") || {
        text.starts_with("unable to parse")
    }
}

fn with_messages(schema: &Schema) -> impl Iterator<Item = (TypeId, &Type)> {
    schema.types().filter(|(_, type_)| type_.has_messages())
}

/// What is left out is left out, and what is always there is there.
fn as_go_writes_it(schema: &Schema, id: TypeId, value: &Value) -> Value {
    let node = manifest::parse(&json::to_string(value)).unwrap_or_else(|e| panic!("{}", e.message));
    decode::decode(schema, id, &node).unwrap_or_else(|e| panic!("{e}")).value
}

/// An answer of a real API server, in both forms.
struct Answer {
    path: String,
    json: Value,
    bytes: Vec<u8>,
}

fn answers() -> Vec<Answer> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/protobuf/answers.json");
    let text = std::fs::read_to_string(path).expect("the answers");
    let table = manifest::parse(&text).unwrap_or_else(|e| panic!("{}", e.message)).to_value();
    let answer = |value: &Value| Answer {
        path: value.get("path").str().to_owned(),
        json: value.get("json").clone(),
        bytes: base64_decode(value.get("protobuf").str()).expect("base64"),
    };
    table.get("answers").items().iter().map(answer).collect()
}

#[test]
fn what_a_real_server_answers_is_written_byte_by_byte_and_read_as_what_it_answers_as_json() {
    let answers = answers();
    assert!(answers.len() > 15);
    for Answer { path, json: value, bytes } in answers {
        let (api_version, kind) = (value.get("apiVersion").str(), value.get("kind").str());
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let id = SCHEMA.kind(group, version, kind).unwrap_or_else(|| panic!("{path}: {api_version} {kind}"));
        let message = protobuf::encode(&SCHEMA, id, &value);
        assert!(protobuf::seal(api_version, kind, &message) == bytes, "{path}: {kind} is written otherwise");
        let envelope = protobuf::Envelope::open(&bytes).expect("an envelope");
        assert_eq!((envelope.api_version.as_str(), envelope.kind.as_str()), (api_version, kind), "{path}");
        let mut read = protobuf::decode(&SCHEMA, id, envelope.raw).expect("a message");
        read.set("kind", kind);
        read.set("apiVersion", api_version);
        let read = SCHEMA.arrange(&Kind::Struct(id), &read);
        let mut value = value;
        // No items are none at all in a message.
        if value.find("items").is_some_and(Value::is_empty) {
            value.set("items", Value::Null);
        }
        assert_eq!(json::to_string(&read), json::to_string(&value), "{path}");
    }
}
