//! Subresources: parts of objects, and things one can do with them.
//!
//! Models `k8s.io/kubernetes/pkg/registry/*/storage`.

mod binding;
mod eviction;
mod runtime;
mod scale;

use super::call::{Answer, Call};
use super::negotiate::Output;
use super::{method_not_allowed, patch, read, write};
use crate::base::{Status, Value};
use crate::registry::write::Part;

pub(super) fn answer(call: &mut Call<'_>, verb: &str, _output: Option<Output>) -> Result<Answer, Status> {
    let name = call.route.subresource.map_or("", |s| s.name.split_once('/').map_or("", |(_, sub)| sub));
    match (name, verb) {
        ("status", "get") => read::get(call),
        ("status", "update") => write::update_part(call, Part::Status),
        ("status", "patch") => patch::patch_part(call, Part::Status),
        ("finalize", "update") => write::update_part(call, Part::Finalize),
        ("ephemeralcontainers" | "resize", "get") => read::get(call),
        ("ephemeralcontainers", "update") => write::update_part(call, Part::Sub("ephemeralcontainers")),
        ("ephemeralcontainers", "patch") => patch::patch_part(call, Part::Sub("ephemeralcontainers")),
        ("resize", "update") => write::update_part(call, Part::Sub("resize")),
        ("resize", "patch") => patch::patch_part(call, Part::Sub("resize")),
        ("scale", "patch") => scale::patch(call),
        ("scale", "get") => scale::get(call),
        ("scale", "update") => scale::update(call),
        ("" | "binding", "create") => binding::create(call),
        ("eviction", "create") => eviction::create(call),
        ("log", "get") => runtime::log(call),
        ("exec" | "attach" | "portforward", _) => runtime::stream(call, name),
        ("proxy", _) => runtime::proxy(call),
        _ => Err(method_not_allowed()),
    }
}

/// Something was done, and there is nothing to show.
fn success(code: u16) -> Answer {
    let value = Value::map([
        ("kind", Value::text("Status")),
        ("apiVersion", Value::text("v1")),
        ("metadata", Value::empty_map()),
        ("status", Value::text("Success")),
        ("code", code.into()),
    ]);
    Answer::object(code, value)
}
