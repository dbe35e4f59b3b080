//! The pods of a DaemonSet: how they are made, and where they belong.
//!
//! Models `pkg/controller/daemon/util/daemonset_util.go`.

use super::Set;
use crate::base::sort;
use crate::base::{Text, Value};
use crate::controllers::scheduler::affinity;
use crate::controllers::{Write, kinds, pod, template};
use crate::store::Object;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

const GENERATION: &str = "deprecated.daemonset.template.generation";
const GENERATION_LABEL: &str = "pod-template-generation";
pub(super) const HASH_LABEL: &str = "controller-revision-hash";

/// Key and effect of what all pods of DaemonSets tolerate.
const TOLERATED: &[(&str, &str)] = &[
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
];
const TOLERATED_ON_THE_HOST: &[(&str, &str)] = &[("node.kubernetes.io/network-unavailable", "NoSchedule")];

/// The pods by the node they are on, or are to be on; the oldest first. Those that have ended and are about to go do
/// not count.
pub(super) fn by_node<'a>(pods: &[&'a Arc<Object>]) -> BTreeMap<Text, Vec<&'a Arc<Object>>> {
    let mut nodes: BTreeMap<Text, Vec<&Arc<Object>>> = BTreeMap::new();
    let over = |p: &Object| p.has_ended() && p.is_deleted();
    for pod in pods.iter().filter(|p| !over(p)) {
        if let Some(node) = target(pod.value()) {
            nodes.entry(node.into()).or_default().push(pod);
        }
    }
    for pods in nodes.values_mut() {
        sort::by_key(pods, |p| (pod::node(p.value()).is_empty(), pod::created(p.value()), p.name().clone()));
    }
    nodes
}

/// Models `GetTargetNodeName`.
fn target(pod: &Value) -> Option<&str> {
    match pod::node(pod) {
        "" => match affinity::named(pod.get("spec"))?.as_slice() {
            [node] => Some(node),
            _ => None,
        },
        node => Some(node),
    }
}

/// A pod for a node.
pub(super) fn create(set: &Set<'_>, node: &str) -> Write {
    let mut pod = template::pod(&set.revision.template, set.value(), kinds::DAEMON_SET);
    let labels = pod.entry_at(&["metadata", "labels"]);
    let generation = set.object.metadata().get("annotations").get(GENERATION).str();
    if generation.parse::<i64>().is_ok() {
        labels.set(GENERATION_LABEL, generation);
    }
    labels.set(HASH_LABEL, &set.hash);
    let spec = pod.entry("spec");
    let tolerated = tolerations(spec);
    spec.set("tolerations", tolerated);
    let field = Value::map([
        ("key", Value::text("metadata.name")),
        ("operator", Value::text("In")),
        ("values", Value::list([Value::text(node)])),
    ]);
    let term = Value::map([("matchFields", Value::list([field]))]);
    spec.entry_at(&["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"])
        .set("nodeSelectorTerms", Value::list([term]));
    template::create(set.value(), pod)
}

/// What a pod with that spec tolerates, and what all of a DaemonSet do.
pub(super) fn tolerations(spec: &Value) -> Value {
    let mut all: Vec<Value> = spec.get("tolerations").items().to_vec();
    let on_host: &[_] = if spec.get("hostNetwork").is_true() { TOLERATED_ON_THE_HOST } else { &[] };
    for (key, effect) in TOLERATED.iter().chain(on_host) {
        let toleration = Value::map([
            ("key", Value::text(*key)),
            ("operator", Value::text("Exists")),
            ("effect", Value::text(*effect)),
        ]);
        if !all.contains(&toleration) {
            all.push(toleration);
        }
    }
    Value::list(all)
}

/// Whether the pod was made after what the DaemonSet has now.
pub(super) fn is_updated(set: &Set<'_>, pod: &Object) -> bool {
    let label = |name: &str| pod.labels().get(name).str();
    let generation = set.object.metadata().get("annotations").get(GENERATION).str();
    let numbered = generation.parse::<i64>().is_ok() && label(GENERATION_LABEL) == generation;
    numbered || label(HASH_LABEL) == set.hash.as_str()
}
