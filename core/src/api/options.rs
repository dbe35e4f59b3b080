//! The parameters of a request, and what may be wrong with them.
//!
//! Models `k8s.io/apimachinery/pkg/apis/meta/v1` (`CreateOptions` and the others) and their validation.

use super::fields::FieldSelector;
use super::url::Query;
use crate::base::field::{self, Errors};
use crate::base::status::InGroup;
use crate::base::{Path, Selector, Status, Text, Value};
use crate::registry::write::{DeleteOptions, Propagation};
use crate::schema::managed::manager;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a create, update or patch says of itself.
#[derive(Clone, Debug)]
pub struct WriteOptions {
    pub dry_run: bool,
    pub manager: Text,
    pub validation: FieldValidation,
    /// Of an apply: takes fields from others.
    pub force: bool,
}

/// What becomes of unknown and duplicate fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldValidation {
    Ignore,
    Warn,
    Strict,
}

impl WriteOptions {
    /// The options of a write; `kind` is what errors call them: `CreateOptions`, `UpdateOptions`.
    pub fn parse(query: &Query, kind: &str, user_agent: &str) -> Result<WriteOptions, Status> {
        Self::parse_patch(query, kind, user_agent, None)
    }

    /// The options of a patch; `apply` says whether it is a server-side apply.
    pub fn parse_patch(
        query: &Query,
        kind: &str,
        user_agent: &str,
        apply: Option<bool>,
    ) -> Result<WriteOptions, Status> {
        let force = boolean(query, "force")?;
        let mut errors = Errors::new();
        let manager = query.get("fieldManager");
        match apply {
            Some(true) if manager.is_empty() => {
                errors.push(field::required(&Path::new("fieldManager"), "is required for apply patch"));
            }
            Some(false) if force.is_some() => {
                errors
                    .push(field::forbidden(&Path::new("force"), "may not be specified for non-apply patch"));
            }
            _ => {}
        }
        manager::check(&Path::new("fieldManager"), manager, &mut errors);
        let dry_run = dry_run(query, &mut errors);
        let validation = match query.get("fieldValidation") {
            "" | "Warn" => FieldValidation::Warn,
            "Ignore" => FieldValidation::Ignore,
            "Strict" => FieldValidation::Strict,
            other => {
                let at = Path::new("fieldValidation");
                errors.push(field::not_supported(&at, other, &["", "Ignore", "Strict", "Warn"]));
                FieldValidation::Warn
            }
        };
        invalid(kind, &errors)?;
        let manager = manager::of(manager, user_agent);
        Ok(WriteOptions { dry_run, manager, validation, force: force.unwrap_or(false) })
    }
}

fn dry_run(query: &Query, errors: &mut Errors) -> bool {
    let values = query.all("dryRun").collect::<Vec<_>>();
    if values.iter().any(|v| *v != "All") {
        let shown = Value::list(values.iter().map(|v| Value::text(*v)));
        errors.push(field::not_supported(&Path::new("dryRun"), shown, &["All"]));
    }
    !values.is_empty()
}

fn invalid(kind: &str, errors: &Errors) -> Result<(), Status> {
    if errors.is_empty() {
        return Ok(());
    }
    Err(Status::invalid(InGroup { group: "meta.k8s.io", name: kind }, "", errors))
}

/// Which objects a list or watch is about.
#[derive(Clone, Debug)]
pub struct ListOptions {
    pub labels: Selector,
    pub fields: FieldSelector,
    pub watch: bool,
    pub bookmarks: bool,
    pub send_initial_events: Option<bool>,
    pub resource_version: Text,
    pub resource_version_match: Text,
    pub limit: i64,
    pub continue_token: Text,
    /// Seconds.
    pub timeout: Option<i64>,
}

impl ListOptions {
    /// The options of a list of a resource, named as in messages; `name` narrows it to one object.
    pub fn parse(query: &Query, resource: &str, name: &str) -> Result<ListOptions, Status> {
        let labels = Selector::parse(query.get("labelSelector")).map_err(Status::bad_request)?;
        let parsed = FieldSelector::parse(query.get("fieldSelector"), resource);
        let watch = boolean(query, "watch")?.unwrap_or(false);
        let send_initial_events = boolean(query, "sendInitialEvents")?;
        let bookmarks = boolean(query, "allowWatchBookmarks")?.unwrap_or(false);
        let timeout = integer(query, "timeoutSeconds")?;
        let limit = integer(query, "limit")?.unwrap_or(0);
        let mut options = ListOptions {
            labels,
            fields: FieldSelector::default(),
            watch,
            bookmarks,
            send_initial_events,
            resource_version: query.get("resourceVersion").into(),
            resource_version_match: query.get("resourceVersionMatch").into(),
            limit,
            continue_token: query.get("continue").into(),
            timeout,
        };
        options.fill_in();
        // The form of a field selector is looked at with the parameters, its fields only after them.
        let form = |e: &String| e.starts_with("invalid ");
        if let Err(e) = &parsed
            && form(e)
        {
            return Err(Status::bad_request(e));
        }
        invalid("ListOptions", &options.check())?;
        options.fields = parsed.map_err(Status::bad_request)?;
        if !name.is_empty() {
            if options.fields.is_everything() {
                options.fields = FieldSelector::name(name);
            } else if options.fields.exact("metadata.name") != Some(name) {
                let message = "fieldSelector metadata.name doesn't match requested name";
                return Err(Status::bad_request(message));
            }
        }
        Ok(options)
    }

