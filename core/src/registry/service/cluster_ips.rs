//! The cluster IPs of a Service: asked for or picked, one a family.
//!
//! Models `pkg/registry/core/service/storage/alloc.go: allocClusterIPs, updateClusterIPs`.

use super::allocate::invalid;
use super::{families, view};
use crate::base::ip::{self, Family};
use crate::base::{Path, Status, Value, field};
use crate::registry::ip_addresses::{self, AllocationError};
use crate::registry::server::Server;
use crate::registry::transaction::{Allocated, Transaction};
use alloc::format;

/// An address for each family of a new Service.
pub(super) fn allocate(server: &mut Server, service: &mut Value, t: &mut Transaction) -> Result<(), Status> {
    if view::is_external_name(service)
        || view::cluster_ips(service).first().is_some_and(|ip| ip.str() == "None")
    {
        return Ok(());
    }
    allocate_from(server, service, 0, t)
}

/// An address for the families that an update adds; those of the families it drops are given back.
pub(super) fn update(
    server: &mut Server,
    service: &mut Value,
    old: &Value,
    t: &mut Transaction,
) -> Result<(), Status> {
    if families::stays_prefer_dual_stack(service, old) {
        return Ok(());
    }
    if view::is_external_name(old) && !view::is_external_name(service) {
        return allocate(server, service, t);
    }
    if view::cluster_ips(old).first().is_some_and(|ip| ip.str() == "None") {
        return Ok(());
    }
    if !view::is_external_name(old) && view::is_external_name(service) {
        release_all(old, t);
        return Ok(());
    }
    match (view::families(old).len(), view::families(service).len()) {
        (1, 2) => allocate_from(server, service, 1, t),
        (2, 1) => {
            release(view::cluster_ips(old).iter().skip(1), t);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What a Service that is gone gives back.
pub(super) fn release_all(service: &Value, t: &mut Transaction) {
    if !view::is_external_name(service) && !view::is_headless(service) {
        release(view::cluster_ips(service).iter(), t);
    }
}

fn release<'a>(ips: impl Iterator<Item = &'a Value>, t: &mut Transaction) {
    t.released.extend(ips.filter_map(|ip| ip::parse_sloppy(ip.str())).map(Allocated::ClusterIp));
}

/// Addresses for the families from place `first` on.
fn allocate_from(
    server: &mut Server,
    service: &mut Value,
    first: usize,
    t: &mut Transaction,
) -> Result<(), Status> {
    let wanted = view::families(service).iter().filter_map(|f| Family::parse(f.str()));
    let wanted = wanted.enumerate().skip(first).collect::<alloc::vec::Vec<_>>();
    // Places without an address yet are marked, and shown so in errors.
    let count = view::families(service).len().max(view::cluster_ips(service).len());
    service.entry("spec").entry("clusterIPs").list_mut().resize(count, Value::text(""));
    for (place, family) in wanted {
        let asked = view::cluster_ips(service).get(place).map(Value::str).unwrap_or_default();
        let address = if asked.is_empty() {
            let picked = ip_addresses::allocate_next(server, service, family, t.dry_run);
            picked.map_err(|e| not_allocated(service, None, e))?
        } else {
            let ip = ip::parse_sloppy(asked)
                .ok_or_else(|| Status::internal(format!("failed to parse service IP \"{asked}\"")))?;
            ip_addresses::allocate(server, service, ip, t.dry_run)
                .map_err(|e| not_allocated(service, Some(asked), e))?;
            ip
        };
        t.allocated.push(Allocated::ClusterIp(address));
        if asked.is_empty() {
            let text = Value::from(format!("{address}"));
            if place == 0 {
                service.entry("spec").set("clusterIP", &text);
            }
            if let Some(slot) = service.entry("spec").entry("clusterIPs").list_mut().get_mut(place) {
                *slot = text;
            }
        }
    }
    Ok(())
}

fn not_allocated(service: &Value, asked: Option<&str>, error: AllocationError) -> Status {
    let name = service.get("metadata").get("name").str();
    match (error, asked) {
        (AllocationError::Full, None) => {
            let name = field::quoted(name);
            Status::internal(format!("failed to allocate a serviceIP for Service {name}: range is full"))
        }
        (error, asked) => {
            let asked = asked.map(|ip| format!(" {ip}")).unwrap_or_default();
            let detail = format!("failed to allocate IP{asked}: {error}");
            let spec = Path::new("spec");
            let at = &spec / "clusterIPs";
            invalid(service, &[field::invalid(&at, service.get("spec").get("clusterIPs"), detail)])
        }
    }
}
