//! A container on its way: waiting, running, ended, started again.
//!
//! Models `pkg/kubelet/kuberuntime` and the state machine of a container's status.

use super::pace::{Chance, Pace, Span};
use super::probe::{Kind, Probe, Probed};
use super::program::{Program, Stops};
use super::{app, image};
use crate::base::{Duration, Instant, Text, Value};
use crate::store::Store;
use alloc::collections::BTreeSet;
use alloc::string::String;
use core::net::IpAddr;

#[derive(Clone, Debug)]
pub(super) struct Container {
    pub(super) name: Text,
    pub(super) image: Text,
    pub(super) stage: Stage,
    /// How it ended the last time.
    pub(super) last: Option<Ended>,
    pub(super) restarts: i64,
    /// Its startup probe has succeeded, if it has one.
    pub(super) started: bool,
    pub(super) ready: bool,
    /// How often in a row it has ended, each time soon.
    crashes: u32,
}

#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// It is not its turn.
    Held,
    Pulling {
        until: Instant,
    },
    /// The image cannot be had.
    NoImage,
    Creating {
        until: Instant,
    },
    Running {
        since: Instant,
        next: Next,
    },
    /// Told to stop; runs until it has.
    Stopping {
        since: Instant,
        until: Instant,
        code: i64,
    },
    Ended(Ended),
    /// Ended too often; started again later.
    BackingOff {
        until: Instant,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) since: Instant,
    pub(super) at: Instant,
    pub(super) code: i64,
}

/// What will happen to a container that runs, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Next {
    started: Option<Instant>,
    /// It becomes ready, or ceases to be.
    turned: Option<Instant>,
    /// A probe has failed for good.
    killed: Option<(Instant, Kind)>,
    ended: Option<(Instant, i64)>,
}

/// Where a container lives.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) pod: &'a Value,
    pub(super) spec: &'a Value,
    pub(super) uid: &'a str,
    pub(super) address: Option<IpAddr>,
    pub(super) pace: &'a Pace,
    pub(super) chance: &'a Chance,
    /// The images that the node has.
    pub(super) pulled: &'a mut BTreeSet<Text>,
    /// It prepares the pod, and is expected to end.
    pub(super) is_step: bool,
    /// Whether it is started again after it has ended so.
    pub(super) restarts: fn(&Value, i64) -> bool,
    /// The names of the Services that a program may wait for.
    pub(super) services: Services<'a>,
}

/// The Services that a pod can look up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Services<'a> {
    pub(super) store: &'a Store,
    pub(super) namespace: &'a str,
}

impl Services<'_> {
    /// Whether a name, looked up in the pod, is that of a Service.
    fn has(&self, name: &str) -> bool {
        let mut parts = name.trim_end_matches('.').split('.');
        let service = parts.next().unwrap_or_default();
        self.store.get("services", parts.next().unwrap_or(self.namespace), service).is_some()
    }
}

/// What happened, as far as people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Happened {
    pub(super) reason: &'static str,
    pub(super) message: String,
    pub(super) warning: bool,
}

/// The first wait before a container is started again, the longest, and after how long a life it is forgiven.
const BACKOFF_FIRST: i64 = 10;
const BACKOFF_MOST: i64 = 300;
const FORGIVEN: Duration = Duration::from_secs(600);
/// The code of a program that was killed.
const KILLED: i64 = 137;

