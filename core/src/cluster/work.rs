//! The work queue: who has to look at what has changed, and when.

use super::options::Controllers;
use super::record;
use crate::base::{Duration, Instant, Status, Value};
use crate::controllers::queue::{Queue, Turn};
use crate::controllers::{Action, Applied, Controller, Write};
use crate::registry::Server;
use crate::registry::write::{self, At, DeleteOptions, Options, Part};
use crate::store::Object;
use alloc::sync::Arc;

/// Controllers that never come to rest would hang the page: after so many syncs within one instant they are left alone
/// until time moves. The largest supported cluster needs far fewer for each of its objects.
const SYNCS_MAX: usize = 20_000_000;

#[derive(Clone, Debug)]
pub(super) struct Work {
    queue: Queue,
}

impl Work {
    pub(super) fn new(controllers: &Controllers) -> Work {
        let chosen = |c: &&'static Controller| match controllers {
            Controllers::All => true,
            Controllers::Only(names) => names.iter().any(|n| n == c.name),
        };
        Work { queue: Queue::new(crate::controllers::ALL.iter().copied().filter(chosen)) }
    }

    /// Does what is due now and within `time`, in order.
    pub(super) fn advance(&mut self, server: &mut Server, time: Duration) {
        let end = server.now + time;
        loop {
            self.run(server);
            match self.queue.due(server.now).filter(|due| *due <= end) {
                Some(due) => server.now = server.now.max(due),
                None => break,
            }
        }
        server.now = end;
    }

    /// When the next thing is due, if anything is.
    pub(super) fn next_due(&self, now: Instant) -> Option<Instant> {
        self.queue.due(now)
    }

    /// Syncs until nobody has anything left to do.
    fn run(&mut self, server: &mut Server) {
        for _ in 0..SYNCS_MAX {
            self.queue.hear(&server.store, server.now, None);
            let Some(turn) = self.queue.next(server.now) else { return };
            self.sync(server, &turn);
        }
    }

    fn sync(&mut self, server: &mut Server, turn: &Turn) {
        let outcome = self.queue.sync(&server.store, server.now, turn);
        self.queue.remember(turn, &outcome);
        let failed = outcome.apply(|write| match apply(server, turn.controller, write) {
            Ok(()) => Applied::Done,
            Err(status) if is_terminating(&status) => Applied::Pointless,
            Err(_) => Applied::Failed,
        });
        self.queue.hear(&server.store, server.now, Some(turn));
        self.queue.done(turn, &outcome, failed, server.now);
    }
}

/// Whether an object was refused because its namespace is about to go. That is no failure: trying again cannot help.
fn is_terminating(status: &Status) -> bool {
    let mut causes = status.details.iter().flat_map(|d| &d.causes);
    causes.any(|cause| cause.reason == "NamespaceTerminating")
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
    let told = !done.as_ref().is_err_and(is_terminating);
    if let Some(record) = write.record.as_ref().filter(|_| told) {
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
