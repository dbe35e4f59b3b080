//! A Lease.
//!
//! Models `pkg/registry/coordination/lease` and `ValidateLease` of `pkg/apis/coordination/validation/validation.go`,
//! with coordinated leader election off, as it is by default.

use super::strategy::{GENERIC, Strategy};
use super::{check, edit, meta};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "leases.coordination.k8s.io",
    prepare_create: |lease| drop_disabled(lease, &Value::Null),
    prepare_update: drop_disabled,
    validate: |lease| {
        let mut errors = meta::validate(lease, true, names::dns1123_subdomain);
        check_spec(lease.get("spec"), &mut errors);
        errors
    },
    validate_update: |lease, old| {
        let mut errors = meta::validate_update(lease, old);
        check_spec(lease.get("spec"), &mut errors);
        errors
    },
    create_on_update: true,
    unconditional_update: false,
    ..GENERIC
};

/// The fields of coordinated leader election.
const COORDINATED: &[&str] = &["strategy", "preferredHolder"];

fn drop_disabled(lease: &mut Value, old: &Value) {
    edit::member(lease, "spec", |spec| {
        for name in COORDINATED.iter().filter(|name| old.get("spec").get(name).is_null()) {
            spec.remove(name);
        }
    });
}

/// Models `ValidateLeaseSpec`.
fn check_spec(spec: &Value, errors: &mut Errors) {
    let at = Path::new("spec");
    if let Some(seconds) = spec.get("leaseDurationSeconds").as_int().filter(|n| *n <= 0) {
        errors.push(field::invalid(&(&at / "leaseDurationSeconds"), seconds, "must be greater than 0"));
    }
    check::non_negative(&(&at / "leaseTransitions"), spec.get("leaseTransitions").int(), errors);
}
