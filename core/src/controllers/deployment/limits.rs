//! How many pods a rollout may have too many or too few.
//!
//! Models `ResolveFenceposts` in `pkg/controller/deployment/util`.

use super::Rollout;
use crate::base::Value;
use crate::controllers::share::{self, Rounding};

/// So many pods more than wanted there may be at a time.
pub(super) fn max_surge(rollout: &Rollout<'_>) -> i64 {
    if !rollout.is_rolling() {
        return 0;
    }
    resolve(rollout).0
}

/// So many of the wanted pods may be unavailable at a time.
pub(super) fn max_unavailable(rollout: &Rollout<'_>) -> i64 {
    if !rollout.is_rolling() || rollout.replicas() == 0 {
        return 0;
    }
    resolve(rollout).1.min(rollout.replicas())
}

/// Surge and unavailable. If both come to nothing there would be no way forward; then one may be unavailable, for the
/// surge might not work either.
fn resolve(rollout: &Rollout<'_>) -> (i64, i64) {
    let limits = rollout.spec().at(&["strategy", "rollingUpdate"]);
    let resolved = |field: &str, rounding| {
        let value: &Value = limits.get(field);
        share::of(value, rollout.replicas(), rounding).unwrap_or(0)
    };
    match (resolved("maxSurge", Rounding::Up), resolved("maxUnavailable", Rounding::Down)) {
        (0, 0) => (0, 1),
        both => both,
    }
}
