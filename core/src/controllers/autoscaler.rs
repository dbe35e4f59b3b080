//! What a HorizontalPodAutoscaler comes to in a cluster that nobody measures: it keeps its target within its limits, and
//! says that it cannot do more.
//!
//! Models `pkg/controller/podautoscaler/horizontal.go` as it is without the resource metrics API.

use super::owner::Kind;
use super::{Action, Controller, Due, Heard, Key, Outcome, Record, Retry, View, Write, conditions, kinds};
use crate::base::{Duration, Value};
use crate::store::{Change, Object};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "horizontal-pod-autoscaler-controller",
    manager: "kube-controller-manager",
    component: "horizontal-pod-autoscaler",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry { times: 0, ..Retry::USUAL },
};

const RESOURCE: &str = "horizontalpodautoscalers.autoscaling";
/// `--horizontal-pod-autoscaler-sync-period`
const PERIOD: Duration = Duration::from_secs(15);
/// What can be scaled.
const TARGETS: &[Kind] =
    &[kinds::DEPLOYMENT, kinds::REPLICA_SET, kinds::STATEFUL_SET, kinds::REPLICATION_CONTROLLER];
const NOT_MEASURED: &str = "unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)";

/// A new one is looked at, and then each time its period is over; whatever it writes itself is no reason.
fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let (event, object) = (heard.event, &heard.event.object);
    let spec = |o: &Object| o.value().get("spec").clone();
    let changed = event.before.as_ref().is_none_or(|before| spec(before) != spec(object));
    let concerned = event.resource == RESOURCE && event.change != Change::Deleted && changed;
    if concerned { [Due::from(Key::of(object))].into() } else { Vec::new() }
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(scaler) = view.store.get(RESOURCE, &key.namespace, &key.name) else { return Outcome::default() };
    let mut status = scaler.value().get("status").clone();
    let mut writes = Vec::new();
    match target(view, scaler) {
        Err(why) => {
            let message = format!("the HPA controller was unable to get the target's current scale: {why}");
            put(&mut status, view, "AbleToScale", "False", "FailedGetScale", &message);
            writes.push(said(Record::warning(scaler.value(), "FailedGetScale", why)));
        }
        Ok((kind, target)) => {
            let message = "the HPA controller was able to get the target's current scale";
            put(&mut status, view, "AbleToScale", "True", "SucceededGetScale", message);
            status.set("observedGeneration", scaler.metadata().get("generation"));
            writes.extend(scaled(view, scaler, kind, target, &mut status));
        }
    }
    if status != *scaler.value().get("status") {
        let mut object = scaler.value().clone();
        object.set("status", status);
        writes.push(Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object }));
    }
    Outcome { writes, again: Some(PERIOD), ..Outcome::default() }
}

fn target<'a>(view: &View<'a>, scaler: &Object) -> Result<(Kind, &'a Arc<Object>), String> {
    let reference = scaler.value().at(&["spec", "scaleTargetRef"]);
    let (kind, name) = (reference.get("kind").str(), reference.get("name").str());
    let Some(target) = TARGETS.iter().find(|t| t.kind == kind) else {
        return Err(format!("no matches for kind \"{kind}\" in group \"\""));
    };
    let found = view.store.get(target.resource, scaler.namespace(), name);
    found.map(|o| (*target, o)).ok_or_else(|| format!("{} \"{name}\" not found", target.resource))
}

/// Into the limits, if it is outside; else as far as can be told, which is nothing.
fn scaled(view: &View<'_>, scaler: &Object, kind: Kind, target: &Object, status: &mut Value) -> Vec<Write> {
    let spec = scaler.value().get("spec");
    let (least, most) = (spec.get("minReplicas").as_int().unwrap_or(1), spec.get("maxReplicas").int());
    let current = target.value().get("spec").get("replicas").as_int().unwrap_or(1);
    conditions::set_count(status, "currentReplicas", target.value().get("status").get("replicas").int());
    let (wanted, why) = match current {
        0 if least != 0 => {
            let message = "scaling is disabled since the replica count of the target is zero";
            put(status, view, "ScalingActive", "False", "ScalingDisabled", message);
            status.set("desiredReplicas", 0);
            return Vec::new();
        }
        n if n > most => (most, "Current number of replicas above Spec.MaxReplicas"),
        n if n < least => (least, "Current number of replicas below Spec.MinReplicas"),
        _ => return unmeasured(view, scaler, status),
    };
    let message = "the HPA controller did not scale the workload to zero";
    put(status, view, "ScaledToZero", "False", "NotScaledToZero", message);
    conditions::set_count(status, "currentReplicas", wanted);
    status.set("desiredReplicas", wanted);
    status.set("lastScaleTime", view.now.rfc3339());
    let mut object = target.value().clone();
    object.entry("spec").set("replicas", wanted);
    let message = format!("New size: {wanted}; reason: {why}");
    let record = Some(Record::normal(scaler.value(), "SuccessfulRescale", message));
    [Write { action: Action::Update { resource: kind.resource.into(), object }, record }].into()
}

/// The first metric that cannot be had decides.
fn unmeasured(view: &View<'_>, scaler: &Object, status: &mut Value) -> Vec<Write> {
    let metrics = scaler.value().get("spec").get("metrics").items();
    let Some(first) = metrics.iter().find(|m| m.get("type").str() == "Resource") else { return Vec::new() };
    let name = first.at(&["resource", "name"]).str();
    let share = first.at(&["resource", "target", "type"]).str() == "Utilization";
    let what = if share { "utilization" } else { "usage" };
    let why =
        format!("failed to get {name} {what}: unable to get metrics for resource {name}: {NOT_MEASURED}");
    let message = format!("the HPA was unable to compute the replica count: {why}");
    put(status, view, "ScalingActive", "False", "FailedGetResourceMetric", &message);
    let count = metrics.len();
    let all = format!(
        "invalid metrics ({count} invalid out of {count}), first error is: failed to get {name} resource metric value: {why}"
    );
    [("FailedGetResourceMetric", why), ("FailedComputeMetricsReplicas", all)]
        .map(|(reason, message)| said(Record::warning(scaler.value(), reason, message)))
        .into()
}

fn put(status: &mut Value, view: &View<'_>, type_: &str, is: &str, reason: &str, message: &str) {
    if status.get("desiredReplicas").is_null() {
        status.set("desiredReplicas", 0);
    }
    conditions::replace(status, conditions::new(type_, is, reason, message, view.now));
}

fn said(record: Record) -> Write {
    Write { action: Action::Nothing, record: Some(record) }
}
