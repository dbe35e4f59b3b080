//! The workload behind a pod: what people wrote, and what a fix has to change.

use crate::base::Value;
use crate::net::trace::Concern;
use crate::store::{Object, Store};
use alloc::sync::Arc;

/// Kind, resource.
const WORKLOADS: &[(&str, &str)] = &[
    ("Deployment", "deployments.apps"),
    ("ReplicaSet", "replicasets.apps"),
    ("StatefulSet", "statefulsets.apps"),
    ("DaemonSet", "daemonsets.apps"),
    ("ReplicationController", "replicationcontrollers"),
    ("Job", "jobs.batch"),
    ("CronJob", "cronjobs.batch"),
];

/// A workload, or a pod that nobody owns.
#[derive(Clone, Debug)]
pub(super) struct Owner<'a> {
    pub object: &'a Arc<Object>,
    pub concern: Concern,
}

impl Owner<'_> {
    /// Whether its pods are made from a template at `spec.template`, which may be changed.
    pub(super) fn has_template(&self) -> bool {
        matches!(self.concern.kind, "Deployment" | "StatefulSet" | "DaemonSet")
    }
}

/// Who owns a pod in the end: a Deployment rather than its ReplicaSet. The pod itself where nobody does.
pub(super) fn owner<'a>(store: &'a Store, pod: &'a Arc<Object>) -> Owner<'a> {
    // A CronJob's Job's pod is the deepest there is.
    let (mut object, mut kind) = (pod, "Pod");
    for _ in 0..WORKLOADS.len() {
        let owners = object.owners().items();
        let Some(reference) = owners.iter().find(|o| o.get("controller").is_true()) else { break };
        let Some((name, resource)) = WORKLOADS.iter().find(|(k, _)| *k == reference.get("kind").str()) else {
            break;
        };
        match store.get(resource, object.namespace(), reference.get("name").str()) {
            Some(owner) => (object, kind) = (owner, *name),
            None => break,
        }
    }
    Owner { object, concern: Concern::new(kind, object.namespace(), object.name()) }
}

/// The workloads of a namespace that nobody owns, with the labels of the pods that they make.
pub(super) fn workloads<'a>(
    store: &'a Store,
    namespace: &'a str,
) -> impl Iterator<Item = (Owner<'a>, &'a Value)> {
    WORKLOADS.iter().flat_map(move |(kind, resource)| {
        let own = store.list(resource, namespace).filter(|o| o.owners().items().is_empty());
        own.map(move |object| {
            let template = match *kind {
                "CronJob" => object.value().at(&["spec", "jobTemplate", "spec", "template"]),
                _ => object.value().at(&["spec", "template"]),
            };
            let concern = Concern::new(kind, object.namespace(), object.name());
            (Owner { object, concern }, template.at(&["metadata", "labels"]))
        })
    })
}
