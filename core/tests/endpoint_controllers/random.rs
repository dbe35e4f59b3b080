//! Random clusters: whatever happened before, slices and Endpoints are what their definition says of the pods, and what
//! controllers would make of them that see it all for the first time.

use crate::cluster::Cluster;
use std::collections::BTreeSet;
use svcscope_core::base::{Duration, Rng, Value};
use svcscope_core::store::Object;

const SLICES: &str = "endpointslices.discovery.k8s.io";

#[test]
fn whatever_happens_the_endpoints_are_those_of_their_definition() {
    for seed in 0..40 {
        let mut world = World::new(seed);
        (0..120).for_each(|_| world.happen());
        world.touch_services();
        let (cluster, fresh) = (&world.cluster, world.seen_anew());
        for service in cluster.store.list("services", "default") {
            let name = service.name();
            let (there, defined) = (in_slices(cluster, name), defined_slices(cluster, service));
            assert_eq!(there, defined, "seed {seed}: slices of {name}");
            assert_eq!(in_slices(&fresh, name), there, "seed {seed}: slices of {name} from scratch");
            let (there, defined) = (in_endpoints(cluster, name), defined_endpoints(cluster, service));
            assert_eq!(there, defined, "seed {seed}: Endpoints of {name}");
            let subsets = |c: &Cluster| c.store.value("endpoints", "default", name).get("subsets").clone();
            assert_eq!(subsets(cluster), subsets(&fresh), "seed {seed}: Endpoints of {name} from scratch");
        }
        let owned = |o: &Object| {
            cluster
                .store
                .get("services", "default", o.labels().get("kubernetes.io/service-name").str())
                .is_some()
        };
        assert!(cluster.store.list(SLICES, "").all(|s| owned(s)), "seed {seed}: slices of nobody");
    }
}

#[test]
fn when_nothing_changes_nothing_is_written() {
    for seed in 0..20 {
        let mut world = World::new(seed);
        (0..60).for_each(|_| world.happen());
        world.touch_services();
        let writes = world.cluster.writes;
        let pods = world.cluster.store.list("pods", "").map(|p| p.value().clone()).collect::<Vec<_>>();
        for mut pod in pods {
            pod.entry("metadata").entry("annotations").set("looked", "at");
            world.cluster.put("pods", pod);
        }
        world.cluster.settle(Duration::from_secs(5));
        assert_eq!(world.cluster.writes, writes, "seed {seed}");
    }
}

/// A cluster, and chance.
struct World {
    cluster: Cluster,
    rng: Rng,
    uids: u32,
}

