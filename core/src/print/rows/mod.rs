//! Objects as the rows of tables: the columns of each kind, and what its objects have in them.
//!
//! Models `pkg/printers/internalversion`. The server and the console make their tables from the same rows.

mod access;
mod apps;
mod autoscaling;
mod batch;
mod columns;
mod core;
mod events;
mod networking;
mod node;
mod pod;
mod policy;
mod resource;
mod service;
mod storage;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub(super) use self::core::access_modes;
use super::age;
pub(super) use node::roles as node_roles;
pub(super) use service::{host_port, load_balancer};
pub use table::{Options, columns, row, table};
pub(super) use text::format_labels;
