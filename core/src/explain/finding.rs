//! A finding: what is wrong, where, and what would put it right.

use crate::base::{Text, Value};
use crate::net::trace::Concern;
use alloc::string::String;
use alloc::vec::Vec;

/// How bad it is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Traffic fails.
    Error,
    /// Some traffic fails, or will.
    Warning,
    /// It works, but perhaps not as it was meant.
    Hint,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable: pages, tests and people refer to it.
    pub id: &'static str,
    pub severity: Severity,
    /// The object and the field that are to blame.
    pub place: Concern,
    /// In one or two sentences.
    pub message: String,
    /// What else has to do with it.
    pub concerns: Vec<Concern>,
    pub fix: Option<Fix>,
}

/// A change that puts it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// As a button would say it.
    pub title: String,
    pub object: Concern,
    /// A JSON patch (RFC 6902) to the object.
    pub patch: Value,
}

impl Finding {
    pub(super) fn new(id: &'static str, severity: Severity, place: Concern, message: String) -> Finding {
        Finding { id, severity, place, message, concerns: Vec::new(), fix: None }
    }

    #[must_use]
    pub(super) fn with(mut self, concerns: impl IntoIterator<Item = Concern>) -> Finding {
        self.concerns.extend(concerns);
        self
    }

    #[must_use]
    pub(super) fn fixed_by(self, fix: Option<Fix>) -> Finding {
        Finding { fix, ..self }
    }
}

impl Fix {
    pub(super) fn new(title: String, object: &Concern, operations: impl IntoIterator<Item = Value>) -> Fix {
        let object = Concern { field: Text::EMPTY, ..object.clone() };
        Fix { title, object, patch: Value::list(operations) }
    }
}

/// An operation of a JSON patch that sets a field, whether it is there or not.
pub(super) fn set(path: &[&str], value: impl Into<Value>) -> Value {
    operation("add", path, Some(value.into()))
}

pub(super) fn remove(path: &[&str]) -> Value {
    operation("remove", path, None)
}

fn operation(name: &str, path: &[&str], value: Option<Value>) -> Value {
    // RFC 6901: these two letters have a meaning of their own in a pointer.
    let pointer = path.iter().map(|p| alloc::format!("/{}", p.replace('~', "~0").replace('/', "~1")));
    let pointer = pointer.collect::<String>();
    let fields = [("op", Value::text(name)), ("path", Value::from(pointer))];
    Value::map(fields.into_iter().chain(value.map(|v| ("value", v))))
}
