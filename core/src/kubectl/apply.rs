//! `kubectl apply`, client side: a manifest is compared with what it said last time and with what is there, and what
//! differs becomes a patch. What others have set stays.
//!
//! Models `k8s.io/kubectl/pkg/cmd/apply` and `pkg/util/apply.go`.

use super::client::{Client, Named, namespace_or_default, no_match};
use super::writing::sorted;
use crate::api::mapping;
use crate::base::{Status, Text, Value, json};
use crate::manifest;
use crate::schema::patch::strategic;
use alloc::format;

/// The annotation that keeps what the manifest said.
pub const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
const QUERY: &str = "fieldManager=kubectl-client-side-apply&fieldValidation=Strict";
const STRATEGIC: &str = "application/strategic-merge-patch+json";

/// What became of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// As the manifest names it: `apps/v1`.
    pub api_version: Text,
    pub kind: Text,
    /// Empty where the kind has none.
    pub namespace: Text,
    pub name: Text,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Created,
    Configured,
    Unchanged,
}

/// Applies one object as its manifest has it.
pub fn apply(client: &mut Client<'_>, manifest: &Value) -> Result<Applied, Status> {
    let schema = client.server.schema.clone();
    let (api_version, kind) = type_of(manifest)?;
    let resource = mapping::of_kind(&schema, api_version, kind).ok_or_else(|| no_match(api_version, kind))?;
    let mut object = manifest.clone();
    let name = name_of(&object)?;
    let namespace = match resource.namespaced {
        true => Text::from(namespace_or_default(object.get("metadata").get("namespace").str())),
        false => Text::default(),
    };
    if resource.namespaced {
        object.entry("metadata").set("namespace", &namespace);
    }
    let object = annotated(&object);

    let called = format!("{}.{}.{}", resource.name, resource.version, resource.group);
    let kind_name = if resource.group.is_empty() { resource.name.as_str() } else { &called };
    let current = client.get(Named { kind: kind_name, namespace: &namespace, name: &name });
    let outcome = match current {
        Err(status) if status.code == 404 => {
            let path = mapping::path(resource, &namespace, "");
            client.call("POST", format!("{path}?{QUERY}"), "", Some(&without_nulls(&object)))?;
            Outcome::Created
        }
        Err(status) => return Err(status),
        Ok(current) => {
            let type_id = schema
                .kind(&resource.group, &resource.version, &resource.kind)
                .ok_or_else(|| no_match(api_version, kind))?;
            let original = original_of(&current);
            let patch = strategic::create_three_way(&schema, type_id, &original, &object, &current)?;
            if patch.is_empty() {
                Outcome::Unchanged
            } else {
                let path = mapping::path(resource, &namespace, &name);
                client.call("PATCH", format!("{path}?{QUERY}"), STRATEGIC, Some(&patch))?;
                Outcome::Configured
            }
        }
    };
    Ok(Applied { api_version: api_version.into(), kind: kind.into(), namespace, name, outcome })
}

/// `apiVersion` and `kind` of a manifest.
fn type_of(manifest: &Value) -> Result<(&str, &str), Status> {
    let missing =
        |what: &str| Status::bad_request(format!("Object '{what}' is missing in '{}'", shown(manifest)));
    let kind = manifest.get("kind").str();
    if kind.is_empty() {
        return Err(missing("Kind"));
    }
    let api_version = manifest.get("apiVersion").str();
    if api_version.is_empty() {
        return Err(missing("apiVersion"));
    }
    Ok((api_version, kind))
}

/// The beginning of a manifest, for people.
fn shown(manifest: &Value) -> alloc::string::String {
    const SHOWN: usize = 200;
    let text = json::to_string(manifest);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn name_of(object: &Value) -> Result<Text, Status> {
    let metadata = object.get("metadata");
    match metadata.get("name").as_text().filter(|n| !n.is_empty()) {
        Some(name) => Ok(name.clone()),
        None => Err(Status::bad_request(match metadata.get("generateName").str() {
            "" => "resource name may not be empty".into(),
            generated => format!("from {generated}: cannot use generate name with apply"),
        })),
    }
}

/// The manifest with an annotation that says what it says; one of that name in the manifest itself is not heeded.
///
/// Models `GetModifiedConfiguration`.
pub(super) fn annotated(manifest: &Value) -> Value {
    let mut object = manifest.clone();
    let annotations = object.entry("metadata").entry("annotations");
    annotations.map_mut();
    annotations.remove(LAST_APPLIED);
    let mut object = sorted(&object);
    let said = format!("{}\n", json::to_string(&object));
    let annotations = object.entry("metadata").entry("annotations");
    annotations.set(LAST_APPLIED, said);
    annotations.map_mut().sort();
    object
}

/// What the manifest said when it was applied last; nothing if it never was.
pub(super) fn original_of(current: &Value) -> Value {
    let said = current.at(&["metadata", "annotations"]).get(LAST_APPLIED).str();
    manifest::json::parse(said).map_or_else(|_| Value::empty_map(), |node| node.to_value())
}

/// A null means that a field is not there, in the first manifest as in later ones.
///
/// Models `pruneNullsFromMap`.
pub(super) fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Map(map) => {
            let kept = map.iter().filter(|(_, v)| !v.is_null());
            Value::map(kept.map(|(k, v)| (k.clone(), without_nulls(v))))
        }
        Value::List(items) => Value::list(items.iter().map(without_nulls)),
        scalar => scalar.clone(),
    }
}
