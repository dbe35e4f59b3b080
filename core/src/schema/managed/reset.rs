//! The fields that a resource does not take from a client, and that writing them therefore does not own.
//!
//! Models `GetResetFields` of the strategies in `pkg/registry`.

use crate::schema::apply::Set;

/// What writing `resource` (`pods`, `deployments.apps`), or a subresource of it, resets. A resource with a status of its
/// own resets the status, and the status resets the rest.
pub fn reset_fields(resource: &str, subresource: &str, has_status: bool) -> Set {
    if let Some((.., fields)) = OTHERS.iter().find(|(name, sub, _)| (*name, *sub) == (resource, subresource))
    {
        return Set::of_fields(fields);
    }
    match subresource {
        "" if has_status => Set::of_fields(&[&["status"]]),
        "status" if KEEP_METADATA.contains(&resource) => Set::of_fields(&[&["spec"], &["metadata"]]),
        "status" => Set::of_fields(&[&["spec"]]),
        _ => Set::default(),
    }
}

type Fields = &'static [&'static [&'static str]];

const OTHERS: &[(&str, &str, Fields)] = &[
    ("pods", "status", &[&["spec"], &["metadata", "deletionTimestamp"], &["metadata", "ownerReferences"]]),
    ("deployments.apps", "status", &[&["spec"], &["metadata", "labels"]]),
    ("namespaces", "finalize", &[&["status"]]),
    ("certificatesigningrequests.certificates.k8s.io", "", &[&["spec"], &["status"]]),
    ("certificatesigningrequests.certificates.k8s.io", "status", &[&["spec"], &["status", "conditions"]]),
    ("certificatesigningrequests.certificates.k8s.io", "approval", &[&["spec"], &["status", "certificate"]]),
];

/// Their status takes no labels and annotations either.
const KEEP_METADATA: &[&str] = &[
    "apiservices.apiregistration.k8s.io",
    "compositepodgroups.scheduling.k8s.io",
    "csinodes.storage.k8s.io",
    "devicetaintrules.resource.k8s.io",
    "evictionrequests.lifecycle.k8s.io",
    "evictions.lifecycle.k8s.io",
    "flowschemas.flowcontrol.apiserver.k8s.io",
    "podcertificaterequests.certificates.k8s.io",
    "podgroups.scheduling.k8s.io",
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
    "resourceclaims.resource.k8s.io",
    "resourcepoolstatusrequests.resource.k8s.io",
    "servicecidrs.networking.k8s.io",
    "storageversionmigrations.storagemigration.k8s.io",
    "storageversions.internal.apiserver.k8s.io",
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    "volumeattachments.storage.k8s.io",
];
