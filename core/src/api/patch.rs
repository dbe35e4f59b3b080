//! Patch, in each of its dialects.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/patch.go`.

use super::body::{self, Expected};
use super::call::{Answer, Call, at};
use super::negotiate;
use super::options::{FieldValidation, WriteOptions};
use super::owners::{self, Seen};
use super::read::shown;
use super::write::{match_name, match_namespace, sent_by};
use crate::base::status::InGroup;
use crate::base::{Path, Status, Value, field, json};
use crate::manifest::{self, Node};
use crate::registry::Server;
use crate::registry::write::{self, Changed, Part};
use crate::schema::managed::{Apply, Managed, Subject};
use crate::schema::patch::{JsonPatch, from_map, go_print, json_patch, merge_patch, strategic, strict};
use crate::schema::{Kind, Schema};
use crate::store::Object;
use alloc::format;
use alloc::string::{String, ToString};
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
    /// Of a configuration: the keys that it has more than once, as strict decoding complains of them.
    repeated: Vec<String>,
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
    let options = sent_by(call, &patch.options);
    let (kind, schema) = (call.kind.clone(), call.server.schema.clone());
    let (route, mut warnings) = (call.route.clone(), Vec::new());
    let version = route.resource.group_version();
    // An apply makes what is not there; through a subresource nothing is made.
    let creates = patch.dialect == Dialect::Apply && part == Part::Object;
    let written = write::update_with(call.server, at(&place), part, &options, creates, |server, there| {
        let stored = |there: &Object| match patch.mentions_managed_fields() {
            true => there.shown(&schema),
            false => there.value().clone(),
        };
        let converts = version != kind.api_version();
        // The object in the version that the patch is for.
        let converted = |mut object: Value| match converts {
            true => {
                (kind.strategy.from_stored)(&version, &mut object);
                object.set("apiVersion", &version);
                schema.arrange(&Kind::Struct(expected.type_id), &object)
            }
            false => object,
        };
        let current = there.map(|there| converted(stored(there)));
        let (mut patched, managed) = match (&patch.dialect, &current) {
            (Dialect::Apply, _) => {
                let subresource = if part == Part::Status { "status" } else { "" };
                let subject = write::subject(server, &kind, &version, subresource);
                let managed = there.map(|there| there.managed().clone()).unwrap_or_default();
                let (patched, managed) = patch.configure(server, &subject, &managed, current.as_ref())?;
                (patched, Some(managed))
            }
            (_, Some(current)) => {
                let patched = patch.apply(&schema, &expected, current);
                // An error may show the whole object.
                let patched = patched.or_else(|status| match there {
                    Some(there) => patch.apply(&schema, &expected, &converted(there.shown(&schema))),
                    None => Err(status),
                });
                (patched?, None)
            }
            (_, None) => return Err(Status::not_found(kind.in_group(), route.name)),
        };
        warnings = core::mem::take(&mut patched.warnings);
        let uid = patched.object.get("metadata").get("uid").str();
        if there.is_none() && !uid.is_empty() {
            let why = format!(
                "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            );
            return Err(Status::conflict(kind.in_group(), route.name, &why));
        }
        match_namespace(&route, &mut patched.object)?;
        match_name(&route, &patched.object)?;
        if converts {
            (kind.strategy.to_stored)(&version, &mut patched.object);
        } else {
            (kind.strategy.default)(&mut patched.object);
        }
        warnings.extend(owners::take_once(&mut patched.object, Seen::Patched));
        patched.object.set("apiVersion", kind.api_version());
        Ok(Changed { object: schema.arrange(&kind.value_kind(), &patched.object), managed })
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
            return Err(negotiate::unsupported_patch());
        };
        negotiate::routed(call.request.header("Accept"), false)?;
        body::check_size(&call.request.body)?;
        let apply = *dialect == Dialect::Apply;
        let options =
            WriteOptions::parse_patch(&call.url.query, "PatchOptions", call.user_agent(), Some(apply))?;
        let text = String::from_utf8_lossy(&call.request.body).into_owned();
        let (node, repeated) = match apply {
            true => configuration(&call.request.body)?,
            false => {
                let node =
                    manifest::json::parse(&text).map_err(|_| Status::bad_request("invalid JSON patch"))?;
                (node, Vec::new())
            }
        };
        Ok(Patch { dialect: *dialect, text, node, repeated, options })
    }

    pub(super) fn is_apply(&self) -> bool {
        self.dialect == Dialect::Apply
    }

    /// Whether it may be about who owns what. Else the managed fields need not be worked out for it.
    fn mentions_managed_fields(&self) -> bool {
        // A patch may spell its letters as escapes, and a JSON patch may test or copy all metadata.
        self.dialect == Dialect::Json || self.text.contains("managedFields") || self.text.contains("\\u")
    }

    /// What a configuration that is applied makes of an object, and of who owns what of it.
    ///
    /// Models `applyPatcher`.
    pub(super) fn configure(
        &self,
        server: &Server,
        subject: &Subject,
        managed: &Managed,
        live: Option<&Value>,
    ) -> Result<(Patched, Managed), Status> {
        let without = live.map(|live| {
            let mut live = live.clone();
            live.entry("metadata").remove("managedFields");
            live
        });
        let config = self.node.to_value();
        let apply = Apply {
            subject,
            live: without.as_ref(),
            config: &config,
            manager: &self.options.manager,
            force: self.options.force,
            now: server.now,
        };
        let applied = managed.apply(&server.schema, &apply)?;
        let warnings = match self.options.validation {
            FieldValidation::Strict if !self.repeated.is_empty() => {
                let repeated = self.repeated.join("\n  ");
                return Err(Status::bad_request(format!(
                    "error strict decoding patch: error converting YAML to JSON: yaml: unmarshal errors:\n  {repeated}"
                )));
            }
            FieldValidation::Warn => self.repeated.clone(),
            _ => Vec::new(),
        };
        Ok((Patched { object: applied.object, warnings }, applied.managed))
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

/// A configuration to be applied: YAML, of which JSON is a part.
fn configuration(body: &[u8]) -> Result<(Node, Vec<String>), Status> {
    let undecoded = |e: String| Status::bad_request(format!("error decoding patch: {e}"));
    // What begins like JSON is taken for it, and only found to be none later.
    let is_json = body.trim_ascii_start().starts_with(b"{");
    let wrong = if is_json { "decoding patch: error converting YAML to JSON" } else { "encoding patch" };
    let decoded = manifest::yaml::bytes_to_node(body)
        .map_err(|e| Status::bad_request(format!("error {wrong}: {e}")))?;
    if !matches!(decoded.node.kind, manifest::NodeKind::Map(_) | manifest::NodeKind::Null) {
        let what = crate::schema::decode::go_kind(&decoded.node.kind);
        let error = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";
        return Err(undecoded(format!("{error} {what} into Go value of type map[string]interface {{}}")));
    }
    Ok((decoded.node, decoded.repeated.iter().map(|r| r.message.to_string()).collect()))
}

/// What came out of a patch is no object of its kind.
fn invalid(patched: &str, error: &str) -> Status {
    let error = field::invalid(&Path::new("patch"), patched, error);
    Status::invalid(InGroup { group: "", name: "" }, "", &[error])
}

fn undecodable(error: impl core::fmt::Display) -> Status {
    Status::bad_request(format!("error decoding patch: {error}"))
}
