//! The node that a Pod is to run on.
//!
//! Models `pkg/registry/core/pod/storage/storage.go: BindingREST`.

use super::success;
use crate::api::call::{Answer, Call, at};
use crate::api::options::WriteOptions;
use crate::api::{body, negotiate};
use crate::base::status::InGroup;
use crate::base::{Path, Status, Value, field, names};
use crate::registry::write::{self, Options, Part};
use alloc::format;

pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, Status> {
    let format = negotiate::input(call.request.header("Content-Type"))?;
    let options = WriteOptions::parse(&call.url.query, "CreateOptions", call.user_agent())?;
    let schema = call.server.schema.clone();
    let type_id =
        schema.kind("", "v1", "Binding").ok_or_else(|| Status::internal("Binding is not in the schema"))?;
    let expected = body::Expected { group: "".into(), version: "v1".into(), kind: "Binding".into(), type_id };
    let decoded = body::decode(&schema, &call.request.body, format, &expected, options.validation)?;
    call.warnings.extend(decoded.warnings);
    let binding = decoded.value;
    if binding.get("metadata").get("name").str() != call.route.name {
        return Err(Status::bad_request("name in URL does not match name in Binding object"));
    }
    let errors = validate(&binding);
    if !errors.is_empty() {
        return Err(Status::unknown(field::aggregate(&errors)));
    }
    let place = call.at();
    let options = Options { dry_run: options.dry_run, manager: options.manager, uid: Default::default() };
    write::update(call.server, at(&place), Part::Bare, &options, false, |_, pod| bound(pod, &binding))?;
    Ok(success(201))
}

fn validate(binding: &Value) -> field::Errors {
    let mut errors = field::Errors::new();
    let target = Path::new("target");
    let (kind, name) = (binding.get("target").get("kind").str(), binding.get("target").get("name").str());
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

/// The Pod on the node that the binding names.
fn bound(pod: &Value, binding: &Value) -> Result<Value, Status> {
    let name = pod.get("metadata").get("name").str();
    let conflict = |why: &str| Err(Status::conflict(InGroup { group: "", name: "pods/binding" }, name, why));
    if !pod.get("metadata").get("deletionTimestamp").is_null() {
        return conflict(&format!("pod {name} is being deleted, cannot be assigned to a host"));
    }
    let node = pod.get("spec").get("nodeName").str();
    if !node.is_empty() {
        return conflict(&format!("pod {name} is already assigned to node \"{node}\""));
    }
    if !pod.get("spec").get("schedulingGates").is_empty() {
        return conflict(&format!("pod {name} has non-empty .spec.schedulingGates"));
    }
    let mut new = pod.clone();
    new.entry("spec").set("nodeName", binding.get("target").get("name"));
    for map in ["annotations", "labels"] {
        for (key, value) in binding.get("metadata").get(map).entries() {
            new.entry("metadata").entry(map).set(key, value);
        }
    }
    Ok(new)
}
