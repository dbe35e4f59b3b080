//! `kubectl scale`
//!
//! Models `k8s.io/kubectl/pkg/scale`.

use super::client::{Client, Named};
use crate::base::{Status, Value};
use alloc::format;

/// Asks for so many replicas; the answer is the new scale.
pub fn scale(client: &mut Client<'_>, object: Named<'_>, replicas: i64) -> Result<Value, Status> {
    let path = client.path(object)?;
    let patch = Value::map([("spec", Value::map([("replicas", Value::Int(replicas))]))]);
    client.call("PATCH", format!("{path}/scale"), "application/merge-patch+json", Some(&patch))
}
