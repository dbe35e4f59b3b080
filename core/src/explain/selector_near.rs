//! A selector that matches nothing: what comes nearest to what it asks for.

use super::finding::{Finding, Fix, Severity, remove, set};
use super::nearest::{alike, distance};
use super::owner::{owner, workloads};
use super::scene::{Scene, labels_text};
use crate::base::{Text, Value};
use crate::net::trace::Concern;
use crate::object::resource;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Somebody whose labels come near.
struct Candidate<'a> {
    /// A pod, or the workload that makes such pods.
    concern: Concern,
    labels: &'a Value,
    differences: Vec<Difference<'a>>,
    /// How many of the labels asked for it has.
    agrees: usize,
}

/// A label that is asked for, and what the candidate has in its place.
enum Difference<'a> {
    Value { key: &'a str, wanted: &'a str, found: &'a str },
    Key { key: &'a str, found: &'a str, value: &'a str },
    Missing { key: &'a str, wanted: &'a str },
}

/// So many candidates are told of.
const TOLD: usize = 3;

pub(super) fn nothing(scene: &Scene<'_>) -> Finding {
    let selector = scene.service.selector();
    let mut candidates = candidates(scene, selector);
    candidates
        .sort_by_key(|c| (usize::MAX - c.agrees, c.differences.iter().map(Difference::size).sum::<usize>()));
    let near = candidates.iter().filter(|c| c.is_near()).take(TOLD).collect::<Vec<_>>();
    let mut message = format!("No pod has the labels {}.", labels_text(selector));
    if let Some(nearest) = near.first() {
        let (kind, name) = (nearest.concern.kind, &nearest.concern.name);
        let whose = if kind == "Pod" { format!("Pod {name}") } else { format!("The pods of {kind} {name}") };
        let has = if kind == "Pod" { "has" } else { "have" };
        let differences = nearest.differences.iter().map(Difference::words).collect::<Vec<_>>();
        message.push_str(&format!(" {whose} {has} {}.", differences.join(", and ")));
    } else if candidates.is_empty() {
        message.push_str(&format!(" There are no pods in namespace {}.", scene.namespace()));
    }
    // With two that are as near as each other nobody knows which was meant.
    let fix = match near.as_slice() {
        [one] => Some(*one),
        [one, two, ..] if one.rank() != two.rank() => Some(*one),
        _ => None,
    };
    let fix = fix.map(|candidate| {
        let title = format!("Select {}", labels_text(&candidate.fixed(selector)));
        Fix::new(title, &scene.place(""), candidate.differences.iter().flat_map(Difference::operations))
    });
    let found = scene.finding("selector-matches-nothing", Severity::Error, "spec.selector", message);
    found.with(near.iter().map(|c| c.concern.clone().field(c.field()))).fixed_by(fix)
}

/// All that could be meant, each workload once.
fn candidates<'a>(scene: &Scene<'a>, selector: &'a Value) -> Vec<Candidate<'a>> {
    let mut out: Vec<Candidate<'a>> = Vec::new();
    let made = workloads(scene.store, scene.namespace()).map(|(workload, labels)| (workload.concern, labels));
    let pods = scene.store.list(resource::PODS, scene.namespace());
    let alone = pods.filter(|p| p.owners().items().is_empty());
    let alone = alone.map(|p| (owner(scene.store, p).concern, p.labels()));
    for (concern, labels) in made.chain(alone).filter(|(_, labels)| !labels.is_empty()) {
        if out.iter().any(|c| c.labels == labels && c.concern.kind == concern.kind) {
            continue;
        }
        let wanted = selector.entries().iter().map(|(key, value)| (key.as_str(), value.str()));
        let differences =
            wanted.filter_map(|(key, value)| Difference::of(labels, key, value)).collect::<Vec<_>>();
        let agrees = selector.entries().len() - differences.len();
        out.push(Candidate { concern, labels, differences, agrees });
    }
    out
}

impl Candidate<'_> {
    /// Some of the labels agree, or all that differs looks like a slip.
    fn is_near(&self) -> bool {
        self.agrees > 0 || self.differences.iter().all(Difference::is_slip)
    }

    fn rank(&self) -> (usize, usize) {
        (self.agrees, self.differences.iter().map(Difference::size).sum())
    }

    fn field(&self) -> &'static str {
        if self.concern.kind == "Pod" { "metadata.labels" } else { "spec.template.metadata.labels" }
    }

    fn fixed(&self, selector: &Value) -> Value {
        let mut fixed = selector.clone();
        for difference in &self.differences {
            match difference {
                Difference::Value { key, found, .. } => fixed.set(key, *found),
                Difference::Key { key, found, value } => {
                    fixed.remove(key);
                    fixed.set(found, *value);
                }
                Difference::Missing { key, .. } => {
                    fixed.remove(key);
                }
            }
        }
        fixed
    }
}

impl<'a> Difference<'a> {
    fn of(labels: &'a Value, key: &'a str, wanted: &'a str) -> Option<Difference<'a>> {
        match labels.find(key) {
            Some(value) if value.str() == wanted => return None,
            Some(value) => return Some(Difference::Value { key, wanted, found: value.str() }),
            None => {}
        }
        let mut others = labels.entries().iter();
        let same_value = others.find(|(other, value)| value.str() == wanted && same_name(other, key));
        Some(match same_value {
            Some((other, value)) => Difference::Key { key, found: other, value: value.str() },
            None => Difference::Missing { key, wanted },
        })
    }

    fn is_slip(&self) -> bool {
        match self {
            Difference::Value { wanted, found, .. } => alike(wanted, found),
            Difference::Key { .. } => true,
            Difference::Missing { .. } => false,
        }
    }

    fn size(&self) -> usize {
        match self {
            Difference::Value { wanted, found, .. } => distance(wanted, found),
            Difference::Key { .. } => 1,
            Difference::Missing { wanted, .. } => wanted.len() + 1,
        }
    }

    fn words(&self) -> String {
        match self {
            Difference::Value { key, wanted, found } => format!("{key}={found} instead of {key}={wanted}"),
            Difference::Key { key, found, value } => format!("{found}={value} instead of {key}={value}"),
            Difference::Missing { key, .. } => format!("no label {key}"),
        }
    }

    fn operations(&self) -> Vec<Value> {
        match self {
            Difference::Value { key, found, .. } => {
                [set(&["spec", "selector", key], Value::text(*found))].into()
            }
            Difference::Key { key, found, value } => {
                [remove(&["spec", "selector", key]), set(&["spec", "selector", found], Value::text(*value))]
                    .into()
            }
            Difference::Missing { key, .. } => [remove(&["spec", "selector", key])].into(),
        }
    }
}

/// `app` and `app.kubernetes.io/name` say the same, and so do names that differ in a few letters.
fn same_name(a: &str, b: &str) -> bool {
    const NAMES: &[&str] = &["app", "app.kubernetes.io/name", "k8s-app", "name", "run", "application"];
    let last = |key: &str| Text::from(key.rsplit('/').next().unwrap_or(key));
    NAMES.contains(&a) && NAMES.contains(&b) || alike(&last(a), &last(b))
}
