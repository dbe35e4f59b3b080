//! A pod of a runtime class has its overhead and goes where it is served.
//!
//! Models `plugin/pkg/admission/runtimeclass` and `pkg/util/tolerations`.

use super::forbidden;
use crate::base::{Status, Value};
use crate::registry::server::{Server, StoredKind};
use alloc::format;
use alloc::vec::Vec;

const CLASSES: &str = "runtimeclasses.node.k8s.io";
const MISMATCH: &str = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

pub(super) fn admit(
    server: &Server,
    kind: &StoredKind,
    pod: &mut Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    // Only new pods are looked at; what an update names is a matter of validation.
    let class = if old.is_none() { class_of(server, kind, pod)? } else { None };
    let Some(class) = class else { return Ok(()) };
    let overhead = class.at(&["overhead", "podFixed"]);
    if !class.get("overhead").is_null() {
        let own = pod.at(&["spec", "overhead"]);
        if !own.is_empty() && own != overhead {
            return Err(forbidden(kind, pod, MISMATCH));
        }
        if !overhead.is_null() {
            pod.entry("spec").set("overhead", overhead);
        }
    }
    let scheduling = class.get("scheduling");
    for (key, value) in scheduling.get("nodeSelector").entries() {
        let own = pod.at(&["spec", "nodeSelector", key]);
        if !own.is_null() && own != value {
            let why = format!(
                "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {}; pod.spec.nodeSelector[{key}] = {}",
                value.str(),
                own.str()
            );
            return Err(forbidden(kind, pod, &why));
        }
        pod.entry_at(&["spec", "nodeSelector"]).set(key, value);
    }
    if !scheduling.is_null() {
        let own = pod.at(&["spec", "tolerations"]).items();
        let merged = merged(&own.iter().chain(scheduling.get("tolerations").items()).collect::<Vec<_>>());
        if own != merged {
            pod.entry("spec").set("tolerations", merged);
        }
    }
    Ok(())
}

pub(super) fn validate(
    server: &Server,
    kind: &StoredKind,
    pod: &Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    if old.is_some() {
        return Ok(());
    }
    let class = class_of(server, kind, pod)?;
    let overhead = pod.at(&["spec", "overhead"]);
    match class.filter(|class| !class.get("overhead").is_null()) {
        Some(class) if class.at(&["overhead", "podFixed"]) != overhead => Err(forbidden(kind, pod, MISMATCH)),
        None if !overhead.is_null() => {
            let why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
            Err(forbidden(kind, pod, why))
        }
        _ => Ok(()),
    }
}

fn class_of<'a>(server: &'a Server, kind: &StoredKind, pod: &Value) -> Result<Option<&'a Value>, Status> {
    let Some(name) = pod.at(&["spec", "runtimeClassName"]).as_text() else { return Ok(None) };
    match server.store.get(CLASSES, "", name) {
        Some(class) => Ok(Some(class.value())),
        None => Err(forbidden(kind, pod, &format!("pod rejected: RuntimeClass \"{name}\" not found"))),
    }
}

/// Without those that another one covers.
fn merged(all: &[&Value]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    for (i, t) in all.iter().enumerate() {
        let later = all.iter().skip(i + 1).any(|t2| t2 != t && covers(t2, t));
        if !later && !out.iter().any(|t2| covers(t2, t)) {
            out.push((*t).clone());
        }
    }
    out
}

/// Models `isSuperset`.
fn covers(wide: &Value, t: &Value) -> bool {
    let text = |t: &Value, name: &str| alloc::string::String::from(t.get(name).str());
    let exists = wide.get("operator").str() == "Exists";
    let (key, effect) = (text(wide, "key"), text(wide, "effect"));
    if wide == t {
        return true;
    }
    if text(t, "key") != key && !(key.is_empty() && exists)
        || text(t, "effect") != effect && !effect.is_empty()
    {
        return false;
    }
    if let (true, Some(seconds)) = (effect == "NoExecute", wide.get("tolerationSeconds").as_int())
        && t.get("tolerationSeconds").as_int().is_none_or(|s| s > seconds)
    {
        return false;
    }
    match wide.get("operator").str() {
        "Equal" | "" => t.get("operator").str() == "Equal" && text(t, "value") == text(wide, "value"),
        "Exists" => true,
        _ => false,
    }
}
