//! Which ReplicaSet has the Deployment's template, and the numbers of revisions.
//!
//! Models `getAllReplicaSetsAndSyncRevision` in `pkg/controller/deployment/sync.go`.

use super::set::{DESIRED, HASH_LABEL, MAX, REVISION, REVISION_HISTORY, Set};
use super::{Rollout, is_controlled, rolling, scale, status, with_status, wrote};
use crate::base::sort;
use crate::base::{Status, Value};
use crate::controllers::owner::name_of;
use crate::controllers::{Action, Detail, Key, Outcome, Record, View, Write, conditions, kinds, template};
use crate::store::Object;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The history of a revision's numbers is cut to so many characters.
const HISTORY_MAX: usize = 2000;

/// What a Deployment's annotations say of itself, and not of its pods.
const OWN_ANNOTATIONS: &[&str] = &[
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    REVISION_HISTORY,
    DESIRED,
    MAX,
    "deprecated.deployment.rollback.to",
];

/// The set with the Deployment's template, the oldest of them, and the others, oldest first.
pub(super) fn split<'a>(deployment: &Object, sets: &[&'a Arc<Object>]) -> (Option<Set<'a>>, Vec<Set<'a>>) {
    let mut sets: Vec<Set<'a>> = sets.iter().map(|o| Set(o)).collect();
    sort::by_key(&mut sets, Set::age);
    let wanted = deployment.value().get("spec").get("template");
    let new = sets.iter().position(|s| is_same(s.value().get("spec").get("template"), wanted));
    let new = new.map(|at| sets.remove(at));
    (new, sets)
}

/// Whether a set's template is that of the Deployment but for the label with the hash.
///
/// Models `EqualIgnoreHash`.
fn is_same(template: &Value, wanted: &Value) -> bool {
    let spec = |t: &Value| t.get("spec").clone();
    if spec(template) != spec(wanted) {
        return false;
    }
    let plain = |t: &Value| {
        let mut metadata = t.get("metadata").clone();
        let mut labels = metadata.remove("labels").unwrap_or_default();
        labels.remove(HASH_LABEL);
        metadata.map_mut().retain(|_, v| !v.is_empty());
        (metadata, labels.entries().to_vec())
    };
    let (mut a, mut b) = (plain(template), plain(wanted));
    sort::by(&mut a.1, |x, y| x.0.cmp(&y.0));
    sort::by(&mut b.1, |x, y| x.0.cmp(&y.0));
    a == b
}

/// Brings the annotations of the new set, and then those of the Deployment, up to date.
pub(super) fn sync(rollout: &Rollout<'_>) -> Vec<Write> {
    let Some(new) = &rollout.new else { return Vec::new() };
    let mut object = new.value().clone();
    let annotated = annotate(rollout, &mut object, next_revision(rollout));
    let min_ready = rollout.spec().get("minReadySeconds");
    let patient = object.get("spec").get("minReadySeconds").int() == min_ready.int();
    if annotated || !patient {
        conditions::set_count(object.entry("spec"), "minReadySeconds", min_ready.int());
        return [Write::silent(Action::Update { resource: kinds::REPLICA_SET.resource.into(), object })]
            .into();
    }
    let mut deployment = rollout.value().clone();
    let mut changed = number(&mut deployment, new.annotation(REVISION));
    if status::has_deadline(rollout) && conditions::find(&deployment, status::PROGRESSING).is_none() {
        let message = format!("Found new replica set \"{}\"", new.name());
        let now = rollout.view.now;
        let found = status::condition(status::PROGRESSING, "True", "FoundNewReplicaSet", &message, now);
        status::put(deployment.entry("status"), found);
        changed = true;
    }
    if changed { [updated(deployment)].into() } else { Vec::new() }
}

fn updated(deployment: Value) -> Write {
    Write::silent(Action::UpdateStatus { resource: kinds::DEPLOYMENT.resource.into(), object: deployment })
}

fn next_revision(rollout: &Rollout<'_>) -> i64 {
    rollout.old.iter().filter_map(Set::revision).max().unwrap_or(0) + 1
}

/// Notes the revision on the Deployment; answers whether that was news.
fn number(deployment: &mut Value, revision: &str) -> bool {
    if deployment.at(&["metadata", "annotations", REVISION]).str() == revision {
        return false;
    }
    deployment.entry_at(&["metadata", "annotations"]).set(REVISION, revision);
    true
}

/// Gives a set the Deployment's annotations and its revision; answers whether anything was news.
///
/// Models `SetNewReplicaSetAnnotations`.
fn annotate(rollout: &Rollout<'_>, set: &mut Value, revision: i64) -> bool {
    let mut news = false;
    for (key, value) in rollout.value().get("metadata").get("annotations").entries() {
        let there = set.at(&["metadata", "annotations", key]) == value;
        if !there && !OWN_ANNOTATIONS.contains(&key.as_str()) {
            set.entry_at(&["metadata", "annotations"]).set(key, value);
            news = true;
        }
    }
    let old = set.at(&["metadata", "annotations", REVISION]).str().to_string();
    let number = if old.is_empty() { Some(0) } else { old.parse::<i64>().ok() };
    // A revision that is no number is left alone, and so is all that depends on it.
    let Some(number) = number else { return false };
    if number >= revision {
        return news;
    }
    let annotations = set.entry_at(&["metadata", "annotations"]);
    annotations.set(REVISION, format!("{revision}"));
    if !old.is_empty() {
        let history = history(annotations.get(REVISION_HISTORY).str(), &old);
        history.into_iter().for_each(|h| annotations.set(REVISION_HISTORY, h));
    }
    true
}

