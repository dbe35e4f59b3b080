//! One pod on its node, from its coming to its end.
//!
//! Models `pkg/kubelet/pod_workers.go` and `kuberuntime_manager.go: SyncPod`.

use super::app::{self, Listener};
use super::container::{Container, Ended, Happened, Services, Stage, Surroundings, grace_seconds};
use super::pace::{Chance, Pace};
use super::program::parse_duration;
use super::status::{self, Known};
use super::{Host, gone};
use crate::base::{Duration, Instant, Text, Value, ip};
use crate::controllers::{Action, Detail, Record, Write};
use crate::store::{Object, Store};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

#[derive(Clone, Debug)]
pub(super) struct Worker {
    uid: Text,
    node: Text,
    /// The number of its address within the range of its node.
    number: u32,
    ips: Vec<Text>,
    since: Instant,
    /// When it has its network.
    connected: Instant,
    steps: Vec<Container>,
    main: Vec<Container>,
    /// Told to stop, and when it has to have stopped.
    deadline: Option<Instant>,
    /// What it has written last.
    wrote: Option<Value>,
    due: Option<Instant>,
}

/// What a worker works with.
#[derive(Debug)]
pub(super) struct Room<'a> {
    pub(super) store: &'a Store,
    pub(super) pod: &'a Arc<Object>,
    pub(super) host: &'a Host,
    pub(super) pace: Option<&'a Pace>,
    pub(super) chance: &'a Chance,
    pub(super) pulled: &'a mut BTreeSet<Text>,
    pub(super) now: Instant,
}

/// Something else happens at most so often to one pod at one time.
const STEPS_MAX: usize = 1000;

impl Worker {
    pub(super) fn new(pod: &Object, host: &Host, number: u32, now: Instant) -> Worker {
        let spec = pod.value().get("spec");
        let containers = |field: &str| spec.get(field).items().iter().map(Container::new).collect();
        let there: Vec<Text> = texts(pod.value().at(&["status", "podIPs"]), "ip");
        let ips = match (spec.get("hostNetwork").is_true(), there.is_empty()) {
            (true, _) => host.addresses.clone(),
            (false, false) => there,
            (false, true) => {
                host.cidrs.iter().filter_map(|c| Some(format!("{}", c.nth(number.into())?).into())).collect()
            }
        };
        let start = pod.value().at(&["status", "startTime"]).str();
        Worker {
            uid: pod.uid().into(),
            node: host.name.clone(),
            number,
            ips,
            since: Instant::parse(start).unwrap_or(now),
            connected: now,
            steps: containers("initContainers"),
            main: containers("containers"),
            deadline: None,
            wrote: None,
            due: None,
        }
    }

    pub(super) fn uid(&self) -> &str {
        &self.uid
    }

    pub(super) fn node(&self) -> &str {
        &self.node
    }

    pub(super) fn host_number(&self) -> u32 {
        self.number
    }

    /// When it has to work next, if nothing is written until then.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether the pod is as the worker left it.
    pub(super) fn wrote(&self, pod: &Object) -> bool {
        let status = self.wrote.as_ref();
        !pod.is_deleted() && status.is_some_and(|status| !status::is_news(status, pod.value().get("status")))
    }

    /// What the programs listen on that have begun to.
    pub(super) fn listeners(&self, pod: &Value, pace: &Pace, chance: &Chance, now: Instant) -> Vec<Listener> {
        let lists = [("initContainers", &self.steps), ("containers", &self.main)];
        let specs =
            lists.into_iter().flat_map(|(field, own)| pod.get("spec").get(field).items().iter().zip(own));
        let listening =
            specs.filter(|(_, c)| c.listens_at(pod, &self.uid, pace, chance).is_some_and(|at| at <= now));
        listening.flat_map(|(spec, _)| app::of_container(pod, spec)).collect()
    }

    /// Does what is due, and writes what came of it.
    pub(super) fn work(&mut self, room: &mut Room<'_>) -> Vec<Write> {
        match room.pace {
            None => self.settle(room),
            Some(pace) => self.proceed(room, pace),
        }
    }

    /// Everything has happened already: what was asked for is there.
    fn settle(&mut self, room: &Room<'_>) -> Vec<Write> {
        if room.pod.is_deleted() {
            return [gone(room.pod)].into();
        }
        let pod = room.pod.value();
        let settled = |spec: &str, status: &str| -> Vec<Container> {
            let was = pod.get("status").get(status).items();
            let containers = pod.get("spec").get(spec).items().iter();
            containers.map(|c| Container::settled(pod, c, was, spec == "initContainers", room.now)).collect()
        };
        self.steps = settled("initContainers", "initContainerStatuses");
        self.main = settled("containers", "containerStatuses");
        self.write(room, true, false).into_iter().collect()
    }

