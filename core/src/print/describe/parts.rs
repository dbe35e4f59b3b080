//! Parts of descriptions: those that several kinds have, and those that no template can say.

use super::template::{self, Around};
use super::{Lines, containers, hpa, ingress, network_policy, node, rbac, related, service, volumes};
use crate::base::Value;

/// How a part is written.
enum Part {
    Template(&'static str),
    /// Only of what belongs to persistent volumes.
    Persistent(&'static str),
    Code(fn(&mut Lines, &Value, &mut Around<'_>)),
}

use Part::{Code, Persistent, Template};

/// By their names in templates.
const PARTS: &[(&str, Part)] = &[
    ("head", Template("Name:\t{metadata.name}\nNamespace:\t{metadata.namespace}\n@labels\n")),
    ("cluster-head", Template("Name:\t{metadata.name}\n@labels\n")),
    (
        "labels",
        Template(
            "Labels:\t{metadata.labels|each-label}\nAnnotations:\t{metadata.annotations|each-annotation}\n",
        ),
    ),
    ("controller", Template("?Controlled By:\t{metadata.ownerReferences|controller}\n")),
    ("created", Template("CreationTimestamp:\t{metadata.creationTimestamp|date}\n")),
    ("conditions", Template(CONDITIONS)),
    ("conditions-with-time", Template(CONDITIONS_WITH_TIME)),
    ("pod-template", Template(POD_TEMPLATE)),
    ("rules", Template(RULES)),
    ("binding", Template(BINDING)),
    ("terminated", Template(containers::TERMINATED)),
    ("container-resources", Template(containers::RESOURCES)),
    ("endpoints-namespace", Persistent("    EndpointsNamespace:\t{endpointsNamespace|unset}\n")),
    (
        "secret-name",
        Persistent("    SecretName:\t{secretRef.name}\n    SecretNamespace:\t{secretRef.namespace}\n"),
    ),
    ("secret-namespace", Persistent("    SecretNamespace:\t{secretNamespace}\n")),
    ("containers", Code(|out, pod, around| containers::all(out, pod.get("spec"), pod.get("status"), around))),
    ("environment", Code(containers::environment)),
    ("volumes", Code(|out, pod, around| volumes::all(out, pod.get("spec"), around))),
    ("source", Code(|out, volume, around| volumes::source(out, volume.get("spec"), around))),
    ("pods-status", Code(related::pods_status)),
    ("replica-sets", Code(related::replica_sets)),
    ("used-by", Code(related::used_by)),
    ("lease", Code(node::lease)),
    ("node-slices", Code(node::slices)),
    ("node-pods", Code(node::pods)),
    ("quotas", Code(related::quotas)),
    ("limits", Code(related::limits)),
    ("limit-items", Code(related::limit_items)),
    ("service-ports", Code(service::ports)),
    ("backend", Code(ingress::backend)),
    ("ingress-rules", Code(ingress::rules)),
    ("metrics", Code(hpa::metrics)),
    ("scaling", Template(SCALING)),
    ("readiness-gates", Code(containers::readiness_gates)),
    ("secret-data", Code(related::secret_data)),
    ("node-affinity", Code(volumes::node_affinity)),
    ("allowed-topologies", Code(volumes::allowed_topologies)),
    ("policy-rules", Code(rbac::rules)),
    ("ingress-traffic", Code(|out, policy, _| network_policy::traffic(out, policy, "ingress"))),
    ("egress-traffic", Code(|out, policy, _| network_policy::traffic(out, policy, "egress"))),
];

/// Writes the part of that name.
pub(super) fn write(name: &str, out: &mut Lines, here: &Value, around: &mut Around<'_>) {
    match PARTS.iter().find(|(known, _)| *known == name) {
        Some((_, Template(template))) => template::write(out, template, here, around),
        Some((_, Persistent(template))) => volumes::of_persistent(out, template, here, around),
        Some((_, Code(code))) => code(out, here, around),
        None => {}
    }
}

#[cfg(test)]
pub(super) fn is_known(name: &str) -> bool {
    PARTS.iter().any(|(known, _)| *known == name)
}

const SCALING: &str = "\
?    Stabilization Window: {stabilizationWindowSeconds} seconds
(policies
    Select Policy: {selectPolicy|max}
    Policies:
[policies
      - Type: {type}\tValue: {value|n}\tPeriod: {periodSeconds|n} seconds
]
)
";

const CONDITIONS: &str = "\
(status.conditions
Conditions:
  Type\tStatus\tReason
  ----\t------\t------
[status.conditions
  {type} \t{status}\t{reason}
]
)
";

const CONDITIONS_WITH_TIME: &str = "\
(status.conditions
Conditions:
  Type\tStatus\tLastTransitionTime\tReason\tMessage
  ----\t------\t------------------\t------\t-------
[status.conditions
  {type}\t{status}\t{lastTransitionTime|date}\t{reason}\t{message}
]
)
";

const POD_TEMPLATE: &str = "\
Pod Template:
[spec.template
  Labels:\t{metadata.labels|each-label}
(metadata.annotations
  Annotations:\t{metadata.annotations|each-annotation}
)
?  Service Account:\t{spec.serviceAccountName}
@containers
@volumes
?  Topology Spread Constraints:\t{spec.topologySpreadConstraints|spread}
?  Priority Class Name:\t{spec.priorityClassName}
  Node-Selectors:\t{spec.nodeSelector|each-label}
  Tolerations:\t{spec.tolerations|tolerations}
[spec.schedulingGroup
  SchedulingGroup:
  PodGroupName:\t{podGroupName}
]
]
";

const RULES: &str = "\
@cluster-head
PolicyRule:
  Resources\tNon-Resource URLs\tResource Names\tVerbs
  ---------\t-----------------\t--------------\t-----
@policy-rules
";

const BINDING: &str = "\
@cluster-head
Role:
  Kind:\t{roleRef.kind}
  Name:\t{roleRef.name}
Subjects:
  Kind\tName\tNamespace
  ----\t----\t---------
[subjects
  {kind}\t{name}\t{namespace}
]
";
