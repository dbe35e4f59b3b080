//! What a name stands for: the cluster IPs of a Service, the endpoints of a headless one, an external name, the address
//! that the name of a pod spells.
//!
//! Models `plugin/kubernetes/kubernetes.go` of CoreDNS, with `pods insecure`.

use super::request::{Request, Tree};
use crate::base::labels::Selector;
use crate::base::{Text, Value, ip};
use crate::object::endpoint_slice::SERVICE_NAME;
use crate::object::{EndpointSlice, Port, Service, ServiceType, resource};
use crate::store::{Object, Store};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

/// One thing that a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// An address, or the name to go on with.
    pub host: Text,
    /// None where no port is declared, which no SRV record can say.
    pub port: Option<u16>,
    /// Where SRV and NS records say this is.
    pub owner: Owner,
}

/// The name of its own that something found has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The name of the Service or pod itself.
    Itself,
    /// A name below it, made of the endpoint's `hostname` or else of its address.
    Endpoint { hostname: Text },
    /// A name that is known in full.
    Name(Text),
}

/// What `host` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Host {
    V4(core::net::Ipv4Addr),
    V6(core::net::Ipv6Addr),
    Name,
}

impl Found {
    /// Models `msg.Service.HostType`.
    pub(super) fn kind(&self) -> Host {
        match ip::parse(&self.host) {
            Some(IpAddr::V4(ip)) => Host::V4(ip),
            Some(IpAddr::V6(ip)) => ip.to_ipv4_mapped().map_or(Host::V6(ip), Host::V4),
            None => Host::Name,
        }
    }

    /// The name that SRV and NS records call it by.
    pub(super) fn target(&self, request: &Request<'_>, zone: &str) -> Text {
        let tree = request.tree.unwrap_or(Tree::Service).label();
        let (service, namespace) = (request.service, request.namespace);
        match &self.owner {
            Owner::Name(name) => name.clone(),
            Owner::Itself => format!("{service}.{namespace}.{tree}.{zone}").into(),
            Owner::Endpoint { hostname } => {
                let name = endpoint_name(&self.host, hostname);
                let dot = if name.is_empty() { "" } else { "." };
                format!("{name}{dot}{service}.{namespace}.{tree}.{zone}").into()
            }
        }
    }
}

/// There is no such name: NXDOMAIN. A name that is there but has nothing to show is an empty list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoSuchName;

/// What `request` stands for.
pub(super) fn find(store: &Store, request: &Request<'_>) -> Result<Vec<Found>, NoSuchName> {
    let Some(tree) = request.tree else { return Ok(Vec::new()) };
    if store.get(resource::NAMESPACES, "", request.namespace).is_none() {
        return Err(NoSuchName);
    }
    match tree {
        _ if request.service.is_empty() => Ok(Vec::new()),
        Tree::Pod => pod(request.service),
        Tree::Service => service(store, request),
    }
}

/// Any address answers, whether a pod has it or not.
fn pod(name: &str) -> Result<Vec<Found>, NoSuchName> {
    let v4 = name.matches('-').count() == 3 && !name.contains("--");
    let host = name.replace('-', if v4 { "." } else { ":" });
    ip::parse(&host).ok_or(NoSuchName)?;
    Ok([Found { host: host.into(), port: Some(0), owner: Owner::Itself }].into())
}

fn service(store: &Store, request: &Request<'_>) -> Result<Vec<Found>, NoSuchName> {
    let object = store.get(resource::SERVICES, request.namespace, request.service).ok_or(NoSuchName)?;
    let service = Service::of(object.value());
    let found = if service.kind() == ServiceType::ExternalName {
        external_name(service, request)
    } else if service.is_headless() || !request.endpoint.is_empty() {
        endpoints(store, request)
    } else {
        cluster_ips(service, request)
    };
    found.ok_or(NoSuchName)
}

/// One that is an address is not answered at all.
fn external_name(service: Service<'_>, request: &Request<'_>) -> Option<Vec<Found>> {
    let plain = request.endpoint.is_empty() && request.port.is_empty() && request.protocol.is_empty();
    let found = Found { host: service.external_name().into(), port: Some(0), owner: Owner::Itself };
    (plain && found.kind() == Host::Name).then(|| [found].into())
}

