//! Who has work to do, and when: controllers first, then the scheduler, then the kubelets; and time moves when all are
//! at rest.

use super::options::{Controllers, Options};
use super::record::{self, Correlator};
use crate::base::{Duration, Instant, Status, Value};
use crate::controllers::garbage::{self, Collector};
use crate::controllers::load_balancer;
use crate::controllers::scheduler::{self, Scheduler};
use crate::controllers::{self, Action, Applied, Key, Queue, Speaker, Turn, View, Write};
use crate::net::Network;
use crate::node::app::{self, Listener};
use crate::node::{self, Kubelets};
use crate::registry::write::{self, At, DeleteOptions, Options as By, Part};
use crate::registry::{Server, binding};
use crate::store::Object;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Controllers that never come to rest would hang the page: after so many syncs within one instant they are left alone
/// until time moves. The largest supported cluster needs far fewer for each of its objects.
const SYNCS_MAX: usize = 20_000_000;

#[derive(Clone, Debug)]
pub(super) struct Work {
    queue: Queue,
    correlator: Correlator,
    collector: Option<Collector>,
    /// Where pods are to run, there is a scheduler and a kubelet on every node.
    scheduler: Option<Scheduler>,
    kubelets: Option<Kubelets>,
}

impl Work {
    pub(super) fn new(options: &Options, server: &Server) -> Work {
        let runs = |name: &str| match &options.controllers {
            Controllers::All => true,
            Controllers::Only(names) => names.iter().any(|said| controllers::names::means(said, name)),
        };
        let machines = options.machines.as_ref();
        let provider = options.load_balancers.as_ref();
        let provided = provider.map(|_| &load_balancer::CONTROLLER);
        let all = controllers::ALL.iter().copied().filter(|c| runs(c.name));
        let mut queue = Queue::new(all.chain(provided));
        if let Some(provider) = provider {
            queue.instruct(load_balancer::CONTROLLER.name, &Key::default(), provider.memory());
        }
        Work {
            queue,
            correlator: Correlator::default(),
            collector: runs(garbage::NAME).then(|| Collector::new(&server.schema)),
            scheduler: machines.map(|_| Scheduler::default()),
            kubelets: machines.map(|m| Kubelets::new(m, options.seed)),
        }
    }

    /// Does what is due now and within `time`, in order.
    pub(super) fn advance(&mut self, server: &mut Server, network: &mut Network, time: Duration) {
        let end = server.now + time;
        loop {
            self.run(server);
            network.follow(&server.store, server.now);
            match self.next_due(server).filter(|due| *due <= end) {
                Some(due) => server.now = server.now.max(due),
                None => break,
            }
        }
        server.now = end;
    }

    /// What listens in a pod now.
    pub(super) fn listeners(&self, pod: &Object, now: Instant) -> Vec<Listener> {
        match &self.kubelets {
            Some(kubelets) => kubelets.listeners(pod, now),
            None => app::listeners_by_status(pod.value()),
        }
    }

    /// When the next thing is due, if anything is.
    pub(super) fn next_due(&self, server: &Server) -> Option<Instant> {
        let kubelets = self.kubelets.as_ref().and_then(Kubelets::due);
        let scheduler = self.scheduler.as_ref().and_then(Scheduler::due);
        let collector = self.collector.as_ref().and_then(|c| c.due(server.now));
        [self.queue.due(server.now), collector, scheduler, kubelets].into_iter().flatten().min()
    }

    /// Works until nobody has anything left to do now.
    fn run(&mut self, server: &mut Server) {
        for _ in 0..SYNCS_MAX {
            self.hear(server, None);
            if let Some(turn) = self.queue.next(server.now) {
                self.sync(server, &turn);
            } else if !self.collect(server) && !self.schedule(server) && !self.run_pods(server) {
                return;
            }
        }
    }

    /// Tells everybody what was written since the last call, `by` a controller or by others.
    fn hear(&mut self, server: &Server, by: Option<&Turn>) {
        let heard = self.queue.heard();
        if heard == server.store.revision() {
            return;
        }
        if let Some(scheduler) = &mut self.scheduler {
            scheduler.hear(&server.store, heard);
        }
        if let Some(kubelets) = &mut self.kubelets {
            kubelets.hear(&server.store, heard);
        }
        self.queue.hear(&server.store, server.now, by);
        if let Some(collector) = &mut self.collector {
            collector.hear(&server.store);
        }
    }

    fn sync(&mut self, server: &mut Server, turn: &Turn) {
        let outcome = self.queue.sync(&server.schema, &server.store, server.now, turn);
        self.queue.remember(turn, &outcome);
        let speaker = turn.controller.speaker();
        let correlator = &mut self.correlator;
        let mut refused = None;
        let failed = outcome.apply(|write| match apply(server, correlator, speaker, write) {
            Ok(()) => Applied::Done,
            Err(status) if is_terminating(&status) => Applied::Pointless,
            Err(status) => {
                refused.get_or_insert(status);
                Applied::Failed
            }
        });
        if let (Some(otherwise), Some(status)) = (outcome.otherwise, &refused) {
            let memory = self.queue.memory(turn);
            let view =
                View { schema: &server.schema, store: &server.store, now: server.now, memory: &memory };
            for write in otherwise(&view, &turn.key, status) {
                // It is only said; should even that be refused, it is said again with the next try.
                drop(apply(server, correlator, speaker, &write));
            }
        }
        self.hear(server, Some(turn));
        self.queue.done(turn, &outcome, failed, server.now);
    }

