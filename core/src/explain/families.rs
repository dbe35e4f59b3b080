//! Addresses of a Service of a family in which its pods have none.

use super::finding::{Finding, Severity};
use super::scene::Scene;
use crate::base::ip::{self, Family};
use crate::object::{Endpoint, Pod};
use alloc::format;
use alloc::vec::Vec;

pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let families = scene.service.spec().get("ipFamilies").items();
    let families = families.iter().filter_map(|f| Family::parse(f.str()));
    let has_pods = scene.pods.iter().any(|p| Pod::of(p.value()).is_ready());
    if !scene.selects() || !has_pods {
        return;
    }
    for family in families {
        let mut addresses = scene.ready_endpoints().flat_map(Endpoint::addresses);
        if addresses.any(|a| ip::parse_sloppy(a).map(Family::of) == Some(family)) {
            continue;
        }
        let other_works = scene.ready_endpoints().next().is_some();
        let severity = if other_works { Severity::Warning } else { Severity::Error };
        let message = format!(
            "The Service has an {0} address, but none of its pods has one: traffic over {0} fails.",
            family.name()
        );
        findings.push(scene.finding("family-without-endpoints", severity, "spec.ipFamilies", message));
    }
}
