//! Whether the server is well.
//!
//! Models `k8s.io/apiserver/pkg/server/healthz`.

use super::encode;
use super::request::Response;
use super::url::Url;
use crate::base::field;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const ENDPOINTS: &[&str] = &["healthz", "livez", "readyz"];

/// Which of the endpoints have a check.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    All,
    Ready,
    NotReady,
}

/// The checks, in the order in which they are made.
const CHECKS: &[(&str, Where)] = &[
    ("ping", Where::All),
    ("log", Where::All),
    ("loopback-serving-certificate", Where::NotReady),
    ("etcd", Where::All),
    ("etcd-readiness", Where::Ready),
    ("informer-sync", Where::Ready),
    ("poststarthook/start-apiserver-admission-initializer", Where::All),
    ("poststarthook/generic-apiserver-start-informers", Where::All),
    ("poststarthook/priority-and-fairness-config-consumer", Where::All),
    ("poststarthook/priority-and-fairness-filter", Where::All),
    ("poststarthook/storage-object-count-tracker-hook", Where::All),
    ("poststarthook/start-apiextensions-informers", Where::All),
    ("poststarthook/start-apiextensions-controllers", Where::All),
    ("poststarthook/crd-informer-synced", Where::All),
    ("poststarthook/start-system-namespaces-controller", Where::All),
    ("poststarthook/peer-endpoint-reconciler-controller", Where::All),
    ("poststarthook/start-cluster-authentication-info-controller", Where::All),
    ("poststarthook/start-kube-apiserver-identity-lease-controller", Where::All),
    ("poststarthook/start-kube-apiserver-identity-lease-garbage-collector", Where::All),
    ("poststarthook/storage-readiness", Where::All),
    ("poststarthook/start-legacy-token-tracking-controller", Where::All),
    ("poststarthook/start-service-ip-repair-controllers", Where::All),
    ("poststarthook/scheduling/bootstrap-system-priority-classes", Where::All),
    ("poststarthook/priority-and-fairness-config-producer", Where::All),
    ("poststarthook/bootstrap-controller", Where::All),
    ("poststarthook/start-kubernetes-service-cidr-controller", Where::All),
    ("poststarthook/start-kube-aggregator-informers", Where::All),
    ("poststarthook/apiservice-status-local-available-controller", Where::All),
    ("poststarthook/apiservice-status-remote-available-controller", Where::All),
    ("poststarthook/apiservice-registration-controller", Where::All),
    ("poststarthook/apiservice-discovery-controller", Where::All),
    ("poststarthook/kube-apiserver-autoregistration", Where::All),
    ("autoregister-completion", Where::All),
    ("poststarthook/apiservice-openapi-controller", Where::All),
    ("poststarthook/apiservice-openapiv3-controller", Where::All),
    ("shutdown", Where::Ready),
];

fn checks(endpoint: &str) -> impl Iterator<Item = &'static str> {
    let without = if endpoint == "readyz" { Where::NotReady } else { Where::Ready };
    CHECKS.iter().filter(move |(_, place)| *place != without).map(|(name, _)| *name)
}

/// The paths of all checks.
pub(super) fn paths() -> impl Iterator<Item = String> {
    ENDPOINTS.iter().flat_map(|endpoint| checks(endpoint).map(move |check| format!("/{endpoint}/{check}")))
}

/// Everything is well here, whatever the method.
pub(super) fn answer(url: &Url) -> Option<Response> {
    let (endpoint, check) = url.segments.split_first()?;
    if !ENDPOINTS.contains(&endpoint.as_str()) || url.trailing_slash {
        return None;
    }
    if check.is_empty() {
        return Some(encode::plain(200, &report(endpoint, url)));
    }
    let check = check.join("/");
    checks(endpoint).any(|known| known == check).then(|| encode::plain(200, "ok"))
}

/// The answer of an endpoint, in a word or check by check.
fn report(endpoint: &str, url: &Url) -> String {
    if !url.query.has("verbose") {
        return "ok".into();
    }
    let mut excluded = url.query.all("exclude").collect::<Vec<_>>();
    let mut out = String::new();
    for check in checks(endpoint) {
        let how = if excluded.contains(&check) { " excluded: ok" } else { " ok" };
        out += &format!("[+]{check}{how}\n");
    }
    excluded.retain(|name| checks(endpoint).all(|check| check != *name));
    crate::base::sort::sort(&mut excluded);
    excluded.dedup();
    if !excluded.is_empty() {
        let names = excluded.into_iter().map(field::quoted).collect::<Vec<_>>().join(",");
        out += &format!("warn: some health checks cannot be excluded: no matches for {names}\n");
    }
    out + &format!("{endpoint} check passed\n")
}
