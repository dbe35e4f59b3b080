//! The REST API: a request in, a response out; no sockets.
//!
//! Models `k8s.io/apiserver/pkg/endpoints`.

mod body;
mod call;
mod delete;
mod deprecated;
mod discovery;
mod encode;
mod fields;
mod health;
pub mod mapping;
mod negotiate;
mod openapi;
mod options;
mod owners;
mod pages;
mod patch;
mod protobuf;
mod read;
pub mod request;
mod route;
mod subresource;
mod table;
pub(crate) mod url;
mod version;
mod watch;
mod write;

pub use request::{Body, Request, Response, WatchId};
pub(crate) use version::version;
pub use watch::Watches;

use crate::base::{Status, Value};
use crate::registry::Server;
use crate::schema::Schema;
use alloc::string::String;
use alloc::vec::Vec;
use call::Call;
use route::Route;
use url::Url;

/// Answers a request.
pub fn handle(server: &mut Server, watches: &mut Watches, request: &Request) -> Response {
    let url = Url::parse(&request.path);
    let schema = server.schema.clone();
    let answer = match route::route(&schema, &url) {
        Route::Resource(route) => match Call::new(server, watches, request, &url, route) {
            Ok(call) => return call.answer(),
            Err(status) => Err(status),
        },
        Route::Other(parts) => openapi::answer(&schema, request, &parts, url.query.get("hash"))
            .or_else(|| health::answer(&url))
            .map(Ok)
            .or_else(|| version::answer(&schema, request, &parts))
            .or_else(|| discovery::answer(&schema, request, &parts))
            .unwrap_or_else(|| nothing_at(&schema, &url)),
        Route::NotFound => nothing_at(&schema, &url),
    };
    answer.unwrap_or_else(|status| encode::status(&schema, request, &status))
}

/// Answers a request about resources with the object itself, for those who live in the same process: what the server
/// warns of comes with it.
pub fn perform(
    server: &mut Server,
    watches: &mut Watches,
    request: &Request,
    warnings: &mut Vec<String>,
) -> Result<Value, Status> {
    let url = Url::parse(&request.path);
    let schema = server.schema.clone();
    match route::route(&schema, &url) {
        Route::Resource(route) => Call::new(server, watches, request, &url, route)?.into_value(warnings),
        _ => Err(not_found()),
    }
}

/// There is nothing at that path: says a group of the API, or, where there is no such group, a plain web server.
fn nothing_at(schema: &Schema, url: &Url) -> Result<Response, Status> {
    let served = match url.segments.as_slice() {
        [first, ..] if first == "api" || first == "version" => true,
        [first, group, ..] if first == "apis" => schema.resources().iter().any(|r| r.group == group.as_str()),
        _ => false,
    };
    if served { Err(not_found()) } else { Ok(encode::plain(404, "404 page not found\n")) }
}

/// There is nothing at that path.
fn not_found() -> Status {
    Status {
        details: Some(Default::default()),
        ..Status::new(404, "NotFound", "the server could not find the requested resource")
    }
}

/// There is something at that path, but not for that method.
fn method_not_allowed() -> Status {
    let message = "the server does not allow this method on the requested resource";
    Status { details: Some(Default::default()), ..Status::new(405, "MethodNotAllowed", message) }
}
