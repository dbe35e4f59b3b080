//! Which taints keep a pod away.
//!
//! Models `k8s.io/component-helpers/scheduling/corev1/helpers.go` and the plugin `tainttoleration`.

use crate::base::Value;

/// The first taint that `tolerations` do not tolerate, of those with one of these effects.
pub fn untolerated<'a>(taints: &'a Value, tolerations: &Value, effects: &[&str]) -> Option<&'a Value> {
    let counts = |t: &&Value| effects.contains(&t.get("effect").str());
    taints.items().iter().filter(counts).find(|taint| !are_tolerated(taint, tolerations))
}

fn are_tolerated(taint: &Value, tolerations: &Value) -> bool {
    tolerations.items().iter().any(|toleration| tolerates(toleration, taint))
}

/// Models `Toleration.ToleratesTaint`: what a toleration leaves out, it does not mind.
pub fn tolerates(toleration: &Value, taint: &Value) -> bool {
    let minds = |field: &str| {
        let wanted = toleration.get(field).str();
        !wanted.is_empty() && wanted != taint.get(field).str()
    };
    if minds("effect") || minds("key") {
        return false;
    }
    match toleration.get("operator").str() {
        "Exists" => true,
        "" | "Equal" => toleration.get("value").str() == taint.get("value").str(),
        _ => false,
    }
}
