//! The columns of each kind.
//!
//! Models `AddHandlers` of `pkg/printers/internalversion/printers.go`.

use super::age::{age_of, human};
use super::{endpoints, pod, service};
use crate::base::{Instant, Value};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A column, as a header names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    /// Shown only where a wide table is asked for.
    pub wide: bool,
}

/// Kind, group, columns; those after the bar are for wide tables.
const KINDS: &[(&str, &str, &str)] = &[
    ("Pod", "", "Name Ready Status Restarts Age|IP Node Nominated_Node Readiness_Gates"),
    ("Service", "", "Name Type Cluster-IP External-IP Port(s) Age|Selector"),
    ("Endpoints", "", "Name Endpoints Age"),
    ("EndpointSlice", "discovery.k8s.io", "Name AddressType Ports Endpoints Age"),
    ("Deployment", "apps", "Name Ready Up-to-date Available Age|Containers Images Selector"),
    ("ReplicaSet", "apps", "Name Desired Current Ready Age|Containers Images Selector"),
    ("ReplicationController", "", "Name Desired Current Ready Age|Containers Images Selector"),
    ("StatefulSet", "apps", "Name Ready Age|Containers Images"),
    (
        "DaemonSet",
        "apps",
        "Name Desired Current Ready Up-to-date Available Node_Selector Age|Containers Images Selector",
    ),
    (
        "Node",
        "",
        "Name Status Roles Age Version|Internal-IP External-IP OS-Image Kernel-Version Container-Runtime",
    ),
    ("Namespace", "", "Name Status Age"),
    ("ConfigMap", "", "Name Data Age"),
    ("Secret", "", "Name Type Data Age"),
    ("ServiceAccount", "", "Name Age"),
    ("Ingress", "networking.k8s.io", "Name Class Hosts Address Ports Age"),
    ("IngressClass", "networking.k8s.io", "Name Controller Parameters Age"),
    ("NetworkPolicy", "networking.k8s.io", "Name Pod-Selector Age"),
    ("ServiceCIDR", "networking.k8s.io", "Name CIDRs Age"),
    ("IPAddress", "networking.k8s.io", "Name ParentRef Age"),
    ("ControllerRevision", "apps", "Name Controller Revision Age"),
    ("Lease", "coordination.k8s.io", "Name Holder Age"),
    ("ResourceQuota", "", "Name Request Limit Age"),
    ("LimitRange", "", "Name Created_At"),
    ("Event", "", "Last_Seen Type Reason Object|Subobject Source Message First_Seen Count Name"),
];
/// Of all other kinds.
const PLAIN: &str = "Name Age";

/// The columns of a kind, those of wide tables last.
pub fn columns(group: &str, kind: &str) -> Vec<Column> {
    let known = KINDS.iter().find(|(k, g, _)| *k == kind && *g == group);
    let (narrow, wide) = known
        .map_or(PLAIN, |(.., columns)| columns)
        .split_once('|')
        .unwrap_or_else(|| (known.map_or(PLAIN, |(.., columns)| columns), ""));
    let narrow = narrow.split_ascii_whitespace().map(|name| Column { name, wide: false });
    narrow.chain(wide.split_ascii_whitespace().map(|name| Column { name, wide: true })).collect()
}

/// The cells of an object, one for each of the columns of its kind.
pub fn row(columns: &[Column], kind: &str, object: &Value, now: Instant) -> Vec<String> {
    columns.iter().map(|column| cell(kind, column.name, object, now)).collect()
}

