//! What a Service means to the API server: defaults, validation, and the addresses and ports it is given.

mod allocate;
mod cluster_ips;
mod defaults;
mod dropped;
mod families;
mod node_ports;
mod validate;
mod validate_update;
mod view;
mod warnings;

pub(super) use allocate::{begin_create, begin_update, released};
pub(super) use validate::endpoint_ip;
pub use view::{Policy, is_headless, service_type};

use super::strategy::{GENERIC, Strategy};
use crate::base::names;

pub const STRATEGY: Strategy = Strategy {
    resource: "services",
    name: names::dns1123_label,
    default: defaults::default,
    prepare_update: dropped::prepare_update,
    validate: validate::validate,
    validate_update: validate_update::validate_update,
    validate_status: validate_update::validate_status,
    canonicalize: dropped::canonicalize,
    warnings: warnings::warnings,
    status_warnings: warnings::status_warnings,
    create_on_update: true,
    ..GENERIC
};
