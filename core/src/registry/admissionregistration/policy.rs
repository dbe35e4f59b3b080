//! Admission policies and their bindings. Their expressions are not read.
//!
//! Models `pkg/registry/admissionregistration` and `pkg/apis/admissionregistration/v1/defaults.go`.

use super::rule;
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::meta;
use crate::registry::strategy::{GENERIC, Strategy};

pub(in crate::registry) const VALIDATING: Strategy =
    policy("validatingadmissionpolicies.admissionregistration.k8s.io");
pub(in crate::registry) const MUTATING: Strategy =
    policy("mutatingadmissionpolicies.admissionregistration.k8s.io");
pub(in crate::registry) const VALIDATING_BINDING: Strategy =
    binding("validatingadmissionpolicybindings.admissionregistration.k8s.io");
pub(in crate::registry) const MUTATING_BINDING: Strategy =
    binding("mutatingadmissionpolicybindings.admissionregistration.k8s.io");

const fn policy(resource: &'static str) -> Strategy {
    Strategy {
        resource,
        default: |policy| {
            let spec = policy.entry("spec");
            spec.set_default("failurePolicy", "Fail");
            rule::default_match(spec, "matchConstraints");
        },
        validate: validate_meta,
        validate_update,
        generation: true,
        unconditional_update: false,
        ..GENERIC
    }
}

const fn binding(resource: &'static str) -> Strategy {
    Strategy {
        resource,
        default: |binding| {
            if !binding.get("spec").is_null() {
                rule::default_match(binding.entry("spec"), "matchResources");
            }
        },
        validate: |binding| {
            let mut errors = validate_meta(binding);
            check_binding(binding, &mut errors);
            errors
        },
        validate_update: |binding, old| {
            let mut errors = validate_update(binding, old);
            check_binding(binding, &mut errors);
            errors
        },
        generation: true,
        unconditional_update: false,
        ..GENERIC
    }
}

fn validate_meta(object: &Value) -> Errors {
    meta::validate_kube(object, false, names::dns1123_subdomain)
}

fn validate_update(object: &Value, old: &Value) -> Errors {
    let mut errors = validate_meta(object);
    errors.extend(meta::validate_update_kube(object, old));
    errors
}

fn check_binding(binding: &Value, errors: &mut Errors) {
    if binding.at(&["spec", "policyName"]).is_empty() {
        let spec = Path::new("spec");
        errors.push(field::required(&(&spec / "policyName"), "").declarative());
    }
}
