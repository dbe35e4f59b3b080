//! What can be said with a request beside its body.

use super::Edition;
use crate::base::{Value, sort};
use alloc::vec::Vec;

pub(super) const LIST: &[&str] = &[
    "allowWatchBookmarks",
    "continue",
    "fieldSelector",
    "labelSelector",
    "limit",
    "resourceVersion",
    "resourceVersionMatch",
    "sendInitialEvents",
    "shardSelector",
    "timeoutSeconds",
    "watch",
];
pub(super) const WRITE: &[&str] = &["dryRun", "fieldManager", "fieldValidation"];
pub(super) const PATCH: &[&str] = &["dryRun", "fieldManager", "fieldValidation", "force"];
pub(super) const DELETE: &[&str] = &[
    "dryRun",
    "gracePeriodSeconds",
    "ignoreStoreReadErrorWithClusterBreakingPotential",
    "orphanDependents",
    "propagationPolicy",
];
pub(super) const DELETE_MANY: &[&str] = &[
    "continue",
    "dryRun",
    "fieldSelector",
    "gracePeriodSeconds",
    "ignoreStoreReadErrorWithClusterBreakingPotential",
    "labelSelector",
    "limit",
    "orphanDependents",
    "propagationPolicy",
    "resourceVersion",
    "resourceVersionMatch",
    "sendInitialEvents",
    "shardSelector",
    "timeoutSeconds",
];

/// What is said to those behind the server.
const SUBRESOURCES: &[(&str, &[&str])] = &[
    ("attach", &["container", "stderr", "stdin", "stdout", "tty"]),
    ("exec", &["command", "container", "stderr", "stdin", "stdout", "tty"]),
    ("portforward", &["ports"]),
    ("proxy", &["path"]),
    (
        "log",
        &[
            "container",
            "follow",
            "insecureSkipTLSVerifyBackend",
            "limitBytes",
            "previous",
            "sinceSeconds",
            "stream",
            "tailLines",
            "timestamps",
        ],
    ),
];

/// Those that are no texts.
const TYPES: &[(&str, &[&str])] = &[
    (
        "boolean",
        &[
            "allowWatchBookmarks",
            "follow",
            "force",
            "ignoreStoreReadErrorWithClusterBreakingPotential",
            "insecureSkipTLSVerifyBackend",
            "orphanDependents",
            "previous",
            "sendInitialEvents",
            "stderr",
            "stdin",
            "stdout",
            "timestamps",
            "tty",
            "watch",
        ],
    ),
    (
        "integer",
        &[
            "gracePeriodSeconds",
            "limit",
            "limitBytes",
            "ports",
            "sinceSeconds",
            "tailLines",
            "timeoutSeconds",
        ],
    ),
];

pub(super) fn of_subresource(name: &str) -> &'static [&'static str] {
    SUBRESOURCES.iter().find(|(sub, _)| *sub == name).map_or(&[], |(_, names)| names)
}

/// Those of the path and of the query, in the order of their names.
pub(super) fn all(edition: Edition, path: &str, query: &[&str], pretty: bool) -> Vec<Value> {
    let within = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut named = within.map(|name| (name, "path")).collect::<Vec<_>>();
    named.extend(query.iter().map(|name| (*name, "query")));
    if pretty {
        named.push(("pretty", "query"));
    }
    sort::sort(&mut named);
    named.into_iter().map(|(name, place)| one(edition, name, place)).collect()
}

fn one(edition: Edition, name: &str, place: &str) -> Value {
    let type_ = TYPES.iter().find(|(_, names)| names.contains(&name)).map_or("string", |(type_, _)| type_);
    let schema = [("type", Value::text(type_)), ("uniqueItems", Value::Bool(true))];
    let mut out = Value::map([("name", Value::text(name)), ("in", Value::text(place))]);
    if place == "path" {
        out.set("required", true);
    }
    match edition {
        Edition::V3 => out.set("schema", Value::map(schema)),
        Edition::V2 => schema.into_iter().for_each(|(key, value)| out.set(key, value)),
    }
    out
}
