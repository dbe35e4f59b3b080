//! What the scheduler knows of the nodes: their pods, and what those take.
//!
//! Models `pkg/scheduler/framework/types.go: NodeInfo`.

use super::resources::{Port, Resources};
use crate::base::{Text, Value};
use crate::controllers::Key;
use crate::store::Object;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;

#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    nodes: BTreeMap<Text, Node>,
    /// The nodes that there are, those with few pods first.
    by_load: BTreeSet<(usize, Text)>,
    /// Where the pods are.
    places: BTreeMap<Key, Text>,
    /// The pods that want certain others away from them.
    guarded: BTreeSet<Key>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// None as long as there are only pods that say they are on it.
    pub(super) object: Option<Arc<Object>>,
    pub(super) pods: BTreeMap<Key, Guest>,
    pub(super) used: Resources,
    pub(super) ports: BTreeMap<Port, usize>,
    /// How many pods have not ended.
    pub(super) running: usize,
    /// How many pods count when nodes are compared: all but those that are being deleted.
    load: usize,
}

/// A pod on a node.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    pub(super) pod: Arc<Object>,
    /// It takes nothing any more.
    pub(super) ended: bool,
    asked: Resources,
}

impl Nodes {
    /// How many nodes there are.
    pub(super) fn count(&self) -> usize {
        self.by_load.len()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.nodes.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Text, &Node)> {
        self.nodes.iter().filter(|(_, node)| node.object.is_some())
    }

    /// The names of the nodes, the one with the fewest pods first.
    pub(super) fn by_load(&self) -> impl Iterator<Item = &Text> {
        self.by_load.iter().map(|(_, name)| name)
    }

    /// Where a pod is, or will be.
    pub(super) fn place(&self, pod: &Key) -> Option<&Node> {
        self.nodes.get(self.places.get(pod)?)
    }

    /// The pods that want certain others away from them, and their nodes.
    pub(super) fn guarded(&self) -> impl Iterator<Item = (&Arc<Object>, &Node)> {
        self.guarded.iter().filter_map(|key| {
            let node = self.place(key)?;
            Some((&node.pods.get(key)?.pod, node))
        })
    }

    pub(super) fn set_object(&mut self, name: &Text, object: Option<Arc<Object>>) {
        self.change(name, |node| node.object = object);
    }

    /// Puts the pod on a node; answers whether it takes less there than before.
    pub(super) fn put_pod(&mut self, key: &Key, node: &str, pod: &Arc<Object>) -> bool {
        if let Some(there) = self.places.get(key)
            && there == node
            && let Some(guest) = self.nodes.get_mut(there).and_then(|n| n.pods.get_mut(key))
            && guest.pod.is_deleted() == pod.is_deleted()
            && guest.ended == pod.has_ended()
            && guest.pod.value().get("spec").same(pod.value().get("spec"))
        {
            guest.pod = pod.clone();
            return false;
        }
        self.remove_pod(key);
        let name = Text::from(node);
        self.places.insert(key.clone(), name.clone());
        if !pod.has_ended() && wants_others_away(pod) {
            self.guarded.insert(key.clone());
        }
        self.change(&name, |node| node.add(key, pod));
        pod.has_ended()
    }

    /// Answers whether the pod was on a node.
    pub(super) fn remove_pod(&mut self, key: &Key) -> bool {
        let Some(name) = self.places.remove(key) else { return false };
        self.guarded.remove(key);
        self.change(&name, |node| node.remove(key));
        true
    }

    fn change(&mut self, name: &Text, change: impl FnOnce(&mut Node)) {
        let node = self.nodes.entry(name.clone()).or_default();
        self.by_load.remove(&(node.load, name.clone()));
        change(node);
        if node.object.is_some() {
            self.by_load.insert((node.load, name.clone()));
        } else if node.pods.is_empty() {
            self.nodes.remove(name);
        }
    }
}

fn wants_others_away(pod: &Object) -> bool {
    let anti = pod.value().at(&["spec", "affinity", "podAntiAffinity"]);
    !anti.get("requiredDuringSchedulingIgnoredDuringExecution").is_empty()
}

impl Node {
    pub(super) fn labels(&self) -> &Value {
        self.object.as_ref().map_or(&Value::Null, |o| o.labels())
    }

    pub(super) fn spec(&self) -> &Value {
        self.object.as_ref().map_or(&Value::Null, |o| o.value().get("spec"))
    }

    pub(super) fn name(&self) -> &str {
        self.object.as_ref().map_or("", |o| o.name().as_str())
    }

    /// The pods that have not ended.
    pub(super) fn running(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.pods.values().filter(|g| !g.ended).map(|g| &g.pod)
    }

    fn add(&mut self, key: &Key, pod: &Arc<Object>) {
        let ended = pod.has_ended();
        let asked = if ended { Resources::default() } else { Resources::asked(pod.value()) };
        self.load += usize::from(!pod.is_deleted());
        if !ended {
            self.running += 1;
            self.used.add(&asked);
            for port in Port::asked(pod.value()) {
                *self.ports.entry(port).or_default() += 1;
            }
        }
        self.pods.insert(key.clone(), Guest { pod: pod.clone(), ended, asked });
    }

    fn remove(&mut self, key: &Key) {
        let Some(guest) = self.pods.remove(key) else { return };
        self.load = self.load.saturating_sub(usize::from(!guest.pod.is_deleted()));
        if guest.ended {
            return;
        }
        self.running = self.running.saturating_sub(1);
        self.used.subtract(&guest.asked);
        for port in Port::asked(guest.pod.value()) {
            if let Some(count) = self.ports.get_mut(&port) {
                *count = count.saturating_sub(1);
            }
        }
        self.ports.retain(|_, count| *count > 0);
    }
}
