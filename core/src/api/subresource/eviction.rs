//! A Pod that is asked to leave its node.
//!
//! Models `pkg/registry/core/pod/storage/eviction.go: EvictionREST`.

use super::success;
use crate::api::call::{Answer, Call, at};
use crate::api::options::{self, WriteOptions};
use crate::api::write::{match_namespace, sent_by};
use crate::api::{body, negotiate};
use crate::base::status::InGroup;
use crate::base::{Path, Status, field};
use crate::registry::eviction;
use crate::registry::write::Options;

pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, Status> {
    let format = negotiate::input(call.request.header("Content-Type"))?;
    let asked = WriteOptions::parse(&call.url.query, "CreateOptions", call.user_agent())?;
    let schema = call.server.schema.clone();
    let type_id = schema
        .kind("policy", "v1", "Eviction")
        .ok_or_else(|| Status::internal("Eviction is not in the schema"))?;
    let expected =
        body::Expected { group: "policy".into(), version: "v1".into(), kind: "Eviction".into(), type_id };
    let decoded = body::decode(&schema, &call.request.body, format, &expected, asked.validation)?;
    call.warnings.extend(decoded.warnings);
    let mut asked_for = decoded.value;
    match_namespace(&call.route, &mut asked_for)?;
    let name = asked_for.get("metadata").get("name").str();
    if name != call.route.name {
        return Err(Status::bad_request("name in URL does not match name in Eviction object"));
    }
    let said = asked_for.get("deleteOptions");
    if said.get("ignoreStoreReadErrorWithClusterBreakingPotential").is_true() {
        let path = Path::new("deleteOptions");
        let at = &path / "ignoreStoreReadErrorWithClusterBreakingPotential";
        let why = "can not be set for pod eviction, try after removing the option";
        let error = field::invalid(&at, true, why);
        return Err(Status::invalid(InGroup { group: "policy", name: "Eviction" }, name, &[error]));
    }
    let mut delete = match said.is_null() {
        true => Default::default(),
        false => options::delete_options(&call.url.query, said)?,
    };
    delete.dry_run |= asked.dry_run;
    let options = Options { dry_run: delete.dry_run, ..sent_by(call, &asked) };
    let place = call.at();
    eviction::evict(call.server, at(&place), &options, &delete)?;
    Ok(success(201))
}
