//! The work queue: who has to look at what has changed, and when.

use super::options::Controllers;
use super::record;
use crate::base::{Duration, Instant, Status, Value};
use crate::controllers::{Action, Controller, Key, View, Write};
use crate::registry::Server;
use crate::registry::write::{self, At, DeleteOptions, Options, Part};
use crate::store::Object;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Controllers that never come to rest would hang the page: after so many syncs within one instant they are left alone
/// until time moves. The largest supported cluster needs far fewer for each of its objects.
const SYNCS_MAX: usize = 20_000_000;

/// A sync that failed is tried again after so long, doubling up to the longest, as upstream's rate limiter does it.
const RETRY_FIRST: Duration = Duration::from_millis(5);
const RETRY_LONGEST: Duration = Duration::from_secs(1000);

/// A controller by its place, and what it is to look at.
type Task = (usize, Key);

#[derive(Clone, Debug)]
pub(super) struct Work {
    controllers: Vec<&'static Controller>,
    /// Writes up to this revision have been looked at.
    seen: u64,
    queue: Arc<BTreeSet<Task>>,
    timers: Arc<BTreeMap<(Instant, Task), ()>>,
    failures: Arc<BTreeMap<Task, u32>>,
}

impl Work {
    pub(super) fn new(controllers: &Controllers) -> Work {
        let all = crate::controllers::ALL.iter().copied();
        let controllers = match controllers {
            Controllers::All => all.collect(),
            Controllers::Only(names) => all.filter(|c| names.iter().any(|n| n == c.name)).collect(),
        };
        Work { controllers, seen: 0, queue: Arc::default(), timers: Arc::default(), failures: Arc::default() }
    }

    /// Does what is due now and within `time`, in order.
    pub(super) fn advance(&mut self, server: &mut Server, time: Duration) {
        let end = server.now + time;
        loop {
            self.run(server);
            match self.timers.keys().next().map(|(due, _)| *due).filter(|due| *due <= end) {
                Some(due) => {
                    server.now = server.now.max(due);
                    self.wake(server.now);
                }
                None => break,
            }
        }
        server.now = end;
    }

    /// When the next thing is due, if anything is.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.timers.keys().next().map(|(due, _)| *due)
    }

    fn wake(&mut self, now: Instant) {
        while let Some((due, task)) = self.timers.keys().next().filter(|(due, _)| *due <= now).cloned() {
            Arc::make_mut(&mut self.timers).remove(&(due, task.clone()));
            Arc::make_mut(&mut self.queue).insert(task);
        }
    }

    /// Syncs until nobody has anything left to do.
    fn run(&mut self, server: &mut Server) {
        for _ in 0..SYNCS_MAX {
            self.look(server);
            let Some(task) = Arc::make_mut(&mut self.queue).pop_first() else { return };
            self.sync(server, task);
        }
    }

    /// Queues what the latest writes concern.
    fn look(&mut self, server: &Server) {
        if self.seen == server.store.revision() {
            return;
        }
        let Some(events) = server.store.log().since(self.seen) else {
            self.seen = server.store.revision();
            return;
        };
        let queue = Arc::make_mut(&mut self.queue);
        for event in events {
            for (place, controller) in self.controllers.iter().enumerate() {
                queue.extend((controller.affected)(&server.store, event).into_iter().map(|key| (place, key)));
            }
        }
        self.seen = server.store.revision();
    }

    fn sync(&mut self, server: &mut Server, task: Task) {
        let Some(controller) = self.controllers.get(task.0).copied() else { return };
        let outcome = (controller.sync)(&View { store: &server.store, now: server.now }, &task.1);
        if let Some(again) = outcome.again {
            Arc::make_mut(&mut self.timers).insert((server.now + again, task.clone()), ());
        }
        for write in outcome.writes {
            if apply(server, controller, &write).is_err() {
                self.retry(server.now, task);
                return;
            }
        }
        if self.failures.contains_key(&task) {
            Arc::make_mut(&mut self.failures).remove(&task);
        }
    }

    fn retry(&mut self, now: Instant, task: Task) {
        let failures = Arc::make_mut(&mut self.failures).entry(task.clone()).or_default();
        let wait = RETRY_FIRST.0.checked_shl(*failures).unwrap_or(RETRY_LONGEST.0).clamp(1, RETRY_LONGEST.0);
        *failures = failures.saturating_add(1).min(30);
        Arc::make_mut(&mut self.timers).insert((now + Duration(wait), task), ());
    }
}

/// Applies a write of a controller, and records what became of it.
fn apply(server: &mut Server, controller: &Controller, write: &Write) -> Result<(), Status> {
    let options = Options::by(controller.manager);
    let done: Result<Option<Arc<Object>>, Status> = match &write.action {
        Action::Create { resource, object } => {
            let object = complete(server, resource, object);
            write::create(server, resource, object, &options).map(|w| Some(w.object))
        }
        Action::Update { resource, object } => update(server, resource, object, Part::Object, &options),
        Action::UpdateStatus { resource, object } => update(server, resource, object, Part::Status, &options),
        Action::Delete { resource, key, uid, grace_period } => {
            let at = At { resource, namespace: &key.namespace, name: &key.name };
            let uid = (!uid.is_empty()).then(|| uid.clone());
            let options = DeleteOptions { uid, grace_period: *grace_period, ..DeleteOptions::default() };
            write::delete(server, at, &options).map(|d| Some(d.object))
        }
        Action::Nothing => Ok(None),
    };
    if let Some(record) = &write.record {
        record::record(server, controller, record, &done);
    }
    done.map(|_| ())
}

fn update(
    server: &mut Server,
    resource: &str,
    object: &Value,
    part: Part,
    options: &Options,
) -> Result<Option<Arc<Object>>, Status> {
    let metadata = object.get("metadata");
    let (namespace, name) = (metadata.get("namespace").str(), metadata.get("name").str());
    let at = At { resource, namespace, name };
    let object = complete(server, resource, object);
    write::update(server, at, part, options, false, |_, _| Ok(object)).map(|w| Some(w.object))
}

fn complete(server: &Server, resource: &str, object: &Value) -> Value {
    match server.kind(resource) {
        Some(kind) => kind.complete(&server.schema, object.clone()),
        None => object.clone(),
    }
}