fn cell(kind: &str, column: &str, object: &Value, now: Instant) -> String {
    let (metadata, spec, status) = (object.get("metadata"), object.get("spec"), object.get("status"));
    let number = |value: &Value| value.int().to_string();
    match (kind, column) {
        (_, "Name") => metadata.get("name").str().to_string(),
        (_, "Age") => age_of(metadata.get("creationTimestamp"), now),
        (_, "Created_At") => metadata.get("creationTimestamp").str().to_string(),
        ("Pod", "Ready") => pod::summary(object, now).ready,
        ("Pod", "Status") => pod::summary(object, now).status,
        ("Pod", "Restarts") => pod::summary(object, now).restarts,
        ("Pod", "IP") => or_none(match status.get("podIPs").items().first() {
            Some(first) => first.get("ip").str(),
            None => status.get("podIP").str(),
        }),
        ("Pod", "Node") => or_none(spec.get("nodeName").str()),
        ("Pod", "Nominated_Node") => or_none(status.get("nominatedNodeName").str()),
        ("Pod", "Readiness_Gates") => pod::readiness_gates(object),
        ("Service", "Cluster-IP") => service::cluster_ip(object),
        ("Service", "External-IP") => service::external_ip(object),
        ("Service", "Port(s)") => service::ports(object),
        ("Service" | "ReplicationController", "Selector") => labels(spec.get("selector")),
        ("Endpoints", "Endpoints") => endpoints::endpoints(object),
        ("EndpointSlice", "AddressType") => object.get("addressType").str().to_string(),
        ("EndpointSlice", "Ports") => endpoints::slice_ports(object),
        ("EndpointSlice", "Endpoints") => endpoints::slice_endpoints(object),
        ("Deployment" | "StatefulSet", "Ready") => {
            format!("{}/{}", status.get("readyReplicas").int(), spec.get("replicas").int())
        }
        ("Deployment", "Up-to-date") => number(status.get("updatedReplicas")),
        ("Deployment", "Available") => number(status.get("availableReplicas")),
        ("ReplicaSet" | "ReplicationController", "Desired") => number(spec.get("replicas")),
        ("ReplicaSet" | "ReplicationController", "Current") => number(status.get("replicas")),
        ("ReplicaSet" | "ReplicationController", "Ready") => number(status.get("readyReplicas")),
        ("DaemonSet", "Desired") => number(status.get("desiredNumberScheduled")),
        ("DaemonSet", "Current") => number(status.get("currentNumberScheduled")),
        ("DaemonSet", "Ready") => number(status.get("numberReady")),
        ("DaemonSet", "Up-to-date") => number(status.get("updatedNumberScheduled")),
        ("DaemonSet", "Available") => number(status.get("numberAvailable")),
        ("DaemonSet", "Node_Selector") => labels(spec.at(&["template", "spec", "nodeSelector"])),
        (_, "Containers") => of_containers(spec, "name"),
        (_, "Images") => of_containers(spec, "image"),
        (_, "Selector") => selector(spec.get("selector")),
        ("Node", _) => of_node(column, object),
        ("Namespace", "Status") => status.get("phase").str().to_string(),
        ("ConfigMap", "Data") => {
            (object.get("data").entries().len() + object.get("binaryData").entries().len()).to_string()
        }
        ("Secret", "Data") => object.get("data").entries().len().to_string(),
        ("Secret" | "Event", "Type") => object.get("type").str().to_string(),
        ("Service", "Type") => spec.get("type").str().to_string(),
        ("Ingress", _) => of_ingress(column, object),
        ("IngressClass", "Controller") => spec.get("controller").str().to_string(),
        ("IngressClass", "Parameters") => match spec.get("parameters") {
            Value::Null => "<none>".to_string(),
            p => match p.get("apiGroup").str() {
                "" => format!("{}/{}", p.get("kind").str(), p.get("name").str()),
                group => format!("{}.{group}/{}", p.get("kind").str(), p.get("name").str()),
            },
        },
        ("NetworkPolicy", "Pod-Selector") => selector(spec.get("podSelector")),
        ("ServiceCIDR", "CIDRs") => {
            spec.get("cidrs").items().iter().map(Value::str).collect::<Vec<_>>().join(",")
        }
        ("IPAddress", "ParentRef") => parent(spec.get("parentRef")),
        ("ControllerRevision", "Revision") => number(object.get("revision")),
        ("ControllerRevision", "Controller") => controller(metadata),
        ("Lease", "Holder") => spec.get("holderIdentity").str().to_string(),
        ("ResourceQuota", "Request" | "Limit") => quota(object, column == "Limit"),
        ("Event", _) => of_event(column, object, now),
        _ => String::new(),
    }
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "<none>".to_string() } else { text.to_string() }
}

/// Labels in the order of their names.
///
/// Models `labels.FormatLabels`.
pub(super) fn labels(map: &Value) -> String {
    let pairs = map.entries().iter().map(|(k, v)| format!("{k}={}", v.str())).collect::<BTreeSet<_>>();
    or_none(&pairs.into_iter().collect::<Vec<_>>().join(","))
}

/// Models `metav1.FormatLabelSelector`.
fn selector(selector: &Value) -> String {
    let words = |values: &Value| {
        values
            .items()
            .iter()
            .map(Value::str)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
            .join(",")
    };
    let expression = |e: &Value| {
        let (key, values) = (e.get("key").str(), words(e.get("values")));
        match e.get("operator").str() {
            "In" => format!("{key} in ({values})"),
            "NotIn" => format!("{key} notin ({values})"),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_string(),
        }
    };
    let given = selector.get("matchLabels").entries().iter();
    let mut all = given.map(|(k, v)| (k.to_string(), format!("{k}={}", v.str()))).collect::<Vec<_>>();
    let expressions = selector.get("matchExpressions").items().iter();
    all.extend(expressions.map(|e| (e.get("key").str().to_string(), expression(e))));
    all.sort_by(|a, b| a.0.cmp(&b.0));
    or_none(&all.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(","))
}

fn of_containers(spec: &Value, field: &str) -> String {
    let containers = spec.at(&["template", "spec", "containers"]).items();
    containers.iter().map(|c| c.get(field).str()).collect::<Vec<_>>().join(",")
}

