//! `v1` Service.

use super::meta::Meta;
use super::port::{Port, Protocol};
use crate::base::ip::{self, Cidr, Family};
use crate::base::{Duration, Value};
use core::net::IpAddr;

#[derive(Clone, Copy, Debug)]
pub struct Service<'a>(&'a Value);

/// `spec.type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ServiceType {
    #[default]
    ClusterIp,
    NodePort,
    LoadBalancer,
    ExternalName,
}

/// A traffic policy: whether all endpoints count or only those of the node that the traffic arrives at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    #[default]
    Cluster,
    Local,
}

impl Policy {
    fn of(value: &Value) -> Policy {
        if value.str() == "Local" { Policy::Local } else { Policy::Cluster }
    }

    pub fn is_local(self) -> bool {
        self == Policy::Local
    }
}

impl<'a> Service<'a> {
    pub fn of(object: &'a Value) -> Service<'a> {
        Service(object)
    }

    pub fn meta(self) -> Meta<'a> {
        Meta::of(self.0)
    }

    pub fn spec(self) -> &'a Value {
        self.0.get("spec")
    }

    pub fn kind(self) -> ServiceType {
        match self.spec().get("type").str() {
            "NodePort" => ServiceType::NodePort,
            "LoadBalancer" => ServiceType::LoadBalancer,
            "ExternalName" => ServiceType::ExternalName,
            _ => ServiceType::ClusterIp,
        }
    }

    pub fn selector(self) -> &'a Value {
        self.spec().get("selector")
    }

    pub fn external_name(self) -> &'a str {
        self.spec().get("externalName").str()
    }

    /// `spec.clusterIP` as it stands there: an address, `None`, or nothing.
    pub fn cluster_ip(self) -> &'a str {
        self.spec().get("clusterIP").str()
    }

    /// `spec.clusterIPs` as it stands there; `clusterIP` alone where it is empty.
    pub fn cluster_ips(self) -> impl Iterator<Item = &'a str> {
        let many = self.spec().get("clusterIPs").items();
        let one = many.is_empty().then(|| self.spec().get("clusterIP"));
        many.iter().chain(one).map(Value::str)
    }

    /// Whether it was made to have no cluster IP: `clusterIP: None`.
    pub fn is_headless(self) -> bool {
        self.cluster_ips().next() == Some("None")
    }

    /// Whether it has an address of its own, which neither headless Services nor external names have.
    pub fn has_cluster_ip(self) -> bool {
        !matches!(self.cluster_ip(), "" | "None")
    }

    /// Models `proxyutil.GetClusterIPByFamily`.
    pub fn cluster_ip_of(self, family: Family) -> Option<IpAddr> {
        let families = self.spec().get("ipFamilies").items();
        if families.is_empty() {
            return ip::parse_sloppy(self.cluster_ip()).filter(|i| Family::of(*i) == family);
        }
        let at = families.iter().position(|f| f.str() == family.name())?;
        ip::parse_sloppy(self.spec().get("clusterIPs").items().get(at)?.str())
    }

    pub fn ports(self) -> impl ExactSizeIterator<Item = ServicePort<'a>> + Clone {
        self.spec().get("ports").items().iter().map(ServicePort)
    }

    pub fn external_ips(self) -> impl Iterator<Item = IpAddr> {
        self.spec().get("externalIPs").items().iter().filter_map(|i| ip::parse_sloppy(i.str()))
    }

    /// What the load balancer has reported: addresses, host names and how it delivers.
    pub fn ingress(self) -> impl Iterator<Item = Ingress<'a>> {
        self.0.at(&["status", "loadBalancer", "ingress"]).items().iter().map(Ingress)
    }

    /// Whom the load balancer lets in; spaces around a range are allowed by mistake of old.
    pub fn source_ranges(self) -> impl Iterator<Item = Cidr> {
        let ranges = self.spec().get("loadBalancerSourceRanges").items().iter();
        ranges.filter_map(|r| Cidr::parse(r.str().trim()))
    }

    /// How long a client stays with its pod after its last connection; none without session affinity.
    pub fn affinity(self) -> Option<Duration> {
        let spec = self.spec();
        let seconds = spec.at(&["sessionAffinityConfig", "clientIP", "timeoutSeconds"]).as_int();
        (spec.get("sessionAffinity").str() == "ClientIP")
            .then(|| Duration::from_secs(seconds.unwrap_or(DEFAULT_AFFINITY_SECONDS)))
    }

    /// Models `apiservice.ExternalPolicyLocal`: the policy counts only where traffic can come from outside.
    pub fn external_policy(self) -> Policy {
        let outside = matches!(self.kind(), ServiceType::NodePort | ServiceType::LoadBalancer)
            || !self.spec().get("externalIPs").items().is_empty();
        if outside { Policy::of(self.spec().get("externalTrafficPolicy")) } else { Policy::Cluster }
    }

    pub fn internal_policy(self) -> Policy {
        Policy::of(self.spec().get("internalTrafficPolicy"))
    }

    /// Models `apiservice.NeedsHealthCheck`.
    pub fn health_check_node_port(self) -> Option<Port> {
        let needed = self.kind() == ServiceType::LoadBalancer && self.external_policy().is_local();
        Port::of(self.spec().get("healthCheckNodePort")).filter(|_| needed)
    }

    pub fn publishes_not_ready(self) -> bool {
        self.spec().get("publishNotReadyAddresses").is_true()
    }
}

/// What `sessionAffinityConfig.clientIP.timeoutSeconds` is by default: three hours.
const DEFAULT_AFFINITY_SECONDS: i64 = 10_800;

#[derive(Clone, Copy, Debug)]
pub struct ServicePort<'a>(&'a Value);

/// What `targetPort` says: a number, or a name that each pod resolves for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetPort<'a> {
    Number(Port),
    Name(&'a str),
}

impl<'a> ServicePort<'a> {
    /// Empty where the only port of a Service has no name.
    pub fn name(self) -> &'a str {
        self.0.get("name").str()
    }

    pub fn protocol(self) -> Protocol {
        Protocol::of(self.0.get("protocol"))
    }

    pub fn port(self) -> Option<Port> {
        Port::of(self.0.get("port"))
    }

    pub fn node_port(self) -> Option<Port> {
        Port::of(self.0.get("nodePort"))
    }

    /// The port itself where nothing else is said.
    pub fn target_port(self) -> Option<TargetPort<'a>> {
        match self.0.get("targetPort") {
            Value::Text(name) if !name.is_empty() => Some(TargetPort::Name(name)),
            value => Port::of(value).or_else(|| self.port()).map(TargetPort::Number),
        }
    }
}

/// An entry of `status.loadBalancer.ingress`.
#[derive(Clone, Copy, Debug)]
pub struct Ingress<'a>(&'a Value);

impl<'a> Ingress<'a> {
    pub fn ip(self) -> Option<IpAddr> {
        ip::parse_sloppy(self.0.get("ip").str())
    }

    pub fn hostname(self) -> &'a str {
        self.0.get("hostname").str()
    }

    /// Whether packets reach the nodes with the address as their destination, which is so unless it says `Proxy`.
    pub fn is_vip(self) -> bool {
        matches!(self.0.get("ipMode").str(), "" | "VIP")
    }
}
