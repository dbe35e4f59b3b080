//! A pod is asked to go, if its disruption budget lets it.
//!
//! Models `pkg/registry/core/pod/storage/eviction.go`.

use super::selector;
use super::server::Server;
use super::write::{self, At, DeleteOptions, Options, Part};
use crate::base::status::{Cause, InGroup};
use crate::base::{Status, Text, Value};
use alloc::format;
use alloc::vec::Vec;

const BUDGETS: &str = "poddisruptionbudgets.policy";
const VIOLATES: &str = "Cannot evict pod as it would violate the pod's disruption budget.";
const SEVERAL: &str =
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.";
/// More pods than this are not let go before the controller has seen the first of them gone.
const PENDING_MAX: usize = 2000;
/// Seconds.
const RETRY_AFTER: i64 = 10;
const DISRUPTION_ALLOWED: &str = "DisruptionAllowed";

/// Evicts the pod. What is left to say of it to the client is an error, even where upstream answers it as a success.
pub fn evict(server: &mut Server, at: At<'_>, options: &DeleteOptions) -> Result<(), Status> {
    let Some(pod) = server.store.get("pods", at.namespace, at.name).cloned() else {
        return Err(Status::not_found(InGroup { group: "", name: "pods" }, at.name));
    };
    let mut options = options.clone();
    if !may_go(pod.value()) {
        let budgets = budgets(server, pod.value());
        let [budget] = budgets.as_slice() else {
            return match budgets.is_empty() {
                true => delete(server, at, &options),
                false => Err(Status::new(500, "", SEVERAL)),
            };
        };
        if disrupts_nothing(pod.value(), budget) {
            options.resource_version.get_or_insert_with(|| Text::from(format!("{}", pod.revision())));
        } else {
            let budget = decremented(server, budget, at.name)?;
            if !options.dry_run {
                store(server, budget)?;
            }
        }
    }
    delete(server, at, &options)
}

/// Whether the pod is no use to anybody, so that no budget can mind.
fn may_go(pod: &Value) -> bool {
    matches!(pod.at(&["status", "phase"]).str(), "Succeeded" | "Failed" | "Pending")
        || !pod.at(&["metadata", "deletionTimestamp"]).is_null()
}

/// The budgets that the pod is under.
fn budgets(server: &Server, pod: &Value) -> Vec<Value> {
    let metadata = pod.get("metadata");
    let selects = |budget: &Value| {
        let selector = selector::parse(budget.at(&["spec", "selector"]));
        selector.is_some_and(|selector| selector.matches(metadata.get("labels")))
    };
    let all = server.store.list(BUDGETS, metadata.get("namespace").str()).map(|budget| budget.value());
    all.filter(|budget| selects(budget)).cloned().collect()
}

/// A pod that is not ready is not counted, so it may go while there are enough of the others.
fn disrupts_nothing(pod: &Value, budget: &Value) -> bool {
    let conditions = pod.at(&["status", "conditions"]).items();
    let is_ready =
        conditions.iter().any(|c| c.get("type").str() == "Ready" && c.get("status").str() == "True");
    let status = budget.get("status");
    let (current, desired) = (status.get("currentHealthy").int(), status.get("desiredHealthy").int());
    let always = budget.at(&["spec", "unhealthyPodEvictionPolicy"]).str() == "AlwaysAllow";
    !is_ready && (always || current >= desired && desired > 0)
}

/// The budget with one disruption less.
///
/// Models `checkAndDecrement`.
fn decremented(server: &Server, budget: &Value, pod: &str) -> Result<Value, Status> {
    let (metadata, status) = (budget.get("metadata"), budget.get("status"));
    let (name, allowed) = (metadata.get("name").str(), status.get("disruptionsAllowed").int());
    if status.get("observedGeneration").int() < metadata.get("generation").int() {
        let why = format!("The disruption budget {name} is still being processed by the server.");
        return Err(because(Status::too_many_requests(VIOLATES, RETRY_AFTER), why));
    }
    let forbidden = |why: &str, cause: &str| {
        let status = Status::forbidden(InGroup { group: "policy", name: "poddisruptionbudget" }, name, why);
        let cause = format!("The disruption budget {name} does not allow evicting pods currently: {cause}");
        Err(because(status, cause))
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
        return Err(because(Status::too_many_requests(VIOLATES, 0), refusal(name, status)));
    }
    let mut budget = budget.clone();
    let now = server.now.rfc3339();
    let status = budget.entry("status");
    status.set("disruptionsAllowed", allowed - 1);
    if allowed == 1 {
        exhausted(status, &now);
    }
    status.entry("disruptedPods").set(pod, now);
    status.entry("disruptedPods").map_mut().sort();
    Ok(budget)
}

