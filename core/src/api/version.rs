//! Which version the server is.
//!
//! Models `k8s.io/apiserver/pkg/server/routes/version.go`.

use super::negotiate::{self, Format};
use super::request::{Request, Response};
use super::{encode, method_not_allowed};
use crate::base::{Status, Value, json};
use crate::schema::Schema;
use alloc::format;

pub(super) fn answer(schema: &Schema, request: &Request, parts: &[&str]) -> Option<Result<Response, Status>> {
    (parts == ["version"]).then(|| {
        if request.method != "GET" {
            return Err(method_not_allowed());
        }
        negotiate::routes(request.header("Accept"), &[Format::Json])?;
        Ok(encode::json(200, &json::to_string_indented(&version(schema), "  ")))
    })
}

/// What the server is.
pub(crate) fn version(schema: &Schema) -> Value {
    let git_version = schema.version.as_str();
    let mut numbers = git_version.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or("1"), numbers.next().unwrap_or("0"));
    let before = minor.parse::<u32>().map_or(0, |m| m.saturating_sub(1));
    Value::map([
        ("major", Value::text(major)),
        ("minor", Value::text(minor)),
        ("emulationMajor", Value::text(major)),
        ("emulationMinor", Value::text(minor)),
        ("minCompatibilityMajor", Value::text(major)),
        ("minCompatibilityMinor", Value::from(format!("{before}"))),
        ("gitVersion", Value::text(git_version)),
        ("gitCommit", Value::text("0000000000000000000000000000000000000000")),
        ("gitTreeState", Value::text("clean")),
        ("buildDate", Value::text("2026-10-27T12:00:00Z")),
        ("goVersion", Value::text("go1.26.8")),
        ("compiler", Value::text("gc")),
        ("platform", Value::text("linux/amd64")),
    ])
}
