//! Admission: what a default cluster lets in, and what it adds on the way.
//!
//! Models the plugins that `kube-apiserver` has on by default, in the order of `pkg/kubeapiserver/options/plugins.go`,
//! so far as they concern what is served here. `ServiceAccount` would stand between [`limits`] and [`nodes`]; the
//! webhooks and policies, which nobody has configured, behind all others.

mod default_classes;
mod limits;
mod namespace;
mod nodes;
mod priority;
mod protection;
mod quota;
mod runtime_class;
mod tolerations;
mod topology_labels;

pub(super) use quota::charge;
pub(super) use topology_labels::of_node as topology_labels_of_node;

use super::server::{Server, StoredKind};
use crate::base::{Status, Value};
use crate::store::Object;

/// A plugin that may change what comes in, or refuse it.
type Admit = fn(&Server, &StoredKind, &mut Value, Option<&Value>) -> Result<(), Status>;
/// A plugin that looks at what is about to be stored.
type Validate = fn(&Server, &StoredKind, &Value, Option<&Value>) -> Result<(), Status>;

/// The plugins and the resources that they look at; none are all.
const ADMIT: &[(&[&str], Admit)] = &[
    (&[], namespace::admit),
    (&["pods"], limits::admit),
    (&["nodes"], nodes::admit),
    (&["pods"], priority::admit),
    (&["pods"], tolerations::admit),
    (&["persistentvolumeclaims"], default_classes::admit_claim),
    (protection::RESOURCES, protection::admit),
    (&["pods"], runtime_class::admit),
    (&["ingresses.networking.k8s.io"], default_classes::admit_ingress),
    (&["pods"], topology_labels::admit),
];

const VALIDATE: &[(&[&str], Validate)] = &[
    (&["pods", "persistentvolumeclaims"], limits::validate),
    (&["priorityclasses.scheduling.k8s.io"], priority::validate),
    (&["persistentvolumeclaims"], protection::validate_growth),
    (&["pods"], runtime_class::validate),
];

/// What is new, before it is prepared and validated.
pub(super) fn admit_create(server: &Server, kind: &StoredKind, object: &mut Value) -> Result<(), Status> {
    admit(server, kind, object, None)
}

/// What is changed, before it is prepared and validated.
pub(super) fn admit_update(
    server: &Server,
    kind: &StoredKind,
    object: &mut Value,
    old: &Value,
) -> Result<(), Status> {
    admit(server, kind, object, Some(old))
}

fn admit(server: &Server, kind: &StoredKind, object: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    let concerned = ADMIT.iter().filter(|(resources, _)| concerns(resources, kind));
    concerned.map(|(_, plugin)| plugin).try_for_each(|plugin| plugin(server, kind, object, old))
}

/// What is about to be stored, prepared and valid; `old` is there in an update.
pub(super) fn validate(
    server: &Server,
    kind: &StoredKind,
    object: &Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let concerned = VALIDATE.iter().filter(|(resources, _)| concerns(resources, kind));
    concerned.map(|(_, plugin)| plugin).try_for_each(|plugin| plugin(server, kind, object, old))
}

pub(super) fn admit_delete(_server: &Server, kind: &StoredKind, object: &Object) -> Result<(), Status> {
    namespace::admit_delete(kind, object)
}

fn concerns(resources: &[&str], kind: &StoredKind) -> bool {
    resources.is_empty() || resources.contains(&kind.name.as_str())
}

/// The refusal of an object, by the name it has or will have.
fn forbidden(kind: &StoredKind, object: &Value, why: &str) -> Status {
    let metadata = object.get("metadata");
    let name = match (metadata.get("name").str(), metadata.get("generateName").str()) {
        ("", "") => "Unknown",
        ("", generate) => generate,
        (name, _) => name,
    };
    Status::forbidden(kind.in_group(), name, why)
}
