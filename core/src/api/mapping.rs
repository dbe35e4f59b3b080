//! What people call a resource, and where the API has it.
//!
//! Models `k8s.io/client-go/restmapper` (with its short names) and the order of groups of `kubectl`.

use super::url::escaped;
use crate::schema::{Resource, Schema};
use alloc::string::String;

/// The resource that is called `name`: its plural, singular, kind or short name, in any case, with its group or without:
/// `svc`, `Endpoints`, `deployment`, `deployments.apps`, `events.v1.events.k8s.io`. Where several groups have one of that
/// name, the first that the server lists.
pub fn resource<'s>(schema: &'s Schema, name: &str) -> Option<&'s Resource> {
    let whole = |name: &str, group: &dyn Fn(&Resource) -> bool| {
        let stored = schema.resources().iter().filter(|r| !r.name.contains('/') && group(r));
        let called = |r: &&Resource| {
            let mut short = r.short_names.iter();
            name.eq_ignore_ascii_case(&r.name)
                || name.eq_ignore_ascii_case(&r.kind)
                || short.any(|s| name.eq_ignore_ascii_case(s))
        };
        stored.filter(called).min_by_key(|r| rank(&r.group))
    };
    let Some((first, rest)) = name.split_once('.') else { return whole(name, &|_| true) };
    let versioned = rest.split_once('.').and_then(|(version, group)| {
        whole(first, &|r| r.version == version && r.group.eq_ignore_ascii_case(group))
    });
    versioned.or_else(|| whole(first, &|r| r.group.eq_ignore_ascii_case(rest)))
}

/// The resource that holds the objects of a kind.
pub fn of_kind<'s>(schema: &'s Schema, api_version: &str, kind: &str) -> Option<&'s Resource> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let mut all = schema.resources().iter();
    all.find(|r| !r.name.contains('/') && r.kind == kind && r.group == group && r.version == version)
}

/// The core group comes before all others; those that repeat a kind of it come last.
fn rank(group: &str) -> u8 {
    match group {
        "" => 0,
        "events.k8s.io" => 2,
        _ => 1,
    }
}

/// The path of an object, or of all where `name` is empty.
pub fn path(resource: &Resource, namespace: &str, name: &str) -> String {
    let mut path = String::from(if resource.group.is_empty() { "/api" } else { "/apis" });
    let namespaces = if resource.namespaced && !namespace.is_empty() { "namespaces" } else { "" };
    let namespace = if namespaces.is_empty() { "" } else { namespace };
    for part in [&resource.group, &resource.version, namespaces, namespace, &resource.name, name] {
        if !part.is_empty() {
            path.push('/');
            path.push_str(&escaped(part));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_go_by_many_names() {
        let schema = Schema::kubernetes();
        for (called, path_of_all) in [
            ("svc", "/api/v1/services"),
            ("Service", "/api/v1/services"),
            ("services", "/api/v1/services"),
            ("ep", "/api/v1/endpoints"),
            ("Endpoints", "/api/v1/endpoints"),
            ("deploy", "/apis/apps/v1/deployments"),
            ("deployments.apps", "/apis/apps/v1/deployments"),
            ("deployments.v1.apps", "/apis/apps/v1/deployments"),
            ("endpointslice", "/apis/discovery.k8s.io/v1/endpointslices"),
            ("events", "/api/v1/events"),
            ("events.events.k8s.io", "/apis/events.k8s.io/v1/events"),
        ] {
            let found = resource(&schema, called).unwrap_or_else(|| panic!("{called} is not found"));
            assert_eq!(path(found, "", ""), path_of_all, "{called}");
        }
        assert!(resource(&schema, "deployments.batch").is_none());
        assert!(resource(&schema, "services/status").is_none());
        assert!(resource(&schema, "").is_none());
    }

    #[test]
    fn paths_are_escaped() {
        let schema = Schema::kubernetes();
        let services = resource(&schema, "services").expect("services");
        assert_eq!(path(services, "a", "b/c?d"), "/api/v1/namespaces/a/services/b%2Fc%3Fd");
    }
}
