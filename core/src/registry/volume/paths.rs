//! Paths within volumes and on nodes.
//!
//! Models `validatePathNoBacksteps` and its neighbours in `pkg/apis/core/validation/validation.go`.

use crate::base::Path;
use crate::base::field::{self, Errors};

/// No part of it is `..`.
pub(in crate::registry) fn no_backsteps(at: &Path<'_>, path: &str, errors: &mut Errors) {
    if has_backsteps(path) {
        errors.push(field::invalid(at, path, "must not contain '..'"));
    }
}

pub(in crate::registry) fn has_backsteps(path: &str) -> bool {
    path.split('/').any(|part| part == "..")
}

/// Relative, and going down only.
pub(in crate::registry) fn descending(at: &Path<'_>, path: &str, errors: &mut Errors) {
    if path.starts_with('/') {
        errors.push(field::invalid(at, path, "must be a relative path"));
    }
    no_backsteps(at, path, errors);
}

/// The same, and nothing that the kubelet keeps for itself.
pub(in crate::registry) fn not_reserved(at: &Path<'_>, path: &str, errors: &mut Errors) {
    descending(at, path, errors);
    if path.starts_with("..") && !path.starts_with("../") {
        errors.push(field::invalid(at, path, "must not start with '..'"));
    }
}
