//! The numbers of a workload's status: never negative, and no part more than the whole.
//!
//! Models what the validations of status in `pkg/apis/apps/validation/validation.go` have in common.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value};
use crate::registry::check;

pub(in crate::registry) const STATUS: Path<'static> = Path::new("status");
const MORE_THAN_REPLICAS: &str = "cannot be greater than status.replicas";

pub(in crate::registry) fn non_negative(at: &Path<'_>, object: &Value, names: &[&str], errors: &mut Errors) {
    for name in names {
        check::non_negative(&(at / *name), object.get(name).int(), errors);
    }
}

/// Each is at most `replicas`, and what is available is ready. `than` is how errors name what is ready.
pub(super) fn within_replicas(status: &Value, names: &[&str], than: &str, errors: &mut Errors) {
    let mut at_most = |name: &str, limit: &str, detail: &str| {
        let (number, limit) = (status.get(name).int(), status.get(limit).int());
        if number > limit {
            errors.push(field::invalid(&(&STATUS / name), number, detail));
        }
    };
    for name in names {
        at_most(name, "replicas", MORE_THAN_REPLICAS);
    }
    at_most("availableReplicas", "readyReplicas", than);
}

/// The count of collisions never goes back.
pub(super) fn collisions(object: &Value, old: &Value, errors: &mut Errors) {
    let count = |o: &Value| o.at(&["status", "collisionCount"]).as_int();
    let (new, old) = (count(object), count(old));
    let decremented = old.is_some_and(|old| new.is_none_or(|new| new < old));
    if decremented {
        let detail = "cannot be decremented";
        errors.push(field::invalid(&(&STATUS / "collisionCount"), new.unwrap_or(0), detail));
    }
}
