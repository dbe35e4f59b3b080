//! What a node answers at a Service's `healthCheckNodePort`, which load balancers ask.
//!
//! Models `pkg/proxy/healthcheck/service_health.go`.

use super::service_port::ServicePort;
use super::table::Table;
use crate::base::Text;
use crate::object::Port;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use core::net::IpAddr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub namespace: Text,
    pub service: Text,
    /// How many ready endpoints the node has.
    pub endpoints: usize,
}

impl Health {
    /// What the node `node` tells at `port`, in the family of `ip`; none where no Service has the port.
    pub(super) fn at(table: &Table, ip: IpAddr, port: Port, node: &str) -> Option<Health> {
        let port = &table.at_health_check(ip, port)?.port;
        let key = (port.namespace.clone(), port.service.clone());
        let ports = table.ports(&key).iter().filter(|p| p.family == port.family);
        let local = |p: &'_ ServicePort| local_addresses(p, node).collect::<BTreeSet<_>>();
        let addresses = ports.flat_map(|p| local(p)).collect::<BTreeSet<_>>();
        Some(Health { namespace: key.0, service: key.1, endpoints: addresses.len() })
    }

    /// The HTTP status: load balancers send no traffic to a node that answers 503.
    pub fn code(&self) -> u16 {
        if self.endpoints > 0 { 200 } else { 503 }
    }

    pub fn body(&self) -> String {
        let Health { namespace, service, endpoints } = self;
        format!(
            "{{\n\t\"service\": {{\n\t\t\"namespace\": \"{namespace}\",\n\t\t\"name\": \"{service}\"\n\t}},\n\t\"localEndpoints\": {endpoints},\n\t\"serviceProxyHealthy\": true\n}}"
        )
    }
}

fn local_addresses<'a>(port: &'a ServicePort, node: &'a str) -> impl Iterator<Item = IpAddr> + 'a {
    port.endpoints.iter().filter(move |e| e.ready && e.node == *node).map(|e| e.address)
}
