//! A pod says by its labels where its node is.
//!
//! Models `plugin/pkg/admission/podtopologylabels`.

use crate::base::{Status, Text, Value};
use crate::registry::server::{Server, StoredKind};
use alloc::vec::Vec;

const LABELS: &[&str] = &["topology.kubernetes.io/region", "topology.kubernetes.io/zone"];

pub(super) fn admit(
    server: &Server,
    _: &StoredKind,
    pod: &mut Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let node = pod.at(&["spec", "nodeName"]).as_text().cloned().unwrap_or_default();
    if old.is_none() && !node.is_empty() {
        for (key, value) in of_node(server, &node) {
            pod.entry_at(&["metadata", "labels"]).set(key, value);
        }
    }
    Ok(())
}

/// The labels that a pod gets from its node, in order.
pub(in crate::registry) fn of_node(server: &Server, node: &str) -> Vec<(&'static str, Text)> {
    let labels = server.store.value("nodes", "", node).at(&["metadata", "labels"]);
    LABELS.iter().filter_map(|key| Some((*key, labels.get(key).as_text()?.clone()))).collect()
}
