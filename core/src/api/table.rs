//! Answers as tables.
//!
//! Models `asTable` and `optionsForTransform` of `k8s.io/apiserver/pkg/endpoints/handlers/response.go`.

use super::encode::partial;
use super::url::Query;
use crate::base::{Path, Status, Text, Value, field};
use crate::print::rows::{self, Options};
use crate::registry::{Server, StoredKind};
use alloc::format;

/// What the rows of a table have of their objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Include {
    Nothing,
    Metadata,
    Object,
}

/// What a request wants to see of the objects.
pub(super) fn include(query: &Query) -> Result<Include, Status> {
    match query.get("includeObject") {
        "" | "Metadata" => Ok(Include::Metadata),
        "Object" => Ok(Include::Object),
        "None" => Ok(Include::Nothing),
        other => {
            let detail = "must be 'Metadata', 'Object', 'None', or empty";
            let error = field::invalid(&Path::new("includeObject"), other, detail);
            Err(Status::bad_request(format!("Unable to convert to Table as requested: {error}")))
        }
    }
}

/// The table of an object or a list of a kind, in a version of `meta`; the columns are named where there are to be `headers`.
pub(super) fn of(
    server: &Server,
    kind: &StoredKind,
    value: &Value,
    meta: &str,
    include: Include,
    headers: bool,
) -> Value {
    let resource = if value.get("kind").str() == "Scale" { "scale" } else { kind.name.as_str() };
    // Columns are those of the kind, whichever version is asked for.
    let stored = |object: &Value| {
        let mut stored = typed(object, value);
        let version = Text::from(stored.get("apiVersion").str());
        if resource == kind.name.as_str() && !version.is_empty() && version != kind.api_version() {
            (kind.strategy.to_stored)(&version, &mut stored);
        }
        stored
    };
    let object = |object: &Value| match include {
        Include::Nothing => Value::Null,
        Include::Metadata => partial(object, meta),
        Include::Object => typed(object, value),
    };
    let options = Options { now: server.now, headers, stored: &stored, object: &object };
    let mut table = rows::table(resource, value, &options);
    table.set("apiVersion", meta);
    table
}

/// An item with the kind and version that its list says for all of them.
fn typed(item: &Value, list: &Value) -> Value {
    let kind = list.get("kind").str().strip_suffix("List").filter(|_| item.get("kind").is_null());
    let Some(kind) = kind else { return item.clone() };
    let mut object =
        Value::map([("kind", Value::text(kind)), ("apiVersion", list.get("apiVersion").clone())]);
    for (field, value) in item.entries() {
        object.set(field, value);
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_of_a_list_is_given_its_kind_and_an_object_keeps_its_own() {
        let object =
            |kind: &str| Value::map([("kind", Value::text(kind)), ("apiVersion", Value::text("v1"))]);
        let item = Value::map([("data", Value::empty_map())]);
        let shown = typed(&item, &object("ConfigMapList"));
        assert_eq!(
            shown.entries().iter().map(|(k, _)| k.as_str()).collect::<alloc::vec::Vec<_>>(),
            ["kind", "apiVersion", "data"]
        );
        assert_eq!(shown.get("kind").str(), "ConfigMap");
        assert_eq!(typed(&object("Pod"), &object("PodList")), object("Pod"));
    }
}