    fn proceed(&mut self, room: &mut Room<'_>, pace: &Pace) -> Vec<Write> {
        let mut told = Vec::new();
        if self.wrote.is_none() {
            self.connected = room.now + room.chance.within(pace.sandbox, &[&self.uid, "sandbox"]);
        }
        if room.pod.is_deleted() && self.deadline.is_none() {
            self.stop(room, pace, &mut told);
        } else {
            self.look_again(room, pace);
        }
        for _ in 0..STEPS_MAX {
            self.begin_next(room, pace);
            let Some(at) = self.next().filter(|at| *at <= room.now) else { break };
            self.step(at, room, pace, &mut told);
        }
        let next = self.next().into_iter().chain((room.now < self.connected).then_some(self.connected)).min();
        self.due = next.map(|at| pace.noticed(at));
        let stopped = self.deadline.is_some() && !self.containers().any(Container::is_running);
        let initialized = self.is_initialized(room.pod.value());
        let status = self.write(room, initialized, stopped);
        let end = stopped.then(|| gone(room.pod));
        told.into_iter().chain(status).chain(end).collect()
    }

    fn containers(&self) -> impl Iterator<Item = &Container> {
        self.steps.iter().chain(&self.main)
    }

    fn next(&self) -> Option<Instant> {
        self.containers().filter_map(Container::due).min()
    }

    /// The pod may have changed: what was foreseen is foreseen again.
    fn look_again(&mut self, room: &mut Room<'_>, pace: &Pace) {
        let now = room.now;
        self.each(room, pace, |c, around| {
            if c.due().is_none_or(|due| due > now) {
                c.foresee(now, around);
            }
        });
    }

    fn step(&mut self, at: Instant, room: &mut Room<'_>, pace: &Pace, told: &mut Vec<Write>) {
        let pod = room.pod.clone();
        let host = self.node.clone();
        self.each(room, pace, |c, around| {
            if c.due().is_some_and(|due| due <= at) {
                let name = c.name.clone();
                c.step(at, around, &mut |happened| told.push(tell(&pod, &host, &name, happened)));
            }
        });
    }

