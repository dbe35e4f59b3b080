//! A Namespace.
//!
//! Models `pkg/registry/core/namespace/strategy.go`, `SetDefaults_Namespace` and `ValidateNamespace` of
//! `pkg/apis/core/validation/validation.go`.

use super::strategy::{GENERIC, Strategy};
use super::{check, meta};
use crate::base::field::{self, Errors};
use crate::base::{Path, Value, names};

pub(super) const STRATEGY: Strategy = Strategy {
    resource: "namespaces",
    name: names::dns1123_label,
    default,
    prepare_create: |namespace| {
        namespace.set("status", Value::map([("phase", "Active")].map(|(k, v)| (k, Value::text(v)))));
        if !finalizers(namespace).iter().any(|f| f.str() == KUBERNETES) {
            namespace.entry_at(&["spec", "finalizers"]).list_mut().push(KUBERNETES.into());
        }
    },
    prepare_update: |namespace, old| namespace.set("spec", old.get("spec")),
    validate,
    validate_update: |namespace, old| {
        let mut errors = validate(namespace);
        errors.extend(meta::validate_update_kube(namespace, old));
        errors
    },
    validate_status,
    validate_finalize: |namespace, old| {
        let mut errors = meta::validate_update_kube(namespace, old);
        let spec = Path::new("spec");
        let at = &spec / "finalizers";
        for (i, name) in finalizers(namespace).iter().enumerate() {
            finalizer(&(&at / i), name.str(), &mut errors);
        }
        errors
    },
    // A name that was generated is only known now.
    canonicalize: label,
    ..GENERIC
};

/// The label that says what the namespace is called.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";
/// The finalizer that every namespace has until it is emptied.
const KUBERNETES: &str = "kubernetes";

fn default(namespace: &mut Value) {
    if !namespace.get("metadata").get("name").is_empty() {
        label(namespace);
    }
    if namespace.at(&["status", "phase"]).is_empty() {
        namespace.entry("status").set("phase", "Active");
    }
}

fn label(namespace: &mut Value) {
    let name = namespace.get("metadata").get("name").clone();
    if namespace.at(&["metadata", "labels"]).get(NAME_LABEL) != &name {
        let labels = namespace.entry_at(&["metadata", "labels"]);
        labels.set(NAME_LABEL, name);
        labels.map_mut().sort();
    }
}

fn finalizers(namespace: &Value) -> &[Value] {
    namespace.get("spec").get("finalizers").items()
}

fn validate(namespace: &Value) -> Errors {
    let mut errors = meta::validate_kube(namespace, false, names::dns1123_label);
    let spec = Path::new("spec");
    for name in finalizers(namespace) {
        finalizer(&(&spec / "finalizers"), name.str(), &mut errors);
    }
    errors
}

/// Models `validateFinalizerName`.
fn finalizer(at: &Path<'_>, name: &str, errors: &mut Errors) {
    check::complain(at, name, names::label_key(name), errors);
    meta::kube_finalizer(at, name, errors);
}

fn validate_status(namespace: &Value, old: &Value) -> Errors {
    let mut errors = meta::validate_update_kube(namespace, old);
    let ends = !namespace.get("metadata").get("deletionTimestamp").is_null();
    let phase = namespace.get("status").get("phase");
    let (only, not) = if ends { ("Terminating", "not ") } else { ("Active", "") };
    if phase.str() != only {
        let status = Path::new("status");
        let detail = alloc::format!("may only be '{only}' if `deletionTimestamp` is {not}empty");
        errors.push(field::invalid(&(&status / "Phase"), phase.str(), detail));
    }
    errors
}
