//! Which node a pod runs on: the nodes that fit are found by upstream's filters, in its order and with its words. Of
//! those the one with the fewest pods is taken, the first by name if several: upstream's scores would spread pods as
//! evenly, but not the same way every time.
//!
//! Models `pkg/scheduler`.

pub mod affinity;
mod filters;
mod hints;
mod nodes;
mod pod_affinity;
mod preemption;
mod resources;
mod spread;
pub mod taints;
mod volumes;

use super::{Action, Detail, Key, Record, Speaker, Write, conditions, pod};
use crate::base::sort;
use crate::base::{Instant, Text};
use crate::store::{Change, Event, Object, Store};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use filters::{Plugin, Rejection, Wish};
use hints::Minds;
use nodes::Nodes;

pub const SPEAKER: Speaker = Speaker { manager: "kube-scheduler", component: "default-scheduler" };

const NAME: &str = "default-scheduler";

/// The scheduler, with what it knows of nodes and of the pods that wait. A clone is a snapshot.
#[derive(Clone, Debug, Default)]
pub struct Scheduler(Arc<State>);

#[derive(Clone, Debug, Default)]
struct State {
    nodes: Nodes,
    /// To be placed now.
    waiting: BTreeSet<Key>,
    /// No node was found for them; tried again when something has changed that may help.
    stuck: BTreeMap<Key, Minds>,
    /// Placed by the last run.
    assumed: BTreeSet<Key>,
}

impl Scheduler {
    /// Takes notice of what was written since a revision.
    pub fn hear(&mut self, store: &Store, since: u64) {
        match store.log().since(since) {
            Some(events) => {
                let mine =
                    |e: &&Event| matches!(e.resource.as_str(), "pods" | "nodes" | "persistentvolumeclaims");
                let mut events = events.filter(mine).peekable();
                if events.peek().is_some() {
                    let state = Arc::make_mut(&mut self.0);
                    events.for_each(|e| state.hear(store, e));
                }
            }
            None => *self = Scheduler(Arc::new(State::of(store))),
        }
    }

    /// When there is something to do, should nothing be written until then.
    pub fn due(&self) -> Option<Instant> {
        None
    }

    /// Places the pods that wait.
    pub fn run(&mut self, store: &Store, now: Instant) -> Vec<Write> {
        if self.0.waiting.is_empty() && self.0.assumed.is_empty() {
            return Vec::new();
        }
        let state = Arc::make_mut(&mut self.0);
        state.recheck(store);
        let waiting = core::mem::take(&mut state.waiting);
        // The more important first; of those as important in the order of their names.
        let priority = |key: &Key| {
            let pod = store.get("pods", &key.namespace, &key.name);
            core::cmp::Reverse(pod.map_or(0, |p| preemption::priority(p.value())))
        };
        let mut waiting: Vec<Key> = waiting.into_iter().collect();
        waiting.sort_by_cached_key(priority);
        waiting.into_iter().flat_map(|key| state.place(store, now, key)).collect()
    }
}

impl State {
    /// What one would know who had heard of everything from the start.
    fn of(store: &Store) -> State {
        let mut state = State::default();
        for (resource, change) in [("nodes", Change::Added), ("pods", Change::Added)] {
            for object in store.list(resource, "") {
                let (resource, object) = (resource.into(), object.clone());
                let revision = object.revision();
                state.hear(store, &Event { change, resource, object, before: None, revision });
            }
        }
        state
    }

    fn hear(&mut self, store: &Store, event: &Event) {
        match event.resource.as_str() {
            "pods" => self.hear_of_pod(event),
            "nodes" => self.hear_of_node(store, event),
            _ => self.retry(|_, minds| minds.a_volume()),
        }
    }

    fn hear_of_node(&mut self, store: &Store, event: &Event) {
        let gone = event.change == Change::Deleted;
        self.nodes.set_object(event.object.name(), (!gone).then(|| event.object.clone()));
        if gone {
            return self.retry(|_, minds| minds.a_lost_node());
        }
        let (before, after) = (event.before.as_deref(), &*event.object);
        self.retry(|key, minds| {
            let pod = store.get("pods", &key.namespace, &key.name);
            pod.is_some_and(|pod| minds.a_node(pod.value(), before, after))
        });
    }

