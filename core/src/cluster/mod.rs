//! The cluster: the façade over everything below.

mod apply;
mod boot;
mod commands;
mod exec;
mod options;
mod quiet;
mod record;
mod topology;
mod traffic;
mod why;
mod work;

pub use crate::controllers::load_balancer::Provider;
pub use apply::{ApplyOutcome, Origin, Problem, Rejected};
pub use commands::{Changed, Changes};
pub use options::{Controllers, Options};
pub use topology::{EndpointView, NodeView, PodState, PodView, PortView, ServiceView, Topology};
pub use traffic::{Resolved, Sent, Share};
pub use why::{Cell, Matrix, Row, Target};

use crate::api::{self, Request, Response, WatchId, Watches};
use crate::base::{Duration, Instant, Rng};
use crate::registry::{Config, Server};
use crate::schema::Schema;
use crate::store::Store;
use alloc::sync::Arc;
use alloc::vec::Vec;
use traffic::Traffic;
use work::Work;

/// A Kubernetes cluster in memory. A clone is a snapshot: it shares everything until one of the two moves on.
///
/// Time stands still but for [`Cluster::advance`]; requests are answered at once, and what controllers make of them
/// happens when time next moves, be it by nothing.
#[derive(Clone, Debug)]
pub struct Cluster {
    server: Server,
    watches: Watches,
    work: Work,
    traffic: Traffic,
}

impl Cluster {
    pub fn new(options: &Options) -> Cluster {
        let config = Config { service_cidrs: options.service_cidrs.clone(), node_ports: options.node_ports };
        let schema = Arc::new(Schema::kubernetes());
        let born = Instant(options.start.0.saturating_sub(options.age.as_millis()));
        let mut server = Server::new(schema, config, born, Rng::new(options.seed));
        boot::boot(&mut server, options);
        let mut work = Work::new(options, &server);
        let mut traffic = Traffic::new(options);
        // What controllers and kubelets make of an empty cluster is there when it is handed over.
        work.advance(&mut server, &mut traffic.network, options.age);
        Cluster { server, watches: Watches::default(), work, traffic }
    }

    /// What is stored.
    pub fn store(&self) -> &Store {
        &self.server.store
    }

    /// The cluster as a picture shows it.
    pub fn topology(&self) -> Topology {
        topology::topology(&self.server.store)
    }

    pub fn now(&self) -> Instant {
        self.server.now
    }

    /// One request to the API server.
    pub fn request(&mut self, request: &Request) -> Response {
        api::handle(&mut self.server, &mut self.watches, request)
    }

    /// The lines of a watch since the last call, and whether it is still open.
    pub fn watched(&mut self, watch: WatchId) -> (Vec<u8>, bool) {
        self.watches.fetch(&self.server, watch)
    }

    /// Ends a watch that nobody listens to any more.
    pub fn unwatch(&mut self, watch: WatchId) {
        self.watches.close(watch);
    }

    /// Lets time pass: everything that is due within it happens, in order.
    pub fn advance(&mut self, time: Duration) {
        self.work.advance(&mut self.server, &mut self.traffic.network, time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Body;

    fn post(cluster: &mut Cluster, path: &str, body: &str) -> (u16, alloc::string::String) {
        let request =
            Request { method: "POST".into(), path: path.into(), body: body.into(), ..Request::default() };
        let response = cluster.request(&request);
        let Body::Bytes(bytes) = response.body else { panic!("no body") };
        (response.code, alloc::string::String::from_utf8(bytes).expect("text"))
    }

    #[test]
    fn a_service_gets_an_address_and_a_node_port() {
        let mut cluster = Cluster::new(&Options::default());
        let body = r#"{"metadata":{"name":"web"},"spec":{"type":"NodePort","selector":{"a":"b"},"ports":[{"port":80}]}}"#;
        let (code, text) = post(&mut cluster, "/api/v1/namespaces/default/services", body);
        assert_eq!(code, 201, "{text}");
        assert!(text.contains("\"clusterIP\":\"10.96."), "{text}");
        assert!(text.contains("\"nodePort\":3"), "{text}");
        let (code, text) = post(&mut cluster, "/api/v1/namespaces/default/services", body);
        assert_eq!(code, 409, "{text}");
    }
}
