//! The node that a Pod is to run on.
//!
//! Models `pkg/registry/core/pod/storage/storage.go: BindingREST`.

use super::success;
use crate::api::call::{Answer, Call, at};
use crate::api::options::WriteOptions;
use crate::api::write::sent_by;
use crate::api::{body, negotiate};
use crate::base::{Path, Status, Value, field, names};
use crate::registry::binding;

pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, Status> {
    let format = negotiate::input(call.request.header("Content-Type"))?;
    let options = WriteOptions::parse(&call.url.query, "CreateOptions", call.user_agent())?;
    let schema = call.server.schema.clone();
    let type_id =
        schema.kind("", "v1", "Binding").ok_or_else(|| Status::internal("Binding is not in the schema"))?;
    let expected = body::Expected { group: "".into(), version: "v1".into(), kind: "Binding".into(), type_id };
    let decoded = body::decode(&schema, &call.request.body, format, &expected, options.validation)?;
    call.warnings.extend(decoded.warnings);
    let asked = decoded.value;
    let mut place = call.at();
    // A binding on its own names its pod itself.
    if place.2.is_empty() {
        (place.0, place.2) = ("pods".into(), asked.get("metadata").get("name").str().into());
    }
    if asked.get("metadata").get("name").str() != place.2.as_str() {
        return Err(Status::bad_request("name in URL does not match name in Binding object"));
    }
    let errors = validate(&asked);
    if !errors.is_empty() {
        return Err(Status::unknown(field::aggregate(&errors)));
    }
    let options = sent_by(call, &options);
    let node = asked.get("target").get("name").str();
    binding::bind(call.server, at(&place), node, asked.get("metadata"), &options)?;
    Ok(success(201))
}

fn validate(asked: &Value) -> field::Errors {
    let mut errors = field::Errors::new();
    let target = Path::new("target");
    let (kind, name) = (asked.get("target").get("kind").str(), asked.get("target").get("name").str());
    if !matches!(kind, "" | "Node") {
        errors.push(field::not_supported(&(&target / "kind"), kind, &["Node", "<empty>"]));
    }
    if name.is_empty() {
        errors.push(field::required(&(&target / "name"), ""));
    } else if matches!(kind, "" | "Node") {
        let complaints = names::dns1123_subdomain(name);
        errors.extend(complaints.into_iter().map(|c| field::invalid(&(&target / "name"), name, c)));
    }
    errors
}
