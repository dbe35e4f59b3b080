//! An EndpointSlice.
//!
//! Models `pkg/registry/discovery/endpointslice/strategy.go`, `pkg/apis/discovery/v1/defaults.go` and
//! `pkg/apis/discovery/validation/validation.go`.

use super::endpoints::PROTOCOLS;
use super::service::endpoint_ip;
use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta};
use crate::base::field::{self, Errors};
use crate::base::ip::{self, Family};
use crate::base::{Path, Value, names};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "endpointslices.discovery.k8s.io",
    default: |slice| {
        edit::each(slice, "ports", |port| {
            port.set_default("name", "");
            port.set_default("protocol", "TCP");
        });
    },
    prepare_create: |slice| {
        slice.entry("metadata").set("generation", 1);
        drop_topology(slice);
    },
    prepare_update: |slice, old| {
        // Labels count: they say which Service the slice is of.
        if changed(slice, old) {
            let generation = old.get("metadata").get("generation").int() + 1;
            slice.entry("metadata").set("generation", generation);
        }
        if slice.get("endpoints") != old.get("endpoints") {
            keep_node_names(slice, old);
            drop_topology(slice);
        }
    },
    validate: |slice| validate(slice, None),
    validate_update: |slice, old| {
        let mut errors = validate(slice, Some(old));
        let name = "addressType";
        check::declared_immutable(&Path::new(name), slice.get(name), old.get(name), &mut errors);
        errors
    },
    warnings,
    ..GENERIC
};

const ADDRESS_TYPES: &[&str] = &["FQDN", "IPv4", "IPv6"];
const ENDPOINTS_MAX: usize = 1000;
const ADDRESSES_MAX: usize = 100;
const PORTS_MAX: usize = 20_000;
const TOPOLOGY_MAX: usize = 16;
const HINTS_MAX: usize = 8;
const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// Those that write addresses as they should be.
const CONTROLLERS: &[&str] = &["endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"];

fn changed(slice: &Value, old: &Value) -> bool {
    let same = |a: &Value, b: &Value| a == b || a.is_empty() && b.is_empty();
    let labels = ["metadata", "labels"];
    ["addressType", "endpoints", "ports"].iter().any(|field| !same(slice.get(field), old.get(field)))
        || !same(slice.at(&labels), old.at(&labels))
}

/// What an older version of the API called a node may come back.
fn keep_node_names(slice: &mut Value, old: &Value) {
    let known = old.get("endpoints").items().iter().map(|e| e.get("deprecatedTopology").get(HOSTNAME).str());
    let known: Vec<&str> = known.filter(|name| !name.is_empty()).collect();
    edit::each(slice, "endpoints", |endpoint| {
        let name = endpoint.get("deprecatedTopology").get(HOSTNAME).clone();
        let is_known = known.contains(&name.str()) && names::dns1123_subdomain(name.str()).is_empty();
        if is_known && endpoint.get("nodeName").is_null() {
            endpoint.set("nodeName", name);
        }
    });
}

fn drop_topology(slice: &mut Value) {
    edit::each(slice, "endpoints", |endpoint| {
        endpoint.remove("deprecatedTopology");
    });
}

fn validate(slice: &Value, old: Option<&Value>) -> Errors {
    let mut errors = meta::validate_kube(slice, true, names::dns1123_subdomain);
    let address_type = slice.get("addressType").str();
    let unchanged = |name: &str| old.is_some_and(|old| old.get(name) == slice.get(name));
    if !unchanged("addressType") {
        match address_type {
            "" => errors.push(field::required(&Path::new("addressType"), "").declarative()),
            other if !ADDRESS_TYPES.contains(&other) => {
                let at = Path::new("addressType");
                let error = field::not_supported(&at, other, ADDRESS_TYPES);
                // A change is refused by declaration, which ends there; the older check says this, too.
                errors.push(if old.is_none() { error.declarative() } else { error });
            }
            _ => {}
        }
    }
    ports(slice.get("ports").items(), &mut errors);
    // What older versions let in may stay.
    if !unchanged("endpoints") {
        endpoints(slice.get("endpoints").items(), address_type, &mut errors);
    }
    errors
}

fn ports(ports: &[Value], errors: &mut Errors) {
    let at = Path::new("ports");
    if ports.len() > PORTS_MAX {
        errors.push(field::too_many(&at, ports.len(), PORTS_MAX));
        return;
    }
    let mut seen = alloc::collections::BTreeSet::new();
    for (i, port) in ports.iter().enumerate() {
        let at = &at / i;
        let (name_at, name) = (&at / "name", port.get("name").str());
        if !name.is_empty() {
            check::complain(&name_at, name, names::dns1123_label(name), errors);
        }
        if !seen.insert(name) {
            errors.push(field::duplicate(&name_at, name));
        }
        check::one_of(&(&at / "protocol"), port.get("protocol").str(), PROTOCOLS, errors);
        if let Some(protocol) = port.get("appProtocol").as_text() {
            check::complain(&(&at / "appProtocol"), protocol, names::label_key(protocol), errors);
        }
    }
}

