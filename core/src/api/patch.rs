//! Patch, in each of its dialects.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.

use super::call::{Answer, Call};
use super::negotiate;
use crate::base::Status;

const TYPES: &[&str] = &[
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
];

pub(super) fn patch(call: &mut Call<'_>) -> Result<Answer, Status> {
    let header = call.request.header("Content-Type").unwrap_or_default();
    let type_ = header.split(';').next().unwrap_or_default();
    if !TYPES.contains(&type_) {
        return Err(negotiate::unsupported(TYPES));
    }
    Err(Status::unknown("patches are not there yet"))
}
