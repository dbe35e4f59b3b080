//! How many pods of a PodDisruptionBudget may be disrupted.
//!
//! Models `pkg/controller/disruption/disruption.go`.

use super::owner::controller_of;
use super::share::{self, Rounding};
use super::{Action, Controller, Due, Heard, Key, Outcome, Record, Retry, View, Write, kinds};
use crate::base::{Duration, Instant, Selector, Value};
use crate::registry::eviction::{self, BUDGETS};
use crate::store::{Change, Object};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "disruption-controller",
    manager: "kube-controller-manager",
    component: "controllermanager",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry { times: u32::MAX, ..Retry::USUAL },
};

/// A pod that was to be evicted and is still there after so long counts again.
const TIMEOUT: Duration = Duration::from_secs(120);

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let event = heard.event;
    match event.resource.as_str() {
        "pods" => {
            let versions =
                event.before.iter().chain((event.change != Change::Deleted).then_some(&event.object));
            let mut keys: Vec<Key> = versions
                .flat_map(|pod| heard.store.selecting(BUDGETS, pod.namespace(), pod.labels()))
                .map(|budget| Key::of(budget))
                .collect();
            keys.dedup();
            keys.into_iter().map(Due::from).collect()
        }
        BUDGETS if event.change != Change::Deleted => [Due::from(Key::of(&event.object))].into(),
        _ => Vec::new(),
    }
}

/// What is expected of the pods of a budget.
struct Expected {
    count: i64,
    healthy: i64,
    /// Nobody controls some of them, and so nobody knows how many there should be.
    unmanaged: bool,
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(budget) = view.store.get(BUDGETS, &key.namespace, &key.name) else { return Outcome::default() };
    let selector = Selector::from_spec(budget.selector());
    let pods: Vec<_> = view.store.select("pods", budget.namespace(), &selector).collect();
    let mut writes = Vec::new();
    let mut say = |record| writes.push(Write { action: Action::Nothing, record: Some(record) });
    if pods.is_empty() {
        say(Record::normal(budget.value(), "NoPods", "No matching pods found".to_string()));
    }
    let expected = match expected(view, budget.value(), &pods) {
        Ok(expected) => expected,
        Err(why) => {
            let message = format!("Failed to calculate the number of expected pods: {why}");
            say(Record::warning(budget.value(), "CalculateExpectedPodCountFailed", message));
            writes.extend(failed(view, budget, &why));
            return Outcome { writes, ..Outcome::default() };
        }
    };
    if expected.unmanaged {
        say(Record::warning(budget.value(), "UnmanagedPods", unmanaged(budget.selector())));
    }
    let (disrupted, again, late) = disrupted(view.now, budget.value(), &pods);
    for pod in late {
        // As upstream has it: the namespace twice.
        let namespace = budget.namespace();
        let message = format!("Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't");
        say(Record::warning(pod.value(), "NotDeleted", message));
    }
    let counts = |p: &&&Arc<Object>| !p.is_deleted() && disrupted.get(p.name()).is_null() && p.is_ready();
    let healthy = i64::try_from(pods.iter().filter(counts).count()).unwrap_or(i64::MAX);
    writes.extend(updated(view, budget, &expected, healthy, disrupted));
    Outcome { writes, again, ..Outcome::default() }
}

/// Models `getExpectedPodCount`.
fn expected(view: &View<'_>, budget: &Value, pods: &[&Arc<Object>]) -> Result<Expected, String> {
    let spec = budget.get("spec");
    let (min, max) = (spec.get("minAvailable"), spec.get("maxUnavailable"));
    if let Some(healthy) = min.as_int().filter(|_| max.is_null()) {
        let count = i64::try_from(pods.len()).unwrap_or(i64::MAX);
        return Ok(Expected { count, healthy, unmanaged: false });
    }
    if min.is_null() && max.is_null() {
        return Ok(Expected { count: 0, healthy: 0, unmanaged: false });
    }
    let (count, unmanaged) = scale(view, pods)?;
    let part = |of: &Value| share::of(of, count, Rounding::Up).ok_or("invalid value for IntOrString");
    let healthy = match max.is_null() {
        true => part(min)?,
        false => (count - part(max)?).max(0),
    };
    Ok(Expected { count, healthy, unmanaged })
}