    /// A watch from nowhere begins with what is there, as if that had been said.
    ///
    /// Models `SetListOptionsDefaults`.
    fn fill_in(&mut self) {
        let silent = self.send_initial_events.is_none() && self.resource_version_match.is_empty();
        if self.watch && silent && matches!(self.resource_version.as_str(), "" | "0") {
            self.send_initial_events = Some(true);
            self.resource_version_match = "NotOlderThan".into();
        }
    }

    /// Models `ValidateListOptions`.
    fn check(&self) -> Errors {
        let mut errors = Errors::new();
        let (at, wanted) = (Path::new("resourceVersionMatch"), self.resource_version_match.as_str());
        let initial = Path::new("sendInitialEvents");
        if self.watch {
            match self.send_initial_events {
                Some(_) if wanted != "NotOlderThan" => {
                    let detail = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
                    errors.push(field::forbidden(&at, detail));
                    if !wanted.is_empty() {
                        errors.push(field::not_supported(&at, wanted, &["NotOlderThan"]));
                    }
                }
                None if !wanted.is_empty() => {
                    let detail =
                        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
                    errors.push(field::forbidden(&at, detail));
                }
                _ => {}
            }
            if self.send_initial_events.is_some() && !self.continue_token.is_empty() {
                let detail = "resourceVersionMatch is forbidden when continue is provided";
                errors.push(field::forbidden(&at, detail));
            }
            return errors;
        }
        if !wanted.is_empty() {
            if self.resource_version.is_empty() {
                let detail = "resourceVersionMatch is forbidden unless resourceVersion is provided";
                errors.push(field::forbidden(&at, detail));
            }
            if !self.continue_token.is_empty() {
                let detail = "resourceVersionMatch is forbidden when continue is provided";
                errors.push(field::forbidden(&at, detail));
            }
            if !matches!(wanted, "Exact" | "NotOlderThan") {
                errors.push(field::not_supported(&at, wanted, &["Exact", "NotOlderThan", ""]));
            }
            if wanted == "Exact" && self.resource_version == "0" {
                let detail = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
                errors.push(field::forbidden(&at, detail));
            }
        }
        if self.send_initial_events.is_some() {
            errors.push(field::forbidden(&initial, "sendInitialEvents is forbidden for list"));
        }
        errors
    }
}

/// The options of a deletion: from its body, or from the query where it has none.
pub fn delete_options(query: &Query, body: &Value) -> Result<DeleteOptions, Status> {
    let mut errors = Errors::new();
    let from_body = !body.is_null();
    let (orphan, policy, grace) = if from_body {
        let orphan = body.get("orphanDependents").as_bool();
        (orphan, body.get("propagationPolicy").as_text().cloned(), body.get("gracePeriodSeconds").as_int())
    } else {
        let policy = query.has("propagationPolicy").then(|| Text::from(query.get("propagationPolicy")));
        (boolean(query, "orphanDependents")?, policy, integer(query, "gracePeriodSeconds")?)
    };
    let at = Path::new("propagationPolicy");
    if let (Some(_), Some(policy)) = (orphan, &policy) {
        let detail = "orphanDependents and deletionPropagation cannot be both set";
        errors.push(field::invalid(&at, policy, detail));
    }
    let propagation = match policy.as_ref().map(Text::as_str) {
        None => None,
        Some("Foreground") => Some(Propagation::Foreground),
        Some("Background") => Some(Propagation::Background),
        Some("Orphan") => Some(Propagation::Orphan),
        Some(other) => {
            errors.push(field::not_supported(&at, other, &["Foreground", "Background", "Orphan", "nil"]));
            None
        }
    };
    let dry_run = if from_body {
        let values = body.get("dryRun");
        if values.items().iter().any(|v| v.str() != "All") {
            errors.push(field::not_supported(&Path::new("dryRun"), values, &["All"]));
        }
        !values.is_empty()
    } else {
        dry_run(query, &mut errors)
    };
    invalid("DeleteOptions", &errors)?;
    let preconditions = body.get("preconditions");
    Ok(DeleteOptions {
        dry_run,
        grace_period: grace,
        uid: preconditions.get("uid").as_text().cloned(),
        resource_version: preconditions.get("resourceVersion").as_text().cloned(),
        orphan_dependents: orphan,
        propagation,
    })
}

/// A parameter that is true or false, as Go's conversion of query parameters reads it.
pub(super) fn boolean(query: &Query, key: &str) -> Result<Option<bool>, Status> {
    if !query.has(key) {
        return Ok(None);
    }
    // Anything but these is true, also nothing at all.
    Ok(Some(!matches!(query.get(key).to_lowercase().as_str(), "false" | "0")))
}

pub(super) fn integer(query: &Query, key: &str) -> Result<Option<i64>, Status> {
    match query.get(key) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            let why = if text.trim_start_matches(['-', '+']).bytes().all(|b| b.is_ascii_digit())
                && text.len() > 1
            {
                "value out of range"
            } else {
                "invalid syntax"
            };
            Status::bad_request(format!("strconv.ParseInt: parsing {}: {why}", field::quoted(text)))
        }),
    }
}
