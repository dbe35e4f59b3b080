//! Load balancers that nobody provides, and those that let nobody in.

use super::finding::{Finding, Fix, Severity, set};
use super::scene::Scene;
use crate::base::Value;
use crate::object::{ServicePort, ServiceType};
use alloc::format;
use alloc::vec::Vec;

/// A provider that is at work has put this on the Service.
const FINALIZER: &str = "service.kubernetes.io/load-balancer-cleanup";

pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let service = scene.service;
    let provided = service.ingress().next().is_some();
    let at_work = scene.object.metadata().get("finalizers").items().iter().any(|f| f.str() == FINALIZER);
    if service.kind() != ServiceType::LoadBalancer || provided {
        return;
    }
    if at_work {
        let message = "Its load balancer is being made.";
        let field = "status.loadBalancer";
        findings.push(scene.finding("load-balancer-starting", Severity::Hint, field, message.into()));
        return;
    }
    let who = match service.spec().get("loadBalancerClass").str() {
        "" => "nobody in this cluster provides load balancers".into(),
        class => format!("nobody in this cluster provides load balancers of class {class}"),
    };
    let ports =
        service.ports().filter_map(ServicePort::node_port).map(|p| format!("{p}")).collect::<Vec<_>>();
    let meanwhile = match ports.as_slice() {
        [] => "".into(),
        ports => format!(" Meanwhile it is reached at port {} of every node.", ports.join(", ")),
    };
    let message = format!("Its external address stays <pending>: {who}.{meanwhile}");
    let fix = Fix::new(
        "Make it a NodePort Service".into(),
        &scene.place(""),
        [set(&["spec", "type"], Value::text("NodePort"))],
    );
    let found = scene.finding("load-balancer-pending", Severity::Warning, "spec.type", message);
    findings.push(found.fixed_by(Some(fix).filter(|_| service.spec().get("loadBalancerClass").is_null())));
}
