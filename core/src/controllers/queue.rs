//! What controllers still have to do, and when.
//!
//! Models `k8s.io/client-go/util/workqueue` (a key waits once, however often it is added; what has failed waits longer
//! each time) and the informers that fill it. Knows nothing of how writes are applied.

use super::{Controller, Due, Heard, Key, Memory, Outcome, View};
use crate::base::{Duration, Instant, Value};
use crate::schema::Schema;
use crate::store::{Change, Event, Object, Store};
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The work of all controllers. It is driven like this: hear what was written; take what is [`Queue::next`]; apply what
/// its sync comes to; say that it is [`Queue::done`]; again, until nothing is due.
#[derive(Clone, Debug)]
pub struct Queue {
    lanes: Vec<Lane>,
    /// Everything up to this revision was heard.
    heard: u64,
}

/// A controller with its work and its memory.
#[derive(Clone, Debug)]
struct Lane {
    controller: &'static Controller,
    memory: Memory,
    /// Due now, in the order in which they became so.
    ready: VecDeque<Key>,
    waiting: BTreeSet<Key>,
    /// Due later: by key and by time.
    later: BTreeMap<Key, Instant>,
    times: BTreeSet<(Instant, Key)>,
    /// How often in a row a key has failed.
    failures: BTreeMap<Key, u32>,
}

/// A key whose turn it is.
#[derive(Clone, Debug)]
pub struct Turn {
    lane: usize,
    pub controller: &'static Controller,
    pub key: Key,
}

impl Queue {
    pub fn new(controllers: impl IntoIterator<Item = &'static Controller>) -> Queue {
        Queue { lanes: controllers.into_iter().map(Lane::new).collect(), heard: 0 }
    }

    /// Tells a controller what it has to know beforehand.
    pub fn instruct(&mut self, controller: &str, key: &Key, what: Value) {
        let mut lanes = self.lanes.iter_mut();
        if let Some(lane) = lanes.find(|l| l.controller.name == controller) {
            lane.memory.keep(key, what);
        }
    }

    /// Tells the controllers what was written since the last call. `by` is the turn whose writes these are; none if
    /// others wrote.
    pub fn hear(&mut self, store: &Store, now: Instant, by: Option<&Turn>) {
        let own = by.map(|turn| turn.lane);
        match store.log().since(self.heard) {
            Some(events) => events.for_each(|event| tell(&mut self.lanes, store, event, now, own)),
            // Too much was written since: as if it had all been there when the controllers started.
            None => objects(store).for_each(|o| tell(&mut self.lanes, store, &o, now, None)),
        }
        self.heard = store.revision();
    }

    /// The next key that is due, if any.
    pub fn next(&mut self, now: Instant) -> Option<Turn> {
        self.lanes.iter_mut().enumerate().find_map(|(lane, l)| {
            l.wake(now);
            let key = l.ready.pop_front()?;
            l.waiting.remove(&key);
            Some(Turn { lane, controller: l.controller, key })
        })
    }

    /// When there is something to do next, should nothing be written until then.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        let lane = |l: &Lane| match l.ready.is_empty() {
            true => l.times.first().map(|(at, _)| *at),
            false => Some(now),
        };
        self.lanes.iter().filter_map(lane).min()
    }

    /// Everything up to this revision was heard.
    pub fn heard(&self) -> u64 {
        self.heard
    }

    /// What the controller whose turn it is remembers.
    pub fn memory(&self, turn: &Turn) -> Memory {
        self.lanes.get(turn.lane).map(|l| l.memory.clone()).unwrap_or_default()
    }

    /// What the controller wants done.
    pub fn sync(&self, schema: &Schema, store: &Store, now: Instant, turn: &Turn) -> Outcome {
        let nothing = Memory::default();
        let memory = self.lanes.get(turn.lane).map_or(&nothing, |l| &l.memory);
        (turn.controller.sync)(&View { schema, store, now, memory }, &turn.key)
    }

    /// Takes over what the sync was to leave behind; to be called before its writes are applied.
    pub fn remember(&mut self, turn: &Turn, outcome: &Outcome) {
        if let (Some(lane), Some(value)) = (self.lanes.get_mut(turn.lane), &outcome.memory) {
            lane.memory.keep(&turn.key, value.clone());
        }
    }

    /// The sync is over. `failed`: one of its writes was refused.
    pub fn done(&mut self, turn: &Turn, outcome: &Outcome, failed: bool, now: Instant) {
        let Some(lane) = self.lanes.get_mut(turn.lane) else { return };
        if failed || outcome.failed {
            lane.fail(&turn.key, now);
        } else {
            lane.failures.remove(&turn.key);
        }
        for key in &outcome.also {
            lane.add(Due::from(key.clone()), now);
        }
        if let Some(after) = outcome.again {
            lane.add(Due { key: turn.key.clone(), after }, now);
        }
    }
}

fn tell(lanes: &mut [Lane], store: &Store, event: &Event, now: Instant, own: Option<usize>) {
    for (i, lane) in lanes.iter_mut().enumerate() {
        let heard = Heard { store, event, own: own == Some(i) };
        for due in (lane.controller.affected)(&mut lane.memory, &heard) {
            lane.add(due, now);
        }
    }
}

/// All objects, as if they were new.
fn objects(store: &Store) -> impl Iterator<Item = Event> + '_ {
    let event = |resource, object: &Arc<Object>| Event {
        change: Change::Added,
        resource,
        object: object.clone(),
        before: None,
        revision: object.revision(),
    };
    store.resources().flat_map(move |r| store.list(r, "").map(move |o| event(r.clone(), o)))
}

impl Lane {
    fn new(controller: &'static Controller) -> Lane {
        Lane {
            controller,
            memory: Memory::default(),
            ready: VecDeque::new(),
            waiting: BTreeSet::new(),
            later: BTreeMap::new(),
            times: BTreeSet::new(),
            failures: BTreeMap::new(),
        }
    }

    /// A key that waits already waits on; of two later times the earlier counts.
    fn add(&mut self, due: Due, now: Instant) {
        let Due { key, after } = due;
        if after <= Duration::ZERO {
            if self.waiting.insert(key.clone()) {
                self.ready.push_back(key);
            }
            return;
        }
        let at = now + after;
        match self.later.get(&key) {
            Some(there) if *there <= at => return,
            Some(there) => {
                self.times.remove(&(*there, key.clone()));
            }
            None => {}
        }
        self.later.insert(key.clone(), at);
        self.times.insert((at, key));
    }

    /// What was due later, and now is.
    fn wake(&mut self, now: Instant) {
        while self.times.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, key)) = self.times.pop_first() else { return };
            self.later.remove(&key);
            self.add(key.into(), now);
        }
    }

    fn fail(&mut self, key: &Key, now: Instant) {
        let failures = self.failures.entry(key.clone()).or_default();
        let retry = self.controller.retry;
        if *failures >= retry.times {
            self.failures.remove(key);
            return;
        }
        let after = retry.after(*failures);
        *failures += 1;
        self.add(Due { key: key.clone(), after }, now);
    }
}
