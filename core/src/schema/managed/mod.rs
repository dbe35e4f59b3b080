//! Who owns which fields of an object: `metadata.managedFields`, kept up by every write.
//!
//! Models `k8s.io/apimachinery/pkg/util/managedfields`.
//!
//! Controllers write thousands of objects whose managed fields nobody ever reads. So a plain write only notes the two
//! objects, which are shared anyway; what it means for the owners is worked out when somebody asks, once.

mod apply;
mod conflict;
mod entry;
mod last_applied;
pub mod manager;
mod reset;
mod scale;
mod update;

pub use apply::{Applied, Apply};
pub use entry::Invalid;
pub use reset::reset_fields;

use super::apply::{Convert, Set};
use super::{Schema, TypeId};
use crate::base::{Instant, Text, Value};
use alloc::boxed::Box;
use alloc::sync::Arc;
use entry::Entries;
use once_cell::race::OnceBox;
use update::Write;

/// After so many writes what they mean is worked out although nobody has asked: each holds on to an old object.
const MAX_PENDING: usize = 16;

/// What is written through: a resource, or one of its subresources.
#[derive(Clone, Debug)]
pub struct Subject {
    pub type_: TypeId,
    pub group: Text,
    pub version: Text,
    pub kind: Text,
    /// `status`, `scale`; empty for the resource itself.
    pub subresource: Text,
    /// The fields it does not take from a client: see [`reset_fields`].
    pub reset: Set,
    /// The object in another served version of its kind, where there is one.
    pub convert: Convert,
}

impl Subject {
    /// `v1`, `apps/v1`
    pub fn api_version(&self) -> Text {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => alloc::format!("{group}/{}", self.version).into(),
        }
    }
}

/// The managed fields of an object: a clone is a counter.
#[derive(Clone, Debug)]
pub struct Managed(State);

#[derive(Clone, Debug)]
enum State {
    Known(Arc<Entries>),
    Pending(Arc<Pending>),
}

/// A write whose meaning is not worked out yet, or was and is kept.
#[derive(Debug)]
struct Pending {
    before: State,
    /// How many there are before this one.
    depth: usize,
    write: Write,
    after: OnceBox<Arc<Entries>>,
}

impl Default for Managed {
    fn default() -> Self {
        Managed(State::Known(Arc::default()))
    }
}

/// A write, as far as managed fields are concerned.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    pub subject: &'a Arc<Subject>,
    /// The object as it is, without managed fields; none if it is created.
    pub live: Option<&'a Value>,
    /// The object as the client wants it, decoded and defaulted but not yet prepared by its strategy.
    pub new: &'a Value,
    /// `metadata.managedFields` as the client has sent them; null if it has not.
    pub sent: &'a Value,
    /// Who writes; see [`manager_of`].
    pub manager: &'a str,
    pub now: Instant,
}

impl Managed {
    /// The managed fields in an object's metadata, or why they are none.
    ///
    /// Models `DecodeManagedFields`.
    pub fn from_value(value: &Value) -> Result<Managed, Invalid> {
        entry::decode(value).map(Managed::known)
    }

    /// `metadata.managedFields`; null if there are none.
    pub fn to_value(&self, schema: &Schema) -> Value {
        entry::encode(&self.entries(schema))
    }

    /// Whether nobody owns anything.
    pub fn is_empty(&self, schema: &Schema) -> bool {
        self.entries(schema).is_empty()
    }

    /// The managed fields after a plain write.
    ///
    /// Models `FieldManager.UpdateNoErrors`.
    #[must_use]
    pub fn update(&self, schema: &Schema, update: &Update<'_>) -> Managed {
        let own = update.subject.subresource.is_empty();
        let base = match entry::sent(update.sent).filter(|_| own) {
            None => None,
            // Empty ones reset them, broken ones are as none.
            Some(Ok(entries)) => Some(Arc::new(entries)),
            Some(Err(_)) => None,
        };
        if base.is_none() && update.live.is_some_and(|live| live.same(update.new) || live == update.new) {
            return self.clone();
        }
        let write = Write {
            subject: update.subject.clone(),
            base,
            live: update.live.cloned(),
            new: update.new.clone(),
            manager: update.manager.into(),
            now: update.now,
        };
        let (before, depth) = match &self.0 {
            State::Pending(pending) if pending.after.get().is_none() && pending.depth < MAX_PENDING => {
                (self.0.clone(), pending.depth + 1)
            }
            _ => (State::Known(self.entries(schema)), 0),
        };
        Managed(State::Pending(Arc::new(Pending { before, depth, write, after: OnceBox::new() })))
    }

    /// The same with the times of `before`, if nothing but times differs: a write that changes nothing else is none.
    ///
    /// Models `IgnoreManagedFieldsTimestampsTransformer`; the caller knows that the objects are equal.
    #[must_use]
    pub fn without_new_times(self, schema: &Schema, before: &Managed) -> Managed {
        let (now, then) = (self.entries(schema), before.entries(schema));
        if entry::same_but_for_times(&now, &then) { before.clone() } else { self }
    }

    /// Whether both say the same, times included.
    pub fn equals(&self, schema: &Schema, other: &Managed) -> bool {
        self.same(other) || self.entries(schema) == other.entries(schema)
    }

    fn same(&self, other: &Managed) -> bool {
        match (&self.0, &other.0) {
            (State::Known(a), State::Known(b)) => Arc::ptr_eq(a, b),
            (State::Pending(a), State::Pending(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    fn known(entries: Entries) -> Managed {
        Managed(State::Known(Arc::new(entries)))
    }

    /// What all writes up to now mean.
    fn entries(&self, schema: &Schema) -> Arc<Entries> {
        let mut todo = alloc::vec::Vec::new();
        let mut state = &self.0;
        let mut entries = loop {
            match state {
                State::Known(entries) => break entries.clone(),
                State::Pending(pending) => match pending.after.get() {
                    Some(entries) => break entries.clone(),
                    None => {
                        todo.push(pending);
                        state = &pending.before;
                    }
                },
            }
        };
        for pending in todo.into_iter().rev() {
            entries = update::updated(schema, &entries, &pending.write);
            // If another thread was faster it has found the same.
            let _ = pending.after.set(Box::new(entries.clone()));
        }
        entries
    }
}
