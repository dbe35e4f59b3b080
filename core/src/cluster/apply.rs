//! Manifests as text: all of them are applied, or none, and then it is known what is wrong with each, and where.
//!
//! Models `kubectl apply -f`, which goes on with the rest where one object fails.

use super::Cluster;
use crate::api::mapping;
use crate::base::status::Cause;
use crate::base::{Status, Text, Value};
use crate::kubectl::Client;
use crate::kubectl::apply::{Applied, apply};
use crate::manifest::objects::objects;
use crate::manifest::{self, Document, Node, Position, Span, position, source_map};
use crate::schema::{Schema, decode};
use alloc::format;
use alloc::vec::Vec;
use core::fmt;

/// What became of a text: of its objects, in their order, and what the server warns of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplyOutcome {
    pub applied: Vec<Applied>,
    /// Of each of them.
    pub warnings: Vec<Vec<alloc::string::String>>,
}

/// Why a text was not applied; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub problems: Vec<Problem>,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong at this place, in the words of Kubernetes.
    pub message: Text,
    pub origin: Origin,
    /// The answer of the server; of a text that is no manifest, what it would answer.
    pub status: Status,
    pub span: Span,
    pub position: Position,
}

/// Who has found something wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is no manifest: nothing that could be sent.
    Text,
    /// The server refuses it.
    Server,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            let (line, column) = (problem.position.line, problem.position.column);
            let newline = if i > 0 { "\n" } else { "" };
            write!(f, "{newline}{line}:{column}: {}", problem.message)?;
        }
        Ok(())
    }
}

impl core::error::Error for Rejected {}

impl Cluster {
    /// Applies all objects of a text, as `kubectl apply -f` does, or none where anything is wrong.
    pub fn apply(&mut self, text: &str) -> Result<ApplyOutcome, Rejected> {
        let before = self.server.clone();
        let mut outcome = ApplyOutcome::default();
        let mut problems = Vec::new();
        for document in manifest::documents(text) {
            match document {
                Ok(document) => self.apply_document(text, &document, &mut outcome, &mut problems),
                Err(error) => {
                    let span = Span { start: error.offset, end: error.offset };
                    problems.push(Problem::of_text(text, span, Status::bad_request(&error.message)));
                }
            }
        }
        if problems.is_empty() {
            return Ok(outcome);
        }
        self.server = before;
        Err(Rejected { problems })
    }

    fn apply_document(
        &mut self,
        text: &str,
        document: &Document,
        outcome: &mut ApplyOutcome,
        problems: &mut Vec<Problem>,
    ) {
        if !document.repeated.is_empty() {
            let status =
                |message: &Text| Status::bad_request(format!("strict decoding error: yaml: {message}"));
            problems.extend(document.repeated.iter().map(|r| Problem {
                message: r.message.clone(),
                ..Problem::of_text(text, r.span, status(&r.message))
            }));
            return;
        }
        for (node, object) in objects(&document.node) {
            let schema = self.server.schema.clone();
            let mut client = Client::new(&mut self.server, &mut self.watches);
            match apply(&mut client, &object) {
                Ok(applied) => {
                    outcome.applied.push(applied);
                    outcome.warnings.push(client.warnings);
                }
                Err(status) => problems.extend(located(&schema, text, node, &object, &status)),
            }
        }
    }
}

impl Problem {
    fn new(text: &str, span: Span, status: Status) -> Problem {
        let position = position(text, span.start);
        Problem { message: status.message.clone(), origin: Origin::Server, status, span, position }
    }

    fn of_text(text: &str, span: Span, status: Status) -> Problem {
        Problem { origin: Origin::Text, ..Problem::new(text, span, status) }
    }
}

/// Where in the text it stands what the server complains of.
fn located(schema: &Schema, text: &str, node: &Node, object: &Value, status: &Status) -> Vec<Problem> {
    let causes = status.details.iter().flat_map(|d| &d.causes).filter(|c| !c.field.is_empty());
    let named = causes.map(|cause| Problem {
        message: described(cause),
        ..Problem::new(text, place(node, &cause.field).span(), status.clone())
    });
    let named = named.collect::<Vec<_>>();
    if !named.is_empty() {
        return named;
    }
    let misfits = misfits(schema, node, object);
    if status.code == 400 && !misfits.is_empty() {
        let problem = |m: decode::Mistake| Problem {
            message: m.text.into(),
            ..Problem::new(text, m.span, status.clone())
        };
        return misfits.into_iter().map(problem).collect();
    }
    let span = source_map::place(node, culprit(schema, object, status)).span();
    Vec::from([Problem::new(text, span, status.clone())])
}

/// A field that people wrote under its older name, which the server calls by the newer one.
const OLDER: &[(&str, &str)] = &[("spec.clusterIPs[0]", "spec.clusterIP")];

/// Where a field stands, or what is around it.
fn place(node: &Node, field: &str) -> source_map::Place {
    let place = source_map::place(node, field);
    let older = OLDER.iter().filter(|(newer, _)| !place.exact && *newer == field);
    older.map(|(_, older)| source_map::place(node, older)).find(|older| older.exact).unwrap_or(place)
}

fn described(cause: &Cause) -> Text {
    format!("{}: {}", cause.field, cause.message).into()
}

/// What does not fit the type that the object says it has.
fn misfits(schema: &Schema, node: &Node, object: &Value) -> Vec<decode::Mistake> {
    let resource = mapping::of_kind(schema, object.get("apiVersion").str(), object.get("kind").str());
    let type_id = resource.and_then(|r| schema.kind(&r.group, &r.version, &r.kind));
    type_id.map(|id| decode::mistakes(schema, id, node)).unwrap_or_default()
}

/// The field that an error without fields is about.
fn culprit(schema: &Schema, object: &Value, status: &Status) -> &'static str {
    let (api_version, kind) = (object.get("apiVersion").str(), object.get("kind").str());
    let about = status.details.as_ref().map_or("", |d| d.kind.as_str());
    if mapping::of_kind(schema, api_version, kind).is_none() {
        let known = schema.resources().iter().any(|r| r.kind == kind);
        if known { "apiVersion" } else { "kind" }
    } else if about == "namespaces" {
        "metadata.namespace"
    } else {
        "metadata.name"
    }
}
