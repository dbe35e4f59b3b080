//! Reviews: objects that ask what somebody may do, and are answered and not stored. Everybody may do everything here, as
//! with the authorizer `AlwaysAllow`.
//!
//! Models `pkg/registry/authorization` and `pkg/apis/authorization/validation/validation.go`.

use super::selector;
use super::server::{Server, StoredKind};
use super::strategy::{GENERIC, Strategy};
use super::write::{self, Options};
use crate::base::field::{self, Errors};
use crate::base::status::InGroup;
use crate::base::{Path, Status, Value};
use crate::store::Object;
use alloc::format;

pub(super) const OWN: Strategy = Strategy {
    resource: "selfsubjectaccessreviews.authorization.k8s.io",
    validate: |r| access(r, false),
    ..GENERIC
};

pub(super) const OF_SUBJECT: Strategy = Strategy {
    resource: "subjectaccessreviews.authorization.k8s.io",
    validate: |r| access(r, true),
    ..GENERIC
};

pub(super) const IN_NAMESPACE: Strategy =
    Strategy { resource: "localsubjectaccessreviews.authorization.k8s.io", validate: local, ..GENERIC };

pub(super) const RULES: Strategy =
    Strategy { resource: "selfsubjectrulesreviews.authorization.k8s.io", ..GENERIC };

pub(super) const SELF: Strategy =
    Strategy { resource: "selfsubjectreviews.authentication.k8s.io", ..GENERIC };

/// Who asks: nobody has to say who they are here.
pub const USER: &str = "admin";
pub const USER_ID: &str = "1";
pub const USER_GROUPS: [&str; 2] = ["system:masters", "system:authenticated"];

/// The review with its answer.
pub fn answer(
    server: &Server,
    kind: &StoredKind,
    review: Value,
    options: &Options,
) -> Result<Object, Status> {
    match kind.resource.as_str() {
        "selfsubjectrulesreviews" => return rules(server, kind, &review),
        "selfsubjectreviews" => return Ok(who(server, kind)),
        _ => {}
    }
    let mut review = review;
    let managed = write::owned_by_writer(server, kind, options, &mut review);
    // Errors show the metadata as they have become.
    let seen = Object::owned(review.clone(), managed.clone()).shown(&server.schema);
    let errors = (kind.strategy.validate)(&seen);
    if !errors.is_empty() {
        // Upstream names no kind: it asks the decoded object, which has forgotten it.
        let nameless = InGroup { group: &kind.group, name: "" };
        return Err(Status::invalid(nameless, "", &server.schema.printed(field::in_order(errors))));
    }
    review.set("status", Value::map([("allowed", Value::from(true))]));
    Ok(Object::owned(server.schema.arrange(&kind.value_kind(), &review), managed))
}

fn rules(server: &Server, kind: &StoredKind, review: &Value) -> Result<Object, Status> {
    if review.at(&["spec", "namespace"]).is_empty() {
        return Err(Status::bad_request("no namespace on request"));
    }
    let all = |fields: &[&'static str]| {
        let fields = fields.iter().map(|field| (*field, Value::list([Value::text("*")])));
        Value::list([Value::map(fields)])
    };
    let status = Value::map([
        ("resourceRules", all(&["verbs", "apiGroups", "resources"])),
        ("nonResourceRules", all(&["verbs", "nonResourceURLs"])),
        ("incomplete", false.into()),
    ]);
    let answer = kind.complete(&server.schema, Value::map([("status", status)]));
    Ok(Object::new(answer))
}

fn who(server: &Server, kind: &StoredKind) -> Object {
    let user = Value::map([
        ("username", Value::text(USER)),
        ("uid", Value::text(USER_ID)),
        ("groups", Value::list(USER_GROUPS.map(Value::text))),
    ]);
    let metadata = Value::map([("creationTimestamp", server.now.rfc3339().into())]);
    let status = Value::map([("userInfo", user)]);
    let answer = Value::map([("metadata", metadata), ("status", status)]);
    Object::new(kind.complete(&server.schema, answer))
}

/// What all three reviews of access have to say: what is asked, and for some of whom.
fn asked(review: &Value, of_subject: bool) -> Errors {
    let mut errors = Errors::new();
    let (at, spec) = (Path::new("spec"), review.get("spec"));
    let (resource, other) = (spec.get("resourceAttributes"), spec.get("nonResourceAttributes"));
    if resource.is_null() == other.is_null() {
        let detail = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
        errors.push(shown(field::invalid(&at, other, detail), other));
    }
    if of_subject && spec.get("user").is_empty() && spec.get("groups").is_empty() {
        errors.push(field::invalid(&(&at / "user"), "", "at least one of user or group must be specified"));
    }
    let at = &at / "resourceAttributes";
    for (name, labels) in [("fieldSelector", false), ("labelSelector", true)] {
        check_selector(&(&at / name), resource.get(name), labels, &mut errors);
    }
    errors
}

fn access(review: &Value, of_subject: bool) -> Errors {
    let mut errors = asked(review, of_subject);
    let metadata = review.get("metadata");
    if says_more_than(metadata, &["managedFields"]) {
        errors.push(field::invalid(&Path::new("metadata"), metadata, "must be empty"));
    }
    errors
}

fn local(review: &Value) -> Errors {
    let mut errors = asked(review, true);
    let (spec, metadata) = (review.get("spec"), review.get("metadata"));
    if says_more_than(metadata, &["namespace", "managedFields"]) {
        errors.push(field::invalid(&Path::new("metadata"), metadata, "must be empty except for namespace"));
    }
    let (resource, other) = (spec.get("resourceAttributes"), spec.get("nonResourceAttributes"));
    let namespace = resource.get("namespace").str();
    if !resource.is_null() && namespace != metadata.get("namespace").str() {
        let at = Path::new("spec.resourceAttributes.namespace");
        errors.push(field::invalid(&at, namespace, "must match metadata.namespace"));
    }
    if !other.is_null() {
        let at = Path::new("spec.nonResourceAttributes");
        errors.push(shown(field::invalid(&at, other, "disallowed on this kind of request"), other));
    }
    errors
}

fn says_more_than(metadata: &Value, fields: &[&str]) -> bool {
    metadata.entries().iter().any(|(name, _)| !fields.contains(&name.as_str()))
}

fn shown(error: field::Error, attributes: &Value) -> field::Error {
    match attributes {
        Value::Null => error,
        _ => error.of_type("io.k8s.api.authorization.v1.NonResourceAttributes"),
    }
}

fn check_selector(at: &Path<'_>, selector: &Value, labels: bool, errors: &mut Errors) {
    if selector.is_null() {
        return;
    }
    let (raw, requirements) = (selector.get("rawSelector").str(), selector.get("requirements").items());
    let requirements_at = at / "requirements";
    if !raw.is_empty() && !requirements.is_empty() {
        let detail = "may not specified at the same time as requirements";
        errors.push(field::invalid(&(at / "rawSelector"), raw, detail));
    }
    if raw.is_empty() && requirements.is_empty() {
        let detail = format!("when {at} is specified, requirements or rawSelector is required");
        errors.push(field::required(&requirements_at, detail));
    }
    for (i, requirement) in requirements.iter().enumerate() {
        selector::asked(&(&requirements_at / i), requirement, labels, errors);
    }
}
