//! The `Status` that the API answers when a request fails: code, reason, message and the fields concerned.
//!
//! Models `k8s.io/apimachinery/pkg/api/errors/errors.go`.

use super::field;
use super::text::Text;
use super::value::Value;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::fmt;

/// A failed request. `reason`, `details` and parts of them are left out of the JSON where empty, as in Go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    pub code: u16,
    pub reason: &'static str,
    pub message: Text,
    pub details: Option<Box<Details>>,
    /// Of a list that can go on no more as it was: how it can.
    pub continue_token: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    pub name: Text,
    pub group: Text,
    pub kind: Text,
    pub uid: Text,
    pub causes: Vec<Cause>,
    pub retry_after_seconds: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cause {
    pub reason: Text,
    pub message: Text,
    pub field: Text,
}

/// A resource (`services`) or kind (`Service`) within its group, as messages name it: `deployments.apps`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InGroup<'a> {
    pub group: &'a str,
    pub name: &'a str,
}

impl fmt::Display for InGroup<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group {
            "" => f.write_str(self.name),
            group => write!(f, "{}.{group}", self.name),
        }
    }
}

impl Status {
    pub fn new(code: u16, reason: &'static str, message: impl Into<Text>) -> Status {
        Status { code, reason, message: message.into(), details: None, continue_token: Text::default() }
    }

    /// The same with details about an object.
    #[must_use]
    pub fn about(mut self, what: InGroup<'_>, name: &str) -> Status {
        self.details = Some(Box::new(Details {
            name: name.into(),
            group: what.group.into(),
            kind: what.name.into(),
            ..Details::default()
        }));
        self
    }

    /// The same with causes.
    #[must_use]
    pub fn with_causes(mut self, causes: Vec<Cause>) -> Status {
        self.details.get_or_insert_default().causes = causes;
        self
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: i64) -> Status {
        self.details.get_or_insert_default().retry_after_seconds = seconds;
        self
    }

    pub fn not_found(resource: InGroup<'_>, name: &str) -> Status {
        Status::new(404, "NotFound", format!("{resource} {} not found", field::quoted(name)))
            .about(resource, name)
    }

    pub fn already_exists(resource: InGroup<'_>, name: &str) -> Status {
        Status::new(409, "AlreadyExists", format!("{resource} {} already exists", field::quoted(name)))
            .about(resource, name)
    }

    pub fn conflict(resource: InGroup<'_>, name: &str, why: &str) -> Status {
        let message = format!("Operation cannot be fulfilled on {resource} {}: {why}", field::quoted(name));
        Status::new(409, "Conflict", message).about(resource, name)
    }

    pub fn forbidden(resource: InGroup<'_>, name: &str, why: &str) -> Status {
        let message = match name {
            "" => format!("{resource} is forbidden: {why}"),
            name => format!("{resource} {} is forbidden: {why}", field::quoted(name)),
        };
        Status::new(403, "Forbidden", message).about(resource, name)
    }

    pub fn invalid(kind: InGroup<'_>, name: &str, errors: &[field::Error]) -> Status {
        let mut message = format!("{kind} {} is invalid", field::quoted(name));
        if !errors.is_empty() {
            message.push_str(": ");
            message.push_str(&field::aggregate(errors));
        }
        let causes = errors
            .iter()
            .map(|e| Cause {
                reason: e.kind.reason().into(),
                message: e.body().into(),
                field: e.field.clone(),
            })
            .collect();
        Status::new(422, "Invalid", message).about(kind, name).with_causes(causes)
    }

    pub fn bad_request(message: impl Into<Text>) -> Status {
        Status::new(400, "BadRequest", message)
    }

    pub fn method_not_supported(resource: InGroup<'_>, action: &str) -> Status {
        let message = format!("{action} is not supported on resources of kind \"{resource}\"");
        Status::new(405, "MethodNotAllowed", message).about(resource, "")
    }

    pub fn internal(message: impl Into<Text>) -> Status {
        let message = message.into();
        let cause = Cause { message: message.clone(), ..Cause::default() };
        Status::new(500, "InternalError", format!("Internal error occurred: {message}"))
            .with_causes([cause].into())
    }

    /// A 500 with a text of its own and no reason: what an error that is no `Status` becomes.
    ///
    /// Models `responsewriters.ErrorToAPIStatus`.
    pub fn unknown(message: impl Into<Text>) -> Status {
        Status::new(500, "", message)
    }

    pub fn expired(message: impl Into<Text>) -> Status {
        Status::new(410, "Expired", message)
    }

    pub fn too_many_requests(message: impl Into<Text>, retry_after: i64) -> Status {
        Status::new(429, "TooManyRequests", message).retry_after(retry_after)
    }

    /// The object as the API answers it.
    pub fn to_value(&self) -> Value {
        let mut out = Value::map([
            ("kind", Value::text("Status")),
            ("apiVersion", Value::text("v1")),
            ("metadata", Value::empty_map()),
            ("status", Value::text("Failure")),
        ]);
        if !self.continue_token.is_empty() {
            out.set("metadata", Value::map([("continue", Value::from(&self.continue_token))]));
        }
        set_unless_empty(&mut out, "message", &self.message);
        set_unless_empty(&mut out, "reason", self.reason);
        if let Some(details) = &self.details {
            out.set("details", details.to_value());
        }
        out.set("code", self.code);
        out
    }
}

impl Details {
    fn to_value(&self) -> Value {
        let mut out = Value::empty_map();
        for (key, text) in
            [("name", &self.name), ("group", &self.group), ("kind", &self.kind), ("uid", &self.uid)]
        {
            set_unless_empty(&mut out, key, text);
        }
        if !self.causes.is_empty() {
            out.set("causes", Value::list(self.causes.iter().map(Cause::to_value)));
        }
        if self.retry_after_seconds != 0 {
            out.set("retryAfterSeconds", self.retry_after_seconds);
        }
        out
    }
}

impl Cause {
    fn to_value(&self) -> Value {
        let mut out = Value::empty_map();
        for (key, text) in [("reason", &self.reason), ("message", &self.message), ("field", &self.field)] {
            set_unless_empty(&mut out, key, text);
        }
        out
    }
}

fn set_unless_empty(out: &mut Value, key: &str, text: &str) {
    if !text.is_empty() {
        out.set(key, text);
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for Status {}
