//! Subresources: parts of objects, and things one can do with them.
//!
//! Models `k8s.io/kubernetes/pkg/registry/*/storage`.

use super::call::{Answer, Call};
use super::negotiate::Output;
use super::{method_not_allowed, read, write};
use crate::base::Status;
use crate::registry::write::Part;

pub(super) fn answer(call: &mut Call<'_>, verb: &str, _output: Option<Output>) -> Result<Answer, Status> {
    let name = call.route.subresource.map_or("", |s| s.name.split_once('/').map_or("", |(_, sub)| sub));
    match (name, verb) {
        ("status", "get") => read::get(call),
        ("status", "update") => write::update_part(call, Part::Status),
        _ => Err(method_not_allowed()),
    }
}
