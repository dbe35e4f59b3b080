//! Services without a selector: somebody else has to write their endpoints, and under the right names.

use super::finding::{Finding, Fix, Severity, set};
use super::scene::Scene;
use crate::base::{Text, Value};
use crate::net::trace::Concern;
use crate::object::{EndpointPort, ServiceType};
use alloc::format;
use alloc::vec::Vec;

pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if scene.selects() || scene.service.kind() == ServiceType::ExternalName {
        return;
    }
    if scene.slices.iter().all(|s| s.endpoints().len() == 0) {
        let message = "The Service has no selector, and nobody has written endpoints for it.";
        findings.push(scene.finding(
            "no-selector-no-endpoints",
            Severity::Error,
            "spec.selector",
            message.into(),
        ));
        return;
    }
    findings.extend(names(scene));
    let ready = scene.ready_endpoints().next().is_some();
    if !ready {
        let message = "None of the endpoints that were written for it is ready.";
        findings.push(scene.finding(
            "written-endpoints-not-ready",
            Severity::Error,
            "spec.selector",
            message.into(),
        ));
    }
}

/// Ports of Services and of slices belong together by their names.
fn names(scene: &Scene<'_>) -> Vec<Finding> {
    let known = |name: &str| {
        let mut ports = scene.slices.iter().flat_map(|s| s.ports());
        ports.any(|p: EndpointPort<'_>| p.name().unwrap_or_default() == name)
    };
    let missing =
        scene.service.ports().enumerate().filter(|(_, p)| !known(p.name()) && !scene.service.is_headless());
    let finding = |(i, port): (usize, crate::object::ServicePort<'_>)| {
        let there = scene.slices.iter().flat_map(|s| s.ports()).map(|p| shown(p.name().unwrap_or_default()));
        let there = there.collect::<Vec<_>>().join(", ");
        let message = format!(
            "The Service's port is called {}, those of its EndpointSlices are called {there}: the port has no endpoints.",
            shown(port.name()),
        );
        let field = format!("spec.ports[{i}].name");
        let found = scene.finding("slice-port-name-differs", Severity::Error, &field, message);
        found
            .with(scene.slices.iter().map(|s| slice_concern(scene, s.meta().name())))
            .fixed_by(fix(scene, port.name()))
    };
    missing.map(finding).collect()
}

fn shown(name: &str) -> Text {
    if name.is_empty() { "\"\"".into() } else { name.into() }
}

fn slice_concern(scene: &Scene<'_>, name: &str) -> Concern {
    Concern::new("EndpointSlice", scene.namespace(), name).field("ports")
}

/// With one port on either side it is clear what was meant.
fn fix(scene: &Scene<'_>, name: &str) -> Option<Fix> {
    let [slice] = scene.slices.as_slice() else { return None };
    if slice.ports().len() != 1 || scene.service.ports().len() != 1 {
        return None;
    }
    let title = format!("Call the slice's port {}", shown(name));
    Some(Fix::new(
        title,
        &slice_concern(scene, slice.meta().name()),
        [set(&["ports", "0", "name"], Value::text(name))],
    ))
}
