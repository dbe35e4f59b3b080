//! What was allocated for an object on its way into the store, to be kept when it gets there and given back when not.
//!
//! Models `pkg/registry/core/service/storage/transaction.go`.

use super::ip_addresses;
use super::server::Server;
use alloc::vec::Vec;
use core::net::IpAddr;

/// Allocations and releases that belong together.
#[must_use = "what was allocated is kept by commit and given back by revert"]
#[derive(Debug, Default)]
pub struct Transaction {
    pub(super) dry_run: bool,
    pub(super) allocated: Vec<Allocated>,
    /// Given back only once the object is stored.
    pub(super) released: Vec<Allocated>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allocated {
    ClusterIp(IpAddr),
    NodePort(u16),
}

impl Transaction {
    pub(super) fn new(dry_run: bool) -> Transaction {
        Transaction { dry_run, ..Transaction::default() }
    }

    pub(super) fn commit(self, server: &mut Server) {
        give_back(server, &self.released, self.dry_run);
    }

    pub(super) fn revert(self, server: &mut Server) {
        give_back(server, &self.allocated, self.dry_run);
    }
}

fn give_back(server: &mut Server, allocated: &[Allocated], dry_run: bool) {
    for item in allocated.iter().filter(|_| !dry_run) {
        match item {
            Allocated::ClusterIp(ip) => ip_addresses::release(server, *ip),
            Allocated::NodePort(port) => server.node_ports.release(*port),
        }
    }
}
