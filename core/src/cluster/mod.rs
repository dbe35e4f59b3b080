//! The cluster: the façade over everything below.

use crate::api::{Body, Request, Response, WatchId};
use alloc::string::String;
use alloc::vec::Vec;

/// How a cluster differs from the default one.
#[derive(Clone, Debug)]
pub struct Options {
    /// Decides everything that is left to chance in a real cluster.
    pub seed: u64,
    /// Milliseconds since 1970 at which the cluster starts.
    pub start: i64,
    /// One range, or one of each family; the first is the cluster's default family.
    pub service_cidrs: Vec<String>,
    /// First and last node port.
    pub node_ports: (u16, u16),
}

impl Default for Options {
    fn default() -> Self {
        Options {
            seed: 1,
            start: 1_767_225_600_000,
            service_cidrs: Vec::from([String::from("10.96.0.0/16")]),
            node_ports: (30000, 32767),
        }
    }
}

/// A Kubernetes cluster in memory.
#[derive(Clone, Debug)]
pub struct Cluster {
    now: i64,
}

impl Cluster {
    pub fn new(options: &Options) -> Cluster {
        Cluster { now: options.start }
    }

    /// One request to the API server.
    pub fn request(&mut self, _request: &Request) -> Response {
        Response { code: 404, headers: Vec::new(), body: Body::default() }
    }

    /// The lines of a watch since the last call, and whether it is still open.
    pub fn watched(&mut self, _watch: WatchId) -> (Vec<u8>, bool) {
        (Vec::new(), false)
    }

    /// Lets `ms` milliseconds pass.
    pub fn advance(&mut self, ms: i64) {
        self.now += ms;
    }

    /// The answer of the cluster's DNS server to a query, both in wire format (RFC 1035); none where it keeps silent.
    pub fn dns(&mut self, _query: &[u8]) -> Option<Vec<u8>> {
        None
    }
}
