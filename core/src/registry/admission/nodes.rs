//! A new node takes no pods until it is known to be ready.
//!
//! Models `plugin/pkg/admission/nodetaint`.

use crate::base::{Status, Value};
use crate::registry::server::{Server, StoredKind};

const NOT_READY: &str = "node.kubernetes.io/not-ready";

pub(super) fn admit(_: &Server, _: &StoredKind, node: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    let taints = node.at(&["spec", "taints"]).items();
    let is_there = |t: &Value| t.get("key").str() == NOT_READY && t.get("effect").str() == "NoSchedule";
    if old.is_none() && !taints.iter().any(is_there) {
        let taint = Value::map([("key", Value::text(NOT_READY)), ("effect", Value::text("NoSchedule"))]);
        node.entry_at(&["spec", "taints"]).list_mut().push(taint);
    }
    Ok(())
}
