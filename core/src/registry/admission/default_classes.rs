//! Claims and Ingresses that name no class get the default one of the cluster, if there is one.
//!
//! Models `plugin/pkg/admission/storage/storageclass/setdefault` and `plugin/pkg/admission/network/defaultingressclass`.

use crate::base::{Status, Text, Value};
use crate::registry::server::{Server, StoredKind};
use crate::registry::volume;
use core::cmp::Reverse;

const STORAGE_DEFAULT: &[&str] =
    &["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
const INGRESS_DEFAULT: &[&str] = &["ingressclass.kubernetes.io/is-default-class"];
/// The annotation that named the class of an Ingress before there was a field for it.
const INGRESS_ANNOTATION: &str = "kubernetes.io/ingress.class";

pub(super) fn admit_claim(
    server: &Server,
    _: &StoredKind,
    claim: &mut Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let annotated = claim.at(&["metadata", "annotations"]).find(volume::CLASS_ANNOTATION).is_some();
    if old.is_none()
        && !annotated
        && claim.at(&["spec", "storageClassName"]).is_null()
        && let Some(name) = newest(server, "storageclasses.storage.k8s.io", STORAGE_DEFAULT)
    {
        claim.entry("spec").set("storageClassName", name);
    }
    Ok(())
}

pub(super) fn admit_ingress(
    server: &Server,
    _: &StoredKind,
    ingress: &mut Value,
    old: Option<&Value>,
) -> Result<(), Status> {
    let annotated = ingress.at(&["metadata", "annotations"]).find(INGRESS_ANNOTATION).is_some();
    if old.is_none()
        && !annotated
        && ingress.at(&["spec", "ingressClassName"]).is_null()
        && let Some(name) = newest(server, "ingressclasses.networking.k8s.io", INGRESS_DEFAULT)
    {
        ingress.entry("spec").set("ingressClassName", name);
    }
    Ok(())
}

/// The newest of the classes that one of these annotations marks as the default; of equally new ones the first by name.
fn newest(server: &Server, resource: &str, annotations: &[&str]) -> Option<Text> {
    let is_default = |class: &Value| {
        annotations.iter().any(|key| class.at(&["metadata", "annotations", key]).str() == "true")
    };
    let classes = server.store.list(resource, "").filter(|class| is_default(class.value()));
    let newest = classes.min_by_key(|class| {
        let created = class.metadata().get("creationTimestamp").str();
        (Reverse(Text::from(created)), class.name().clone())
    });
    newest.map(|class| class.name().clone())
}
