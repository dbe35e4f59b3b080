//! `v1` Pod.

use super::meta::Meta;
use super::port::{Port, Protocol};
use crate::base::Value;
use crate::base::ip;
use core::net::IpAddr;

#[derive(Clone, Copy, Debug)]
pub struct Pod<'a>(&'a Value);

impl<'a> Pod<'a> {
    pub fn of(object: &'a Value) -> Pod<'a> {
        Pod(object)
    }

    pub fn meta(self) -> Meta<'a> {
        Meta::of(self.0)
    }

    pub fn spec(self) -> &'a Value {
        self.0.get("spec")
    }

    pub fn status(self) -> &'a Value {
        self.0.get("status")
    }

    /// The node it is bound to; empty while it is not.
    pub fn node_name(self) -> &'a str {
        self.spec().get("nodeName").str()
    }

    /// Whether it lives in its node's network and has the node's addresses.
    pub fn host_network(self) -> bool {
        self.spec().get("hostNetwork").is_true()
    }

    pub fn phase(self) -> &'a str {
        self.status().get("phase").str()
    }

    /// Whether its containers are over for good, and its addresses free again.
    pub fn is_terminal(self) -> bool {
        matches!(self.phase(), "Succeeded" | "Failed")
    }

    pub fn is_ready(self) -> bool {
        let conditions = self.status().get("conditions").items();
        conditions.iter().any(|c| c.get("type").str() == "Ready" && c.get("status").str() == "True")
    }

    /// Its addresses, one a family; the first is the one of the cluster's first family.
    pub fn ips(self) -> impl Iterator<Item = IpAddr> + 'a {
        let many = self.status().get("podIPs").items();
        let one = many.is_empty().then(|| self.status().get("podIP"));
        many.iter().map(|i| i.get("ip")).chain(one).filter_map(|i| ip::parse_sloppy(i.str()))
    }

    /// Its own containers, without those that only prepare it.
    pub fn containers(self) -> impl Iterator<Item = Container<'a>> {
        self.spec().get("containers").items().iter().map(Container)
    }

    /// Containers that start before the others and stay: init containers that are always restarted.
    pub fn sidecars(self) -> impl Iterator<Item = Container<'a>> {
        let init = self.spec().get("initContainers").items().iter();
        init.filter(|c| c.get("restartPolicy").str() == "Always").map(Container)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Container<'a>(&'a Value);

impl<'a> Container<'a> {
    pub fn name(self) -> &'a str {
        self.0.get("name").str()
    }

    pub fn image(self) -> &'a str {
        self.0.get("image").str()
    }

    pub fn ports(self) -> impl Iterator<Item = ContainerPort<'a>> {
        self.0.get("ports").items().iter().map(ContainerPort)
    }

    pub fn value(self) -> &'a Value {
        self.0
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ContainerPort<'a>(&'a Value);

impl<'a> ContainerPort<'a> {
    pub fn name(self) -> &'a str {
        self.0.get("name").str()
    }

    pub fn protocol(self) -> Protocol {
        Protocol::of(self.0.get("protocol"))
    }

    pub fn port(self) -> Option<Port> {
        Port::of(self.0.get("containerPort"))
    }

    /// The port of the node that is led to the container.
    pub fn host_port(self) -> Option<Port> {
        Port::of(self.0.get("hostPort"))
    }

    /// The address of the node that `hostPort` is bound to; none where it is all of them.
    pub fn host_ip(self) -> Option<IpAddr> {
        ip::parse_sloppy(self.0.get("hostIP").str()).filter(|i| !i.is_unspecified())
    }
}
