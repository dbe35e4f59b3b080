//! The names of field managers: what they may be, and which one a client has that gives none.
//!
//! Models `ValidateFieldManager` of `apimachinery/pkg/apis/meta/v1/validation`, and `managerOrUserAgent` and
//! `prefixFromUserAgent` of `apiserver/pkg/endpoints/handlers/create.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Text};
use alloc::format;
use alloc::string::String;

/// The longest name, in bytes.
const MAX: usize = 128;

/// The manager that a client names, or else its user agent up to the first slash.
pub fn of(named: &str, user_agent: &str) -> Text {
    if !named.is_empty() {
        return named.into();
    }
    let mut out = String::new();
    let prefix = user_agent.split('/').next().unwrap_or_default();
    for c in prefix.chars().filter(|c| field::is_printable(*c)) {
        if out.len() + c.len_utf8() > MAX {
            break;
        }
        out.push(c);
    }
    out.into()
}

/// Printable, and not too long.
pub fn check(at: &Path<'_>, manager: &str, errors: &mut Errors) {
    if manager.len() > MAX {
        errors.push(field::too_long(at, MAX));
    }
    for (i, c) in manager.char_indices().filter(|(_, c)| !field::is_printable(*c)) {
        let detail = format!("invalid character U+{:04X} (at position {i})", u32::from(c));
        errors.push(field::invalid(at, manager, detail));
    }
}
