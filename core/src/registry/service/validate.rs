//! What a Service must be like.
//!
//! Models `pkg/apis/core/validation/validation.go: validateService` and its helpers.

use super::view;
use crate::base::field::{self, Errors};
use crate::base::ip::{self, Family};
use crate::base::names::{self, Complaints};
use crate::base::{Path, Value};
use crate::registry::meta;
use alloc::format;
use alloc::vec::Vec;
use core::net::IpAddr;

const SPEC: Path<'static> = Path::new("spec");
const METADATA: Path<'static> = Path::new("metadata");

pub(super) const SERVICE_TYPES: &[&str] = &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const AFFINITIES: &[&str] = &["ClientIP", "None"];
const FAMILIES: &[&str] = &["IPv4", "IPv6"];
const POLICIES: &[&str] = &["PreferDualStack", "RequireDualStack", "SingleStack"];
const TRAFFIC_POLICIES: &[&str] = &["Cluster", "Local"];
const DISTRIBUTIONS: &[&str] = &["PreferClose", "PreferSameZone", "PreferSameNode"];
const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];
/// One day.
const AFFINITY_SECONDS_MAX: i64 = 86_400;

const TOPOLOGY_MODE: &str = "service.kubernetes.io/topology-mode";
const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

pub(super) fn validate(service: &Value) -> Errors {
    let mut errors = meta::validate_kube(service, true, names::dns1123_label);
    errors.extend(validate_service(service, None));
    errors
}

/// Everything but the metadata; `old` is there in an update.
pub(super) fn validate_service(service: &Value, old: Option<&Value>) -> Errors {
    let mut errors = Errors::new();
    annotations(service, &mut errors);
    by_type(service, &mut errors);
    ports(service, &mut errors);
    meta::check_labels(service.get("spec").get("selector"), &(&SPEC / "selector"), &mut errors);
    session_affinity(service, &mut errors);
    errors.extend(cluster_ips(service, old));
    external_ips(service, old, &mut errors);
    one_of(service, "type", SERVICE_TYPES, &mut errors);
    node_ports(service, &mut errors);
    unique_ports(service, &mut errors);
    source_ranges(service, old, &mut errors);
    load_balancer(service, &mut errors);
    external_traffic(service, &mut errors);
    internal_traffic(service, &mut errors);
    errors
}

fn annotations(service: &Value, errors: &mut Errors) {
    let annotations = service.at(&["metadata", "annotations"]);
    if let (Some(mode), Some(hints)) = (annotations.find(TOPOLOGY_MODE), annotations.find(TOPOLOGY_HINTS))
        && mode != hints
    {
        let at = &METADATA / "annotations";
        let detail = format!("must match annotations[{TOPOLOGY_HINTS}] when both are specified");
        errors.push(field::invalid(&at.key(TOPOLOGY_MODE), mode, detail));
    }
}

fn by_type(service: &Value, errors: &mut Errors) {
    let (type_, headless) = (view::service_type(service), view::is_headless(service));
    if view::ports(service).is_empty() && !headless && type_ != "ExternalName" {
        errors.push(field::required(&(&SPEC / "ports"), ""));
    }
    match type_ {
        "LoadBalancer" | "NodePort" if headless => {
            let detail = format!("may not be set to 'None' for {type_} services");
            errors.push(field::invalid(&(&(&SPEC / "clusterIPs") / 0), "None", detail));
        }
        "ExternalName" => {
            for name in ["clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
                // A policy is set even if it is empty, a list is not.
                let value = service.get("spec").get(name);
                if !value.is_null() {
                    errors
                        .push(field::forbidden(&(&SPEC / name), "may not be set for ExternalName services"));
                }
            }
            let (at, name) = (&SPEC / "externalName", service.get("spec").get("externalName").str());
            match name.strip_suffix('.').unwrap_or(name) {
                "" => errors.push(field::required(&at, "")),
                cname => complain(&at, cname, names::dns1123_subdomain(cname), errors),
            }
        }
        _ => {}
    }
}

fn ports(service: &Value, errors: &mut Errors) {
    let (at, ports) = (&SPEC / "ports", view::ports(service));
    let mut seen: Vec<&str> = Vec::new();
    for (i, port) in ports.iter().enumerate() {
        let at = &at / i;
        let name = port.get("name").str();
        if name.is_empty() {
            if ports.len() > 1 {
                errors.push(field::required(&(&at / "name"), ""));
            }
        } else {
            complain(&(&at / "name"), name, names::dns1123_label(name), errors);
            if seen.contains(&name) {
                errors.push(field::duplicate(&(&at / "name"), name));
            }
            seen.push(name);
        }
        validate_port(&at, port, errors);
    }
}

