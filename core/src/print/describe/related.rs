//! What describes an object but is found in others: the pods of a workload, its ReplicaSets, quotas and limits.
//!
//! Models `k8s.io/kubectl/pkg/describe/describe.go` and `k8s.io/kubectl/pkg/util/deployment`.

use super::Lines;
use super::filters::{amount, bytes, under_one_another};
use super::template::Around;
use crate::base::{Quantity, Selector, Value, sort};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The items of a list in the namespace of the object; none where there is no answer.
pub(super) fn list(around: &mut Around<'_>, group: &str, plural: &str, query: &str) -> Vec<Value> {
    let space = around.root.at(&["metadata", "namespace"]).str();
    let path = format!("{group}/namespaces/{space}/{plural}{query}");
    (around.ask)(&path).map(|list| list.get("items").items().to_vec()).unwrap_or_default()
}

/// How many pods of a workload are in which phase.
///
/// Models `getPodStatusForController`.
pub(super) fn pods_status(out: &mut Lines, object: &Value, around: &mut Around<'_>) {
    const PHASES: [&str; 4] = ["Running", "Pending", "Succeeded", "Failed"];
    let selector = object.at(&["spec", "selector"]);
    let is_plain = object.get("kind").str() == "ReplicationController";
    let selector = if is_plain { Selector::from_map(selector) } else { Selector::from_spec(selector) };
    let mut counts = [0; 4];
    for pod in list(around, "/api/v1", "pods", "") {
        if selector.matches(pod.at(&["metadata", "labels"])) && is_controlled_by(&pod, object) {
            let phase = pod.at(&["status", "phase"]).str();
            let of_phase = counts.iter_mut().zip(PHASES).find(|(_, name)| *name == phase);
            of_phase.into_iter().for_each(|(count, _)| *count += 1);
        }
    }
    let [running, waiting, succeeded, failed] = counts;
    let pods = format!("{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed");
    out.line(&format!("Pods Status:\t{pods}"));
}

fn is_controlled_by(object: &Value, owner: &Value) -> bool {
    let mut owners = object.at(&["metadata", "ownerReferences"]).items().iter();
    let controller = owners.find(|o| o.get("controller").is_true());
    controller.is_some_and(|o| o.get("uid") == owner.at(&["metadata", "uid"]))
}

/// The ReplicaSet with the template of a Deployment as it is now, and those with earlier ones.
///
/// Models `GetAllReplicaSetsInChunks`.
pub(super) fn replica_sets(out: &mut Lines, deployment: &Value, around: &mut Around<'_>) {
    let mut sets = list(around, "/apis/apps/v1", "replicasets", "");
    let selector = Selector::from_spec(deployment.at(&["spec", "selector"]));
    sets.retain(|s| selector.matches(s.at(&["metadata", "labels"])) && is_controlled_by(s, deployment));
    sort::by_cached_key(&mut sets, |set| {
        let metadata = set.get("metadata");
        (metadata.get("creationTimestamp").str().to_string(), metadata.get("name").str().to_string())
    });
    let template = without_hash(deployment);
    let new = sets.iter().find(|set| without_hash(set) == template);
    let shown = |set: &Value| {
        let (replicas, asked) = (set.at(&["status", "replicas"]).int(), set.at(&["spec", "replicas"]).int());
        format!("{} ({replicas}/{asked} replicas created)", set.at(&["metadata", "name"]).str())
    };
    let is_new =
        |set: &Value| new.is_some_and(|new| new.get("metadata").get("uid") == set.at(&["metadata", "uid"]));
    let old = sets.iter().filter(|set| !is_new(set)).map(shown).collect::<Vec<_>>();
    let new = new.map(shown).into_iter().collect::<Vec<_>>();
    if sets.is_empty() {
        return;
    }
    for (label, sets) in [("OldReplicaSets", old), ("NewReplicaSet", new)] {
        let none = if sets.is_empty() { "<none>" } else { "" };
        out.line(&format!("{label}:\t{none}{}", sets.join(", ")));
    }
}

fn without_hash(owner: &Value) -> Value {
    let mut template = owner.at(&["spec", "template"]).clone();
    if !template.at(&["metadata", "labels", "pod-template-hash"]).is_null() {
        template.entry_at(&["metadata", "labels"]).remove("pod-template-hash");
    }
    template
}

/// The pods with a volume of this claim, and those that the claim was made for.
///
/// Models `getPodsForPVC`.
pub(super) fn used_by(out: &mut Lines, claim: &Value, around: &mut Around<'_>) {
    let metadata = claim.get("metadata");
    let owners = metadata.get("ownerReferences").items();
    let owns = |pod: &Value| {
        owners.iter().any(|o| o.get("kind").str() == "Pod" && o.get("uid") == pod.at(&["metadata", "uid"]))
    };
    let uses = |pod: &Value| {
        let volumes = pod.at(&["spec", "volumes"]).items().iter();
        volumes.filter(|v| v.at(&["persistentVolumeClaim", "claimName"]) == metadata.get("name")).count()
    };
    let mut names = Vec::new();
    for pod in list(around, "/api/v1", "pods", "") {
        let times = uses(&pod).max(usize::from(owns(&pod)));
        let name = pod.at(&["metadata", "name"]).str().to_string();
        names.extend(core::iter::repeat_n(name, times));
    }
    sort::sort(&mut names);
    out.line(&format!("Used By:\t{}", under_one_another(&names)));
}

