//! A pod outlives the trouble of its node by five minutes, unless it says otherwise.
//!
//! Models `plugin/pkg/admission/defaulttolerationseconds`.

use crate::base::{Status, Value};
use crate::registry::server::{Server, StoredKind};

const SECONDS: i64 = 300;
const TAINTS: &[&str] = &["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

pub(super) fn admit(_: &Server, _: &StoredKind, pod: &mut Value, _: Option<&Value>) -> Result<(), Status> {
    let tolerates = |pod: &Value, taint: &str| {
        pod.at(&["spec", "tolerations"]).items().iter().any(|t| {
            let (key, effect) = (t.get("key").str(), t.get("effect").str());
            (key.is_empty() || key == taint) && (effect.is_empty() || effect == "NoExecute")
        })
    };
    // Both are looked for before either is added.
    let missing = TAINTS.iter().filter(|taint| !tolerates(pod, taint)).map(|taint| {
        Value::map([
            ("key", Value::text(*taint)),
            ("operator", Value::text("Exists")),
            ("effect", Value::text("NoExecute")),
            ("tolerationSeconds", SECONDS.into()),
        ])
    });
    let missing: alloc::vec::Vec<Value> = missing.collect();
    if !missing.is_empty() {
        pod.entry_at(&["spec", "tolerations"]).list_mut().extend(missing);
    }
    Ok(())
}
