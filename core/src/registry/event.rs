//! An Event, which is served in two groups and stored as the older one has it.
//!
//! Models `pkg/registry/core/event/strategy.go`, `pkg/apis/events/v1/conversion.go` and `legacyValidateEvent` of
//! `pkg/apis/core/validation/events.go`.

use super::check;
use super::strategy::{GENERIC, Strategy};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use alloc::format;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "events",
    to_stored: |_, event| rename(event, |(new, old)| (*new, *old)),
    from_stored: |_, event| rename(event, |(new, old)| (*old, *new)),
    validate,
    validate_update: |event, _| validate(event),
    create_on_update: true,
    ..GENERIC
};

/// What the newer version calls a field, and the older.
const NAMES: &[(&str, &str)] = &[
    ("regarding", "involvedObject"),
    ("note", "message"),
    ("deprecatedSource", "source"),
    ("deprecatedFirstTimestamp", "firstTimestamp"),
    ("deprecatedLastTimestamp", "lastTimestamp"),
    ("deprecatedCount", "count"),
    ("reportingController", "reportingComponent"),
];
/// The longest texts, in the order in which they are looked at; without a message there may be an event, without the
/// others not.
const LONGEST: &[(&str, usize, bool)] = &[
    ("reportingInstance", 128, true),
    ("action", 128, true),
    ("reason", 128, true),
    ("message", 1024, false),
];

fn rename(event: &mut Value, way: fn(&(&'static str, &'static str)) -> (&'static str, &'static str)) {
    for (from, to) in NAMES.iter().map(way) {
        if let Some(value) = event.remove(from) {
            event.set(to, value);
        }
    }
}

/// Events that say when they happened are of the newer kind, and say who reports what.
fn validate(event: &Value) -> Errors {
    let mut errors = Errors::new();
    let namespace = event.get("metadata").get("namespace").str();
    let about = event.get("involvedObject").get("namespace").str();
    let is_new = !event.get("eventTime").is_null();
    let fits = match (about, is_new) {
        ("", false) => matches!(namespace, "" | "default"),
        ("", true) => matches!(namespace, "default" | "kube-system"),
        (about, false) => about == namespace,
        (_, true) => true,
    };
    if !fits {
        let involved = Path::new("involvedObject");
        errors.push(field::invalid(&(&involved / "namespace"), about, "does not match event.namespace"));
    }
    if !is_new {
        return errors;
    }
    let (at, reporter) = (Path::new("reportingComponent"), event.get("reportingComponent").str());
    if reporter.is_empty() {
        errors.push(field::required(&at, ""));
    }
    check::complain(&at, reporter, names::label_key(reporter), &mut errors);
    for (name, longest, required) in LONGEST {
        let (at, text) = (Path::new(name), event.get(name).str());
        if *required && text.is_empty() {
            errors.push(field::required(&at, ""));
        }
        if text.len() > *longest {
            errors.push(field::invalid(&at, "", format!("can have at most {longest} characters")));
        }
    }
    errors
}
