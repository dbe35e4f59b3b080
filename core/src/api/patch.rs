//! Patch, in each of its dialects.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.

use super::body::{self, Expected};
use super::call::{Answer, Call, at};
use super::negotiate;
use super::options::{FieldValidation, WriteOptions};
use super::read::shown;
use super::write::{match_name, match_namespace};
use crate::base::status::InGroup;
use crate::base::{Path, Status, Value, field, json};
use crate::manifest::{self, Node};
use crate::registry::write::{self, Options, Part};
use crate::schema::patch::{JsonPatch, from_map, go_print, json_patch, merge_patch, strategic, strict};
use crate::schema::{Kind, Schema};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// By what clients call them.
const DIALECTS: &[(&str, Dialect)] = &[
    ("application/json-patch+json", Dialect::Json),
    ("application/merge-patch+json", Dialect::Merge),
    ("application/strategic-merge-patch+json", Dialect::Strategic),
    ("application/apply-patch+yaml", Dialect::Apply),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Json,
    Merge,
    Strategic,
    Apply,
}

/// A patch that was read.
#[derive(Debug)]
pub(super) struct Patch {
    dialect: Dialect,
    text: String,
    node: Node,
    pub(super) options: WriteOptions,
}

/// What a patch makes of an object, and what there is to say about it.
pub(super) struct Patched {
    pub(super) object: Value,
    pub(super) warnings: Vec<String>,
}

pub(super) fn patch(call: &mut Call<'_>) -> Result<Answer, Status> {
    patch_part(call, Part::Object)
}

/// A patch of the object, or of its status.
pub(super) fn patch_part(call: &mut Call<'_>, part: Part) -> Result<Answer, Status> {
    let patch = Patch::read(call)?;
    let expected = call.expected();
    let place = call.at();
    let options = patch.write_options();
    let (kind, schema) = (call.kind.clone(), call.server.schema.clone());
    let (route, mut warnings) = (call.route.clone(), Vec::new());
    let written = write::update(call.server, at(&place), part, &options, false, |_, old| {
        if old.is_null() {
            return Err(Status::not_found(kind.in_group(), route.name));
        }
        let (mut current, version) = (old.clone(), route.resource.group_version());
        let converts = version != kind.api_version();
        if converts {
            (kind.strategy.from_stored)(&version, &mut current);
            current.set("apiVersion", &version);
            current = schema.arrange(&Kind::Struct(expected.type_id), &current);
        }
        let mut patched = patch.apply(&schema, &expected, &current)?;
        warnings = patched.warnings;
        match_namespace(&route, &mut patched.object)?;
        match_name(&route, &patched.object)?;
        if converts {
            (kind.strategy.to_stored)(&version, &mut patched.object);
        } else {
            (kind.strategy.default)(&mut patched.object);
        }
        patched.object.set("apiVersion", kind.api_version());
        Ok(schema.arrange(&kind.value_kind(), &patched.object))
    });
    call.warnings.extend(warnings);
    let written = written?;
    call.warnings.extend(written.warnings);
    Ok(Answer::object(if written.created { 201 } else { 200 }, shown(call, &written.object)))
}

impl Patch {
    /// The patch of a request.
    pub(super) fn read(call: &Call<'_>) -> Result<Patch, Status> {
        let header = call.request.header("Content-Type").unwrap_or_default();
        let type_ = header.split(';').next().unwrap_or_default();
        let Some((_, dialect)) = DIALECTS.iter().find(|(name, _)| *name == type_) else {
            let names = DIALECTS.iter().map(|(name, _)| *name).collect::<Vec<_>>();
            return Err(negotiate::unsupported(&names));
        };
        negotiate::output(call.request.header("Accept"), false)?;
        body::check_size(&call.request.body)?;
        let apply = *dialect == Dialect::Apply;
        let options =
            WriteOptions::parse_patch(&call.url.query, "PatchOptions", call.user_agent(), Some(apply))?;
        if apply {
            return Err(Status::unknown("server-side apply is not there yet"));
        }
        let text = String::from_utf8_lossy(&call.request.body).into_owned();
        let node = manifest::json::parse(&text).map_err(|_| Status::bad_request("invalid JSON patch"))?;
        Ok(Patch { dialect: *dialect, text, node, options })
    }

    pub(super) fn write_options(&self) -> Options {
        let WriteOptions { dry_run, manager, .. } = &self.options;
        Options { dry_run: *dry_run, manager: manager.clone(), ..Options::default() }
    }

