//! The entries of `metadata.managedFields`: read, written, sorted.
//!
//! Models `managedfields/internal/managedfields.go`.

use crate::base::sort;
use crate::base::{Instant, Text, Value, field, json};
use crate::schema::apply::{Owner, Owners, Set};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

/// Who owns what, and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entries {
    pub(super) owners: Owners<Name>,
    /// An owner without a time has come to its fields without a change of the object.
    pub(super) times: BTreeMap<Name, Instant>,
}

impl Entries {
    pub(super) fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// Forgets when what nobody has any more was written.
    pub(super) fn forget_times(&mut self) {
        self.times.retain(|name, _| self.owners.contains_key(name));
    }
}

/// What an owner is called: manager, operation, version and subresource together.
///
/// Models `BuildManagerIdentifier`. They are in the order of their identifiers, which are JSON.
#[derive(Clone, Debug)]
pub(super) struct Name {
    identifier: Text,
    pub(super) manager: Text,
    pub(super) operation: Operation,
    /// Empty if it applies: it is the same applier in any version.
    pub(super) api_version: Text,
    pub(super) subresource: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    Apply,
    Update,
}

impl Name {
    pub(super) fn new(manager: &str, operation: Operation, api_version: &str, subresource: &str) -> Name {
        let api_version = if operation == Operation::Apply { "" } else { api_version };
        let word = operation.word();
        let mut identifier = String::new();
        for (key, value) in [
            ("manager", manager),
            ("operation", word),
            ("apiVersion", api_version),
            ("subresource", subresource),
        ] {
            if !value.is_empty() {
                identifier.push_str(if identifier.is_empty() { "{" } else { "," });
                identifier.push_str(&format!("\"{key}\":"));
                json::write_text(&mut identifier, value);
            }
        }
        identifier.push('}');
        Name {
            identifier: identifier.into(),
            manager: manager.into(),
            operation,
            api_version: api_version.into(),
            subresource: subresource.into(),
        }
    }

    /// Who writes just now, before it is told apart from what they wrote before.
    pub(super) fn current() -> Name {
        Name { identifier: "current-operation".into(), ..Name::new("", Operation::Update, "", "") }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.identifier == other.identifier
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> core::cmp::Ordering {
        self.identifier.cmp(&other.identifier)
    }
}

impl Operation {
    fn word(self) -> &'static str {
        match self {
            Operation::Apply => "Apply",
            Operation::Update => "Update",
        }
    }
}

/// Managed fields that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(String);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const FIELDS_V1: &str = "FieldsV1";

pub(super) fn decode(value: &Value) -> Result<Entries, Invalid> {
    let mut out = Entries::default();
    for (i, entry) in value.items().iter().enumerate() {
        let operation = match entry.get("operation").str() {
            "Apply" => Operation::Apply,
            "Update" => Operation::Update,
            _ => return Err(Invalid("operation must be `Apply` or `Update`".to_string())),
        };
        let api_version = entry.get("apiVersion").str();
        if api_version.is_empty() {
            return Err(Invalid("apiVersion must not be empty".to_string()));
        }
        match entry.get("fieldsType").str() {
            FIELDS_V1 => {}
            "" => return Err(Invalid(format!("missing fieldsType in managed fields entry {i}"))),
            other => {
                let other = field::quoted(other);
                return Err(Invalid(format!("invalid fieldsType {other} in managed fields entry {i}")));
            }
        }
        let fields = Set::from_value(entry.get("fieldsV1"))
            .ok_or_else(|| Invalid(format!("error decoding set in managed fields entry {i}")))?;
        let name =
            Name::new(entry.get("manager").str(), operation, api_version, entry.get("subresource").str());
        // Of two entries of one name the last counts, its time included.
        match Instant::parse(entry.get("time").str()) {
            Some(time) => out.times.insert(name.clone(), time),
            None => out.times.remove(&name),
        };
        let applied = operation == Operation::Apply;
        out.owners.insert(name, Owner { api_version: api_version.into(), applied, fields });
    }
    Ok(out)
}

/// What a client has sent: nothing, or entries, of which none at all or an empty one is a reset.
///
/// Models `isResetManagedFields` and `decodeLiveOrNew`.
pub(super) fn sent(value: &Value) -> Option<Result<Entries, Invalid>> {
    match value.as_list()? {
        [] => Some(Ok(Entries::default())),
        [one] if is_blank(one) => Some(Ok(Entries::default())),
        _ => Some(decode(value)),
    }
}

/// An entry that says nothing.
fn is_blank(entry: &Value) -> bool {
    entry.entries().iter().all(|(_, v)| v.is_null() || v.str().is_empty() && v.as_text().is_some())
}

/// The entries as the next request reads them: each goes by the version of its fields. Writing a `Scale` leaves some that
/// do not, and of two that then have one name the last counts.
pub(super) fn as_read(entries: &Arc<Entries>) -> Arc<Entries> {
    let as_named = |(name, owner): (&Name, &Owner)| owner.applied || name.api_version == owner.api_version;
    if entries.owners.iter().all(as_named) {
        return entries.clone();
    }
    decode(&encode(entries)).map_or_else(|_| entries.clone(), Arc::new)
}

pub(super) fn encode(entries: &Entries) -> Value {
    if entries.is_empty() {
        return Value::Null;
    }
    let mut sorted: Vec<(&Name, &Owner, Option<Instant>)> =
        entries.owners.iter().map(|(name, owner)| (name, owner, entries.times.get(name).copied())).collect();
    sort::by_cached_key(&mut sorted, |(name, owner, time)| {
        let seconds = time.map_or(0, |t| t.0.div_euclid(1000));
        let operation = if owner.applied { Operation::Apply } else { name.operation };
        (operation, seconds, name.manager.clone(), owner.api_version.clone(), name.subresource.clone())
    });
    Value::list(sorted.into_iter().map(|(name, owner, time)| written(name, owner, time)))
}

fn written(name: &Name, owner: &Owner, time: Option<Instant>) -> Value {
    let operation = if owner.applied { Operation::Apply } else { name.operation };
    let mut out = Value::empty_map();
    if !name.manager.is_empty() {
        out.set("manager", &name.manager);
    }
    out.set("operation", operation.word());
    out.set("apiVersion", &owner.api_version);
    if let Some(time) = time {
        out.set("time", time.rfc3339());
    }
    out.set("fieldsType", FIELDS_V1);
    out.set("fieldsV1", owner.fields.to_value());
    if !name.subresource.is_empty() {
        out.set("subresource", &name.subresource);
    }
    out
}

/// Whether two have the same entries, at least one of them at another time.
pub(super) fn same_but_for_times(now: &Entries, then: &Entries) -> bool {
    now.owners == then.owners && now.times != then.times
}