fn validate_port(at: &Path<'_>, port: &Value, errors: &mut Errors) {
    let number = port.get("port").int();
    complain(&(at / "port"), number, names::port_number(number), errors);
    match port.get("protocol").str() {
        "" => errors.push(field::required(&(at / "protocol"), "")),
        protocol if !PROTOCOLS.contains(&protocol) => {
            errors.push(field::not_supported(&(at / "protocol"), protocol, PROTOCOLS));
        }
        _ => {}
    }
    let target = port.get("targetPort");
    match target {
        Value::Text(name) => complain(&(at / "targetPort"), name, names::port_name(name), errors),
        number => complain(&(at / "targetPort"), number, names::port_number(number.int()), errors),
    }
    if let Some(protocol) = port.get("appProtocol").as_text() {
        complain(&(at / "appProtocol"), protocol, names::label_key(protocol), errors);
    }
}

fn session_affinity(service: &Value, errors: &mut Errors) {
    one_of(service, "sessionAffinity", AFFINITIES, errors);
    let (at, config) = (&SPEC / "sessionAffinityConfig", service.get("spec").get("sessionAffinityConfig"));
    match service.get("spec").get("sessionAffinity").str() {
        "ClientIP" => {
            let detail = "when session affinity type is ClientIP";
            let client_ip = &at / "clientIP";
            let timeout = &client_ip / "timeoutSeconds";
            if config.is_null() {
                errors.push(field::required(&at, detail));
            } else if config.get("clientIP").is_null() {
                errors.push(field::required(&client_ip, detail));
            } else {
                match config.at(&["clientIP", "timeoutSeconds"]) {
                    Value::Int(s) if !(1..=AFFINITY_SECONDS_MAX).contains(s) => {
                        let detail = format!("must be greater than 0 and less than {AFFINITY_SECONDS_MAX}");
                        errors.push(field::invalid(&timeout, *s, detail));
                    }
                    Value::Int(_) => {}
                    _ => errors.push(field::required(&timeout, detail)),
                }
            }
        }
        "None" if !config.is_null() => {
            errors.push(field::forbidden(&at, "must not be set when session affinity is None"));
        }
        _ => {}
    }
}

/// Models `ValidateServiceClusterIPsRelatedFields`.
pub(super) fn cluster_ips(service: &Value, old: Option<&Value>) -> Errors {
    let mut errors = Errors::new();
    if view::is_external_name(service) {
        return errors;
    }
    let (at, ips) = (&SPEC / "clusterIPs", service.get("spec").get("clusterIPs"));
    match (view::cluster_ip(service), ips.items().first()) {
        ("", None) => {}
        ("", Some(_)) => {
            errors.push(field::invalid(&at, ips, "must be empty when `clusterIP` is not specified"));
        }
        (_, None) => errors.push(field::required(&at, "")),
        (ip, Some(first)) if first.str() != ip => {
            errors.push(field::invalid(&at, ips, "first value must match `clusterIP`"));
        }
        _ => {}
    }
    families(service, &mut errors);
    let known = old.map(view::cluster_ips).unwrap_or_default().iter().map(Value::str).collect::<Vec<_>>();
    let before = errors.len();
    for (i, ip) in ips.items().iter().enumerate() {
        if i > 0 || ip.str() != "None" {
            errors.extend(ip::check_legacy(&(&at / i), ip.str(), &known));
        } else if ips.items().len() > 1 {
            errors.push(field::invalid(&at, ips, "'None' must be the first and only value"));
        }
    }
    let has_invalid = errors.len() > before;
    if ips.items().len() > 2 {
        errors.push(field::invalid(&at, ips, "may only hold up to 2 values"));
    }
    // With addresses that are none, what follows would only mislead.
    if has_invalid {
        return errors;
    }
    if ips.items().len() > 1 && !is_dual_stack(ips.items()) {
        errors.push(field::invalid(&at, ips, "may specify no more than one IP for each IP family"));
    }
    if !view::is_headless(service) {
        for (i, (ip, family)) in ips.items().iter().zip(view::families(service)).enumerate() {
            let is_v6 = ip::parse_sloppy(ip.str()).is_some_and(|ip| ip.is_ipv6());
            let expected = family.str();
            if expected == "IPv4" && is_v6 || expected == "IPv6" && !is_v6 {
                let detail = format!("expected an {expected} value as indicated by `ipFamilies[{i}]`");
                errors.push(field::invalid(&(&at / i), ip, detail));
            }
        }
    }
    errors
}

