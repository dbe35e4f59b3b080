//! Objects as the bytes of an answer.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/response.go` and `responsewriters`.

use super::call::Call;
use super::negotiate::{self, Format, Output, Shape};
use super::request::{Body, Request, Response};
use super::{body, protobuf, table};
use crate::base::{Status, Value, json};
use crate::manifest::yaml;
use crate::schema::Schema;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// An answer with a value for its body.
pub(super) fn response(schema: &Schema, code: u16, output: Output, value: &Value) -> Response {
    let text = match (output.format, output.pretty) {
        (Format::Json, true) => json::to_string_indented(value, "  "),
        (Format::Json, false) => json::to_string(value) + "\n",
        (Format::Yaml, _) => yaml::to_string(value),
        (Format::Protobuf, _) => {
            return match protobuf::object(schema, value) {
                Some(bytes) => bytes_of(code, output.format, bytes),
                None => {
                    let status = protobuf::no_messages(value);
                    response(schema, status.code, output, &status.to_value())
                }
            };
        }
    };
    bytes_of(code, output.format, text.into_bytes())
}

fn bytes_of(code: u16, format: Format, bytes: Vec<u8>) -> Response {
    let header = ("Content-Type".to_string(), format.content_type().to_string());
    Response { code, headers: [header].into(), body: Body::Bytes(bytes) }
}

/// An answer that is JSON, whatever the client would like.
///
/// Models `WriteRawJSON`.
pub(super) fn json(code: u16, text: &str) -> Response {
    bytes_of(code, Format::Json, text.as_bytes().to_vec())
}

/// An answer of plain text.
pub(super) fn plain(code: u16, text: &str) -> Response {
    let header = ("Content-Type".to_string(), "text/plain; charset=utf-8".to_string());
    Response { code, headers: [header].into(), body: Body::Bytes(text.as_bytes().to_vec()) }
}

/// A failure, in the form that the client asked for as far as that is possible.
pub(super) fn status(schema: &Schema, request: &Request, status: &Status) -> Response {
    let value = status.to_value();
    match negotiate::failure(request.header("Accept")) {
        Some(output) => {
            let pretty = output.pretty || negotiate::is_pretty(request);
            response(schema, status.code, Output { pretty, ..output }, &value)
        }
        None => json(status.code, &json::to_string_indented(&value, "  ")),
    }
}

/// The answer with a header for each warning.
pub(super) fn with_warnings(mut response: Response, warnings: &[String]) -> Response {
    let mut seen: Vec<&str> = Vec::new();
    for warning in warnings {
        if seen.contains(&warning.as_str()) {
            continue;
        }
        seen.push(warning);
        let escaped = warning.replace('\\', "\\\\").replace('"', "\\\"");
        response.headers.push(("Warning".to_string(), format!("299 - \"{escaped}\"")));
    }
    response
}

/// The value in the shape that is asked for.
pub(super) fn shape(call: &Call<'_>, output: Output, value: &Value) -> Result<Value, Status> {
    if value.get("kind").str() == "Status" && value.get("apiVersion").str() == "v1" {
        return Ok(value.clone());
    }
    match output.shape {
        Shape::Table => {
            let include = table::include(&call.url.query)?;
            Ok(table::of(call.server, &call.kind, value, output.meta, include, true))
        }
        Shape::Object | Shape::Discovery => Ok(value.clone()),
        Shape::Metadata if value.find("items").is_none() => Ok(partial(value, output.meta)),
        Shape::MetadataList if value.find("items").is_some() => {
            let items =
                value.get("items").items().iter().map(|o| partial(o, output.meta)).collect::<Vec<_>>();
            Ok(Value::map([
                ("kind", Value::text("PartialObjectMetadataList")),
                ("apiVersion", Value::text(output.meta)),
                ("metadata", value.get("metadata").clone()),
                ("items", if items.is_empty() { Value::Null } else { Value::list(items) }),
            ]))
        }
        shape => {
            let (wanted, have) = match shape {
                Shape::Metadata => ("PartialObjectMetadata", "a list"),
                _ => ("PartialObjectMetadataList", "not a list"),
            };
            let group = value.get("apiVersion").str().rsplit_once('/').map_or("", |(group, _)| group);
            let type_ = body::internal_type(group, value.get("kind").str());
            let why = format!("you requested {wanted}, but the requested object is {have} (*{type_})");
            Err(Status::new(406, "NotAcceptable", why))
        }
    }
}

/// The metadata of an object, as an object of its own in a version of `meta`.
pub(super) fn partial(object: &Value, meta: &str) -> Value {
    Value::map([
        ("kind", Value::text("PartialObjectMetadata")),
        ("apiVersion", Value::text(meta)),
        ("metadata", object.get("metadata").clone()),
    ])
}
