//! The rules that every other kind has for a field of its own: not negative, one of these, not changed.
//!
//! Models `k8s.io/apimachinery/pkg/api/validation` and the small helpers of `pkg/apis/core/validation`.

use crate::base::field::{self, Errors};
use crate::base::names::{self, Complaints};
use crate::base::{Path, Value};

pub(super) const IMMUTABLE: &str = "field is immutable";
const NEGATIVE: &str = "must be greater than or equal to 0";
const NOT_POSITIVE: &str = "must be greater than zero";

/// An error for each complaint about `value`.
pub(super) fn complain(at: &Path<'_>, value: impl Into<Value>, complaints: Complaints, errors: &mut Errors) {
    let value = value.into();
    errors.extend(complaints.into_iter().map(|c| field::invalid(at, value.clone(), c)));
}

pub(super) fn non_negative(at: &Path<'_>, n: i64, errors: &mut Errors) {
    if n < 0 {
        errors.push(field::invalid(at, n, NEGATIVE));
    }
}

pub(super) fn positive(at: &Path<'_>, n: i64, errors: &mut Errors) {
    if n <= 0 {
        errors.push(field::invalid(at, n, NOT_POSITIVE));
    }
}

/// The text or list `name` of `object`, which is at `at`, must not be empty.
pub(super) fn required(object: &Value, name: &str, at: &Path<'_>, errors: &mut Errors) {
    if object.get(name).is_empty() {
        errors.push(field::required(&(at / name), ""));
    }
}

/// The text must be one of `supported`.
pub(super) fn one_of(at: &Path<'_>, text: &str, supported: &[&str], errors: &mut Errors) {
    if !supported.contains(&text) {
        errors.push(field::not_supported(at, text, supported));
    }
}

/// The same for a text that may be missing.
pub(super) fn one_of_if_any(at: &Path<'_>, value: &Value, supported: &[&str], errors: &mut Errors) {
    if let Some(text) = value.as_text() {
        one_of(at, text, supported, errors);
    }
}

/// The text must be there, and one of `supported`.
pub(super) fn required_one_of(at: &Path<'_>, text: &str, supported: &[&str], errors: &mut Errors) {
    match text {
        "" => errors.push(field::required(at, "")),
        text => one_of(at, text, supported, errors),
    }
}

/// The field must be what it was. Both objects are in canonical form, so equal is what `Semantic.DeepEqual` says.
pub(super) fn immutable(at: &Path<'_>, new: &Value, old: &Value, errors: &mut Errors) {
    if new != old {
        errors.push(field::invalid(at, new, IMMUTABLE));
    }
}

/// The same where upstream declares it: the error does not show the value, and comes last.
pub(super) fn declared_immutable(at: &Path<'_>, new: &Value, old: &Value, errors: &mut Errors) {
    if new != old {
        errors.push(field::invalid(at, Value::Null, IMMUTABLE).declarative());
    }
}

/// A domain, a slash and a path.
///
/// Models `IsDomainPrefixedPath`.
pub(super) fn domain_prefixed_path(at: &Path<'_>, text: &str, errors: &mut Errors) {
    if text.is_empty() {
        errors.push(field::required(at, ""));
        return;
    }
    match text.split_once('/').filter(|(host, path)| !host.is_empty() && !path.is_empty()) {
        None => {
            let detail = "must be a domain-prefixed path (such as \"acme.io/foo\")";
            errors.push(field::invalid(at, text, detail));
        }
        Some((host, path)) => {
            complain(at, host, names::dns1123_subdomain(host), errors);
            complain(at, path, names::http_path(path), errors);
        }
    }
}
