//! How much of its quotas a namespace has used.
//!
//! Models `pkg/controller/resourcequota/resource_quota_controller.go`.

use super::{Action, Controller, Due, Heard, Key, Outcome, Retry, View, Write, at_once};
use crate::base::{Duration, Quantity, Text, Value};
use crate::registry::quota::{self, Amounts};
use crate::store::{Change, Event, Object};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Ordering;

pub const CONTROLLER: Controller = Controller {
    name: "resourcequota-controller",
    manager: "kube-controller-manager",
    component: "resourcequota-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry::USUAL,
};

const RESOURCE: &str = "resourcequotas";
/// Everything is counted again after so long.
const RESYNC: Duration = Duration::from_secs(300);

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let event = heard.event;
    if event.resource == RESOURCE && event.change != Change::Deleted {
        let hard = |object: &Object| object.value().at(&["spec", "hard"]).clone();
        let same = event.before.as_ref().is_some_and(|before| hard(before) == hard(&event.object));
        return if same { Vec::new() } else { at_once([Key::of(&event.object)]) };
    }
    if !frees(event) {
        return Vec::new();
    }
    let quotas = heard.store.list(RESOURCE, event.object.namespace());
    let counts = |quota: &&Arc<Object>| {
        !quota::counted(&event.resource, quota.value().at(&["status", "hard"])).is_empty()
    };
    at_once(quotas.filter(counts).map(|quota| Key::of(quota)))
}

/// Whether there may be more room than before.
///
/// Models `DefaultUpdateFilter` and the deletions of `QuotaMonitor`.
fn frees(event: &Event) -> bool {
    let new = &event.object;
    match (event.change, &event.before) {
        (Change::Deleted, _) => !new.namespace().is_empty(),
        (Change::Modified, Some(old)) => match event.resource.as_str() {
            "pods" => ended(new) && !ended(old),
            "services" => kind(new) != kind(old),
            "persistentvolumeclaims" => {
                let given = |claim: &Object| claim.value().at(&["status", "allocatedResources"]).clone();
                given(new) != given(old)
            }
            _ => false,
        },
        _ => false,
    }
}

fn ended(pod: &Object) -> bool {
    matches!(pod.value().at(&["status", "phase"]).str(), "Failed" | "Succeeded")
}

/// The types of Services that make a difference.
fn kind(service: &Object) -> &str {
    match service.value().at(&["spec", "type"]).str() {
        kind @ ("NodePort" | "LoadBalancer") => kind,
        _ => "",
    }
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(found) = view.store.get(RESOURCE, &key.namespace, &key.name) else { return Outcome::default() };
    let (spec, status) = (found.value().get("spec"), found.value().get("status"));
    let used = used(view, found);
    let hard = quota::read(spec.get("hard"));
    let changed = spec.get("hard") != status.get("hard")
        || status.get("used").is_null()
        || !same(&quota::read(status.get("used")), &used);
    let again = Some(RESYNC);
    if !changed {
        return Outcome { again, ..Outcome::default() };
    }
    let mut object = found.value().clone();
    let status = Value::map([("hard", quota::written(&hard)), ("used", quota::written(&used))]);
    object.set("status", status);
    let write = Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object });
    Outcome { writes: [write].into(), again, ..Outcome::default() }
}

/// The same amounts, however they are written.
fn same(a: &Amounts, b: &Amounts) -> bool {
    let equal = |x: &Quantity, y: &Quantity| x.partial_cmp(y) == Some(Ordering::Equal);
    a.len() == b.len() && a.iter().all(|(name, x)| b.get(name).is_some_and(|y| equal(x, y)))
}

/// What is used of all that is limited and can be counted.
///
/// Models `CalculateUsage`.
fn used(view: &View<'_>, found: &Object) -> Amounts {
    let hard = found.value().at(&["spec", "hard"]);
    // What is not counted now keeps what was known of it.
    let before = quota::read(found.value().at(&["status", "used"]));
    let limited = |name: &Text| hard.find(name).is_some();
    let mut out: Amounts = before.into_iter().filter(|(name, _)| limited(name)).collect();
    for resource in resources(view) {
        let counted = quota::counted(&resource, hard);
        if counted.is_empty() {
            continue;
        }
        let mut sum: Amounts = counted.into_iter().map(|name| (name.clone(), Quantity::ZERO)).collect();
        let objects = view.store.list(&resource, found.namespace()).map(|object| object.value());
        for object in objects.filter(|object| quota::in_scopes(found.value(), &resource, object)) {
            let own = quota::usage(&resource, object, view.now);
            let own = own.into_iter().filter(|(name, _)| sum.contains_key(name)).collect();
            quota::add(&mut sum, &own);
        }
        out.extend(sum);
    }
    out
}

/// The resources that are counted, whether there are objects of them or not.
fn resources(view: &View<'_>) -> Vec<Text> {
    let counted =
        view.schema.resources().iter().filter(|r| {
            r.namespaced && !r.name.contains('/') && r.has_verb("create") && r.has_verb("delete")
        });
    let mut out: Vec<Text> = counted
        .map(|r| match r.group.as_str() {
            "" => r.name.clone(),
            group => alloc::format!("{}.{group}", r.name).into(),
        })
        .collect();
    out.sort();
    out.dedup();
    out
}
