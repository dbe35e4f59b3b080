//! The CPU and memory of a pod that runs: `pods/resize`.
//!
//! Models `podResizeStrategy` of `pkg/registry/core/pod/strategy.go` and `ValidatePodResize` of
//! `pkg/apis/core/validation/validation.go`.

use super::{Options, annotations, dropped, ephemeral, is_sidecar, prepare, qos, requests};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::strategy::Subresource;
use crate::registry::{edit, meta};
use alloc::format;
use alloc::vec::Vec;

pub(super) const SUBRESOURCE: Subresource = Subresource { name: "resize", prepare: only_resources, validate };

const SPEC: Path<'static> = Path::new("spec");
const LISTS: &[&str] = &["containers", "initContainers"];
const ONLY: &str = "only cpu and memory resources are mutable";
/// The resources that a pod may get more or less of.
const RESIZABLE: &[&str] = &["cpu", "memory"];

fn only_resources(pod: &mut Value, old: &Value) {
    let counts =
        |o: &Value| LISTS.iter().map(|list| o.get("spec").get(list).items().len()).collect::<Vec<_>>();
    // Where there are others now, all of it is left to validation.
    if counts(pod) == counts(old) {
        let was = old.get("spec");
        let mut spec = was.clone();
        for list in LISTS.iter().filter(|list| !was.get(list).is_empty()) {
            spec.set(list, resized(pod.get("spec").get(list), was.get(list)));
        }
        let own = pod.at(&["spec", "resources"]).clone();
        if own.is_null() {
            spec.remove("resources");
        } else {
            spec.set("resources", own);
        }
        ephemeral::reset(pod, old);
        pod.set("spec", spec);
    }
    let was = old.at(&["spec", "resources"]);
    if pod.at(&["spec", "resources"]).is_null() && !was.is_null() {
        pod.entry("spec").set("resources", was);
    }
    if !pod.at(&["spec", "resources"]).is_null() {
        edit::member(pod, "spec", requests::default);
    }
    dropped::drop_disabled(pod, old);
    prepare::bump_generation(pod, old);
}

/// The containers as they were, with their new resources; the new ones where they are not the same any more.
fn resized(new: &Value, old: &Value) -> Value {
    let pairs = || old.items().iter().zip(new.items());
    if pairs().any(|(was, is)| was.get("name") != is.get("name")) {
        return new.clone();
    }
    Value::list(pairs().map(|(was, is)| {
        let mut container = was.clone();
        for name in ["resources", "resizePolicy"] {
            prepare::keep(&mut container, is, name);
        }
        container
    }))
}

fn validate(pod: &Value, old: &Value) -> Errors {
    let options = Options { is_pod: true, ..Options::from_old(old) };
    let mut errors = meta::validate_update_kube(pod, old);
    super::validate::metadata_and_spec(pod, &options, &mut errors);
    let refused = |what: &str| [field::forbidden(&Path::new(""), format!("{what} pods cannot be resized"))];
    if old.at(&["metadata", "annotations"]).find(annotations::MIRROR).is_some() {
        return refused("static").into();
    }
    let (new, was) = (pod.get("spec"), old.get("spec"));
    if was.at(&["os", "name"]).str() == "windows" {
        return refused("windows").into();
    }
    let class = match old.at(&["status", "qosClass"]).str() {
        "" => qos::class(was),
        class => class,
    };
    if class != qos::class(new) {
        let detail = "Pod QOS Class may not change as a result of resizing";
        errors.push(field::invalid(&SPEC, pod.at(&["status", "qosClass"]).str(), detail));
    }
    if !node_supports(old) {
        errors.push(field::forbidden(&SPEC, "Pod running on node without support for resize"));
    }
    let mut masked = new.clone();
    let is_set =
        |spec: &Value| ["requests", "limits"].iter().any(|list| !spec.get("resources").get(list).is_empty());
    if is_set(new) || is_set(was) {
        of_pod(&mut masked, new, was, &mut errors);
    }
    let before = errors.len();
    order(new, was, &mut errors);
    if errors.len() > before {
        return errors;
    }
    removed_of_containers(new, was, &mut errors);
    of_containers(&mut masked, was, &mut errors);
    if new.get("volumes") != was.get("volumes") {
        let detail = "volumes are immutable on resize when InPlacePodVerticalScalingMemoryBackedVolumes feature gate is disabled";
        errors.push(field::forbidden(&(&SPEC / "volumes"), detail));
    }
    if errors.is_empty() && masked != *was {
        errors.push(field::forbidden(&SPEC, ONLY));
    }
    errors
}

