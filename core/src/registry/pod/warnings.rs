//! What the answer to a pod, or to a workload with a template, warns of.
//!
//! Models `pkg/api/pod/warnings.go`.

use super::annotations::{APP_ARMOR, SECCOMP_CONTAINER, SECCOMP_POD};
use super::{affinity, overlaps, prepare, requests, visit};
use crate::base::field::quoted;
use crate::base::{Path, Text, Value, ip, names};
use crate::registry::node_selector;
use crate::registry::volume::claim;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const DEPRECATED_ANNOTATIONS: &[(&str, &str)] = &[
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
    (
        "security.alpha.kubernetes.io/unsafe-sysctls",
        "non-functional in v1.11+; use the \"sysctls\" field instead",
    ),
];
/// Volumes that do nothing any more: field, as the warning names it, and what it says.
const GONE: &[(&str, &str, &str)] = &[
    ("photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    ("gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("ephemeral", "ephemeral", ""),
    ("cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"),
];
const NULL_SELECTOR: &str = "a null labelSelector results in matching no pod";
const APP_ARMOR_DEPRECATED: &str = "deprecated since v1.30; use the \"appArmorProfile\" field instead";

/// A new pod; an update warns of nothing.
pub(super) fn pod(pod: &Value, old: Option<&Value>) -> Vec<String> {
    let mut out = Vec::new();
    if old.is_some() {
        return out;
    }
    out.extend(app_armor_annotations(pod));
    let name = pod.at(&["metadata", "name"]).str();
    let complaints = names::dns1123_label(name);
    if !complaints.is_empty() {
        out.push(format!(
            "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [{}]",
            complaints.join(" ")
        ));
    }
    spec_and_metadata(&Path::ROOT, pod, &mut out);
    out
}

/// A template at `at`.
pub(super) fn template(at: &Path<'_>, template: &Value) -> Vec<String> {
    let mut out = Vec::new();
    spec_and_metadata(at, template, &mut out);
    out
}

/// The addresses in a status.
pub(super) fn status(pod: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let at = Path::new("status");
    for list in ["podIPs", "hostIPs"] {
        let at = &at / list;
        for (i, address) in pod.get("status").get(list).items().iter().enumerate() {
            out.extend(ip::warnings(&(&(&at / i) / "ip"), address.get("ip").str()));
        }
    }
    out
}

fn spec_and_metadata(at: &Path<'_>, pod: &Value, out: &mut Vec<String>) {
    let (spec, spec_at) = (pod.get("spec"), at / "spec");
    let (annotations, annotations_at) = (pod.at(&["metadata", "annotations"]), at / "metadata");
    let annotations_at = &annotations_at / "annotations";
    node_labels(&spec_at, spec, out);
    for (key, text) in DEPRECATED_ANNOTATIONS {
        if annotations.find(key).is_some() {
            out.push(format!("{}: {text}", annotations_at.key(key)));
        }
    }
    volumes(&(&spec_at / "volumes"), spec, out);
    overlaps::warnings(spec.get("volumes").items(), out);
    duplicates(&(&spec_at / "hostAliases"), spec.get("hostAliases"), "ip", out);
    duplicates(&(&spec_at / "imagePullSecrets"), spec.get("imagePullSecrets"), "name", out);
    for (i, secret) in spec.get("imagePullSecrets").items().iter().enumerate() {
        if secret.get("name").is_empty() {
            out.push(format!(
                "{}: invalid empty name \"\"",
                &(&(&spec_at / "imagePullSecrets") / i) / "name"
            ));
        }
    }
    security(&spec_at, &annotations_at, pod, out);
    requests::fractions(&spec_at, spec, |text| out.push(text));
    hidden_variables(&spec_at, spec, out);
    ports(&spec_at, spec, out);
    port_names(&spec_at, spec, out);
    if spec.get("terminationGracePeriodSeconds").int() < 0 {
        let at = &spec_at / "terminationGracePeriodSeconds";
        out.push(format!("{at}: must be >= 0; negative values are invalid and will be treated as 1"));
    }
    null_selectors(&(&spec_at / "affinity"), spec.get("affinity"), out);
    let servers = &spec_at / "dnsConfig.nameservers";
    for (i, server) in spec.at(&["dnsConfig", "nameservers"]).items().iter().enumerate() {
        out.extend(ip::warnings(&(&servers / i), server.str()));
    }
    let aliases = &spec_at / "hostAliases";
    for (i, alias) in spec.get("hostAliases").items().iter().enumerate() {
        out.extend(ip::warnings(&(&(&aliases / i) / "ip"), alias.get("ip").str()));
    }
}

/// Labels of nodes that are on their way out, wherever a pod selects by them.
fn node_labels(at: &Path<'_>, spec: &Value, out: &mut Vec<String>) {
    let selector = at / "nodeSelector";
    for (key, _) in spec.get("nodeSelector").entries() {
        if let Some(text) = node_selector::deprecated_label(key) {
            out.push(format!("{}: {text}", selector.key(key)));
        }
    }
    let affinity = at / "affinity.nodeAffinity";
    let of_node = spec.at(&["affinity", "nodeAffinity"]);
    let required = &affinity / "requiredDuringSchedulingIgnoredDuringExecution";
    let terms_at = &required / "nodeSelectorTerms";
    let terms = of_node.at(&["requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]);
    for (i, term) in terms.items().iter().enumerate() {
        node_selector::term_warnings(&(&terms_at / i), term, false, out);
    }
    let preferred = &affinity / "preferredDuringSchedulingIgnoredDuringExecution";
    let terms = of_node.get("preferredDuringSchedulingIgnoredDuringExecution").items();
    for (i, term) in terms.iter().enumerate() {
        let at = &preferred / i;
        node_selector::term_warnings(&(&at / "preference"), term.get("preference"), true, out);
    }
    let spreads = at / "topologySpreadConstraints";
    for (i, constraint) in spec.get("topologySpreadConstraints").items().iter().enumerate() {
        let (at, key) = (&spreads / i, constraint.get("topologyKey").str());
        if let Some(text) = node_selector::deprecated_label(key) {
            out.push(format!("{}: {key} is {text}", &at / "topologyKey"));
        }
        if constraint.get("labelSelector").is_null() {
            out.push(format!("{}: {NULL_SELECTOR}", &at / "labelSelector"));
        }
    }
}

fn volumes(at: &Path<'_>, spec: &Value, out: &mut Vec<String>) {
    for (i, volume) in spec.get("volumes").items().iter().enumerate() {
        let at = at / i;
        for (field, shown, text) in GONE.iter().filter(|(field, ..)| !volume.get(field).is_null()) {
            if *field == "ephemeral" {
                let template = volume.at(&["ephemeral", "volumeClaimTemplate"]);
                let at = &at / "ephemeral.volumeClaimTemplate.spec";
                out.extend(claim::spec_warnings(&at, template.get("spec")));
            } else {
                out.push(format!("{}: {text}", &at / *shown));
            }
        }
    }
}

fn duplicates(at: &Path<'_>, list: &Value, field: &str, out: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for (i, item) in list.items().iter().enumerate() {
        let value = item.get(field).str();
        if !seen.insert(value) {
            out.push(format!("{}: duplicate {field} {}", &(at / i) / field, quoted(value)));
        }
    }
}

/// Annotations for which there are fields.
fn security(at: &Path<'_>, annotations_at: &Path<'_>, pod: &Value, out: &mut Vec<String>) {
    const SECCOMP: &str = "non-functional in v1.27+; use the \"seccompProfile\" field instead";
    let (spec, annotations) = (pod.get("spec"), pod.at(&["metadata", "annotations"]));
    if annotations.is_null() {
        return;
    }
    let lacks = |object: &Value, name: &str| object.get("securityContext").get(name).is_null();
    if lacks(spec, "seccompProfile") && annotations.find(SECCOMP_POD).is_some() {
        out.push(format!("{}: {SECCOMP}", annotations_at.key(SECCOMP_POD)));
    }
    let is_template = annotations_at.to_string() != "metadata.annotations";
    let of_pod = spec.at(&["securityContext", "appArmorProfile"]);
    visit(at, spec, |_, container| {
        let name = container.get("name").str();
        let key = format!("{SECCOMP_CONTAINER}{name}");
        if lacks(container, "seccompProfile") && annotations.find(&key).is_some() {
            out.push(format!("{}: {SECCOMP}", annotations_at.key(&key)));
        }
        let key = format!("{APP_ARMOR}{name}");
        if let Some(annotation) = annotations.find(&key)
            && is_template
            && lacks(container, "appArmorProfile")
            && (of_pod.is_null() || prepare::app_armor_field(annotation.str()).as_ref() != Some(of_pod))
        {
            out.push(format!("{}: {APP_ARMOR_DEPRECATED}", annotations_at.key(&key)));
        }
    });
}

/// Annotations of AppArmor that became fields, or could not.
fn app_armor_annotations(pod: &Value) -> Vec<String> {
    let (spec, annotations) = (pod.get("spec"), pod.at(&["metadata", "annotations"]));
    let mut out = Vec::new();
    if annotations.is_null() || spec.at(&["os", "name"]).str() == "windows" {
        return out;
    }
    let metadata = Path::new("metadata");
    let at = &metadata / "annotations";
    let of_pod = spec.at(&["securityContext", "appArmorProfile"]);
    for container in super::all_containers(spec) {
        let key = format!("{APP_ARMOR}{}", container.get("name").str());
        let Some(annotation) = annotations.find(&key) else { continue };
        let profile = prepare::app_armor_field(annotation.str());
        let own = container.at(&["securityContext", "appArmorProfile"]);
        // By now the annotation has become the field; what differs was there before.
        let came_from_it = profile.as_ref() == Some(own);
        if came_from_it || own.is_null() && profile.as_ref() != Some(of_pod) {
            out.push(format!("{}: {APP_ARMOR_DEPRECATED}", at.key(&key)));
        }
    }
    out
}

/// A variable that stands twice and does not refer to the first.
fn hidden_variables(at: &Path<'_>, spec: &Value, out: &mut Vec<String>) {
    visit(at, spec, |at, container| {
        let env = at / "env";
        let mut seen = BTreeSet::new();
        for (i, variable) in container.get("env").items().iter().enumerate() {
            let (name, value) = (variable.get("name").str(), variable.get("value").str());
            if seen.insert(name) {
                continue;
            }
            let reference = format!("$({name})");
            if !variable.get("valueFrom").is_null() || value == reference || !value.contains(&reference) {
                out.push(format!(
                    "{}: hides previous definition of {}, which may be dropped when using apply",
                    &env / i,
                    quoted(name)
                ));
            }
        }
    });
}

/// Ports that are in each other's way.
fn ports(at: &Path<'_>, spec: &Value, out: &mut Vec<String>) {
    /// Where, on which address and port of the host.
    type Place<'a> = (String, &'a str, i64);
    let mut all: BTreeMap<(i64, Text), Vec<Place<'_>>> = BTreeMap::new();
    let mut found = Vec::new();
    collect_ports(at, spec, &mut found);
    for (at, port) in found {
        let (host_ip, host) = (port.get("hostIP").str(), port.get("hostPort").int());
        if !host_ip.is_empty() && host == 0 {
            out.push(format!("{at}: hostIP set without hostPort: {}", printed(port)));
        }
        let key = (port.get("containerPort").int(), Text::from(port.get("protocol").str()));
        let others = all.entry(key).or_default();
        for (other, other_ip, other_host) in others.iter() {
            let what = if (host_ip, host) == (*other_ip, *other_host) {
                "duplicate"
            } else if host == 0 || *other_host == 0 {
                "overlapping"
            } else if host == *other_host && host_ip.is_empty() != other_ip.is_empty() {
                "dangerously ambiguous"
            } else {
                continue;
            };
            out.push(format!("{at}: {what} port definition with {other}"));
        }
        others.push((at, host_ip, host));
    }
}

/// The ports of all containers, with their places.
fn collect_ports<'a>(at: &Path<'_>, spec: &'a Value, out: &mut Vec<(String, &'a Value)>) {
    for list in super::CONTAINER_LISTS {
        let list_at = at / *list;
        for (i, container) in spec.get(list).items().iter().enumerate() {
            let item = &list_at / i;
            let ports = &item / "ports";
            let own = container.get("ports").items().iter().enumerate();
            out.extend(own.map(|(j, port)| ((&ports / j).text(), port)));
        }
    }
}

