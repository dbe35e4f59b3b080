//! A pod as an endpoint of a Service.
//!
//! Models `podToEndpoint` of `k8s.io/endpointslice/utils.go`, and `EndpointSet` of its `util`: which endpoint of a slice
//! is the same one, and whether it is as it should be.

use super::super::backends;
use super::super::endpoints::canonical;
use super::super::slice::{Port, Ports};
use crate::base::ip::Family;
use crate::base::{Text, Value};
use crate::store::{Object, Store};
use alloc::vec::Vec;

#[derive(Debug)]
pub(super) struct Backend<'a> {
    pod: &'a Object,
    /// In the order of their texts.
    addresses: Vec<Text>,
    hostname: Option<&'a Text>,
    node: Option<&'a Text>,
    zone: Option<&'a Text>,
    ready: bool,
    serving: bool,
    terminating: bool,
}

impl<'a> Backend<'a> {
    /// The pod as an endpoint of `family`; none where it has no address of it.
    pub(super) fn new(
        pod: &'a Object,
        node: Option<&'a Object>,
        service: &Object,
        family: Family,
    ) -> Option<Backend<'a>> {
        let ips = backends::pod_ips(pod.value()).iter().filter_map(|i| canonical(i.get("ip")));
        let mut addresses = ips.filter(|(_, f)| *f == family).map(|(ip, _)| ip).collect::<Vec<_>>();
        if addresses.is_empty() {
            return None;
        }
        addresses.sort_unstable();
        let text = |v: &'a Value| v.as_text().filter(|t| !t.is_empty());
        let (serving, terminating) = (backends::is_ready(pod.value()), pod.is_deleted());
        let publish = service.value().get("spec").get("publishNotReadyAddresses").is_true();
        Some(Backend {
            pod,
            addresses,
            hostname: backends::hostname(pod, service),
            node: text(pod.value().get("spec").get("nodeName")),
            zone: node.and_then(|n| text(n.labels().get(ZONE))),
            ready: publish || serving && !terminating,
            serving,
            terminating,
        })
    }

    pub(super) fn name(&self) -> &Text {
        self.pod.name()
    }

    /// Whether an endpoint of a slice that refers to the pod's name is this one, as it is or as it was.
    pub(super) fn is(&self, stored: &Value) -> bool {
        let stored_addresses = stored.get("addresses").items();
        let same_addresses = match (stored_addresses, self.addresses.as_slice()) {
            ([a], [b]) => a.as_text() == Some(b),
            (theirs, ours) => {
                let mut theirs = theirs.iter().map(Value::str).collect::<Vec<_>>();
                theirs.sort_unstable();
                theirs.len() == ours.len() && theirs.iter().zip(ours).all(|(a, b)| *a == b.as_str())
            }
        };
        same_addresses
            && stored.get("hostname").str() == self.hostname.map_or("", Text::as_str)
            && stored.get("targetRef").get("namespace").str() == self.pod.namespace().as_str()
    }

    /// Whether an endpoint that is this one is also as it should be.
    ///
    /// Models `EndpointsEqualBeyondHash`.
    pub(super) fn is_right(&self, stored: &Value) -> bool {
        let (conditions, target) = (stored.get("conditions"), stored.get("targetRef"));
        stored.get("nodeName").as_text() == self.node
            && stored.get("zone").as_text() == self.zone
            && conditions.get("ready").as_bool() == Some(self.ready)
            && conditions.get("serving").as_bool() == Some(self.serving)
            && conditions.get("terminating").as_bool() == Some(self.terminating)
            && target.get("kind").str() == "Pod"
            && target.get("uid") == self.pod.metadata().get("uid")
            && target.get("apiVersion").is_empty()
            && target.get("fieldPath").is_empty()
    }

    /// Whether an endpoint that is right is what [`Backend::value`] would make, but for hints.
    pub(super) fn is_all(&self, stored: &Value) -> bool {
        let optional = [self.hostname, self.node, self.zone].iter().flatten().count();
        let hints = usize::from(!stored.get("hints").is_null());
        stored.entries().len() == 3 + optional + hints
            && stored.get("targetRef").entries().len() == 4
            && self.addresses.iter().eq(stored.get("addresses").items().iter().filter_map(Value::as_text))
    }

    /// The endpoint, without hints.
    pub(super) fn value(&self) -> Value {
        let conditions =
            [("ready", self.ready), ("serving", self.serving), ("terminating", self.terminating)];
        let metadata = self.pod.metadata();
        let target = Value::map([
            ("kind", Value::from("Pod")),
            ("namespace", self.pod.namespace().into()),
            ("name", self.pod.name().into()),
            ("uid", metadata.get("uid").into()),
        ]);
        let fields = [
            ("addresses", Value::list(self.addresses.iter().map(Value::from))),
            ("conditions", Value::map(conditions.map(|(name, is)| (name, Value::from(is))))),
            ("hostname", self.hostname.into()),
            ("targetRef", target),
            ("nodeName", self.node.into()),
            ("zone", self.zone.into()),
        ];
        Value::map(fields.into_iter().filter(|(_, v)| !v.is_null()))
    }
}

pub(super) const ZONE: &str = "topology.kubernetes.io/zone";

/// The node that a pod is on, if it is there.
pub(super) fn node_of<'a>(store: &'a Store, pod: &Object) -> Option<&'a Object> {
    store.get("nodes", "", pod.value().get("spec").get("nodeName").str()).map(|n| &**n)
}

/// The ports of a Service as this pod serves them; those it does not have are missing.
///
/// Models `getEndpointPorts`.
pub(super) fn ports(service: &Object, pod: &Object) -> Vec<Port> {
    let ports = service.value().get("spec").get("ports").items().iter();
    let port = |p: &Value| {
        let text = |field: &str| p.get(field).as_text().cloned();
        Some(Port {
            number: Some(backends::target_port(pod.value(), p)?),
            name: Some(text("name").unwrap_or_default()),
            protocol: Some(text("protocol").unwrap_or_default()),
            app_protocol: text("appProtocol"),
        })
    };
    ports.filter_map(port).collect()
}

/// Whether all pods serve the ports of the Service alike: it names none of theirs.
pub(super) fn ports_are_numbers(service: &Object) -> bool {
    let ports = service.value().get("spec").get("ports").items();
    ports.iter().all(|p| p.get("targetPort").as_text().is_none())
}

/// Sorted ports by what was found, so that pods that are alike cost no hashing.
#[derive(Debug, Default)]
pub(super) struct PortsCache(alloc::collections::BTreeMap<Vec<Port>, Ports>);

impl PortsCache {
    pub(super) fn ports(&mut self, found: Vec<Port>) -> Ports {
        self.0.entry(found).or_insert_with_key(|found| Ports::new(found.clone())).clone()
    }
}
