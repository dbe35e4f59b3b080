//! How requests to the API server are sorted, and how many of them are served at once: kept, with its defaults.
//!
//! Models `pkg/registry/flowcontrol` and `pkg/apis/flowcontrol/v1/defaults.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use alloc::format;
use alloc::string::String;

pub(super) const FLOW_SCHEMA: Strategy = Strategy {
    resource: "flowschemas.flowcontrol.apiserver.k8s.io",
    default: |schema| edit::default_number(schema.entry("spec"), "matchingPrecedence", 1000),
    validate: |schema| {
        let mut errors = meta::validate_kube(schema, false, names::dns1123_subdomain);
        check_schema(schema, &mut errors);
        errors
    },
    validate_update: |schema, old| {
        let mut errors = meta::validate_update_kube(schema, old);
        check_schema(schema, &mut errors);
        errors
    },
    generation: true,
    ..GENERIC
};

pub(super) const PRIORITY_LEVEL: Strategy = Strategy {
    resource: "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
    default: |level| {
        edit::member(level, "spec", |spec| {
            edit::member(spec, "exempt", |exempt| {
                exempt.set_default("nominalConcurrencyShares", 0);
                exempt.set_default("lendablePercent", 0);
            });
            edit::member(spec, "limited", |limited| {
                limited.set_default("nominalConcurrencyShares", 30);
                limited.set_default("lendablePercent", 0);
                edit::member(limited, "limitResponse", |response| {
                    edit::member(response, "queuing", |queuing| {
                        edit::default_number(queuing, "queues", 64);
                        edit::default_number(queuing, "handSize", 8);
                        edit::default_number(queuing, "queueLengthLimit", 50);
                    });
                });
            });
        });
    },
    validate: |level| {
        let mut errors = meta::validate_kube(level, false, names::dns1123_subdomain);
        check_level(level, &mut errors);
        errors
    },
    validate_update: |level, old| {
        let mut errors = meta::validate_update_kube(level, old);
        check_level(level, &mut errors);
        errors
    },
    generation: true,
    ..GENERIC
};

const PRECEDENCE_MAX: i64 = 10_000;
const QUEUES_MAX: i64 = 10_000_000;
/// The schema, and the level, that lets everything through.
const EXEMPT: &str = "exempt";
const METHODS: &[&str] = &["ByNamespace", "ByUser"];
const TYPES: &[&str] = &["Exempt", "Limited"];
const RESPONSES: &[&str] = &["Queue", "Reject"];

fn check_schema(schema: &Value, errors: &mut Errors) {
    let (spec, at) = (schema.get("spec"), Path::new("spec"));
    let (precedence_at, precedence) = (&at / "matchingPrecedence", spec.get("matchingPrecedence").int());
    let wrong = match precedence {
        n if n <= 0 => Some("must be a positive value"),
        n if n > PRECEDENCE_MAX => Some("must not be greater than 10000"),
        1 if schema.at(&["metadata", "name"]).str() != EXEMPT => {
            Some("only the schema named 'exempt' may have matchingPrecedence 1")
        }
        _ => None,
    };
    errors.extend(wrong.map(|detail| field::invalid(&precedence_at, precedence, detail)));
    let method = spec.get("distinguisherMethod");
    if !method.is_null() && !METHODS.contains(&method.get("type").str()) {
        let at = &at / "distinguisherMethod";
        let error = field::not_supported(&(&at / "type"), method, METHODS);
        errors.push(error.of_type("io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod"));
    }
    let at = &at / "priorityLevelConfiguration";
    match spec.at(&["priorityLevelConfiguration", "name"]).str() {
        "" => errors.push(field::required(&(&at / "name"), "must reference a priority level")),
        name => check::complain(&(&at / "name"), name, names::dns1123_subdomain(name), errors),
    }
}

