//! An Event, which is served in two groups and stored as the older one has it.
//!
//! Models `pkg/registry/core/event/strategy.go`, `pkg/apis/events/v1/conversion.go` and `legacyValidateEvent` of
//! `pkg/apis/core/validation/events.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, meta};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use alloc::format;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "events",
    to_stored: |_, event| rename(event, |(new, old)| (*new, *old)),
    from_stored: |_, event| rename(event, |(new, old)| (*old, *new)),
    validate: |event| validate(event, "reportingComponent"),
    validate_update: |event, _| validate(event, "reportingComponent"),
    validate_version: |version, event, old| (version == NEWER).then(|| validate_newer(event, old)),
    create_on_update: true,
    ..GENERIC
};

const NEWER: &str = "events.k8s.io/v1";
const TYPES: &[&str] = &["Normal", "Warning"];
/// What the newer version does without.
const UNSET: &[&str] = &["firstTimestamp", "lastTimestamp", "count", "source"];
/// What it does not let change, in upstream's order.
const IMMUTABLE: &[&str] = &[
    "involvedObject",
    "reason",
    "message",
    "source",
    "firstTimestamp",
    "lastTimestamp",
    "count",
    "type",
    "eventTime",
    "action",
    "related",
    "reportingComponent",
    "reportingInstance",
];
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

/// The newer version is strict.
///
/// Models `ValidateEventCreate` and `ValidateEventUpdate`.
fn validate_newer(event: &Value, old: Option<&Value>) -> Errors {
    let mut errors = validate(event, "reportingController");
    let Some(old) = old else {
        errors.extend(meta::validate_kube(event, true, names::dns1123_subdomain));
        series(event.get("series"), &mut errors);
        if event.get("eventTime").is_null() {
            errors.push(field::required(&Path::new("eventTime"), ""));
        }
        let kind = event.get("type").str();
        if !TYPES.contains(&kind) {
            errors.push(field::invalid(&Path::new("type"), "", format!("has invalid value: {kind}")));
        }
        for name in UNSET {
            let value = event.get(name);
            if !(value.is_empty() || value.as_int() == Some(0)) {
                errors.push(field::invalid(&Path::new(name), "", "needs to be unset"));
            }
        }
        return errors;
    };
    errors.extend(meta::validate_update_kube(event, old));
    if event.get("series") != old.get("series") {
        series(event.get("series"), &mut errors);
    }
    for name in IMMUTABLE {
        let (new, was) = (event.get(name), old.get(name));
        let at = Path::new(if *name == "reportingComponent" { "reportingController" } else { name });
        if new != was && !(new.is_empty() && was.is_empty()) {
            // A text that is not there is empty to Go.
            let shown = if new.is_null() && was.as_text().is_some() { Value::text("") } else { new.clone() };
            let error = field::invalid(&at, shown, check::IMMUTABLE);
            errors.push(match *name {
                "involvedObject" | "related" => error.of_type("io.k8s.api.core.v1.ObjectReference"),
                "source" => error.of_type("io.k8s.api.core.v1.EventSource"),
                _ => error,
            });
        }
    }
    errors
}

fn series(series: &Value, errors: &mut Errors) {
    if series.is_null() {
        return;
    }
    if series.get("count").int() < 2 {
        errors.push(field::invalid(&Path::new("series.count"), "", "should be at least 2"));
    }
    if series.get("lastObservedTime").is_null() {
        errors.push(field::required(&Path::new("series.lastObservedTime"), ""));
    }
}

/// Events that say when they happened are of the newer kind, and say who reports what.
fn validate(event: &Value, reporter_field: &'static str) -> Errors {
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
    let (at, reporter) = (Path::new(reporter_field), event.get("reportingComponent").str());
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
