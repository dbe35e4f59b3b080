//! A pod is asked to leave, as far as its disruption budget lets it.
//!
//! Models `pkg/registry/core/pod/storage/eviction.go` and `k8s.io/component-helpers/apps/poddisruptionbudget`.

use super::server::Server;
use super::write::{self, At, DeleteOptions, Options, Part};
use crate::base::status::{Cause, InGroup};
use crate::base::{Instant, Selector, Status, Value};
use crate::store::Object;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub const BUDGETS: &str = "poddisruptionbudgets.policy";
/// So many evictions may wait for the controller of budgets to confirm them.
const PENDING_MAX: usize = 2000;
const VIOLATED: &str = "Cannot evict pod as it would violate the pod's disruption budget.";

/// Evicts the pod, or tells why it may not go.
pub fn evict(
    server: &mut Server,
    at: At<'_>,
    options: &Options,
    delete: &DeleteOptions,
) -> Result<(), Status> {
    let Some(pod) = server.store.get("pods", at.namespace, at.name).cloned() else {
        return Err(Status::not_found(InGroup { group: "", name: "pods" }, at.name));
    };
    if is_free(&pod) {
        return leave(server, at, options, delete);
    }
    let budgets = budgets(server, &pod);
    let budget = match budgets.as_slice() {
        [] => return leave(server, at, options, delete),
        [budget] => budget,
        _ => {
            let message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
            return Err(Status::new(500, "", message));
        }
    };
    if !may_go_unhealthy(&pod, budget) {
        take_from(server, budget, &pod, options)?;
    }
    leave(server, at, options, delete)
}

/// It disrupts nothing: it has ended, has not begun, or goes already.
fn is_free(pod: &Object) -> bool {
    let phase = pod.value().get("status").get("phase").str();
    matches!(phase, "Succeeded" | "Failed" | "Pending") || pod.is_deleted()
}

fn budgets(server: &Server, pod: &Object) -> Vec<Arc<Object>> {
    let all = server.store.list(BUDGETS, pod.namespace());
    all.filter(|b| Selector::from_spec(b.selector()).matches(pod.labels())).cloned().collect()
}

/// A pod that is not ready guards nothing, if the others do, or if the budget says so.
fn may_go_unhealthy(pod: &Object, budget: &Object) -> bool {
    let conditions = pod.value().at(&["status", "conditions"]).items().iter();
    let mut ready = conditions.filter(|c| c.get("type").str() == "Ready" && c.get("status").str() == "True");
    if ready.next().is_some() {
        return false;
    }
    let (spec, status) = (budget.value().get("spec"), budget.value().get("status"));
    let (healthy, desired) = (status.get("currentHealthy").int(), status.get("desiredHealthy").int());
    spec.get("unhealthyPodEvictionPolicy").str() == "AlwaysAllow" || healthy >= desired && desired > 0
}

/// Models `checkAndDecrement`.
fn take_from(server: &mut Server, budget: &Object, pod: &Object, options: &Options) -> Result<(), Status> {
    let (name, status) = (budget.name(), budget.value().get("status"));
    let allowed = status.get("disruptionsAllowed").int();
    let cause = |message: String| {
        [Cause { reason: "DisruptionBudget".into(), message: message.into(), field: "".into() }].into()
    };
    if status.get("observedGeneration").int() < budget.metadata().get("generation").int() {
        let why = format!("The disruption budget {name} is still being processed by the server.");
        return Err(Status::too_many_requests(VIOLATED, 10).with_causes(cause(why)));
    }
    let forbidden = |why: &str, because: &str| {
        let kind = InGroup { group: "policy", name: "poddisruptionbudget" };
        let message =
            format!("The disruption budget {name} does not allow evicting pods currently: {because}");
        Err(Status::forbidden(kind, name, why).with_causes(cause(message)))
    };
    if allowed < 0 {
        let why = "pdb disruptions allowed is negative";
        return forbidden(why, why);
    }
    if status.get("disruptedPods").entries().len() > PENDING_MAX {
        return forbidden(
            "DisruptedPods map too big - too many evictions not confirmed by PDB controller",
            "too many pending evictions not confirmed by PDB controller",
        );
    }
    if allowed == 0 {
        return Err(Status::too_many_requests(VIOLATED, 0).with_causes(cause(exhausted(budget))));
    }
    let mut object = budget.value().clone();
    let now = server.now;
    let status = object.entry("status");
    status.set("disruptionsAllowed", allowed - 1);
    if allowed == 1 {
        tell(status, now);
    }
    // The controller of budgets is told not to count on this one any more.
    status.entry("disruptedPods").set(pod.name(), now.rfc3339());
    let at = At { resource: BUDGETS, namespace: budget.namespace(), name };
    write::update(server, at, Part::Status, options, false, |_, _| Ok(object)).map(drop)
}

