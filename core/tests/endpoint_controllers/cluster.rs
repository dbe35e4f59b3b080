//! As much of a cluster as the endpoint controllers need: a store, an API server that takes their writes, garbage
//! collection by owner, and time.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use svcscope_core::base::{Duration, Instant, Rng, Text, Value};
use svcscope_core::controllers::{
    Action, Applied, Controller, Queue, Record, Write, endpoints, endpointslice, mirroring, queue::Turn,
};
use svcscope_core::schema::Schema;
use svcscope_core::store::{Change, Object, Store};

pub static ENDPOINTS: Controller = endpoints::CONTROLLER;
pub static SLICES: Controller = endpointslice::CONTROLLER;
pub static MIRRORING: Controller = mirroring::CONTROLLER;

/// The table of types, which is made once for all clusters.
fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(Schema::kubernetes)
}

pub struct Cluster {
    pub store: Store,
    pub now: Instant,
    rng: Rng,
    queue: Queue,
    collected: u64,
    /// Type, reason and message of what was recorded, and kind and name of what it is about.
    pub events: Vec<[String; 5]>,
    /// How many writes changed something.
    pub writes: usize,
    /// What the controllers themselves took so far.
    pub spent: std::time::Duration,
}

impl Cluster {
    pub fn new() -> Cluster {
        Cluster {
            store: Store::default(),
            now: Instant(1_767_225_600_000),
            rng: Rng::new(7),
            queue: Queue::new([&ENDPOINTS, &SLICES, &MIRRORING]),
            collected: 0,
            events: Vec::new(),
            writes: 0,
            spent: std::time::Duration::ZERO,
        }
    }

    /// Somebody writes an object, whatever it was before.
    pub fn put(&mut self, resource: &str, object: Value) {
        self.store.put(&resource.into(), Object::new(object));
        self.run();
    }

    pub fn remove(&mut self, resource: &str, namespace: &str, name: &str) {
        self.store.remove(&resource.into(), namespace, name);
        self.run();
    }

    /// Lets time pass until nothing has been written for so long.
    pub fn settle(&mut self, quiet: Duration) {
        self.run();
        let (mut since, mut revision) = (self.now, self.store.revision());
        while let Some(due) = self.queue.due(self.now).filter(|due| *due <= since + quiet) {
            self.now = due.max(self.now);
            self.run();
            if self.store.revision() != revision {
                (since, revision) = (self.now, self.store.revision());
            }
        }
        self.now = since + quiet;
    }

    /// Has the controllers do what is due now.
    pub fn run(&mut self) {
        self.queue.hear(&self.store, self.now, None);
        for step in 0.. {
            assert!(step < 100_000, "the controllers do not come to rest");
            let Some(turn) = self.queue.next(self.now) else { break };
            self.take(&turn);
            self.collect();
            self.queue.hear(&self.store, self.now, None);
        }
    }

    fn take(&mut self, turn: &Turn) {
        let start = std::time::Instant::now();
        let outcome = self.queue.sync(schema(), &self.store, self.now, turn);
        self.spent += start.elapsed();
        self.queue.remember(turn, &outcome);
        let failed = outcome.apply(|write| {
            let result = self.apply(write);
            self.record(write.record.as_ref(), result.as_ref().err());
            if result.is_ok() { Applied::Done } else { Applied::Failed }
        });
        self.queue.hear(&self.store, self.now, Some(turn));
        self.queue.done(turn, &outcome, failed, self.now);
    }

    fn record(&mut self, record: Option<&Record>, error: Option<&String>) {
        let Some(record) = record else { return };
        let said = if error.is_some() { &record.failed } else { &record.done };
        let Some((reason, message)) = said else { return };
        let message = message.replace("{error}", error.map_or("", String::as_str));
        let kind = if record.warning { "Warning" } else { "Normal" };
        let (about, name) = (record.about.get("kind"), record.about.get("metadata").get("name"));
        self.events.push([kind.into(), (*reason).into(), message, about.str().into(), name.str().into()]);
    }

    fn apply(&mut self, write: &Write) -> Result<(), String> {
        match &write.action {
            Action::Create { resource, object } => self.create(resource, object.clone()),
            Action::Update { resource, object } => self.update(resource, object.clone()),
            Action::Delete { resource, key, .. } => {
                let there = self.store.get(resource, &key.namespace, &key.name).cloned();
                let there = there.ok_or_else(|| format!("{resource} \"{}\" not found", key.name))?;
                let mut object = there.value().clone();
                match object.get("metadata").get("finalizers").is_empty() {
                    true => drop(self.store.remove(resource, &key.namespace, &key.name)),
                    false => {
                        object.entry("metadata").set("deletionTimestamp", self.now.rfc3339());
                        self.store.put(resource, Object::new(object));
                    }
                }
                self.writes += 1;
                Ok(())
            }
            Action::Nothing => Ok(()),
            other => panic!("the endpoint controllers do not do {other:?}"),
        }
    }