/// The numbers that a revision has had, with one more; the oldest are forgotten where they would be too long. None
/// where even that does not make room.
fn history(before: &str, old: &str) -> Option<String> {
    if before.is_empty() {
        return Some(old.into());
    }
    let mut numbers: Vec<&str> = before.split(',').collect();
    let mut length = before.len() + old.len() + 1;
    while length > HISTORY_MAX && !numbers.is_empty() {
        length -= numbers.remove(0).len() + 1;
    }
    numbers.push(old);
    (length <= HISTORY_MAX).then(|| numbers.join(","))
}

/// Makes the new set, of the size it may have at once, and says so in the Deployment's status.
pub(super) fn create(rollout: &Rollout<'_>) -> Outcome {
    let store = rollout.view.store;
    let set = new_set(rollout);
    let (namespace, name) = (rollout.deployment.namespace(), name_of(&set));
    if let Some(there) = store.get(kinds::REPLICA_SET.resource, namespace, &name) {
        let mine = is_controlled(there.value(), rollout.deployment)
            && is_same(there.value().get("spec").get("template"), rollout.spec().get("template"));
        // Its own set that it does not select is no collision, but there is nothing it can do with it.
        return if mine { wrote(Vec::new()) } else { collided(rollout) };
    }
    let size = set.get("spec").get("replicas").int();
    let (done, failed) = (
        (size > 0).then(|| ("ScalingReplicaSet", format!("Scaled up replica set {{name}} from 0 to {size}"))),
        Some(("ReplicaSetCreateError", refusal(&name, "{error}"))),
    );
    let record =
        Record { about: rollout.value().clone(), done, failed, warning: false, detail: Detail::default() };
    let action = Action::Create { resource: kinds::REPLICA_SET.resource.into(), object: set.clone() };
    let create = Write { action, record: Some(record) };
    let mut deployment = rollout.value().clone();
    number(&mut deployment, &format!("{}", next_revision(rollout)));
    if status::has_deadline(rollout) {
        let message = format!("Created new replica set \"{name}\"");
        let now = rollout.view.now;
        let created = status::condition(status::PROGRESSING, "True", "NewReplicaSetCreated", &message, now);
        status::put(deployment.entry("status"), created);
    }
    if size == 0 {
        return Outcome {
            writes: [create, updated(deployment)].into(),
            otherwise: Some(refused),
            ..Outcome::default()
        };
    }
    // Pods take longer to come than this takes to be written again: the status knows of the set, but of no pods in it
    // yet, and those that come later are progress. A set that is to have none has told so by then.
    let (deployment, set) = (Arc::new(Object::new(deployment)), Arc::new(Object::new(set)));
    let made =
        Rollout { deployment: &deployment, new: Some(Set(&set)), old: rollout.old.clone(), ..*rollout };
    let (status, again) = status::rollout(&made);
    let status = status.unwrap_or_else(|| updated(deployment.value().clone()));
    Outcome { writes: [create, status].into(), again, otherwise: Some(refused), ..Outcome::default() }
}

fn new_set(rollout: &Rollout<'_>) -> Value {
    let deployment = rollout.value();
    let mut template = rollout.spec().get("template").clone();
    let collisions = deployment.get("status").get("collisionCount").as_int();
    let hash = template::hash(rollout.view.schema, &template, collisions);
    template.entry_at(&["metadata", "labels"]).set(HASH_LABEL, hash.as_str());
    let mut selector = deployment.get("spec").get("selector").clone();
    selector.entry("matchLabels").set(HASH_LABEL, hash.as_str());
    let metadata = Value::map([
        ("name", Value::from(set_name(rollout.deployment.name(), &hash))),
        ("namespace", rollout.deployment.namespace().into()),
        ("labels", template.get("metadata").get("labels").clone()),
        ("ownerReferences", Value::list([kinds::DEPLOYMENT.reference(deployment)])),
    ]);
    let mut spec =
        Value::map([("replicas", Value::from(rolling::new_size(rollout, None))), ("selector", selector)]);
    spec.set("template", template);
    conditions::set_count(&mut spec, "minReadySeconds", rollout.spec().get("minReadySeconds").int());
    let mut set = Value::map([("metadata", metadata), ("spec", spec)]);
    annotate(rollout, &mut set, next_revision(rollout));
    scale::annotate(rollout, &mut set);
    set
}

/// Models `generateReplicaSetName`.
fn set_name(deployment: &str, hash: &str) -> String {
    let room = 253_usize.saturating_sub(1 + hash.len());
    format!("{}-{hash}", deployment.get(..room).unwrap_or(deployment))
}

/// Another template, or somebody else's set, has the name: the next try uses another hash.
fn collided(rollout: &Rollout<'_>) -> Outcome {
    let mut status = rollout.value().get("status").clone();
    let collisions = status.get("collisionCount").int();
    status.set("collisionCount", collisions + 1);
    wrote([with_status(rollout.value(), status)].into())
}

fn refusal(set: &str, error: &str) -> String {
    format!("Failed to create new replica set \"{set}\": {error}")
}

/// The set could not be made: the status tells why.
fn refused(view: &View<'_>, key: &Key, why: &Status) -> Vec<Write> {
    let Some(deployment) = view.store.get(kinds::DEPLOYMENT.resource, &key.namespace, &key.name) else {
        return Vec::new();
    };
    let rollout = Rollout { view, deployment, new: None, old: Vec::new() };
    if !status::has_deadline(&rollout) {
        return Vec::new();
    }
    let message = refusal(&name_of(&new_set(&rollout)), &why.message);
    let mut status = deployment.value().get("status").clone();
    let failed = status::condition(status::PROGRESSING, "False", "ReplicaSetCreateError", &message, view.now);
    status::put(&mut status, failed);
    [with_status(deployment.value(), status)].into()
}
