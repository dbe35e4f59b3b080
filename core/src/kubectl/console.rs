//! What a command prints, and how kubectl words what went wrong.
//!
//! Models `k8s.io/kubectl/pkg/cmd/util/helpers.go` (`StandardErrorMessage`, `CheckErr`).

use super::client::Client;
use crate::base::time::date;
use crate::base::{Instant, Status};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

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

    pub fn is_not_found(&self) -> bool {
        matches!(self, Failure::Status(status, _) if status.code == 404)
    }

    /// The line among others: neither are causes listed, nor is it said that it is an error.
    fn text_of_many(&self) -> String {
        match self {
            Failure::Own(text) => text.clone(),
            Failure::Status(status, doing) => from_server(status, doing),
            Failure::Plain(_) => self.text(),
        }
    }

    /// The line on stderr.
    pub fn text(&self) -> String {
        match self {
            Failure::Plain(text) => text.clone(),
            Failure::Own(text) if text.starts_with("error: ") => text.clone(),
            Failure::Own(text) => format!("error: {text}"),
            Failure::Status(status, _) if status.reason == "Invalid" => invalid(status),
            Failure::Status(status, doing) => from_server(status, doing),
        }
    }
}

fn from_server(status: &Status, doing: &str) -> String {
    let reason = if status.reason.is_empty() { String::new() } else { format!(" ({})", status.reason) };
    let doing = if doing.is_empty() { String::new() } else { format!("{doing}: ") };
    format!("Error from server{reason}: {doing}{}", status.message)
}

/// Several causes come as a list.
fn invalid(status: &Status) -> String {
    let nothing = crate::base::status::Details::default();
    let details = status.details.as_deref().unwrap_or(&nothing);
    let head = if !details.kind.is_empty() || !details.name.is_empty() {
        format!("The {} \"{}\" is invalid", details.kind, details.name)
    } else if !status.message.is_empty() && details.causes.is_empty() {
        format!("The request is invalid: {}", status.message)
    } else {
        "The request is invalid".to_string()
    };
    let mut causes = Vec::<String>::new();
    for cause in &details.causes {
        let text = format!("{}: {}", cause.field, cause.message);
        if !causes.contains(&text) {
            causes.push(text);
        }
    }
    match causes.as_slice() {
        [] => head,
        [one] => format!("{head}: {one}"),
        many => {
            let mut text = format!("{head}: ");
            many.iter().for_each(|c| text.push_str(&format!("\n* {c}")));
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
        self.note(&failure.text());
    }

    /// All that went wrong: one thing as if it were alone.
    pub fn fail_all(&mut self, failures: &[Failure]) {
        match failures {
            [one] => self.fail(one),
            many => many.iter().for_each(|failure| {
                self.exit = 1;
                self.note(&failure.text_of_many());
            }),
        }
    }

    /// What a library of kubectl logs.
    ///
    /// Models `k8s.io/klog`.
    pub fn log(&mut self, now: Instant, place: &str, text: &str) {
        let (_, month, day) = date(now.0.div_euclid(86_400_000));
        let stamp = now.rfc3339();
        let time = stamp.split_once('T').map_or("", |(_, time)| time.trim_end_matches('Z'));
        let millis = now.0.rem_euclid(1000);
        self.note(&format!("W{month:02}{day:02} {time}.{millis:03}000       1 {place}] {text}"));
    }

    pub fn note(&mut self, line: &str) {
        self.stderr.push_str(line);
        // as `fatal` has it
        if !line.ends_with('\n') {
            self.stderr.push('\n');
        }
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
