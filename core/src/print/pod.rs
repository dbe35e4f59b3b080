//! The cells of a Pod: in how good a state it is, in one word.
//!
//! Models `printPod` of `pkg/printers/internalversion/printers.go`.

use super::age::age_of;
use crate::base::{Instant, Value};
use alloc::format;
use alloc::string::{String, ToString};

/// What a table says of a Pod.
pub struct Summary {
    pub ready: String,
    pub status: String,
    pub restarts: String,
}

pub fn summary(pod: &Value, now: Instant) -> Summary {
    let (spec, status) = (pod.get("spec"), pod.get("status"));
    let sidecar = |name: &str| {
        let mut inits = spec.get("initContainers").items().iter();
        inits.any(|c| c.get("name").str() == name && c.get("restartPolicy").str() == "Always")
    };
    let mut total = spec.get("containers").items().len();
    total += spec
        .get("initContainers")
        .items()
        .iter()
        .filter(|c| c.get("restartPolicy").str() == "Always")
        .count();
    let mut reason = match status.get("reason").str() {
        "" => status.get("phase").str().to_string(),
        reason => reason.to_string(),
    };
    let gated =
        |c: &Value| c.get("type").str() == "PodScheduled" && c.get("reason").str() == "SchedulingGated";
    if status.get("conditions").items().iter().any(gated) {
        reason = "SchedulingGated".to_string();
    }
    let mut tally = Tally::default();
    let mut initializing = false;
    let inits = status.get("initContainerStatuses").items();
    for (i, container) in inits.iter().enumerate() {
        let side = sidecar(container.get("name").str());
        tally.count(container, side);
        let terminated = container.at(&["state", "terminated"]);
        if !terminated.is_null() && terminated.get("exitCode").int() == 0 {
            continue;
        }
        if side && container.get("started").is_true() {
            if container.get("ready").is_true() {
                tally.ready += 1;
            }
            continue;
        }
        let waiting = container.at(&["state", "waiting", "reason"]).str();
        reason = if !terminated.is_null() {
            format!("Init:{}", ended(terminated))
        } else if !waiting.is_empty() && waiting != "PodInitializing" {
            format!("Init:{waiting}")
        } else {
            format!("Init:{i}/{}", spec.get("initContainers").items().len())
        };
        initializing = true;
        break;
    }
    if !initializing || condition_is_true(status, "Initialized") {
        tally.restarts = tally.sidecar_restarts;
        tally.last_restart = None;
        let mut running = false;
        for container in status.get("containerStatuses").items().iter().rev() {
            tally.count(container, false);
            let state = container.get("state");
            let (waiting, terminated) = (state.at(&["waiting", "reason"]).str(), state.get("terminated"));
            if !waiting.is_empty() {
                reason = waiting.to_string();
            } else if !terminated.is_null() {
                reason = ended(terminated);
            } else if container.get("ready").is_true() && !state.get("running").is_null() {
                running = true;
                tally.ready += 1;
            }
        }
        if reason == "Completed" && running {
            let ready = condition_is_true(status, "Ready");
            reason = if ready { "Running" } else { "NotReady" }.to_string();
        }
    }
    if !pod.at(&["metadata", "deletionTimestamp"]).is_null() {
        let phase = status.get("phase").str();
        if status.get("reason").str() == "NodeLost" {
            reason = "Unknown".to_string();
        } else if phase != "Failed" && phase != "Succeeded" {
            reason = "Terminating".to_string();
        }
    }
    let restarts = match tally.last_restart {
        Some(at) if tally.restarts > 0 => {
            format!("{} ({} ago)", tally.restarts, age_of(&Value::text(at.rfc3339()), now))
        }
        _ => tally.restarts.to_string(),
    };
    Summary { ready: format!("{}/{total}", tally.ready), status: reason, restarts }
}

#[derive(Default)]
struct Tally {
    ready: usize,
    restarts: i64,
    sidecar_restarts: i64,
    last_restart: Option<Instant>,
}

impl Tally {
    fn count(&mut self, container: &Value, sidecar: bool) {
        let restarts = container.get("restartCount").int();
        self.restarts += restarts;
        if sidecar {
            self.sidecar_restarts += restarts;
        }
        let finished = container.at(&["lastState", "terminated", "finishedAt"]).str();
        self.last_restart = self.last_restart.max(Instant::parse(finished));
    }
}

/// Why a container has ended.
fn ended(terminated: &Value) -> String {
    match (terminated.get("reason").str(), terminated.get("signal").int()) {
        ("", 0) => format!("ExitCode:{}", terminated.get("exitCode").int()),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_string(),
    }
}

fn condition_is_true(status: &Value, kind: &str) -> bool {
    let mut conditions = status.get("conditions").items().iter();
    conditions.any(|c| c.get("type").str() == kind && c.get("status").str() == "True")
}

/// How many of the gates are open.
pub fn readiness_gates(pod: &Value) -> String {
    let gates = pod.at(&["spec", "readinessGates"]).items();
    let open = |g: &&Value| condition_is_true(pod.get("status"), g.get("conditionType").str());
    match gates.len() {
        0 => "<none>".to_string(),
        all => format!("{}/{all}", gates.iter().filter(open).count()),
    }
}
