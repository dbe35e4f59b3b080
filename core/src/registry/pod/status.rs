//! What may be said of a pod's state.
//!
//! Models `ValidatePodStatusUpdate` of `pkg/apis/core/validation/validation.go`.

use super::{Options, annotations};
use crate::base::field::{self, Errors};
use crate::base::ip::{self, Family};
use crate::base::{Path, Value, names};
use crate::registry::resources::quantity;
use crate::registry::{check, meta};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

const STATUS: Path<'static> = Path::new("status");
const HEALTHS: &[&str] = &["Healthy", "Unhealthy", "Unknown"];
const HEALTH_MESSAGE_MAX: usize = 1024;
const OBSERVED_NEGATIVE: &str = "must be a non-negative integer";
/// The lists of statuses, and the containers they are of.
const LISTS: &[(&str, &str)] = &[
    ("containerStatuses", "containers"),
    ("initContainerStatuses", "initContainers"),
    ("ephemeralContainerStatuses", "ephemeralContainers"),
];

pub(super) fn validate(pod: &Value, old: &Value) -> Errors {
    let options = Options { is_pod: true, ..Options::from_old(old) };
    let mut errors = meta::validate_update_kube(pod, old);
    annotations::check_update(pod, old, &options, &mut errors);
    let (status, was, spec) = (pod.get("status"), old.get("status"), pod.get("spec"));
    conditions(&(&STATUS / "conditions"), status, &mut errors);
    nominated_node(status, old, &mut errors);
    let observed = status.get("observedGeneration").int();
    if observed < 0 {
        errors.push(field::invalid(&(&STATUS / "observedGeneration"), observed, OBSERVED_NEGATIVE));
    }
    check::immutable(&(&STATUS / "qosClass"), status.get("qosClass"), was.get("qosClass"), &mut errors);
    transitions(status, old, &mut errors);
    claim_statuses(&(&STATUS / "resourceClaimStatuses"), status, spec, &mut errors);
    extended_claims(status, spec, &mut errors);
    pod_ips(status, was, &mut errors);
    host_ips(status, was, &mut errors);
    for (list, _) in LISTS {
        users(&(&STATUS / *list), status.get(list).items(), spec, &mut errors);
    }
    for (list, containers) in LISTS {
        allocated(&(&STATUS / *list), status, list, spec.get(containers).items(), &mut errors);
    }
    errors
}

fn conditions(at: &Path<'_>, status: &Value, errors: &mut Errors) {
    for (i, condition) in status.get("conditions").items().iter().enumerate() {
        let at = at / i;
        let observed = condition.get("observedGeneration").int();
        if observed < 0 {
            errors.push(field::invalid(&(&at / "observedGeneration"), observed, OBSERVED_NEGATIVE));
        }
        let type_ = condition.get("type").str();
        if !matches!(type_, "PodScheduled" | "Ready" | "Initialized") {
            check::complain(&(&at / "Type"), type_, names::label_key(type_), errors);
        }
    }
}

fn nominated_node(status: &Value, old: &Value, errors: &mut Errors) {
    let at = &STATUS / "nominatedNodeName";
    let (name, before) =
        (status.get("nominatedNodeName").str(), old.at(&["status", "nominatedNodeName"]).str());
    if name == before || name.is_empty() {
        return;
    }
    check::complain(&at, name, names::dns1123_subdomain(name), errors);
    if !old.at(&["spec", "nodeName"]).is_empty() {
        errors.push(field::forbidden(&at, "may not be set on pods that are already bound to a node"));
    }
}

