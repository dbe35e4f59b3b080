//! What the spec of a pod must be like, in a pod and in a template.
//!
//! Models `ValidatePodSpec` of `pkg/apis/core/validation/validation.go`.

use super::containers::Containers;
use super::{
    Options, affinity, annotations, claims, containers, dns, field_ref, requests, security, tolerations,
    topology, visit, windows,
};
use crate::base::field::{self, Errors};
use crate::base::names::{self, Complaints};
use crate::base::{Path, Value};
use crate::registry::resources::{self, Surroundings};
use crate::registry::volume::sources;
use crate::registry::{check as rules, meta};
use alloc::collections::BTreeSet;
use alloc::format;

const RESTART_POLICIES: &[&str] = &["Always", "OnFailure", "Never"];
const DNS_POLICIES: &[&str] = &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
const PREEMPTION_POLICIES: &[&str] = &["PreemptLowerPriority", "Never"];
const OPERATING_SYSTEMS: &[&str] = &["linux", "windows"];
/// The longest hostname of Linux.
const HOSTNAME_MAX: usize = 64;

/// `metadata` is that of the pod; a template's is not asked.
pub(super) fn check(
    at: &Path<'_>,
    spec: &Value,
    metadata: Option<&Value>,
    options: &Options,
    errors: &mut Errors,
) {
    if spec.get("terminationGracePeriodSeconds").is_null() {
        errors.push(field::required(&(at / "terminationGracePeriodSeconds"), ""));
    }
    let pod_name = metadata.map(|m| m.get("name").str());
    let volumes = sources::check(&(at / "volumes"), spec.get("volumes"), pod_name, options, errors);
    let resource_claims = spec.get("resourceClaims");
    let claims: BTreeSet<&str> =
        resource_claims.items().iter().map(|c| c.get("name").str()).filter(|n| !n.is_empty()).collect();
    let mirror = metadata.is_some_and(|m| m.get("annotations").find(annotations::MIRROR).is_some());
    claims::check(&(at / "resourceClaims"), resource_claims, mirror, errors);
    let around =
        Surroundings { claims: &claims, allow_indivisible_huge_pages: options.allow_indivisible_huge_pages };
    containers::check(at, &Containers { spec, volumes, around, options }, errors);
    requests::check(&(at / "resources"), spec, around, errors);
    host_ports_match(&(at / "containers"), spec, options, errors);
    rules::required_one_of(
        &(at / "restartPolicy"),
        spec.get("restartPolicy").str(),
        RESTART_POLICIES,
        errors,
    );
    rules::required_one_of(&(at / "dnsPolicy"), spec.get("dnsPolicy").str(), DNS_POLICIES, errors);
    meta::check_labels(spec.get("nodeSelector"), &(at / "nodeSelector"), errors);
    security::check_pod(&(at / "securityContext"), spec, options, errors);
    share_process_namespace(at, spec, errors);
    affinity::check(&(at / "affinity"), spec.get("affinity"), options, errors);
    dns::check_config(&(at / "dnsConfig"), spec, errors);
    readiness_gates(&(at / "readinessGates"), spec, errors);
    scheduling_gates(&(at / "schedulingGates"), spec, errors);
    topology::check(&(at / "topologySpreadConstraints"), spec, options, errors);
    windows::check_host_processes(at, spec, errors);
    host_users(at, spec, options, errors);
    host_name_override(at, spec, errors);
    names_and_numbers(at, spec, options, errors);
    operating_system(at, spec, errors);
    field_ref::check_files_exist(at, spec, errors);
}

/// With the network of the host, a port is the same inside and outside.
fn host_ports_match(at: &Path<'_>, spec: &Value, options: &Options, errors: &mut Errors) {
    if !spec.get("hostNetwork").is_true() {
        return;
    }
    for (i, container) in spec.get("containers").items().iter().enumerate() {
        let at = at / i;
        let ports = &at / "ports";
        for (j, port) in container.get("ports").items().iter().enumerate() {
            let (host, own) = (port.get("hostPort").int(), port.get("containerPort").int());
            if (options.is_pod || host != 0) && host != own {
                let detail = "must match `containerPort` when `hostNetwork` is true";
                errors.push(field::invalid(&(&(&ports / j) / "hostPort"), host, detail));
            }
        }
    }
}

fn share_process_namespace(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    if spec.get("shareProcessNamespace").is_true() && spec.get("hostPID").is_true() {
        let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
        errors.push(field::invalid(&(at / "shareProcessNamespace"), true, detail));
    }
}

fn readiness_gates(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    for (i, gate) in spec.get("readinessGates").items().iter().enumerate() {
        let name = gate.get("conditionType").str();
        rules::complain(&(&(at / i) / "conditionType"), name, names::label_key(name), errors);
    }
}

