//! When the change happened that endpoints are following: the time in the annotation
//! `endpoints.kubernetes.io/last-change-trigger-time`.
//!
//! Models `k8s.io/endpointslice/util/trigger_time_tracker.go`. What a controller has to remember about a Service for it
//! is when it was created and since when each of its pods has been ready, or not.

use super::endpoint_pod::Pod;
use crate::base::{Text, Value};
use crate::store::Object;

pub(super) const ANNOTATION: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// What a sync finds to have triggered it.
pub(super) struct Trigger {
    /// The earliest of the changes since the last sync; the Service's creation in the first one. None where nothing
    /// that has a time changed.
    pub(super) time: Option<Text>,
    /// What to remember, where it is not what was remembered.
    pub(super) memory: Option<Value>,
}

/// Compares what is there with what `remembered` says was there at the last sync: when the Service was created, and the
/// names of the pods and since when they have been ready, or not, in two lists. Times are in the form in which they are
/// stored, which orders as they do.
pub(super) fn trigger(remembered: &Value, service: &Object, pods: &[Pod<'_>]) -> Trigger {
    let created = service.metadata().get("creationTimestamp");
    let (names, times) = (remembered.get("pods").items(), remembered.get("since").items());
    let mut old = names.iter().zip(times).peekable();
    let (mut earliest, mut same_pods, mut same_times) = (None, true, true);
    for (name, since) in with_times(pods) {
        while old.next_if(|(n, _)| n.str() < name.as_str()).is_some() {
            same_pods = false;
        }
        let before = old.next_if(|(n, _)| n.as_text() == Some(name)).map(|(_, since)| since);
        same_pods &= before.is_some();
        if before == Some(since) {
            continue;
        }
        same_times = false;
        if before.is_none_or(|b| since.str() > b.str()) {
            earliest = Some(earlier(earliest, since));
        }
    }
    same_pods &= old.next().is_none();
    let known = remembered.get("service");
    if created.str() > known.str() {
        earliest = Some(earlier(earliest, created));
    }
    let time = if remembered.is_null() { Some(created) } else { earliest };
    let time = time.and_then(Value::as_text).cloned();
    let unchanged = same_pods && same_times && known == created;
    let memory = (!unchanged).then(|| {
        let names = match same_pods {
            true => remembered.get("pods").clone(),
            false => Value::list(with_times(pods).map(|(name, _)| name.into())),
        };
        let times = Value::list(with_times(pods).map(|(_, since)| since.clone()));
        Value::map([("service", created.clone()), ("pods", names), ("since", times)])
    });
    Trigger { time, memory }
}

/// The names of the pods, in order, and since when each has been ready, or not.
fn with_times<'a>(pods: &'a [Pod<'a>]) -> impl Iterator<Item = (&'a Text, &'a Value)> {
    pods.iter().map(|pod| (pod.object.name(), pod.since)).filter(|(_, since)| !since.is_null())
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
