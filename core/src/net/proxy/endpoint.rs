//! The endpoints behind a port of a Service, gathered from its slices.
//!
//! Models `pkg/proxy/endpoint.go` and `pkg/proxy/endpointslicecache.go`.

use crate::base::ip::{self, Family};
use crate::base::{Text, Value};
use crate::net::trace::{Concern, socket};
use crate::object::{EndpointSlice, Port, Protocol};
use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::net::IpAddr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub address: IpAddr,
    pub port: Port,
    /// `10.244.1.2:8080`. Endpoints stand in the order of these texts.
    pub text: Text,
    /// The node it is on; empty where the slice does not say.
    pub node: Text,
    pub ready: bool,
    pub serving: bool,
    pub terminating: bool,
    pub zone_hints: Vec<Text>,
    pub node_hints: Vec<Text>,
    /// The pod it is; empty where it is something else.
    pub pod: Text,
    /// The slice that says so.
    pub slice: Text,
}

impl Endpoint {
    /// Whether it still serves though it goes, for want of others.
    pub fn is_last_resort(&self) -> bool {
        self.serving && self.terminating
    }

    pub(crate) fn concern(&self, namespace: &Text) -> Option<Concern> {
        (!self.pod.is_empty()).then(|| Concern::new("Pod", namespace, &self.pod))
    }
}

/// What a port of a Service is known by in slices: its name and protocol.
pub(super) type PortName = (Text, Protocol);

/// The endpoints of one family in the slices of a Service, port by port.
pub(super) fn gather<'a>(
    slices: impl Iterator<Item = EndpointSlice<'a>>,
    family: Family,
) -> BTreeMap<PortName, Vec<Endpoint>> {
    let mut ports = BTreeMap::<PortName, BTreeMap<Text, Endpoint>>::new();
    for slice in slices.filter(|s| s.family() == Some(family)) {
        for port in slice.ports() {
            let (Some(name), Some(number)) = (port.name(), port.port()) else { continue };
            let known = ports.entry((name.into(), port.protocol())).or_default();
            for endpoint in slice.endpoints().filter_map(|e| read(e, number, slice.meta().name())) {
                // A pod that goes may have lost its address to another already.
                if !endpoint.terminating || !known.contains_key(&endpoint.text) {
                    known.insert(endpoint.text.clone(), endpoint);
                }
            }
        }
    }
    ports.into_iter().map(|(name, known)| (name, known.into_values().collect())).collect()
}

fn read(endpoint: crate::object::Endpoint<'_>, port: Port, slice: &str) -> Option<Endpoint> {
    let address = ip::parse_sloppy(endpoint.addresses().next()?)?;
    let target = endpoint.target_ref();
    let pod = Some(target.get("name")).filter(|_| target.get("kind").str() == "Pod").and_then(Value::as_text);
    Some(Endpoint {
        address,
        port,
        text: socket(address, port).to_string().into(),
        node: endpoint.node_name().into(),
        ready: endpoint.is_ready(),
        serving: endpoint.is_serving(),
        terminating: endpoint.is_terminating(),
        zone_hints: endpoint.zone_hints().map(Text::from).collect(),
        node_hints: endpoint.node_hints().map(Text::from).collect(),
        pod: pod.cloned().unwrap_or_default(),
        slice: slice.into(),
    })
}