impl World {
    fn new(seed: u64) -> World {
        let mut world = World { cluster: Cluster::new(), rng: Rng::new(seed), uids: 0 };
        for node in ["n0", "n1", "n2"] {
            world.put_node(node);
        }
        world
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.rng.index(one_in) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.rng.index(from.len())]
    }

    /// Something happens, and the controllers get to work on it, or on several such things at once.
    fn happen(&mut self) {
        match self.rng.index(12) {
            0..=6 => self.put_pod(),
            7 => self.put_service(),
            8 => {
                let (kind, n) = (self.pick(&["pods", "pods", "services"]), self.rng.index(24));
                let name = format!("{}{n}", &kind[..1]);
                self.cluster.remove(kind, "default", &name);
            }
            9 => {
                let name = self.pick(&["n0", "n1", "n2", "n3"]);
                if self.chance(3) { self.cluster.remove("nodes", "", name) } else { self.put_node(name) }
            }
            10 => self.spoil_a_slice(),
            _ => {
                let time = self.rng.below(3000).try_into().expect("milliseconds");
                self.cluster.settle(Duration::from_millis(time));
            }
        }
    }

    fn put_node(&mut self, name: &str) {
        let zone = self.pick(&["a", "b", ""]);
        let mut metadata = Value::map([("name", Value::from(name))]);
        if !zone.is_empty() {
            metadata.set("labels", Value::map([("topology.kubernetes.io/zone", Value::from(zone))]));
        }
        self.cluster.put("nodes", Value::map([("metadata", metadata)]));
    }

    fn put_pod(&mut self) {
        let n = self.rng.index(24);
        let (name, ip) = (format!("p{n}"), format!("10.244.0.{}", if self.chance(6) { 9 } else { n }));
        let before = self.cluster.store.value("pods", "default", &name).get("metadata").clone();
        let mut metadata = self.metadata(&name, &before);
        let app = self.pick(&["web", "web", "web", "db", ""]);
        metadata
            .set("labels", Value::map([("app", Value::from(app)), ("tier", self.pick(&["x", "y"]).into())]));
        if !before.is_null() && self.chance(6) {
            metadata.set("deletionTimestamp", "2026-01-01T00:00:30Z");
        }
        let port = Value::map([
            ("name", Value::from("http")),
            ("containerPort", (8080 + i64::from(self.chance(4))).into()),
            ("protocol", self.pick(&["TCP", "TCP", "UDP"]).into()),
        ]);
        let container = Value::map([("ports", Value::list([port]))]);
        let node = self.pick(&["n0", "n1", "n2", "n2", "n3"]);
        let mut spec =
            Value::map([("nodeName", Value::from(node)), ("containers", Value::list([container]))]);
        if self.chance(4) {
            spec.set("hostname", name.as_str());
            spec.set("subdomain", "s0");
        }
        let since = format!("2026-01-01T00:00:{:02}Z", self.rng.index(60));
        let ready = [
            ("type", "Ready"),
            ("status", self.pick(&["True", "True", "False"])),
            ("lastTransitionTime", &since),
        ];
        let ready = Value::map(ready.map(|(field, text)| (field, Value::from(text))));
        let phase = self.pick(&["Running", "Running", "Running", "Pending", "Failed"]);
        let mut status = Value::map([("phase", phase.into()), ("conditions", Value::list([ready]))]);
        let families = self.rng.index(5);
        let ips = [ip, format!("fd00::{:x}", n + 1)];
        let ips = match families {
            0 => &ips[..0],
            1 => &ips[1..],
            2 => &ips[..],
            _ => &ips[..1],
        };
        if let Some(first) = ips.first() {
            status.set("podIP", first.as_str());
            status.set(
                "podIPs",
                Value::list(ips.iter().map(|ip| Value::map([("ip", Value::from(ip.as_str()))]))),
            );
        }
        self.cluster.put("pods", Value::map([("metadata", metadata), ("spec", spec), ("status", status)]));
    }

    fn put_service(&mut self) {
        let name = format!("s{}", self.rng.index(4));
        let before = self.cluster.store.value("services", "default", &name).get("metadata").clone();
        let mut metadata = self.metadata(&name, &before);
        metadata.set("labels", Value::map([("team", Value::from(self.pick(&["x", "y"])))]));
        let mut selector = Value::map([("app", Value::from(self.pick(&["web", "web", "db"])))]);
        if self.chance(3) {
            selector.set("tier", self.pick(&["x", "y"]));
        }
        let port = |name: &str, target: Value| {
            Value::map([("name", name.into()), ("protocol", "TCP".into()), ("targetPort", target)])
        };
        let ports = match self.rng.index(4) {
            0 => vec![port("a", 80.into()), port("b", 81.into())],
            1 => vec![port("a", "http".into())],
            2 => vec![port("a", "http".into()), port("b", 81.into())],
            _ => vec![port("a", 80.into())],
        };
        let families: &[&str] = match self.rng.index(4) {
            0 => &["IPv4", "IPv6"],
            1 => &["IPv6"],
            _ => &["IPv4"],
        };
        let mut spec = Value::map([
            ("selector", selector),
            ("ports", Value::list(ports)),
            ("ipFamilies", Value::list(families.iter().map(|f| Value::from(*f)))),
            ("clusterIP", self.pick(&["10.96.0.9", "None"]).into()),
            ("publishNotReadyAddresses", self.chance(4).into()),
        ]);
        if self.chance(3) {
            spec.set("trafficDistribution", self.pick(&["PreferSameZone", "PreferSameNode"]));
        }
        self.cluster.put("services", Value::map([("metadata", metadata), ("spec", spec)]));
    }

    /// Somebody edits or deletes a slice.
    fn spoil_a_slice(&mut self) {
        let slices = self.cluster.store.list(SLICES, "default").cloned().collect::<Vec<_>>();
        if slices.is_empty() {
            return;
        }
        let slice = &slices[self.rng.index(slices.len())];
        if self.chance(2) {
            return self.cluster.remove(SLICES, "default", slice.name());
        }
        let mut object = slice.value().clone();
        match self.rng.index(3) {
            0 => object.set("ports", Value::Null),
            1 => object.set(
                "endpoints",
                Value::list(slice.value().get("endpoints").items().iter().skip(1).cloned()),
            ),
            _ => object.entry("metadata").entry("labels").set("mine", "yes"),
        }
        let generation = object.get("metadata").get("generation").int() + 1;
        object.entry("metadata").set("generation", generation);
        self.cluster.put(SLICES, object);
    }

    fn metadata(&mut self, name: &str, before: &Value) -> Value {
        self.uids += 1;
        let uid = before.get("uid");
        let uid = if uid.is_null() { format!("uid-{}", self.uids).into() } else { uid.clone() };
        Value::map([
            ("name", Value::from(name)),
            ("namespace", "default".into()),
            ("uid", uid),
            ("creationTimestamp", "2026-01-01T00:00:00Z".into()),
        ])
    }

    /// What nodes have become since shows with the next change of a Service.
    fn touch_services(&mut self) {
        self.cluster.settle(Duration::from_secs(3));
        let services = self.cluster.store.list("services", "").map(|s| s.value().clone()).collect::<Vec<_>>();
        for mut service in services {
            service.entry("metadata").entry("labels").set("touched", "yes");
            self.cluster.put("services", service);
        }
        self.cluster.settle(Duration::from_secs(3));
    }

    /// The same nodes, pods and Services, come all at once.
    fn seen_anew(&self) -> Cluster {
        let mut fresh = Cluster::new();
        for resource in ["pods", "services", "nodes"] {
            for object in self.cluster.store.list(resource, "") {
                fresh.store.put(&resource.into(), Object::new(object.value().clone()));
            }
        }
        fresh.settle(Duration::from_secs(3));
        fresh
    }
}

