//! What a namespace that is being deleted says of how far it has come.
//!
//! Models `pkg/controller/namespace/deletion/status_condition_utils.go`.

use super::{RESOURCE, Remaining};
use crate::base::Instant;
use crate::base::sort;
use crate::controllers::{Action, Write, conditions};
use crate::store::Object;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Type, and reason and message where all is well; in the order in which they stand.
const WELL: &[(&str, &str, &str)] = &[
    ("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
    (
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    (CONTENT_FAILURE, "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
    (CONTENT_REMAINING, "ContentRemoved", "All content successfully removed"),
    (FINALIZERS_REMAINING, "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
];
const CONTENT_FAILURE: &str = "NamespaceDeletionContentFailure";
const CONTENT_REMAINING: &str = "NamespaceContentRemaining";
const FINALIZERS_REMAINING: &str = "NamespaceFinalizersRemaining";

/// The write that brings the conditions up to date, if they are not. `failure`: why something could not be deleted.
pub(super) fn updated(
    namespace: &Object,
    remaining: &Remaining,
    failure: Option<&str>,
    now: Instant,
) -> Option<Write> {
    let bad = bad(remaining, failure);
    let mut object = namespace.value().clone();
    let status = object.entry("status");
    let mut changed = false;
    for (type_, reason, message) in WELL {
        let found = bad.iter().find(|(t, ..)| t == type_);
        let (is, reason, message) = match found {
            Some((_, reason, message)) => ("True", *reason, message.as_str()),
            None => ("False", *reason, *message),
        };
        let there = conditions::within(status, type_);
        let same = |field: &str, value: &str| there.is_some_and(|c| c.get(field).str() == value);
        if !(same("status", is) && same("reason", reason) && same("message", message)) {
            conditions::replace(status, conditions::new(type_, is, reason, message, now));
            changed = true;
        }
    }
    changed.then(|| Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object }))
}

/// Type, reason and message of what is not as it should be.
fn bad(remaining: &Remaining, failure: Option<&str>) -> Vec<(&'static str, &'static str, String)> {
    let mut bad = Vec::new();
    if let Some(why) = failure {
        let message = format!("Failed to delete all resource types, 1 remaining: {why}");
        bad.push((CONTENT_FAILURE, "ContentDeletionFailed", message));
    }
    if !remaining.resources.is_empty() {
        let message = format!(
            "Some resources are remaining: {}",
            listed(&remaining.resources, |resource, count| {
                // Upstream puts the dot even where there is no group.
                let dot = if resource.contains('.') { "" } else { "." };
                format!("{resource}{dot} has {count} resource instances")
            })
        );
        bad.push((CONTENT_REMAINING, "SomeResourcesRemain", message));
    }
    if !remaining.finalizers.is_empty() {
        let message = format!(
            "Some content in the namespace has finalizers remaining: {}",
            listed(&remaining.finalizers, |finalizer, count| format!(
                "{finalizer} in {count} resource instances"
            ))
        );
        bad.push((FINALIZERS_REMAINING, "SomeFinalizersRemain", message));
    }
    bad
}

fn listed(counts: &BTreeMap<String, usize>, say: impl Fn(&str, usize) -> String) -> String {
    let mut said: Vec<String> = counts.iter().map(|(what, count)| say(what, *count)).collect();
    sort::sort(&mut said);
    said.join(", ")
}
