//! Which pods stand behind a Service, on which ports, and which Services a changed pod concerns.
//!
//! Models `k8s.io/endpointslice/util/controller_utils.go` and `FindPort` of `k8s.io/endpointslice/utils.go`.

use super::endpoint_pod::Pod;
use super::{Heard, Key};
use crate::base::{Selector, Value};
use crate::store::{Change, Object, Store};
use alloc::collections::BTreeSet;
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
    let (was, is) = (Pod::of(before), Pod::of(pod));
    let moved = before.labels() != pod.labels() || names_changed(&was, &is);
    match (endpoint_changed(&was, &is), moved) {
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
fn endpoint_changed(was: &Pod<'_>, is: &Pod<'_>) -> bool {
    // Upstream compares the times of deletion as pointers: any two that are set differ.
    let deleted = was.terminating || is.terminating;
    let moved =
        was.ips.len() != is.ips.len() || was.ips.iter().zip(is.ips).any(|(a, b)| a.get("ip") != b.get("ip"));
    deleted || was.ready != is.ready || moved
}

fn names_changed(was: &Pod<'_>, is: &Pod<'_>) -> bool {
    (was.hostname.str(), was.subdomain.str()) != (is.hostname.str(), is.subdomain.str())
}

/// The pods that a Service selects, in the order of their names.
pub(super) fn selected<'a>(store: &'a Store, service: &'a Object, selector: &'a Selector) -> Vec<Pod<'a>> {
    store.select("pods", service.namespace(), selector).map(|pod| Pod::of(pod)).collect()
}

/// The number of the port of `pod` that a port of a Service leads to; none where the pod has none of that name.
pub(super) fn target_port(pod: &Pod<'_>, service_port: &Value) -> Option<i64> {
    let target = service_port.get("targetPort");
    let Value::Text(name) = target else { return Some(target.int()) };
    let sidecars = pod.spec.get("initContainers").items().iter();
    let sidecars = sidecars.filter(|c| c.get("restartPolicy").str() == "Always");
    let containers = pod.spec.get("containers").items().iter().chain(sidecars);
    let protocol = service_port.get("protocol");
    let mut found = containers
        .flat_map(|c| c.get("ports").items())
        .filter(|p| p.get("name").as_text() == Some(name) && p.get("protocol") == protocol);
    found.next().map(|p| p.get("containerPort").int())
}

/// Whether the Service has an address of its own.
pub(super) fn has_cluster_ip(service: &Value) -> bool {
    !matches!(service.get("spec").get("clusterIP").str(), "" | "None")
}
