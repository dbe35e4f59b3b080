//! What a pod's status says to those who count pods.
//!
//! Models `pkg/api/v1/pod/util.go` and the filters of `pkg/controller/controller_utils.go`.

use super::conditions;
use crate::base::{Duration, Instant, Value};
use crate::store::Object;

pub fn phase(pod: &Value) -> &str {
    pod.get("status").get("phase").str()
}

pub fn is_being_deleted(pod: &Value) -> bool {
    !pod.get("metadata").get("deletionTimestamp").is_null()
}

/// It counts: it has not ended, and is not being deleted.
pub fn is_active(pod: &Object) -> bool {
    !pod.has_ended() && !pod.is_deleted()
}

/// It is being deleted, and has not ended yet.
pub fn is_terminating(pod: &Object) -> bool {
    !pod.has_ended() && pod.is_deleted()
}

pub fn is_ready(pod: &Value) -> bool {
    conditions::is_true(pod, "Ready")
}

/// Since when it has been ready, where it is.
pub fn ready_since(pod: &Value) -> Option<Instant> {
    let ready = conditions::find(pod, "Ready").filter(|c| c.get("status").str() == "True")?;
    Instant::parse(ready.get("lastTransitionTime").str())
}

/// It has been ready for long enough.
pub fn is_available(pod: &Value, min_ready_seconds: i64, now: Instant) -> bool {
    is_ready(pod)
        && (min_ready_seconds == 0 || available_in(pod, min_ready_seconds, now) == Some(Duration::ZERO))
}

/// How long it takes until the pod is available, if it stays ready.
pub fn available_in(pod: &Value, min_ready_seconds: i64, now: Instant) -> Option<Duration> {
    let at = ready_since(pod)? + Duration::from_secs(min_ready_seconds);
    Some((at - now).max(Duration::ZERO))
}

pub fn created(object: &Value) -> Option<Instant> {
    Instant::parse(object.get("metadata").get("creationTimestamp").str())
}

/// The node it is on; empty as long as there is none.
pub fn node(pod: &Value) -> &str {
    pod.get("spec").get("nodeName").str()
}
