//! Session affinity: clients that go where they went before.
//!
//! Models what `-m recent` of iptables and the dynamic sets of nftables remember, on each node for itself.

use super::service_port::ServicePort;
use super::topology::Choice;
use crate::base::{Instant, Text};
use crate::object::Protocol;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::net::IpAddr;

#[derive(Clone, Debug, Default)]
pub struct Affinity {
    /// The endpoint of a client, and when it last came.
    clients: Arc<BTreeMap<Client, (Text, Instant)>>,
}

/// A client of a port of a Service on a node. Through which address of the Service it comes does not matter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Client {
    service: (Text, Text),
    port: (Text, Protocol),
    node: Text,
    address: IpAddr,
}

impl Affinity {
    pub(super) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// The place of the endpoint that the client had, if its time is not over and the endpoint may still be used.
    pub(super) fn recall(
        &self,
        port: &ServicePort,
        choice: Choice<'_>,
        node: &Text,
        client: IpAddr,
        now: Instant,
    ) -> Option<usize> {
        let (endpoint, last) = self.clients.get(&Client::new(port, node, client))?;
        let current = now - *last < port.affinity?;
        let is = |place: &&usize| port.endpoints.get(**place).is_some_and(|e| e.text == *endpoint);
        choice.places.iter().find(is).copied().filter(|_| current)
    }

    /// Notes where a client goes now.
    pub(super) fn note(
        &mut self,
        port: &ServicePort,
        place: usize,
        node: &Text,
        client: IpAddr,
        now: Instant,
    ) {
        if let Some(endpoint) = port.endpoints.get(place) {
            let clients = Arc::make_mut(&mut self.clients);
            clients.insert(Client::new(port, node, client), (endpoint.text.clone(), now));
        }
    }

    /// Forgets the clients of endpoints that `keeps` says no to: with an endpoint's rules goes what they remember.
    pub(super) fn retain(
        &mut self,
        service: &(Text, Text),
        keeps: impl Fn(&(Text, Protocol), &Text, &Text, IpAddr) -> bool,
    ) {
        let first = Client {
            service: service.clone(),
            port: (Text::EMPTY, Protocol::Tcp),
            node: Text::EMPTY,
            address: IpAddr::from([0, 0, 0, 0]),
        };
        let of_service = self.clients.range(first..).take_while(|(c, _)| c.service == *service);
        let gone = of_service.filter(|(c, (endpoint, _))| !keeps(&c.port, &c.node, endpoint, c.address));
        let gone = gone.map(|(c, _)| c.clone()).collect::<alloc::vec::Vec<_>>();
        if !gone.is_empty() {
            let clients = Arc::make_mut(&mut self.clients);
            gone.iter().for_each(|client| {
                clients.remove(client);
            });
        }
    }
}

impl Client {
    fn new(port: &ServicePort, node: &Text, address: IpAddr) -> Client {
        Client {
            service: (port.namespace.clone(), port.service.clone()),
            port: (port.name.clone(), port.protocol),
            node: node.clone(),
            address,
        }
    }
}
