//! Which pods a pod wants near it, and which away.
//!
//! Models the plugin `interpodaffinity`.

use super::filters::{Rejection, never, not_now};
use super::nodes::{Node, Nodes};
use crate::base::{Selector, Text, Value};
use crate::controllers::Key;
use crate::store::{Object, Store};
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

/// A part of the cluster: a topology key, and the value that its nodes have.
type Domain = (Text, Text);

/// The parts of the cluster where a pod finds the company it wants, and where it finds what it does not want.
#[derive(Debug)]
pub(super) struct Company<'a> {
    wanted: Vec<Term<'a>>,
    /// It wants such as itself near it: the first of them may go anywhere.
    begins: bool,
    liked: BTreeSet<Domain>,
    unwanted: Vec<Term<'a>>,
    avoided: BTreeSet<Domain>,
    /// Where there are pods that want it away.
    forbidden: BTreeSet<Domain>,
}

/// A required term of (anti-)affinity.
#[derive(Debug)]
struct Term<'a> {
    topology: &'a Text,
    selector: Selector,
    namespaces: BTreeSet<Text>,
}

impl<'a> Company<'a> {
    pub(super) fn of(store: &Store, nodes: &Nodes, pod: &'a Object) -> Company<'a> {
        let wanted = terms(store, pod, "podAffinity");
        let unwanted = terms(store, pod, "podAntiAffinity");
        let mut company = Company {
            begins: false,
            liked: BTreeSet::new(),
            avoided: avoided(store, nodes, &unwanted),
            forbidden: forbidden(store, nodes, pod),
            wanted,
            unwanted,
        };
        company.look_for_the_wanted(store, nodes, pod);
        company
    }

    /// Only a pod that meets all terms counts for any of them.
    fn look_for_the_wanted(&mut self, store: &Store, nodes: &Nodes, pod: &Object) {
        let Some(first) = self.wanted.first() else { return };
        for near in first.pods(store) {
            let Some(node) = running(nodes, near) else { continue };
            if self.wanted.iter().all(|t| t.matches(near)) {
                self.liked.extend(self.wanted.iter().filter_map(|t| t.domain(node)));
            }
        }
        self.begins = self.liked.is_empty() && self.wanted.iter().all(|t| t.matches(pod));
    }

    pub(super) fn check(&self, node: &Node) -> Result<(), Rejection> {
        let domain_is = |term: &Term<'_>, of: &BTreeSet<Domain>| {
            term.domain(node).is_some_and(|domain| of.contains(&domain))
        };
        let labelled = self.wanted.iter().all(|t| t.domain(node).is_some());
        let near = self.wanted.iter().all(|t| domain_is(t, &self.liked));
        if !(near || labelled && self.begins) {
            return never("node(s) didn't match pod affinity rules");
        }
        if self.unwanted.iter().any(|t| domain_is(t, &self.avoided)) {
            return not_now("node(s) didn't match pod anti-affinity rules");
        }
        let labels = node.labels();
        let is_forbidden =
            |(key, value): &Domain| labels.find(key).is_some_and(|v| v.str() == value.as_str());
        if self.forbidden.iter().any(is_forbidden) {
            return not_now("node(s) didn't satisfy existing pods anti-affinity rules");
        }
        Ok(())
    }
}

fn avoided(store: &Store, nodes: &Nodes, unwanted: &[Term<'_>]) -> BTreeSet<Domain> {
    let mut avoided = BTreeSet::new();
    for term in unwanted {
        let pods = term.pods(store).filter_map(|pod| running(nodes, pod));
        avoided.extend(pods.filter_map(|node| term.domain(node)));
    }
    avoided
}

fn forbidden(store: &Store, nodes: &Nodes, pod: &Object) -> BTreeSet<Domain> {
    let mut forbidden = BTreeSet::new();
    for (other, node) in nodes.guarded() {
        let against = terms(store, other, "podAntiAffinity");
        let against = against.iter().filter(|t| t.matches(pod));
        forbidden.extend(against.filter_map(|t| t.domain(node)));
    }
    forbidden
}

/// The node of a pod that is on one and has not ended.
fn running<'n>(nodes: &'n Nodes, pod: &Object) -> Option<&'n Node> {
    let key = Key::of(pod);
    let node = nodes.place(&key)?;
    node.pods.get(&key).filter(|guest| !guest.ended).map(|_| node)
}

fn terms<'a>(store: &Store, pod: &'a Object, which: &str) -> Vec<Term<'a>> {
    let required =
        pod.value().at(&["spec", "affinity", which, "requiredDuringSchedulingIgnoredDuringExecution"]);
    let term = |t: &'a Value| {
        let topology = t.get("topologyKey").as_text()?;
        let selector = Selector::from_spec(t.get("labelSelector"));
        Some(Term { topology, selector, namespaces: namespaces(store, pod, t) })
    };
    required.items().iter().filter_map(term).collect()
}

/// Those that are named and those that are selected; where the term says nothing of them, the pod's own.
fn namespaces(store: &Store, pod: &Object, term: &Value) -> BTreeSet<Text> {
    let (named, selector) = (term.get("namespaces"), term.get("namespaceSelector"));
    if named.is_empty() && selector.is_null() {
        return [pod.namespace().clone()].into();
    }
    let mut namespaces: BTreeSet<Text> = named.items().iter().filter_map(Value::as_text).cloned().collect();
    if !selector.is_null() {
        let selector = Selector::from_spec(selector);
        let selected = store.list("namespaces", "").filter(|n| selector.matches(n.labels()));
        namespaces.extend(selected.map(|n| n.name().clone()));
    }
    namespaces
}

impl Term<'_> {
    fn matches(&self, pod: &Object) -> bool {
        self.namespaces.contains(pod.namespace()) && self.selector.matches(pod.labels())
    }

    fn pods<'s>(&'s self, store: &'s Store) -> impl Iterator<Item = &'s Object> {
        let pods = self.namespaces.iter().flat_map(|ns| store.select("pods", ns, &self.selector));
        pods.map(|pod| &**pod)
    }

    fn domain(&self, node: &Node) -> Option<Domain> {
        let value = node.labels().find(self.topology)?.as_text()?;
        Some((self.topology.clone(), value.clone()))
    }
}