    fn create(&mut self, resource: &str, mut object: Value) -> Result<(), String> {
        check(resource, &object)?;
        complete(resource, &mut object);
        let metadata = object.entry("metadata");
        if metadata.get("name").is_null() {
            let base = metadata.get("generateName").str().chars().take(58).collect::<String>();
            metadata.set("name", base + &self.rng.name_suffix(5));
        }
        metadata.set("uid", self.rng.uuid());
        metadata.set("creationTimestamp", self.now.rfc3339());
        if resource.starts_with("endpointslices") {
            metadata.set("generation", 1);
        }
        let (namespace, name) = (metadata.get("namespace").str(), metadata.get("name").str());
        if self.store.get(resource, namespace, name).is_some() {
            return Err(format!("{resource} \"{name}\" already exists"));
        }
        self.store.put(&resource.into(), Object::new(object));
        self.writes += 1;
        Ok(())
    }

    fn update(&mut self, resource: &str, mut object: Value) -> Result<(), String> {
        check(resource, &object)?;
        complete(resource, &mut object);
        let metadata = object.entry("metadata");
        let (namespace, name) = (metadata.get("namespace").str(), metadata.get("name").str());
        let there = self.store.get(resource, namespace, name).cloned();
        let there = there.ok_or_else(|| format!("{resource} \"{name}\" not found"))?;
        let old = there.metadata();
        let asked = metadata.get("resourceVersion");
        if !asked.is_null() && asked != old.get("resourceVersion") {
            return Err("the object has been modified".into());
        }
        for field in ["uid", "creationTimestamp", "generation", "resourceVersion"] {
            if !old.get(field).is_null() {
                metadata.set(field, old.get(field));
            }
        }
        if resource.starts_with("endpointslices") && generation_rises(there.value(), &object) {
            let next = old.get("generation").int() + 1;
            object.entry("metadata").set("generation", next);
        }
        if &object != there.value() {
            self.store.put(&resource.into(), Object::new(object));
            self.writes += 1;
        }
        Ok(())
    }

    /// What belonged to something that is gone goes, too.
    fn collect(&mut self) {
        let gone = |e: &&svcscope_core::store::Event| e.change == Change::Deleted;
        // Where more was written at once than is remembered, nothing was deleted: tests do that only to begin with.
        let log = self.store.log().since(self.collected).into_iter().flatten();
        let gone = log.filter(gone).map(|e| e.object.uid().to_owned()).collect::<BTreeSet<_>>();
        self.collected = self.store.revision();
        if gone.is_empty() {
            return;
        }
        let owned = |o: &Object| {
            let owners = o.metadata().get("ownerReferences").items();
            owners.iter().any(|r| gone.contains(r.get("uid").str()))
        };
        let resource = Text::from("endpointslices.discovery.k8s.io");
        let orphans = self.store.list(&resource, "").filter(|o| owned(o)).cloned().collect::<Vec<_>>();
        for orphan in orphans {
            self.store.remove(&resource, orphan.namespace(), orphan.name());
        }
    }
}

fn complete(resource: &str, object: &mut Value) {
    let slices = resource.starts_with("endpointslices");
    let (kind, version) = if slices { ("EndpointSlice", "discovery.k8s.io/v1") } else { ("Endpoints", "v1") };
    object.set_default("kind", kind);
    object.set_default("apiVersion", version);
}

/// The validation that the controllers run into.
fn check(resource: &str, object: &Value) -> Result<(), String> {
    let subsets = object.get("subsets").items().iter();
    let mut addresses =
        subsets.flat_map(|s| s.get("addresses").items().iter().chain(s.get("notReadyAddresses").items()));
    match resource == "endpoints"
        && addresses.any(|a| a.get("nodeName").as_text().is_some_and(|n| n.is_empty()))
    {
        true => Err("nodeName: Invalid value".into()),
        false => Ok(()),
    }
}

fn generation_rises(old: &Value, new: &Value) -> bool {
    let differs = |field: &str| new.get(field) != old.get(field);
    ["addressType", "endpoints", "ports"].into_iter().any(differs)
        || new.get("metadata").get("labels") != old.get("metadata").get("labels")
}
