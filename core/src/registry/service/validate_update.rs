//! What may change in a Service.
//!
//! Models `pkg/apis/core/validation/validation.go: ValidateServiceUpdate, ValidateServiceStatusUpdate`.

use super::validate::{complain, load_balancer_class, validate_service};
use super::view;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, ip, names};
use crate::registry::meta;
use alloc::vec::Vec;

const SPEC: Path<'static> = Path::new("spec");
const MAY_NOT_CHANGE: &str = "may not change once set";

pub(super) fn validate_update(service: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(service, old);
    if !view::is_external_name(service) && !view::is_external_name(old) {
        addresses(service, old, &mut errors);
        families(service, old, &mut errors);
    }
    class(service, old, &mut errors);
    if view::needs_health_check(old)
        && view::needs_health_check(service)
        && !view::same(service, old, "healthCheckNodePort")
    {
        errors.push(field::forbidden(&(&SPEC / "healthCheckNodePort"), "field is immutable"));
    }
    errors.extend(validate_service(service, Some(old)));
    errors
}

pub(super) fn validate_status(service: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(service, old);
    let status = Path::new("status");
    let balancer = &status / "loadBalancer";
    let at = &balancer / "ingress";
    let of = |s: &Value| s.at(&["status", "loadBalancer", "ingress"]).items().to_vec();
    let (ingress, known) = (of(service), of(old));
    if view::service_type(service) != "LoadBalancer" {
        if !ingress.is_empty() {
            errors.push(field::forbidden(&at, "may only be used when `spec.type` is 'LoadBalancer'"));
        }
        return errors;
    }
    let known = known.iter().map(|i| i.get("ip").str()).filter(|ip| !ip.is_empty()).collect::<Vec<_>>();
    for (i, item) in ingress.iter().enumerate() {
        validate_ingress(&(&at / i), item, &known, &mut errors);
    }
    errors
}

fn validate_ingress(at: &Path<'_>, ingress: &Value, known: &[&str], errors: &mut Errors) {
    const MODES: &[&str] = &["Proxy", "VIP"];
    let (ip, mode) = (ingress.get("ip").str(), ingress.get("ipMode"));
    if !ip.is_empty() {
        errors.extend(ip::check_legacy(&(at / "ip"), ip, known));
    }
    let at_mode = at / "ipMode";
    match (mode.as_text(), ip) {
        (None, "") => {}
        (None, _) => errors.push(field::required(&at_mode, "must be specified when `ip` is set")),
        (Some(_), "") => errors.push(field::forbidden(&at_mode, "may not be specified when `ip` is not set")),
        (Some(mode), _) if !MODES.contains(&mode.as_str()) => {
            errors.push(field::not_supported(&at_mode, mode, MODES));
        }
        _ => {}
    }
    let hostname = ingress.get("hostname").str();
    if !hostname.is_empty() {
        complain(&(at / "hostname"), hostname, names::dns1123_subdomain(hostname), errors);
        if ip::parse_sloppy(hostname).is_some() {
            let detail = "must be a DNS name, not an IP address";
            errors.push(field::invalid(&(at / "hostname"), hostname, detail));
        }
    }
}

/// Models `validateUpgradeDowngradeClusterIPs`: the first address stays; a second one may come, and go with the policy.
fn addresses(service: &Value, old: &Value, errors: &mut Errors) {
    if view::is_headless(service) && view::is_headless(old) {
        return;
    }
    let at = &SPEC / "clusterIPs";
    let shown = service.get("spec").get("clusterIPs");
    let (new, old) = (view::cluster_ips(service), view::cluster_ips(old));
    let first_changed = new.first().is_some_and(|ip| old.first().is_some_and(|o| o != ip));
    if new.len() == old.len() {
        for (i, _) in new.iter().zip(old).enumerate().filter(|(_, (ip, o))| ip != o) {
            errors.push(field::invalid(&(&at / i), shown, MAY_NOT_CHANGE));
        }
        return;
    }
    if new.is_empty() {
        errors.push(field::invalid(&(&at / 0), shown, "primary clusterIP can not be unset"));
    }
    if first_changed {
        errors.push(field::invalid(&(&at / 0), shown, MAY_NOT_CHANGE));
    }
    if new.len() < old.len() && new.len() == 1 {
        single_stack(service, "clusterIP", errors);
    }
}

/// Models `validateUpgradeDowngradeIPFamilies`.
fn families(service: &Value, old: &Value, errors: &mut Errors) {
    if view::is_headless(service) || view::is_headless(old) {
        return;
    }
    let at = &SPEC / "ipFamilies";
    let at = &at / 0;
    let shown = service.get("spec").get("ipFamilies");
    let (new, old) = (view::families(service), view::families(old));
    if new.len() == old.len() {
        for _ in new.iter().zip(old).filter(|(f, o)| f != o) {
            errors.push(field::invalid(&at, shown, MAY_NOT_CHANGE));
        }
        return;
    }
    if new.len() < old.len() && view::cluster_ips(service).is_empty() {
        errors.push(field::invalid(&at, shown, "primary ipFamily can not be unset"));
    }
    if new.first().is_some_and(|f| old.first().is_some_and(|o| o != f)) {
        // Upstream shows the addresses here.
        errors.push(field::invalid(&at, service.get("spec").get("clusterIPs"), MAY_NOT_CHANGE));
    }
    if new.len() < old.len() && new.len() == 1 {
        single_stack(service, "ipFamily", errors);
    }
}

fn single_stack(service: &Value, what: &str, errors: &mut Errors) {
    let policy = service.get("spec").get("ipFamilyPolicy");
    if policy.str() != "SingleStack" {
        let detail = alloc::format!("must be set to 'SingleStack' when releasing the secondary {what}");
        errors.push(field::invalid(&(&SPEC / "ipFamilyPolicy"), policy, detail));
    }
}

fn class(service: &Value, old: &Value, errors: &mut Errors) {
    let both = view::service_type(service) == "LoadBalancer" && view::service_type(old) == "LoadBalancer";
    let (new, old) = (service.get("spec").get("loadBalancerClass"), old.get("spec").get("loadBalancerClass"));
    if both && new != old {
        errors.push(field::invalid(&(&SPEC / "loadBalancerClass"), new, MAY_NOT_CHANGE));
    }
    load_balancer_class(service, errors);
}
