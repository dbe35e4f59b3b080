//! Connections that are known: their packets go where the first one went, whatever the rules say by now.
//!
//! Models the kernel's connection tracking as far as kube-proxy relies on it, and `pkg/proxy/conntrack/cleanup.go`.

use super::service_port::ServicePort;
use super::table::Table;
use crate::base::{Duration, Instant, Text};
use crate::net::trace::Flow;
use crate::object::{Port, Protocol};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::net::IpAddr;

#[derive(Clone, Debug, Default)]
pub struct Conntrack {
    connections: Arc<BTreeMap<Connection, Entry>>,
}

/// A connection as the node sees it on which its packets meet the rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Connection {
    node: Text,
    protocol: Protocol,
    source: (IpAddr, Port),
    destination: (IpAddr, Port),
}

/// Where the packets of a connection go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub address: IpAddr,
    pub port: Port,
    /// Whether the source address becomes the node's.
    pub masquerade: bool,
    /// Whether there was ever an answer.
    answered: bool,
    last: Instant,
}

/// How long a connection is known after its last packet: that of TCP as kube-proxy sets it, the others as the kernel
/// does.
const TCP_ESTABLISHED: Duration = Duration::from_secs(24 * 60 * 60);
const TCP_SYN_SENT: Duration = Duration::from_secs(120);
const UDP_UNREPLIED: Duration = Duration::from_secs(30);
const UDP_STREAM: Duration = Duration::from_secs(120);
const SCTP_ESTABLISHED: Duration = Duration::from_secs(210);
const SCTP_COOKIE_WAIT: Duration = Duration::from_secs(3);

impl Conntrack {
    pub(super) fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// Where the next packet of a connection goes.
    pub(crate) fn known(&mut self, node: &Text, flow: Flow, client: Port, now: Instant) -> Option<Entry> {
        let connection = Connection::new(node, flow, client);
        let entry = *self.connections.get(&connection)?;
        let connections = Arc::make_mut(&mut self.connections);
        if now - entry.last >= entry.lifetime(flow.protocol) {
            connections.remove(&connection);
            return None;
        }
        connections.insert(connection, Entry { last: now, ..entry });
        Some(entry)
    }

    /// Notes where the packets of a connection go, and whether they are answered.
    pub(crate) fn note(
        &mut self,
        node: &Text,
        flow: Flow,
        client: Port,
        (address, port, masquerade): (IpAddr, Port, bool),
        answered: bool,
        now: Instant,
    ) {
        let entry = Entry { address, port, masquerade, answered, last: now };
        Arc::make_mut(&mut self.connections).insert(Connection::new(node, flow, client), entry);
    }

    /// Forgets a connection, as when it was refused.
    pub(crate) fn forget(&mut self, node: &Text, flow: Flow, client: Port) {
        let connection = Connection::new(node, flow, client);
        if self.connections.contains_key(&connection) {
            Arc::make_mut(&mut self.connections).remove(&connection);
        }
    }

    /// Forgets those to UDP ports of changed Services that lead to an endpoint that serves no more: nothing else would
    /// ever end them.
    pub(super) fn clean<'a>(&mut self, ports: impl Iterator<Item = &'a Arc<ServicePort>> + Clone) {
        if self.connections.is_empty() {
            return;
        }
        let ports = ports.filter(|p| p.protocol == Protocol::Udp);
        let stale = |c: &Connection, e: &Entry| ports.clone().any(|port| is_stale(port, c, e));
        if self.connections.iter().any(|(c, e)| c.protocol == Protocol::Udp && stale(c, e)) {
            Arc::make_mut(&mut self.connections).retain(|c, e| c.protocol != Protocol::Udp || !stale(c, e));
        }
    }
}

fn is_stale(port: &ServicePort, connection: &Connection, entry: &Entry) -> bool {
    let serving = || port.endpoints.iter().filter(|e| e.serving);
    let (ip, number) = connection.destination;
    let at_address = number == port.port && Table::fronts(port).any(|(_, at)| at == ip);
    let at_node_port = port.node_port == Some(number) && serving().next().is_some();
    (at_address || at_node_port) && !serving().any(|e| (e.address, e.port) == (entry.address, entry.port))
}

impl Entry {
    fn lifetime(&self, protocol: Protocol) -> Duration {
        match (protocol, self.answered) {
            (Protocol::Tcp, true) => TCP_ESTABLISHED,
            (Protocol::Tcp, false) => TCP_SYN_SENT,
            (Protocol::Udp, true) => UDP_STREAM,
            (Protocol::Udp, false) => UDP_UNREPLIED,
            (Protocol::Sctp, true) => SCTP_ESTABLISHED,
            (Protocol::Sctp, false) => SCTP_COOKIE_WAIT,
        }
    }
}

impl Connection {
    fn new(node: &Text, flow: Flow, client: Port) -> Connection {
        Connection {
            node: node.clone(),
            protocol: flow.protocol,
            source: (flow.source, client),
            destination: (flow.destination, flow.port),
        }
    }
}