/// A container that has ended stays so, unless it is one that is started again.
///
/// Models `ValidateContainerStateTransition` and the two beside it.
fn transitions(status: &Value, old: &Value, errors: &mut Errors) {
    let spec = old.get("spec");
    for (list, containers) in LISTS {
        if *list != "ephemeralContainerStatuses" && could_all_restart(spec) {
            continue;
        }
        let at = &STATUS / *list;
        for (i, before) in old.get("status").get(list).items().iter().enumerate() {
            let ended = before.at(&["state", "terminated"]);
            let name = before.get("name");
            let runs = |s: &Value| s.get("name") == name && s.at(&["state", "terminated"]).is_null();
            if ended.is_null() || !status.get(list).items().iter().any(runs) {
                continue;
            }
            let container = spec.get(containers).items().iter().find(|c| c.get("name") == name);
            let code = ended.get("exitCode").int();
            let may =
                *containers != "ephemeralContainers" && container.is_some_and(|c| restarts(c, spec, code));
            if !may {
                let detail = "may not be transitioned to non-terminated state";
                errors.push(field::forbidden(&(&(&at / i) / "state"), detail));
            }
        }
    }
}

fn could_all_restart(spec: &Value) -> bool {
    let containers = ["initContainers", "containers"].iter().flat_map(|list| spec.get(list).items());
    let mut rules = containers.flat_map(|c| c.get("restartPolicyRules").items());
    rules.any(|rule| rule.get("action").str() == "RestartAllContainers")
}

/// Whether a container that ended with that code is started again.
///
/// Models `ContainerShouldRestart`.
pub(super) fn restarts(container: &Value, spec: &Value, code: i64) -> bool {
    let own = container.get("restartPolicy");
    let matches = |rule: &&Value| {
        let codes = rule.get("exitCodes");
        let listed = codes.get("values").items().iter().any(|v| v.int() == code);
        match codes.get("operator").str() {
            "In" => listed,
            "NotIn" => !listed,
            _ => false,
        }
    };
    let rule = container.get("restartPolicyRules").items().iter().find(matches);
    let by_rule = rule.is_some_and(|r| matches!(r.get("action").str(), "Restart" | "RestartAllContainers"));
    if !own.is_null() && by_rule {
        return true;
    }
    let policy = |p: &str| match p {
        "Always" => Some(true),
        "OnFailure" => Some(code != 0),
        "Never" => Some(false),
        _ => None,
    };
    policy(own.str()).or_else(|| policy(spec.get("restartPolicy").str())).unwrap_or(true)
}

fn claim_statuses(at: &Path<'_>, status: &Value, spec: &Value, errors: &mut Errors) {
    let claims = spec.get("resourceClaims").items();
    let mut seen = BTreeSet::new();
    for (i, claim) in status.get("resourceClaimStatuses").items().iter().enumerate() {
        let at = at / i;
        let name = claim.get("name").str();
        if !claims.iter().any(|c| c.get("name").str() == name) {
            let detail = "must match the name of an entry in `spec.resourceClaims`";
            errors.push(field::invalid(&(&at / "name"), name, detail));
        }
        if !seen.insert(name) {
            errors.push(field::duplicate(&(&at / "name"), name));
        }
        if let Some(claim) = claim.get("resourceClaimName").as_text() {
            let complaints = names::dns1123_subdomain(claim);
            check::complain(&(&at / "resourceClaimName"), claim, complaints, errors);
        }
    }
}

