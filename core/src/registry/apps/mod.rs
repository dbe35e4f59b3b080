//! Workloads that keep pods running, and what they share.
//!
//! Models `pkg/apis/apps`, `pkg/registry/apps`, and the ReplicationController of `pkg/registry/core`.

pub(super) mod counts;
pub(super) mod daemon_set;
pub(super) mod deployment;
pub(super) mod replica_set;
pub(super) mod replication_controller;
pub(super) mod revision;
pub(super) mod rolling;
pub(super) mod stateful_set;
pub(super) mod template;
