//! `discovery.k8s.io/v1` EndpointSlice.

use super::meta::Meta;
use super::port::{Port, Protocol};
use crate::base::Value;
use crate::base::ip::Family;

/// The label that names the Service a slice belongs to.
pub const SERVICE_NAME: &str = "kubernetes.io/service-name";

#[derive(Clone, Copy, Debug)]
pub struct EndpointSlice<'a>(&'a Value);

impl<'a> EndpointSlice<'a> {
    pub fn of(object: &'a Value) -> EndpointSlice<'a> {
        EndpointSlice(object)
    }

    pub fn meta(self) -> Meta<'a> {
        Meta::of(self.0)
    }

    /// The Service it belongs to; empty where it belongs to none.
    pub fn service_name(self) -> &'a str {
        self.meta().label(SERVICE_NAME).unwrap_or_default()
    }

    /// The family of its addresses; none where they are names.
    pub fn family(self) -> Option<Family> {
        Family::parse(self.0.get("addressType").str())
    }

    pub fn ports(self) -> impl ExactSizeIterator<Item = EndpointPort<'a>> + Clone {
        self.0.get("ports").items().iter().map(EndpointPort)
    }

    pub fn endpoints(self) -> impl ExactSizeIterator<Item = Endpoint<'a>> + Clone {
        self.0.get("endpoints").items().iter().map(Endpoint)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct EndpointPort<'a>(&'a Value);

impl<'a> EndpointPort<'a> {
    /// None where there is no name at all, which is not the same as an empty one.
    pub fn name(self) -> Option<&'a str> {
        self.0.find("name").filter(|n| !n.is_null()).map(Value::str)
    }

    pub fn protocol(self) -> Protocol {
        Protocol::of(self.0.get("protocol"))
    }

    pub fn port(self) -> Option<Port> {
        Port::of(self.0.get("port"))
    }

    /// The number as it stands there; none where it is missing, for all ports.
    pub fn number(self) -> Option<i64> {
        self.0.get("port").as_int()
    }
}

/// An entry of `endpoints`: mostly a pod.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint<'a>(&'a Value);

impl<'a> Endpoint<'a> {
    pub fn addresses(self) -> impl ExactSizeIterator<Item = &'a str> + Clone {
        self.0.get("addresses").items().iter().map(Value::str)
    }

    /// Unknown counts as ready.
    pub fn is_ready(self) -> bool {
        self.condition("ready").unwrap_or(true)
    }

    /// Unknown counts as serving.
    pub fn is_serving(self) -> bool {
        self.condition("serving").unwrap_or(true)
    }

    pub fn is_terminating(self) -> bool {
        self.condition("terminating").unwrap_or(false)
    }

    fn condition(self, name: &str) -> Option<bool> {
        self.0.at(&["conditions", name]).as_bool()
    }

    pub fn hostname(self) -> &'a str {
        self.0.get("hostname").str()
    }

    pub fn node_name(self) -> &'a str {
        self.0.get("nodeName").str()
    }

    pub fn zone(self) -> &'a str {
        self.0.get("zone").str()
    }

    /// The object it stands for, such as `{kind: Pod, name: …}`; null where none is named.
    pub fn target_ref(self) -> &'a Value {
        self.0.get("targetRef")
    }

    /// The zones that should use it.
    pub fn zone_hints(self) -> impl Iterator<Item = &'a str> {
        self.hints("forZones")
    }

    /// The nodes that should use it.
    pub fn node_hints(self) -> impl Iterator<Item = &'a str> {
        self.hints("forNodes")
    }

    fn hints(self, kind: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.0.at(&["hints", kind]).items().iter().map(|h| h.get("name").str())
    }

    /// Whether it is written at the same place of memory as another: unchanged since one was made of the other.
    pub fn same(self, other: Endpoint<'_>) -> bool {
        self.0.same(other.0)
    }
}
