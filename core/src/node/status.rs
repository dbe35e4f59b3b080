//! The status of a pod, as its kubelet writes it.
//!
//! Models `pkg/kubelet/status` and `pkg/kubelet/kubelet_pods.go`.

use super::container::{Container, Ended, Stage};
use super::image;
use crate::base::hash::sha256;
use crate::base::sort;
use crate::base::{Instant, Text, Value};
use crate::controllers::conditions::{self, said, set_count};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a kubelet knows of a pod.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) pod: &'a Value,
    pub(super) hosts: &'a [Text],
    /// None before it has its network.
    pub(super) ips: &'a [Text],
    pub(super) started: Instant,
    pub(super) steps: &'a [Container],
    pub(super) main: &'a [Container],
    /// All steps are done.
    pub(super) initialized: bool,
    /// It will not run any more.
    pub(super) over: bool,
    pub(super) now: Instant,
    /// A gate whose condition is there but not true is reported as such, not as missing.
    pub(super) tells_gates_apart: bool,
}

/// The whole status: what the kubelet says, and what others have said.
pub(super) fn of(known: &Known<'_>) -> Value {
    let mut status = known.pod.get("status").clone();
    let generation = known.pod.get("metadata").get("generation").int();
    let started =
        status.get("startTime").as_text().cloned().unwrap_or_else(|| known.started.rfc3339().into());
    set_count(&mut status, "observedGeneration", generation);
    status.set("phase", phase(known));
    status.set("conditions", all_conditions(known));
    let list = |ips: &[Text]| Value::list(ips.iter().map(|ip| Value::map([("ip", Value::from(ip))])));
    if let Some(host) = known.hosts.first() {
        status.set("hostIP", host);
        status.set("hostIPs", list(known.hosts));
    }
    if let Some(ip) = known.ips.first() {
        status.set("podIP", ip);
        status.set("podIPs", list(known.ips));
    }
    status.set("startTime", started);
    let ip = known.ips.first().map_or("", Text::as_str);
    let waits_for = if known.steps.is_empty() { "ContainerCreating" } else { "PodInitializing" };
    let statuses =
        |containers: &[Container]| Value::list(containers.iter().map(|c| container(c, ip, waits_for)));
    if !known.steps.is_empty() {
        status.set("initContainerStatuses", statuses(known.steps));
    }
    status.set("containerStatuses", statuses(known.main));
    status
}

/// Whether a status says anything new to those who read it.
pub(super) fn is_news(status: &Value, old: &Value) -> bool {
    let conditions = |s: &Value| {
        let mut list: Vec<_> = s
            .get("conditions")
            .items()
            .iter()
            .map(|c| {
                let said = (Text::from(c.get("type").str()), Text::from(c.get("status").str()));
                (said, c.get("observedGeneration").int(), Text::from(c.get("message").str()))
            })
            .collect();
        sort::sort(&mut list);
        list
    };
    let containers = |s: &Value| {
        let both = ["initContainerStatuses", "containerStatuses"];
        let all = both.iter().flat_map(|field| s.get(field).items());
        let state =
            |c: &Value| c.get("state").entries().first().map(|(k, v)| (k.clone(), v.get("reason").clone()));
        let view = |c: &Value| {
            (
                c.get("name").clone(),
                c.get("image").clone(),
                c.get("ready").clone(),
                c.get("started").clone(),
                c.get("restartCount").clone(),
                state(c),
            )
        };
        all.map(view).collect::<Vec<_>>()
    };
    let rest =
        |s: &Value| ["observedGeneration", "phase", "podIP", "hostIP"].map(|field| s.get(field).clone());
    rest(status) != rest(old)
        || conditions(status) != conditions(old)
        || containers(status) != containers(old)
}

