//! Pods that are selected but are no endpoints: what keeps them from being ready.

use super::finding::{Finding, Fix, Severity, set};
use super::owner::owner;
use super::scene::{Scene, concern, listed_pods};
use crate::base::Value;
use crate::node::app;
use crate::object::Pod;
use crate::store::Object;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    if scene.service.publishes_not_ready() {
        return;
    }
    // Who is being deleted is no endpoint any more, though its containers may still be ready.
    let waiting = scene.pods.iter().filter(|p| p.is_deleted() || !Pod::of(p.value()).is_ready());
    let waiting = waiting.map(|p| (*p, obstacle(p))).collect::<Vec<_>>();
    let none_is_left = waiting.len() == scene.pods.len();
    let mut told: Vec<&'static str> = Vec::new();
    for (pod, obstacle) in &waiting {
        if told.contains(&obstacle.id) {
            continue;
        }
        told.push(obstacle.id);
        let same = waiting.iter().filter(|(_, o)| o.id == obstacle.id).map(|(p, _)| *p).collect::<Vec<_>>();
        let severity = match (obstacle.passes, none_is_left) {
            (true, _) => Severity::Hint,
            (false, true) => Severity::Error,
            (false, false) => Severity::Warning,
        };
        let are = match (obstacle.id, same.len()) {
            (GOING, 1) => "is no endpoint any more",
            (GOING, _) => "are no endpoints any more",
            (_, 1) => "is not ready",
            _ => "are not ready",
        };
        let all = listed_pods(&same);
        let mut letters = all.chars();
        let all =
            letters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>();
        let place = concern("Pod", pod).field(obstacle.field);
        let message = format!("{all} {are}: {}.", obstacle.why);
        let found = Finding::new(obstacle.id, severity, place, message).with([scene.place("spec.selector")]);
        findings.push(found.fixed_by(fix(scene, pod)));
    }
}

const GOING: &str = "pods-terminating";

/// Why a pod is not ready.
struct Obstacle {
    id: &'static str,
    field: &'static str,
    why: String,
    /// It goes away by itself.
    passes: bool,
}

impl Obstacle {
    fn new(id: &'static str, field: &'static str, why: impl Into<String>) -> Obstacle {
        Obstacle { id, field, why: why.into(), passes: false }
    }

    fn passing(id: &'static str, field: &'static str, why: &str) -> Obstacle {
        Obstacle { passes: true, ..Obstacle::new(id, field, why) }
    }
}

fn obstacle(object: &Arc<Object>) -> Obstacle {
    let (pod, status) = (Pod::of(object.value()), object.value().get("status"));
    if object.is_deleted() {
        return Obstacle::passing(GOING, "metadata.deletionTimestamp", "it is being deleted");
    }
    if pod.node_name().is_empty() {
        let scheduled = condition(status, "PodScheduled");
        return match scheduled.get("reason").str() {
            "Unschedulable" => {
                let why =
                    format!("no node takes it: {}", scheduled.get("message").str().trim_end_matches('.'));
                Obstacle::new("pod-unschedulable", "spec", why)
            }
            _ => Obstacle::passing("pods-starting", "spec.nodeName", "it has no node yet"),
        };
    }
    if let Some(stuck) = stuck(status) {
        return stuck;
    }
    if let Some(gate) = open_gate(object.value()) {
        let why = format!("its readiness gate waits for the condition {gate}, which nobody has set to True");
        return Obstacle::new("readiness-gate-waits", "spec.readinessGates", why);
    }
    if let Some((container, port)) = deaf_probe(object.value()) {
        let name = container.get("name").str();
        let why =
            format!("the readiness probe of container {name} asks at port {port}, where nothing listens");
        return Obstacle::new("readiness-probe-port", "spec.containers", why);
    }
    if pod.phase() == "Running" && has_probe(object.value()) {
        return Obstacle::new(
            "readiness-probe-fails",
            "spec.containers",
            "its readiness probe does not succeed",
        );
    }
    Obstacle::passing("pods-starting", "status.phase", "it is starting")
}

fn condition<'a>(status: &'a Value, type_: &str) -> &'a Value {
    static NULL: Value = Value::Null;
    status.get("conditions").items().iter().find(|c| c.get("type").str() == type_).unwrap_or(&NULL)
}

