//! Services, what is behind them and what leads to them.
//!
//! Models `k8s.io/kubectl/pkg/describe/describe.go`.

use super::{Kind, kind, without_events};

pub(super) const KINDS: &[Kind] = &[
    kind("", "Service", SERVICE),
    kind("", "Endpoints", ENDPOINTS),
    kind("discovery.k8s.io", "EndpointSlice", ENDPOINT_SLICE),
    kind("networking.k8s.io", "Ingress", INGRESS),
    kind("networking.k8s.io", "IngressClass", INGRESS_CLASS),
    kind("networking.k8s.io", "ServiceCIDR", SERVICE_CIDR),
    kind("networking.k8s.io", "IPAddress", IP_ADDRESS),
    without_events("networking.k8s.io", "NetworkPolicy", NETWORK_POLICY),
];

const SERVICE: &str = "\
@head
Selector:\t{spec.selector|labels}
Type:\t{spec.type}
?IP Family Policy:\t{spec.ipFamilyPolicy}
IP Families:\t{spec.ipFamilies|csv|none}
IP:\t{spec.clusterIP}
IPs:\t{spec.clusterIPs|csv|none}
?External IPs:\t{spec.externalIPs|csv}
?Desired LoadBalancer IP:\t{spec.loadBalancerIP}
?External Name:\t{spec.externalName}
?LoadBalancer Ingress:\t{status.loadBalancer.ingress|ingress}
@service-ports
Session Affinity:\t{spec.sessionAffinity}
?External Traffic Policy:\t{spec.externalTrafficPolicy}
?Internal Traffic Policy:\t{spec.internalTrafficPolicy}
?HealthCheck NodePort:\t{spec.healthCheckNodePort}
?LoadBalancer Source Ranges:\t{spec.loadBalancerSourceRanges|csv}
?Traffic Distribution:\t{spec.trafficDistribution}
";

const ENDPOINTS: &str = "\
@head
Subsets:
[subsets
  Addresses:\t{addresses|ips|none}
  NotReadyAddresses:\t{notReadyAddresses|ips|none}
(ports
  Ports:
    Name\tPort\tProtocol
    ----\t----\t--------
[ports
    {name|unset}\t{port|n}\t{protocol}
]
)

]
";

const ENDPOINT_SLICE: &str = "\
@head
AddressType:\t{addressType}
(!ports
Ports: <unset>
)
(ports
Ports:
  Name\tPort\tProtocol
  ----\t----\t--------
[ports
  {name|unset}\t{port|unset}\t{protocol}
]
)
(!endpoints
Endpoints: <none>
)
(endpoints
Endpoints:
[endpoints
  - Addresses:\t{addresses|list|none}
    Conditions:
      Ready:\t{conditions.ready|unset}
    Hostname:\t{hostname|unset}
[targetRef
    TargetRef:\t{kind}/{name}
]
    NodeName:\t{nodeName|unset}
    Zone:\t{zone|unset}
]
)
";

const INGRESS: &str = "\
Name:\t{metadata.name}
Labels:\t{metadata.labels|each-label}
Namespace:\t{metadata.namespace}
Address:\t{|load-balancer}
Ingress Class:\t{spec.ingressClassName|none-set}
@backend
(spec.tls
TLS:
[spec.tls
(!secretName
  SNI routes {hosts|csv}
)
(secretName
  {secretName} terminates {hosts|csv}
)
]
)
Rules:
  Host\tPath\tBackends
  ----\t----\t--------
@ingress-rules
Annotations:\t{metadata.annotations|each-annotation}
";

const INGRESS_CLASS: &str = "\
@cluster-head
Controller:\t{spec.controller}
[spec.parameters
Parameters:
?  APIGroup:\t{apiGroup}
  Kind:\t{kind}
  Name:\t{name}
]
";

const SERVICE_CIDR: &str = "\
@cluster-head
CIDRs:\t{spec.cidrs|list}
(status.conditions
Status:
@conditions-with-time
)
";

const IP_ADDRESS: &str = "\
@cluster-head
[spec.parentRef
Parent Reference:
  Group:\t{group}
  Resource:\t{resource}
  Namespace:\t{namespace}
  Name:\t{name}
]
";

const NETWORK_POLICY: &str = "\
Name:\t{metadata.name}
Namespace:\t{metadata.namespace}
Created on:\t{metadata.creationTimestamp|time}
@labels
Spec:
  PodSelector:     {spec.podSelector|subject}
@ingress-traffic
@egress-traffic
  Policy Types: {spec.policyTypes|list|none}
";
