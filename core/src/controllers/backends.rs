//! Which pods may stand behind a Service, on which ports, and which Services a changed pod concerns.
//!
//! Models `k8s.io/endpointslice/util/controller_utils.go` and `FindPort` of `k8s.io/endpointslice/utils.go`.

use super::{Heard, Key};
use crate::base::{Text, Value};
use crate::store::{Change, Object, Store};
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The Services that a change of a pod concerns, in the order of their names.
///
/// Models `GetPodUpdateProjectionKey` and `GetServicesToUpdate`.
pub(super) fn services_of_changed_pod(heard: &Heard<'_>) -> Vec<Key> {
    let (store, pod) = (heard.store, &*heard.event.object);
    let before = heard.event.before.as_deref();
    match (heard.event.change, before) {
        (Change::Modified, Some(before)) => services_between(store, before, pod),
        (Change::Deleted, Some(before)) => services_of(store, before).map(Key::of).collect(),
        _ => services_of(store, pod).map(Key::of).collect(),
    }
}

fn services_between(store: &Store, before: &Object, pod: &Object) -> Vec<Key> {
    let changed = endpoint_changed(before, pod);
    let moved = before.labels() != pod.labels() || names_changed(before, pod);
    match (changed, moved) {
        (false, false) => Vec::new(),
        (true, false) => services_of(store, pod).map(Key::of).collect(),
        (true, true) => {
            let both = services_of(store, before).chain(services_of(store, pod)).map(Key::of);
            both.collect::<BTreeSet<_>>().into_iter().collect()
        }
        // Only those that the pod has come to or left. A new host name alone leaves none and comes to none.
        (false, true) => {
            let was = services_of(store, before).map(Key::of).collect::<BTreeSet<_>>();
            let is = services_of(store, pod).map(Key::of).collect::<BTreeSet<_>>();
            was.symmetric_difference(&is).cloned().collect()
        }
    }
}

fn services_of<'a>(store: &'a Store, pod: &'a Object) -> impl Iterator<Item = &'a Object> {
    store.selecting("services", pod.namespace(), pod.labels()).map(|o| &**o)
}

/// Whether the pod changed in a way that may show in its endpoints.
fn endpoint_changed(before: &Object, pod: &Object) -> bool {
    // Upstream compares the two times as pointers: any two that are set differ.
    let deleted = before.is_deleted() || pod.is_deleted();
    deleted || is_ready(before.value()) != is_ready(pod.value()) || addresses_changed(before, pod)
}

fn addresses_changed(before: &Object, pod: &Object) -> bool {
    let (was, is) = (pod_ips(before.value()), pod_ips(pod.value()));
    was.len() != is.len() || was.iter().zip(is).any(|(a, b)| a.get("ip") != b.get("ip"))
}

fn names_changed(before: &Object, pod: &Object) -> bool {
    let (was, is) = (before.value().get("spec"), pod.value().get("spec"));
    ["hostname", "subdomain"].iter().any(|f| was.get(f).str() != is.get(f).str())
}

/// The pods that a Service selects, in the order of their names.
pub(super) fn selected<'a>(
    store: &'a Store,
    service: &'a Object,
    selector: &'a crate::base::Selector,
) -> Vec<&'a Arc<Object>> {
    store.select("pods", service.namespace(), selector).collect()
}

/// Whether the pod can have endpoints at all; one that is being deleted only where `terminating` ones count.
///
/// Models `ShouldPodBeInEndpoints`.
pub(super) fn listed(pod: &Object, terminating: bool) -> bool {
    let status = pod.value().get("status");
    let ended = matches!(status.get("phase").str(), "Succeeded" | "Failed");
    let addressed = !status.get("podIP").is_empty() || !status.get("podIPs").is_empty();
    !ended && addressed && (terminating || !pod.is_deleted())
}

pub(super) fn pod_ips(pod: &Value) -> &[Value] {
    pod.get("status").get("podIPs").items()
}

/// The `Ready` condition; null where there is none.
pub(super) fn ready_condition(pod: &Value) -> &Value {
    static NONE: Value = Value::Null;
    let conditions = pod.get("status").get("conditions").items();
    conditions.iter().find(|c| c.get("type").str() == "Ready").unwrap_or(&NONE)
}

pub(super) fn is_ready(pod: &Value) -> bool {
    ready_condition(pod).get("status").str() == "True"
}

/// The name that DNS gives the pod's endpoint: that of a pod in the subdomain of the Service.
pub(super) fn hostname<'a>(pod: &'a Object, service: &Object) -> Option<&'a Text> {
    let spec = pod.value().get("spec");
    let hostname = spec.get("hostname").as_text().filter(|h| !h.is_empty())?;
    (spec.get("subdomain").str() == service.name().as_str() && pod.namespace() == service.namespace())
        .then_some(hostname)
}

/// The number of the port of `pod` that a port of a Service leads to; none where the pod has none of that name.
pub(super) fn target_port(pod: &Value, service_port: &Value) -> Option<i64> {
    let target = service_port.get("targetPort");
    let Value::Text(name) = target else { return Some(target.int()) };
    let spec = pod.get("spec");
    let sidecars = spec.get("initContainers").items().iter();
    let sidecars = sidecars.filter(|c| c.get("restartPolicy").str() == "Always");
    let ports = spec.get("containers").items().iter().chain(sidecars).flat_map(|c| c.get("ports").items());
    let protocol = service_port.get("protocol");
    let mut found = ports.filter(|p| p.get("name").str() == name.as_str() && p.get("protocol") == protocol);
    found.next().map(|p| p.get("containerPort").int())
}

/// Whether the Service has an address of its own.
pub(super) fn has_cluster_ip(service: &Value) -> bool {
    !matches!(service.get("spec").get("clusterIP").str(), "" | "None")
}
