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

/// Who says whether a node is a place for a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plugin {
    Unschedulable,
    Name,
    Taints,
    Affinity,
    Ports,
    Resources,
    Spread,
    Company,
    Volumes,
}

/// Why a node is no place for a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rejection {
    /// Who said so; `check` fills it in.
    pub(super) plugin: Option<Plugin>,
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
        FILTERS.iter().try_for_each(|(plugin, filter)| {
            filter(self, node).map_err(|rejection| Rejection { plugin: Some(*plugin), ..rejection })
        })
    }
}

type Filter = fn(&Wish<'_>, &Node) -> Result<(), Rejection>;

/// In the order of `pkg/scheduler/apis/config/v1/default_plugins.go`.
const FILTERS: &[(Plugin, Filter)] = &[
    (Plugin::Affinity, is_named),
    (Plugin::Unschedulable, is_schedulable),
    (Plugin::Name, is_asked_for),
    (Plugin::Taints, tolerates_taints),
    (Plugin::Affinity, has_affinity),
    (Plugin::Ports, has_ports),
    (Plugin::Resources, has_room),
    (Plugin::Spread, spreads),
    (Plugin::Company, likes_company),
];

/// Rejected for good.
pub(super) fn never(reason: &str) -> Result<(), Rejection> {
    Err(Rejection { reasons: [reason.to_string()].into(), final_: true, plugin: None })
}

/// Rejected as long as other pods are there.
pub(super) fn not_now(reason: &str) -> Result<(), Rejection> {
    Err(Rejection { reasons: [reason.to_string()].into(), ..Rejection::default() })
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
    match node.object.as_ref().is_some_and(|o| is_cordoned(wish.pod, o.value())) {
        true => never("node(s) were unschedulable"),
        false => Ok(()),
    }
}

/// The node takes no pods, and the pod minds.
pub(super) fn is_cordoned(pod: &Value, node: &Value) -> bool {
    let cordon = Value::map([
        ("key", Value::text("node.kubernetes.io/unschedulable")),
        ("effect", Value::text("NoSchedule")),
    ]);
    let tolerations = pod.get("spec").get("tolerations").items();
    node.get("spec").get("unschedulable").is_true()
        && !tolerations.iter().any(|t| taints::tolerates(t, &cordon))
}

fn is_asked_for(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    let asked = wish.spec().get("nodeName").str();
    match asked.is_empty() || asked == node.name() {
        true => Ok(()),
        false => never("node(s) didn't match the requested node name"),
    }
}

fn tolerates_taints(wish: &Wish<'_>, node: &Node) -> Result<(), Rejection> {
    match node.object.as_ref().is_some_and(|o| is_refused_by_taints(wish.pod, o.value())) {
        true => never("node(s) had untolerated taint(s)"),
        false => Ok(()),
    }
}

/// The node has a taint that the pod does not tolerate.
pub(super) fn is_refused_by_taints(pod: &Value, node: &Value) -> bool {
    let (taints, tolerations) = (node.get("spec").get("taints"), pod.get("spec").get("tolerations"));
    taints::untolerated(taints, tolerations, &["NoSchedule", "NoExecute"]).is_some()
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
    let mut rejection = Rejection::default();
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
