//! The network of a cluster: its DNS server, the kube-proxies of its nodes, and what they remember.

use super::dns::{Answer, Server, Transport, Type};
use super::environments::Environments;
use super::nodes::Nodes;
use super::proxy::{self, Proxy};
use super::render::{self, Chains, Rules};
use super::resolv_conf::{Kubelet, ResolvConf};
use crate::base::ip::Family;
use crate::base::{Instant, Text};
use crate::store::{Object, Store};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

/// How the network is set up.
#[derive(Clone, Debug)]
pub struct Config {
    pub proxy: proxy::Config,
    /// What kubelets write into `/etc/resolv.conf`.
    pub kubelet: Kubelet,
    /// The DNS server's own addresses, by which it knows its Service; without any, those of the first pod behind
    /// `kubelet.cluster_dns`.
    pub dns_addresses: Vec<IpAddr>,
    /// Whether the DNS server asks another one about names outside the cluster, as kubeadm sets it up: one that knows of
    /// none, for there is no world outside. Without, such questions fail.
    pub forwards: bool,
    /// The addresses of a client outside the cluster, unless it says otherwise.
    pub outside: Vec<IpAddr>,
    /// Whether what pods send out of the cluster network gets their node's address: the network plugin's `ipMasq`.
    pub masquerade_pods: bool,
}

impl Default for Config {
    /// What kubeadm and the usual network plugins set up.
    fn default() -> Self {
        Config {
            proxy: proxy::Config::default(),
            kubelet: Kubelet {
                cluster_dns: [IpAddr::from([10, 96, 0, 10])].into(),
                cluster_domain: "cluster.local".into(),
                host: ResolvConf { nameservers: [Text::from("192.168.1.1")].into(), ..ResolvConf::default() },
            },
            dns_addresses: Vec::new(),
            forwards: false,
            outside: [IpAddr::from([203, 0, 113, 10]), IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x10])]
                .into(),
            masquerade_pods: true,
        }
    }
}

/// The network. A clone shares everything that is not written to.
#[derive(Clone, Debug)]
pub struct Network {
    pub(super) config: Arc<Config>,
    pub(super) dns: Server,
    pub(super) nodes: Nodes,
    pub(super) proxy: Proxy,
    environments: Environments,
    /// The chains of the nodes whose rules somebody has looked at.
    chains: Arc<BTreeMap<Text, Chains>>,
    /// The generation of the rules by which the DNS server's addresses were found.
    addressed: Option<u64>,
    /// The revision of the store that is known; none before the first look.
    known: Option<u64>,
}

impl Network {
    pub fn new(config: Config) -> Network {
        Network {
            dns: Server::new(&config.kubelet.cluster_domain, &config.dns_addresses)
                .forwarding(config.forwards),
            nodes: Nodes::default(),
            proxy: Proxy::new(config.proxy.clone()),
            environments: Environments::default(),
            chains: Arc::default(),
            addressed: None,
            known: None,
            config: Arc::new(config),
        }
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    pub fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// Hears of what was written since the last call, at the time `now`. To be called whenever something was written
    /// and before time goes on; costs little, and nothing otherwise.
    ///
    /// Rules are only made when somebody needs them: a packet, or what is remembered of earlier ones.
    pub fn follow(&mut self, store: &Store, now: Instant) {
        if self.known == Some(store.revision()) {
            return;
        }
        match self.known.and_then(|revision| store.log().since(revision)) {
            Some(events) => {
                for event in events {
                    self.dns.hear(event, now);
                    self.nodes.hear(event);
                    self.proxy.hear(event);
                    self.environments.hear(event);
                }
            }
            None => {
                store
                    .log()
                    .since(store.log().oldest())
                    .into_iter()
                    .flatten()
                    .for_each(|e| self.dns.hear(e, now));
                self.nodes.reset(store);
                self.proxy.reset(store);
                self.environments.reset(store);
            }
        }
        self.known = Some(store.revision());
        if self.proxy.remembers() || !self.chains.is_empty() {
            self.proxy.settle(store, &self.nodes);
        }
    }

    /// Brings everything to where it is now; to be called before anything is asked.
    pub fn catch_up(&mut self, store: &Store, now: Instant) {
        self.follow(store, now);
        self.proxy.settle(store, &self.nodes);
        let generation = Some(self.proxy.generation());
        if self.addressed != generation {
            self.dns.set_addresses(self.dns_addresses());
            self.addressed = generation;
        }
    }

    /// The addresses of the DNS server that answers: those it was given, or those of the first endpoint of its Service.
    fn dns_addresses(&self) -> Vec<IpAddr> {
        if !self.config.dns_addresses.is_empty() {
            return self.config.dns_addresses.clone();
        }
        let services = self.config.kubelet.cluster_dns.iter();
        let ports = services.filter_map(|ip| self.proxy.table().owner(*ip)).map(|c| &c.port);
        ports.filter_map(|p| p.endpoints.iter().find(|e| e.ready)).map(|e| e.address).collect()
    }

    /// The answer of the cluster's DNS server to a message; none where it keeps silent.
    pub fn answer(&mut self, store: &Store, query: &[u8], transport: Transport) -> Option<Vec<u8>> {
        self.dns.answer(store, query, transport)
    }

    /// The answer of the cluster's DNS server to a question.
    pub fn lookup(&mut self, store: &Store, name: &str, kind: Type) -> Option<Answer> {
        self.dns.lookup(store, name, kind)
    }

    /// The variables that a container of a pod was told of Services when it started.
    pub fn variables(&self, pod: &Object, container: &str) -> Vec<(Text, Text)> {
        self.environments.variables(pod, container)
    }

    /// The rules of a family that kube-proxy has written on a node, or would write if it were set up as `other`; none
    /// where there is no such node.
    pub fn rules(
        &mut self,
        store: &Store,
        now: Instant,
        node: &str,
        family: Family,
        other: Option<&proxy::Config>,
    ) -> Option<Rules> {
        self.catch_up(store, now);
        let node = self.nodes.get(node)?.clone();
        let other = other.map(|config| {
            let mut proxy = Proxy::new(config.clone());
            proxy.reset(store);
            proxy.settle(store, &self.nodes);
            proxy
        });
        let mut rules = render::rules(other.as_ref().unwrap_or(&self.proxy), &node, family);
        if let Rules::NfTables(listed) = &mut rules {
            let chains = Arc::make_mut(&mut self.chains);
            chains.entry(node.name.clone()).or_default().settle(
                listed,
                self.proxy.generation_of(family),
                now,
            );
        }
        Some(rules)
    }
}
