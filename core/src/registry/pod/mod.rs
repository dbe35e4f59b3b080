//! What a Pod means to the API server, and the template of one that workloads have.

mod affinity;
mod annotations;
mod claims;
pub(super) mod container;
mod containers;
pub(super) mod defaults;
mod dns;
mod dropped;
mod env;
mod ephemeral;
pub(super) mod field_ref;
mod mounts;
mod options;
mod overlaps;
mod prepare;
mod probe;
pub(super) mod qos;
pub(crate) mod requests;
mod resize;
mod security;
mod spec;
mod status;
pub(super) mod template;
pub(super) mod tolerations;
mod topology;
mod update;
mod validate;
mod warnings;
mod windows;

pub(super) use options::Options;

use super::strategy::{GENERIC, Strategy};
use crate::base::{Path, Value, names};

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "pods",
    name: names::dns1123_subdomain,
    default: defaults::pod,
    prepare_create: prepare::create,
    prepare_update: prepare::update,
    prepare_status: prepare::status,
    grace_period: prepare::grace_period,
    validate: validate::create,
    validate_update: update::validate,
    validate_status: status::validate,
    warnings: warnings::pod,
    status_warnings: |pod, _| warnings::status(pod),
    subresources: &[ephemeral::SUBRESOURCE, resize::SUBRESOURCE],
    ..GENERIC
};

/// The lists of containers, in the order in which upstream visits them.
const CONTAINER_LISTS: &[&str] = &["initContainers", "containers", "ephemeralContainers"];

/// All containers of a pod's spec with their places, in the order in which upstream visits them.
fn visit(at: &Path<'_>, spec: &Value, mut each: impl FnMut(&Path<'_>, &Value)) {
    for list in CONTAINER_LISTS {
        let at = at / *list;
        for (i, container) in spec.get(list).items().iter().enumerate() {
            each(&(&at / i), container);
        }
    }
}

/// All containers of a pod's spec.
fn all_containers(spec: &Value) -> impl Iterator<Item = &Value> {
    CONTAINER_LISTS.iter().flat_map(|list| spec.get(list).items())
}

/// An init container that goes on running beside the others.
fn is_sidecar(container: &Value) -> bool {
    container.get("restartPolicy").str() == "Always"
}
