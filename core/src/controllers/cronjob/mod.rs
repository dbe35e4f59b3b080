//! Jobs that begin by the clock.
//!
//! Models `pkg/controller/cronjob/cronjob_controllerv2.go`. There are no time zones but UTC here.

mod clock;
mod past;

use super::{
    Action, Controller, Detail, Due, Heard, Key, Outcome, Record, Retry, View, Write, conditions, kinds, pod,
};
use crate::base::cron::Schedule;
use crate::base::{Duration, Instant, Text, Value, cron};
use crate::registry::write::Propagation;
use crate::store::Object;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

pub const CONTROLLER: Controller = Controller {
    name: "cronjob-controller",
    manager: "kube-controller-manager",
    component: "cronjob-controller",
    affected: |_, heard| affected(heard),
    sync,
    retry: Retry { times: u32::MAX, ..Retry::USUAL },
};

const RESOURCE: &str = kinds::CRON_JOB.resource;
const JOBS: &str = kinds::JOB.resource;
const TIMESTAMP: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";
/// Clocks may differ by so much.
const DELTA: Duration = Duration::from_millis(100);

fn affected(heard: &Heard<'_>) -> Vec<Due> {
    let event = heard.event;
    if event.resource != JOBS {
        return kinds::CRON_JOB.itself(heard);
    }
    let versions = event.before.iter().chain([&event.object]);
    let owners = versions.filter_map(|job| kinds::CRON_JOB.controller(heard.store, job));
    let mut keys: Vec<Key> = owners.map(Key::of).collect();
    keys.dedup();
    keys.into_iter().map(Due::from).collect()
}

/// A CronJob as a sync sees it, with the status as it will be.
struct Cron<'a> {
    view: &'a View<'a>,
    object: &'a Arc<Object>,
    /// The Jobs it controls, in the order of their names.
    jobs: Vec<&'a Arc<Object>>,
    status: Value,
    writes: Vec<Write>,
}

fn sync(view: &View<'_>, key: &Key) -> Outcome {
    let Some(object) = view.store.get(RESOURCE, &key.namespace, &key.name) else { return Outcome::default() };
    let owned = view.store.owned(JOBS, object.namespace(), object.uid());
    let jobs = owned.filter(|j| j.controller() == object.uid()).collect();
    let status = object.value().get("status").clone();
    let mut cron = Cron { view, object, jobs, status, writes: Vec::new() };
    past::settle(&mut cron);
    let again = match object.is_deleted() || cron.spec().get("suspend").is_true() {
        true => None,
        false => start(&mut cron),
    };
    past::clean_up(&mut cron);
    let same = {
        let was = object.value().get("status");
        let covers = |a: &Value, b: &Value| a.entries().iter().all(|(k, v)| b.get(k) == v);
        covers(was, &cron.status) && covers(&cron.status, was)
    };
    if !same {
        let mut changed = object.value().clone();
        changed.set("status", cron.status.clone());
        cron.writes.push(Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object: changed }));
    }
    Outcome { writes: cron.writes, again, ..Outcome::default() }
}

/// Starts the Job that is due, if one is; answers when to look again.
///
/// Models the second half of `syncCronJob`.
fn start(cron: &mut Cron<'_>) -> Option<Duration> {
    let text = cron.spec().get("schedule").str();
    let schedule = match cron::parse(text, |_| true) {
        Ok(schedule) => schedule,
        Err(why) => {
            cron.warn("UnparseableSchedule", format!("unparseable schedule: \"{text}\" : {why}"));
            return None;
        }
    };
    let next = clock::next_look(cron, &schedule);
    let Some(scheduled) = clock::unmet(cron, &schedule) else { return next };
    let deadline = cron.spec().get("startingDeadlineSeconds").as_int();
    if deadline.is_some_and(|seconds| scheduled + Duration::from_secs(seconds) < cron.view.now) {
        cron.warn("MissSchedule", format!("Missed scheduled time to start a job: {}", scheduled.rfc3339()));
        return next;
    }
    let name = Text::from(format!("{}-{}", cron.object.name(), scheduled.0.div_euclid(60_000)));
    let last = Instant::parse(cron.status.get("lastScheduleTime").str());
    if cron.has_active(|j| j.get("name").str() == name.as_str()) || last == Some(scheduled) {
        return next;
    }
    if let Some(there) = cron.view.store.get(JOBS, cron.object.namespace(), &name).cloned() {
        // It was just made here, and is noted now; one of somebody else is left alone.
        if there.controller() == cron.object.uid() {
            cron.note(&there, scheduled);
        }
        return next;
    }
    match cron.spec().get("concurrencyPolicy").str() {
        "Forbid" if !cron.status.get("active").is_empty() => {
            let why = "Not starting job because prior execution is running and concurrency policy is Forbid";
            cron.say(Record::normal(cron.object.value(), "JobAlreadyActive", why.to_string()));
            return next;
        }
        "Replace" => {
            let active =
                cron.jobs.clone().into_iter().filter(|j| cron.has_active(|a| a.get("uid").str() == j.uid()));
            active.collect::<Vec<_>>().into_iter().for_each(|job| cron.delete(job));
        }
        _ => {}
    }
    cron.create(&name, scheduled);
    Some(Duration::ZERO)
}