/// A container that waits and will wait for ever, or that ends again and again.
fn stuck(status: &Value) -> Option<Obstacle> {
    const LISTS: [&str; 2] = ["initContainerStatuses", "containerStatuses"];
    let containers = || LISTS.into_iter().flat_map(|list| status.get(list).items());
    let waiting = |c: &Value| c.at(&["state", "waiting", "reason"]).str() == "CrashLoopBackOff";
    for c in containers() {
        let (name, waits) = (c.get("name").str(), c.at(&["state", "waiting"]));
        match waits.get("reason").str() {
            "ImagePullBackOff" | "ErrImagePull" | "InvalidImageName" => {
                let why = format!("the image {} of container {name} cannot be had", c.get("image").str());
                return Some(Obstacle::new("image-not-pulled", "spec.containers", why));
            }
            "CreateContainerConfigError" => {
                let why = format!("container {name} cannot be made: {}", waits.get("message").str());
                return Some(Obstacle::new("container-not-created", "spec.containers", why));
            }
            _ => {}
        }
    }
    let crashing =
        containers().find(|c| waiting(c) || c.get("restartCount").int() > 1 && !c.get("ready").is_true())?;
    let code = crashing.at(&["lastState", "terminated", "exitCode"]).int();
    let why = format!("container {} ends again and again, with exit code {code}", crashing.get("name").str());
    Some(Obstacle::new("container-crashes", "spec.containers", why))
}

/// The first readiness gate whose condition is not met.
fn open_gate(pod: &Value) -> Option<&str> {
    let gates = pod.at(&["spec", "readinessGates"]).items().iter().map(|g| g.get("conditionType").str());
    let mut open = gates.filter(|gate| condition(pod.get("status"), gate).get("status").str() != "True");
    open.next().filter(|_| condition(pod.get("status"), "ContainersReady").get("status").str() == "True")
}

fn has_probe(pod: &Value) -> bool {
    pod.at(&["spec", "containers"]).items().iter().any(|c| !c.get("readinessProbe").is_null())
}

/// Where a readiness probe may ask: the handlers that have a port.
const HANDLERS: [&str; 3] = ["httpGet", "tcpSocket", "grpc"];

/// The port that a container's readiness probe asks at; none without such a probe.
fn probed_port(container: &Value) -> Option<i64> {
    let probe = container.get("readinessProbe");
    let port = HANDLERS.iter().map(|h| probe.get(h).get("port")).find(|p| !p.is_null())?;
    let named = || {
        let mut ports = container.get("ports").items().iter();
        ports.find(|p| p.get("name").str() == port.str()).map(|p| p.get("containerPort").int())
    };
    port.as_int().or_else(named)
}

/// The container whose readiness probe asks where nothing listens, and the port.
fn deaf_probe(pod: &Value) -> Option<(&Value, i64)> {
    let listeners = app::listeners(pod);
    let listens = |port: i64| {
        listeners.iter().any(|l| {
            i64::from(l.port) == port && l.protocol == "TCP" && !l.address.is_some_and(|ip| ip.is_loopback())
        })
    };
    let containers = pod.at(&["spec", "containers"]).items().iter();
    let mut probed = containers.filter_map(|c| Some((c, probed_port(c)?)));
    probed.find(|(_, port)| !listens(*port))
}

/// Lets the probe ask where the container listens, if that is one place only.
fn fix(scene: &Scene<'_>, pod: &Arc<Object>) -> Option<Fix> {
    let (container, _) = deaf_probe(pod.value())?;
    let name = container.get("name").str();
    let listeners = app::listeners(pod.value());
    let mut own =
        listeners.iter().filter(|l| l.container == name && l.protocol == "TCP" && l.address.is_none());
    let (listener, None) = (own.next()?, own.next()) else { return None };
    let workload = owner(scene.store, pod);
    let template = workload.object.value().at(&["spec", "template", "spec", "containers"]).items();
    let place =
        template.iter().position(|c| c.get("name").str() == name).filter(|_| workload.has_template())?;
    let handler = HANDLERS.iter().find(|h| !container.get("readinessProbe").get(h).is_null())?;
    let place = format!("{place}");
    let path = ["spec", "template", "spec", "containers", &place, "readinessProbe", handler, "port"];
    let title = format!("Let the probe ask at port {}", listener.port);
    Some(Fix::new(title, &workload.concern, [set(&path, i64::from(listener.port))]))
}