    /// Each container with its surroundings.
    fn each(
        &mut self,
        room: &mut Room<'_>,
        pace: &Pace,
        mut work: impl FnMut(&mut Container, &mut Surroundings<'_>),
    ) {
        let pod = room.pod.value();
        let address = self.ips.first().and_then(|text| ip::parse(text));
        let services = Services { store: room.store, namespace: room.pod.namespace() };
        for (field, containers) in [("initContainers", &mut self.steps), ("containers", &mut self.main)] {
            for (spec, container) in pod.get("spec").get(field).items().iter().zip(containers) {
                let is_step = field == "initContainers" && !is_sidecar(spec);
                let restarts = match (self.deadline.is_some(), is_step, is_sidecar(spec)) {
                    (true, ..) => never,
                    (_, true, _) => step_restarts,
                    (_, _, true) => always,
                    _ => restarts,
                };
                let mut around = Surroundings {
                    pod,
                    spec,
                    uid: &self.uid,
                    address,
                    pace,
                    chance: room.chance,
                    pulled: room.pulled,
                    is_step,
                    restarts,
                    services,
                };
                work(container, &mut around);
            }
        }
    }

    /// Lets those begin whose turn has come: the steps one after the other, then all the rest.
    fn begin_next(&mut self, room: &mut Room<'_>, pace: &Pace) {
        if self.deadline.is_some() || room.now < self.connected {
            return;
        }
        let pod = room.pod.value();
        let (open, failed) = (self.open_step(pod), self.has_failed(pod));
        let (mut place, steps, connected, now) = (0, self.steps.len(), self.connected, room.now);
        let before = self.containers().filter_map(|c| c.ended().map(|e| e.at)).max();
        let from = before.unwrap_or(connected).max(connected).min(now);
        self.each(room, pace, |c, around| {
            let its_turn = match open {
                Some(step) => place == step,
                None => place >= steps,
            };
            if its_turn && !failed && matches!(c.stage, Stage::Held) {
                c.begin(from, around);
            }
            place += 1;
        });
    }

    /// The first step that is not done.
    fn open_step(&self, pod: &Value) -> Option<usize> {
        let specs = pod.get("spec").get("initContainers").items();
        self.steps.iter().zip(specs).position(|(c, spec)| match is_sidecar(spec) {
            true => !(c.is_running() && c.started),
            false => c.ended().is_none_or(|e| e.code != 0),
        })
    }

    fn is_initialized(&self, pod: &Value) -> bool {
        self.open_step(pod).is_none()
    }

    /// A step has failed, and will not be tried again.
    fn has_failed(&self, pod: &Value) -> bool {
        let failed = |c: &Container| c.ended().is_some_and(|e| e.code != 0);
        self.steps.iter().any(failed) && !step_restarts(pod, 1)
    }

    /// Tells all containers to stop, after their hooks.
    fn stop(&mut self, room: &mut Room<'_>, pace: &Pace, told: &mut Vec<Write>) {
        let (now, pod) = (room.now, room.pod.clone());
        let deadline = now + Duration::from_secs(grace_seconds(pod.value()));
        self.deadline = Some(deadline);
        let host = self.node.clone();
        self.each(room, pace, |c, around| {
            if c.is_running() {
                let message = format!("Stopping container {}", c.name);
                let happened = Happened { reason: "Killing", message, warning: false };
                told.push(tell(&pod, &host, &c.name, happened));
            }
            c.stop(now, hook_time(around.spec), deadline, around);
        });
    }

    fn write(&mut self, room: &Room<'_>, initialized: bool, stopped: bool) -> Option<Write> {
        let pod = room.pod.value();
        let connected = self.connected <= room.now;
        let known = Known {
            pod,
            hosts: &room.host.addresses,
            ips: if connected { &self.ips } else { &[] },
            started: self.since,
            steps: &self.steps,
            main: &self.main,
            initialized,
            over: stopped || self.has_failed(pod),
            now: room.now,
            tells_gates_apart: room.pace.is_some(),
        };
        let status = status::of(&known);
        let news = status::is_news(&status, pod.get("status"));
        let mut object = pod.clone();
        object.set("status", status.clone());
        self.wrote = Some(status);
        news.then(|| Write::silent(Action::UpdateStatus { resource: "pods".into(), object }))
    }
}

impl Container {
    /// The container as it is when everything has happened that is going to.
    fn settled(pod: &Value, spec: &Value, was: &[Value], is_step: bool, now: Instant) -> Container {
        let mut c = Container::new(spec);
        let was = was.iter().find(|w| w.get("name").str() == c.name.as_str());
        if super::image::is_missing(&c.image) {
            c.stage = Stage::NoImage;
            return c;
        }
        let full = super::image::full_name(&c.image);
        let same = was.filter(|w| w.get("image").str() == full);
        let state = |w: &Value, which: &str| Instant::parse(w.get("state").get(which).get("startedAt").str());
        let since = same.and_then(|w| state(w, "running").or_else(|| state(w, "terminated"))).unwrap_or(now);
        c.restarts = was.map_or(0, |w| w.get("restartCount").int() + i64::from(same.is_none()));
        let once = pod.get("spec").get("restartPolicy").str() != "Always";
        let command = spec.get("command").items().first().map(Value::str);
        let code = match (is_step, once, command) {
            (true, ..) | (_, true, Some("true")) => Some(0),
            (_, true, Some("false")) => Some(1),
            _ => None,
        };
        let fails = spec
            .at(&["readinessProbe", "exec", "command"])
            .items()
            .first()
            .is_some_and(|w| w.str() == "false");
        c.started = true;
        c.ready = is_step || code.is_none() && !fails;
        c.stage = match code {
            Some(code) => Stage::Ended(Ended { since, at: since, code }),
            None => Stage::Running { since, next: Default::default() },
        };
        c
    }
}

fn is_sidecar(spec: &Value) -> bool {
    spec.get("restartPolicy").str() == "Always"
}

fn restarts(pod: &Value, code: i64) -> bool {
    match pod.get("spec").get("restartPolicy").str() {
        "Never" => false,
        "OnFailure" => code != 0,
        _ => true,
    }
}

fn step_restarts(pod: &Value, code: i64) -> bool {
    code != 0 && pod.get("spec").get("restartPolicy").str() != "Never"
}

fn always(_: &Value, _: i64) -> bool {
    true
}

fn never(_: &Value, _: i64) -> bool {
    false
}

/// How long the hook before the stop takes: `sleep` alone is known to take time.
fn hook_time(container: &Value) -> Duration {
    let hook = container.at(&["lifecycle", "preStop"]);
    if let Some(seconds) = hook.at(&["sleep", "seconds"]).as_int() {
        return Duration::from_secs(seconds);
    }
    let command = hook.at(&["exec", "command"]).items().iter().map(Value::str).collect::<Vec<_>>().join(" ");
    let slept = command.split(['\n', ';', '&']).filter_map(|part| part.split("sleep ").nth(1)).next();
    slept.and_then(|n| parse_duration(n.split_whitespace().next()?)).unwrap_or_default()
}

fn tell(pod: &Object, host: &Text, container: &str, happened: Happened) -> Write {
    let mut record = Record::normal(pod.value(), happened.reason, happened.message);
    record.warning = happened.warning;
    record.detail = Detail {
        host: host.clone(),
        field: format!("spec.containers{{{container}}}").into(),
        ..Detail::default()
    };
    Write { action: Action::Nothing, record: Some(record) }
}

fn texts(list: &Value, field: &str) -> Vec<Text> {
    list.items().iter().filter_map(|item| item.get(field).as_text()).cloned().collect()
}