    fn hear_of_pod(&mut self, event: &Event) {
        let (key, pod) = (Key::of(&event.object), event.object.value());
        let gone = event.change == Change::Deleted;
        self.assumed.remove(&key);
        if !gone && !pod::node(pod).is_empty() {
            let freed = self.nodes.put_pod(&key, pod::node(pod), &event.object);
            self.waiting.remove(&key);
            self.stuck.remove(&key);
            let newly = event.before.as_ref().is_none_or(|old| pod::node(old.value()).is_empty());
            let relabelled = event.before.as_ref().is_some_and(|old| old.labels() != event.object.labels());
            return match (freed, newly || relabelled) {
                (true, _) => self.retry(|_, minds| minds.room()),
                (false, true) => self.retry(|_, minds| minds.a_neighbour()),
                (false, false) => {}
            };
        }
        if self.nodes.remove_pod(&key) {
            self.retry(|_, minds| minds.room());
        }
        let asks = |o: &Object| (o.labels().clone(), o.value().get("spec").clone(), o.is_deleted());
        if gone || !is_ours(&event.object) {
            self.waiting.remove(&key);
            self.stuck.remove(&key);
        } else if event.before.as_ref().is_none_or(|old| asks(old) != asks(&event.object)) {
            self.stuck.remove(&key);
            self.waiting.insert(key);
        }
    }

    /// Lets those that are stuck try again, if it may help.
    fn retry(&mut self, may_help: impl Fn(&Key, Minds) -> bool) {
        let tried = self.stuck.iter().filter(|(key, minds)| may_help(key, **minds));
        let tried: Vec<Key> = tried.map(|(key, _)| key.clone()).collect();
        for key in tried {
            self.stuck.remove(&key);
            self.waiting.insert(key);
        }
    }

    /// A pod that was placed but did not get its node, because somebody was faster, has to wait again.
    fn recheck(&mut self, store: &Store) {
        for key in core::mem::take(&mut self.assumed) {
            self.nodes.remove_pod(&key);
            if let Some(pod) = store.get("pods", &key.namespace, &key.name)
                && is_ours(pod)
            {
                self.waiting.insert(key);
            }
        }
    }

    fn place(&mut self, store: &Store, now: Instant, key: Key) -> Vec<Write> {
        let Some(pod) = store.get("pods", &key.namespace, &key.name).filter(|p| is_ours(p)) else {
            return Vec::new();
        };
        match self.find(store, pod) {
            Ok(node) => {
                self.nodes.put_pod(&key, &node, pod);
                self.assumed.insert(key.clone());
                [bound(pod, key, node)].into()
            }
            Err(refusal) => {
                self.stuck.insert(key, refusal.minds);
                let mut writes = refusal.writes(pod, now);
                writes.extend(refused(pod, &refusal.why, refusal.node.as_ref(), now));
                writes
            }
        }
    }

    /// The node for a pod, or why there is none. One that others have left for it comes first.
    ///
    /// Models `schedulePod`.
    fn find(&self, store: &Store, pod: &Object) -> Result<Text, Refusal> {
        if self.nodes.count() == 0 {
            let why = "no nodes available to schedule pods".to_string();
            return Err(Refusal { why, ..Refusal::default() });
        }
        if let Err(why) = volumes::bound(store, pod) {
            let refusal = self.refusal(store, pod, &why, &BTreeMap::new());
            return Err(Refusal { minds: Minds::of([Plugin::Volumes]), ..refusal });
        }
        let wish = Wish::of(store, &self.nodes, pod);
        let fits = |name: &&Text| self.nodes.get(name).is_some_and(|n| wish.check(n).is_ok());
        let nominated = Text::from(preemption::nominated(pod.value()));
        if fits(&&nominated) {
            return Ok(nominated);
        }
        if let Some(node) = self.nodes.by_load().find(fits) {
            return Ok(node.clone());
        }
        Err(self.why_not(store, pod, &wish))
    }

