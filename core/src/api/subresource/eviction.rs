//! A pod that is asked to go.
//!
//! Models `pkg/registry/core/pod/storage/eviction.go: EvictionREST`.

use super::success;
use crate::api::call::{Answer, Call, at};
use crate::api::options::{self, WriteOptions};
use crate::api::write::match_namespace;
use crate::api::{body, negotiate};
use crate::base::Status;
use crate::registry::eviction;
use crate::registry::write::DeleteOptions;

pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, Status> {
    let format = negotiate::input(call.request.header("Content-Type"))?;
    let options = WriteOptions::parse(&call.url.query, "CreateOptions", call.user_agent())?;
    let schema = call.server.schema.clone();
    let type_id = schema
        .kind("policy", "v1", "Eviction")
        .ok_or_else(|| Status::internal("Eviction is not in the schema"))?;
    let expected =
        body::Expected { group: "policy".into(), version: "v1".into(), kind: "Eviction".into(), type_id };
    let decoded = body::decode(&schema, &call.request.body, format, &expected, options.validation)?;
    call.warnings.extend(decoded.warnings);
    let mut asked = decoded.value;
    match_namespace(&call.route, &mut asked)?;
    if asked.get("metadata").get("name").str() != call.route.name {
        return Err(Status::bad_request("name in URL does not match name in Eviction object"));
    }
    let delete = asked.get("deleteOptions");
    let mut delete = match delete.is_null() {
        true => DeleteOptions::default(),
        false => options::delete_options(&call.url.query, delete)?,
    };
    delete.dry_run |= options.dry_run;
    let place = call.at();
    eviction::evict(call.server, at(&place), &delete)?;
    Ok(success(201))
}
