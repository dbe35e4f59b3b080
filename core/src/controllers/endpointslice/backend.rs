//! A pod as an endpoint of a Service.
//!
//! Models `podToEndpoint` of `k8s.io/endpointslice/utils.go`, and `EndpointSet` of its `util`: which endpoint of a slice
//! is the same one, and whether it is as it should be.

use super::super::backends;
use super::super::endpoint_pod::{Pod, canonical};
use super::super::fields::{Fields, Keys};
use super::super::slice::{Port, Ports};
use crate::base::ip::Family;
use crate::base::sort;
use crate::base::{Text, Value};
use crate::store::{Object, Store};
use alloc::vec::Vec;

#[derive(Debug)]
pub(super) struct Backend<'a> {
    pod: Pod<'a>,
    /// In the order of their texts.
    addresses: Vec<Text>,
    hostname: Option<&'a Text>,
    node: Option<&'a Text>,
    zone: Option<&'a Text>,
    ready: bool,
}

impl<'a> Backend<'a> {
    /// The pod as an endpoint of `family`; none where it has no address of it.
    pub(super) fn new(
        pod: &Pod<'a>,
        node: Option<&'a Object>,
        service: &Object,
        publish: bool,
        family: Family,
    ) -> Option<Backend<'a>> {
        let ips = pod.ips.iter().filter_map(|i| canonical(i.get("ip").as_text()?));
        let mut addresses = ips.filter(|(_, f)| *f == family).map(|(ip, _)| ip).collect::<Vec<_>>();
        if addresses.is_empty() {
            return None;
        }
        sort::sort(&mut addresses);
        let text = |v: &'a Value| v.as_text().filter(|t| !t.is_empty());
        Some(Backend {
            pod: *pod,
            addresses,
            hostname: pod.name_in(service),
            node: text(pod.node),
            zone: node.and_then(|n| text(n.labels().get(ZONE))),
            ready: publish || pod.ready && !pod.terminating,
        })
    }

    pub(super) fn name(&self) -> &Text {
        self.pod.object.name()
    }

    fn conditions(&self) -> [(&'static str, bool); 3] {
        [("ready", self.ready), ("serving", self.pod.ready), ("terminating", self.pod.terminating)]
    }

    /// Whether an endpoint of a slice is what [`Backend::value`] makes, but for hints. Says no where its fields stand
    /// in another order, so that it need not search.
    pub(super) fn is_exactly(&self, stored: &Value) -> bool {
        let mut fields = Fields::of(stored);
        let addresses = fields.take("addresses").items();
        let mut conditions = Fields::of(fields.take("conditions"));
        addresses.len() == self.addresses.len()
            && addresses.iter().zip(&self.addresses).all(|(a, b)| a.as_text() == Some(b))
            && conditions.take("ready").as_bool() == Some(self.ready)
            && conditions.take("serving").as_bool() == Some(self.pod.ready)
            && conditions.take("terminating").as_bool() == Some(self.pod.terminating)
            && fields.take("hostname").as_text() == self.hostname
            && self.pod.is_referred_to_by(fields.take("targetRef"))
            && fields.take("nodeName").as_text() == self.node
            && fields.take("zone").as_text() == self.zone
            && fields.are_done_but("hints")
    }

    /// Whether an endpoint of a slice that refers to the pod's name is this one, as it is or as it was.
    pub(super) fn is(&self, stored: &Value) -> bool {
        let mut theirs = stored.get("addresses").items().iter().map(Value::str).collect::<Vec<_>>();
        sort::sort(&mut theirs);
        theirs.len() == self.addresses.len()
            && theirs.iter().zip(&self.addresses).all(|(a, b)| *a == b.as_str())
            && stored.get("hostname").str() == self.hostname.map_or("", Text::as_str)
            && stored.get("targetRef").get("namespace").str() == self.pod.object.namespace().as_str()
    }

    /// Whether an endpoint that is this one is also as it should be.
    ///
    /// Models `EndpointsEqualBeyondHash`.
    pub(super) fn is_right(&self, stored: &Value) -> bool {
        let (conditions, target) = (stored.get("conditions"), stored.get("targetRef"));
        stored.get("nodeName").as_text() == self.node
            && stored.get("zone").as_text() == self.zone
            && self.conditions().iter().all(|(name, is)| conditions.get(name).as_bool() == Some(*is))
            && target.get("kind").str() == "Pod"
            && target.get("uid").str() == self.pod.uid.str()
            && target.get("apiVersion").is_empty()
            && target.get("fieldPath").is_empty()
    }

    /// The endpoint, without hints.
    pub(super) fn value(&self, keys: &mut Keys) -> Value {
        let conditions = keys.map(self.conditions().map(|(name, is)| (name, Value::from(is))));
        let target = self.pod.reference(keys);
        keys.map([
            ("addresses", Value::list(self.addresses.iter().map(Value::from))),
            ("conditions", conditions),
            ("hostname", self.hostname.into()),
            ("targetRef", target),
            ("nodeName", self.node.into()),
            ("zone", self.zone.into()),
        ])
    }
}

pub(super) const ZONE: &str = "topology.kubernetes.io/zone";

/// The node that a pod is on, if it is there.
pub(super) fn node_of<'a>(store: &'a Store, pod: &Pod<'_>) -> Option<&'a Object> {
    store.get("nodes", "", pod.node.str()).map(|n| &**n)
}

/// The ports of a Service as this pod serves them; those it does not have are missing.
///
/// Models `getEndpointPorts`.
pub(super) fn ports(service: &Object, pod: &Pod<'_>) -> Vec<Port> {
    let ports = service.value().get("spec").get("ports").items().iter();
    let port = |p: &Value| {
        let text = |field: &str| p.get(field).as_text().cloned();
        Some(Port {
            number: Some(backends::target_port(pod, p)?),
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
