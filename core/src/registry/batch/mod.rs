//! Work that ends, once or on a schedule.
//!
//! Models `pkg/apis/batch` and `pkg/registry/batch`.

pub(super) mod cron_job;
mod failure_policy;
mod indexes;
pub(super) mod job;
mod job_spec;
mod job_status;
mod success_policy;
mod zones;