fn because(status: Status, message: alloc::string::String) -> Status {
    let cause = Cause { reason: "DisruptionBudget".into(), message: message.into(), ..Cause::default() };
    status.with_causes([cause].into())
}

fn refusal(name: &str, status: &Value) -> alloc::string::String {
    let conditions = status.get("conditions").items();
    let refused = |c: &&Value| {
        c.get("type").str() == DISRUPTION_ALLOWED
            && c.get("status").str() == "False"
            && !c.get("message").is_empty()
    };
    let (reason, why) =
        conditions.iter().find(refused).map_or(("", ""), |c| (c.get("reason").str(), c.get("message").str()));
    let (current, desired) = (status.get("currentHealthy").int(), status.get("desiredHealthy").int());
    let no = format!("The disruption budget {name} does not allow evicting pods currently");
    match reason {
        "SyncFailed" => format!("{no} because it failed sync: {why}"),
        _ if current <= desired => {
            format!("The disruption budget {name} needs {desired} healthy pods and has {current} currently")
        }
        "" => no,
        reason => format!("{no} ({reason}): {why}"),
    }
}

/// Models `UpdateDisruptionAllowedCondition`.
fn exhausted(status: &mut Value, now: &str) {
    let generation = status.get("observedGeneration").clone();
    let conditions = status.entry("conditions").list_mut();
    let place = conditions.iter().position(|c| c.get("type").str() == DISRUPTION_ALLOWED);
    let was = place.and_then(|at| conditions.get(at)).filter(|c| c.get("status").str() == "False");
    let since = was.map_or_else(|| now.into(), |c| c.get("lastTransitionTime").clone());
    let condition = Value::map([
        ("type", Value::text(DISRUPTION_ALLOWED)),
        ("status", Value::text("False")),
        ("observedGeneration", generation),
        ("lastTransitionTime", since),
        ("reason", Value::text("InsufficientPods")),
        ("message", Value::text("")),
    ]);
    match place.and_then(|at| conditions.get_mut(at)) {
        Some(there) => *there = condition,
        None => conditions.push(condition),
    }
}

fn store(server: &mut Server, budget: Value) -> Result<(), Status> {
    let metadata = budget.get("metadata");
    let (namespace, name) = (metadata.get("namespace").clone(), metadata.get("name").clone());
    let at = At { resource: BUDGETS, namespace: namespace.str(), name: name.str() };
    let options = Options::by("kube-apiserver");
    write::update(server, at, Part::Status, &options, false, |_, _| Ok(budget)).map(drop)
}

/// Says why the pod goes, and deletes it.
///
/// Models `addConditionAndDeletePod`.
fn delete(server: &mut Server, at: At<'_>, options: &DeleteOptions) -> Result<(), Status> {
    let mut options = options.clone();
    if !options.dry_run {
        let asked = options.clone();
        let writes = Options::by("kube-apiserver");
        let written = write::update(server, at, Part::Status, &writes, false, |server, pod| {
            write::check_preconditions(server, at, &asked)?;
            let mut pod = pod.clone();
            disruption_target(&mut pod, &server.now.rfc3339());
            Ok(pod)
        })?;
        if options.resource_version.is_some() {
            options.resource_version = Some(format!("{}", written.object.revision()).into());
        }
    }
    write::delete(server, at, &options).map(drop)
}

/// Models `podutil.UpdatePodCondition`.
fn disruption_target(pod: &mut Value, now: &str) {
    let condition = Value::map([
        ("type", Value::text("DisruptionTarget")),
        ("status", Value::text("True")),
        ("lastProbeTime", Value::Null),
        ("lastTransitionTime", now.into()),
        ("reason", Value::text("EvictionByEvictionAPI")),
        ("message", Value::text("Eviction API: evicting")),
    ]);
    let conditions = pod.entry("status").entry("conditions").list_mut();
    match conditions.iter_mut().find(|c| c.get("type").str() == "DisruptionTarget") {
        Some(there) => {
            let since = there.get("lastTransitionTime").clone();
            let was_true = there.get("status").str() == "True";
            *there = condition;
            if was_true {
                there.set("lastTransitionTime", since);
            }
        }
        None => conditions.push(condition),
    }
}
