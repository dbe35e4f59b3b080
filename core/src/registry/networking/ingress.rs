//! An Ingress.
//!
//! Models `pkg/registry/networking/ingress/strategy.go` and the part of `pkg/apis/networking/validation/validation.go`
//! that is about Ingresses.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, ip, names};
use crate::registry::strategy::{GENERIC, Strategy};
use crate::registry::{check, meta};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::registry) const STRATEGY: Strategy = Strategy {
    resource: "ingresses.networking.k8s.io",
    validate: |ingress| {
        let mut errors = validate(ingress, &Value::Null);
        class_annotation(ingress, &mut errors);
        errors
    },
    validate_update: |ingress, old| {
        let mut errors = meta::validate_update_kube(ingress, old);
        errors.extend(validate(ingress, old));
        errors
    },
    validate_status,
    warnings: |ingress, old| {
        let said = ingress.at(&["metadata", "annotations"]).find(CLASS).is_some();
        let warns = old.is_none() && said && ingress.at(&["spec", "ingressClassName"]).is_null();
        let text =
            format!("annotation \"{CLASS}\" is deprecated, please use 'spec.ingressClassName' instead");
        warns.then_some(text).into_iter().collect()
    },
    status_warnings: |ingress, _| status_warnings(ingress),
    generation: true,
    ..GENERIC
};

const CLASS: &str = "kubernetes.io/ingress.class";
const SPEC: Path<'static> = Path::new("spec");
const PATH_TYPES: &[&str] = &["Exact", "ImplementationSpecific", "Prefix"];
const WRONG_IN_PATHS: &[&str] = &["//", "/./", "/../", "%2f", "%2F"];
const WRONG_AT_ENDS: &[&str] = &["/..", "/."];
const NO_ADDRESS: &str = "must be a DNS name, not an IP address";

/// What an older version has wrong, and so may keep.
struct Kept {
    secret_names: bool,
    wildcard_rules: bool,
}

fn validate(ingress: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_kube(ingress, true, names::dns1123_subdomain);
    let spec = ingress.get("spec");
    let kept = Kept {
        secret_names: old.at(&["spec", "tls"]).items().iter().any(|tls| !secret_name(tls).is_empty()),
        wildcard_rules: old.at(&["spec", "rules"]).items().iter().any(|rule| {
            let mut wrong = Errors::new();
            rule_value(&Path::ROOT, rule, &mut wrong);
            rule.get("host").str().contains('*') && !wrong.is_empty()
        }),
    };
    let (rules, backend) = (spec.get("rules"), spec.get("defaultBackend"));
    if rules.is_empty() && backend.is_null() {
        let detail = "either `defaultBackend` or `rules` must be specified";
        errors.push(field::invalid(&SPEC, rules, detail));
    }
    if !backend.is_null() {
        check_backend(&(&SPEC / "defaultBackend"), backend, &mut errors);
    }
    let at = &SPEC / "rules";
    for (i, rule) in rules.items().iter().enumerate() {
        check_rule(&(&at / i), rule, &kept, &mut errors);
    }
    let at = &SPEC / "tls";
    for (i, tls) in spec.get("tls").items().iter().enumerate() {
        check_tls(&(&at / i), tls, &kept, &mut errors);
    }
    if let Some(class) = spec.get("ingressClassName").as_text() {
        check::complain(&(&SPEC / "ingressClassName"), class, names::dns1123_subdomain(class), &mut errors);
    }
    errors
}

fn class_annotation(ingress: &Value, errors: &mut Errors) {
    let said = ingress.at(&["metadata", "annotations"]).find(CLASS);
    let class = ingress.at(&["spec", "ingressClassName"]);
    if let Some(said) = said.filter(|said| !class.is_null() && *said != class) {
        let at = Path::new("annotations");
        let detail = "must match `ingressClassName` when both are specified";
        errors.push(field::invalid(&(&at / CLASS), said, detail));
    }
}

fn check_rule(at: &Path<'_>, rule: &Value, kept: &Kept, errors: &mut Errors) {
    let (host_at, host) = (at / "host", rule.get("host").str());
    let wildcard = host.contains('*');
    if !host.is_empty() {
        if ip::parse_sloppy(host).is_some() {
            errors.push(field::invalid(&host_at, host, NO_ADDRESS));
        }
        check_host(&host_at, host, errors);
    }
    if !wildcard || !kept.wildcard_rules {
        rule_value(at, rule, errors);
    }
}

fn check_host(at: &Path<'_>, host: &str, errors: &mut Errors) {
    let complaints = match host.contains('*') {
        true => names::wildcard_dns1123_subdomain(host),
        false => names::dns1123_subdomain(host),
    };
    check::complain(at, host, complaints, errors);
}

fn rule_value(at: &Path<'_>, rule: &Value, errors: &mut Errors) {
    let http = rule.get("http");
    if http.is_null() {
        return;
    }
    let http_at = at / "http";
    let (at, paths) = (&http_at / "paths", http.get("paths").items());
    if paths.is_empty() {
        errors.push(field::required(&at, ""));
    }
    for (i, path) in paths.iter().enumerate() {
        check_path(&(&at / i), path, errors);
    }
}

