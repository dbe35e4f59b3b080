//! The recent past: what a watch from some revision on has to hear.

use super::object::Object;
use crate::base::Text;
use alloc::collections::VecDeque;
use alloc::sync::Arc;

/// So many events are remembered at least. A real server keeps five minutes of them; a client that asks for more is
/// told that its revision is too old, and lists again.
const WINDOW: usize = 16_384;

#[derive(Clone, Debug, Default)]
pub struct Log {
    events: VecDeque<Event>,
    /// The revision of the last event that is forgotten.
    forgotten: u64,
}

/// A write.
#[derive(Clone, Debug)]
pub struct Event {
    pub change: Change,
    pub resource: Text,
    /// The object as it is now, or with the revision of its end.
    pub object: Arc<Object>,
    /// The object as it was.
    pub before: Option<Arc<Object>>,
    pub revision: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Added,
    Modified,
    Deleted,
}

impl Log {
    pub(super) fn push(&mut self, event: Event) {
        if self.events.len() >= WINDOW
            && let Some(oldest) = self.events.pop_front()
        {
            self.forgotten = oldest.revision;
        }
        self.events.push_back(event);
    }

    /// The events behind `revision`; none where some of them are forgotten.
    pub fn since(&self, revision: u64) -> Option<impl Iterator<Item = &Event> + use<'_>> {
        let known = revision >= self.forgotten;
        let first = self.events.partition_point(|e| e.revision <= revision);
        known.then(|| self.events.iter().skip(first))
    }

    /// The oldest revision that events are known from.
    pub fn oldest(&self) -> u64 {
        self.forgotten
    }
}