impl<'a> Cron<'a> {
    fn spec(&self) -> &'a Value {
        self.object.value().get("spec")
    }

    fn has_active(&self, is: impl Fn(&Value) -> bool) -> bool {
        self.status.get("active").items().iter().any(is)
    }

    fn say(&mut self, record: Record) {
        self.writes.push(Write { action: Action::Nothing, record: Some(record) });
    }

    fn warn(&mut self, reason: &'static str, message: String) {
        self.say(Record::warning(self.object.value(), reason, message));
    }

    fn forget(&mut self, uid: &str) {
        self.status.entry("active").list_mut().retain(|j| j.get("uid").str() != uid);
        if self.status.get("active").is_empty() {
            self.status.remove("active");
        }
    }

    fn note(&mut self, job: &Object, scheduled: Instant) {
        let metadata = job.metadata();
        let reference = Value::map([
            ("kind", Value::text(kinds::JOB.kind)),
            ("namespace", metadata.get("namespace").clone()),
            ("name", metadata.get("name").clone()),
            ("uid", metadata.get("uid").clone()),
            ("apiVersion", Value::text(kinds::JOB.api_version)),
            ("resourceVersion", metadata.get("resourceVersion").clone()),
        ]);
        self.status.entry("active").list_mut().push(reference);
        self.status.set("lastScheduleTime", scheduled.rfc3339());
    }

    fn delete(&mut self, job: &Object) {
        let record = Record {
            about: self.object.value().clone(),
            done: Some(("SuccessfulDelete", format!("Deleted job {}", job.name()))),
            failed: Some(("FailedDelete", "Deleted job: {error}".to_string())),
            warning: false,
            detail: Detail::default(),
        };
        let action = Action::Delete {
            resource: JOBS.into(),
            key: Key::of(job),
            uid: job.uid().into(),
            grace_period: None,
            propagation: Some(Propagation::Background),
        };
        self.writes.push(Write { action, record: Some(record) });
        self.forget(job.uid());
    }

    /// Models `getJobFromTemplate2`.
    fn create(&mut self, name: &Text, scheduled: Instant) {
        let template = self.spec().get("jobTemplate");
        let mut metadata =
            Value::map([("name", Value::from(name)), ("namespace", self.object.namespace().into())]);
        let labels = template.get("metadata").get("labels");
        if !labels.is_empty() {
            metadata.set("labels", labels);
        }
        let mut annotations = template.get("metadata").get("annotations").clone();
        annotations.map_mut();
        annotations.set(TIMESTAMP, scheduled.rfc3339());
        metadata.set("annotations", annotations);
        metadata.set("ownerReferences", Value::list([kinds::CRON_JOB.reference(self.object.value())]));
        let object = Value::map([("metadata", metadata), ("spec", template.get("spec").clone())]);
        let record = Record {
            about: self.object.value().clone(),
            done: Some(("SuccessfulCreate", "Created job {name}".to_string())),
            failed: Some(("FailedCreate", "Error creating job: {error}".to_string())),
            warning: false,
            detail: Detail::default(),
        };
        let action = Action::Create { resource: JOBS.into(), object };
        self.writes.push(Write { action, record: Some(record) });
    }
}

fn is_finished(job: &Value) -> Option<&'static str> {
    ["Complete", "Failed"].into_iter().find(|type_| conditions::is_true(job, type_))
}

/// When something begins by a schedule, after `from`.
fn after(schedule: &Schedule, from: Instant) -> Option<Instant> {
    clock::next(schedule, from)
}

/// When the CronJob was made.
fn created(cron: &Cron<'_>) -> Instant {
    pod::created(cron.object.value()).unwrap_or(cron.view.now)
}