fn cluster_ips(service: Service<'_>, request: &Request<'_>) -> Option<Vec<Found>> {
    let ports = service.ports().map(|p| (p.name(), p.protocol().name(), p.port().map(Port::get)));
    let ports = wanted(request, ports)?;
    let found = ports.iter().flat_map(|port| {
        service.cluster_ips().map(|ip| Found { host: ip.into(), port: *port, owner: Owner::Itself })
    });
    Some(found.collect())
}

/// The ready endpoints of all slices, port by port.
fn endpoints(store: &Store, request: &Request<'_>) -> Option<Vec<Found>> {
    let mut found = Vec::new();
    each_slice(store, request.namespace, request.service, |object| {
        let slice = EndpointSlice::of(object.value());
        let number = |n: Option<i64>| n.and_then(|n| u16::try_from(n).ok());
        let ports =
            slice.ports().map(|p| (p.name().unwrap_or_default(), p.protocol().name(), number(p.number())));
        let Some(ports) = wanted(request, ports) else { return };
        for endpoint in slice.endpoints().filter(|e| e.is_ready()) {
            let hostname = Text::from(endpoint.hostname());
            for address in endpoint.addresses() {
                let named = || endpoint_name(address, &hostname).eq_ignore_ascii_case(request.endpoint);
                if !request.endpoint.is_empty() && !named() {
                    continue;
                }
                let host = Text::from(address);
                let owner = Owner::Endpoint { hostname: hostname.clone() };
                found.extend(ports.iter().map(|port| Found {
                    host: host.clone(),
                    port: *port,
                    owner: owner.clone(),
                }));
            }
        }
    });
    (!found.is_empty()).then_some(found)
}

/// The numbers of those of `ports` (name, protocol, number) that are asked for; none where none is. Where there are
/// no ports at all, one without name and number stands for them.
fn wanted<'a>(
    request: &Request<'_>,
    ports: impl ExactSizeIterator<Item = (&'a str, &'a str, Option<u16>)>,
) -> Option<Vec<Option<u16>>> {
    let is = |asked: &str, there: &str| asked.is_empty() || asked.eq_ignore_ascii_case(there);
    let unnumbered = (ports.len() == 0).then_some(("", "", None));
    let ports = ports.chain(unnumbered);
    let wanted = ports.filter(|(name, protocol, _)| is(request.port, name) && is(request.protocol, protocol));
    let numbers = wanted.map(|(_, _, number)| number).collect::<Vec<_>>();
    (!numbers.is_empty()).then_some(numbers)
}

/// The slices of a Service, in the order of their names.
pub(super) fn each_slice(store: &Store, namespace: &str, service: &str, mut look: impl FnMut(&Arc<Object>)) {
    let label = Selector::from_map(&Value::map([(SERVICE_NAME, Value::text(service))]));
    store.select(resource::ENDPOINT_SLICES, namespace, &label).for_each(&mut look);
}

/// The label by which an endpoint is known: its hostname, or its address with dashes.
pub(super) fn endpoint_name(address: &str, hostname: &str) -> String {
    if !hostname.is_empty() {
        return hostname.into();
    }
    if address.contains('.') {
        return address.replace('.', "-");
    }
    let mut name = address.replace(':', "-");
    if !address.contains(':') {
        name.clear();
    }
    // A label may not end with a dash.
    if name.ends_with('-') {
        name.push('0');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_without_a_hostname_are_named_after_their_address() {
        for (address, hostname, name) in [
            ("10.244.1.2", "", "10-244-1-2"),
            ("10.244.1.2", "db-0", "db-0"),
            ("fd00:20::1", "", "fd00-20--1"),
            ("fd00:20::", "", "fd00-20--0"),
            ("db.example.com", "", "db-example-com"),
        ] {
            assert_eq!(endpoint_name(address, hostname), name);
        }
    }

    #[test]
    fn the_name_of_a_pod_spells_its_address() {
        for (name, host) in [
            ("10-244-1-2", Some("10.244.1.2")),
            ("fd00-20--1", Some("fd00:20::1")),
            ("--1", Some("::1")),
            ("010-0-0-1", None),
            ("10-244-1", None),
            ("web", None),
        ] {
            let found =
                pod(name).ok().map(|f| f.iter().map(|f| f.host.as_str().into()).collect::<Vec<String>>());
            assert_eq!(found, host.map(|h| [h.into()].into()), "{name}");
        }
    }
}