    /// Looks at one object that may have lost its owners. Answers whether there was any.
    fn collect(&mut self, server: &mut Server) -> bool {
        let Some(collector) = &mut self.collector else { return false };
        let Some(item) = collector.next(server.now) else { return false };
        let writes = collector.sync(&server.store, &item);
        let done =
            writes.iter().try_for_each(|write| apply(server, &mut self.correlator, garbage::SPEAKER, write));
        collector.done(item, done.is_err(), server.now);
        true
    }

    /// Places the pods that wait for a node. Answers whether anything was written.
    fn schedule(&mut self, server: &mut Server) -> bool {
        let Some(scheduler) = &mut self.scheduler else { return false };
        let writes = scheduler.run(&server.store, server.now);
        apply_all(server, &mut self.correlator, scheduler::SPEAKER, &writes)
    }

    /// Lets the kubelets do what is due. Answers whether anything was written.
    fn run_pods(&mut self, server: &mut Server) -> bool {
        let Some(kubelets) = &mut self.kubelets else { return false };
        let writes = kubelets.run(&server.store, server.now);
        apply_all(server, &mut self.correlator, node::SPEAKER, &writes)
    }
}

/// Applies what does not depend on each other; what is refused is noticed by the next look at the store.
fn apply_all(server: &mut Server, correlator: &mut Correlator, speaker: Speaker, writes: &[Write]) -> bool {
    let before = server.store.revision();
    for write in writes {
        drop(apply(server, correlator, speaker, write));
    }
    server.store.revision() != before
}

/// Whether an object was refused because its namespace is about to go. That is no failure: trying again cannot help.
fn is_terminating(status: &Status) -> bool {
    let mut causes = status.details.iter().flat_map(|d| &d.causes);
    causes.any(|cause| cause.reason == "NamespaceTerminating")
}

/// Applies a write of a controller, and records what became of it.
fn apply(
    server: &mut Server,
    correlator: &mut Correlator,
    speaker: Speaker,
    write: &Write,
) -> Result<(), Status> {
    let options = By::by(speaker.manager);
    let done: Result<Option<Arc<Object>>, Status> = match &write.action {
        Action::Create { resource, object } => {
            let object = complete(server, resource, object);
            write::create(server, resource, object, &options).map(|w| Some(w.object))
        }
        Action::Update { resource, object } => update(server, resource, object, Part::Object, &options),
        Action::UpdateStatus { resource, object } => update(server, resource, object, Part::Status, &options),
        Action::Delete { resource, key, uid, grace_period, propagation } => {
            let at = At { resource, namespace: &key.namespace, name: &key.name };
            let uid = (!uid.is_empty()).then(|| uid.clone());
            let (grace_period, propagation) = (*grace_period, *propagation);
            let options = DeleteOptions { uid, grace_period, propagation, ..DeleteOptions::default() };
            match write::delete(server, at, &options) {
                // Somebody was faster: it is gone, as it was to be.
                Err(Status { code: 404, .. }) => return Ok(()),
                deleted => deleted.map(|d| Some(d.object)),
            }
        }
        Action::Bind { key, node } => {
            let at = At { resource: "pods", namespace: &key.namespace, name: &key.name };
            binding::bind(server, at, node, &Value::Null, &options).map(|w| Some(w.object))
        }
        Action::Finalize { namespace } => finalize(server, namespace, &options),
        Action::Nothing => Ok(None),
    };
    let told = !done.as_ref().is_err_and(is_terminating);
    if let Some(record) = write.record.as_ref().filter(|_| told) {
        record::record(server, correlator, speaker, record, &done);
    }
    done.map(|_| ())
}

fn update(
    server: &mut Server,
    resource: &str,
    object: &Value,
    part: Part,
    options: &By,
) -> Result<Option<Arc<Object>>, Status> {
    let metadata = object.get("metadata");
    let (namespace, name) = (metadata.get("namespace").str(), metadata.get("name").str());
    let at = At { resource, namespace, name };
    // What is only a status is put together with the rest of what is stored.
    let object = if part == Part::Object { complete(server, resource, object) } else { object.clone() };
    write::update(server, at, part, options, false, |_, _| Ok(object)).map(|w| Some(w.object))
}

/// Takes finalizers off a namespace, and with the last one the namespace.
///
/// Models `pkg/registry/core/namespace/storage/storage.go: FinalizeREST`.
fn finalize(server: &mut Server, namespace: &Value, options: &By) -> Result<Option<Arc<Object>>, Status> {
    let at = At { resource: "namespaces", namespace: "", name: namespace.get("metadata").get("name").str() };
    let finalizers = namespace.get("spec").get("finalizers").clone();
    write::update(server, at, Part::Finalize, options, false, |_, old| {
        let mut new = old.clone();
        new.entry("spec").set("finalizers", finalizers);
        Ok(new)
    })
    .map(|written| Some(written.object))
}

fn complete(server: &Server, resource: &str, object: &Value) -> Value {
    match server.kind(resource) {
        Some(kind) => kind.complete(&server.schema, object.clone()),
        None => object.clone(),
    }
}
