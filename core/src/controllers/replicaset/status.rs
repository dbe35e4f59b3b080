//! What the status of a set of pods says.
//!
//! Models `pkg/controller/replicaset/replica_set_utils.go`.

use super::{Replicated, wanted};
use crate::base::{Duration, Selector, Value};
use crate::controllers::{Action, View, Write, conditions, pod};
use crate::store::Object;
use alloc::sync::Arc;

const FAILURE: &str = "ReplicaFailure";

/// The status as it should be. `refused`: why pods could not be made or deleted.
pub(super) fn of(
    which: &Replicated,
    view: &View<'_>,
    set: &Object,
    pods: &[&Arc<Object>],
    selector: &Selector,
    refused: Option<&str>,
) -> Value {
    let spec = set.value().get("spec");
    let template = Selector::from_map(spec.get("template").get("metadata").get("labels"));
    let min_ready = spec.get("minReadySeconds").int();
    let (mut labeled, mut ready, mut available) = (0, 0, 0);
    let mut matcher = template.matcher();
    for pod in pods {
        labeled += i64::from(matcher.matches(pod.labels()));
        ready += i64::from(pod.is_ready());
        let available_too = min_ready == 0 || pod::is_available(pod.value(), min_ready, view.now);
        available += i64::from(pod.is_ready() && available_too);
    }
    let mut status = set.value().get("status").clone();
    status.set("replicas", i64::try_from(pods.len()).unwrap_or(i64::MAX));
    conditions::set_count(&mut status, "fullyLabeledReplicas", labeled);
    conditions::set_count(&mut status, "readyReplicas", ready);
    conditions::set_count(&mut status, "availableReplicas", available);
    if which.counts_terminating {
        status.set("terminatingReplicas", terminating(view, set, selector));
    }
    match (refused, conditions::within(&status, FAILURE)) {
        (Some(why), None) => {
            let reason = if pods.len() < wanted(set.value()) { "FailedCreate" } else { "FailedDelete" };
            let condition = conditions::new(FAILURE, "True", reason, why, view.now);
            conditions::put_last(&mut status, condition);
        }
        (None, Some(_)) => conditions::remove(&mut status, FAILURE),
        _ => {}
    }
    let generation = set.metadata().get("generation").int();
    conditions::set_count(&mut status, "observedGeneration", generation);
    status
}

fn terminating(view: &View<'_>, set: &Object, selector: &Selector) -> i64 {
    let owned = view.store.owned("pods", set.namespace(), set.uid());
    let going = owned.filter(|p| pod::is_terminating(p));
    let mine = going.filter(|p| p.controller() == set.uid() && selector.matches(p.labels()));
    i64::try_from(mine.count()).unwrap_or(i64::MAX)
}

/// The write that brings the status up to date, if it is not.
pub(super) fn update(which: &Replicated, set: &Object, status: Value) -> Option<Write> {
    if status == *set.value().get("status") {
        return None;
    }
    let mut object = set.value().clone();
    object.set("status", status);
    Some(Write::silent(Action::UpdateStatus { resource: which.kind.resource.into(), object }))
}

/// When the next pod has been ready for long enough to be available.
pub(super) fn next_available(view: &View<'_>, set: &Object, pods: &[&Arc<Object>]) -> Option<Duration> {
    let min_ready = set.value().get("spec").get("minReadySeconds").int();
    if min_ready == 0 {
        return None;
    }
    let waits = pods.iter().filter_map(|p| pod::available_in(p.value(), min_ready, view.now));
    waits.filter(|wait| *wait > Duration::ZERO).min()
}