/// Models `isPodResizeRequestSupported`.
fn node_supports(pod: &Value) -> bool {
    let statuses = pod.at(&["status", "containerStatuses"]).items();
    let running = statuses.iter().find(|s| !s.get("state").get("running").is_null());
    running.is_none_or(|status| !status.get("resources").is_null())
}

/// What is asked for the pod as a whole.
///
/// Models `validatePodLevelResourcesResize`.
fn of_pod(masked: &mut Value, new: &Value, was: &Value, errors: &mut Errors) {
    let (at, is, was) = (&SPEC / "resources", new.get("resources"), was.get("resources"));
    if !was.is_null() {
        if is.is_null() {
            errors.push(field::forbidden(&at, "pod-level resources cannot be removed"));
            return;
        }
        for list in ["requests", "limits"] {
            if is_removed(is.get(list), was.get(list)) {
                let detail = format!("pod-level resource {list} cannot be removed");
                errors.push(field::forbidden(&(&at / list), detail));
            }
        }
    }
    let mut resources = is.clone();
    mask(&mut resources, was);
    if was.is_null() && resources.is_empty() {
        masked.remove("resources");
    } else {
        masked.set("resources", &resources);
    }
    if masked.get("resources") != was {
        errors.push(field::forbidden(&SPEC, "only cpu and memory resources are mutable at pod-level"));
    }
}

/// Models `validatePodResizeContainerOrdering`.
fn order(new: &Value, was: &Value, errors: &mut Errors) {
    for list in LISTS {
        let at = &SPEC / *list;
        let (is, was) = (new.get(list).items(), was.get(list).items());
        if is.len() != was.len() {
            let detail = format!("{list} may not be added or removed on resize");
            errors.push(field::forbidden(&at, detail));
            continue;
        }
        for (i, (is, was)) in is.iter().zip(was).enumerate() {
            if is.get("name") != was.get("name") {
                let detail = format!("{list} may not be renamed or reordered on resize");
                errors.push(field::forbidden(&(&(&at / i) / "name"), detail));
            }
        }
    }
}

fn removed_of_containers(new: &Value, was: &Value, errors: &mut Errors) {
    for list in ["initContainers", "containers"] {
        let at = &SPEC / list;
        for (i, (is, was)) in new.get(list).items().iter().zip(was.get(list).items()).enumerate() {
            let at = &at / i;
            let at = &at / "resources";
            let (is, was) = (is.get("resources"), was.get("resources"));
            for list in ["requests", "limits"] {
                if is_removed(is.get(list), was.get(list)) {
                    let detail = format!("resource {list} cannot be removed");
                    errors.push(field::forbidden(&(&at / list), detail));
                }
            }
        }
    }
}

/// Puts back the CPU and memory of containers; what differs then may not.
fn of_containers(masked: &mut Value, was: &Value, errors: &mut Errors) {
    for list in LISTS {
        let at = &SPEC / *list;
        let old = was.get(list).items();
        let mut containers = masked.get(list).items().to_vec();
        for (i, (container, was)) in containers.iter_mut().zip(old).enumerate() {
            let changed = container != was;
            if changed {
                edit::member(container, "resources", |resources| mask(resources, was.get("resources")));
            }
            let at_container = &at / i;
            if container != was {
                errors.push(match *list {
                    "containers" => field::forbidden(&SPEC, ONLY),
                    _ => field::forbidden(
                        &at_container,
                        "only cpu and memory resources for init or sidecar containers are mutable",
                    ),
                });
            }
            if *list == "initContainers" && changed && !is_sidecar(container) {
                let restarts = |policy: &&Value| policy.get("restartPolicy").str() == "RestartContainer";
                for _ in container.get("resizePolicy").items().iter().filter(restarts) {
                    let detail = "non-sidecar init containers with a resize policy of RestartContainer cannot be resized";
                    errors.push(field::forbidden(&at_container, detail));
                }
            }
        }
        if !containers.is_empty() {
            masked.set(list, containers);
        }
    }
}

/// Makes CPU and memory what they were.
///
/// Models `dropCPUMemoryUpdates`.
fn mask(resources: &mut Value, was: &Value) {
    for list in ["requests", "limits"] {
        let (mut amounts, old) = (resources.get(list).clone(), was.get(list));
        for name in RESIZABLE {
            prepare::keep(&mut amounts, old, name);
        }
        if amounts.is_empty() {
            resources.remove(list);
        } else {
            amounts.map_mut().sort();
            resources.set(list, amounts);
        }
    }
}

fn is_removed(is: &Value, was: &Value) -> bool {
    was.entries().iter().any(|(name, _)| is.find(name).is_none())
}
