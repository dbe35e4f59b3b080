//! Pods, nodes, namespaces and what is kept for them.
//!
//! Models `k8s.io/kubectl/pkg/describe/describe.go`.

use super::{Kind, kind, without_events};

pub(super) const KINDS: &[Kind] = &[
    kind("", "Pod", POD),
    kind("", "Node", NODE),
    kind("", "ConfigMap", CONFIG_MAP),
    kind("", "ServiceAccount", SERVICE_ACCOUNT),
    without_events("", "Secret", SECRET),
    without_events("", "Namespace", NAMESPACE),
    without_events("", "ResourceQuota", QUOTA),
    without_events("", "LimitRange", LIMIT_RANGE),
];

const POD: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
?Priority:\t{spec.priority}
?Priority Class Name:\t{spec.priorityClassName}
?Runtime Class Name:\t{spec.runtimeClassName}
?Service Account:\t{spec.serviceAccountName}
(!spec.nodeName
Node:\t<none>
)
?Node:\t{spec.nodeName}/{status.hostIP}
(status.startTime
Start Time:\t{status.startTime|date}
)
@labels
Status:\t{|pod-status}
?Reason:\t{status.reason}
?Message:\t{status.message}
[spec.securityContext.seccompProfile
SeccompProfile:\t{type}
?LocalhostProfile:\t{localhostProfile}
]
IP:\t{status.podIP}
IPs:{status.podIPs|tab-none}
[status.podIPs
  IP:\t{ip}
]
@controller
?NominatedNodeName:\t{status.nominatedNodeName}
[spec.resources
Resources:
(limits
  Limits:
)
<limits
    {key}:\t{value}
>
(requests
  Requests:
)
<requests
    {key}:\t{value}
>
]
@containers
@readiness-gates
(status.conditions
Conditions:
  Type\tStatus
[status.conditions
  {type} \t{status} 
]
)
@volumes
QoS Class:\t{status.qosClass}
Node-Selectors:\t{spec.nodeSelector|each-label}
Tolerations:\t{spec.tolerations|tolerations}
?Topology Spread Constraints:\t{spec.topologySpreadConstraints|spread}
[spec.schedulingGroup
SchedulingGroup:
  PodGroupName:\t{podGroupName}
]
";

const NODE: &str = "\
Name:\t{metadata.name}
Roles:\t{metadata.labels|roles}
@labels
@created
Taints:\t{spec.taints|taints}
Unschedulable:\t{spec.unschedulable|bool}
@lease
(status.conditions
Conditions:
  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage
  ----\t------\t-----------------\t------------------\t------\t-------
[status.conditions
  {type} \t{status} \t{lastHeartbeatTime|date} \t{lastTransitionTime|date} \t{reason} \t{message}
]
)
Addresses:
[status.addresses
  {type}:\t{address}
]
(status.capacity
Capacity:
)
<status.capacity
  {key}:\t{value}
>
(status.allocatable
Allocatable:
)
<status.allocatable
  {key}:\t{value}
>
@node-slices
System Info:
  Machine ID:\t{status.nodeInfo.machineID}
  System UUID:\t{status.nodeInfo.systemUUID}
  Boot ID:\t{status.nodeInfo.bootID}
  Kernel Version:\t{status.nodeInfo.kernelVersion}
  OS Image:\t{status.nodeInfo.osImage}
  Operating System:\t{status.nodeInfo.operatingSystem}
  Architecture:\t{status.nodeInfo.architecture}
  Container Runtime Version:\t{status.nodeInfo.containerRuntimeVersion}
  Kubelet Version:\t{status.nodeInfo.kubeletVersion}
?PodCIDR:\t{spec.podCIDR}
?PodCIDRs:\t{spec.podCIDRs|csv}
?ProviderID:\t{spec.providerID}
@node-pods
";

const CONFIG_MAP: &str = "\
@head

Data
====
<data
{key}:
----
{value}

>

BinaryData
====
<binaryData
{key}: {value|bytes} bytes
>

";

const SECRET: &str = "\
@head

Type:\t{type}

Data
====
@secret-data
";

const SERVICE_ACCOUNT: &str = "\
@head
Image pull secrets:\t{imagePullSecrets|each-name}
";

const NAMESPACE: &str = "\
@cluster-head
Status:\t{status.phase}
@conditions-with-time

@quotas

@limits
";

const QUOTA: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
@quotas
";

const LIMIT_RANGE: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio
----\t--------\t---\t---\t---------------\t-------------\t-----------------------
@limit-items
";
