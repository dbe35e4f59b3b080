//! Nothing is stored that a ResourceQuota has no room for; what is stored is charged to it at once.
//!
//! Models `k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go`.

use super::forbidden;
use crate::base::quantity::Quantity;
use crate::base::{Status, Text, Value};
use crate::registry::quota::{self, Amounts};
use crate::registry::server::{Server, StoredKind};
use crate::registry::write::{self, At, Options, Part};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const QUOTAS: &str = "resourcequotas";
/// What quotas have always wanted each container to ask for.
const DEMANDED: &[&str] =
    &["cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory"];

/// Charges the object, which is about to be stored, to the quotas of its namespace, or refuses it.
pub(in crate::registry) fn charge(
    server: &mut Server,
    kind: &StoredKind,
    object: &Value,
    old: Option<&Value>,
    dry_run: bool,
) -> Result<(), Status> {
    let namespace = object.at(&["metadata", "namespace"]).str();
    if !kind.namespaced || kind.name == "events" || !handles(&kind.name, object, old) {
        return Ok(());
    }
    let all = server.store.list(QUOTAS, namespace).cloned().collect::<Vec<_>>();
    if all.is_empty() {
        return Ok(());
    }
    let mut pertinent = Vec::new();
    for found in &all {
        if concerns(found.value(), &kind.name, object) {
            let names = quota::counted(&kind.name, found.value().at(&["status", "hard"]));
            check_demands(kind, object, found.name(), &names)?;
            check_known(kind, object, found.value(), &names)?;
            pertinent.push(found);
        }
    }
    let wanted = quota::usage(&kind.name, object, server.now);
    let negative = wanted.iter().filter(|(_, q)| q.value < 0).map(|(name, _)| name.as_str());
    let negative = negative.collect::<Vec<_>>();
    if !negative.is_empty() {
        let why = format!("quota usage is negative for resource(s): {}", negative.join(","));
        return Err(forbidden(kind, object, &why));
    }
    let mut charged = Vec::new();
    for found in pertinent {
        let was = old.filter(|old| concerns(found.value(), &kind.name, old));
        let had = was.map(|old| quota::usage(&kind.name, old, server.now)).unwrap_or_default();
        let more = difference(&wanted, &had);
        if let Some(used) = room(kind, object, found.value(), &more)? {
            charged.push((found.clone(), used));
        }
    }
    if !dry_run {
        for (found, used) in charged {
            let at = At { resource: QUOTAS, namespace: found.namespace(), name: found.name() };
            write::update(server, at, Part::Status, &Options::by("kube-apiserver"), false, |_, old| {
                let mut changed = old.clone();
                changed.entry("status").set("used", quota::written(&used));
                Ok(changed)
            })?;
        }
    }
    Ok(())
}

/// Models `Handles`: most objects count when they are made, some also when they change.
fn handles(resource: &str, object: &Value, old: Option<&Value>) -> bool {
    let Some(old) = old else { return true };
    let is_terminating =
        |pod: &Value| pod.at(&["spec", "activeDeadlineSeconds"]).as_int().is_some_and(|seconds| seconds >= 0);
    match resource {
        "services" | "persistentvolumeclaims" => true,
        "pods" => is_terminating(old) != is_terminating(object),
        _ => false,
    }
}

/// The quota counts something of the object, which is in its scopes.
fn concerns(found: &Value, resource: &str, object: &Value) -> bool {
    !quota::counted(resource, found.at(&["status", "hard"])).is_empty()
        && quota::in_scopes(found, resource, object)
}

/// Each container must ask for what the quota counts.
///
/// Models `podEvaluator.Constraints`.
fn check_demands(kind: &StoredKind, pod: &Value, name: &str, names: &[&Text]) -> Result<(), Status> {
    let own = pod.at(&["spec", "resources"]);
    let whole = ["requests", "limits"].iter().any(|list| !own.get(list).is_empty());
    if kind.name != "pods" || whole {
        return Ok(());
    }
    let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let demanded = DEMANDED.iter().filter(|demand| names.iter().any(|name| name.as_str() == **demand));
    for demand in demanded {
        let (list, what) = match demand.split_once('.') {
            Some(("limits", what)) => ("limits", what),
            Some((_, what)) => ("requests", what),
            None => ("requests", *demand),
        };
        let spec = pod.get("spec");
        let lists = ["containers", "initContainers"].into_iter();
        for container in lists.flat_map(|containers| spec.get(containers).items()) {
            if container.at(&["resources", list]).find(what).is_none() {
                missing.entry(demand).or_default().insert(container.get("name").str());
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let lists = missing.iter().map(|(what, containers)| {
        format!("{what} for: {}", containers.iter().copied().collect::<Vec<_>>().join(","))
    });
    let lists = lists.collect::<Vec<_>>().join("; ");
    Err(forbidden(kind, pod, &format!("failed quota: {name}: must specify {lists}")))
}

/// What nobody has counted yet is not to be had.
fn check_known(kind: &StoredKind, object: &Value, found: &Value, names: &[&Text]) -> Result<(), Status> {
    let used = found.at(&["status", "used"]);
    if names.iter().all(|name| used.find(name).is_some()) {
        return Ok(());
    }
    let mut names = names.iter().map(|name| name.as_str()).collect::<Vec<_>>();
    names.sort_unstable();
    let name = found.at(&["metadata", "name"]).str();
    let why = format!("status unknown for quota: {name}, resources: {}", names.join(","));
    Err(forbidden(kind, object, &why))
}

/// What is more than before; what is less is given back later, by the controller.
///
/// Models `SubtractWithNonNegativeResult` and `RemoveZeros`.
fn difference(wanted: &Amounts, had: &Amounts) -> Amounts {
    let more = wanted.iter().map(|(name, amount)| {
        let was = had.get(name).unwrap_or(&Quantity::ZERO);
        (name.clone(), amount.minus(was))
    });
    more.filter(|(_, amount)| amount.value > 0).collect()
}

/// The use that there would be of the quota; none where nothing changes.
fn room(kind: &StoredKind, object: &Value, found: &Value, more: &Amounts) -> Result<Option<Amounts>, Status> {
    let hard = quota::read(found.at(&["status", "hard"]));
    let mut used = quota::read(found.at(&["status", "used"]));
    let before = used.clone();
    let asked: Amounts = more.iter().filter(|(name, _)| hard.contains_key(*name)).map(clone).collect();
    if asked.is_empty() {
        return Ok(None);
    }
    quota::add(&mut used, &asked);
    let exceeded = asked.keys().filter(|name| used.get(*name) > hard.get(*name)).collect::<Vec<_>>();
    if exceeded.is_empty() {
        return Ok(Some(used));
    }
    let shown = |amounts: &Amounts| -> String { quota::shown(amounts, exceeded.iter().copied()) };
    let why = format!(
        "exceeded quota: {}, requested: {}, used: {}, limited: {}",
        found.at(&["metadata", "name"]).str(),
        shown(&asked),
        shown(&before),
        shown(&hard)
    );
    Err(forbidden(kind, object, &why))
}

fn clone((name, amount): (&Text, &Quantity)) -> (Text, Quantity) {
    (name.clone(), amount.clone())
}