/// A level that limits says how; one that queues says in how many queues.
fn check_level(level: &Value, errors: &mut Errors) {
    let (spec, at) = (level.get("spec"), Path::new("spec"));
    let (kind, limited, exempt) = (spec.get("type").str(), spec.get("limited"), spec.get("exempt"));
    if (level.at(&["metadata", "name"]).str() == EXEMPT) != (kind == "Exempt") {
        let detail = "must be 'Exempt' if and only if `name` is 'exempt'";
        errors.push(field::invalid(&(&at / "type"), kind, detail));
    }
    for (name, value, of) in [("exempt", exempt, "Exempt"), ("limited", limited, "Limited")] {
        if kind != of && !value.is_null() {
            errors.push(field::forbidden(&(&at / name), "").declarative());
        }
    }
    match kind {
        "Exempt" => shares(&(&at / "exempt"), exempt, errors),
        "Limited" if limited.is_null() => {
            errors.push(field::required(&(&at / "limited"), "").declarative());
        }
        "" => errors.push(field::required(&(&at / "type"), "").declarative()),
        "Limited" => {}
        other => errors.push(field::not_supported(&(&at / "type"), other, TYPES)),
    }
    // That only what queues has queues holds whatever the type is; all else only matters where it is used.
    let response = limited.get("limitResponse");
    if response.get("type").str() != "Queue" && !response.get("queuing").is_null() {
        let at_limited = &at / "limited";
        let at_response = &at_limited / "limitResponse";
        errors.push(field::forbidden(&(&at_response / "queuing"), "").declarative());
    }
    if kind == "Limited" && !limited.is_null() {
        check_limited(&(&at / "limited"), limited, errors);
    }
}

fn shares(at: &Path<'_>, limits: &Value, errors: &mut Errors) {
    let name = "nominalConcurrencyShares";
    let shares = limits.get(name).int();
    if shares < 0 {
        errors.push(field::invalid(&(at / name), shares, "must be a non-negative integer"));
    }
}

fn lendable(at: &Path<'_>, limits: &Value, errors: &mut Errors) {
    let name = "lendablePercent";
    if let Some(percent) = limits.get(name).as_int().filter(|n| !(0..=100).contains(n)) {
        errors.push(field::invalid(&(at / name), percent, "must be between 0 and 100, inclusive"));
    }
}

fn check_limited(at: &Path<'_>, limited: &Value, errors: &mut Errors) {
    shares(at, limited, errors);
    let (at_response, response) = (at / "limitResponse", limited.get("limitResponse"));
    let (at_queuing, queuing) = (&at_response / "queuing", response.get("queuing"));
    match response.get("type").str() {
        "Queue" if queuing.is_null() => errors.push(field::required(&at_queuing, "").declarative()),
        "Queue" => check_queuing(&at_queuing, queuing, errors),
        "Reject" => {}
        "" => errors.push(field::required(&(&at_response / "type"), "").declarative()),
        other => {
            errors.push(field::not_supported(&(&at_response / "type"), other, RESPONSES));
        }
    }
    lendable(at, limited, errors);
    let name = "borrowingLimitPercent";
    if let Some(percent) = limited.get(name).as_int().filter(|n| *n < 0) {
        let detail = "if specified, must be a non-negative integer";
        errors.push(field::invalid(&(at / name), percent, detail));
    }
}

fn check_queuing(at: &Path<'_>, queuing: &Value, errors: &mut Errors) {
    let of = |name: &str| queuing.get(name).int();
    let (length, queues, hand) = (of("queueLengthLimit"), of("queues"), of("handSize"));
    let mut say = |name: &str, value: i64, detail: String| {
        errors.push(field::invalid(&(at / name), value, detail));
    };
    if length <= 0 {
        say("queueLengthLimit", length, "must be positive".into());
    }
    match queues {
        n if n <= 0 => say("queues", n, "must be positive".into()),
        n if n > QUEUES_MAX => say("queues", n, format!("must not be greater than {QUEUES_MAX}")),
        _ => {}
    }
    match hand {
        n if n <= 0 => say("handSize", n, "must be positive".into()),
        n if n > queues => say("handSize", n, format!("should not be greater than queues ({queues})")),
        _ => {}
    }
}
