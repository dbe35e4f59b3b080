//! The node ports of a Service: asked for or picked, one for all protocols of a port.
//!
//! Models `pkg/registry/core/service/storage/alloc.go: initNodePorts, updateNodePorts, allocHealthCheckNodePort`.

use super::allocate::invalid;
use super::view;
use crate::base::{Path, Status, Value, field};
use crate::registry::node_ports::TAKEN;
use crate::registry::server::Server;
use crate::registry::transaction::{Allocated, Transaction};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A dry run shows ports from here on: they are in no range, and so nobody takes them for allocated ones.
const DRY_RUN_FIRST: u16 = 32_769;

/// The node ports of a new Service.
pub(super) fn allocate(server: &mut Server, service: &mut Value, t: &mut Transaction) -> Result<(), Status> {
    if view::has_node_ports(service) {
        init(server, service, t)?;
    }
    if view::needs_health_check(service) {
        health_check(server, service, t)?;
    }
    Ok(())
}

/// The node ports that an update adds; those it drops are given back once it is stored.
pub(super) fn update(
    server: &mut Server,
    service: &mut Value,
    old: &Value,
    t: &mut Transaction,
) -> Result<(), Status> {
    if view::has_node_ports(old) && matches!(view::service_type(service), "ExternalName" | "ClusterIP") {
        t.released.extend(numbers(old).map(Allocated::NodePort));
    }
    if view::has_node_ports(service) {
        update_ports(server, service, old, t)?;
    }
    match (view::needs_health_check(old), view::needs_health_check(service)) {
        (false, true) => health_check(server, service, t)?,
        (true, false) => t.released.extend(health_check_port(old)),
        _ => {}
    }
    Ok(())
}

/// What a Service that is gone gives back.
pub(super) fn release_all(service: &Value, t: &mut Transaction) {
    t.released.extend(numbers(service).map(Allocated::NodePort));
    if view::needs_health_check(service) {
        t.released.extend(health_check_port(service));
    }
}

fn numbers(service: &Value) -> impl Iterator<Item = u16> + '_ {
    view::ports(service)
        .iter()
        .filter_map(|p| u16::try_from(p.get("nodePort").int()).ok())
        .filter(|p| *p != 0)
}

fn health_check_port(service: &Value) -> Option<Allocated> {
    let port = u16::try_from(service.get("spec").get("healthCheckNodePort").int()).ok()?;
    (port > 0).then_some(Allocated::NodePort(port))
}

