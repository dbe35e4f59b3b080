//! Endpoints.
//!
//! Models `pkg/registry/core/endpoint/strategy.go`, `SetDefaults_Endpoints` and `ValidateEndpoints` of
//! `pkg/apis/core/validation/validation.go`.

use super::service::endpoint_ip;
use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, ip, names};
use alloc::string::String;
use alloc::vec::Vec;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "endpoints",
    default: |endpoints| {
        edit::each(endpoints, "subsets", |subset| {
            edit::each(subset, "ports", |port| edit::default_text(port, "protocol", "TCP"));
        });
    },
    validate: |endpoints| validate(endpoints, None),
    validate_update: |endpoints, old| {
        let mut errors = meta::validate_update_kube(endpoints, old);
        errors.extend(validate(endpoints, Some(old)));
        errors
    },
    warnings: |endpoints, _| warnings(endpoints),
    create_on_update: true,
    ..GENERIC
};

pub(super) const PROTOCOLS: &[&str] = &["SCTP", "TCP", "UDP"];
/// Who writes the object, and the one that writes addresses as they should be.
const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";
const CONTROLLER: &str = "endpoint-controller";

fn validate(endpoints: &Value, old: Option<&Value>) -> Errors {
    let mut errors = meta::validate_kube(endpoints, true, names::dns1123_subdomain);
    // What older versions let in may stay.
    if old.is_none_or(|old| old.get("subsets") != endpoints.get("subsets")) {
        let at = Path::new("subsets");
        for (i, subset) in endpoints.get("subsets").items().iter().enumerate() {
            check_subset(&(&at / i), subset, &mut errors);
        }
    }
    errors
}

fn check_subset(at: &Path<'_>, subset: &Value, errors: &mut Errors) {
    const LISTS: [&str; 2] = ["addresses", "notReadyAddresses"];
    if LISTS.iter().all(|list| subset.get(list).is_empty()) {
        errors.push(field::required(at, "must specify `addresses` or `notReadyAddresses`"));
    }
    for list in LISTS {
        let at = at / list;
        for (i, address) in subset.get(list).items().iter().enumerate() {
            check_address(&(&at / i), address, errors);
        }
    }
    let (at, ports) = (at / "ports", subset.get("ports").items());
    for (i, port) in ports.iter().enumerate() {
        check_port(&(&at / i), port, ports.len() > 1, errors);
    }
}

fn check_address(at: &Path<'_>, address: &Value, errors: &mut Errors) {
    let (ip_at, ip) = (at / "ip", address.get("ip").str());
    errors.extend(ip::check_legacy(&ip_at, ip, &[]));
    let hostname = address.get("hostname").str();
    if !hostname.is_empty() {
        check::complain(&(at / "hostname"), hostname, names::dns1123_label(hostname), errors);
    }
    if let Some(node) = address.get("nodeName").as_text() {
        check::complain(&(at / "nodeName"), node, names::dns1123_subdomain(node), errors);
    }
    endpoint_ip(&ip_at, ip, errors);
}

fn check_port(at: &Path<'_>, port: &Value, must_have_name: bool, errors: &mut Errors) {
    let (name_at, name) = (at / "name", port.get("name").str());
    if !name.is_empty() {
        check::complain(&name_at, name, names::dns1123_label(name), errors);
    } else if must_have_name {
        errors.push(field::required(&name_at, ""));
    }
    let number = port.get("port").int();
    check::complain(&(at / "port"), number, names::port_number(number), errors);
    check::required_one_of(&(at / "protocol"), port.get("protocol").str(), PROTOCOLS, errors);
    if let Some(protocol) = port.get("appProtocol").as_text() {
        check::complain(&(at / "appProtocol"), protocol, names::label_key(protocol), errors);
    }
}

fn warnings(endpoints: &Value) -> Vec<String> {
    let mut out = Vec::new();
    if endpoints.at(&["metadata", "labels"]).get(MANAGED_BY).str() == CONTROLLER {
        return out;
    }
    let at = Path::new("subsets");
    for (i, subset) in endpoints.get("subsets").items().iter().enumerate() {
        let at = &at / i;
        for list in ["addresses", "notReadyAddresses"] {
            let at = &at / list;
            for (i, address) in subset.get(list).items().iter().enumerate() {
                out.extend(ip::warnings(&(&(&at / i) / "ip"), address.get("ip").str()));
            }
        }
    }
    out
}
