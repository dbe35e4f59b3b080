//! Workloads that keep pods running, and what they share.
//!
//! Models `pkg/apis/apps`, `pkg/registry/apps`, and the ReplicationController of `pkg/registry/core`.

mod counts;
pub(super) mod deployment;
pub(super) mod replica_set;
mod rolling;
mod template;
