//! The machines: a kubelet on each, its container runtime, and the programs in the containers, as far as anybody else
//! can tell. Pods that were given a node start there, become ready, fail, restart and end.
//!
//! Models `pkg/kubelet` by what it writes. Like a controller it is a function of what is stored, what it remembers and
//! what time it is; what it remembers is what upstream's kubelets keep on their disks and in their processes.

mod addresses;
pub mod answer;
pub mod app;
mod container;
pub mod image;
mod machine;
mod pace;
mod probe;
mod program;
mod status;
mod worker;

pub use machine::{Machine, Machines};
pub use pace::{Pace, Span};

use crate::base::ip::Cidr;
use crate::base::{Instant, Text, Value, ip};
use crate::controllers::{Action, Key, Speaker, Write};
use crate::store::{Change, Event, Object, Store};
use addresses::Addresses;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use pace::Chance;
use worker::{Room, Worker};

pub const SPEAKER: Speaker = Speaker { manager: "kubelet", component: "kubelet" };

/// The kubelets of all machines. A clone is a snapshot.
#[derive(Clone, Debug)]
pub struct Kubelets(Arc<State>);

#[derive(Clone, Debug)]
struct State {
    machines: Machines,
    chance: Chance,
    /// The Nodes that there are.
    nodes: BTreeMap<Text, Arc<Object>>,
    /// The machines whose node is missing.
    unregistered: BTreeSet<Text>,
    addresses: Addresses,
    /// The images that were pulled, per node.
    pulled: BTreeMap<Text, BTreeSet<Text>>,
    workers: BTreeMap<Key, Worker>,
    /// Pods on nodes without a machine, by node.
    unattended: BTreeMap<Text, BTreeSet<Key>>,
    /// The pods to look at now.
    touched: BTreeSet<Key>,
    /// The pods to look at later, by time.
    later: BTreeSet<(Instant, Key)>,
    /// How many pods there are in the cluster.
    pods: usize,
}

impl Kubelets {
    pub fn new(machines: &Machines, seed: u64) -> Kubelets {
        let unregistered = machines.list.iter().map(|m| m.name.clone()).collect();
        Kubelets(Arc::new(State {
            machines: machines.clone(),
            chance: Chance::new(seed),
            nodes: BTreeMap::new(),
            unregistered,
            addresses: Addresses::default(),
            pulled: BTreeMap::new(),
            workers: BTreeMap::new(),
            unattended: BTreeMap::new(),
            touched: BTreeSet::new(),
            later: BTreeSet::new(),
            pods: 0,
        }))
    }

    /// Takes notice of what was written since a revision.
    pub fn hear(&mut self, store: &Store, since: u64) {
        let Some(events) = store.log().since(since) else {
            return Arc::make_mut(&mut self.0).look_around(store);
        };
        let mine = |e: &&Event| matches!(e.resource.as_str(), "pods" | "nodes");
        let mut events = events.filter(mine).peekable();
        if events.peek().is_some() {
            let state = Arc::make_mut(&mut self.0);
            events.for_each(|event| state.hear(event));
        }
    }

    /// When there is something to do, should nothing be written until then.
    pub fn due(&self) -> Option<Instant> {
        self.0.later.first().map(|(at, _)| *at)
    }

    /// What listens in a pod now: of the containers that run, the programs that have begun to. A pod without a kubelet
    /// listens as soon as its containers are said to run.
    pub fn listeners(&self, pod: &Object, now: Instant) -> Vec<app::Listener> {
        let worker = self.0.workers.get(&Key::of(pod)).filter(|w| w.uid() == pod.uid());
        match worker.zip(self.0.machines.pace.as_ref()) {
            Some((worker, pace)) => worker.listeners(pod.value(), pace, &self.0.chance, now),
            None => app::listeners_by_status(pod.value()),
        }
    }

    /// Does what is due, for all pods that are, in the order of their names.
    pub fn run(&mut self, store: &Store, now: Instant) -> Vec<Write> {
        let idle = self.0.touched.is_empty() && self.0.unregistered.is_empty();
        if idle && self.due().is_none_or(|due| due > now) {
            return Vec::new();
        }
        let state = Arc::make_mut(&mut self.0);
        let mut writes = state.register(now);
        while state.later.first().is_some_and(|(at, _)| *at <= now) {
            state.touched.extend(state.later.pop_first().map(|(_, key)| key));
        }
        for key in core::mem::take(&mut state.touched) {
            writes.extend(state.work(store, now, &key));
        }
        writes
    }
}

impl State {
    /// All that there is, as if it were new.
    fn look_around(&mut self, store: &Store) {
        self.nodes.clear();
        for node in store.list("nodes", "") {
            self.add_node(node);
        }
        self.pods = store.count("pods");
        self.touched.extend(self.workers.keys().cloned());
        self.touched.extend(store.list("pods", "").map(|pod| Key::of(pod)));
    }