/// The quotas of a namespace.
///
/// Models `DescribeResourceQuotas`.
pub(super) fn quotas(out: &mut Lines, object: &Value, around: &mut Around<'_>) {
    if object.get("kind").str() == "ResourceQuota" {
        return amounts(out, object, "", "----");
    }
    let mut quotas = of_namespace(object, "resourcequotas", around);
    if quotas.is_empty() {
        return out.line("No resource quota.");
    }
    sort::by_cached_key(&mut quotas, |q| q.at(&["metadata", "name"]).str().to_string());
    out.line("Resource Quotas");
    for quota in &quotas {
        out.line(&format!("  Name:\t{}", quota.at(&["metadata", "name"]).str()));
        amounts(out, quota, "  ", "---");
    }
}

fn of_namespace(namespace: &Value, plural: &str, around: &mut Around<'_>) -> Vec<Value> {
    let name = namespace.at(&["metadata", "name"]).str();
    let list = (around.ask)(&format!("/api/v1/namespaces/{name}/{plural}"));
    list.map(|list| list.get("items").items().to_vec()).unwrap_or_default()
}

const SCOPES: [(&str, &str); 4] = [
    (
        "Terminating",
        "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
    ),
    (
        "NotTerminating",
        "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
    ),
    (
        "BestEffort",
        "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
    ),
    (
        "NotBestEffort",
        "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
    ),
];

/// Models `describeQuota`.
fn amounts(out: &mut Lines, quota: &Value, indent: &str, dashes: &str) {
    let scopes = quota.at(&["spec", "scopes"]).items().iter().map(Value::str).collect::<BTreeSet<_>>();
    if !scopes.is_empty() {
        let all = scopes.iter().copied().collect::<Vec<_>>().join(", ");
        out.line(&format!("{indent}Scopes:\t{all}"));
        let help = |scope| SCOPES.iter().find(|(known, _)| *known == scope);
        let bullet = if indent.is_empty() { " * " } else { "  * " };
        scopes.into_iter().filter_map(help).for_each(|(_, text)| out.line(&format!("{bullet}{text}")));
    }
    out.line(&format!("{indent}Resource\tUsed\tHard"));
    out.line(&format!("{indent}--------\t{dashes}\t{dashes}"));
    let (hard, used) = (quota.at(&["status", "hard"]), quota.at(&["status", "used"]));
    let mut resources = hard.entries().iter().collect::<Vec<_>>();
    sort::by(&mut resources, |a, b| a.0.cmp(&b.0));
    for (name, hard) in resources {
        let (mut used, hard) = (amount(used.get(name)), amount(hard));
        if indent.is_empty() && used.format != hard.format {
            used = Quantity::from_int(used.units(), hard.format);
        }
        out.line(&format!("{indent}{name}\t{used}\t{hard}"));
    }
}

/// The limits of a namespace.
///
/// Models `DescribeLimitRanges`.
pub(super) fn limits(out: &mut Lines, namespace: &Value, around: &mut Around<'_>) {
    let ranges = of_namespace(namespace, "limitranges", around);
    if ranges.is_empty() {
        return out.line("No LimitRange resource.");
    }
    out.line("Resource Limits");
    out.line(" Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
    out.line(" ----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
    ranges.iter().for_each(|range| items(out, range, " "));
}

/// The limits of one object.
pub(super) fn limit_items(out: &mut Lines, range: &Value, _: &mut Around<'_>) {
    items(out, range, "");
}

/// Models `describeLimitRangeSpec`; where it leaves the order of resources to chance, they are sorted.
fn items(out: &mut Lines, range: &Value, indent: &str) {
    const FIELDS: [&str; 5] = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"];
    for item in range.at(&["spec", "limits"]).items() {
        let names = FIELDS.iter().flat_map(|field| item.get(field).entries()).map(|(name, _)| name);
        for name in names.collect::<BTreeSet<_>>() {
            let cell =
                |field: &&str| item.get(field).find(name).map_or("-".to_string(), |v| amount(v).to_string());
            let cells = FIELDS.iter().map(cell).collect::<Vec<String>>().join("\t");
            out.line(&format!("{indent}{}\t{name}\t{cells}", item.get("type").str()));
        }
    }
}

/// How large the values of a secret are; tokens of service accounts are shown.
///
/// Models `describeSecret`.
pub(super) fn secret_data(out: &mut Lines, secret: &Value, _: &mut Around<'_>) {
    let is_token = secret.get("type").str() == "kubernetes.io/service-account-token";
    let mut entries = secret.get("data").entries().iter().collect::<Vec<_>>();
    sort::by(&mut entries, |a, b| a.0.cmp(&b.0));
    for (key, value) in entries {
        let bytes = bytes(value);
        out.line(&match is_token && key == "token" {
            true => format!("{key}:\t{}", String::from_utf8_lossy(&bytes)),
            false => format!("{key}:\t{} bytes", bytes.len()),
        });
    }
}
