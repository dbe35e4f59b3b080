//! What keeps a pod off a node.
//!
//! Models the Filter plugins of `pkg/scheduler/framework/plugins`.

use super::nodes::{Node, Nodes};
use super::pod_affinity::Company;
use super::resources::{Port, Resources};
use super::spread::Spread;
use super::{affinity, taints};
use crate::base::Value;
use crate::store::{Object, Store};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Why a node is no place for a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rejection {
    pub(super) reasons: Vec<String>,
    /// It would not help if other pods left the node.
    pub(super) final_: bool,
}

/// What a pod wants of a node.
#[derive(Debug)]
pub(super) struct Wish<'a> {
    pub(super) pod: &'a Value,
    /// The only nodes that are looked at, if its affinity names them.
    named: Option<Vec<&'a str>>,
    asked: Resources,
    ports: Vec<Port>,
    company: Company<'a>,
    spread: Spread<'a>,
}

impl<'a> Wish<'a> {
    pub(super) fn of(store: &Store, nodes: &Nodes, pod: &'a Object) -> Wish<'a> {
        let value = pod.value();
        Wish {
            pod: value,
            named: affinity::named(value.get("spec")),
            asked: Resources::asked(value),
            ports: Port::asked(value),
            company: Company::of(store, nodes, pod),
            spread: Spread::of(store, nodes, pod),
        }
    }

    fn spec(&self) -> &'a Value {
        self.pod.get("spec")
    }

    /// What the first filter says that has anything against the node.
    pub(super) fn check(&self, node: &Node) -> Result<(), Rejection> {
        FILTERS.iter().try_for_each(|filter| filter(self, node))
    }
}

type Filter = fn(&Wish<'_>, &Node) -> Result<(), Rejection>;

/// In the order of `pkg/scheduler/apis/config/v1/default_plugins.go`.
const FILTERS: &[Filter] = &[
    is_named,
    is_schedulable,
    is_asked_for,
    tolerates_taints,
    has_affinity,
    has_ports,
    has_room,
    spreads,
    likes_company,
];

/// Rejected for good.
pub(super) fn never(reason: &str) -> Result<(), Rejection> {
    Err(Rejection { reasons: [reason.to_string()].into(), final_: true })
}

/// Rejected as long as other pods are there.
pub(super) fn not_now(reason: &str) -> Result<(), Rejection> {
    Err(Rejection { reasons: [reason.to_string()].into(), final_: false })
}

/// The plugin `NodeAffinity` has said before all filters which nodes are worth a look.
fn is_named(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    match &wish.named {
        Some(names) if !names.contains(&node.name()) => {
            never("node(s) didn't satisfy plugin(s) [NodeAffinity]")
        }
        _ => Ok(()),
    }
}

fn is_schedulable(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    let cordon = Value::map([
        ("key", Value::text("node.kubernetes.io/unschedulable")),
        ("effect", Value::text("NoSchedule")),
    ]);
    let tolerated = || wish.spec().get("tolerations").items().iter().any(|t| taints::tolerates(t, &cordon));
    match node.spec().get("unschedulable").is_true() && !tolerated() {
        true => never("node(s) were unschedulable"),
        false => Ok(()),
    }
}

fn is_asked_for(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    let asked = wish.spec().get("nodeName").str();
    match asked.is_empty() || asked == node.name() {
        true => Ok(()),
        false => never("node(s) didn't match the requested node name"),
    }
}

fn tolerates_taints(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    let tolerations = wish.spec().get("tolerations");
    match taints::untolerated(node.spec().get("taints"), tolerations, &["NoSchedule", "NoExecute"]) {
        Some(_) => never("node(s) had untolerated taint(s)"),
        None => Ok(()),
    }
}

fn has_affinity(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    match affinity::matches(wish.spec(), node.name(), node.labels()) {
        true => Ok(()),
        false => never("node(s) didn't match Pod's node affinity/selector"),
    }
}

fn has_ports(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    match wish.ports.iter().any(|asked| node.ports.keys().any(|taken| taken.conflicts(asked))) {
        true => not_now("node(s) didn't have free ports for the requested pod ports"),
        false => Ok(()),
    }
}

/// Models `fitsRequest`.
fn has_room(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    let status = node.object.as_ref().map(|o| o.value().get("status").get("allocatable"));
    let allocatable = Resources::of(status.unwrap_or(&Value::Null));
    let mut rejection = Rejection { reasons: Vec::new(), final_: false };
    if i64::try_from(node.running).unwrap_or(i64::MAX) >= allocatable.get("pods") {
        rejection.reasons.push("Too many pods".to_string());
    }
    for (name, asked) in wish.asked.iter().filter(|(_, asked)| *asked > 0) {
        if asked > allocatable.get(name) - node.used.get(name) {
            rejection.reasons.push(format!("Insufficient {name}"));
            rejection.final_ |= asked > allocatable.get(name);
        }
    }
    if rejection.reasons.is_empty() { Ok(()) } else { Err(rejection) }
}

fn spreads(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    wish.spread.check(node)
}

fn likes_company(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    wish.company.check(node)
}
