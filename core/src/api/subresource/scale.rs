//! How many replicas a workload has and is to have.
//!
//! Models `pkg/registry/apps/*/storage: ScaleREST`.

use crate::api::call::{Answer, Call, at};
use crate::api::options::WriteOptions;
use crate::api::patch::Patch;
use crate::api::write::{match_name, match_namespace, sent_by};
use crate::api::{body, negotiate};
use crate::base::status::InGroup;
use crate::base::{Path, Selector, Status, Value, field};
use crate::registry::Server;
use crate::registry::write::{self, Changed, Options, Part};
use crate::schema::Schema;
use crate::schema::apply::Set;
use crate::schema::managed::{Managed, Subject, Update};
use crate::store::Object;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;

const SCALE: InGroup<'static> = InGroup { group: "autoscaling", name: "Scale" };

pub(super) fn get(call: &mut Call<'_>) -> Result<Answer, Status> {
    let found = call.server.store.get(&call.kind.name, call.route.namespace, call.route.name);
    match found {
        Some(object) => Ok(Answer::object(200, scale_of(object.value()))),
        None => Err(Status::not_found(call.kind.in_group(), call.route.name)),
    }
}

pub(super) fn update(call: &mut Call<'_>) -> Result<Answer, Status> {
    body::check_size(&call.request.body)?;
    let options = WriteOptions::parse(&call.url.query, "UpdateOptions", call.user_agent())?;
    let format = negotiate::input(call.request.header("Content-Type"))?;
    let schema = call.server.schema.clone();
    let expected = expected(&schema)?;
    let decoded = body::decode(&schema, &call.request.body, format, &expected, options.validation)?;
    call.warnings.extend(decoded.warnings);
    let mut scale = decoded.value;
    match_namespace(&call.route, &mut scale)?;
    match_name(&call.route, &scale)?;
    let uid = scale.get("metadata").get("uid").as_text().cloned().unwrap_or_default();
    let place = call.at();
    let options = Options { uid, ..sent_by(call, &options) };
    let written =
        write::update_with(call.server, at(&place), Part::Object, &options, false, |server, there| {
            let view = View::of(there, &options, &expected)?;
            let managed = view.written(server, &scale);
            view.changed(&schema, &scale, &managed)
        })?;
    Ok(Answer::object(200, scale_of(written.object.value())))
}

pub(super) fn patch(call: &mut Call<'_>) -> Result<Answer, Status> {
    let patch = Patch::read(call)?;
    let schema = call.server.schema.clone();
    let (expected, place, options) = (expected(&schema)?, call.at(), sent_by(call, &patch.options));
    let (route, mut warnings) = (call.route.clone(), Vec::new());
    let written =
        write::update_with(call.server, at(&place), Part::Object, &options, false, |server, there| {
            let view = View::of(there, &options, &expected)?;
            let (mut patched, managed) = if patch.is_apply() {
                patch.configure(server, &view.subject, &view.managed(&schema), Some(&view.scale))?
            } else {
                // An error may show the whole object.
                let patched = patch.apply(&schema, &expected, &view.scale).or_else(|_| {
                    let whole = Object::owned(view.scale.clone(), view.managed(&schema)).shown(&schema);
                    patch.apply(&schema, &expected, &whole)
                })?;
                let managed = view.written(server, &patched.object);
                (patched, managed)
            };
            warnings = core::mem::take(&mut patched.warnings);
            match_namespace(&route, &mut patched.object)?;
            match_name(&route, &patched.object)?;
            view.changed(&schema, &patched.object, &managed)
        });
    call.warnings.extend(warnings);
    Ok(Answer::object(200, scale_of(written?.object.value())))
}

/// The `Scale` of a workload, and who owns what of it.
struct View<'a> {
    workload: &'a Object,
    scale: Value,
    subject: Arc<Subject>,
    options: &'a Options,
}

impl<'a> View<'a> {
    fn of(
        there: Option<&'a Object>,
        options: &'a Options,
        expected: &body::Expected,
    ) -> Result<Self, Status> {
        let workload = there.ok_or_else(|| Status::internal("there is nothing to scale"))?;
        let subject = Subject {
            type_: expected.type_id,
            group: expected.group.clone(),
            version: expected.version.clone(),
            kind: expected.kind.clone(),
            subresource: "scale".into(),
            reset: Set::default(),
            convert: |_, _, _| None,
        };
        Ok(View { workload, scale: scale_of(workload.value()), subject: Arc::new(subject), options })
    }

    fn managed(&self, schema: &Schema) -> Managed {
        self.workload.managed().to_scale(schema, &self.options.api_version)
    }

    /// The managed fields of the `Scale` after a plain write of it.
    fn written(&self, server: &Server, new: &Value) -> Managed {
        let update = Update {
            subject: &self.subject,
            live: Some(&self.scale),
            new,
            sent: new.get("metadata").get("managedFields"),
            manager: &self.options.manager,
            now: server.now,
        };
        self.managed(&server.schema).update(&server.schema, &update)
    }

    /// The workload as `scale`, whose managed fields are `managed`, wants it.
    fn changed(&self, schema: &Schema, scale: &Value, managed: &Managed) -> Result<Changed, Status> {
        let object = scaled(self.workload.value(), scale)?;
        let managed = self.workload.managed().with_scale(schema, managed, &self.options.api_version);
        Ok(Changed { object, managed: Some(managed) })
    }
}

fn expected(schema: &Schema) -> Result<body::Expected, Status> {
    let type_id = schema
        .kind(SCALE.group, "v1", SCALE.name)
        .ok_or_else(|| Status::internal("Scale is not in the schema"))?;
    Ok(body::Expected { group: SCALE.group.into(), version: "v1".into(), kind: SCALE.name.into(), type_id })
}

/// The workload as `scale` wants it.
pub(crate) fn scaled(workload: &Value, scale: &Value) -> Result<Value, Status> {
    let name = workload.get("metadata").get("name").str();
    let replicas = scale.get("spec").get("replicas").int();
    if replicas < 0 {
        let spec = Path::new("spec");
        let error = field::invalid(&(&spec / "replicas"), replicas, "must be greater than or equal to 0");
        return Err(Status::invalid(SCALE, name, &[error]));
    }
    let mut new = workload.clone();
    new.entry("spec").set("replicas", replicas);
    let revision = scale.get("metadata").get("resourceVersion");
    if revision.is_null() {
        new.entry("metadata").remove("resourceVersion");
    } else {
        new.entry("metadata").set("resourceVersion", revision);
    }
    Ok(new)
}

/// The scale of a workload.
pub(crate) fn scale_of(workload: &Value) -> Value {
    let metadata = workload.get("metadata");
    let fields = ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"];
    let metadata = Value::map(fields.map(|f| (f, metadata.get(f).clone())));
    // A ReplicationController has plain labels for a selector.
    let selector = workload.get("spec").get("selector");
    let selector = if workload.get("kind").str() == "ReplicationController" {
        Selector::from_map(selector)
    } else {
        Selector::from_spec(selector)
    };
    let mut spec = Value::empty_map();
    let wanted = workload.get("spec").get("replicas").int();
    if wanted != 0 {
        spec.set("replicas", wanted);
    }
    let mut status = Value::map([("replicas", Value::Int(workload.get("status").get("replicas").int()))]);
    let selector = selector.to_string();
    if !selector.is_empty() {
        status.set("selector", selector);
    }
    Value::map([
        ("kind", Value::text("Scale")),
        ("apiVersion", Value::text("autoscaling/v1")),
        ("metadata", metadata),
        ("spec", spec),
        ("status", status),
    ])
}
