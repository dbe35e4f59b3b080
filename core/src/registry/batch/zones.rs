//! The names of time zones.
//!
//! Models `time.LoadLocation` and `validateTimeZone` of `pkg/apis/batch/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use alloc::format;

/// The names in the IANA database, in order, one a line.
const NAMES: &str = include_str!("zones.txt");
/// The longest part of a name.
const PART_MAX: usize = 14;

pub(super) fn is_known(name: &str) -> bool {
    matches!(name, "" | "Local") || NAMES.lines().any(|known| known == name)
}

pub(super) fn check(at: &Path<'_>, zone: &Value, errors: &mut Errors) {
    let Some(name) = zone.as_text() else { return };
    if name.is_empty() {
        errors.push(field::invalid(at, zone, "timeZone must be nil or non-empty string"));
        return;
    }
    let unknown = || field::invalid(at, zone, format!("unknown time zone {name}"));
    if !name.split('/').all(is_part) {
        errors.push(unknown());
        return;
    }
    if name.eq_ignore_ascii_case("Local") {
        let detail = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        errors.push(field::invalid(at, zone, detail));
    }
    if is_region(name) {
        // Upstream reads the database from files.
        errors.push(field::invalid(at, zone, "is a directory"));
    } else if !is_known(name) {
        errors.push(unknown());
    }
}

/// Whether there are zones below the name.
fn is_region(name: &str) -> bool {
    NAMES.lines().any(|known| known.strip_prefix(name).is_some_and(|rest| rest.starts_with('/')))
}

fn is_part(part: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+');
    !matches!(part, "" | "." | "..")
        && !part.starts_with('-')
        && part.len() <= PART_MAX
        && part.bytes().all(allowed)
}