fn check_path(at: &Path<'_>, item: &Value, errors: &mut Errors) {
    let Some(path_type) = item.get("pathType").as_text() else {
        errors.push(field::required(&(at / "pathType"), "pathType must be specified"));
        return;
    };
    let (path_at, path) = (at / "path", item.get("path").str());
    let relative = "must be an absolute path";
    match path_type.as_str() {
        "Exact" | "Prefix" => {
            if !path.starts_with('/') {
                errors.push(field::invalid(&path_at, path, relative));
            }
            for wrong in WRONG_IN_PATHS.iter().filter(|wrong| path.contains(**wrong)) {
                errors.push(field::invalid(&path_at, path, format!("must not contain '{wrong}'")));
            }
            for wrong in WRONG_AT_ENDS.iter().filter(|wrong| path.ends_with(**wrong)) {
                errors.push(field::invalid(&path_at, path, format!("cannot end with '{wrong}'")));
            }
        }
        "ImplementationSpecific" => {
            if !path.is_empty() && !path.starts_with('/') {
                errors.push(field::invalid(&path_at, path, relative));
            }
        }
        other => errors.push(field::not_supported(&(at / "pathType"), other, PATH_TYPES)),
    }
    check_backend(&(at / "backend"), item.get("backend"), errors);
}

fn check_backend(at: &Path<'_>, backend: &Value, errors: &mut Errors) {
    let (resource, service) = (backend.get("resource"), backend.get("service"));
    match (resource.is_null(), service.is_null()) {
        (false, false) => {
            errors.push(field::invalid(at, "", "cannot set both resource and service backends"));
        }
        (false, true) => check_resource(&(at / "resource"), resource, errors),
        (true, false) => check_service(at, service, errors),
        (true, true) => errors.push(field::invalid(at, "", "resource or service backend is required")),
    }
}

/// Models `validateIngressTypedLocalObjectReference`.
fn check_resource(at: &Path<'_>, resource: &Value, errors: &mut Errors) {
    if let Some(group) = resource.get("apiGroup").as_text() {
        check::complain(&(at / "apiGroup"), group, names::dns1123_subdomain(group), errors);
    }
    for name in ["kind", "name"] {
        match resource.get(name).str() {
            "" => errors.push(field::required(&(at / name), "")),
            text => check::complain(&(at / name), text, names::path_segment(text), errors),
        }
    }
}

fn check_service(at: &Path<'_>, service: &Value, errors: &mut Errors) {
    let service_at = at / "service";
    match service.get("name").str() {
        "" => errors.push(field::required(&(&service_at / "name"), "")),
        name => check::complain(&(&service_at / "name"), name, names::dns1123_label(name), errors),
    }
    let port_at = &service_at / "port";
    let (name, number) = (service.at(&["port", "name"]).str(), service.at(&["port", "number"]).int());
    match (name, number) {
        ("", 0) => errors.push(field::required(at, "port name or number is required")),
        ("", number) => {
            check::complain(&(&port_at / "number"), number, names::port_number(number), errors);
        }
        (name, 0) => check::complain(&(&port_at / "name"), name, names::port_name(name), errors),
        _ => errors.push(field::invalid(at, "", "cannot set both port name & port number")),
    }
}

fn check_tls(at: &Path<'_>, tls: &Value, kept: &Kept, errors: &mut Errors) {
    let hosts = at / "hosts";
    for (i, host) in tls.get("hosts").items().iter().enumerate() {
        check_host(&(&hosts / i), host.str(), errors);
    }
    if !kept.secret_names {
        check::complain(&(at / "secretName"), tls.get("secretName").str(), secret_name(tls), errors);
    }
}

fn secret_name(tls: &Value) -> names::Complaints {
    match tls.get("secretName").str() {
        "" => Vec::new(),
        name => names::dns1123_subdomain(name),
    }
}

fn balancers(ingress: &Value) -> &[Value] {
    ingress.at(&["status", "loadBalancer", "ingress"]).items()
}

fn validate_status(ingress: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(ingress, old);
    let known = balancers(old).iter().map(|b| b.get("ip").str()).collect::<Vec<_>>();
    let status = Path::new("status");
    let balancer = &status / "loadBalancer";
    let at = &balancer / "ingress";
    for (i, balancer) in balancers(ingress).iter().enumerate() {
        let at = &at / i;
        let (address, name) = (balancer.get("ip").str(), balancer.get("hostname").str());
        if !address.is_empty() {
            errors.extend(ip::check_legacy(&(&at / "ip"), address, &known));
        }
        if !name.is_empty() {
            let at = &at / "hostname";
            check::complain(&at, name, names::dns1123_subdomain(name), &mut errors);
            if ip::parse_sloppy(name).is_some() {
                errors.push(field::invalid(&at, name, NO_ADDRESS));
            }
        }
    }
    errors
}

fn status_warnings(ingress: &Value) -> Vec<String> {
    let status = Path::new("status");
    let balancer = &status / "loadBalancer";
    let at = &balancer / "ingress";
    let items = balancers(ingress).iter().map(|b| b.get("ip").str()).enumerate();
    items.filter(|(_, ip)| !ip.is_empty()).filter_map(|(i, ip)| ip::warnings(&(&at / i), ip)).collect()
}