/// A port as Go's `%+v` prints it.
fn printed(port: &Value) -> String {
    format!(
        "{{Name:{} HostPort:{} ContainerPort:{} Protocol:{} HostIP:{}}}",
        port.get("name").str(),
        port.get("hostPort").int(),
        port.get("containerPort").int(),
        port.get("protocol").str(),
        port.get("hostIP").str()
    )
}

fn port_names(at: &Path<'_>, spec: &Value, out: &mut Vec<String>) {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    let mut found = Vec::new();
    collect_ports(at, spec, &mut found);
    for (at, port) in found {
        let name = port.get("name").str();
        match seen.get(name) {
            _ if name.is_empty() => {}
            Some(other) => out.push(format!(
                "{at}: duplicate port name {} with {other}, services and probes that select ports by name will use {other}",
                quoted(name)
            )),
            None => {
                seen.insert(name, at);
            }
        }
    }
}

fn null_selectors(at: &Path<'_>, affinity_: &Value, out: &mut Vec<String>) {
    for kind in ["podAffinity", "podAntiAffinity"] {
        let (at, kind) = (at / kind, affinity_.get(kind));
        let required = &at / affinity::REQUIRED;
        for (i, term) in kind.get(affinity::REQUIRED).items().iter().enumerate() {
            if term.get("labelSelector").is_null() {
                out.push(format!("{}: {NULL_SELECTOR}", &(&required / i) / "labelSelector"));
            }
        }
        let preferred = &at / affinity::PREFERRED;
        for (i, term) in kind.get(affinity::PREFERRED).items().iter().enumerate() {
            if term.at(&["podAffinityTerm", "labelSelector"]).is_null() {
                let at = &preferred / i;
                out.push(format!("{}: {NULL_SELECTOR}", &at / "podAffinityTerm.labelSelector"));
            }
        }
    }
}