    /// What the patch makes of an object of the kind.
    pub(super) fn apply(
        &self,
        schema: &Schema,
        expected: &Expected,
        current: &Value,
    ) -> Result<Patched, Status> {
        match self.dialect {
            Dialect::Strategic => self.strategic(schema, expected, current),
            Dialect::Json => self.json_patch(schema, expected, current),
            Dialect::Merge | Dialect::Apply => self.merge_patch(schema, expected, current),
        }
    }

    /// Models `applyJSPatch` of a JSON patch.
    fn json_patch(&self, schema: &Schema, expected: &Expected, current: &Value) -> Result<Patched, Status> {
        let mut complaints = Vec::new();
        if self.options.validation != FieldValidation::Ignore {
            let checked = json_patch::check(&self.node).map_err(undecodable)?;
            complaints.extend(checked.into_iter().map(|c| format!("json patch {c}")));
        }
        let node = JsonPatch::read(&self.text, &self.node)?.apply(current)?;
        self.decoded(schema, expected, &node, complaints)
    }

    /// Models `applyJSPatch` of a merge patch.
    fn merge_patch(&self, schema: &Schema, expected: &Expected, current: &Value) -> Result<Patched, Status> {
        let mut complaints = Vec::new();
        if self.options.validation != FieldValidation::Ignore {
            self.check_is_map("map[string]interface {}").map_err(undecodable)?;
            complaints = strict::duplicates(&self.node);
        }
        let node = merge_patch::apply(current, &self.node)
            .map_err(|_| Status::bad_request(merge_patch::NoPatch::TEXT))?;
        self.decoded(schema, expected, &node, complaints)
    }

    /// The document that came out, decoded as what it is.
    ///
    /// Models `applyPatchToCurrentObject` of `jsonPatcher`.
    fn decoded(
        &self,
        schema: &Schema,
        expected: &Expected,
        node: &Node,
        mut complaints: Vec<String>,
    ) -> Result<Patched, Status> {
        let shown = || json::to_string(&node.to_value());
        let decoded = body::decode_node(schema, node, expected).map_err(|e| invalid(&shown(), &e))?;
        complaints.extend(decoded.complaints);
        let warnings = self.heed(complaints, shown)?;
        Ok(Patched { object: decoded.value, warnings })
    }

    /// Models `strategicPatchObject`.
    fn strategic(&self, schema: &Schema, expected: &Expected, current: &Value) -> Result<Patched, Status> {
        self.check_is_map("map[string]interface {}").map_err(Status::bad_request)?;
        let mut complaints = strict::duplicates(&self.node);
        let patch = self.node.to_value();
        let merged = strategic::apply(schema, expected.type_id, current, &patch)?;
        let shown = || go_print::plain(&patch);
        let converted =
            from_map::convert(schema, expected.type_id, &merged).map_err(|e| invalid(&shown(), &e))?;
        complaints.extend(converted.unknown);
        let warnings = self.heed(complaints, shown)?;
        Ok(Patched { object: converted.value, warnings })
    }

    fn check_is_map(&self, go_type: &str) -> Result<(), String> {
        match &self.node.kind {
            manifest::NodeKind::Map(_) | manifest::NodeKind::Null => Ok(()),
            other => {
                let what = crate::schema::decode::go_kind(other);
                Err(format!("json: cannot unmarshal {what} into Go value of type {go_type}"))
            }
        }
    }

    /// Complaints of strict decoding are errors, warnings or nothing, as the client wishes.
    fn heed(&self, complaints: Vec<String>, shown: impl Fn() -> String) -> Result<Vec<String>, Status> {
        match self.options.validation {
            FieldValidation::Ignore => Ok(Vec::new()),
            FieldValidation::Warn => Ok(complaints),
            FieldValidation::Strict if complaints.is_empty() => Ok(complaints),
            FieldValidation::Strict => {
                Err(invalid(&shown(), &format!("strict decoding error: {}", complaints.join(", "))))
            }
        }
    }
}

/// What came out of a patch is no object of its kind.
fn invalid(patched: &str, error: &str) -> Status {
    let error = field::invalid(&Path::new("patch"), patched, error);
    Status::invalid(InGroup { group: "", name: "" }, "", &[error])
}

fn undecodable(error: impl core::fmt::Display) -> Status {
    Status::bad_request(format!("error decoding patch: {error}"))
}
