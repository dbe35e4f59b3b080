//! The priority of a pod is that of its class, or of the class that is the default of the cluster.
//!
//! Models `plugin/pkg/admission/priority`.

use super::forbidden;
use crate::base::{Status, Value};
use crate::registry::server::{Server, StoredKind};
use alloc::format;

const CLASSES: &str = "priorityclasses.scheduling.k8s.io";

pub(super) fn admit(
    server: &Server,
    kind: &StoredKind,
    pod: &mut Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    if let Some(old) = old {
        for name in ["priority", "preemptionPolicy"] {
            let was = old.get("spec").get(name);
            if !was.is_null() && pod.get("spec").get(name).is_null() {
                pod.entry("spec").set(name, was);
            }
        }
        return Ok(());
    }
    let asked = pod.at(&["spec", "priorityClassName"]).clone();
    let class = match asked.str() {
        "" => default_class(server),
        name => {
            let found = server.store.get(CLASSES, "", name);
            let why = || format!("no PriorityClass with name {name} was found");
            Some(found.ok_or_else(|| forbidden(kind, pod, &why()))?.value())
        }
    };
    let (name, priority, policy) = match class {
        Some(class) => (
            class.at(&["metadata", "name"]).str(),
            class.get("value").int(),
            class.get("preemptionPolicy").str(),
        ),
        None => ("", 0, "PreemptLowerPriority"),
    };
    let given = pod.at(&["spec", "priority"]).as_int();
    if let Some(given) = given.filter(|given| *given != priority) {
        let why = format!(
            "the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {priority} from the given PriorityClass name"
        );
        return Err(forbidden(kind, pod, &why));
    }
    let given = pod.at(&["spec", "preemptionPolicy"]);
    if !policy.is_empty() && !given.is_null() && given.str() != policy {
        let why = format!(
            "the string value of PreemptionPolicy ({}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name",
            given.str()
        );
        return Err(forbidden(kind, pod, &why));
    }
    let spec = pod.entry("spec");
    if asked.str() != name {
        spec.set("priorityClassName", name);
    }
    spec.set_default("priority", priority);
    if !policy.is_empty() {
        spec.set_default("preemptionPolicy", policy);
    }
    Ok(())
}

/// Of several, the lowest.
fn default_class(server: &Server) -> Option<&Value> {
    let classes = server.store.list(CLASSES, "").map(|class| class.value());
    classes.filter(|class| class.get("globalDefault").is_true()).min_by_key(|class| class.get("value").int())
}

/// Only one class is the default.
pub(super) fn validate(
    server: &Server,
    kind: &StoredKind,
    class: &Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let Some(other) = default_class(server).filter(|_| class.get("globalDefault").is_true()) else {
        return Ok(());
    };
    let name = other.at(&["metadata", "name"]).str();
    if old.is_some() && name == class.at(&["metadata", "name"]).str() {
        return Ok(());
    }
    let why = format!("PriorityClass {name} is already marked as default. Only one default can exist");
    Err(forbidden(kind, class, &why))
}
