//! What a command prints, and how kubectl words what went wrong.
//!
//! Models `k8s.io/kubectl/pkg/cmd/util/helpers.go` (`StandardErrorMessage`, `CheckErr`).

use super::client::Client;
use crate::base::Status;
use alloc::format;
use alloc::string::{String, ToString};

/// What a command left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Why a command ends.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The API server says so; what was being done is put before it.
    Status(Status, String),
    /// Said by kubectl itself, after `error: `.
    Own(String),
    /// As it stands.
    Plain(String),
}

impl From<Status> for Failure {
    fn from(status: Status) -> Failure {
        Failure::Status(status, String::new())
    }
}

impl Failure {
    pub fn own(text: impl Into<String>) -> Failure {
        Failure::Own(text.into())
    }

    /// The line on stderr.
    pub fn text(&self) -> String {
        match self {
            Failure::Plain(text) => text.clone(),
            Failure::Own(text) => format!("error: {text}"),
            Failure::Status(status, _) if status.reason == "Invalid" => invalid(status),
            Failure::Status(status, doing) => {
                let reason =
                    if status.reason.is_empty() { String::new() } else { format!(" ({})", status.reason) };
                let doing = if doing.is_empty() { String::new() } else { format!("{doing}: ") };
                format!("Error from server{reason}: {doing}{}", status.message)
            }
        }
    }
}

/// Several causes come as a list.
fn invalid(status: &Status) -> String {
    let Some(details) = status.details.as_ref().filter(|d| !d.kind.is_empty() || !d.name.is_empty()) else {
        return "The request is invalid".to_string();
    };
    let head = format!("The {} \"{}\" is invalid", details.kind, details.name);
    let cause = |c: &crate::base::status::Cause| match c.field.as_str() {
        "" => c.message.to_string(),
        field => format!("{field}: {}", c.message),
    };
    match details.causes.as_slice() {
        [] => head,
        [one] => format!("{head}: {}", cause(one)),
        many => {
            let mut text = format!("{head}: ");
            many.iter().for_each(|c| text.push_str(&format!("\n* {}", cause(c))));
            text
        }
    }
}

impl Printed {
    pub fn say(&mut self, line: &str) {
        self.stdout.push_str(line);
        self.stdout.push('\n');
    }

    pub fn fail(&mut self, failure: &Failure) {
        self.exit = 1;
        let text = failure.text();
        self.note(text.strip_suffix('\n').unwrap_or(&text));
    }

    pub fn note(&mut self, line: &str) {
        self.stderr.push_str(line);
        self.stderr.push('\n');
    }

    /// The warnings that came with the answers so far.
    pub fn warn(&mut self, client: &mut Client<'_>) {
        for warning in core::mem::take(&mut client.warnings) {
            let line = format!("Warning: {warning}\n");
            // kubectl says each of them once
            if !self.stderr.contains(&line) {
                self.stderr.push_str(&line);
            }
        }
    }
}