/// How many pods the controllers of these want; and whether some have none.
///
/// Models `getExpectedScale`.
fn scale(view: &View<'_>, pods: &[&Arc<Object>]) -> Result<(i64, bool), String> {
    let mut scales: BTreeMap<String, i64> = BTreeMap::new();
    let mut unmanaged = false;
    for pod in pods {
        let uid = pod.controller();
        if uid.is_empty() {
            unmanaged = true;
        } else if !scales.contains_key(uid.as_str()) {
            let (owner, scale) = wanted(view, pod)
                .ok_or_else(|| format!("found no controllers for pod \"{}\"", pod.name()))?;
            scales.insert(owner, scale);
        }
    }
    Ok((scales.values().sum(), unmanaged))
}

/// The controller that decides, by its uid, and how many pods it wants.
fn wanted(view: &View<'_>, pod: &Object) -> Option<(String, i64)> {
    const SCALED: &[super::owner::Kind] =
        &[kinds::REPLICATION_CONTROLLER, kinds::REPLICA_SET, kinds::STATEFUL_SET];
    controller_of(pod.value())?;
    let owner = SCALED.iter().find_map(|kind| kind.controller(view.store, pod))?;
    let deployment = kinds::DEPLOYMENT.controller(view.store, owner);
    let owner = deployment.unwrap_or(owner);
    Some((owner.uid().to_string(), owner.value().get("spec").get("replicas").as_int().unwrap_or(1)))
}

/// The pods that are to be evicted and have not gone yet; when to look again; and those that ought to have gone.
///
/// Models `buildDisruptedPodMap`.
fn disrupted<'a>(
    now: Instant,
    budget: &Value,
    pods: &[&'a Arc<Object>],
) -> (Value, Option<Duration>, Vec<&'a Arc<Object>>) {
    let noted = budget.get("status").get("disruptedPods");
    let (mut map, mut again, mut late) = (Value::empty_map(), None::<Duration>, Vec::new());
    for pod in pods.iter().copied().filter(|p| !p.is_deleted()) {
        let since = noted.get(pod.name());
        let Some(at) = Instant::parse(since.str()) else { continue };
        let left = at + TIMEOUT - now;
        if left < Duration::ZERO {
            late.push(pod);
        } else {
            map.set(pod.name(), since);
            let left = left.max(Duration::from_millis(1));
            again = Some(again.map_or(left, |again| again.min(left)));
        }
    }
    (map, again, late)
}

/// Models `updatePdbStatus`.
fn updated(
    view: &View<'_>,
    budget: &Object,
    expected: &Expected,
    healthy: i64,
    disrupted: Value,
) -> Option<Write> {
    let allowed = if expected.count <= 0 { 0 } else { (healthy - expected.healthy).max(0) };
    let was = budget.value().get("status");
    let mut status = was.clone();
    let generation = budget.metadata().get("generation");
    status.set("observedGeneration", generation);
    match disrupted.is_empty() {
        true => drop(status.remove("disruptedPods")),
        false => status.set("disruptedPods", disrupted),
    }
    let counts = [
        ("disruptionsAllowed", allowed),
        ("currentHealthy", healthy),
        ("desiredHealthy", expected.healthy),
        ("expectedPods", expected.count),
    ];
    counts.into_iter().for_each(|(field, count)| status.set(field, count));
    eviction::tell(&mut status, view.now);
    written(budget, status)
}

/// No disruption is allowed where it is not known how many may be.
///
/// Models `failSafe`.
fn failed(view: &View<'_>, budget: &Object, why: &str) -> Option<Write> {
    let mut status = budget.value().get("status").clone();
    status.set("disruptionsAllowed", 0);
    eviction::put(&mut status, "False", "SyncFailed", why, view.now);
    written(budget, status)
}

fn written(budget: &Object, status: Value) -> Option<Write> {
    let was = budget.value().get("status");
    let same = |a: &Value, b: &Value| a.entries().iter().all(|(field, value)| b.get(field) == value);
    if same(was, &status) && same(&status, was) {
        return None;
    }
    let mut object = budget.value().clone();
    object.set("status", status);
    Some(Write::silent(Action::UpdateStatus { resource: BUDGETS.into(), object }))
}

fn unmanaged(selector: &Value) -> String {
    let labels = selector.get("matchLabels").entries().iter();
    let labels: String = labels.map(|(k, v)| format!("{k}: {},", v.str())).collect();
    let expression = |e: &Value| {
        let values: Vec<&str> = e.get("values").items().iter().map(Value::str).collect();
        let (key, operator) = (e.get("key").str(), e.get("operator").str());
        format!("LabelSelectorRequirement{{Key:{key},Operator:{operator},Values:[{}],}},", values.join(" "))
    };
    let expressions: String = selector.get("matchExpressions").items().iter().map(expression).collect();
    format!(
        "Pods selected by this PodDisruptionBudget (selector: &LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set \".spec.minAvailable\" field of the PDB to an integer value."
    )
}
