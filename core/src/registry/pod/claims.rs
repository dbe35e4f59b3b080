//! The ResourceClaims that a pod refers to.
//!
//! Models `validatePodResourceClaims` of `pkg/apis/core/validation/validation.go`.

use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};
use crate::registry::check as rules;
use alloc::collections::BTreeSet;

const TYPE: &str = "io.k8s.api.core.v1.PodResourceClaim";

/// `mirror`: the pod only shows one that a kubelet runs from a file.
pub(super) fn check(at: &Path<'_>, claims: &Value, mirror: bool, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for (i, claim) in claims.items().iter().enumerate() {
        if mirror {
            errors.push(field::forbidden(&Path::new(""), "static pods do not support resource claims"));
            continue;
        }
        check_claim(&(at / i), claim, &mut seen, errors);
    }
}

fn check_claim<'a>(at: &Path<'_>, claim: &'a Value, seen: &mut BTreeSet<&'a str>, errors: &mut Errors) {
    match claim.get("name").str() {
        "" => errors.push(field::required(&(at / "name"), "")),
        name if seen.contains(name) => errors.push(field::duplicate(&(at / "name"), name)),
        name => {
            rules::complain(&(at / "name"), name, names::dns1123_label(name), errors);
            seen.insert(name);
        }
    }
    let (claim_name, template) = (claim.get("resourceClaimName"), claim.get("resourceClaimTemplateName"));
    let detail = match (claim_name.is_null(), template.is_null()) {
        (false, false) => {
            Some("at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified")
        }
        (true, true) => Some("must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"),
        _ => None,
    };
    errors.extend(detail.map(|d| field::invalid(at, claim, d).of_type(TYPE)));
    for name in ["resourceClaimName", "resourceClaimTemplateName"] {
        if let Some(value) = claim.get(name).as_text() {
            rules::complain(&(at / name), value, names::dns1123_subdomain(value), errors);
        }
    }
}
