//! Whether the server is well, and which version it is.
//!
//! Models `k8s.io/apiserver/pkg/server/healthz` and `routes/version.go`.

use super::negotiate::Output;
use super::request::{Request, Response};
use super::{encode, method_not_allowed};
use crate::base::{Status, Value};
use crate::registry::Server;
use alloc::format;
use alloc::string::String;

/// The endpoints, and checks that only one of them has.
const ENDPOINTS: &[(&str, &[&str])] = &[
    ("healthz", &["loopback-serving-certificate"]),
    ("livez", &["loopback-serving-certificate"]),
    ("readyz", &["etcd-readiness", "informer-sync", "shutdown"]),
];

/// Checks that all of them have.
const CHECKS: &[&str] = &["autoregister-completion", "etcd", "log", "ping"];

/// What must have run once after the start.
const HOOKS: &[&str] = &[
    "apiservice-discovery-controller",
    "apiservice-openapi-controller",
    "apiservice-openapiv3-controller",
    "apiservice-registration-controller",
    "apiservice-status-local-available-controller",
    "apiservice-status-remote-available-controller",
    "bootstrap-controller",
    "crd-informer-synced",
    "generic-apiserver-start-informers",
    "kube-apiserver-autoregistration",
    "peer-endpoint-reconciler-controller",
    "priority-and-fairness-config-consumer",
    "priority-and-fairness-config-producer",
    "priority-and-fairness-filter",
    "scheduling/bootstrap-system-priority-classes",
    "start-apiextensions-controllers",
    "start-apiextensions-informers",
    "start-apiserver-admission-initializer",
    "start-cluster-authentication-info-controller",
    "start-kube-aggregator-informers",
    "start-kube-apiserver-identity-lease-controller",
    "start-kube-apiserver-identity-lease-garbage-collector",
    "start-kubernetes-service-cidr-controller",
    "start-legacy-token-tracking-controller",
    "start-service-ip-repair-controllers",
    "start-system-namespaces-controller",
    "storage-object-count-tracker-hook",
    "storage-readiness",
];

/// The paths of all checks.
pub(super) fn paths() -> impl Iterator<Item = String> {
    ENDPOINTS.iter().flat_map(|(endpoint, own)| {
        let checks = CHECKS.iter().chain(own.iter()).map(move |check| format!("/{endpoint}/{check}"));
        checks.chain(HOOKS.iter().map(move |hook| format!("/{endpoint}/poststarthook/{hook}")))
    })
}

pub(super) fn answer(server: &Server, request: &Request, parts: &[&str]) -> Option<Result<Response, Status>> {
    let known = |check: &str| paths().any(|p| p.trim_start_matches('/') == check);
    let response = match parts {
        [endpoint] if ENDPOINTS.iter().any(|(e, _)| e == endpoint) => encode::plain(200, "ok"),
        ["healthz" | "livez" | "readyz", ..] if known(&parts.join("/")) => encode::plain(200, "ok"),
        ["version"] => {
            let output = Output { pretty: true, ..Output::PLAIN };
            encode::response(&server.schema, 200, output, &version(server))
        }
        _ => return None,
    };
    Some(if matches!(request.method.as_str(), "GET" | "HEAD") {
        Ok(response)
    } else {
        Err(method_not_allowed())
    })
}

/// What the server is.
pub(crate) fn version(server: &Server) -> Value {
    let git_version = server.schema.version.as_str();
    let mut numbers = git_version.trim_start_matches('v').split('.');
    let (major, minor) = (numbers.next().unwrap_or("1"), numbers.next().unwrap_or("0"));
    let before = minor.parse::<u32>().map_or(0, |m| m.saturating_sub(1));
    Value::map([
        ("major", Value::text(major)),
        ("minor", Value::text(minor)),
        ("emulationMajor", Value::text(major)),
        ("emulationMinor", Value::text(minor)),
        ("minCompatibilityMajor", Value::text(major)),
        ("minCompatibilityMinor", Value::from(format!("{before}"))),
        ("gitVersion", Value::text(git_version)),
        ("gitCommit", Value::text("0000000000000000000000000000000000000000")),
        ("gitTreeState", Value::text("clean")),
        ("buildDate", Value::text("2026-10-27T12:00:00Z")),
        ("goVersion", Value::text("go1.26.8")),
        ("compiler", Value::text("gc")),
        ("platform", Value::text("linux/amd64")),
    ])
}
