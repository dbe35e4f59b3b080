//! When the change happened that endpoints are following: the time in the annotation
//! `endpoints.kubernetes.io/last-change-trigger-time`.
//!
//! Models `k8s.io/endpointslice/util/trigger_time_tracker.go`. What a controller has to remember about a Service for it
//! is when it was created and since when each of its pods has been ready, or not.

use super::backends::ready_condition;
use crate::base::{Text, Value};
use crate::store::Object;
use alloc::sync::Arc;

pub(super) const ANNOTATION: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// What a sync finds to have triggered it.
pub(super) struct Trigger {
    /// The earliest of the changes since the last sync; the Service's creation in the first one. None where nothing
    /// that has a time changed.
    pub(super) time: Option<Text>,
    /// What to remember, where it is not what was remembered.
    pub(super) memory: Option<Value>,
}

/// Compares what is there with what `remembered` says was there at the last sync. Times are in the form in which they
/// are stored, which orders as they do.
pub(super) fn trigger(remembered: &Value, service: &Object, pods: &[&Arc<Object>]) -> Trigger {
    let created = service.metadata().get("creationTimestamp");
    let then = remembered.get("pods");
    let mut earliest = None;
    let mut unchanged = remembered.get("service") == created;
    let mut old = then.entries().iter().peekable();
    for (name, since) in times(pods) {
        while old.next_if(|(n, _)| n < name).is_some() {
            unchanged = false;
        }
        let before = old.next_if(|(n, _)| n == name).map(|(_, since)| since);
        unchanged &= before == Some(since);
        if before.is_none_or(|b| since.str() > b.str()) {
            earliest = Some(earlier(earliest, since));
        }
    }
    unchanged &= old.next().is_none();
    if created.str() > remembered.get("service").str() {
        earliest = Some(earlier(earliest, created));
    }
    let time = if remembered.is_null() { Some(created) } else { earliest };
    let time = time.and_then(Value::as_text).cloned();
    let memory = (!unchanged).then(|| {
        let pods = Value::map(times(pods).map(|(name, since)| (name.clone(), since.clone())));
        Value::map([("service", created.clone()), ("pods", pods)])
    });
    Trigger { time, memory }
}

/// Since when each pod has been ready, or not, in the order of their names.
fn times<'a>(pods: &'a [&Arc<Object>]) -> impl Iterator<Item = (&'a Text, &'a Value)> {
    let times = pods.iter().map(|pod| (pod.name(), ready_condition(pod.value()).get("lastTransitionTime")));
    times.filter(|(_, since)| !since.is_null())
}

fn earlier<'a>(a: Option<&'a Value>, b: &'a Value) -> &'a Value {
    a.filter(|a| a.str() <= b.str()).unwrap_or(b)
}

/// Writes the time into the metadata of what is about to be written, or takes it out.
pub(super) fn annotate(metadata: &mut Value, time: Option<&Text>) {
    match time {
        Some(time) => {
            let annotations = metadata.entry("annotations").map_mut();
            annotations.insert(ANNOTATION.into(), time.into());
            annotations.sort();
        }
        None => {
            let annotations = metadata.entry("annotations");
            annotations.remove(ANNOTATION);
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
    }
}
