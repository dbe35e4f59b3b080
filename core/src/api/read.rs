//! Get and list.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/get.go` and `pkg/storage/etcd3`.

use super::call::{Answer, Call, Content};
use super::encode;
use super::negotiate::{Output, Shape};
use super::options::ListOptions;
use super::{pages, request::Response, watch};
use crate::base::{Status, Value, field};
use crate::schema::Kind;
use crate::store::Object;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) fn get(call: &mut Call<'_>) -> Result<Answer, Status> {
    let asked = call.url.query.get("resourceVersion");
    check_not_too_new(call, parse_revision(asked).map_err(Status::unknown)?)?;
    let found = call.server.store.get(&call.kind.name, call.route.namespace, call.route.name);
    match found {
        Some(object) => Ok(Answer::object(200, shown(call, object))),
        None => Err(Status::not_found(call.kind.in_group(), call.route.name)),
    }
}

/// The object in the version that the client speaks.
pub(super) fn shown(call: &Call<'_>, object: &Object) -> Value {
    let mut value = object.shown(&call.server.schema);
    let version = call.route.resource.group_version();
    if value.get("apiVersion").str() != version.as_str() {
        (call.kind.strategy.from_stored)(&version, &mut value);
        value.set("apiVersion", version);
        value = call.server.schema.arrange(&Kind::Struct(call.expected().type_id), &value);
    }
    value
}

pub(super) fn list(call: &mut Call<'_>, output: Output) -> Result<Answer, Status> {
    let options = ListOptions::parse(&call.url.query, &call.resource(), call.route.name)?;
    if options.watch || call.route.watch {
        return watch::open(call, output, options);
    }
    let (objects, rest, revision) = pages::select(call, &options)?;
    let bare = output.shape == Shape::Object;
    let items = objects.iter().map(|o| if bare { item(call, o) } else { shown(call, o) }).collect::<Vec<_>>();
    let mut metadata = Value::map([("resourceVersion", Value::from(format!("{revision}")))]);
    if let Some((token, remaining)) = rest {
        metadata.set("continue", token);
        if let Some(remaining) = remaining {
            metadata.set("remainingItemCount", remaining);
        }
    }
    let value = Value::map([
        ("kind", Value::from(format!("{}List", call.route.resource.kind))),
        ("apiVersion", Value::from(call.route.resource.group_version())),
        ("metadata", metadata),
        ("items", Value::list(items)),
    ]);
    Ok(Answer::object(200, value))
}

/// An object within a list, which says what it is for all of them.
fn item(call: &Call<'_>, object: &Object) -> Value {
    let mut value = shown(call, object);
    value.remove("kind");
    value.remove("apiVersion");
    value
}

/// A revision that a client names; none is 0.
pub(super) fn parse_revision(text: &str) -> Result<u64, String> {
    match text {
        "" => Ok(0),
        text => text.parse::<u64>().map_err(|_| {
            let quoted = field::quoted(text);
            format!("resourceVersion: Invalid value: {quoted}: strconv.ParseUint: parsing {quoted}: invalid syntax")
        }),
    }
}

/// A client can't ask for what has not happened yet.
pub(super) fn check_not_too_new(call: &Call<'_>, asked: u64) -> Result<(), Status> {
    let current = call.server.store.revision();
    if asked <= current {
        return Ok(());
    }
    let message = format!("Too large resource version: {asked}, current: {current}");
    let cause = crate::base::status::Cause {
        reason: "ResourceVersionTooLarge".into(),
        message: "Too large resource version".into(),
        ..Default::default()
    };
    let status = Status::new(504, "Timeout", format!("Timeout: {message}"));
    Err(status.retry_after(1).with_causes([cause].into()))
}

/// An answer that is no object.
pub(super) fn response(response: Response) -> Answer {
    Answer { code: response.code, content: Content::Response(response) }
}

/// An answer of plain text.
pub(super) fn text(code: u16, text: &str) -> Answer {
    response(encode::plain(code, text))
}
