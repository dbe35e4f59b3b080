//! What a pod, and a template of one, is taken to say where it says nothing.
//!
//! Models `SetDefaults_Pod` … `SetDefaults_Probe` of `pkg/apis/core/v1/defaults.go`.

use crate::base::Value;
use crate::registry::volume::defaults as volume;
use crate::registry::{edit, image, resources};

const GRACE_PERIOD_SECONDS: i64 = 30;
const TERMINATION_MESSAGE_PATH: &str = "/dev/termination-log";

/// A pod: what its spec says as any template would, and what is its own.
pub(in crate::registry) fn pod(pod: &mut Value) {
    edit::member(pod, "spec", |spec| {
        if spec.get("terminationGracePeriodSeconds").int() < 0 {
            spec.set("terminationGracePeriodSeconds", 1);
        }
        let host_network = spec.get("hostNetwork").is_true();
        for list in ["containers", "initContainers"] {
            edit::each(spec, list, |container| {
                edit::member(container, "resources", requests_from_limits);
                if host_network {
                    edit::each(container, "ports", |port| {
                        let number = port.get("containerPort").int();
                        edit::default_number(port, "hostPort", number);
                    });
                }
            });
        }
        spec.set_default("enableServiceLinks", true);
        pod_spec(spec);
    });
    edit::member(pod, "status", status);
}

/// The template of a workload.
pub(in crate::registry) fn template(template: &mut Value) {
    edit::member(template, "spec", pod_spec);
}

fn pod_spec(spec: &mut Value) {
    let account = match spec.get("serviceAccountName").str() {
        "" => spec.get("serviceAccount").clone(),
        _ => spec.get("serviceAccountName").clone(),
    };
    for name in ["serviceAccountName", "serviceAccount"] {
        if spec.get(name).str() != account.str() {
            spec.set(name, &account);
        }
    }
    edit::default_text(spec, "dnsPolicy", "ClusterFirst");
    edit::default_text(spec, "restartPolicy", "Always");
    spec.set_default("securityContext", Value::empty_map());
    spec.set_default("terminationGracePeriodSeconds", GRACE_PERIOD_SECONDS);
    edit::default_text(spec, "schedulerName", "default-scheduler");
    edit::each(spec, "volumes", volume::volume);
    for list in super::CONTAINER_LISTS {
        edit::each(spec, list, container);
    }
    resources::default_list(spec, "overhead");
    resources::default_member(spec, "resources");
}

fn container(container: &mut Value) {
    if container.get("imagePullPolicy").is_empty() {
        let policy = image::pull_policy(container.get("image").str());
        container.set("imagePullPolicy", policy);
    }
    edit::default_text(container, "terminationMessagePath", TERMINATION_MESSAGE_PATH);
    edit::default_text(container, "terminationMessagePolicy", "File");
    edit::each(container, "ports", |port| edit::default_text(port, "protocol", "TCP"));
    edit::each(container, "env", |variable| edit::member(variable, "valueFrom", value_from));
    resources::default_member(container, "resources");
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        edit::member(container, name, probe);
    }
    edit::member(container, "lifecycle", |lifecycle| {
        for name in ["postStart", "preStop"] {
            edit::member(lifecycle, name, |handler| edit::member(handler, "httpGet", http_get));
        }
    });
}

fn value_from(source: &mut Value) {
    edit::member(source, "fieldRef", volume::field_ref);
    edit::member(source, "fileKeyRef", |file| file.set_default("optional", false));
}

fn probe(probe: &mut Value) {
    for (name, number) in
        [("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)]
    {
        edit::default_number(probe, name, number);
    }
    edit::member(probe, "httpGet", http_get);
    edit::member(probe, "grpc", |grpc| grpc.set_default("service", ""));
}

fn http_get(action: &mut Value) {
    edit::default_text(action, "path", "/");
    edit::default_text(action, "scheme", "HTTP");
}

/// What is limited is asked for, too.
fn requests_from_limits(resources: &mut Value) {
    let (limits, requests) = (resources.get("limits"), resources.get("requests"));
    if limits.entries().iter().all(|(name, _)| requests.find(name).is_some()) {
        return;
    }
    let missing = limits.entries().iter().filter(|(name, _)| requests.find(name).is_none());
    let mut all = Value::map(requests.entries().iter().chain(missing).cloned());
    all.map_mut().sort();
    resources.set("requests", all);
}

/// One address and the list of addresses say the same; where they don't, the single one is believed.
fn status(status: &mut Value) {
    let (ip, first) = (status.get("podIP").clone(), status.get("podIPs").items().first());
    let first = first.map(|ip| ip.get("ip").clone());
    match (ip.str(), first) {
        ("", Some(first)) => status.set("podIP", first),
        ("", None) => {}
        (_, Some(first)) if first == ip => {}
        _ => status.set("podIPs", Value::list([Value::map([("ip", ip)])])),
    }
}