fn families(service: &Value, errors: &mut Errors) {
    let (at, families) = (&SPEC / "ipFamilies", view::families(service));
    for (i, family) in families.iter().enumerate() {
        if !FAMILIES.contains(&family.str()) {
            errors.push(field::not_supported(&(&at / i), family, FAMILIES));
        }
        if families.iter().take(i).any(|f| f == family) {
            errors.push(field::duplicate(&(&at / i), family));
        }
    }
    let policy = service.get("spec").get("ipFamilyPolicy");
    if !policy.is_null() && !POLICIES.contains(&policy.str()) {
        errors.push(field::not_supported(&(&SPEC / "ipFamilyPolicy"), policy, POLICIES));
    }
}

/// Models `netutils.IsDualStackIPStrings`: both families are there.
fn is_dual_stack(ips: &[Value]) -> bool {
    let has =
        |family| ips.iter().filter_map(|ip| ip::parse_sloppy(ip.str())).any(|ip| Family::of(ip) == family);
    has(Family::IPv4) && has(Family::IPv6) && ips.len() == 2
}

fn external_ips(service: &Value, old: Option<&Value>, errors: &mut Errors) {
    let known = old.map(|o| o.get("spec").get("externalIPs").items()).unwrap_or_default();
    let known = known.iter().map(Value::str).collect::<Vec<_>>();
    let at = &SPEC / "externalIPs";
    for (i, ip) in service.get("spec").get("externalIPs").items().iter().enumerate() {
        let wrong = ip::check_legacy(&(&at / i), ip.str(), &known);
        if wrong.is_empty() {
            endpoint_ip(&(&at / i), ip.str(), errors);
        } else {
            errors.extend(wrong);
        }
    }
}

/// Models `ValidateEndpointIP`: an address that traffic can be sent to.
pub(in crate::registry) fn endpoint_ip(at: &Path<'_>, text: &str, errors: &mut Errors) {
    let Some(ip) = ip::parse_sloppy(text) else {
        errors.push(field::invalid(at, text, "must be a valid IP address"));
        return;
    };
    let (link_local, link_local_multicast) = match ip {
        IpAddr::V4(v4) => (v4.is_link_local(), v4.octets().starts_with(&[224, 0, 0])),
        IpAddr::V6(v6) => {
            (v6.is_unicast_link_local(), (v6.segments().first().copied().unwrap_or(0) & 0xff0f) == 0xff02)
        }
    };
    for (is, detail) in [
        (ip.is_unspecified(), format!("may not be unspecified ({text})")),
        (ip.is_loopback(), "may not be in the loopback range (127.0.0.0/8, ::1/128)".into()),
        (link_local, "may not be in the link-local range (169.254.0.0/16, fe80::/10)".into()),
        (
            link_local_multicast,
            "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)".into(),
        ),
    ] {
        if is {
            errors.push(field::invalid(at, text, detail));
        }
    }
}

fn node_ports(service: &Value, errors: &mut Errors) {
    let (at, ports) = (&SPEC / "ports", view::ports(service));
    let of = |p: &Value| (p.get("protocol").clone(), p.get("nodePort").int());
    if view::service_type(service) == "ClusterIP" {
        for (i, _) in ports.iter().enumerate().filter(|(_, p)| p.get("nodePort").int() != 0) {
            let detail = "may not be used when `type` is 'ClusterIP'";
            errors.push(field::forbidden(&(&(&at / i) / "nodePort"), detail));
        }
    }
    for (i, port) in ports.iter().enumerate().filter(|(_, p)| p.get("nodePort").int() != 0) {
        if ports.iter().take(i).any(|p| of(p) == of(port)) {
            errors.push(field::duplicate(&(&(&at / i) / "nodePort"), port.get("nodePort")));
        }
    }
}

fn unique_ports(service: &Value, errors: &mut Errors) {
    let (at, ports) = (&SPEC / "ports", view::ports(service));
    let of = |p: &Value| (p.get("protocol").clone(), p.get("port").int());
    for (i, port) in ports.iter().enumerate() {
        if ports.iter().take(i).any(|p| of(p) == of(port)) {
            // Upstream shows its own struct, of which only these two fields are set.
            let shown = Value::map([
                ("Name", Value::text("")),
                ("Protocol", port.get("protocol").clone()),
                ("AppProtocol", Value::Null),
                ("Port", port.get("port").clone()),
                ("TargetPort", Value::Int(0)),
                ("NodePort", Value::Int(0)),
            ]);
            errors.push(field::duplicate(&(&at / i), shown));
        }
    }
}

