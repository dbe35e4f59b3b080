//! Devices: their classes, and what there is of them. They are kept and counted; nobody hands them out.
//!
//! Models the strategies of `pkg/registry/resource`.

use super::meta;
use super::strategy::{GENERIC, Strategy};
use crate::base::names;

pub(super) const CLASS: Strategy = cluster_wide("deviceclasses.resource.k8s.io");
pub(super) const SLICE: Strategy = cluster_wide("resourceslices.resource.k8s.io");
pub(super) const TAINT_RULE: Strategy = cluster_wide("devicetaintrules.resource.k8s.io");

const fn cluster_wide(resource: &'static str) -> Strategy {
    Strategy {
        resource,
        validate: |object| meta::validate_kube(object, false, names::dns1123_subdomain),
        validate_update: meta::validate_update_kube,
        generation: true,
        ..GENERIC
    }
}
