//! What belongs to an object goes with it, before it, or is let go, as its deletion asks for.
//!
//! Models `pkg/controller/garbagecollector`. Upstream keeps a graph of everything by uid; here the store knows who owns
//! whom, and what waits to be looked at is all that is remembered.

mod kinds;
mod orphan;
mod references;
mod verdict;

use super::{Retry, Speaker, Write};
use crate::base::{Duration, Instant, Text, Value};
use crate::schema::Schema;
use crate::store::{Change, Event, Object, Store};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use kinds::Kinds;

pub const NAME: &str = "garbage-collector-controller";
pub const SPEAKER: Speaker = Speaker { manager: "kube-controller-manager", component: NAME };

const RETRY: Retry =
    Retry { first: Duration::from_millis(5), most: Duration::from_secs(1000), times: u32::MAX };

const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

/// An object to be looked at: that very one, not another of its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    resource: Text,
    namespace: Text,
    name: Text,
    uid: Text,
}

/// The garbage collector, with what it has to look at. A clone is a snapshot.
#[derive(Clone, Debug)]
pub struct Collector(Arc<State>);

#[derive(Clone, Debug)]
struct State {
    kinds: Arc<Kinds>,
    /// Everything up to this revision was heard.
    heard: u64,
    now: BTreeSet<Item>,
    later: BTreeSet<(Instant, Item)>,
    failures: BTreeMap<Item, u32>,
}

impl Collector {
    pub fn new(schema: &Schema) -> Collector {
        Collector(Arc::new(State {
            kinds: Arc::new(Kinds::of(schema)),
            heard: 0,
            now: BTreeSet::new(),
            later: BTreeSet::new(),
            failures: BTreeMap::new(),
        }))
    }

    /// Takes notice of what was written since the last call.
    pub fn hear(&mut self, store: &Store) {
        if self.0.heard == store.revision() {
            return;
        }
        let state = Arc::make_mut(&mut self.0);
        match store.log().since(state.heard) {
            Some(events) => events.for_each(|event| state.hear(store, event)),
            None => state.look_around(store),
        }
        state.heard = store.revision();
    }

    /// When there is something to do next, should nothing be written until then.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        match self.0.now.is_empty() {
            true => self.0.later.first().map(|(at, _)| *at),
            false => Some(now),
        }
    }

    /// The next object to be looked at, if any.
    pub fn next(&mut self, now: Instant) -> Option<Item> {
        if self.due(now).is_none_or(|due| due > now) {
            return None;
        }
        let state = Arc::make_mut(&mut self.0);
        while let Some(first) = state.later.first().filter(|(at, _)| *at <= now).cloned() {
            state.later.remove(&first);
            state.now.insert(first.1);
        }
        state.now.pop_first()
    }

    /// What becomes of an object, in the order in which it is to be written; the first refusal ends it.
    pub fn sync(&mut self, store: &Store, item: &Item) -> Vec<Write> {
        let Some(object) = item.get(store) else { return Vec::new() };
        if object.is_deleted() && has_finalizer(object.value(), ORPHAN) {
            return orphan::orphan(store, item, object);
        }
        let verdict = verdict::of(store, &self.0.kinds, item, object);
        if !verdict.also.is_empty() {
            Arc::make_mut(&mut self.0).now.extend(verdict.also);
        }
        verdict.writes
    }

    /// The sync is over. `failed`: one of its writes was refused, and is tried again later.
    pub fn done(&mut self, item: Item, failed: bool, now: Instant) {
        if !failed && !self.0.failures.contains_key(&item) {
            return;
        }
        let state = Arc::make_mut(&mut self.0);
        if !failed {
            state.failures.remove(&item);
            return;
        }
        let failures = state.failures.entry(item.clone()).or_default();
        let after = RETRY.after(*failures);
        *failures = failures.saturating_add(1);
        state.later.insert((now + after, item));
    }
}

impl State {
    /// All that there is, as if it were new.
    fn look_around(&mut self, store: &Store) {
        for resource in store.resources().filter(|r| is_watched(r)) {
            for object in store.list(resource, "") {
                self.appeared(store, &Item::of(resource, object), None, object);
            }
        }
    }

    /// Models `processGraphChanges`.
    fn hear(&mut self, store: &Store, event: &Event) {
        if !is_watched(&event.resource) {
            return;
        }
        let item = Item::of(&event.resource, &event.object);
        match event.change {
            Change::Deleted => self.went(store, &item, &event.object),
            _ => self.appeared(store, &item, event.before.as_deref(), &event.object),
        }
    }

    /// It is there, or has changed.
    fn appeared(&mut self, store: &Store, item: &Item, before: Option<&Object>, object: &Object) {
        if before.is_none_or(|before| before.owners() != object.owners()) {
            let nothing = Value::Null;
            let (was, is) = (before.map_or(&nothing, Object::owners), object.owners());
            if references::added(was, is).any(|r| self.kinds.owner(store, item, r).is_missing()) {
                self.now.insert(item.clone());
            }
            for reference in references::unblocked(was, is) {
                self.now.extend(self.kinds.item(store, item, reference));
            }
        }
        let starts = |finalizer: &str| {
            let waits = |o: &Object| o.is_deleted() && has_finalizer(o.value(), finalizer);
            waits(object) && !before.is_some_and(waits)
        };
        if starts(ORPHAN) {
            self.now.insert(item.clone());
        } else if starts(FOREGROUND) {
            self.now.extend(dependents(store, item).map(|(item, _)| item));
            self.now.insert(item.clone());
        }
    }

    /// It is gone: whatever belonged to it may have to go, and whoever waited for that may go, too.
    fn went(&mut self, store: &Store, item: &Item, object: &Object) {
        self.now.extend(dependents(store, item).map(|(item, _)| item));
        for reference in object.owners().items() {
            let owner = self.kinds.item(store, item, reference);
            let waiting = |o: &Item| o.get(store).is_some_and(waits_for_dependents);
            self.now.extend(owner.filter(waiting));
        }
    }
}

impl Item {
    fn of(resource: &Text, object: &Object) -> Item {
        let (namespace, name) = (object.namespace().clone(), object.name().clone());
        Item { resource: resource.clone(), namespace, name, uid: object.uid().into() }
    }

    /// The object, if it is still the one that is meant.
    fn get<'a>(&self, store: &'a Store) -> Option<&'a Arc<Object>> {
        store.get(&self.resource, &self.namespace, &self.name).filter(|o| o.uid() == self.uid.as_str())
    }
}

/// Events are left to their time to live.
fn is_watched(resource: &str) -> bool {
    resource != "events"
}

/// What names the object as one of its owners. What is in no namespace owns things in all of them.
fn dependents<'a>(store: &'a Store, owner: &'a Item) -> impl Iterator<Item = (Item, &'a Arc<Object>)> {
    store.resources().filter(|r| is_watched(r)).flat_map(move |resource| {
        let owned = store.owned(resource, &owner.namespace, &owner.uid);
        owned.map(move |object| (Item::of(resource, object), object))
    })
}

fn has_finalizer(object: &Value, finalizer: &str) -> bool {
    object.get("metadata").get("finalizers").items().iter().any(|f| f.str() == finalizer)
}

/// It is being deleted, after all that belongs to it.
fn waits_for_dependents(object: &Arc<Object>) -> bool {
    object.is_deleted() && has_finalizer(object.value(), FOREGROUND)
}