    fn hear(&mut self, event: &Event) {
        if event.resource == "nodes" {
            match event.change {
                Change::Deleted => self.remove_node(event.object.name()),
                _ => self.add_node(&event.object),
            }
            return;
        }
        match event.change {
            Change::Added => self.pods += 1,
            Change::Deleted => self.pods = self.pods.saturating_sub(1),
            Change::Modified => {}
        }
        let key = Key::of(&event.object);
        let on_a_node = !event.object.value().get("spec").get("nodeName").is_empty();
        // What a kubelet wrote itself is no news to it.
        let own = self.workers.get(&key).is_some_and(|w| w.wrote(&event.object));
        if event.change == Change::Deleted || on_a_node && !own {
            self.touched.insert(key);
        }
        if self.pods == 0 {
            self.addresses.forget();
        }
    }

    fn add_node(&mut self, node: &Arc<Object>) {
        self.unregistered.remove(node.name());
        if self.nodes.insert(node.name().clone(), node.clone()).is_none() {
            self.touched.extend(self.unattended.remove(node.name()).into_iter().flatten());
        }
    }

    fn remove_node(&mut self, name: &Text) {
        self.nodes.remove(name);
        if self.machines.get(name).is_some() {
            self.unregistered.insert(name.clone());
        }
    }

    fn register(&mut self, now: Instant) -> Vec<Write> {
        let missing = core::mem::take(&mut self.unregistered);
        let machines = missing.iter().filter_map(|name| self.machines.get(name));
        machines.flat_map(|machine| machine.register(now)).collect()
    }

    /// Brings one pod to where it is now.
    fn work(&mut self, store: &Store, now: Instant, key: &Key) -> Vec<Write> {
        let pod = store.get("pods", &key.namespace, &key.name);
        let pod = pod.filter(|p| !p.value().get("spec").get("nodeName").is_empty());
        self.forget_unless(key, pod.map(|p| p.uid()));
        let Some(pod) = pod else { return Vec::new() };
        let name = pod.value().get("spec").get("nodeName");
        let Some(host) = self.host(name.str()) else {
            let name = name.as_text().cloned().unwrap_or_default();
            self.unattended.entry(name).or_default().insert(key.clone());
            return Vec::new();
        };
        let mut worker = match self.workers.remove(key) {
            Some(worker) => worker,
            None => Worker::new(pod, &host, self.number(pod, &host), now),
        };
        self.unschedule(key, worker.due());
        let pulled = self.pulled.entry(host.name.clone()).or_default();
        let pace = self.machines.pace.as_ref();
        let mut room = Room { store, pod, host: &host, pace, chance: &self.chance, pulled, now };
        let writes = worker.work(&mut room);
        self.later.extend(worker.due().map(|at| (at, key.clone())));
        self.workers.insert(key.clone(), worker);
        writes
    }

    /// The machine behind a node.
    fn host(&self, name: &str) -> Option<Host> {
        let (machine, node) = (self.machines.get(name), self.nodes.get(name));
        if machine.is_none() && !(self.machines.any_node && node.is_some()) {
            return None;
        }
        let node = node.map_or(&Value::Null, |n| n.value());
        let internal = node.get("status").get("addresses").items().iter();
        let internal = internal.filter(|a| a.get("type").str() == "InternalIP");
        let internal = internal.filter_map(|a| a.get("address").as_text().cloned()).collect::<Vec<_>>();
        let cidrs = node.get("spec").get("podCIDRs").items().iter().filter_map(Value::as_text);
        let cidrs = cidrs.cloned().collect::<Vec<_>>();
        let or = |there: Vec<Text>, own: fn(&Machine) -> &Vec<Text>| match there.is_empty() {
            true => machine.map(own).cloned().unwrap_or_default(),
            false => there,
        };
        let cidrs = or(cidrs, |m| &m.pod_cidrs);
        Some(Host {
            name: name.into(),
            addresses: or(internal, |m| &m.addresses),
            cidrs: cidrs.iter().filter_map(|c| Cidr::parse(c)).collect(),
        })
    }

    /// The number of the pod's address: the one it has, or the next.
    fn number(&mut self, pod: &Object, host: &Host) -> u32 {
        let there = ip::parse(pod.value().get("status").get("podIP").str());
        let there = there.and_then(|ip| host.cidrs.iter().find_map(|cidr| cidr.offset(ip)));
        match there.and_then(|n| u32::try_from(n).ok()) {
            Some(number) => {
                self.addresses.note(&host.name, number);
                number
            }
            None => self.addresses.take(&host.name),
        }
    }

    /// A pod that is gone, or another of the same name, leaves nothing behind.
    fn forget_unless(&mut self, key: &Key, uid: Option<&str>) {
        let there = self.workers.get(key).map(Worker::uid);
        if there.is_some()
            && there != uid
            && let Some(worker) = self.workers.remove(key)
        {
            self.addresses.give_back(worker.node(), worker.host_number());
            self.unschedule(key, worker.due());
        }
    }

    fn unschedule(&mut self, key: &Key, due: Option<Instant>) {
        if let Some(at) = due {
            self.later.remove(&(at, key.clone()));
        }
    }
}

/// A machine, as its pods know it.
#[derive(Clone, Debug)]
struct Host {
    name: Text,
    addresses: Vec<Text>,
    cidrs: Vec<Cidr>,
}

/// The end of a pod that was being deleted.
fn gone(pod: &Object) -> Write {
    let uid = Text::from(pod.uid());
    Write::silent(Action::Delete {
        resource: "pods".into(),
        key: Key::of(pod),
        uid,
        grace_period: Some(0),
        propagation: None,
    })
}
