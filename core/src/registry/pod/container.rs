//! What each container must be like, whatever list it is in.
//!
//! Models `validateContainerCommon` of `pkg/apis/core/validation/validation.go`.

use super::containers::Containers;
use super::{env, mounts, security};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use crate::registry::resources;
use alloc::collections::BTreeSet;

pub(super) const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];
const MESSAGE_POLICIES: &[&str] = &["File", "FallbackToLogsOnError"];
const PULL_POLICIES: &[&str] = &["Always", "IfNotPresent", "Never"];
const RESIZABLE: &[&str] = &["cpu", "memory"];
const RESIZE_POLICIES: &[&str] = &["NotRequired", "RestartContainer"];
const RESTART_POLICIES: &[&str] = &["Always", "Never", "OnFailure"];
const RULE_ACTIONS: &[&str] = &["Restart", "RestartAllContainers"];
const RULE_OPERATORS: &[&str] = &["In", "NotIn"];
const RULES_MAX: usize = 20;
const EXIT_CODES_MAX: usize = 255;

pub(super) fn check(at: &Path<'_>, container: &Value, pod: &Containers<'_>, errors: &mut Errors) {
    match container.get("name").str() {
        "" => errors.push(field::required(&(at / "name"), "")),
        name => rules::complain(&(at / "name"), name, names::dns1123_label(name), errors),
    }
    rules::required(container, "image", at, errors);
    let policy = container.get("terminationMessagePolicy").str();
    rules::required_one_of(&(at / "terminationMessagePolicy"), policy, MESSAGE_POLICIES, errors);
    ports(&(at / "ports"), container.get("ports"), errors);
    env::check(&(at / "env"), container.get("env"), errors);
    env::check_from(&(at / "envFrom"), container.get("envFrom"), errors);
    mounts::check_volumes(&(at / "volumeMounts"), container, &pod.volumes, errors);
    mounts::check_devices(&(at / "volumeDevices"), container, &pod.volumes, errors);
    pull_policy(&(at / "imagePullPolicy"), container.get("imagePullPolicy").str(), errors);
    let name_rule = resources::check_container_name;
    resources::check_requirements(
        &(at / "resources"),
        container.get("resources"),
        name_rule,
        pod.around,
        errors,
    );
    resize_policy(&(at / "resizePolicy"), container, pod.spec, errors);
    let context = container.get("securityContext");
    security::check_container(&(at / "securityContext"), context, pod, errors);
}

fn ports(at: &Path<'_>, ports: &Value, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for (i, port) in ports.items().iter().enumerate() {
        let at = at / i;
        let name = port.get("name").str();
        if !name.is_empty() {
            let complaints = names::port_name(name);
            if complaints.is_empty() && !seen.insert(name) {
                errors.push(field::duplicate(&(&at / "name"), name));
            }
            rules::complain(&(&at / "name"), name, complaints, errors);
        }
        match port.get("containerPort").int() {
            0 => errors.push(field::required(&(&at / "containerPort"), "")),
            n => rules::complain(&(&at / "containerPort"), n, names::port_number(n), errors),
        }
        let host = port.get("hostPort").int();
        if host != 0 {
            rules::complain(&(&at / "hostPort"), host, names::port_number(host), errors);
        }
        rules::required_one_of(&(&at / "protocol"), port.get("protocol").str(), PROTOCOLS, errors);
    }
}

pub(in crate::registry) fn pull_policy(at: &Path<'_>, policy: &str, errors: &mut Errors) {
    rules::required_one_of(at, policy, PULL_POLICIES, errors);
}

fn resize_policy(at: &Path<'_>, container: &Value, spec: &Value, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    let never = spec.get("restartPolicy").str() == "Never";
    for (i, policy) in container.get("resizePolicy").items().iter().enumerate() {
        let (resource, restart) = (policy.get("resourceName").str(), policy.get("restartPolicy").str());
        if !seen.insert(resource) {
            errors.push(field::duplicate(&(at / i), resource));
        }
        // Upstream names the list, not the item.
        rules::required_one_of(at, resource, RESIZABLE, errors);
        rules::required_one_of(at, restart, RESIZE_POLICIES, errors);
        if never && restart != "NotRequired" {
            let detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
            errors.push(field::invalid(at, restart, detail));
        }
    }
}

/// A policy of the container's own, and the rules that go with it.
///
/// Models `validateContainerRestartPolicy`.
pub(super) fn restart_policy(at: &Path<'_>, container: &Value, errors: &mut Errors) {
    let (policy, rules_) = (container.get("restartPolicy"), container.get("restartPolicyRules").items());
    let policy_at = at / "restartPolicy";
    if policy.is_null() && rules_.is_empty() {
        return;
    }
    match policy.as_text() {
        Some(policy) => rules::one_of(&policy_at, policy, RESTART_POLICIES, errors),
        None => {
            errors
                .push(field::required(&policy_at, "must specify restartPolicy when restart rules are used"));
        }
    }
    let at = at / "restartPolicyRules";
    if rules_.len() > RULES_MAX {
        errors.push(field::too_many(&at, rules_.len(), RULES_MAX));
    }
    for (i, rule) in rules_.iter().enumerate() {
        let at = &at / i;
        rules::one_of(&(&at / "action"), rule.get("action").str(), RULE_ACTIONS, errors);
        let (codes_at, codes) = (&at / "exitCodes", rule.get("exitCodes"));
        if codes.is_null() {
            errors.push(field::required(&codes_at, "must be specified"));
            continue;
        }
        rules::one_of(&(&codes_at / "operator"), codes.get("operator").str(), RULE_OPERATORS, errors);
        let count = codes.get("values").items().len();
        if count > EXIT_CODES_MAX {
            errors.push(field::too_many(&(&codes_at / "values"), count, EXIT_CODES_MAX));
        }
    }
}
