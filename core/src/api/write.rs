//! Create and update.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/{create,update}.go`.

use super::call::{Answer, Call, at};
use super::options::WriteOptions;
use super::owners::{self, Seen};
use super::read::shown;
use super::route::ResourceRoute;
use super::{body, negotiate};
use crate::base::{Status, Value};
use crate::registry::review;
use crate::registry::write::{self, Options, Part};
use alloc::format;

pub(super) fn create(call: &mut Call<'_>) -> Result<Answer, Status> {
    let format = negotiate::input(call.request.header("Content-Type"))?;
    body::check_size(&call.request.body)?;
    let options = WriteOptions::parse(&call.url.query, "CreateOptions", call.user_agent())?;
    let expected = call.expected();
    let decoded =
        body::decode(&call.server.schema, &call.request.body, format, &expected, options.validation)?;
    call.warnings.extend(decoded.warnings);
    let mut object = decoded.value;
    call.warnings.extend(owners::take_once(&mut object, Seen::Sent));
    wipe_system_fields(&mut object);
    match_namespace(&call.route, &mut object)?;
    let object = defaulted(call, object);
    let options = sent_by(call, &options);
    if !call.route.resource.has_verb("list") {
        let answer = review::answer(call.server, &call.kind, object, &options)?;
        return Ok(Answer::object(201, shown(call, &answer)));
    }
    let written = write::create(call.server, &call.kind.name.clone(), object, &options)?;
    call.warnings.extend(written.warnings);
    Ok(Answer::object(201, shown(call, &written.object)))
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Answer, Status> {
    update_part(call, Part::Object)
}

/// A PUT of the object, or of its status.
pub(super) fn update_part(call: &mut Call<'_>, part: Part) -> Result<Answer, Status> {
    body::check_size(&call.request.body)?;
    let options = WriteOptions::parse(&call.url.query, "UpdateOptions", call.user_agent())?;
    let format = negotiate::input(call.request.header("Content-Type"))?;
    let expected = call.expected();
    let decoded =
        body::decode(&call.server.schema, &call.request.body, format, &expected, options.validation)?;
    call.warnings.extend(decoded.warnings);
    let mut object = decoded.value;
    call.warnings.extend(owners::take_once(&mut object, Seen::Sent));
    match_namespace(&call.route, &mut object)?;
    match_name(&call.route, &object)?;
    let object = defaulted(call, object);
    let uid = object.get("metadata").get("uid").as_text().cloned().unwrap_or_default();
    let place = call.at();
    let options = Options { uid, ..sent_by(call, &options) };
    let written = write::update(call.server, at(&place), part, &options, false, |_, _| Ok(object))?;
    call.warnings.extend(written.warnings);
    Ok(Answer::object(if written.created { 201 } else { 200 }, shown(call, &written.object)))
}

/// The write as the client asks for it.
pub(super) fn sent_by(call: &Call<'_>, options: &WriteOptions) -> Options {
    Options {
        dry_run: options.dry_run,
        manager: options.manager.clone(),
        api_version: call.route.resource.group_version(),
        ..Options::default()
    }
}

/// The object with what its kind fills in, in canonical form.
pub(super) fn defaulted(call: &Call<'_>, mut object: Value) -> Value {
    let version = call.route.resource.group_version();
    if version != call.kind.api_version() {
        (call.kind.strategy.to_stored)(&version, &mut object);
        object.set("apiVersion", call.kind.api_version());
    } else {
        (call.kind.strategy.default)(&mut object);
    }
    call.server.schema.arrange(&call.kind.value_kind(), &object)
}

/// What a client may not say of a new object.
///
/// Models `rest.WipeObjectMetaSystemFields`.
fn wipe_system_fields(object: &mut Value) {
    for field in ["creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] {
        if !object.get("metadata").get(field).is_null() {
            object.entry("metadata").remove(field);
        }
    }
}

/// The object is in the namespace of the request, or is put there.
///
/// Models `rest.EnsureObjectNamespaceMatchesRequestNamespace`.
pub(super) fn match_namespace(route: &ResourceRoute<'_>, object: &mut Value) -> Result<(), Status> {
    let (asked, said) = (route.namespace, object.get("metadata").get("namespace").str());
    if asked == said {
        return Ok(());
    }
    if asked.is_empty() {
        object.entry("metadata").remove("namespace");
    } else if said.is_empty() {
        object.entry("metadata").set("namespace", asked);
    } else {
        let message = "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Status::bad_request(message));
    }
    Ok(())
}

/// Models `checkName`.
pub(super) fn match_name(route: &ResourceRoute<'_>, object: &Value) -> Result<(), Status> {
    let (asked, said) = (route.name, object.get("metadata").get("name").str());
    if said.is_empty() {
        return Err(Status::bad_request(format!(
            "the name of the object ({asked} based on URL) was undeterminable: name must be provided"
        )));
    }
    if asked != said {
        return Err(Status::bad_request(format!(
            "the name of the object ({said}) does not match the name on the URL ({asked})"
        )));
    }
    Ok(())
}
