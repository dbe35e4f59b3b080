//! Get and list.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/get.go` and `pkg/storage/etcd3`.

use super::call::{Answer, Call, Content};
use super::encode;
use super::negotiate::{Output, Shape};
use super::options::ListOptions;
use super::{request::Response, watch};
use crate::base::{Status, Value, field};
use crate::schema::Kind;
use crate::store::Object;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
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
    let options = ListOptions::parse(&call.url.query, &call.kind.name, call.route.name)?;
    if options.watch {
        return watch::open(call, output, options);
    }
    let (objects, rest, revision) = select(call, &options)?;
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

/// Where a list goes on: the token, and how many objects are left if that is known.
type Rest = Option<(String, Option<i64>)>;

/// The objects that are asked for, where the list goes on, and the revision it is of.
pub(super) fn select(
    call: &Call<'_>,
    options: &ListOptions,
) -> Result<(Vec<Arc<Object>>, Rest, u64), Status> {
    let asked = parse_revision(&options.resource_version);
    let mut after: Option<(String, u64)> = None;
    if !options.continue_token.is_empty() {
        if !matches!(options.resource_version.as_str(), "" | "0") {
            return Err(Status::bad_request(
                "specifying resource version is not allowed when using continue",
            ));
        }
        after = Some(decode_token(&options.continue_token)?);
    }
    let asked = asked.map_err(|e| wrong_revision(&e))?;
    let exact = options.resource_version_match == "Exact"
        || options.limit > 0 && asked > 0 && options.resource_version_match.is_empty();
    check_not_too_new(call, asked)?;
    if exact && asked < call.server.store.log().oldest() {
        return Err(Status::expired("The resourceVersion for the provided list is too old."));
    }
    let store = &call.server.store;
    let all = store.select(&call.kind.name, call.route.namespace, &options.labels);
    let mut objects = all.filter(|o| options.fields.matches(o.value())).cloned().collect::<Vec<_>>();
    let mut revision = store.revision();
    if exact {
        revision = asked;
        objects.retain(|o| o.revision() <= asked);
    }
    if let Some((key, of)) = after {
        objects.retain(|o| place(o) > key);
        revision = of;
    }
    let limit = usize::try_from(options.limit).unwrap_or(0);
    let mut rest = None;
    if limit > 0 && objects.len() > limit {
        let selected = !options.labels.is_everything() || !options.fields.is_everything();
        let left = i64::try_from(objects.len() - limit).unwrap_or(0);
        objects.truncate(limit);
        let last = objects.last().map(|o| place(o)).unwrap_or_default();
        rest = Some((encode_token(&last, revision), (!selected).then_some(left)));
    }
    Ok((objects, rest, revision))
}

/// The place of an object in its list.
fn place(object: &Object) -> String {
    format!("{}/{}", object.namespace(), object.name())
}

fn encode_token(last: &str, revision: u64) -> String {
    // Keys go on behind the last one that was answered.
    let token = Value::map([
        ("v", Value::text("meta.k8s.io/v1")),
        ("rv", Value::Int(i64::try_from(revision).unwrap_or(i64::MAX))),
        ("start", Value::from(format!("{last}\u{0}"))),
    ]);
    crate::schema::base64_url(crate::base::json::to_string(&token).as_bytes())
}

fn decode_token(token: &str) -> Result<(String, u64), Status> {
    let wrong =
        |why: &str| Status::bad_request(format!("invalid continue token: continue key is not valid: {why}"));
    let bytes = crate::schema::base64_url_decode(token)
        .map_err(|at| wrong(&format!("illegal base64 data at input byte {at}")))?;
    let node = crate::manifest::json::parse_bytes(&bytes).map_err(|e| wrong(&e.message))?.to_value();
    let start = node.get("start").str().trim_end_matches('\u{0}').to_string();
    let revision = u64::try_from(node.get("rv").int())
        .map_err(|_| wrong("incorrect encoded resourceVersion in token"))?;
    Ok((start, revision))
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

fn wrong_revision(error: &str) -> Status {
    Status::bad_request(format!("invalid resource version: {error}"))
}

/// A client can't ask for what has not happened yet.
fn check_not_too_new(call: &Call<'_>, asked: u64) -> Result<(), Status> {
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
