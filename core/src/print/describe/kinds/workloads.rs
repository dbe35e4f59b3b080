//! What makes pods, and what scales and protects them.
//!
//! Models `k8s.io/kubectl/pkg/describe/describe.go`.

use super::{Kind, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("apps", "Deployment", DEPLOYMENT),
    kind("apps", "ReplicaSet", REPLICA_SET),
    kind("apps", "StatefulSet", STATEFUL_SET),
    kind("apps", "DaemonSet", DAEMON_SET),
    kind("", "ReplicationController", REPLICATION_CONTROLLER),
    kind("batch", "Job", JOB),
    kind("batch", "CronJob", CRON_JOB),
    kind("autoscaling", "HorizontalPodAutoscaler", AUTOSCALER),
    kind("policy", "PodDisruptionBudget", DISRUPTION_BUDGET),
    kind("scheduling.k8s.io", "PriorityClass", PRIORITY_CLASS),
    kind("", "PriorityClass", PRIORITY_CLASS),
];

const DEPLOYMENT: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
@created
@labels
Selector:\t{spec.selector|selector}
Replicas:\t{spec.replicas|n} desired | {status.updatedReplicas|n} updated | {status.replicas|n} total | {status.availableReplicas|n} available | {status.unavailableReplicas|n} unavailable
StrategyType:\t{spec.strategy.type}
MinReadySeconds:\t{spec.minReadySeconds|n}
[spec.strategy.rollingUpdate
RollingUpdateStrategy:\t{maxUnavailable} max unavailable, {maxSurge} max surge
]
@pod-template
@conditions
@replica-sets
";

const REPLICA_SET: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
Selector:\t{spec.selector|selector-none}
@labels
@controller
Replicas:\t{status.replicas|n} current / {spec.replicas|n} desired
@pods-status
@pod-template
@conditions
";

const STATEFUL_SET: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
@created
Selector:\t{spec.selector|selector}
@labels
?Service Name:\t{spec.serviceName}
?Pod Management Policy:\t{spec.podManagementPolicy}
Replicas:\t{spec.replicas|n} desired | {status.replicas|n} total
Update Strategy:\t{spec.updateStrategy.type}
(spec.updateStrategy.rollingUpdate.partition
[spec.updateStrategy.rollingUpdate
  Partition:\t{partition}
?  MaxUnavailable:\t{maxUnavailable}
]
)
[spec.persistentVolumeClaimRetentionPolicy
Persistent Volume Claim Retention Policy:
  WhenDeleted:\t{whenDeleted}
  WhenScaled:\t{whenScaled}
]
@pods-status
@pod-template
Volume Claims:{spec.volumeClaimTemplates|tab-none}
[spec.volumeClaimTemplates
  Name:\t{metadata.name}
  StorageClass:\t{|class}
  Labels:\t{metadata.labels|each-label}
  Annotations:\t{metadata.annotations|each-label}
  Capacity:\t{spec.resources.requests.storage|default}
  Access Modes:\t{spec.accessModes|go}
]
";

const DAEMON_SET: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
Selector:\t{spec.selector|selector}
Node-Selector:\t{spec.template.spec.nodeSelector|labels}
@labels
Desired Number of Nodes Scheduled: {status.desiredNumberScheduled|n}
Current Number of Nodes Scheduled: {status.currentNumberScheduled|n}
Number of Nodes Scheduled with Up-to-date Pods: {status.updatedNumberScheduled|n}
Number of Nodes Scheduled with Available Pods: {status.numberAvailable|n}
Number of Nodes Misscheduled: {status.numberMisscheduled|n}
@pods-status
@pod-template
";

const REPLICATION_CONTROLLER: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
Selector:\t{spec.selector|labels}
@labels
Replicas:\t{status.replicas|n} current / {spec.replicas|n} desired
@pods-status
@pod-template
@conditions
";

const JOB: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
Selector:\t{spec.selector|selector}
@labels
@controller
?Parallelism:\t{spec.parallelism}
Completions:\t{spec.completions|unset}
?Completion Mode:\t{spec.completionMode}
?Suspend:\t{spec.suspend}
?Backoff Limit:\t{spec.backoffLimit}
?TTL Seconds After Finished:\t{spec.ttlSecondsAfterFinished}
(status.startTime
Start Time:\t{status.startTime|date}
)
(status.completionTime
Completed At:\t{status.completionTime|date}
)
?Duration:\t{status|duration}
?Active Deadline Seconds:\t{spec.activeDeadlineSeconds}s
(!status.ready
Pods Statuses:\t{status.active|n} Active / {status.succeeded|n} Succeeded / {status.failed|n} Failed
)
(status.ready
Pods Statuses:\t{status.active|n} Active ({status.ready} Ready) / {status.succeeded|n} Succeeded / {status.failed|n} Failed
)
?Completed Indexes:\t{|indexes}
@pod-template
";

const CRON_JOB: &str = "\
@head
Schedule:\t{spec.schedule}
Concurrency Policy:\t{spec.concurrencyPolicy}
Suspend:\t{spec.suspend|Bool}
Time Zone:\t{spec.timeZone|unset}
Successful Job History Limit:\t{spec.successfulJobsHistoryLimit|unset}
Failed Job History Limit:\t{spec.failedJobsHistoryLimit|unset}
(spec.startingDeadlineSeconds
Starting Deadline Seconds:\t{spec.startingDeadlineSeconds}s
)
(!spec.startingDeadlineSeconds
Starting Deadline Seconds:\t<unset>
)
[spec.jobTemplate
Selector:\t{spec.selector|selector-unset}
Parallelism:\t{spec.parallelism|unset}
Completions:\t{spec.completions|unset}
?Active Deadline Seconds:\t{spec.activeDeadlineSeconds}s
@pod-template
]
Last Schedule Time:\t{status.lastScheduleTime|date-unset}
Active Jobs:\t{status.active|names|none}
";

const AUTOSCALER: &str = "\
@head
@created
Reference:\t{spec.scaleTargetRef.kind}/{spec.scaleTargetRef.name}
Metrics:\t( current / target )
@metrics
Min replicas:\t{spec.minReplicas|unset}
Max replicas:\t{spec.maxReplicas|n}
[spec.behavior
Behavior:
[scaleUp
  Scale Up:
@scaling
]
[scaleDown
  Scale Down:
@scaling
]
]
{spec.scaleTargetRef.kind} pods:\t{status.currentReplicas|n} current / {status.desiredReplicas|n} desired
(status.conditions
Conditions:
  Type\tStatus\tReason\tMessage
  ----\t------\t------\t-------
[status.conditions
  {type}\t{status}\t{reason}\t{message}
]
)
";

const DISRUPTION_BUDGET: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
?Min available:\t{spec.minAvailable}
(!spec.minAvailable
?Max unavailable:\t{spec.maxUnavailable}
)
Selector:\t{spec.selector|selector-unset|none}
Status:
    Allowed disruptions:\t{status.disruptionsAllowed|n}
    Current:\t{status.currentHealthy|n}
    Desired:\t{status.desiredHealthy|n}
    Total:\t{status.expectedPods|n}
";

const PRIORITY_CLASS: &str = "\
Name:\t{metadata.name}
Value:\t{value|n}
GlobalDefault:\t{globalDefault|bool}
PreemptionPolicy:\t{preemptionPolicy}
Description:\t{description}
Annotations:\t{metadata.annotations|labels}
";
