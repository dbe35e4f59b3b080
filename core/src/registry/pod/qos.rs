//! How well a pod is treated where its node runs short.
//!
//! Models `pkg/apis/core/helper/qos`.

use crate::base::Value;
use crate::registry::resources::{self, quantity};
use core::cmp::Ordering;

/// `Guaranteed`, `Burstable` or `BestEffort`.
pub(in crate::registry) fn class(spec: &Value) -> &'static str {
    let own = spec.get("resources");
    let whole = ["requests", "limits"]
        .iter()
        .any(|list| own.get(list).entries().iter().any(|(name, _)| resources::is_pod_resource(name)));
    if whole {
        return of_resources(own);
    }
    let containers = ["initContainers", "containers"].iter().flat_map(|list| spec.get(list).items());
    agreed(containers.map(|c| of_resources(c.get("resources"))))
}

fn of_resources(resources: &Value) -> &'static str {
    let (requests, limits) = (resources.get("requests"), resources.get("limits"));
    if requests.is_empty() && limits.is_empty() {
        return "BestEffort";
    }
    agreed(["cpu", "memory"].into_iter().map(|name| {
        let (asked, limit) = (quantity(requests.get(name)), quantity(limits.get(name)));
        match asked.partial_cmp(&limit) {
            Some(Ordering::Equal) if asked.is_zero() => "BestEffort",
            Some(Ordering::Equal) => "Guaranteed",
            _ => "Burstable",
        }
    }))
}

/// The class of all, if they have the same.
fn agreed(mut classes: impl Iterator<Item = &'static str>) -> &'static str {
    let first = classes.next().unwrap_or("BestEffort");
    if classes.all(|class| class == first) { first } else { "Burstable" }
}