/// Models `validatePodExtendedResourceClaimStatus`.
fn extended_claims(status: &Value, spec: &Value, errors: &mut Errors) {
    let (at, claim) = (&STATUS / "extendedResourceClaimStatus", status.get("extendedResourceClaimStatus"));
    if claim.is_null() {
        return;
    }
    let (mappings_at, mappings) = (&at / "requestMappings", claim.get("requestMappings").items());
    if mappings.is_empty() {
        errors.push(field::required(&mappings_at, "at least one request mapping is required"));
    }
    let containers = ["containers", "initContainers"].iter().flat_map(|list| spec.get(list).items());
    let containers: Vec<&Value> = containers.collect();
    let mut seen = BTreeSet::new();
    for (i, mapping) in mappings.iter().enumerate() {
        let item = &mappings_at / i;
        let text = |name: &str| mapping.get(name).str();
        let key = (text("containerName"), text("resourceName"), text("requestName"));
        match containers.iter().find(|c| c.get("name").str() == key.0) {
            Some(c) if c.at(&["resources", "requests"]).find(key.1).is_some() => {}
            Some(_) => {
                let detail = "must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests";
                errors.push(field::invalid(&(&item / "resourceName"), key.1, detail));
            }
            None => {
                let detail =
                    "must match the name of an entry in spec.initContainers.name or spec.containers.name";
                errors.push(field::invalid(&(&item / "containerName"), key.0, detail));
            }
        }
        check::complain(&(&at / "requestName"), key.2, names::dns1123_label(key.2), errors);
        if !seen.insert(key) {
            for (name, value) in [("containerName", key.0), ("resourceName", key.1), ("requestName", key.2)] {
                errors.push(field::duplicate(&(&item / name), value));
            }
        }
    }
    match claim.get("resourceClaimName").str() {
        "" => errors.push(field::required(&(&at / "resourceClaimName"), "")),
        name => check::complain(&(&at / "resourceClaimName"), name, names::dns1123_subdomain(name), errors),
    }
}

fn pod_ips(status: &Value, old: &Value, errors: &mut Errors) {
    let (at, list) = (&STATUS / "podIPs", status.get("podIPs"));
    addresses(&at, list, old.get("podIPs"), errors);
    let (single, first) = (status.get("podIP").str(), list.items().first().map(|ip| ip.get("ip").str()));
    if single.is_empty() == first.is_some() {
        let detail = "podIP and podIPs must either both be set or both be unset";
        errors.push(field::invalid(&at, list, detail).of_type("[]io.k8s.api.core.v1.PodIP"));
    } else if let Some(first) = first.filter(|first| *first != single) {
        errors.push(field::invalid(&(&(&at / 0) / "ip"), first, "must be equal to `podIP`"));
    }
}

fn host_ips(status: &Value, old: &Value, errors: &mut Errors) {
    let (at, list) = (&STATUS / "hostIPs", status.get("hostIPs"));
    let Some(first) = list.items().first().map(|ip| ip.get("ip").str()) else { return };
    if first != status.get("hostIP").str() {
        errors.push(field::invalid(&(&(&at / 0) / "ip"), first, "must be equal to `hostIP`"));
    }
    addresses(&at, list, old.get("hostIPs"), errors);
}

/// At most one address of each family.
fn addresses(at: &Path<'_>, list: &Value, old: &Value, errors: &mut Errors) {
    let texts = |list: &Value| list.items().iter().map(|ip| ip.get("ip").clone()).collect::<Vec<_>>();
    let (new, old) = (texts(list), texts(old));
    let old: Vec<&str> = old.iter().map(Value::str).collect();
    for (i, address) in new.iter().enumerate() {
        errors.extend(ip::check_legacy(&(at / i), address.str(), &old));
    }
    if new.len() < 2 {
        return;
    }
    let families =
        new.iter().map(|a| ip::parse_sloppy(a.str()).map(Family::of)).collect::<Option<BTreeSet<_>>>();
    if families.is_none() {
        let wrong = new.iter().find(|a| ip::parse_sloppy(a.str()).is_none()).map_or("", |a| a.str());
        let detail = format!("failed to check for dual stack with error:invalid IP: {wrong}");
        errors.push(field::internal(at, detail));
    }
    if families.is_none_or(|f| f.len() < 2) || new.len() > 2 {
        let detail = "may specify no more than one IP for each IP family";
        let type_ = "[]io.k8s.api.core.v1.PodIP";
        errors.push(field::invalid(at, list, detail).of_type(type_));
    }
}

