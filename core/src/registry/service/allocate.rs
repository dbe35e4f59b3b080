//! What a Service is given before it is stored, and gives back when it is gone: all of it or nothing.
//!
//! Models `pkg/registry/core/service/storage/{storage,alloc,transaction}.go`.

use super::{cluster_ips, families, node_ports, view};
use crate::base::{Status, Value};
use crate::registry::server::Server;
use crate::registry::transaction::Transaction;

/// Gives a new Service its families, addresses and node ports.
pub(in crate::registry) fn begin_create(
    server: &mut Server,
    service: &mut Value,
    dry_run: bool,
) -> Result<Transaction, Status> {
    if !view::cluster_ip(service).is_empty() && view::cluster_ips(service).is_empty() {
        let ip = service.get("spec").get("clusterIP").clone();
        service.entry("spec").set("clusterIPs", Value::list([ip]));
    }
    families::init(&server.config, service, None).map_err(|errors| invalid(service, &errors))?;
    let mut transaction = Transaction::new(dry_run);
    let done = cluster_ips::allocate(server, service, &mut transaction)
        .and_then(|()| node_ports::allocate(server, service, &mut transaction));
    finish(server, transaction, done)
}

/// Gives a changed Service what it needs beyond what it has, and keeps what it leaves unsaid.
pub(in crate::registry) fn begin_update(
    server: &mut Server,
    service: &mut Value,
    old: &Value,
    dry_run: bool,
) -> Result<Transaction, Status> {
    keep_allocated(service, old);
    normalize_cluster_ips(service, old);
    families::init(&server.config, service, Some(old)).map_err(|errors| invalid(service, &errors))?;
    let mut transaction = Transaction::new(dry_run);
    let done = cluster_ips::update(server, service, old, &mut transaction)
        .and_then(|()| node_ports::update(server, service, old, &mut transaction));
    finish(server, transaction, done)
}

/// What a Service that is gone gives back.
pub(in crate::registry) fn released(server: &mut Server, service: &Value) {
    let mut transaction = Transaction::new(false);
    cluster_ips::release_all(service, &mut transaction);
    node_ports::release_all(service, &mut transaction);
    transaction.commit(server);
}

fn finish(
    server: &mut Server,
    transaction: Transaction,
    done: Result<(), Status>,
) -> Result<Transaction, Status> {
    match done {
        Ok(()) => Ok(transaction),
        Err(status) => {
            transaction.revert(server);
            Err(status)
        }
    }
}

pub(super) fn invalid(service: &Value, errors: &[crate::base::field::Error]) -> Status {
    let kind = crate::base::status::InGroup { group: "", name: "Service" };
    Status::invalid(kind, service.get("metadata").get("name").str(), errors)
}

/// Models `patchAllocatedValues`: what an update leaves out stays; node ports stay with the name of their port.
fn keep_allocated(service: &mut Value, old: &Value) {
    if !view::is_external_name(service) && !view::is_external_name(old) {
        for field in ["clusterIP", "clusterIPs"] {
            let was = old.get("spec").get(field);
            if service.get("spec").get(field).is_empty() && !was.is_empty() {
                service.entry("spec").set(field, was);
            }
        }
    }
    if view::allocates_node_ports(service) && view::allocates_node_ports(old) {
        keep_node_ports(service, old);
    }
    if view::needs_health_check(service) && view::needs_health_check(old) {
        let was = old.get("spec").get("healthCheckNodePort");
        if service.get("spec").get("healthCheckNodePort").is_empty() && !was.is_empty() {
            service.entry("spec").set("healthCheckNodePort", was);
        }
    }
}

fn keep_node_ports(service: &mut Value, old: &Value) {
    let named = |name: &str| view::ports(old).iter().rev().find(|p| p.get("name").str() == name);
    let said = |s: &Value, port: i64| view::ports(s).iter().any(|p| p.get("nodePort").int() == port);
    let kept = view::ports(service).iter().map(|p| {
        let was = named(p.get("name").str()).map_or(0, |o| o.get("nodePort").int());
        // One that stands on another port now is not given twice.
        (p.get("nodePort").int() == 0 && was != 0 && !(said(old, was) && said(service, was))).then_some(was)
    });
    let kept = kept.collect::<alloc::vec::Vec<_>>();
    if kept.iter().any(Option::is_some) {
        let ports = service.entry("spec").entry("ports").list_mut();
        for (port, kept) in ports.iter_mut().zip(kept) {
            if let Some(node_port) = kept {
                port.set("nodePort", node_port);
            }
        }
    }
}

/// Models `normalizeClusterIPs`: a client that knows only one of `clusterIP` and `clusterIPs` means both.
fn normalize_cluster_ips(service: &mut Value, old: &Value) {
    let (new_ip, old_ip) = (view::cluster_ip(service), view::cluster_ip(old));
    let same_list = view::cluster_ips(service) == view::cluster_ips(old);
    if !view::cluster_ips(old).is_empty() && view::cluster_ips(service).is_empty() && new_ip == old_ip {
        service.entry("spec").set("clusterIPs", old.get("spec").get("clusterIPs"));
    } else if new_ip != old_ip && same_list {
        let list = if !old_ip.is_empty() && new_ip.is_empty() {
            Value::Null
        } else {
            Value::list([service.get("spec").get("clusterIP").clone()])
        };
        service.entry("spec").set("clusterIPs", list);
    }
}