fn scheduling_gates(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for (i, gate) in spec.get("schedulingGates").items().iter().enumerate() {
        let name = gate.get("name").str();
        rules::complain(&(at / i), name, names::label_key(name), errors);
        if !seen.insert(name) {
            errors.push(field::duplicate(&(at / i), name));
        }
    }
}

/// Users of its own are at odds with what belongs to the host.
fn host_users(at: &Path<'_>, spec: &Value, options: &Options, errors: &mut Errors) {
    const WHEN: &str = "when `hostUsers` is false";
    if spec.get("hostUsers") != &Value::Bool(false) {
        return;
    }
    if !options.allow_host_network_without_host_users && spec.get("hostNetwork").is_true() {
        errors.push(field::forbidden(&(at / "hostNetwork"), WHEN));
    }
    for (name, shown) in [("hostPID", "HostPID"), ("hostIPC", "HostIPC")] {
        if spec.get(name).is_true() {
            errors.push(field::forbidden(&(at / shown), WHEN));
        }
    }
    if !options.allow_devices_without_host_users {
        visit(at, spec, |at, container| {
            if !container.get("volumeDevices").is_empty() {
                errors.push(field::forbidden(&(at / "volumeDevices"), WHEN));
            }
        });
    }
}

/// Models `validatePodHostName`.
fn host_name_override(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    let Some(name) = spec.get("hostnameOverride").as_text() else { return };
    let at = at / "hostnameOverride";
    for (rival, detail) in [
        ("setHostnameAsFQDN", "may not be specified when setHostnameAsFQDN is true"),
        ("hostNetwork", "may not be specified when hostNetwork is true"),
    ] {
        if spec.get(rival).is_true() {
            errors.push(field::forbidden(&at, detail));
        }
    }
    if name.len() > HOSTNAME_MAX {
        errors.push(field::too_long(&at, HOSTNAME_MAX));
    }
    rules::complain(&at, name, names::dns1123_subdomain(name), errors);
}

fn names_and_numbers(at: &Path<'_>, spec: &Value, options: &Options, errors: &mut Errors) {
    let named = |name: &str, rule: fn(&str) -> Complaints, errors: &mut Errors| {
        let value = spec.get(name).str();
        if !value.is_empty() {
            rules::complain(&(at / name), value, rule(value), errors);
        }
    };
    named("serviceAccountName", names::dns1123_subdomain, errors);
    let (account, deprecated) = (spec.get("serviceAccountName").str(), spec.get("serviceAccount").str());
    if account != deprecated {
        let detail = format!("must be the same as serviceAccountName: {}", field::quoted(account));
        errors.push(field::invalid(&(at / "deprecatedServiceAccount"), deprecated, detail));
    }
    named("nodeName", names::dns1123_subdomain, errors);
    if let Some(seconds) = spec.get("activeDeadlineSeconds").as_int() {
        let complaints = names::in_range(seconds, 1, i32::MAX.into());
        rules::complain(&(at / "activeDeadlineSeconds"), seconds, complaints, errors);
    }
    named("hostname", names::dns1123_label, errors);
    named("subdomain", names::dns1123_label, errors);
    tolerations::check(&(at / "tolerations"), spec.get("tolerations"), options, errors);
    dns::check_host_aliases(&(at / "hostAliases"), spec.get("hostAliases"), errors);
    named("priorityClassName", names::dns1123_subdomain, errors);
    if let Some(class) = spec.get("runtimeClassName").as_text() {
        rules::complain(&(at / "runtimeClassName"), class, names::dns1123_subdomain(class), errors);
    }
    if let Some(policy) = spec.get("preemptionPolicy").as_text() {
        rules::required_one_of(&(at / "preemptionPolicy"), policy, PREEMPTION_POLICIES, errors);
    }
    if !spec.get("overhead").is_null() {
        let overhead = Value::map([("limits", spec.get("overhead").clone())]);
        let around = Surroundings {
            claims: &BTreeSet::new(),
            allow_indivisible_huge_pages: options.allow_indivisible_huge_pages,
        };
        let name = resources::check_container_name;
        resources::check_requirements(&(at / "overhead"), &overhead, name, around, errors);
    }
}

fn operating_system(at: &Path<'_>, spec: &Value, errors: &mut Errors) {
    let os = spec.get("os");
    if os.is_null() {
        return;
    }
    match os.get("name").str() {
        "" => errors.push(field::required(&(&(at / "os") / "name"), "")),
        "linux" => windows::check_linux(at, spec, errors),
        "windows" => windows::check_windows(at, spec, errors),
        other => errors.push(field::not_supported(&(at / "os"), other, OPERATING_SYSTEMS)),
    }
}