fn exhausted(budget: &Object) -> String {
    let (name, status) = (budget.name(), budget.value().get("status"));
    let (desired, healthy) = (status.get("desiredHealthy").int(), status.get("currentHealthy").int());
    let condition = status.get("conditions").items().iter().find(|c| c.get("type").str() == CONDITION);
    let refused = condition.filter(|c| c.get("status").str() == "False" && !c.get("message").is_empty());
    let said = |field: &str| refused.map_or("", |c| c.get(field).str());
    if said("reason") == "SyncFailed" {
        let why = said("message");
        return format!(
            "The disruption budget {name} does not allow evicting pods currently because it failed sync: {why}"
        );
    }
    if healthy <= desired {
        return format!(
            "The disruption budget {name} needs {desired} healthy pods and has {healthy} currently"
        );
    }
    match refused {
        Some(_) => format!(
            "The disruption budget {name} does not allow evicting pods currently ({}): {}",
            said("reason"),
            said("message")
        ),
        None => format!("The disruption budget {name} does not allow evicting pods currently"),
    }
}

/// Models `addConditionAndDeletePod`.
fn leave(server: &mut Server, at: At<'_>, options: &Options, delete: &DeleteOptions) -> Result<(), Status> {
    let mut delete = delete.clone();
    if !options.dry_run {
        write::check_preconditions(server, at, &delete)?;
        let done = write::update(server, at, Part::Bare, options, false, |server, pod| {
            let mut pod = pod.clone();
            let list = pod.entry("status").entry("conditions").list_mut();
            let there = list.iter().position(|c| c.get("type").str() == "DisruptionTarget");
            let mut condition = Value::map([
                ("type", Value::text("DisruptionTarget")),
                ("status", Value::text("True")),
                ("lastProbeTime", Value::Null),
                ("lastTransitionTime", Value::from(server.now.rfc3339())),
                ("reason", Value::text("EvictionByEvictionAPI")),
                ("message", Value::text("Eviction API: evicting")),
            ]);
            match there.and_then(|i| list.get_mut(i)) {
                Some(there) => {
                    if there.get("status").str() == "True" {
                        condition.set("lastTransitionTime", there.get("lastTransitionTime"));
                    }
                    *there = condition;
                }
                None => list.push(condition),
            }
            Ok(pod)
        })?;
        if delete.resource_version.is_some() {
            delete.resource_version = done.object.metadata().get("resourceVersion").as_text().cloned();
        }
    }
    write::delete(server, at, &delete).map(drop)
}

pub const CONDITION: &str = "DisruptionAllowed";

/// Says in the status of a budget whether it allows a disruption.
///
/// Models `UpdateDisruptionAllowedCondition`.
pub fn tell(status: &mut Value, now: Instant) {
    let allowed = status.get("disruptionsAllowed").int() > 0;
    let (is, reason) = if allowed { ("True", "SufficientPods") } else { ("False", "InsufficientPods") };
    put(status, is, reason, "", now);
}

/// Models `meta.SetStatusCondition`.
pub fn put(status: &mut Value, is: &str, reason: &str, message: &str, now: Instant) {
    let generation = status.get("observedGeneration").clone();
    let list = status.entry("conditions").list_mut();
    let there = list.iter().position(|c| c.get("type").str() == CONDITION);
    let mut condition = Value::map([
        ("type", Value::text(CONDITION)),
        ("status", Value::text(is)),
        ("observedGeneration", generation),
        ("lastTransitionTime", Value::from(now.rfc3339())),
        ("reason", Value::text(reason)),
        ("message", Value::text(message)),
    ]);
    match there.and_then(|i| list.get_mut(i)) {
        Some(there) => {
            if there.get("status").str() == is {
                condition.set("lastTransitionTime", there.get("lastTransitionTime"));
            }
            *there = condition;
        }
        None => list.push(condition),
    }
}