/// Models `validateContainerStatusUsers`.
fn users(at: &Path<'_>, statuses: &[Value], spec: &Value, errors: &mut Errors) {
    let windows = spec.at(&["os", "name"]).str() == "windows";
    for (i, status) in statuses.iter().enumerate() {
        let user = status.at(&["user", "linux"]);
        if user.is_null() {
            continue;
        }
        let status_at = at / i;
        let at = &status_at / "user.linux";
        if windows {
            errors.push(field::forbidden(&at, "cannot be set for a windows pod"));
            continue;
        }
        let (uid, gid) = (user.get("uid").int(), user.get("gid").int());
        check::complain(&(&at / "uid"), uid, names::in_range(uid, 0, u32::MAX.into()), errors);
        check::complain(&(&at / "gid"), gid, names::in_range(gid, 0, i32::MAX.into()), errors);
        let groups = &at / "supplementalGroups";
        for (i, group) in user.get("supplementalGroups").items().iter().enumerate() {
            let complaints = names::in_range(group.int(), 0, i32::MAX.into());
            check::complain(&(&groups / i), group.int(), complaints, errors);
        }
    }
}

/// The health of devices that containers were given.
///
/// Models `validateContainerStatusAllocatedResourcesStatus`.
fn allocated(at: &Path<'_>, status: &Value, list: &str, containers: &[Value], errors: &mut Errors) {
    const NAME: &str = "allocatedResourcesStatus";
    for (i, of_container) in status.get(list).items().iter().enumerate() {
        let resources = of_container.get(NAME).items();
        if resources.is_empty() {
            continue;
        }
        let status_at = at / i;
        let at = &status_at / NAME;
        if list == "ephemeralContainerStatuses" {
            errors.push(field::forbidden(&at, "must not be specified in container status"));
            continue;
        }
        let container = containers.iter().find(|c| c.get("name") == of_container.get("name"));
        for (j, resource) in resources.iter().enumerate() {
            let at = &at / j;
            let name = resource.get("name").str();
            if let Some(detail) = container.and_then(|c| not_allocated(c, name, status)) {
                errors.push(field::invalid(&(&at / "name"), name, detail));
            }
            healths(&(&at / "resources"), resource, errors);
        }
    }
}

/// What is wrong with a container's having been given that resource.
fn not_allocated(container: &Value, name: &str, status: &Value) -> Option<&'static str> {
    let requests = container.at(&["resources", "requests"]);
    let Some(claim) = name.strip_prefix("claim:") else {
        let detail = "must match one of the container's resource requests";
        return requests.find(name).is_none().then_some(detail);
    };
    let own = container.at(&["resources", "claims"]).items().iter().any(|c| {
        let (name, request) = (c.get("name").str(), c.get("request").str());
        if request.is_empty() { claim == name } else { claim == format!("{name}/{request}") }
    });
    let extended = status.get("extendedResourceClaimStatus");
    let (claim_name, request) = claim.split_once('/').unwrap_or((claim, ""));
    let mapped = |m: &Value| {
        m.get("containerName") == container.get("name")
            && m.get("requestName").str() == request
            && requests.find(m.get("resourceName").str()).is_some_and(|q| !quantity(q).is_zero())
    };
    let by_extended = !request.is_empty()
        && extended.get("resourceClaimName").str() == claim_name
        && extended.get("requestMappings").items().iter().any(mapped);
    let detail = "must match one of the container's resource claims as 'claim:<claimName>/<requestName>' when container.resources.claims[*].request is set or 'claim:<claimName>' when it is empty";
    (!own && !by_extended).then_some(detail)
}

fn healths(at: &Path<'_>, resource: &Value, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for (i, device) in resource.get("resources").items().iter().enumerate() {
        let at = at / i;
        check::one_of(&(&at / "health"), device.get("health").str(), HEALTHS, errors);
        if let Some(message) = device.get("message").as_text() {
            let at = &at / "message";
            if message.is_empty() {
                errors.push(field::required(&at, "must be non-empty if specified"));
            } else if message.len() > HEALTH_MESSAGE_MAX {
                errors.push(field::too_long(&at, HEALTH_MESSAGE_MAX));
            }
        }
        let id = device.get("resourceID").str();
        if !seen.insert(id) {
            errors.push(field::duplicate(&(&at / "resourceID"), id));
        }
    }
}
