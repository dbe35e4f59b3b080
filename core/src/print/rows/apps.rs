//! Workloads as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns;
use super::table::{Around, Printer};
use super::text::{self, NONE, age, labels, name, number, selector};
use crate::base::{Selector, Value};
use alloc::format;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] = &[
    Printer { resource: "deployments.apps", columns: columns::apps::DEPLOYMENT, cells: deployment },
    Printer { resource: "replicasets.apps", columns: columns::apps::REPLICA_SET, cells: replica_set },
    Printer { resource: "statefulsets.apps", columns: columns::apps::STATEFUL_SET, cells: stateful_set },
    Printer { resource: "daemonsets.apps", columns: columns::apps::DAEMON_SET, cells: daemon_set },
    Printer {
        resource: "controllerrevisions.apps",
        columns: columns::apps::CONTROLLER_REVISION,
        cells: controller_revision,
    },
    Printer {
        resource: "replicationcontrollers",
        columns: columns::core::REPLICATION_CONTROLLER,
        cells: replication_controller,
    },
];

fn deployment(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let status = o.get("status");
    let [names, images] = containers(o);
    vec![
        name(o),
        ready(o),
        number(status.get("updatedReplicas")),
        number(status.get("availableReplicas")),
        age(o, around.now),
        names,
        images,
        Value::from(Selector::from_spec(o.at(&["spec", "selector"])).to_string()),
    ]
}

fn replica_set(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let [names, images] = containers(o);
    let mut cells = counts(o, around);
    cells.extend([names, images, selector(o.at(&["spec", "selector"]))]);
    cells
}

fn replication_controller(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let [names, images] = containers(o);
    let mut cells = counts(o, around);
    cells.extend([names, images, labels(o.at(&["spec", "selector"]))]);
    cells
}

/// What the controllers of plain replicas show first.
fn counts(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let status = o.get("status");
    vec![
        name(o),
        number(o.at(&["spec", "replicas"])),
        number(status.get("replicas")),
        number(status.get("readyReplicas")),
        age(o, around.now),
    ]
}

fn stateful_set(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let [names, images] = containers(o);
    vec![name(o), ready(o), age(o, around.now), names, images]
}

fn daemon_set(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let status = o.get("status");
    let [names, images] = containers(o);
    vec![
        name(o),
        number(status.get("desiredNumberScheduled")),
        number(status.get("currentNumberScheduled")),
        number(status.get("numberReady")),
        number(status.get("updatedNumberScheduled")),
        number(status.get("numberAvailable")),
        labels(o.at(&["spec", "template", "spec", "nodeSelector"])),
        age(o, around.now),
        names,
        images,
        selector(o.at(&["spec", "selector"])),
    ]
}

fn controller_revision(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let owners = o.at(&["metadata", "ownerReferences"]).items();
    let controller = owners.iter().find(|owner| owner.get("controller").is_true()).map(|owner| {
        let kind = owner.get("kind").str();
        let group = owner.get("apiVersion").str().split_once('/').map(|(group, _)| group);
        let kind = group.map_or(kind.to_lowercase(), |g| format!("{kind}.{g}").to_lowercase());
        format!("{kind}/{}", owner.get("name").str())
    });
    let controller = controller.map_or(Value::text(NONE), Value::from);
    vec![name(o), controller, number(o.get("revision")), age(o, around.now)]
}

/// The ready ones of those that are wanted.
fn ready(o: &Value) -> Value {
    let (ready, wanted) = (o.at(&["status", "readyReplicas"]).int(), o.at(&["spec", "replicas"]).int());
    Value::from(format!("{ready}/{wanted}"))
}

fn containers(o: &Value) -> [Value; 2] {
    text::containers(o.at(&["spec", "template", "spec"]))
}
