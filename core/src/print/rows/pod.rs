//! Pods as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns;
use super::table::{Around, Printer};
use super::text::{self, NONE, age, holds, is_deleted, name, or};
use crate::base::{Instant, Value};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] =
    &[Printer { resource: "pods", columns: columns::core::POD, cells: pod }];

/// The condition of a row whose pod has run to its end.
pub(super) fn completed(o: &Value) -> Option<Value> {
    let phase = o.at(&["status", "phase"]).str();
    let message = match phase {
        "Succeeded" => "The pod has completed successfully.",
        "Failed" => "The pod failed.",
        _ => return None,
    };
    Some(Value::map([
        ("type", Value::text("Completed")),
        ("status", Value::text("True")),
        ("reason", Value::text(phase)),
        ("message", Value::text(message)),
    ]))
}

/// Models `printPod`.
fn pod(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let (spec, status) = (o.get("spec"), o.get("status"));
    let sight = Sight::of(o);
    let restarts = match sight.restarts.last {
        Some(last) if sight.restarts.count != 0 => {
            let ago = super::age::human((around.now - last).as_millis());
            format!("{} ({ago} ago)", sight.restarts.count)
        }
        _ => sight.restarts.count.to_string(),
    };
    let ip = status.get("podIPs").items().first().map_or(NONE, |i| or(i.get("ip"), NONE));
    vec![
        name(o),
        Value::from(format!("{}/{}", sight.ready, sight.total)),
        Value::from(sight.reason),
        Value::from(restarts),
        age(o, around.now),
        Value::text(ip),
        Value::text(or(spec.get("nodeName"), NONE)),
        Value::text(or(status.get("nominatedNodeName"), NONE)),
        readiness_gates(o),
    ]
}

fn readiness_gates(o: &Value) -> Value {
    let gates = o.at(&["spec", "readinessGates"]).items();
    if gates.is_empty() {
        return Value::text(NONE);
    }
    let open = gates.iter().filter(|g| holds(o, g.get("conditionType").str())).count();
    Value::from(format!("{open}/{}", gates.len()))
}

/// What the containers of a pod add up to.
#[derive(Default)]
struct Sight {
    ready: usize,
    total: usize,
    restarts: Restarts,
    reason: String,
}

/// How often containers were started again, and when the last of the runs before ended.
#[derive(Clone, Copy, Default)]
struct Restarts {
    count: i64,
    last: Option<Instant>,
}

impl Restarts {
    fn add(&mut self, status: &Value) {
        self.count += status.get("restartCount").int();
        let ended = status.at(&["lastState", "terminated", "finishedAt"]).str();
        self.last = self.last.max(Instant::parse(ended));
    }
}

impl Sight {
    fn of(o: &Value) -> Sight {
        let (spec, status) = (o.get("spec"), o.get("status"));
        let phase = status.get("phase").str();
        let sidecars = spec.get("initContainers").items().iter().filter(|c| is_sidecar(c)).count();
        let mut sight = Sight {
            total: spec.get("containers").items().len() + sidecars,
            reason: or(status.get("reason"), phase).to_string(),
            ..Sight::default()
        };
        if text::condition(o, "PodScheduled").is_some_and(|c| c.get("reason").str() == "SchedulingGated") {
            sight.reason = "SchedulingGated".to_string();
        }
        let (initializing, of_sidecars) = sight.initialize(o);
        if !initializing || holds(o, "Initialized") {
            sight.restarts = of_sidecars;
            sight.run(o);
        }
        if is_deleted(o) && status.get("reason").str() == "NodeLost" {
            sight.reason = "Unknown".to_string();
        } else if is_deleted(o) && !matches!(phase, "Succeeded" | "Failed") {
            sight.reason = "Terminating".to_string();
        }
        sight
    }

    /// Goes through the init containers up to the one that is not done; whether there is one, and the restarts of
    /// sidecars, which go on counting afterwards.
    fn initialize(&mut self, o: &Value) -> (bool, Restarts) {
        let containers = o.at(&["spec", "initContainers"]).items();
        let mut of_sidecars = Restarts::default();
        for (i, status) in o.at(&["status", "initContainerStatuses"]).items().iter().enumerate() {
            let container = containers.iter().find(|c| c.get("name") == status.get("name"));
            let sidecar = container.is_some_and(is_sidecar);
            self.restarts.add(status);
            if sidecar {
                of_sidecars.add(status);
            }
            let (terminated, waiting) =
                (status.at(&["state", "terminated"]), status.at(&["state", "waiting"]));
            if !terminated.is_null() && terminated.get("exitCode").int() == 0 {
                continue;
            }
            if sidecar && status.get("started").is_true() {
                self.ready += usize::from(status.get("ready").is_true());
                continue;
            }
            self.reason = match waiting.get("reason").str() {
                _ if !terminated.is_null() => format!("Init:{}", end(terminated)),
                "" | "PodInitializing" => format!("Init:{i}/{}", containers.len()),
                reason => format!("Init:{reason}"),
            };
            return (true, of_sidecars);
        }
        (false, of_sidecars)
    }

    /// Goes through the containers, the last one first.
    fn run(&mut self, o: &Value) {
        let (mut running, mut error) = (false, None);
        for status in o.at(&["status", "containerStatuses"]).items().iter().rev() {
            self.restarts.add(status);
            let state = status.get("state");
            let (terminated, waiting) = (state.get("terminated"), state.at(&["waiting", "reason"]).str());
            if !waiting.is_empty() {
                self.reason = waiting.to_string();
            } else if !terminated.is_null() {
                self.reason = end(terminated);
                if terminated.get("exitCode").int() != 0 {
                    error = Some(self.reason.clone());
                }
            } else if status.get("ready").is_true() && !state.get("running").is_null() {
                running = true;
                self.ready += 1;
            }
        }
        // While one of them runs the pod is not completed.
        if self.reason == "Completed" {
            match error {
                _ if running && holds(o, "Ready") => self.reason = "Running".to_string(),
                Some(error) => self.reason = error,
                None if running => self.reason = "NotReady".to_string(),
                None => {}
            }
        }
    }
}

fn is_sidecar(container: &Value) -> bool {
    container.get("restartPolicy").str() == "Always"
}

/// How a container ended.
fn end(terminated: &Value) -> String {
    match (terminated.get("reason").str(), terminated.get("signal").int()) {
        ("", 0) => format!("ExitCode:{}", terminated.get("exitCode").int()),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_string(),
    }
}
