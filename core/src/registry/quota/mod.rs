//! What ResourceQuotas count, and how much of it an object takes.
//!
//! Models `pkg/quota/v1/evaluator/core` and `k8s.io/apiserver/pkg/quota/v1`.

mod scope;
mod usage;

pub use scope::in_scopes;
pub use usage::usage;

use super::resources;
use crate::base::{Quantity, Text, Value};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Amounts by the names of what is counted.
pub type Amounts = BTreeMap<Text, Quantity>;

/// Objects that were counted by a name of their own before everything could be.
const ALIASES: &[&str] = &["configmaps", "resourcequotas", "replicationcontrollers", "secrets"];
const SERVICES: &[&str] = &["services", "services.nodeports", "services.loadbalancers"];
const PODS: &[&str] = &[
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
];
const CLAIMS: &[&str] = &["persistentvolumeclaims", "requests.storage"];
/// Stands between the name of a storage class and what is counted of it.
const OF_CLASS: &str = ".storageclass.storage.k8s.io/";

/// Whether objects of the resource (`services`, `deployments.apps`) count towards what is called `name`.
///
/// Models `MatchingResources`.
pub fn counts(resource: &str, name: &str) -> bool {
    if name.strip_prefix("count/") == Some(resource) {
        return true;
    }
    match resource {
        "services" => SERVICES.contains(&name),
        "pods" => {
            let extended = name.starts_with("requests.") && !resources::is_native(name);
            let huge = resources::is_huge_page(name) || name.starts_with("requests.hugepages-");
            PODS.contains(&name) || huge || extended
        }
        "persistentvolumeclaims" => {
            let of_class = name.split_once(OF_CLASS).map(|(_, what)| what);
            CLAIMS.contains(&of_class.unwrap_or(name))
        }
        resource => ALIASES.contains(&resource) && name == resource,
    }
}

/// The names in a list of amounts that objects of the resource count towards.
pub fn counted<'a>(resource: &str, amounts: &'a Value) -> Vec<&'a Text> {
    amounts.entries().iter().map(|(name, _)| name).filter(|name| counts(resource, name)).collect()
}

/// The amounts as they stand in a quota.
pub fn read(amounts: &Value) -> Amounts {
    super::pod::requests::amounts(amounts)
}

/// The amounts as an object has them.
pub fn written(amounts: &Amounts) -> Value {
    Value::map(amounts.iter().map(|(name, amount)| (name.clone(), Value::from(amount.to_string()))))
}

/// Adds amounts to others.
pub fn add(to: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        match to.get_mut(name) {
            Some(sum) => *sum = sum.plus(amount),
            None => {
                to.insert(name.clone(), amount.clone());
            }
        }
    }
}

/// Those of the names, as messages show them.
pub(super) fn shown<'a>(amounts: &Amounts, names: impl IntoIterator<Item = &'a Text>) -> String {
    let shown = names.into_iter().filter_map(|name| Some(format!("{name}={}", amounts.get(name)?)));
    shown.collect::<Vec<_>>().join(",")
}