fn source_ranges(service: &Value, old: Option<&Value>, errors: &mut Errors) {
    let only_for = "may only be used when `type` is 'LoadBalancer'";
    let is_load_balancer = view::service_type(service) == "LoadBalancer";
    let ranges = service.get("spec").get("loadBalancerSourceRanges").items();
    if !ranges.is_empty() {
        // Upstream names the field by its Go name here.
        let at = &SPEC / "LoadBalancerSourceRanges";
        if !is_load_balancer {
            errors.push(field::forbidden(&at, only_for));
        }
        let known = old.map(|o| o.get("spec").get("loadBalancerSourceRanges").items()).unwrap_or_default();
        let known = known.iter().map(|v| v.str().trim()).collect::<Vec<_>>();
        for (i, range) in ranges.iter().enumerate() {
            errors.extend(ip::check_cidr_legacy(&(&at / i), range.str().trim(), &known));
        }
    } else if let Some(list) = service.at(&["metadata", "annotations"]).find(SOURCE_RANGES) {
        let annotations = &METADATA / "annotations";
        let at = annotations.key(SOURCE_RANGES);
        if !is_load_balancer {
            errors.push(field::forbidden(&at, only_for));
        }
        let changed =
            old.is_none_or(|o| o.at(&["metadata", "annotations"]).find(SOURCE_RANGES) != Some(list));
        let list = list.str().trim();
        if changed && !list.is_empty() {
            errors.extend(list.split(',').flat_map(|range| ip::check_cidr_legacy(&at, range.trim(), &[])));
        }
    }
}

fn load_balancer(service: &Value, errors: &mut Errors) {
    let is_load_balancer = view::service_type(service) == "LoadBalancer";
    let allocate = service.get("spec").get("allocateLoadBalancerNodePorts");
    match (is_load_balancer, allocate.is_null()) {
        (false, false) => {
            let detail = "may only be used when `type` is 'LoadBalancer'";
            errors.push(field::forbidden(&(&SPEC / "allocateLoadBalancerNodePorts"), detail));
        }
        (true, true) => errors.push(field::required(&Path::new("allocateLoadBalancerNodePorts"), "")),
        _ => {}
    }
    load_balancer_class(service, errors);
}

pub(super) fn load_balancer_class(service: &Value, errors: &mut Errors) {
    let (at, class) = (&SPEC / "loadBalancerClass", service.get("spec").get("loadBalancerClass"));
    if class.is_null() {
        return;
    }
    if view::service_type(service) == "LoadBalancer" {
        complain(&at, class, names::label_key(class.str()), errors);
    } else {
        errors.push(field::forbidden(&at, "may only be used when `type` is 'LoadBalancer'"));
    }
}

fn external_traffic(service: &Value, errors: &mut Errors) {
    let spec = service.get("spec");
    let (at, policy) = (&SPEC / "externalTrafficPolicy", spec.get("externalTrafficPolicy").str());
    if !view::is_externally_accessible(service) {
        if !policy.is_empty() {
            errors.push(field::invalid(&at, policy, "may only be set for externally-accessible services"));
        }
    } else if policy.is_empty() {
        errors.push(field::required(&at, ""));
    } else if !TRAFFIC_POLICIES.contains(&policy) {
        errors.push(field::not_supported(&at, policy, TRAFFIC_POLICIES));
    }
    let (at, port) = (&SPEC / "healthCheckNodePort", spec.get("healthCheckNodePort").int());
    match (view::needs_health_check(service), port) {
        (false, 0) => {}
        (false, port) => {
            let detail =
                "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
            errors.push(field::invalid(&at, port, detail));
        }
        (true, 0) => errors.push(field::required(&at, "")),
        (true, port) => complain(&at, port, names::port_number(port), errors),
    }
}

fn internal_traffic(service: &Value, errors: &mut Errors) {
    let spec = service.get("spec");
    let (at, policy) = (&SPEC / "internalTrafficPolicy", spec.get("internalTrafficPolicy"));
    if policy.is_null() {
        if matches!(view::service_type(service), "NodePort" | "LoadBalancer" | "ClusterIP") {
            errors.push(field::required(&at, ""));
        }
    } else if !TRAFFIC_POLICIES.contains(&policy.str()) {
        errors.push(field::not_supported(&at, policy, TRAFFIC_POLICIES));
    }
    let distribution = spec.get("trafficDistribution");
    if !distribution.is_null() && !DISTRIBUTIONS.contains(&distribution.str()) {
        errors.push(field::not_supported(&(&SPEC / "trafficDistribution"), distribution, DISTRIBUTIONS));
    }
}

/// A field of the spec that must be there and be one of a few words.
fn one_of(service: &Value, name: &str, supported: &[&str], errors: &mut Errors) {
    match service.get("spec").get(name).str() {
        "" => errors.push(field::required(&(&SPEC / name), "")),
        value if !supported.contains(&value) => {
            errors.push(field::not_supported(&(&SPEC / name), value, supported));
        }
        _ => {}
    }
}

pub(super) fn complain(at: &Path<'_>, value: impl Into<Value>, complaints: Complaints, errors: &mut Errors) {
    let value = value.into();
    errors.extend(complaints.into_iter().map(|c| field::invalid(at, &value, c)));
}