/// What stands in the slices of a Service: family, ports and an endpoint, each once.
fn in_slices(cluster: &Cluster, service: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut families = BTreeSet::new();
    let labelled = |s: &Object| s.labels().get("kubernetes.io/service-name").str() == service;
    for slice in cluster.store.list(SLICES, "default").filter(|s| labelled(s)) {
        let value = slice.value();
        let mut ports = value.get("ports").items().iter().map(port).collect::<Vec<_>>();
        ports.sort();
        let family = value.get("addressType").str();
        let endpoints = value.get("endpoints").items();
        assert!(endpoints.len() <= 100 && (!endpoints.is_empty() || families.insert(family)));
        for e in endpoints {
            let line = format!("{family} {ports:?} {}", endpoint(e));
            assert!(found.insert(line.clone()), "twice: {line}");
        }
    }
    found
}

fn port(p: &Value) -> String {
    format!("{}={}/{}", p.get("name").str(), p.get("port").int(), p.get("protocol").str())
}

fn endpoint(e: &Value) -> String {
    let conditions = ["ready", "serving", "terminating"].map(|c| e.get("conditions").get(c).is_true());
    let hints = ["forZones", "forNodes"].map(|h| {
        let names = e.get("hints").get(h).items().iter().map(|z| z.get("name").str());
        names.collect::<String>()
    });
    let texts = ["hostname", "nodeName", "zone"].map(|f| e.get(f).str());
    let target = e.get("targetRef");
    let addresses = e.get("addresses").items().iter().map(Value::str).collect::<Vec<_>>();
    format!(
        "{addresses:?} {conditions:?} {hints:?} {texts:?} {} {}",
        target.get("name").str(),
        target.get("uid").str()
    )
}

