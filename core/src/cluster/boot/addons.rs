//! What kubeadm adds to every cluster: CoreDNS, and the Service it is found by.
//!
//! Models `cmd/kubeadm/app/phases/addons/dns`.

use crate::api::mapping;
use crate::base::ip::Cidr;
use crate::manifest;
use crate::registry::Server;
use crate::registry::write::{self, Options};
use alloc::string::ToString;
use core::net::IpAddr;

const COREDNS: &str = include_str!("coredns.yaml");

pub(super) fn add(server: &mut Server) {
    let dns = dns_address(&server.config.service_cidrs);
    for document in manifest::documents(COREDNS).flatten() {
        let mut object = document.node.to_value();
        let (api_version, kind) = (object.get("apiVersion").str(), object.get("kind").str());
        let Some(resource) = mapping::of_kind(&server.schema, api_version, kind) else { continue };
        let name = match resource.group.as_str() {
            "" => resource.name.to_string(),
            group => alloc::format!("{}.{group}", resource.name),
        };
        if let Some(ip) = dns.filter(|_| kind == "Service") {
            object.entry("spec").set("clusterIP", ip.to_string());
        }
        let Some(kind) = server.kind(&name) else { continue };
        let object = kind.complete(&server.schema, object);
        // Nothing here can be refused but by a range without room, and then there is no DNS.
        drop(write::create(server, &name, object, &Options::by("kubeadm")));
    }
}

/// The address of the cluster's DNS: the tenth of the first range of Services.
///
/// Models `GetDNSIP` in `cmd/kubeadm/app/constants`.
pub(in crate::cluster) fn dns_address(service_cidrs: &[Cidr]) -> Option<IpAddr> {
    service_cidrs.first().and_then(|c| c.nth(10))
}
