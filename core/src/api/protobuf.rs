//! Objects of the API as protobuf: which message stands for which kind.

use crate::base::{Status, Value};
use crate::schema::protobuf::{self, raw};
use crate::schema::{Schema, TypeId};
use alloc::format;
use alloc::vec::Vec;

/// The bytes of an object; none if its kind has no messages.
pub(super) fn object(schema: &Schema, value: &Value) -> Option<Vec<u8>> {
    let (api_version, kind) = (value.get("apiVersion").str(), value.get("kind").str());
    let message = match kind {
        "PartialObjectMetadata" => protobuf::partial_object(schema, value),
        "PartialObjectMetadataList" if api_version.ends_with("beta1") => {
            protobuf::partial_list(schema, value, 2, 1)
        }
        "PartialObjectMetadataList" => protobuf::partial_list(schema, value, 1, 2),
        _ => protobuf::encode(schema, type_of(schema, api_version, kind)?, value),
    };
    Some(protobuf::seal(api_version, kind, &message))
}

/// The type of a kind, if there are messages of it.
fn type_of(schema: &Schema, api_version: &str, kind: &str) -> Option<TypeId> {
    // Some of the oldest kinds do not say that they are of the first version.
    let api_version = if api_version.is_empty() { "v1" } else { api_version };
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    schema.kind(group, version, kind).filter(|id| schema.get(*id).has_messages())
}

/// The error for an object that can't be written.
pub(super) fn no_messages(value: &Value) -> Status {
    let (api_version, kind) = (value.get("apiVersion").str(), value.get("kind").str());
    let version = api_version.rsplit('/').next().unwrap_or_default();
    let what =
        "does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message";
    Status::new(406, "NotAcceptable", format!("object *{version}.{kind} {what}"))
}

/// An event of a watch, framed; `object` is the bytes of the object that it is about.
pub(super) fn event(what: &str, object: &[u8]) -> Vec<u8> {
    let object = raw(&[(1, object)]);
    protobuf::frame(&raw(&[(1, what.as_bytes()), (2, &object)]))
}
