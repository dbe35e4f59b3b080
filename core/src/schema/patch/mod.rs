//! Patches: what they make of an object.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/patch.go` below HTTP.

mod document;
pub mod from_map;
pub mod go_print;
mod go_sort;
pub mod json_patch;
pub mod merge_patch;
pub mod strategic;
pub mod strict;

pub use json_patch::JsonPatch;

use crate::base::status::Details;
use crate::base::{Status, Value};
use alloc::boxed::Box;

/// A patch that was understood and cannot be applied; clients are not told why.
///
/// Models `errors.NewGenericServerResponse` of 422.
fn unprocessable() -> Status {
    let mut status =
        Status::new(422, "Invalid", "the server rejected our request due to an error in our request");
    status.details = Some(Box::new(Details::default()));
    status
}

/// What is left to say when upstream's code breaks: plain text in truth.
fn panicked() -> Status {
    Status::unknown("This request caused apiserver to panic. Look in the logs for details.")
}

/// The same with all keys in order, as Go writes what was decoded into no type.
pub(in crate::schema) fn sorted(value: &Value) -> Value {
    match value {
        Value::Map(map) => {
            let mut out = Value::map(map.iter().map(|(k, v)| (k.clone(), sorted(v))));
            out.map_mut().sort();
            out
        }
        Value::List(items) => Value::list(items.iter().map(sorted)),
        scalar => scalar.clone(),
    }
}