/// The same by definition: every pod that is selected, has not ended, has an address, and a node that is there.
fn defined_slices(cluster: &Cluster, service: &Object) -> BTreeSet<String> {
    let spec = service.value().get("spec");
    let mut lines = BTreeSet::new();
    for (pod, family, ip) in selected(cluster, service) {
        let value = pod.value();
        let node = value.get("spec").get("nodeName");
        let publish = spec.get("publishNotReadyAddresses").is_true();
        let Some(node) = cluster
            .store
            .get("nodes", "", node.str())
            .map(|n| n.value().clone())
            .or(publish.then_some(Value::Null))
        else {
            continue;
        };
        let (serving, terminating) = (is_ready(value), pod.is_deleted());
        let ready = publish || serving && !terminating;
        let mut ports =
            served(spec, value).into_iter().map(|(name, n)| format!("{name}={n}/TCP")).collect::<Vec<_>>();
        ports.sort();
        let zone = node.get("metadata").get("labels").get("topology.kubernetes.io/zone").str();
        let name = value.get("spec").get("nodeName").str();
        let distribution = spec.get("trafficDistribution").str();
        let hinted = |is: bool, hint: &str| if is && ready { hint.to_owned() } else { String::new() };
        let hints = [hinted(!distribution.is_empty(), zone), hinted(distribution == "PreferSameNode", name)];
        let named = value.get("spec").get("subdomain").str() == service.name().as_str();
        let hostname = if named { value.get("spec").get("hostname").str() } else { "" };
        let (conditions, texts) = ([ready, serving, terminating], [hostname, name, zone]);
        lines.insert(format!(
            "{family} {ports:?} {:?} {conditions:?} {hints:?} {texts:?} {} {}",
            [ip],
            pod.name(),
            pod.uid()
        ));
    }
    lines
}

/// What stands in Endpoints: address, pod, port and whether it is ready.
fn in_endpoints(cluster: &Cluster, service: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for subset in cluster.store.value("endpoints", "default", service).get("subsets").items() {
        for (field, ready) in [("addresses", true), ("notReadyAddresses", false)] {
            for a in subset.get(field).items() {
                for p in subset.get("ports").items() {
                    let target = a.get("targetRef").get("name").str();
                    let line = format!("{} {target} {} {ready}", a.get("ip").str(), port(p));
                    assert!(found.insert(line.clone()), "twice: {line}");
                }
            }
        }
    }
    found
}

/// The same by definition: unlike slices they show neither other families than the first, nor pods that are being
/// deleted, and do not ask for the node.
fn defined_endpoints(cluster: &Cluster, service: &Object) -> BTreeSet<String> {
    let spec = service.value().get("spec");
    let publish = spec.get("publishNotReadyAddresses").is_true();
    let first = spec.get("ipFamilies").items()[0].str();
    let mut lines = BTreeSet::new();
    for (pod, family, ip) in selected(cluster, service) {
        if family == first && (publish || !pod.is_deleted()) {
            let ready = publish || is_ready(pod.value());
            for (name, n) in served(spec, pod.value()) {
                lines.insert(format!("{ip} {} {name}={n}/TCP {ready}", pod.name()));
            }
        }
    }
    lines
}

/// The pods of a Service with their addresses of its families.
fn selected(cluster: &Cluster, service: &Object) -> Vec<(Object, String, String)> {
    let spec = service.value().get("spec");
    let mut found = Vec::new();
    for pod in cluster.store.list("pods", "default") {
        let matches = spec.get("selector").entries().iter().all(|(k, v)| pod.labels().get(k) == v);
        let ended = pod.value().get("status").get("phase").str() == "Failed";
        for ip in pod.value().get("status").get("podIPs").items() {
            let family = if ip.get("ip").str().contains(':') { "IPv6" } else { "IPv4" };
            let wanted = spec.get("ipFamilies").items().iter().any(|f| f.str() == family);
            if matches && !ended && wanted {
                found.push((Object::clone(pod), family.into(), ip.get("ip").str().into()));
            }
        }
    }
    found
}

fn is_ready(pod: &Value) -> bool {
    pod.get("status").get("conditions").items()[0].get("status").str() == "True"
}

/// The ports of the Service that the pod has, by name.
fn served(spec: &Value, pod: &Value) -> Vec<(String, i64)> {
    let own = &pod.get("spec").get("containers").items()[0].get("ports").items()[0];
    let mut found = Vec::new();
    for port in spec.get("ports").items() {
        let number = match port.get("targetPort") {
            Value::Int(n) => Some(*n),
            _ if own.get("protocol").str() == "TCP" => Some(own.get("containerPort").int()),
            _ => None,
        };
        found.extend(number.map(|n| (port.get("name").str().to_owned(), n)));
    }
    found
}
