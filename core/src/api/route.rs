//! What a path means.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/request/requestinfo.go` and the routes of `installer.go`.

use super::url::Url;
use crate::schema::{Resource, Schema};
use alloc::string::String;
use alloc::vec::Vec;

/// Where a request goes.
#[derive(Debug)]
pub enum Route<'a> {
    /// A resource, or a subresource: of one object, or of all in a namespace or the cluster.
    Resource(ResourceRoute<'a>),
    /// `/api`, `/apis/apps/v1`, `/version`, `/healthz`: the parts of the path.
    Other(Vec<&'a str>),
    NotFound,
}

#[derive(Clone, Debug)]
pub struct ResourceRoute<'a> {
    /// The main resource.
    pub resource: &'a Resource,
    /// The subresource, if that is meant.
    pub subresource: Option<&'a Resource>,
    /// Empty for the whole cluster.
    pub namespace: &'a str,
    /// Empty for a collection.
    pub name: &'a str,
    /// The path itself says that it is to be watched.
    pub watch: bool,
}

/// Finds the route of a path.
pub fn route<'a>(schema: &'a Schema, url: &'a Url) -> Route<'a> {
    let parts = url.segments.iter().map(String::as_str).collect::<Vec<_>>();
    let (group, version, rest) = match parts.as_slice() {
        ["api", version, rest @ ..] if !rest.is_empty() => ("", *version, rest),
        ["apis", group, version, rest @ ..] if !rest.is_empty() => (*group, *version, rest),
        _ => return Route::Other(parts),
    };
    match rest {
        ["watch", rest @ ..] => match find(schema, group, version, rest) {
            Route::Resource(route) if route.subresource.is_none() && route.resource.has_verb("watch") => {
                Route::Resource(ResourceRoute { watch: true, ..route })
            }
            _ => Route::NotFound,
        },
        rest => find(schema, group, version, rest),
    }
}

/// Finds what is below a group and version.
fn find<'a>(schema: &'a Schema, group: &str, version: &str, rest: &[&'a str]) -> Route<'a> {
    let (namespace, rest) = match rest {
        ["namespaces", namespace, sub @ ("status" | "finalize"), deeper @ ..]
            if group.is_empty() && deeper.is_empty() =>
        {
            return named(schema, group, version, "", "namespaces", namespace, &[sub]);
        }
        ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (*namespace, rest),
        rest => ("", rest),
    };
    match rest {
        [resource, name, rest @ ..] => named(schema, group, version, namespace, resource, name, rest),
        [resource] => named(schema, group, version, namespace, resource, "", &[]),
        [] => Route::NotFound,
    }
}

fn named<'a>(
    schema: &'a Schema,
    group: &str,
    version: &str,
    namespace: &'a str,
    resource: &str,
    name: &'a str,
    rest: &[&'a str],
) -> Route<'a> {
    let find = |wanted: &str| {
        let mut all = schema.resources().iter();
        all.find(|r| r.group == group && r.version == version && r.name == wanted)
    };
    let Some(main) = find(resource) else { return Route::NotFound };
    // What is in no namespace is not found in one, and what is in one is not found by name outside of it, nor at all
    // if it can't be listed.
    let by_name = !name.is_empty() || !main.has_verb("list");
    if !namespace.is_empty() && !main.namespaced || namespace.is_empty() && main.namespaced && by_name {
        return Route::NotFound;
    }
    // What only answers has no objects that could be named.
    if !name.is_empty() && !main.has_verb("get") {
        return Route::NotFound;
    }
    let subresource = match rest {
        [] => None,
        // What follows `proxy` is a path of the program behind it.
        [sub, rest @ ..] => match find(&alloc::format!("{resource}/{sub}")) {
            Some(found) if rest.is_empty() || *sub == "proxy" => Some(found),
            _ => return Route::NotFound,
        },
    };
    Route::Resource(ResourceRoute { resource: main, subresource, namespace, name, watch: false })
}