impl Container {
    pub(super) fn new(spec: &Value) -> Container {
        let text = |field: &str| spec.get(field).as_text().cloned().unwrap_or_default();
        Container {
            name: text("name"),
            image: text("image"),
            stage: Stage::Held,
            last: None,
            restarts: 0,
            started: false,
            ready: false,
            crashes: 0,
        }
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running { .. } | Stage::Stopping { .. })
    }

    /// How it ended, if it stays so.
    pub(super) fn ended(&self) -> Option<Ended> {
        match self.stage {
            Stage::Ended(ended) => Some(ended),
            _ => None,
        }
    }

    /// When something happens to it next.
    pub(super) fn due(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Held | Stage::NoImage | Stage::Ended(_) => None,
            Stage::Pulling { until } | Stage::Creating { until } | Stage::BackingOff { until } => {
                Some(*until)
            }
            Stage::Stopping { until, .. } => Some(*until),
            Stage::Running { next, .. } => next.first(),
        }
    }

    /// Its turn has come.
    pub(super) fn begin(&mut self, at: Instant, around: &Surroundings<'_>) {
        let has = around.pulled.contains(&self.image);
        let policy = around.spec.get("imagePullPolicy").str();
        let always = image::is_always_pulled(policy, &self.image);
        let span = match (has, always) {
            (false, _) => around.pace.pull,
            (true, true) => around.pace.check,
            (true, false) => Span { least: Duration::ZERO, most: Duration::ZERO },
        };
        self.stage = Stage::Pulling { until: at + self.takes(span, "pull", around) };
    }

    /// When its program begins to listen, or has; none where it does not run.
    pub(super) fn listens_at(&self, pod: &Value, uid: &str, pace: &Pace, chance: &Chance) -> Option<Instant> {
        match self.stage {
            Stage::Running { since, .. } | Stage::Stopping { since, .. } => {
                Some(since + self.listens_after(pod, uid, pace, chance))
            }
            _ => None,
        }
    }

    fn listens_after(&self, pod: &Value, uid: &str, pace: &Pace, chance: &Chance) -> Duration {
        let said = app::listens_after(pod, &self.name);
        said.unwrap_or_else(|| self.draw(pace.listen, "listen", uid, chance))
    }

    fn takes(&self, span: Span, what: &str, around: &Surroundings<'_>) -> Duration {
        self.draw(span, what, around.uid, around.chance)
    }

    fn draw(&self, span: Span, what: &str, uid: &str, chance: &Chance) -> Duration {
        chance.within(span, &[uid, &self.name, what, &alloc::format!("{}", self.restarts)])
    }

    /// Does the one thing that was due at `at`.
    pub(super) fn step(
        &mut self,
        at: Instant,
        around: &mut Surroundings<'_>,
        tell: &mut dyn FnMut(Happened),
    ) {
        match self.stage.clone() {
            Stage::Held | Stage::NoImage | Stage::Ended(_) => {}
            Stage::Pulling { .. } => self.pulled(at, around, tell),
            Stage::Creating { .. } => self.run(at, around, tell),
            Stage::BackingOff { .. } => {
                self.restarts += 1;
                self.begin(at, around);
            }
            Stage::Stopping { since, code, .. } => self.end(Ended { since, at, code }, around, tell),
            Stage::Running { since, next } => self.live(at, since, next, around, tell),
        }
    }

    fn pulled(&mut self, at: Instant, around: &mut Surroundings<'_>, tell: &mut dyn FnMut(Happened)) {
        if image::is_missing(&self.image) {
            self.stage = Stage::NoImage;
            let message = alloc::format!("Back-off pulling image \"{}\"", self.image);
            return tell(Happened { reason: "BackOff", message, warning: false });
        }
        let message = match around.pulled.insert(self.image.clone()) {
            true => alloc::format!("Successfully pulled image \"{}\"", self.image),
            false => alloc::format!("Container image \"{}\" already present on machine", self.image),
        };
        tell(Happened { reason: "Pulled", message, warning: false });
        self.stage = Stage::Creating { until: at + self.takes(around.pace.start, "start", around) };
    }

    fn run(&mut self, at: Instant, around: &Surroundings<'_>, tell: &mut dyn FnMut(Happened)) {
        for (reason, what) in [("Created", "Container created"), ("Started", "Container started")] {
            tell(Happened { reason, message: what.into(), warning: false });
        }
        self.started = around.spec.get("startupProbe").is_null();
        self.ready = false;
        self.stage = Stage::Running { since: at, next: Next::default() };
        self.foresee(at, around);
    }

    /// Works out what will happen to it, from `from` on.
    pub(super) fn foresee(&mut self, from: Instant, around: &Surroundings<'_>) {
        let Stage::Running { since, .. } = self.stage else { return };
        let listens = self.listens_after(around.pod, around.uid, around.pace, around.chance);
        let (pod, container, address) = (around.pod, around.spec, around.address);
        let probed = Probed { pod, container, address, since, listens_at: since + listens };
        let mut next = Next { ended: self.natural_end(since, from, around), ..Next::default() };
        // Probes that nobody waits for do not begin with the container, but when the prober gets to it.
        let some_second = Span { least: Duration::ZERO, most: Duration::from_secs(1) };
        let probe =
            |kind: Kind, what: &str| Probe::of(kind, &probed, since + self.takes(some_second, what, around));
        if !self.started {
            let probe = probe(Kind::Startup, "startup");
            next.started = probe.as_ref().and_then(|p| p.tips(true, from));
            let failed = probe.as_ref().and_then(|p| p.tips(false, from));
            next.killed =
                failed.filter(|at| next.started.is_none_or(|ok| *at < ok)).map(|at| (at, Kind::Startup));
        } else {
            let liveness = probe(Kind::Liveness, "liveness").and_then(|p| p.tips(false, from));
            next.killed = liveness.map(|at| (at, Kind::Liveness));
            next.turned = match Probe::of(Kind::Readiness, &probed, since) {
                Some(probe) => probe.tips(!self.ready, from),
                None => (!self.ready).then_some(from),
            };
        }
        self.stage = Stage::Running { since, next };
    }

    fn natural_end(
        &self,
        since: Instant,
        from: Instant,
        around: &Surroundings<'_>,
    ) -> Option<(Instant, i64)> {
        let program = Program::of(around.pod, around.spec);
        if let Some(service) = &program.waits_for {
            // It looks again every second.
            let found = around.services.has(service);
            return Some((
                if found { from } else { from + Duration::from_secs(1) },
                if found { 0 } else { STILL_WAITING },
            ));
        }
        match program.ends {
            Some((after, code)) => Some((since + after, code)),
            // What only prepares a pod is taken to succeed.
            None if around.is_step => Some((since + self.takes(around.pace.start, "step", around), 0)),
            None => None,
        }
    }

    fn live(
        &mut self,
        at: Instant,
        since: Instant,
        next: Next,
        around: &mut Surroundings<'_>,
        tell: &mut dyn FnMut(Happened),
    ) {
        if let Some((_, code)) = next.ended.filter(|(end, _)| *end <= at) {
            if code == STILL_WAITING {
                return self.foresee(at, around);
            }
            return self.end(Ended { since, at, code }, around, tell);
        }
        if let Some((_, kind)) = next.killed.filter(|(end, _)| *end <= at) {
            let what = if kind == Kind::Startup { "startup" } else { "liveness" };
            let message = alloc::format!("Container {} failed {what} probe, will be restarted", self.name);
            tell(Happened { reason: "Killing", message, warning: false });
            let grace = Duration::from_secs(grace_seconds(around.pod));
            return self.stop(at, Duration::ZERO, at + grace, around);
        }
        if next.started.is_some_and(|started| started <= at) {
            self.started = true;
        } else if next.turned.is_some_and(|turned| turned <= at) {
            self.ready = !self.ready;
        }
        // What comes next may be due at the very same time, but not what just happened.
        self.foresee(at, around);
    }

    /// Tells it to stop: after `delay`, and no later than `deadline`.
    pub(super) fn stop(
        &mut self,
        at: Instant,
        delay: Duration,
        deadline: Instant,
        around: &Surroundings<'_>,
    ) {
        let Stage::Running { since, .. } = self.stage else {
            if !matches!(self.stage, Stage::Ended(_) | Stage::Stopping { .. }) {
                self.stage = Stage::Held;
            }
            return;
        };
        let told = at + delay;
        let stopped = match Program::of(around.pod, around.spec).stops {
            Stops::Soon => told + self.takes(around.pace.stop, "stop", around),
            Stops::After(time) => told + time,
            Stops::Never => deadline,
        };
        let (until, code) = if stopped < deadline { (stopped, 0) } else { (deadline, KILLED) };
        self.stage = Stage::Stopping { since, until: until.max(at), code };
    }

    fn end(&mut self, ended: Ended, around: &Surroundings<'_>, tell: &mut dyn FnMut(Happened)) {
        self.ready = false;
        self.started = false;
        if !(around.restarts)(around.pod, ended.code) {
            self.stage = Stage::Ended(ended);
            return;
        }
        if ended.at - ended.since >= FORGIVEN {
            self.crashes = 0;
        }
        self.last = Some(ended);
        let wait = match self.crashes {
            0 => Duration::ZERO,
            n => Duration::from_secs(
                BACKOFF_FIRST.checked_shl(n - 1).unwrap_or(BACKOFF_MOST).clamp(1, BACKOFF_MOST),
            ),
        };
        self.crashes = self.crashes.saturating_add(1).min(16);
        if wait > Duration::ZERO {
            let message = alloc::format!("Back-off restarting failed container {}", self.name);
            tell(Happened { reason: "BackOff", message, warning: true });
        }
        self.stage = Stage::BackingOff { until: ended.at + wait };
    }
}

/// A program that has looked for its Service in vain.
const STILL_WAITING: i64 = -1;

impl Next {
    fn first(&self) -> Option<Instant> {
        let killed = self.killed.map(|(at, _)| at);
        let ended = self.ended.map(|(at, _)| at);
        [self.started, self.turned, killed, ended].into_iter().flatten().min()
    }
}

pub(super) fn grace_seconds(pod: &Value) -> i64 {
    let asked = pod.get("metadata").get("deletionGracePeriodSeconds").as_int();
    asked.or(pod.get("spec").get("terminationGracePeriodSeconds").as_int()).unwrap_or(30)
}
