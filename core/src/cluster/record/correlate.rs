//! What was said before is counted; what is said in many ways is said together; and who says too much of one object is
//! not listened to for a while.
//!
//! Models `k8s.io/client-go/tools/record/events_cache.go`.

use super::event::Said;
use crate::base::{Duration, Instant, Value};
use crate::store::Object;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;

/// So many ways to say the same are too many, within so long.
const WAYS_MAX: usize = 10;
const WAYS_TIME: Duration = Duration::from_secs(600);
/// So many events about one object are listened to at once, and then another one every so often.
const BURST: i64 = 25;
const REFILL: Duration = Duration::from_secs(300);
/// More than this nobody remembers.
const MEMORY: usize = 4096;
const COMBINED: &str = "(combined from similar events): ";

/// What those who speak remember of what they have said. A clone is a snapshot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Correlator(Arc<State>);

#[derive(Clone, Debug, Default)]
struct State {
    ways: BTreeMap<String, Ways>,
    /// Namespace and name of the Event that says so.
    said: BTreeMap<String, (Value, Value)>,
    buckets: BTreeMap<String, Bucket>,
}

/// The ways in which something was said.
#[derive(Clone, Debug)]
struct Ways {
    messages: BTreeSet<String>,
    last: Instant,
}

/// How much may still be said.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: i64,
    since: Instant,
}

/// Whether it was said before.
#[derive(Debug)]
pub(super) enum Known {
    New(String),
    Before { key: String, place: (Value, Value) },
    TooMuch,
}

impl Correlator {
    /// What is to be recorded of what is said.
    pub(super) fn hear<'a>(&mut self, now: Instant, said: Said<'a>) -> (Said<'a>, Known) {
        let state = Arc::make_mut(&mut self.0);
        let about = about(&said);
        if said.is_modern() {
            // Whatever the message: it is another one of a series.
            let key = format!("{about}/{}/{}/{}", said.type_(), said.reason, said.detail.action);
            let known = state.known(key);
            return (said, known);
        }
        let (said, key) = state.together(now, said, &about);
        if !state.listens(now, about) {
            return (said, Known::TooMuch);
        }
        let known = state.known(key);
        (said, known)
    }

    /// Remembers where it is recorded.
    pub(super) fn note(&mut self, key: String, event: &Object) {
        let said = &mut Arc::make_mut(&mut self.0).said;
        forget_if_full(said);
        said.insert(key, (event.namespace().into(), event.name().into()));
    }
}

impl State {
    fn known(&self, key: String) -> Known {
        match self.said.get(&key) {
            Some(place) => Known::Before { place: place.clone(), key },
            None => Known::New(key),
        }
    }

    /// Models `EventAggregate`.
    fn together<'a>(&mut self, now: Instant, mut said: Said<'a>, about: &str) -> (Said<'a>, String) {
        let kind = format!("{about}/{}/{}", said.type_(), said.reason);
        forget_if_full(&mut self.ways);
        let ways = self.ways.entry(kind.clone()).or_insert(Ways { messages: BTreeSet::new(), last: now });
        if now - ways.last > WAYS_TIME {
            ways.messages.clear();
        }
        ways.last = now;
        ways.messages.insert(said.message.clone());
        if ways.messages.len() < WAYS_MAX {
            let key = format!("{kind}/{}/{}", said.detail.field, said.message);
            return (said, key);
        }
        ways.messages.pop_first();
        said.message = format!("{COMBINED}{}", said.message);
        (said, kind)
    }

    /// Models `EventSourceObjectSpamFilter`.
    fn listens(&mut self, now: Instant, about: String) -> bool {
        forget_if_full(&mut self.buckets);
        let bucket = self.buckets.entry(about).or_insert(Bucket { left: BURST, since: now });
        let refilled = (now - bucket.since).as_millis() / REFILL.as_millis();
        if refilled > 0 {
            bucket.left = (bucket.left + refilled).min(BURST);
            bucket.since = bucket.since + Duration::from_millis(refilled * REFILL.as_millis());
        }
        let listens = bucket.left > 0;
        bucket.left -= i64::from(listens);
        listens
    }
}

/// Who speaks, and about what.
fn about(said: &Said<'_>) -> String {
    let metadata = said.about.get("metadata");
    let text = |field: &str| metadata.get(field).str();
    format!(
        "{}/{}/{}/{}/{}/{}",
        said.speaker.component,
        said.detail.host,
        said.about.get("kind").str(),
        text("namespace"),
        text("name"),
        text("uid")
    )
}

/// Upstream forgets one at a time; here all is forgotten at once, which is as well.
fn forget_if_full<T>(map: &mut BTreeMap<String, T>) {
    if map.len() >= MEMORY {
        map.clear();
    }
}