    /// Models `FitError.Error`.
    fn why_not(&self, store: &Store, pod: &Object, wish: &Wish<'_>) -> Refusal {
        let mut rejections: BTreeMap<&Text, Rejection> = BTreeMap::new();
        for (name, node) in self.nodes.iter() {
            if let Err(rejection) = wish.check(node) {
                rejections.insert(name, rejection);
            }
        }
        let reasons = rejections.values().flat_map(|r| r.reasons.iter());
        let reasons = histogram(reasons.map(String::as_str));
        let minds = Minds::of(rejections.values().filter_map(|r| r.plugin));
        Refusal { minds, ..self.refusal(store, pod, &reasons, &rejections) }
    }

    /// With what is to be done about it: less important pods may have to go.
    fn refusal(
        &self,
        store: &Store,
        pod: &Object,
        reasons: &str,
        rejections: &BTreeMap<&Text, Rejection>,
    ) -> Refusal {
        let why = format!("0/{} nodes are available: {reasons}.", self.nodes.count());
        match preemption::plan(store, &self.nodes, pod, rejections) {
            Err(preemption) => Refusal { why: format!("{why} {preemption}"), ..Refusal::default() },
            Ok(plan) => {
                let victims = plan.victims.iter().copied().cloned().collect();
                Refusal { why, node: Some(plan.node), victims, ..Refusal::default() }
            }
        }
    }
}

/// Why a pod gets no node now; and the node that others leave for it, if they do.
#[derive(Debug, Default)]
struct Refusal {
    why: String,
    minds: Minds,
    node: Option<Text>,
    victims: Vec<Arc<Object>>,
}

impl Refusal {
    /// Asks those who are to make way to leave.
    fn writes(&self, pod: &Object, now: Instant) -> Vec<Write> {
        let Some(node) = &self.node else { return Vec::new() };
        let staying = self.victims.iter().filter(|v| !v.is_deleted());
        staying.flat_map(|victim| preemption::evicted(pod, victim, node, now)).collect()
    }
}

/// `1 that, 2 this`, in the order of these texts.
fn histogram<'a>(reasons: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    reasons.for_each(|reason| *counts.entry(reason).or_default() += 1);
    let mut texts: Vec<String> = counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    sort::sort(&mut texts);
    texts.join(", ")
}

/// Whether the pod waits for a node, and for this scheduler.
fn is_ours(pod: &Object) -> bool {
    let spec = pod.value().get("spec");
    matches!(spec.get("schedulerName").str(), "" | NAME)
        && pod::node(pod.value()).is_empty()
        && spec.get("schedulingGates").is_empty()
        && pod::is_active(pod)
}

fn bound(pod: &Object, key: Key, node: Text) -> Write {
    let message = format!("Successfully assigned {}/{} to {node}", key.namespace, key.name);
    let record = saying("Binding", Record::normal(pod.value(), "Scheduled", message));
    Write { action: Action::Bind { key, node }, record: Some(record) }
}

fn saying(action: &'static str, record: Record) -> Record {
    Record { detail: Detail { action, ..Detail::default() }, ..record }
}

/// The pod's status says why it has no node, unless it does already.
///
/// Models `handleSchedulingFailure`.
fn refused(pod: &Object, why: &str, nominated: Option<&Text>, now: Instant) -> Option<Write> {
    let there = conditions::find(pod.value(), "PodScheduled");
    let known = nominated.is_none_or(|node| node.as_str() == preemption::nominated(pod.value()));
    if known && there.is_some_and(|c| c.get("status").str() == "False" && c.get("message").str() == why) {
        return None;
    }
    let mut object = pod.value().clone();
    let generation = pod.metadata().get("generation");
    let mut condition = conditions::new("PodScheduled", "False", "Unschedulable", why, now);
    conditions::set_count(&mut condition, "observedGeneration", generation.int());
    conditions::replace(object.entry("status"), condition);
    nominated.into_iter().for_each(|node| object.entry("status").set("nominatedNodeName", node));
    let message = why.to_string();
    let record = saying("Scheduling", Record::warning(pod.value(), "FailedScheduling", message));
    Some(Write { action: Action::UpdateStatus { resource: "pods".into(), object }, record: Some(record) })
}
