//! Kinds that clients should not use any more, whatever they do with them.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/deprecation`, and `lifecycle.go` of the groups of `k8s.io/api`.

use crate::schema::Resource;
use alloc::format;
use alloc::string::String;

/// The group version and kind, the release that said so, and what to use instead.
const DEPRECATED: &[(&str, &str, &str, &str)] = &[
    ("v1", "ComponentStatus", "v1.19", ""),
    ("v1", "Endpoints", "v1.33", "discovery.k8s.io/v1 EndpointSlice"),
];

pub(super) fn warning(resource: &Resource) -> Option<String> {
    let version = resource.group_version();
    let found =
        DEPRECATED.iter().find(|(v, kind, ..)| *v == version.as_str() && *kind == resource.kind.as_str());
    found.map(|(version, kind, since, instead)| match *instead {
        "" => format!("{version} {kind} is deprecated in {since}+"),
        instead => format!("{version} {kind} is deprecated in {since}+; use {instead}"),
    })
}