/// On create the protocols of one `port` share a node port, also the one that a later entry asks for.
fn init(server: &mut Server, service: &mut Value, t: &mut Transaction) -> Result<(), Status> {
    let mut given: Vec<(i64, i64)> = Vec::new();
    for i in 0..view::ports(service).len() {
        let Some((port, asked)) = numbers_at(service, i) else { continue };
        if asked == 0 && !view::allocates_node_ports(service) {
            continue;
        }
        match given.iter().find(|(p, _)| *p == port).map(|(_, node_port)| *node_port) {
            None => {
                let wanted = view::ports(service).iter().filter(|p| p.get("port").int() == port);
                let wanted = wanted.map(|p| p.get("nodePort").int()).find(|n| *n != 0);
                let node_port = match wanted {
                    Some(wanted) => {
                        take(server, wanted, t).map_err(|e| refused(service, i, wanted, e))?;
                        wanted
                    }
                    None => next(server, t)?,
                };
                set(service, i, node_port);
                given.push((port, node_port));
            }
            Some(node_port) if asked == 0 => set(service, i, node_port),
            Some(node_port) if asked != node_port => {
                take(server, asked, t).map_err(|e| refused(service, i, asked, e))?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// On update each port without a node port gets one of its own.
fn update_ports(
    server: &mut Server,
    service: &mut Value,
    old: &Value,
    t: &mut Transaction,
) -> Result<(), Status> {
    let before = numbers(old).collect::<Vec<_>>();
    let had = |port: i64| before.iter().any(|p| i64::from(*p) == port);
    let mut taken: Vec<i64> = Vec::new();
    for i in 0..view::ports(service).len() {
        let Some((_, asked)) = numbers_at(service, i) else { continue };
        if asked != 0 {
            if !had(asked) && !taken.contains(&asked) {
                take(server, asked, t).map_err(|e| refused(service, i, asked, e))?;
                taken.push(asked);
            }
        } else if view::allocates_node_ports(service) {
            let port = next(server, t)?;
            set(service, i, port);
        }
        if duplicate(service, i) {
            let port = view::ports(service).get(i).unwrap_or(&Value::Null).clone();
            let (protocol, number) = (port.get("protocol").str(), port.get("nodePort").int());
            return Err(Status::unknown(format!("duplicate nodePort: {{{protocol} {number}}}")));
        }
    }
    let now = numbers(service).collect::<Vec<_>>();
    t.released.extend(before.into_iter().filter(|p| !now.contains(p)).map(Allocated::NodePort));
    Ok(())
}

/// Whether an earlier port has the node port and protocol of port `i`.
fn duplicate(service: &Value, i: usize) -> bool {
    let of = |p: &Value| (p.get("protocol").clone(), p.get("nodePort").int());
    let here = view::ports(service).get(i).map(of);
    here.as_ref().is_some_and(|h| h.1 != 0)
        && view::ports(service).iter().take(i).any(|p| Some(of(p)) == here)
}

fn health_check(server: &mut Server, service: &mut Value, t: &mut Transaction) -> Result<(), Status> {
    let asked = service.get("spec").get("healthCheckNodePort").int();
    if asked != 0 {
        return take(server, asked, t).map_err(|e| {
            Status::internal(format!("failed to allocate requested HealthCheck NodePort {asked}: {e}"))
        });
    }
    let port = take_next(server, t)
        .map_err(|e| Status::internal(format!("failed to allocate a HealthCheck NodePort 0: {e}")))?;
    service.entry("spec").set("healthCheckNodePort", port);
    Ok(())
}

fn numbers_at(service: &Value, i: usize) -> Option<(i64, i64)> {
    view::ports(service).get(i).map(|p| (p.get("port").int(), p.get("nodePort").int()))
}

fn set(service: &mut Value, i: usize, node_port: i64) {
    if let Some(port) = service.entry("spec").entry("ports").list_mut().get_mut(i) {
        port.set("nodePort", node_port);
    }
}

fn refused(service: &Value, i: usize, port: i64, why: String) -> Status {
    let (spec, ports) = (Path::new("spec"), "ports");
    let ports = &spec / ports;
    invalid(service, &[field::invalid(&(&(&ports / i) / "nodePort"), port, why)])
}

fn next(server: &mut Server, t: &mut Transaction) -> Result<i64, Status> {
    take_next(server, t).map_err(|e| Status::internal(format!("failed to allocate a nodePort: {e}")))
}

/// Takes `port`; a dry run only looks.
fn take(server: &mut Server, port: i64, t: &mut Transaction) -> Result<(), String> {
    if t.dry_run {
        let number = u16::try_from(port).unwrap_or(0);
        if server.node_ports.is_taken(number) || t.allocated.contains(&Allocated::NodePort(number)) {
            return Err(TAKEN.into());
        }
        t.allocated.push(Allocated::NodePort(number));
        return Ok(());
    }
    let port = server.node_ports.take(port)?;
    t.allocated.push(Allocated::NodePort(port));
    Ok(())
}

fn take_next(server: &mut Server, t: &mut Transaction) -> Result<i64, String> {
    let port = if t.dry_run {
        let shown = t.allocated.iter().filter_map(|a| match a {
            Allocated::NodePort(port) => Some(port.saturating_add(1)),
            Allocated::ClusterIp(_) => None,
        });
        shown.max().unwrap_or(DRY_RUN_FIRST)
    } else {
        server.node_ports.take_next(&mut server.rng)?
    };
    t.allocated.push(Allocated::NodePort(port));
    Ok(port.into())
}
