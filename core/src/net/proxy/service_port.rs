//! A port of a Service in one family, as kube-proxy sees it, with the endpoints behind it.
//!
//! Models `pkg/proxy/serviceport.go` and `pkg/proxy/servicechangetracker.go`.

use super::endpoint::{self, Endpoint};
use super::topology::Usable;
use crate::base::ip::{Cidr, Family};
use crate::base::{Duration, Text};
use crate::net::trace::Concern;
use crate::object::service::{Ingress, Policy};
use crate::object::{EndpointSlice, Port, Protocol, Service, ServiceType};
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServicePort {
    pub namespace: Text,
    /// The name of the Service.
    pub service: Text,
    /// Empty where the port has no name.
    pub name: Text,
    pub protocol: Protocol,
    pub family: Family,
    pub cluster_ip: IpAddr,
    pub port: Port,
    pub node_port: Option<Port>,
    pub external_ips: Vec<IpAddr>,
    /// The addresses of load balancers that hand packets on with their own address as destination.
    pub load_balancer_ips: Vec<IpAddr>,
    /// The addresses of load balancers that open connections of their own to node ports. No rule knows them.
    pub proxied_ips: Vec<IpAddr>,
    /// Whom load balancers let in; empty for everybody.
    pub source_ranges: Vec<Cidr>,
    /// How long a client stays with its endpoint.
    pub affinity: Option<Duration>,
    pub external_policy: Policy,
    pub internal_policy: Policy,
    pub health_check: Option<Port>,
    pub endpoints: Vec<Endpoint>,
    pub usable: Usable,
}

/// Slices of headless Services carry this label, and kube-proxy does not look at them.
const HEADLESS: &str = "service.kubernetes.io/headless";
/// Services with this label are another proxy's.
const PROXY_NAME: &str = "service.kubernetes.io/service-proxy-name";

/// The ports of a Service in both families; none where kube-proxy has nothing to do with it.
pub(super) fn read<'a>(
    service: Service<'_>,
    slices: impl Iterator<Item = EndpointSlice<'a>> + Clone,
) -> Vec<Arc<ServicePort>> {
    let skipped = !service.has_cluster_ip()
        || service.kind() == ServiceType::ExternalName
        || service.meta().label(PROXY_NAME).is_some();
    if skipped {
        return Vec::new();
    }
    let slices = slices.filter(|s| s.meta().label(HEADLESS).is_none());
    let mut ports = Vec::new();
    for family in [Family::IPv4, Family::IPv6] {
        let Some(cluster_ip) = service.cluster_ip_of(family) else { continue };
        let mut endpoints = endpoint::gather(slices.clone(), family);
        for port in service.ports() {
            let Some(number) = port.port() else { continue };
            let name = (Text::from(port.name()), port.protocol());
            let endpoints = endpoints.remove(&name).unwrap_or_default();
            ports.push(Arc::new(ServicePort {
                namespace: service.meta().namespace().into(),
                service: service.meta().name().into(),
                name: name.0,
                protocol: name.1,
                family,
                cluster_ip,
                port: number,
                node_port: port.node_port(),
                external_ips: service.external_ips().filter(|ip| Family::of(*ip) == family).collect(),
                load_balancer_ips: load_balancer_ips(service, family, true),
                proxied_ips: load_balancer_ips(service, family, false),
                source_ranges: source_ranges(service, family),
                affinity: service.affinity(),
                external_policy: service.external_policy(),
                internal_policy: service.internal_policy(),
                health_check: service.health_check_node_port(),
                usable: Usable::of(&endpoints),
                endpoints,
            }));
        }
    }
    ports
}

fn load_balancer_ips(service: Service<'_>, family: Family, vip: bool) -> Vec<IpAddr> {
    let ips = service.ingress().filter(|i| i.is_vip() == vip).filter_map(Ingress::ip);
    ips.filter(|ip| Family::of(*ip) == family).collect()
}

/// A range of all addresses lets everybody in, as no range does.
fn source_ranges(service: Service<'_>, family: Family) -> Vec<Cidr> {
    let ranges = service.source_ranges().filter(|r| r.family() == family).collect::<Vec<_>>();
    if ranges.iter().any(|r| r.bits() == 0) { Vec::new() } else { ranges }
}

impl ServicePort {
    /// Whether it can be reached by something other than its cluster IP.
    pub fn is_externally_accessible(&self) -> bool {
        self.node_port.is_some() || !self.load_balancer_ips.is_empty() || !self.external_ips.is_empty()
    }

    /// Whether traffic ever goes to all endpoints. External traffic from pods and nodes does, whatever the policy.
    pub fn uses_cluster_endpoints(&self) -> bool {
        !self.internal_policy.is_local() || self.is_externally_accessible()
    }

    /// Whether traffic is ever kept on the node it arrives at.
    pub fn uses_local_endpoints(&self) -> bool {
        self.internal_policy.is_local() || self.external_policy.is_local() && self.is_externally_accessible()
    }

    /// Namespace and name of the Service.
    pub fn key(&self) -> (Text, Text) {
        (self.namespace.clone(), self.service.clone())
    }

    /// `default/web:http`
    pub fn full_name(&self) -> String {
        let colon = if self.name.is_empty() { "" } else { ":" };
        alloc::format!("{}/{}{colon}{}", self.namespace, self.service, self.name)
    }

    pub(crate) fn concern(&self) -> Concern {
        Concern::new("Service", &self.namespace, &self.service)
    }
}
