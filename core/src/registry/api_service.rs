//! An APIService.
//!
//! Models `k8s.io/kube-aggregator/pkg/registry/apiservice/strategy.go` and
//! `k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use alloc::format;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "apiservices.apiregistration.k8s.io",
    name: names::path_segment,
    default: |service| {
        edit::member(service, "spec", |spec| {
            edit::member(spec, "service", |service| edit::default_number(service, "port", 443));
        });
    },
    validate,
    validate_update: |service, old| {
        let mut errors = meta::validate_update(service, old);
        errors.extend(validate(service));
        errors
    },
    validate_status: |service, old| {
        let mut errors = meta::validate_update(service, old);
        let status = Path::new("status");
        let at = &status / "conditions";
        for (i, condition) in service.at(&["status", "conditions"]).items().iter().enumerate() {
            let at = &at / i;
            check::one_of(&(&at / "status"), condition.get("status").str(), STATUSES, &mut errors);
        }
        errors
    },
    unconditional_update: false,
    ..GENERIC
};

const SPEC: Path<'static> = Path::new("spec");
const STATUSES: &[&str] = &["True", "False", "Unknown"];

fn validate(service: &Value) -> Errors {
    let mut errors = meta::validate(service, false, names::path_segment);
    let spec = service.get("spec");
    let (group, version) = (spec.get("group").str(), spec.get("version").str());
    let (name, wanted) = (service.at(&["metadata", "name"]).str(), format!("{version}.{group}"));
    if names::path_segment(name).is_empty() && !name.is_empty() && name != wanted {
        let metadata = Path::new("metadata");
        let detail = format!("must be `spec.version+\".\"+spec.group`: {}", field::quoted(&wanted));
        errors.insert(0, field::invalid(&(&metadata / "name"), name, detail));
    }
    let at = &SPEC / "group";
    match group {
        "" if version != "v1" => {
            let detail = "only v1 may have an empty group and it better be legacy kube";
            errors.push(field::required(&at, detail));
        }
        "" => {}
        group => check::complain(&at, group, names::dns1123_subdomain(group), &mut errors),
    }
    check::complain(&(&SPEC / "version"), version, names::dns1035_label(version), &mut errors);
    for (name, most) in [("groupPriorityMinimum", 20_000), ("versionPriority", 1000)] {
        let priority = spec.get(name).int();
        if !(1..=most).contains(&priority) {
            let detail = format!("must be positive and less than {most}");
            errors.push(field::invalid(&(&SPEC / name), priority, detail));
        }
    }
    backend(spec, &mut errors);
    errors
}

/// Where it is served: by this server itself, or by a Service.
fn backend(spec: &Value, errors: &mut Errors) {
    let (insecure, bundle) = (spec.get("insecureSkipTLSVerify").is_true(), spec.get("caBundle").str());
    let service = spec.get("service");
    if service.is_null() {
        if !bundle.is_empty() {
            let size = crate::schema::base64_decode(bundle).map_or(0, |bytes| bytes.len());
            let detail = "local APIServices may not have a caBundle";
            errors.push(field::invalid(&(&SPEC / "caBundle"), format!("{size} bytes"), detail));
        }
        if insecure {
            let detail = "local APIServices may not have insecureSkipTLSVerify";
            errors.push(field::invalid(&(&SPEC / "insecureSkipTLSVerify"), true, detail));
        }
        return;
    }
    let at = &SPEC / "service";
    check::required(service, "namespace", &at, errors);
    check::required(service, "name", &at, errors);
    let port = service.get("port").int();
    let complaints = names::port_number(port);
    if !complaints.is_empty() {
        let detail = format!("port is not valid: {}", complaints.join(", "));
        errors.push(field::invalid(&(&at / "port"), port, detail));
    }
    if insecure && !bundle.is_empty() {
        let detail = "may not be true if caBundle is present";
        errors.push(field::invalid(&(&SPEC / "insecureSkipTLSVerify"), true, detail));
    }
}
