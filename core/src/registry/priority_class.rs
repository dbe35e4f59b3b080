//! A PriorityClass.
//!
//! Models `pkg/registry/scheduling/priorityclass`, `SetDefaults_PriorityClass` and `ValidatePriorityClass` of
//! `pkg/apis/scheduling/validation/validation.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, meta};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use alloc::format;

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "priorityclasses.scheduling.k8s.io",
    default: |class| class.set_default("preemptionPolicy", "PreemptLowerPriority"),
    // It is never counted up.
    prepare_create: |class| class.entry("metadata").set("generation", 1),
    validate,
    validate_update: |class, old| {
        let mut errors = meta::validate_update_kube(class, old);
        if class.get("value").int() != old.get("value").int() {
            errors.push(field::forbidden(&Path::new("value"), "may not be changed in an update."));
        }
        let name = "preemptionPolicy";
        check::immutable(&Path::new(name), class.get(name), old.get(name), &mut errors);
        errors
    },
    ..GENERIC
};

const HIGHEST_OF_USERS: i64 = 1_000_000_000;
/// Classes of Kubernetes' own, and their values.
const SYSTEM: &[(&str, i64)] =
    &[("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)];
const POLICIES: &[&str] = &["PreemptLowerPriority", "Never"];

fn validate(class: &Value) -> Errors {
    let mut errors = meta::validate_kube(class, false, names::dns1123_subdomain);
    let (name, value) = (class.at(&["metadata", "name"]).str(), class.get("value").int());
    if name.starts_with("system-") {
        let why = match SYSTEM.iter().find(|(known, _)| *known == name) {
            None => Some(format!("{name} is not a known system priority class")),
            Some((_, own)) if *own != value => Some(format!("value of {name} PriorityClass must be {own}")),
            Some(_) if class.get("globalDefault").is_true() => {
                Some(format!("globalDefault of {name} PriorityClass must be false"))
            }
            Some(_) => None,
        };
        if let Some(why) = why {
            let detail = format!(
                "priority class names with 'system-' prefix are reserved for system use only. error: {why}"
            );
            errors.push(field::forbidden(&Path::new("metadata.name"), detail));
        }
    } else if value > HIGHEST_OF_USERS {
        let detail = format!("maximum allowed value of a user defined priority is {HIGHEST_OF_USERS}");
        errors.push(field::forbidden(&Path::new("value"), detail));
    }
    if let Some(policy) = class.get("preemptionPolicy").as_text() {
        check::required_one_of(&Path::new("preemptionPolicy"), policy, POLICIES, &mut errors);
    }
    errors
}
