//! A namespace that is to go takes everything in it along, the pods first.
//!
//! Models `pkg/controller/namespace`.

mod conditions;

use super::{Action, Controller, Due, Heard, Key, Outcome, Retry, View, Write};
use crate::base::{Duration, Instant, Text, Value};
use crate::registry::write::Propagation;
use crate::store::Object;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "namespace-controller",
    manager: "kube-controller-manager",
    component: "namespace-controller",
    affected: |_, heard| affected(heard),
    sync,
    // Within a minute it is always tried again.
    retry: Retry { first: Duration::from_millis(5), most: Duration::from_secs(60), times: u32::MAX },
};

const RESOURCE: &str = "namespaces";
const FINALIZER: &str = "kubernetes";
/// So long other API servers may take to hear of the deletion.
const GRACE: Duration = Duration::from_secs(5);
/// What finalizers are given before it is looked again.
const FINALIZER_SECONDS: i64 = 15;

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let object = &heard.event.object;
    match heard.event.resource == RESOURCE && object.is_deleted() {
        true => [Due { key: Key::of(object), after: GRACE }].into(),
        false => Vec::new(),
    }
}

/// One step at a time: pods, everything else, the conditions, and the namespace itself.
///
/// Models `namespacedResourcesDeleter.Delete`.
fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(namespace) = view.store.get(RESOURCE, &key.namespace, &key.name).filter(|n| n.is_deleted())
    else {
        return Outcome::default();
    };
    if namespace.value().get("spec").get("finalizers").is_empty() {
        return Outcome::default();
    }
    let name = namespace.name();
    let pods: Vec<_> = view.store.list("pods", name).collect();
    if let Some(outcome) = deleting("pods", &pods) {
        return outcome;
    }
    if !pods.is_empty() {
        return waiting_for_pods(view, namespace, &pods);
    }
    let content = content(view, name);
    let deletes = content.iter().filter_map(|(resource, objects)| deleting(resource, objects));
    let writes: Vec<Write> = deletes.flat_map(|outcome| outcome.writes).collect();
    if !writes.is_empty() {
        return at_once(writes);
    }
    let remaining = Remaining::of(&content);
    let mut writes: Vec<Write> =
        conditions::updated(namespace, &remaining, None, view.now).into_iter().collect();
    if remaining.resources.is_empty() {
        writes.push(finalized(namespace));
        return Outcome { writes, ..Outcome::default() };
    }
    Outcome { writes, again: Some(after(FINALIZER_SECONDS)), ..Outcome::default() }
}

/// All that is in the namespace, by resource.
fn content<'a>(view: &View<'a>, namespace: &'a Text) -> BTreeMap<&'a Text, Vec<&'a Arc<Object>>> {
    let resources = view.store.resources().map(|r| (r, view.store.list(r, namespace).collect::<Vec<_>>()));
    resources.filter(|(_, objects)| !objects.is_empty()).collect()
}

/// The deletion of those that are not being deleted yet; none if there are none.
fn deleting(resource: &str, objects: &[&Arc<Object>]) -> Option<Outcome> {
    let delete = |object: &&Arc<Object>| {
        let key = Key::of(object);
        let (uid, propagation) = (Text::EMPTY, Some(Propagation::Background));
        Write::silent(Action::Delete { resource: resource.into(), key, uid, grace_period: None, propagation })
    };
    let writes: Vec<Write> = objects.iter().filter(|o| !o.is_deleted()).map(delete).collect();
    (!writes.is_empty()).then(|| at_once(writes))
}

/// Then it is looked at what is left.
fn at_once(writes: Vec<Write>) -> Outcome {
    Outcome { writes, again: Some(Duration::ZERO), ..Outcome::default() }
}

/// As long as there are pods nothing else is deleted, and the conditions do not speak of what is left.
fn waiting_for_pods(view: &View<'_>, namespace: &Object, pods: &[&Arc<Object>]) -> Outcome {
    let estimate = patience(view.now, namespace, pods);
    let finalizers = pods.iter().any(|p| !p.metadata().get("finalizers").is_empty());
    let seconds = match (estimate, finalizers) {
        (0, true) => FINALIZER_SECONDS,
        (estimate, _) => estimate,
    };
    let unexpected = (seconds == 0).then(|| {
        alloc::format!(
            "unexpected items still remain in namespace: {} for gvr: /v1, Resource=pods",
            namespace.name()
        )
    });
    let failed = unexpected.is_some();
    let write = conditions::updated(namespace, &Remaining::default(), unexpected.as_deref(), view.now);
    let again = (!failed).then(|| after(seconds));
    Outcome { writes: write.into_iter().collect(), failed, again, ..Outcome::default() }
}

/// The longest that a pod may take to end, in seconds; nothing once that time is over.
///
/// Models `estimateGracefulTermination`.
fn patience(now: Instant, namespace: &Object, pods: &[&Arc<Object>]) -> i64 {
    let running = pods.iter().filter(|p| !p.has_ended());
    let grace = running.map(|p| p.value().at(&["spec", "terminationGracePeriodSeconds"]).int());
    let longest = grace.max().unwrap_or(0);
    let since = Instant::parse(namespace.metadata().get("deletionTimestamp").str()).unwrap_or(now);
    if now - since >= Duration::from_secs(longest) { 0 } else { longest }
}

fn after(seconds: i64) -> Duration {
    Duration::from_secs(seconds / 2 + 1)
}

/// The namespace without the finalizer of this controller.
fn finalized(namespace: &Object) -> Write {
    let mut object = namespace.value().clone();
    object.entry("spec").entry("finalizers").list_mut().retain(|f| f.str() != FINALIZER);
    Write::silent(Action::Finalize { namespace: object })
}

/// What will not go: by resource, and by what holds it up.
#[derive(Debug, Default)]
struct Remaining {
    resources: BTreeMap<String, usize>,
    finalizers: BTreeMap<String, usize>,
}

impl Remaining {
    fn of(content: &BTreeMap<&Text, Vec<&Arc<Object>>>) -> Remaining {
        let mut remaining = Remaining::default();
        for (resource, objects) in content {
            remaining.resources.insert((***resource).into(), objects.len());
            let finalizers = objects.iter().flat_map(|o| o.metadata().get("finalizers").items());
            for finalizer in finalizers.map(Value::str) {
                *remaining.finalizers.entry(finalizer.into()).or_default() += 1;
            }
        }
        remaining
    }
}
