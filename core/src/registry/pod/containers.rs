//! The containers of a pod, as they stand beside each other: regular, init and ephemeral ones.
//!
//! Models `validateContainers`, `validateInitContainers` and `validateEphemeralContainers` of
//! `pkg/apis/core/validation/validation.go`.

use super::{Options, container, is_sidecar, probe, validate};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::resources::Surroundings;
use crate::registry::volume::sources::Volumes;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;

const NOT_FOR_INIT: &str = "may not be set for init containers without restartPolicy=Always";
const NOT_FOR_EPHEMERAL: &str = "cannot be set for an Ephemeral Container";
/// What an ephemeral container cannot have.
const NOT_EPHEMERAL: &[&str] = &[
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
];

/// A pod's spec, and what its containers may refer to.
pub(super) struct Containers<'a> {
    pub(super) spec: &'a Value,
    pub(super) volumes: Volumes<'a>,
    pub(super) around: Surroundings<'a>,
    pub(super) options: &'a Options,
}

/// `at` is the place of the spec.
pub(super) fn check(at: &Path<'_>, pod: &Containers<'_>, errors: &mut Errors) {
    regular(&(at / "containers"), pod, errors);
    init(&(at / "initContainers"), pod, errors);
    ephemeral(&(at / "ephemeralContainers"), pod, errors);
}

fn regular(at: &Path<'_>, pod: &Containers<'_>, errors: &mut Errors) {
    let containers = pod.spec.get("containers").items();
    if containers.is_empty() {
        errors.push(field::required(at, ""));
        return;
    }
    let mut names = BTreeSet::new();
    for (i, container) in containers.iter().enumerate() {
        let at = at / i;
        container::check(&at, container, pod, errors);
        let name = container.get("name").str();
        if !names.insert(name) {
            errors.push(field::duplicate(&(&at / "name"), name));
        }
        probe::check_all(&at, container, pod.spec, errors);
        container::restart_policy(&at, container, errors);
    }
    host_ports_differ(at, containers, errors);
}

fn init(at: &Path<'_>, pod: &Containers<'_>, errors: &mut Errors) {
    let mut names: BTreeSet<&str> =
        pod.spec.get("containers").items().iter().map(|c| c.get("name").str()).collect();
    for (i, container) in pod.spec.get("initContainers").items().iter().enumerate() {
        let container_at = at / i;
        container::check(&container_at, container, pod, errors);
        container::restart_policy(&container_at, container, errors);
        let name = container.get("name").str();
        if names.contains(name) {
            errors.push(field::duplicate(&(&container_at / "name"), name));
        } else if !name.is_empty() {
            names.insert(name);
        }
        // Upstream counts from the start of a list of one.
        host_ports_differ(at, core::slice::from_ref(container), errors);
        if is_sidecar(container) {
            probe::check_all(&container_at, container, pod.spec, errors);
            continue;
        }
        for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
            if !container.get(field).is_null() {
                errors.push(field::forbidden(&(&container_at / field), NOT_FOR_INIT));
            }
        }
        if !pod.options.allow_restart_of_init_containers {
            no_restart_on_resize(&(&container_at / "resizePolicy"), container, errors);
        }
    }
}

fn no_restart_on_resize(at: &Path<'_>, container: &Value, errors: &mut Errors) {
    for (i, policy) in container.get("resizePolicy").items().iter().enumerate() {
        let restart = policy.get("restartPolicy").str();
        if restart == "RestartContainer" {
            let detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
            errors.push(field::invalid(&(&(at / i) / "restartPolicy"), restart, detail));
        }
    }
}

fn ephemeral(at: &Path<'_>, pod: &Containers<'_>, errors: &mut Errors) {
    let others = ["containers", "initContainers"].iter().flat_map(|list| pod.spec.get(list).items());
    let others: BTreeSet<&str> = others.map(|c| c.get("name").str()).collect();
    let mut names = others.clone();
    for (i, container) in pod.spec.get("ephemeralContainers").items().iter().enumerate() {
        let at = at / i;
        container::check(&at, container, pod, errors);
        validate::image_is_trimmed(&at, container, errors);
        let (name, target) = (container.get("name").str(), container.get("targetContainerName").str());
        if !names.insert(name) {
            errors.push(field::duplicate(&(&at / "name"), name));
        }
        if !target.is_empty() && !others.contains(target) {
            errors.push(field::not_found(&(&at / "targetContainerName"), target));
        }
        let is_set = |field: &str| match container.get(field) {
            Value::Null => false,
            Value::Map(map) if field == "resources" => !map.is_empty(),
            _ => true,
        };
        for field in NOT_EPHEMERAL.iter().filter(|f| is_set(f)) {
            errors.push(field::forbidden(&(&at / *field), NOT_FOR_EPHEMERAL));
        }
        let mounts = &at / "volumeMounts";
        for (j, mount) in container.get("volumeMounts").items().iter().enumerate() {
            for field in ["subPath", "subPathExpr"] {
                if !mount.get(field).is_empty() {
                    errors.push(field::forbidden(&(&(&mounts / j) / field), NOT_FOR_EPHEMERAL));
                }
            }
        }
    }
}

/// Models `checkHostPortConflicts`.
fn host_ports_differ(at: &Path<'_>, containers: &[Value], errors: &mut Errors) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (i, container) in containers.iter().enumerate() {
        let container_at = at / i;
        let ports = &container_at / "ports";
        for (j, port) in container.get("ports").items().iter().enumerate() {
            let number = port.get("hostPort").int();
            if number == 0 {
                continue;
            }
            let key = format!("{}/{}/{number}", port.get("protocol").str(), port.get("hostIP").str());
            if taken.contains(&key) {
                errors.push(field::duplicate(&(&(&ports / j) / "hostPort"), key));
            } else {
                taken.insert(key);
            }
        }
    }
}
