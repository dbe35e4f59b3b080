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
mod patch;
mod protobuf;
mod read;
pub mod request;
mod route;
mod subresource;
mod table;
pub(crate) mod url;
mod watch;
mod write;

pub(crate) use health::version;
pub use request::{Body, Request, Response, WatchId};
pub use watch::Watches;

use crate::base::{Status, Value};
use crate::registry::Server;
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
            .map(Ok)
            .or_else(|| health::answer(server, request, &parts))
            .or_else(|| discovery::answer(server, request, &parts))
            .unwrap_or_else(|| Err(not_found())),
        Route::NotFound => Err(not_found()),
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
