//! Budgets, priorities, runtimes and leases as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns::policy as columns;
use super::table::{Around, Printer};
use super::text::{NONE, age, name, number, scalar, text};
use crate::base::Value;
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] = &[
    Printer {
        resource: "poddisruptionbudgets.policy",
        columns: columns::POD_DISRUPTION_BUDGET,
        cells: budget,
    },
    Printer {
        resource: "priorityclasses.scheduling.k8s.io",
        columns: columns::PRIORITY_CLASS,
        cells: priority_class,
    },
    Printer { resource: "runtimeclasses.node.k8s.io", columns: columns::RUNTIME_CLASS, cells: runtime_class },
    Printer { resource: "leases.coordination.k8s.io", columns: columns::LEASE, cells: lease },
    Printer {
        resource: "flowschemas.flowcontrol.apiserver.k8s.io",
        columns: columns::FLOW_SCHEMA,
        cells: flow_schema,
    },
    Printer {
        resource: "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
        columns: columns::PRIORITY_LEVEL_CONFIGURATION,
        cells: priority_level,
    },
];

fn budget(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let bound = |field: &str| match o.at(&["spec", field]) {
        Value::Null => Value::text("N/A"),
        bound => Value::from(scalar(bound)),
    };
    vec![
        name(o),
        bound("minAvailable"),
        bound("maxUnavailable"),
        number(o.at(&["status", "disruptionsAllowed"])),
        age(o, around.now),
    ]
}

fn priority_class(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![
        name(o),
        number(o.get("value")),
        Value::Bool(o.get("globalDefault").is_true()),
        age(o, around.now),
        text(o.get("preemptionPolicy")),
    ]
}

fn runtime_class(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), text(o.get("handler")), age(o, around.now)]
}

fn lease(o: &Value, around: &Around<'_>) -> Vec<Value> {
    vec![name(o), text(o.at(&["spec", "holderIdentity"])), age(o, around.now)]
}

fn flow_schema(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let spec = o.get("spec");
    let method = match spec.get("distinguisherMethod") {
        Value::Null => Value::text(NONE),
        method => text(method.get("type")),
    };
    let dangling = super::text::condition(o, "Dangling");
    vec![
        name(o),
        text(spec.at(&["priorityLevelConfiguration", "name"])),
        number(spec.get("matchingPrecedence")),
        method,
        age(o, around.now),
        Value::text(dangling.map_or("?", |c| c.get("status").str())),
    ]
}

fn priority_level(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let limited = o.at(&["spec", "limited"]);
    let queuing = limited.at(&["limitResponse", "queuing"]);
    let of = |parent: &Value, field: &str| match parent {
        Value::Null => Value::text(NONE),
        parent => number(parent.get(field)),
    };
    vec![
        name(o),
        text(o.at(&["spec", "type"])),
        of(limited, "nominalConcurrencyShares"),
        of(queuing, "queues"),
        of(queuing, "handSize"),
        of(queuing, "queueLengthLimit"),
        age(o, around.now),
    ]
}
