//! Delete, one or many.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/delete.go`.

use super::call::{Answer, Call, at};
use super::options::{self, ListOptions};
use super::pages::select;
use super::read::shown;
use super::{body, negotiate};
use crate::base::{Status, Value, field};
use crate::registry::write::{self, At, DeleteOptions, Deleted};
use crate::schema::Resource;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The kinds of the API's own that a body could be read as, and in which versions, though it is none of them that is
/// wanted.
const META_KINDS: &[(&str, Versions)] = &[
    ("APIGroup", Versions::All),
    ("APIGroupList", Versions::All),
    ("APIResourceList", Versions::All),
    ("APIVersions", Versions::All),
    ("CreateOptions", Versions::All),
    ("GetOptions", Versions::First),
    ("ListOptions", Versions::First),
    ("PartialObjectMetadata", Versions::Meta),
    ("PartialObjectMetadataList", Versions::Meta),
    ("PatchOptions", Versions::First),
    ("Status", Versions::All),
    ("Table", Versions::Meta),
    ("TableOptions", Versions::Meta),
    ("UpdateOptions", Versions::All),
    ("WatchEvent", Versions::First),
];

/// The versions that have a kind: those of all groups, those of `meta.k8s.io`, or its first.
#[derive(Clone, Copy)]
enum Versions {
    All,
    Meta,
    First,
}

/// Resources that answer a deletion with the object; the others say that it was done.
///
/// Models `ReturnDeletedObject` of `pkg/registry/*/storage`.
const RETURN_OBJECT: &[&str] = &[
    "namespaces",
    "persistentvolumes",
    "persistentvolumeclaims",
    "pods",
    "podtemplates",
    "resourcequotas",
    "services",
    "serviceaccounts",
    "deviceclasses.resource.k8s.io",
    "resourceclaims.resource.k8s.io",
    "resourceclaimtemplates.resource.k8s.io",
    "resourceslices.resource.k8s.io",
    "csidrivers.storage.k8s.io",
    "csinodes.storage.k8s.io",
    "storageclasses.storage.k8s.io",
    "volumeattachments.storage.k8s.io",
    "volumeattributesclasses.storage.k8s.io",
];

/// Whether a resource answers a deletion with the object, even when it is gone.
pub(super) fn returns_object(resource: &Resource) -> bool {
    let name = match resource.group.as_str() {
        "" => resource.name.clone(),
        group => format!("{}.{group}", resource.name).into(),
    };
    RETURN_OBJECT.contains(&name.as_str())
}

pub(super) fn delete(call: &mut Call<'_>) -> Result<Answer, Status> {
    let options = read_options(call)?;
    let place = call.at();
    let deleted = write::delete(call.server, at(&place), &options)?;
    let accepted = !deleted.gone && options.orphan_dependents == Some(false);
    Ok(Answer::object(if accepted { 202 } else { 200 }, answer(call, &deleted)))
}

pub(super) fn delete_collection(call: &mut Call<'_>) -> Result<Answer, Status> {
    let list = ListOptions::parse(&call.url.query, &call.resource(), "")?;
    let options = read_options(call)?;
    let (objects, _, revision) = select(call, &list)?;
    let items = objects.iter().map(|o| {
        let mut value = shown(call, o);
        value.remove("kind");
        value.remove("apiVersion");
        value
    });
    let items = Value::list(items.collect::<Vec<_>>());
    for object in &objects {
        let at = At { resource: &call.kind.name, namespace: object.namespace(), name: object.name() };
        match write::delete(call.server, at, &options) {
            Ok(_) | Err(Status { reason: "NotFound", .. }) => {}
            Err(status) => return Err(status),
        }
    }
    let value = Value::map([
        ("kind", Value::from(format!("{}List", call.route.resource.kind))),
        ("apiVersion", Value::from(call.route.resource.group_version())),
        ("metadata", Value::map([("resourceVersion", Value::from(format!("{revision}")))])),
        ("items", items),
    ]);
    Ok(Answer::object(200, value))
}

fn read_options(call: &Call<'_>) -> Result<DeleteOptions, Status> {
    let bytes = &call.request.body;
    body::check_size(bytes)?;
    if bytes.is_empty() {
        return options::delete_options(&call.url.query, &Value::Null);
    }
    let format = negotiate::input(call.request.header("Content-Type"))?;
    let document = body::Document::read(bytes, format).map_err(Status::bad_request)?;
    let schema = &call.server.schema;
    let id = schema
        .named("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions")
        .ok_or_else(|| Status::internal("DeleteOptions is not in the schema"))?;
    let (api_version, kind) = document.api_version_and_kind().map_err(Status::bad_request)?;
    if !matches!(kind.as_str(), "" | "DeleteOptions") {
        return Err(Status::bad_request(no_options(&api_version, &kind)));
    }
    let decoded = document.decode(schema, id).map_err(Status::bad_request)?;
    let value = if decoded.is_null() { Value::empty_map() } else { decoded };
    options::delete_options(&call.url.query, &value)
}

/// Why a kind is not what a deletion wants to be told.
fn no_options(api_version: &str, kind: &str) -> String {
    const META: &str = "meta.k8s.io/v1";
    let api_version = if api_version.is_empty() { META } else { api_version };
    let known =
        META_KINDS.iter().find(|(name, _)| *name == kind).is_some_and(|(_, versions)| match versions {
            Versions::All => true,
            Versions::Meta => api_version.starts_with("meta.k8s.io/v1"),
            Versions::First => api_version == META,
        });
    if !known {
        let (kind, version) = (field::quoted(kind), field::quoted(api_version));
        return format!(
            "no kind {kind} is registered for version {version} in scheme \"pkg/apis/meta/internalversion/scheme/register.go:27\""
        );
    }
    let beta = kind == "PartialObjectMetadataList" && api_version.ends_with("beta1");
    let package = if beta { "v1beta1" } else { "v1" };
    format!("converting ({package}.{kind}) to (v1.DeleteOptions): unknown conversion")
}

/// The object while it is there, and afterwards as its resource has it.
fn answer(call: &Call<'_>, deleted: &Deleted) -> Value {
    if !deleted.gone && call.kind.name != "namespaces" && !is_pending_pod(call, deleted)
        || RETURN_OBJECT.contains(&call.kind.name.as_str())
    {
        return shown(call, &deleted.object);
    }
    let mut details = Value::map([("name", Value::from(deleted.object.name()))]);
    if !call.kind.group.is_empty() {
        details.set("group", &call.kind.group);
    }
    details.set("kind", &call.kind.resource);
    details.set("uid", deleted.object.uid());
    Value::map([
        ("kind", Value::text("Status")),
        ("apiVersion", Value::text("v1")),
        ("metadata", Value::empty_map()),
        ("status", Value::text("Success")),
        ("details", details),
    ])
}

fn is_pending_pod(call: &Call<'_>, deleted: &Deleted) -> bool {
    call.kind.name == "pods" && deleted.object.is_deleted()
}