/// Models `getPhase`.
fn phase(known: &Known<'_>) -> &'static str {
    let ended: Vec<Ended> = known.main.iter().filter_map(Container::ended).collect();
    let waiting = |c: &Container| {
        matches!(c.stage, Stage::Held | Stage::NoImage | Stage::Pulling { .. } | Stage::Creating { .. })
    };
    let failed_step = known.over && known.steps.iter().filter_map(Container::ended).any(|e| e.code != 0);
    if failed_step {
        "Failed"
    } else if ended.len() == known.main.len() {
        if ended.iter().any(|e| e.code != 0) { "Failed" } else { "Succeeded" }
    } else if !known.initialized || known.main.iter().any(|c| waiting(c) && c.last.is_none()) {
        "Pending"
    } else {
        "Running"
    }
}

/// The kubelet's conditions, and behind them those of others.
fn all_conditions(known: &Known<'_>) -> Value {
    let done = matches!(phase(known), "Succeeded" | "Failed");
    let unready: Vec<&str> = known.main.iter().filter(|c| !c.ready).map(|c| c.name.as_str()).collect();
    let not_ready = match phase(known) {
        "Failed" => Why::short("PodFailed"),
        "Succeeded" => Why::short("PodCompleted"),
        _ => {
            let message = format!("containers with unready status: [{}]", unready.join(" "));
            Why { reason: "ContainersNotReady", message }
        }
    };
    let gates = gates(known);
    let ready = match (unready.is_empty(), gates) {
        (true, None) => Ok(()),
        (true, Some(message)) => Err(Why { reason: "ReadinessGatesNotReady", message }),
        (false, _) => Err(not_ready.clone()),
    };
    let containers = if unready.is_empty() { Ok(()) } else { Err(not_ready) };
    let sandbox = if known.ips.is_empty() || done { Err(Why::short("")) } else { Ok(()) };
    let initialized = if known.initialized { Ok(()) } else { Err(not_initialized(known)) };
    let own = [
        ("PodReadyToStartContainers", sandbox),
        ("Initialized", initialized),
        ("Ready", ready),
        ("ContainersReady", containers),
    ];
    let others = known.pod.get("status").get("conditions").items().iter();
    let others = others.filter(|c| !own.iter().any(|(type_, _)| *type_ == c.get("type").str())).cloned();
    let others: Vec<Value> = others.collect();
    let own = own.into_iter().map(|(type_, is)| condition(known, type_, is));
    Value::list(own.chain(others))
}

/// Why a condition is not met.
#[derive(Clone, Debug)]
struct Why {
    reason: &'static str,
    message: String,
}

impl Why {
    fn short(reason: &'static str) -> Why {
        Why { reason, message: String::new() }
    }
}

fn condition(known: &Known<'_>, type_: &'static str, is: Result<(), Why>) -> Value {
    let status = said(is.is_ok());
    let was = conditions::find(known.pod, type_).filter(|c| c.get("status").str() == status);
    let since = was.map(|c| c.get("lastTransitionTime").clone());
    let mut condition = Value::map([("type", Value::text(type_)), ("status", Value::text(status))]);
    let generation = known.pod.get("metadata").get("generation").int();
    set_count(&mut condition, "observedGeneration", generation);
    condition.set("lastProbeTime", Value::Null);
    condition.set("lastTransitionTime", since.unwrap_or_else(|| known.now.rfc3339().into()));
    if let Err(why) = is {
        for (field, text) in [("reason", why.reason), ("message", why.message.as_str())] {
            if !text.is_empty() {
                condition.set(field, text);
            }
        }
    }
    condition
}

/// What the readiness gates say that are not open yet.
///
/// Models `pkg/kubelet/status/generate.go: GeneratePodReadyCondition`.
fn gates(known: &Known<'_>) -> Option<String> {
    let mut complaints = Vec::new();
    for gate in known.pod.get("spec").get("readinessGates").items() {
        let type_ = gate.get("conditionType").str();
        let status = conditions::find(known.pod, type_).map(|c| c.get("status").str());
        complaints.extend(match status {
            Some("True") => None,
            Some(status) if known.tells_gates_apart => {
                Some(format!("the status of pod readiness gate \"{type_}\" is not \"True\", but {status}"))
            }
            _ => Some(format!("corresponding condition of pod readiness gate \"{type_}\" does not exist.")),
        });
    }
    (!complaints.is_empty()).then(|| complaints.join(", "))
}

fn not_initialized(known: &Known<'_>) -> Why {
    let open = known.steps.iter().filter(|c| c.ended().is_none_or(|e| e.code != 0));
    let names: Vec<&str> = open.map(|c| c.name.as_str()).collect();
    let message = format!("containers with incomplete status: [{}]", names.join(" "));
    Why { reason: "ContainersNotInitialized", message }
}

fn container(c: &Container, ip: &str, waits_for: &'static str) -> Value {
    let waiting = |reason: &str, message: String| {
        let mut waiting = Value::map([("reason", Value::text(reason))]);
        if !message.is_empty() {
            waiting.set("message", message);
        }
        Value::map([("waiting", waiting)])
    };
    let full = image::full_name(&c.image);
    let id = runtime_id(c, ip, &full);
    let (state, runs) = match &c.stage {
        Stage::NoImage => {
            (waiting("ImagePullBackOff", format!("Back-off pulling image \"{}\"", c.image)), false)
        }
        Stage::Held | Stage::Pulling { .. } | Stage::Creating { .. } => {
            (waiting(waits_for, String::new()), false)
        }
        Stage::BackingOff { .. } => {
            let message = format!("back-off restarting failed container={}", c.name);
            (waiting("CrashLoopBackOff", message), false)
        }
        Stage::Running { since, .. } | Stage::Stopping { since, .. } => {
            let running = Value::map([("startedAt", Value::from(since.rfc3339()))]);
            (Value::map([("running", running)]), true)
        }
        Stage::Ended(ended) => (terminated(ended, &id), false),
    };
    let last = c.last.as_ref().map_or_else(Value::empty_map, |ended| terminated(ended, &id));
    let mut status = Value::map([("name", Value::from(&c.name)), ("state", state), ("lastState", last)]);
    status.set("ready", c.ready);
    status.set("restartCount", c.restarts);
    let was_there = runs || c.ended().is_some() || c.last.is_some();
    if was_there {
        status.set("image", full);
        status.set("imageID", image::id(&c.image));
        status.set("containerID", id);
    } else {
        status.set("image", &c.image);
        status.set("imageID", "");
    }
    status.set("started", runs && c.started);
    status
}

/// Another container each time it is started.
fn runtime_id(c: &Container, ip: &str, full: &str) -> String {
    let round = if c.restarts > 0 { format!("#{}", c.restarts) } else { String::new() };
    format!("containerd://{}", sha256(format!("{ip}/{}/{full}{round}", c.name).as_bytes()))
}

fn terminated(ended: &Ended, id: &str) -> Value {
    let terminated = Value::map([
        ("exitCode", Value::from(ended.code)),
        ("reason", Value::text(if ended.code == 0 { "Completed" } else { "Error" })),
        ("startedAt", Value::from(ended.since.rfc3339())),
        ("finishedAt", Value::from(ended.at.rfc3339())),
        ("containerID", Value::text(id)),
    ]);
    Value::map([("terminated", terminated)])
}
