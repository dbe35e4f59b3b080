//! Scenes: Services, pods and nodes in a line each, and what the controllers make of them.
//!
//! ```text
//! service web: 80 -> http, 53/UDP -> dns; headless
//! pod a (10.244.1.2) on n1: http = 8080, dns = 53/UDP; not ready
//! node n1: zone a, cpu 2
//! no pod a
//! ```
//! A pod is ready, on node `n1` and labelled `app=web` where nothing else is said; a Service selects `app=web`. Told
//! again, a thing becomes what it is said to be now.

mod endpoints;
mod hints;
mod language;
mod slices;

use crate::cluster::Cluster;
use language::{Thing, thing};
use svcscope_core::base::{Duration, Value};
use svcscope_core::store::Object;

/// A cluster that scenes are played in.
pub struct Scene {
    cluster: Cluster,
    told: usize,
}

impl Scene {
    pub fn new() -> Scene {
        let mut scene = Scene { cluster: Cluster::new(), told: 0 };
        scene.tell("node n1");
        scene
    }

    /// Has the lines come true, one after the other, and the controllers come to rest.
    pub fn tell(&mut self, lines: &str) -> &mut Scene {
        for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
            self.told += 1;
            match thing(line) {
                Thing::Is(resource, object) => self.put(resource, object),
                Thing::Gone(resource, name) => {
                    let namespace = if resource == "nodes" { "" } else { "default" };
                    self.cluster.remove(resource, namespace, &name);
                }
            }
        }
        self.cluster.settle(Duration::from_secs(3));
        self
    }

    /// Has all lines come true before any controller looks.
    pub fn at_once(&mut self, lines: &str) -> &mut Scene {
        for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
            self.told += 1;
            let Thing::Is(resource, object) = thing(line) else { panic!("nothing goes at once") };
            let object = self.completed(resource, object);
            self.cluster.store.put(&resource.into(), Object::new(object));
        }
        self.cluster.settle(Duration::from_secs(3));
        self
    }

    fn put(&mut self, resource: &str, object: Value) {
        let object = self.completed(resource, object);
        self.cluster.put(resource, object);
    }

    /// An object keeps its uid while it is there.
    fn completed(&self, resource: &str, mut object: Value) -> Value {
        let metadata = object.entry("metadata");
        let there =
            self.cluster.store.value(resource, metadata.get("namespace").str(), metadata.get("name").str());
        let uid = there.get("metadata").get("uid").clone();
        let uid = if uid.is_null() { format!("uid-{}", self.told).into() } else { uid };
        let created = there.get("metadata").get("creationTimestamp").clone();
        let created = if created.is_null() { self.cluster.now.rfc3339().into() } else { created };
        metadata.set("uid", uid);
        metadata.set("creationTimestamp", created);
        object
    }

    /// Compares all slices, Endpoints and Events with what is expected, in whatever order the lines stand.
    pub fn expect(&mut self, lines: &str) -> &mut Scene {
        let sorted = |mut lines: Vec<String>| {
            lines.sort();
            lines.join("\n")
        };
        let lines = lines.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty());
        let wants = |what: &str| lines.clone().any(|l| l.starts_with(what));
        let store = &self.cluster.store;
        let mut actual = Vec::new();
        if wants("slice") {
            actual.extend(store.list("endpointslices.discovery.k8s.io", "").map(|s| slice(s)));
        }
        if wants("endpoints") {
            actual.extend(store.list("endpoints", "").flat_map(|e| endpoints(e)));
        }
        if wants("event") {
            actual.extend(
                self.cluster
                    .events
                    .drain(..)
                    .map(|[_, reason, message, ..]| format!("event {reason}: {message}")),
            );
        }
        let (expected, actual) = (sorted(lines.clone().collect()), sorted(actual));
        assert_eq!(actual, expected, "\nactual:\n{actual}\nexpected:\n{expected}\n");
        self
    }
}

/// `slice http=8080: 10.244.1.2, 10.244.1.3 not ready`
fn slice(slice: &Object) -> String {
    let value = slice.value();
    let family = if value.get("addressType").str() == "IPv6" { " v6" } else { "" };
    let endpoints = value.get("endpoints").items();
    let listed = if endpoints.len() > 8 {
        format!("{} endpoints", endpoints.len())
    } else {
        endpoints.iter().map(endpoint).collect::<Vec<_>>().join(", ")
    };
    format!("slice{family}{}: {listed}", ports(value)).trim_end().into()
}

fn endpoint(e: &Value) -> String {
    let conditions = e.get("conditions");
    let names = |field: &str| {
        e.get("hints").get(field).items().iter().map(|z| z.get("name").str()).collect::<String>()
    };
    let is = |condition: &str| conditions.get(condition).is_true();
    let said = [
        (!is("ready"), "not ready".to_owned()),
        (is("terminating"), "terminating".into()),
        (
            is("serving") != is("ready") && !conditions.get("serving").is_null(),
            if is("serving") { "serving".into() } else { "not serving".into() },
        ),
        (!e.get("hostname").is_null(), format!("named {}", e.get("hostname").str())),
        (!e.get("zone").is_null(), format!("in {}", e.get("zone").str())),
        (!names("forZones").is_empty(), format!("for zone {}", names("forZones"))),
        (!names("forNodes").is_empty(), format!("for node {}", names("forNodes"))),
    ];
    let addresses = e.get("addresses").items().iter().map(Value::str).collect::<Vec<_>>().join("+");
    let said = said.into_iter().filter(|(is, _)| *is).map(|(_, word)| word);
    [addresses].into_iter().chain(said).collect::<Vec<_>>().join(" ")
}

/// `endpoints 8080: 10.244.1.2; not ready 10.244.1.3`, a line for each subset.
fn endpoints(endpoints: &Object) -> Vec<String> {
    let subsets = endpoints.value().get("subsets").items();
    let list = |s: &Value, field: &str| {
        let addresses = s.get(field).items();
        match addresses.len() {
            n if n > 8 => format!("{n} addresses"),
            _ => addresses.iter().map(|a| a.get("ip").str()).collect::<Vec<_>>().join(", "),
        }
    };
    let line = |s: &Value| {
        let (ready, not) = (list(s, "addresses"), list(s, "notReadyAddresses"));
        let not = if not.is_empty() { not } else { format!("; not ready {not}") };
        format!("endpoints{}: {ready}{not}", ports(s)).trim_end().to_owned()
    };
    if subsets.is_empty() { ["endpoints:".into()].into() } else { subsets.iter().map(line).collect() }
}

/// ` http=8080, 53/UDP`
fn ports(value: &Value) -> String {
    let port = |p: &Value| {
        let name = match p.get("name").str() {
            "" => String::new(),
            name => format!("{name}="),
        };
        let protocol = match p.get("protocol").str() {
            "TCP" => String::new(),
            other => format!("/{other}"),
        };
        format!("{name}{}{protocol}", p.get("port").int())
    };
    let ports = value.get("ports").items().iter().map(port).collect::<Vec<_>>();
    if ports.is_empty() { String::new() } else { format!(" {}", ports.join(", ")) }
}