fn endpoints(endpoints: &[Value], address_type: &str, errors: &mut Errors) {
    let at = Path::new("endpoints");
    if endpoints.len() > ENDPOINTS_MAX {
        errors.push(field::too_many(&at, endpoints.len(), ENDPOINTS_MAX));
        return;
    }
    for (i, endpoint) in endpoints.iter().enumerate() {
        check_endpoint(&(&at / i), endpoint, address_type, errors);
    }
}

fn check_endpoint(at: &Path<'_>, endpoint: &Value, address_type: &str, errors: &mut Errors) {
    let (list_at, addresses) = (at / "addresses", endpoint.get("addresses").items());
    if addresses.is_empty() {
        errors.push(field::required(&list_at, "").declarative());
    } else if addresses.len() > ADDRESSES_MAX {
        errors.push(field::too_many(&list_at, addresses.len(), ADDRESSES_MAX).declarative());
    }
    for (i, address) in addresses.iter().enumerate() {
        check_address(&list_at, i, address.str(), address_type, errors);
    }
    if let Some(node) = endpoint.get("nodeName").as_text() {
        check::complain(&(at / "nodeName"), node, names::dns1123_subdomain(node), errors);
    }
    let (topology_at, topology) = (at / "deprecatedTopology", endpoint.get("deprecatedTopology"));
    if topology.entries().len() > TOPOLOGY_MAX {
        errors.push(field::too_many(&topology_at, topology.entries().len(), TOPOLOGY_MAX));
    }
    meta::check_labels(topology, &topology_at, errors);
    if topology.find(ZONE).is_some() {
        errors.push(field::internal(&topology_at.key(ZONE), "reserved key was not removed in conversion"));
    }
    if let Some(name) = endpoint.get("hostname").as_text() {
        check::complain(&(at / "hostname"), name, names::dns1123_label(name), errors);
    }
    check_hints(&(at / "hints"), endpoint.get("hints"), errors);
}

/// Addresses of a type that is not known are not looked at.
fn check_address(list_at: &Path<'_>, i: usize, address: &str, address_type: &str, errors: &mut Errors) {
    let at = list_at / i;
    let (wrong, family) = match address_type {
        "IPv4" => (ip::check_legacy(&at, address, &[]), Family::IPv4),
        "IPv6" => (ip::check(&at, address), Family::IPv6),
        "FQDN" => return full_name(&at, address, errors),
        _ => return,
    };
    if !wrong.is_empty() {
        errors.extend(wrong);
        return;
    }
    if ip::parse_sloppy(address).map(Family::of) != Some(family) {
        let detail = alloc::format!("must be an {} address", family.name());
        errors.push(field::invalid(list_at, address, detail));
    }
    endpoint_ip(&at, address, errors);
}

/// Models `IsFullyQualifiedDomainName`.
fn full_name(at: &Path<'_>, name: &str, errors: &mut Errors) {
    if name.is_empty() {
        errors.push(field::required(at, ""));
        return;
    }
    let name = name.strip_suffix('.').unwrap_or(name);
    let complaints = names::dns1123_subdomain(name);
    if !complaints.is_empty() {
        errors.push(field::invalid(at, name, complaints.join(",")));
        return;
    }
    if !name.contains('.') {
        let detail = "should be a domain with at least two segments separated by dots";
        errors.push(field::invalid(at, name, detail));
        return;
    }
    let wrong = name.split('.').map(|label| (label, names::dns1123_label(label)));
    if let Some((label, complaints)) = wrong.into_iter().find(|(_, complaints)| !complaints.is_empty()) {
        errors.push(field::invalid(at, label, complaints.join(",")));
    }
}

fn check_hints(at: &Path<'_>, hints: &Value, errors: &mut Errors) {
    for (list, check) in
        [("forZones", names::label_value as fn(&str) -> _), ("forNodes", names::dns1123_subdomain)]
    {
        let (at, items) = (at / list, hints.get(list).items());
        if items.len() > HINTS_MAX {
            errors.push(field::too_many(&at, items.len(), HINTS_MAX));
            return;
        }
        for (i, item) in items.iter().enumerate() {
            let (item_at, name) = (&at / i, item.get("name").str());
            let name_at = &item_at / "name";
            if items.iter().take(i).any(|other| other.get("name").str() == name) {
                errors.push(field::duplicate(&name_at, name));
            }
            check::complain(&name_at, name, check(name), errors);
        }
    }
}

fn warnings(slice: &Value, old: Option<&Value>) -> Vec<String> {
    let mut out = Vec::new();
    if old.is_none() && slice.get("addressType").str() == "FQDN" {
        out.push("spec.addressType: FQDN endpoints are deprecated".to_string());
    }
    if CONTROLLERS.contains(&slice.at(&["metadata", "labels"]).get(MANAGED_BY).str()) {
        return out;
    }
    let at = Path::new("endpoints");
    for (i, endpoint) in slice.get("endpoints").items().iter().enumerate() {
        let endpoint_at = &at / i;
        let at = &endpoint_at / "addresses";
        for (i, address) in endpoint.get("addresses").items().iter().enumerate() {
            out.extend(ip::warnings(&(&at / i), address.str()));
        }
    }
    out
}
