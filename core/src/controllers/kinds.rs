//! The kinds that own others.

use super::owner::Kind;

pub const POD: Kind = Kind { resource: "pods", api_version: "v1", kind: "Pod" };
pub const REPLICA_SET: Kind =
    Kind { resource: "replicasets.apps", api_version: "apps/v1", kind: "ReplicaSet" };
pub const REPLICATION_CONTROLLER: Kind =
    Kind { resource: "replicationcontrollers", api_version: "v1", kind: "ReplicationController" };
pub const DEPLOYMENT: Kind =
    Kind { resource: "deployments.apps", api_version: "apps/v1", kind: "Deployment" };
pub const STATEFUL_SET: Kind =
    Kind { resource: "statefulsets.apps", api_version: "apps/v1", kind: "StatefulSet" };
pub const DAEMON_SET: Kind = Kind { resource: "daemonsets.apps", api_version: "apps/v1", kind: "DaemonSet" };
pub const JOB: Kind = Kind { resource: "jobs.batch", api_version: "batch/v1", kind: "Job" };
pub const CRON_JOB: Kind = Kind { resource: "cronjobs.batch", api_version: "batch/v1", kind: "CronJob" };
