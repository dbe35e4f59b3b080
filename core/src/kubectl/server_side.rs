//! `kubectl apply --server-side`: the server merges, and knows who owns which field.
//!
//! Models the server-side half of `k8s.io/kubectl/pkg/cmd/apply/apply.go` and `k8s.io/client-go/util/csaupgrade`.

use super::apply::LAST_APPLIED;
use super::apply_files::warn_if_deleting;
use super::client::Client;
use super::console::{Failure, Printed};
use super::infos::Info;
use super::run::Call;
use super::writing::{Dry, Writing, sorted};
use crate::base::{Status, Value, json};
use crate::schema::apply::Set;
use alloc::format;
use alloc::vec::Vec;

/// The name under which kubectl applies where no other is given.
pub const MANAGER: &str = "kubectl";
const ANNOTATION_MANAGER: &str = "kubectl-last-applied";
const APPLY: &str = "application/apply-patch+yaml";
const JSON_PATCH: &str = "application/json-patch+json";

const CONFLICT: &str = "
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";

pub fn apply(
    client: &mut Client<'_>,
    call: &Call<'_>,
    writing: &Writing<'_>,
    info: &mut Info,
    out: &mut Printed,
) -> Result<&'static str, Failure> {
    let config = sorted(&info.object);
    let force = call.args.is_on("force-conflicts");
    let part = call.args.get("subresource");
    info.object = send(client, writing, info, &config, force, part).map_err(|status| match status.code {
        409 => Failure::own(format!("{}{CONFLICT}", status.message)),
        _ => status.into(),
    })?;
    if writing.manager() == MANAGER {
        keep_annotation(client, writing, info)?;
    }
    if migrate(client, writing, info)? {
        info.object = send(client, writing, info, &config, force, part)?;
    }
    warn_if_deleting(info, out);
    Ok("serverside-applied")
}

fn send(
    client: &mut Client<'_>,
    writing: &Writing<'_>,
    info: &Info,
    config: &Value,
    force: bool,
    part: &str,
) -> Result<Value, Status> {
    let slash = if part.is_empty() { "" } else { "/" };
    let path = format!("{}{slash}{part}{}&force={force}", info.path(), writing.query());
    client.call("PATCH", path, APPLY, Some(config))
}

/// The annotation of earlier applies stays: it gets an owner of its own.
///
/// Models `saveLastApplyAnnotationIfNecessary`.
fn keep_annotation(client: &mut Client<'_>, writing: &Writing<'_>, info: &mut Info) -> Result<(), Failure> {
    let said = info.object.at(&["metadata", "annotations"]).get(LAST_APPLIED);
    if said.is_null() || owners(&info.object, "Apply").next().is_some() {
        return Ok(());
    }
    let mut metadata = Value::map([
        ("annotations", Value::map([(LAST_APPLIED, said.clone())])),
        ("name", info.object.at(&["metadata", "name"]).clone()),
    ]);
    if info.resource.namespaced {
        metadata.set("namespace", info.namespace.as_str());
    }
    let config = Value::map([
        ("apiVersion", Value::text(info.resource.group_version())),
        ("kind", Value::text(&info.resource.kind)),
        ("metadata", metadata),
    ]);
    let dry = if writing.dry == Dry::Server { "&dryRun=All" } else { "" };
    let path = format!("{}?fieldManager={ANNOTATION_MANAGER}{dry}", info.path());
    info.object = client.call("PATCH", path, APPLY, Some(&config))?;
    Ok(())
}

/// The managers of that operation that own the annotation.
fn owners<'v>(object: &'v Value, operation: &'static str) -> impl Iterator<Item = &'v Value> {
    let annotation = Set::of_fields(&[&["metadata", "annotations", LAST_APPLIED]]);
    let of_operation = move |entry: &&Value| entry.get("operation").str() == operation;
    let all = object.at(&["metadata", "managedFields"]).items().iter().filter(of_operation);
    all.filter(move |entry| fields_of(entry).is_some_and(|set| annotation.difference(&set).is_empty()))
}

fn fields_of(entry: &Value) -> Option<Set> {
    Set::from_value(entry.get("fieldsV1"))
}

/// What was applied on the client's side becomes this manager's.
///
/// Models `migrateToSSAIfNecessary` and `UpgradeManagedFieldsPatch`.
fn migrate(client: &mut Client<'_>, writing: &Writing<'_>, info: &mut Info) -> Result<bool, Failure> {
    let names = owners(&info.object, "Update").map(|entry| entry.get("manager").clone()).collect::<Vec<_>>();
    let before = info.object.at(&["metadata", "managedFields"]).items();
    let mut entries = before.to_vec();
    for name in &names {
        entries = upgraded(entries, name.str(), writing.manager());
    }
    if entries == before {
        return Ok(false);
    }
    let replace = |path: &str, value: Value| {
        Value::map([("op", Value::text("replace")), ("path", Value::text(path)), ("value", value)])
    };
    let patch = Value::list([
        replace("/metadata/managedFields", Value::list(entries)),
        replace("/metadata/resourceVersion", info.object.at(&["metadata", "resourceVersion"]).clone()),
    ]);
    let body = json::to_string(&patch).into_bytes();
    info.object = writing.patch_raw(client, &info.path(), JSON_PATCH, body)?;
    Ok(true)
}

/// Models `upgradedManagedFields`.
fn upgraded(mut entries: Vec<Value>, old: &str, new: &str) -> Vec<Value> {
    let is = |entry: &Value, manager: &str, operation: &str| {
        entry.get("manager").str() == manager
            && entry.get("operation").str() == operation
            && entry.get("subresource").str().is_empty()
    };
    let place = entries.iter().position(|e| is(e, new, "Apply"));
    let place = place.or_else(|| entries.iter().position(|e| is(e, old, "Update")));
    let Some(target) = place.and_then(|place| entries.get(place)) else { return entries };
    let mut target = target.clone();
    target.set("operation", "Apply");
    target.set("manager", new);
    let version = target.get("apiVersion").clone();
    let twin = entries.iter().find(|e| is(e, old, "Update") && *e.get("apiVersion") == version);
    if let (Some(own), Some(other)) = (fields_of(&target), twin.and_then(fields_of)) {
        target.set("fieldsV1", own.union(&other).to_value());
    }
    if let Some(entry) = place.and_then(|place| entries.get_mut(place)) {
        *entry = target;
    }
    entries.retain(|e| !is(e, old, "Update"));
    entries
}
