//! A pod gets its node.
//!
//! Models `pkg/registry/core/pod/storage/storage.go: BindingREST.assignPod`.

use super::admission;
use super::server::Server;
use super::write::{self, At, Options, Part, Written};
use crate::base::status::InGroup;
use crate::base::{Status, Value};
use alloc::format;

/// Binds the pod to `node`. `metadata`: that of the Binding, whose labels and annotations the pod gets.
pub fn bind(
    server: &mut Server,
    at: At<'_>,
    node: &str,
    metadata: &Value,
    options: &Options,
) -> Result<Written, Status> {
    write::update(server, at, Part::Bare, options, false, |server, pod| {
        bindable(pod)?;
        let mut pod = pod.clone();
        pod.entry("spec").set("nodeName", node);
        for map in ["annotations", "labels"] {
            for (key, value) in metadata.get(map).entries() {
                pod.entry("metadata").entry(map).set(key, value);
            }
        }
        for (key, value) in admission::topology_labels_of_node(server, node) {
            pod.entry_at(&["metadata", "labels"]).set(key, value);
        }
        scheduled(&mut pod, &server.now.rfc3339());
        Ok(pod)
    })
}

fn bindable(pod: &Value) -> Result<(), Status> {
    let name = pod.get("metadata").get("name").str();
    let conflict = |why: &str| Err(Status::conflict(InGroup { group: "", name: "pods/binding" }, name, why));
    if !pod.get("metadata").get("deletionTimestamp").is_null() {
        return conflict(&format!("pod {name} is being deleted, cannot be assigned to a host"));
    }
    let node = pod.get("spec").get("nodeName").str();
    if !node.is_empty() {
        return conflict(&format!("pod {name} is already assigned to node \"{node}\""));
    }
    if !pod.get("spec").get("schedulingGates").is_empty() {
        return conflict(&format!("pod {name} has non-empty .spec.schedulingGates"));
    }
    Ok(())
}

/// Models `podutil.UpdatePodCondition`: whatever kept the pod waiting is forgotten.
fn scheduled(pod: &mut Value, now: &str) {
    let conditions = pod.entry("status").entry("conditions").list_mut();
    let place = conditions.iter().position(|c| c.get("type").str() == "PodScheduled");
    let was = place.and_then(|at| conditions.get(at));
    let since = was.filter(|c| c.get("status").str() == "True").map(|c| c.get("lastTransitionTime").clone());
    let condition = Value::map([
        ("type", Value::text("PodScheduled")),
        ("status", Value::text("True")),
        ("lastProbeTime", Value::Null),
        ("lastTransitionTime", since.unwrap_or_else(|| now.into())),
    ]);
    match place.and_then(|at| conditions.get_mut(at)) {
        Some(there) => *there = condition,
        None => conditions.push(condition),
    }
}
