//! Less important pods make way where a more important one finds no node.
//!
//! Models `pkg/scheduler/framework/preemption` and the plugin `defaultpreemption`.

use super::filters::{Rejection, Wish};
use super::histogram;
use super::nodes::{Node, Nodes};
use crate::base::{Instant, Selector, Text, Value};
use crate::controllers::{Action, Detail, Key, Record, Write, conditions};
use crate::registry::eviction::BUDGETS;
use crate::store::{Object, Store};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;

/// Who has to leave which node.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) node: Text,
    pub(super) victims: Vec<&'a Arc<Object>>,
    /// So many of them break a disruption budget.
    violations: usize,
}

/// The least harm that makes room for the pod; or why none does. A node that is not in `rejections` was not even
/// looked at.
pub(super) fn plan<'a>(
    store: &Store,
    nodes: &'a Nodes,
    pod: &Object,
    rejections: &BTreeMap<&Text, Rejection>,
) -> Result<Plan<'a>, String> {
    if let Some(why) = not_eligible(nodes, pod.value()) {
        return Err(format!("preemption: not eligible due to {why}"));
    }
    let (mut plans, mut reasons) = (Vec::new(), Vec::new());
    for (name, node) in nodes.iter() {
        match rejections.get(name) {
            Some(rejection) if !rejection.final_ => match victims(store, nodes, pod, name, node) {
                Ok(plan) => plans.push(plan),
                Err(why) => reasons.extend(why),
            },
            _ => reasons.push("Preemption is not helpful for scheduling".to_string()),
        }
    }
    let best = plans.into_iter().min_by_key(Plan::harm);
    best.ok_or_else(|| {
        let reasons = histogram(reasons.iter().map(String::as_str));
        format!("preemption: 0/{} nodes are available: {reasons}.", nodes.count())
    })
}

/// Models `PodEligibleToPreemptOthers`.
fn not_eligible(nodes: &Nodes, pod: &Value) -> Option<&'static str> {
    if pod.get("spec").get("preemptionPolicy").str() == "Never" {
        return Some("preemptionPolicy=Never.");
    }
    let nominated = nodes.get(pod.get("status").get("nominatedNodeName").str())?;
    let leaving = |p: &&Arc<Object>| p.is_deleted() && priority(p.value()) < priority(pod);
    nominated.running().find(leaving).map(|_| "a terminating pod on the nominated node.")
}

pub(super) fn priority(pod: &Value) -> i64 {
    pod.get("spec").get("priority").int()
}

/// Who has to leave a node: all that are less important, but those who may stay after all.
///
/// Models `SelectVictimsOnNode`.
fn victims<'a>(
    store: &Store,
    nodes: &Nodes,
    pod: &Object,
    name: &Text,
    node: &'a Node,
) -> Result<Plan<'a>, Vec<String>> {
    let mut less: Vec<(&Key, &Arc<Object>)> = node
        .pods
        .iter()
        .map(|(key, guest)| (key, &guest.pod))
        .filter(|(_, p)| priority(p.value()) < priority(pod.value()))
        .collect();
    if less.is_empty() {
        return Err(["No preemption victims found for incoming pod".to_string()].into());
    }
    let mut without = nodes.clone();
    for (key, _) in &less {
        without.remove_pod(key);
    }
    fits(store, &without, pod, name).map_err(|rejection| rejection.reasons)?;
    // The most important is asked first whether it may stay; before all others those that a budget protects.
    less.sort_by_key(|(key, p)| (Reverse(priority(p.value())), started(p.value()), *key));
    let protected = violating(store, &less);
    let violates = |key: &Key| protected.contains(&key);
    less.sort_by_key(|(key, _)| !violates(key));
    let (mut victims, mut violations) = (Vec::new(), 0);
    for (key, guest) in less {
        without.put_pod(key, name, guest);
        if fits(store, &without, pod, name).is_err() {
            without.remove_pod(key);
            victims.push(guest);
            violations += usize::from(violates(key));
        }
    }
    victims.sort_by_key(|p| (Reverse(priority(p.value())), started(p.value()), p.name().clone()));
    Ok(Plan { node: name.clone(), victims, violations })
}

fn fits(store: &Store, nodes: &Nodes, pod: &Object, name: &Text) -> Result<(), Rejection> {
    let wish = Wish::of(store, nodes, pod);
    nodes.get(name).map_or(Ok(()), |node| wish.check(node))
}

/// When a pod was started; one that was not is the youngest.
fn started(pod: &Value) -> (bool, Option<Instant>) {
    let at = Instant::parse(pod.get("status").get("startTime").str());
    (at.is_none(), at)
}

/// The pods whose leaving a disruption budget does not allow, if they leave in this order.
///
/// Models `filterPodsWithPDBViolation`.
fn violating<'a>(store: &Store, pods: &[(&'a Key, &Arc<Object>)]) -> Vec<&'a Key> {
    let mut left: BTreeMap<Key, i64> = BTreeMap::new();
    let mut out = Vec::new();
    for (key, pod) in pods {
        let budgets = store.list(BUDGETS, pod.namespace());
        let mine = budgets.filter(|b| Selector::from_spec(b.selector()).matches(pod.labels()));
        let mut violates = false;
        for budget in mine {
            let status = budget.value().get("status");
            if status.get("disruptedPods").get(pod.name()).is_null() {
                let allowed = status.get("disruptionsAllowed").int();
                let left = left.entry(Key::of(budget)).or_insert(allowed);
                *left -= 1;
                violates |= *left < 0;
            }
        }
        if violates {
            out.push(*key);
        }
    }
    out
}

impl Plan<'_> {
    /// What decides between nodes, in the order in which it does; the lesser is taken.
    ///
    /// Models `pickOneNodeForPreemption`.
    fn harm(&self) -> (usize, i64, i64, usize, Reverse<Option<Instant>>, Text) {
        let priorities = || self.victims.iter().map(|p| priority(p.value()));
        let highest = priorities().max().unwrap_or(i64::MIN);
        let sum = priorities().map(|p| p + i64::from(i32::MAX) + 1).sum();
        let most_important = self.victims.iter().filter(|p| priority(p.value()) == highest);
        let since = most_important.filter_map(|p| started(p.value()).1).min();
        (self.violations, highest, sum, self.victims.len(), Reverse(since), self.node.clone())
    }
}

/// The victim is told to leave, and why.
pub(super) fn evicted(pod: &Object, victim: &Object, node: &str, now: Instant) -> [Write; 2] {
    let mut object = victim.value().clone();
    let why = format!("{}: preempting to accommodate a higher priority pod", super::NAME);
    let mut target = conditions::new("DisruptionTarget", "True", "PreemptionByScheduler", &why, now);
    conditions::set_count(&mut target, "observedGeneration", victim.metadata().get("generation").int());
    conditions::replace(object.entry("status"), target);
    let said = format!("Preempted by pod {} on node {node}", pod.uid());
    let record = Record {
        detail: Detail { action: "Preempting", ..Detail::default() },
        ..Record::normal(victim.value(), "Preempted", said)
    };
    [
        Write::silent(Action::UpdateStatus { resource: "pods".into(), object }),
        Write { action: Action::delete("pods", victim), record: Some(record) },
    ]
}

/// Whether a pod asks for a node that others leave for it.
pub(super) fn nominated(pod: &Value) -> &str {
    pod.get("status").get("nominatedNodeName").str()
}
