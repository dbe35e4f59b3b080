//! What runs on a node, and how much of it is asked for.
//!
//! Models `describeNodeResource`, `describeNodeLease` and `describeNodeResourceSlices` of
//! `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use super::filters::amount;
use super::template::{self, Around};
use crate::base::{Quantity, Text, Value, sort};
use crate::print::age_of;
use crate::registry::requests::{self, Amounts};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const LEASE: &str = "\
Lease:
  HolderIdentity:\t{spec.holderIdentity|unset}
  AcquireTime:\t{spec.acquireTime|date-unset}
  RenewTime:\t{spec.renewTime|date-unset}
";

pub(super) fn lease(out: &mut Lines, node: &Value, around: &mut Around<'_>) {
    let name = node.at(&["metadata", "name"]).str();
    let path = format!("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}");
    match (around.ask)(&path) {
        Ok(lease) => template::write(out, LEASE, &lease, around),
        Err(status) => out.line(&format!("Lease:\tFailed to get lease: {}", status.message)),
    }
}

pub(super) fn slices(out: &mut Lines, node: &Value, around: &mut Around<'_>) {
    const MOST: usize = 10;
    let name = node.at(&["metadata", "name"]).str();
    let path = format!("/apis/resource.k8s.io/v1/resourceslices?fieldSelector=spec.nodeName%3D{name}");
    let Ok(list) = (around.ask)(&path) else { return };
    let mut pools = BTreeMap::<String, (String, usize, usize)>::new();
    for slice in list.get("items").items() {
        let spec = slice.get("spec");
        let (driver, pool) = (spec.get("driver").str(), spec.at(&["pool", "name"]).str());
        let (_, slices, devices) =
            pools.entry(format!("{driver}/{pool}")).or_insert_with(|| (format!("{driver}\t{pool}"), 0, 0));
        *slices += 1;
        *devices += spec.get("devices").items().len();
    }
    if pools.is_empty() {
        return;
    }
    out.line("Node-Local ResourceSlices:");
    out.line("  Driver\tPool\tSlices\tDevices");
    out.line("  ------\t----\t------\t-------");
    for (name, slices, devices) in pools.values().take(MOST) {
        out.line(&format!("  {name}\t{slices}\t{devices}"));
    }
    if pools.len() > MOST {
        out.line(&format!("  ...and {} more pools", pools.len() - MOST));
    }
}

pub(super) fn pods(out: &mut Lines, node: &Value, around: &mut Around<'_>) {
    let status = node.get("status");
    let of = |field: &str| Some(status.get(field)).filter(|list| !list.is_empty());
    let allocatable = of("allocatable").unwrap_or_else(|| status.get("capacity"));
    let running = format!(
        "spec.nodeName%3D{},status.phase%21%3DSucceeded,status.phase%21%3DFailed",
        node.at(&["metadata", "name"]).str()
    );
    let list = (around.ask)(&format!("/api/v1/pods?fieldSelector={running}"));
    let pods = list.map(|list| list.get("items").items().to_vec()).unwrap_or_default();
    out.line(&format!("Non-terminated Pods:\t({} in total)", pods.len()));
    out.line("  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
    out.line("  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
    let mut totals = [Amounts::new(), Amounts::new()];
    for pod in &pods {
        let metadata = pod.get("metadata");
        let asked = ["requests", "limits"].map(|list| requests::of_pod(pod.get("spec"), list));
        let cells = ["cpu", "memory"].iter().flat_map(|name| asked.iter().map(move |of| (name, of)));
        let cells = cells.map(|(name, of)| share(name, of, allocatable)).collect::<Vec<_>>().join("\t");
        let (space, name) = (metadata.get("namespace").str(), metadata.get("name").str());
        let age = age_of(metadata.get("creationTimestamp"), around.now);
        out.line(&format!("  {space}\t{name}\t\t{cells}\t{age}"));
        for (total, of_pod) in totals.iter_mut().zip(asked) {
            for (name, more) in of_pod {
                let sum = total.get(&name).map_or(more.clone(), |known| known.plus(&more));
                total.insert(name, sum);
            }
        }
    }
    out.line("Allocated resources:");
    out.line("  (Total limits may be over 100 percent, i.e., overcommitted.)");
    out.line("  Resource\tRequests\tLimits");
    out.line("  --------\t--------\t------");
    for name in resources(allocatable) {
        let cells = totals.iter().map(|total| match is_standard(&name) {
            true => share(&name, total, allocatable),
            false => total.get(&*name).unwrap_or(&Quantity::ZERO).to_string(),
        });
        out.line(&format!("  {name}\t{}", cells.collect::<Vec<_>>().join("\t")));
    }
}

/// The standard ones, then huge pages, then all others.
fn resources(allocatable: &Value) -> Vec<Text> {
    let mut all = STANDARD.iter().map(|name| Text::from(*name)).collect::<Vec<_>>();
    let mut others = allocatable.entries().iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    others.retain(|name| name != "pods" && !STANDARD.contains(&name.as_str()));
    sort::by_cached_key(&mut others, |name| (!is_standard(name), name.clone()));
    all.extend(others);
    all
}

const STANDARD: &[&str] = &["cpu", "memory", "ephemeral-storage"];

fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name) || name.starts_with("hugepages-")
}

/// An amount, and which part of what there is it makes.
fn share(name: &str, of: &Amounts, allocatable: &Value) -> String {
    let asked = of.get(name).unwrap_or(&Quantity::ZERO);
    let there = amount(allocatable.get(name));
    let (part, whole) = match name {
        "cpu" => (asked.milli(), there.milli()),
        _ => (asked.units(), there.units()),
    };
    let percent = (i128::from(part) * 100).checked_div(i128::from(whole)).unwrap_or_default();
    format!("{asked} ({percent}%)")
}
