//! Traffic policies that send traffic only to a node's own pods, where some nodes have none.

use super::finding::{Finding, Fix, Severity, set};
use super::scene::{Scene, listed};
use crate::base::Value;
use crate::object::{Endpoint, Node, ServiceType, resource};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let service = scene.service;
    let external = service.external_policy().is_local() && service.kind() == ServiceType::NodePort;
    let internal = service.internal_policy().is_local() && service.has_cluster_ip();
    let bare = bare_nodes(scene);
    // Where there is no endpoint at all, it is not the policy's fault.
    if bare.is_empty() || scene.ready_endpoints().next().is_none() {
        return;
    }
    let (nodes, have) = (listed("node", &bare), if bare.len() == 1 { "has" } else { "have" });
    let fix = |field: &str| {
        let fix = [set(&["spec", field], Value::text("Cluster"))];
        Some(Fix::new(format!("Set {field} to Cluster"), &scene.place(""), fix))
    };
    if external {
        let message = format!(
            "externalTrafficPolicy is Local, and {nodes} {have} no ready endpoint: what comes to the node port there from outside is dropped."
        );
        let field = "spec.externalTrafficPolicy";
        let found = scene.finding("external-policy-local", Severity::Warning, field, message);
        findings.push(found.fixed_by(fix("externalTrafficPolicy")));
    }
    if internal {
        let message = format!(
            "internalTrafficPolicy is Local, and {nodes} {have} no ready endpoint: pods there cannot reach the Service."
        );
        let field = "spec.internalTrafficPolicy";
        let found = scene.finding("internal-policy-local", Severity::Warning, field, message);
        findings.push(found.fixed_by(fix("internalTrafficPolicy")));
    }
}

/// The nodes without a ready endpoint, of those that ordinary pods may run on.
fn bare_nodes<'a>(scene: &Scene<'a>) -> Vec<&'a str> {
    let with = scene.ready_endpoints().map(Endpoint::node_name).collect::<BTreeSet<_>>();
    let nodes = scene.store.list(resource::NODES, "");
    let usual = nodes.filter(|n| {
        let taints = n.value().at(&["spec", "taints"]).items();
        Node::of(n.value()).is_ready() && !taints.iter().any(|t| t.get("effect").str() != "PreferNoSchedule")
    });
    usual.map(|n| n.name().as_str()).filter(|name| !with.contains(name)).collect()
}
