//! What a selector matches: nothing, too much, or what another one matches already.

use super::finding::{Finding, Fix, Severity, set};
use super::owner::{Owner, owner, workloads};
use super::ports::{self, Reach};
use super::scene::{Scene, concern, labels_text, listed_pods};
use super::selector_near;
use crate::base::sort;
use crate::base::{Selector, Text, Value};
use crate::object::{Service, ServiceType, resource};
use crate::store::Object;
use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if !scene.selects() {
        return;
    }
    if scene.pods.is_empty() {
        findings.push(nothing(scene));
    } else {
        findings.extend(too_broad(scene));
    }
    findings.extend(duplicate(scene));
}

fn nothing(scene: &Scene<'_>) -> Finding {
    let selector = Selector::from_map(scene.service.selector());
    let made = workloads(scene.store, scene.namespace()).find(|(_, labels)| selector.matches(labels));
    if let Some((workload, _)) = made {
        return no_pods(scene, &workload);
    }
    let elsewhere = scene.store.select(resource::PODS, "", &selector).take(SHOWN).collect::<Vec<_>>();
    if let Some(first) = elsewhere.first() {
        let message = format!(
            "No pod in namespace {} has the labels {}; {} in namespace {} has. A Service selects pods of its own namespace only.",
            scene.namespace(),
            labels_text(scene.service.selector()),
            listed_pods(elsewhere.get(..1).unwrap_or_default()),
            first.namespace(),
        );
        let found =
            scene.finding("pods-in-another-namespace", Severity::Error, "metadata.namespace", message);
        return found.with(elsewhere.iter().map(|p| concern("Pod", p)));
    }
    selector_near::nothing(scene)
}

/// So many objects are named beside a finding.
const SHOWN: usize = 5;

/// The workload whose pods it selects has none.
fn no_pods(scene: &Scene<'_>, workload: &Owner<'_>) -> Finding {
    let (kind, name) = (workload.concern.kind, &workload.concern.name);
    let spec = workload.object.value().get("spec");
    if spec.get("replicas").as_int() == Some(0) {
        let message = format!("{kind} {name}, whose pods it selects, is asked for none: it has 0 replicas.");
        let place = workload.concern.clone().field("spec.replicas");
        let fix =
            Fix::new(format!("Ask {kind} {name} for one replica"), &place, [set(&["spec", "replicas"], 1)]);
        return Finding::new("no-replicas", Severity::Error, place, message)
            .with([scene.place("spec.selector")])
            .fixed_by(Some(fix));
    }
    let conditions = workload.object.value().at(&["status", "conditions"]).items();
    let failure = conditions.iter().find(|c| c.get("type").str() == "ReplicaFailure");
    let why = failure.map(|c| format!(": {}", c.get("message").str())).unwrap_or_default();
    let message = format!("{kind} {name}, whose pods it selects, has no pods{why}.");
    Finding::new("pods-not-created", Severity::Error, workload.concern.clone(), message)
        .with([scene.place("spec.selector")])
}

/// It selects pods of several workloads, and those of one do not serve its ports.
///
/// Two versions of one program behind one Service are as they are meant to be.
fn too_broad(scene: &Scene<'_>) -> Option<Finding> {
    let serves = |pod: &Arc<Object>| {
        let mut all = scene.service.ports();
        all.any(|p| matches!(ports::reach(pod, p), Reach::Listens(_) | Reach::OnlyItself(_)))
    };
    let (good, bad): (Vec<_>, Vec<_>) = scene.pods.iter().copied().partition(|p| serves(p));
    let owner_of = |pod: &&Arc<Object>| owner(scene.store, pod).concern;
    let mut intended = good.iter().map(owner_of);
    let stranger = bad.iter().map(owner_of).find(|o| !intended.clone().any(|i| i == *o))?;
    let first = intended.next()?;
    let message = format!(
        "The selector {} also matches {}, which belongs to {} {} and does not serve its ports: requests that end there fail.",
        labels_text(scene.service.selector()),
        listed_pods(bad.get(..1)?),
        stranger.kind,
        stranger.name,
    );
    let fix = telling_label(&good, &bad).map(|(key, value)| {
        let title = format!("Select only pods with {key}={value}");
        Fix::new(title, &scene.place(""), [set(&["spec", "selector", &key], value.to_string())])
    });
    let found = scene.finding("selector-too-broad", Severity::Error, "spec.selector", message);
    Some(found.with([first, stranger]).fixed_by(fix))
}

/// A label that all the good ones have in common and none of the bad ones has.
fn telling_label(good: &[&Arc<Object>], bad: &[&Arc<Object>]) -> Option<(Text, Text)> {
    /// What controllers put on pods changes with each version of them.
    const PASSING: &[&str] =
        &["pod-template-hash", "controller-revision-hash", "statefulset.kubernetes.io/pod-name"];
    let labels = good.first()?.labels().entries().iter();
    let mut labels = labels.filter(|(key, _)| !PASSING.contains(&key.as_str()));
    let tells = |key: &str, value: &Value| {
        good.iter().all(|p| p.labels().find(key) == Some(value))
            && bad.iter().all(|p| p.labels().find(key) != Some(value))
    };
    labels.find(|(key, value)| tells(key, value)).map(|(key, value)| (key.clone(), value.str().into()))
}

/// Another Service leads to the same pods and ports. One with and one without a cluster IP have each their use.
fn duplicate(scene: &Scene<'_>) -> Option<Finding> {
    let targets = |service: Service<'_>| {
        let mut all =
            service.ports().map(|p| format!("{:?} {}", p.target_port(), p.protocol())).collect::<Vec<_>>();
        sort::sort(&mut all);
        all
    };
    let same = |other: &&Arc<Object>| {
        let service = Service::of(other.value());
        other.name() < scene.name()
            && service.kind() != ServiceType::ExternalName
            && service.selector() == scene.service.selector()
            && service.kind() == scene.service.kind()
            && service.is_headless() == scene.service.is_headless()
            && targets(service) == targets(scene.service)
    };
    let mut others = scene.store.selecting(resource::SERVICES, scene.namespace(), scene.service.selector());
    let other = others.find(same)?;
    let message = format!("Service {} selects the same pods and leads to the same ports.", other.name());
    let found = scene.finding("duplicate-service", Severity::Hint, "spec.selector", message);
    Some(found.with([concern("Service", other)]))
}
