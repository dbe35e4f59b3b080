//! Whether the server is well, and which version it is.
//!
//! Models `k8s.io/apiserver/pkg/server/healthz` and `routes/version.go`.

use super::negotiate::{Format, Output, Shape};
use super::request::{Request, Response};
use super::{encode, method_not_allowed};
use crate::base::{Status, Value};
use crate::registry::Server;

pub(super) fn answer(server: &Server, request: &Request, parts: &[&str]) -> Option<Result<Response, Status>> {
    let response = match parts {
        ["healthz" | "livez" | "readyz", ..] => encode::plain(200, "ok"),
        ["version"] => {
            let output = Output { format: Format::Json, shape: Shape::Object, pretty: true };
            encode::response(200, output, &version(server))
        }
        _ => return None,
    };
    Some(if matches!(request.method.as_str(), "GET" | "HEAD") {
        Ok(response)
    } else {
        Err(method_not_allowed())
    })
}

fn version(server: &Server) -> Value {
    let git_version = server.schema.version.as_str();
    let mut numbers = git_version.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or("1"), numbers.next().unwrap_or("0"));
    let before = minor.parse::<u32>().map_or(0, |m| m.saturating_sub(1));
    Value::map([
        ("major", Value::text(major)),
        ("minor", Value::text(minor)),
        ("emulationMajor", Value::text(major)),
        ("emulationMinor", Value::text(minor)),
        ("minCompatibilityMajor", Value::text(major)),
        ("minCompatibilityMinor", Value::from(alloc::format!("{before}"))),
        ("gitVersion", Value::text(git_version)),
        ("gitCommit", Value::text("0000000000000000000000000000000000000000")),
        ("gitTreeState", Value::text("clean")),
        ("buildDate", Value::text("2026-10-27T12:00:00Z")),
        ("goVersion", Value::text("go1.26.8")),
        ("compiler", Value::text("gc")),
        ("platform", Value::text("linux/amd64")),
    ])
}