fn of_node(column: &str, node: &Value) -> String {
    const ROLE: &str = "node-role.kubernetes.io/";
    let (status, info) = (node.get("status"), node.at(&["status", "nodeInfo"]));
    let address = |kind: &str| {
        let mut all = status.get("addresses").items().iter();
        or_none(all.find(|a| a.get("type").str() == kind).map_or("", |a| a.get("address").str()))
    };
    let or_unknown = |text: &str| if text.is_empty() { "<unknown>".to_string() } else { text.to_string() };
    match column {
        "Status" => {
            let mut conditions = status.get("conditions").items().iter();
            let ready = conditions.find(|c| c.get("type").str() == "Ready");
            let word = match ready.map(|c| c.get("status").str()) {
                Some("True") => "Ready",
                Some(_) => "NotReady",
                None => "Unknown",
            };
            let off = if node.at(&["spec", "unschedulable"]).is_true() { ",SchedulingDisabled" } else { "" };
            format!("{word}{off}")
        }
        "Roles" => {
            let role = |(key, value): &'_ (crate::base::Text, Value)| match key.strip_prefix(ROLE) {
                Some(role) if !role.is_empty() => Some(role.to_string()),
                None if key.as_str() == "kubernetes.io/role" => Some(value.str().to_string()),
                _ => None,
            };
            let roles = node.at(&["metadata", "labels"]).entries().iter().filter_map(role);
            or_none(&roles.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(","))
        }
        "Version" => info.get("kubeletVersion").str().to_string(),
        "Internal-IP" => address("InternalIP"),
        "External-IP" => address("ExternalIP"),
        "OS-Image" => or_unknown(info.get("osImage").str()),
        "Kernel-Version" => match (info.get("kernelVersion").str(), info.get("architecture").str()) {
            ("", _) => "<unknown>".to_string(),
            (kernel, "") => kernel.to_string(),
            (kernel, architecture) => format!("{kernel} ({architecture})"),
        },
        "Container-Runtime" => or_unknown(info.get("containerRuntimeVersion").str()),
        _ => String::new(),
    }
}

fn of_ingress(column: &str, ingress: &Value) -> String {
    let spec = ingress.get("spec");
    match column {
        "Class" => or_none(spec.get("ingressClassName").str()),
        "Hosts" => {
            let hosts = spec.get("rules").items().iter().map(|r| r.get("host").str());
            let hosts = hosts.filter(|h| !h.is_empty()).collect::<Vec<_>>();
            match (hosts.get(..3), hosts.len()) {
                (_, 0) => "*".to_string(),
                (Some(shown), all) if all > 3 => format!("{} + {} more...", shown.join(","), all - 3),
                _ => hosts.join(","),
            }
        }
        "Address" => service::ingress(ingress),
        "Ports" if spec.get("tls").items().is_empty() => "80".to_string(),
        "Ports" => "80, 443".to_string(),
        _ => String::new(),
    }
}

fn parent(reference: &Value) -> String {
    let parts = ["group", "resource", "namespace", "name"];
    let mut text = String::new();
    for part in parts {
        let value = reference.get(part).str();
        if value.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push(if part == "resource" { '.' } else { '/' });
        }
        text.push_str(value);
    }
    text
}

fn controller(metadata: &Value) -> String {
    let mut owners = metadata.get("ownerReferences").items().iter();
    match owners.find(|o| o.get("controller").is_true()) {
        None => "<none>".to_string(),
        Some(owner) => {
            let kind = owner.get("kind").str().to_ascii_lowercase();
            match owner.get("apiVersion").str().split_once('/') {
                Some((group, _)) => format!("{kind}.{group}/{}", owner.get("name").str()),
                None => format!("{kind}/{}", owner.get("name").str()),
            }
        }
    }
}

fn quota(object: &Value, limits: bool) -> String {
    let status = object.get("status");
    let of_side =
        status.get("hard").entries().iter().filter(|(name, _)| name.starts_with("limits.") == limits);
    let text = |(name, hard): &(crate::base::Text, Value)| {
        let used = status.get("used").get(name).str();
        format!("{name}: {}/{}", if used.is_empty() { "0" } else { used }, hard.str())
    };
    of_side.map(text).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

fn of_event(column: &str, event: &Value, now: Instant) -> String {
    let involved = event.get("involvedObject");
    let since = |field: &str| match event.get(field) {
        Value::Null => age_of(event.get("eventTime"), now),
        at => Instant::parse(at.str()).map_or_else(String::new, |at| human(now.0.saturating_sub(at.0))),
    };
    match column {
        "Last_Seen" => since("lastTimestamp"),
        "First_Seen" => since("firstTimestamp"),
        "Reason" => event.get("reason").str().to_string(),
        "Object" => {
            format!("{}/{}", involved.get("kind").str().to_ascii_lowercase(), involved.get("name").str())
        }
        "Subobject" => involved.get("fieldPath").str().to_string(),
        "Source" => {
            let (component, host) =
                (event.at(&["source", "component"]).str(), event.at(&["source", "host"]).str());
            if host.is_empty() { component.to_string() } else { format!("{component}, {host}") }
        }
        "Message" => event.get("message").str().trim().to_string(),
        "Count" => event.get("count").int().max(1).to_string(),
        _ => String::new(),
    }
}
