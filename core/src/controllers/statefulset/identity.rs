//! Which pod of a StatefulSet a pod is.
//!
//! Models `pkg/controller/statefulset/stateful_set_utils.go`.

use super::{Set, claims};
use crate::base::{Text, Value};
use crate::controllers::history::Revision;
use crate::controllers::{kinds, template};
use crate::store::Object;
use alloc::format;

const NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
const NUMBER_LABEL: &str = "apps.kubernetes.io/pod-index";
const REVISION_LABEL: &str = "controller-revision-hash";

/// The number that a pod's name ends in.
pub(super) fn number(name: &str) -> Option<i64> {
    parent_and_number(name).map(|(_, number)| number)
}

fn parent_and_number(name: &str) -> Option<(&str, i64)> {
    let (parent, number) = name.rsplit_once('-')?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    Some((parent, number.parse::<i32>().ok().filter(|_| digits)?.into()))
}

/// Whether the pod's name is one that the set gives.
pub(super) fn is_member(set: &Object, pod: &Value) -> bool {
    let name = pod.get("metadata").get("name").str();
    parent_and_number(name).is_some_and(|(parent, _)| parent == set.name().as_str())
}

/// The revision that the pod was made after.
pub(super) fn revision(pod: &Value) -> &str {
    pod.get("metadata").get("labels").get(REVISION_LABEL).str()
}

/// Whether the pod bears its own name as a label.
pub(super) fn matches(pod: &Object) -> bool {
    pod.labels().get(NAME_LABEL).str() == pod.name().as_str()
}

/// Gives the pod the labels of its name and number.
pub(super) fn identify(pod: &mut Value, name: &Text, number: i64) {
    let labels = pod.entry_at(&["metadata", "labels"]);
    labels.set(NAME_LABEL, name);
    labels.set(NUMBER_LABEL, format!("{number}"));
}

/// The pod of that number, as it is created.
///
/// Models `newVersionedStatefulSetPod`.
pub(super) fn new_pod(set: &Set<'_>, number: i64) -> Value {
    let revision = revision_for(set, number);
    let name = Text::from(format!("{}-{number}", set.object.name()));
    let mut pod = template::pod(&revision.template, set.value(), kinds::STATEFUL_SET);
    pod.entry("metadata").set("name", &name);
    identify(&mut pod, &name, number);
    pod.entry_at(&["metadata", "labels"]).set(REVISION_LABEL, &revision.name);
    let spec = pod.entry("spec");
    spec.set("hostname", &name);
    let service = set.spec().get("serviceName");
    if !service.is_empty() {
        spec.set("subdomain", service);
    }
    claims::mount(set, &mut pod, number);
    pod
}

/// Pods that an update has not come to yet, or does not come to, are made as they were.
fn revision_for<'s>(set: &'s Set<'_>, number: i64) -> &'s Revision {
    let strategy = set.spec().get("updateStrategy");
    let rolling = strategy.get("rollingUpdate");
    let old = match rolling.is_null() {
        true => {
            let current = set.value().get("status").get("currentReplicas").int();
            strategy.get("type").str() == "RollingUpdate" && number < set.start() + current
        }
        false => number < set.start() + rolling.get("partition").int(),
    };
    if old { &set.current } else { &set.update }
}
