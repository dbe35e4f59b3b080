//! How long the endpoint controllers take: 1,000 Services of 50 pods each for the first time, then one pod that flips.
//! API server and etcd are a store here, so this is about what upstream's reconcilers take, not their clusters.

#[expect(dead_code, reason = "the tests use more of it")]
#[path = "../tests/endpoint_controllers/cluster.rs"]
mod cluster;

use cluster::Cluster;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use svcscope_core::base::{Text, Value};
use svcscope_core::store::Object;

const PODS: usize = 50;
const FLIPS: usize = 20000;

fn main() {
    for (services, spec) in [(1, Value::Null), (1000, Value::Null), (1000, "PreferSameZone".into())] {
        let what = format!("{services} x {PODS} pods {}", spec.str());
        let mut cluster = world(services, &spec);
        let start = Instant::now();
        cluster.run();
        let (all, own) = (start.elapsed(), cluster.spent);
        println!("{what}: from scratch {all:?}, in controllers {own:?}");
        let [all, own] = flips(&mut cluster, services);
        println!("{what}: one flip until all is written {all:?}, in controllers {own:?}");
    }
}

/// The median time from a pod's change until slices and Endpoints are in the store, and what of it the controllers take.
fn flips(cluster: &mut Cluster, services: usize) -> [Duration; 2] {
    let mut spent = [Vec::new(), Vec::new()];
    for i in 0..FLIPS {
        let name = format!("p{}-{}", i % services, (i / services * 7) % PODS);
        let mut pod = cluster.store.value("pods", "default", &name).clone();
        let ready = if (i / services / PODS).is_multiple_of(2) { "False" } else { "True" };
        let conditions = pod.entry_at(&["status", "conditions"]).list_mut();
        conditions[3].set("status", ready);
        conditions[3].set(
            "lastTransitionTime",
            format!("2026-01-02T{:02}:{:02}:{:02}Z", i / 3600, i / 60 % 60, i % 60),
        );
        cluster.store.put(&"pods".into(), Object::new(pod));
        let (start, before, writes) = (Instant::now(), cluster.spent, cluster.writes);
        cluster.run();
        spent[0].push(start.elapsed());
        spent[1].push(cluster.spent - before);
        assert_eq!(cluster.writes, writes + 2, "a slice and Endpoints");
    }
    spent.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    })
}

fn world(services: usize, distribution: &Value) -> Cluster {
    let mut cluster = Cluster::new();
    let mut put =
        |resource: &str, object: Value| drop(cluster.store.put(&resource.into(), Object::new(object)));
    for n in 0..20 {
        let labels = map([("topology.kubernetes.io/zone", Value::from(format!("zone-{}", n % 3)))]);
        let metadata = map([("name", Value::from(format!("n{n}"))), ("labels", labels)]);
        put("nodes", map([("metadata", metadata)]));
    }
    for s in 0..services {
        put("services", service(s, distribution));
        (0..PODS).for_each(|p| put("pods", pod(s, p)));
    }
    cluster
}

fn service(s: usize, distribution: &Value) -> Value {
    let port = map([("protocol", Value::from("TCP")), ("port", 80.into()), ("targetPort", 8080.into())]);
    let spec = map([
        ("ports", Value::list([port])),
        ("selector", labels(s)),
        ("clusterIP", "10.96.0.1".into()),
        ("ipFamilies", Value::list(["IPv4".into()])),
        ("trafficDistribution", distribution.clone()),
    ]);
    map([("metadata", metadata(&format!("s{s}"), 1_000_000 + s, Value::Null)), ("spec", spec)])
}

/// A pod as a kubelet reports it, with fields that nobody here reads.
fn pod(s: usize, p: usize) -> Value {
    let ip = Value::from(format!("10.{}.{}.{}", s / 250, s % 250, p + 1));
    let condition = |name: &str| {
        map([
            ("type", Value::from(name)),
            ("status", "True".into()),
            ("lastTransitionTime", "2026-01-01T00:00:00Z".into()),
        ])
    };
    let conditions = ["PodReadyToStartContainers", "Initialized", "PodScheduled", "Ready", "ContainersReady"];
    let container = map([("name", Value::from("c")), ("image", "nginx".into())]);
    let spec = map([
        ("restartPolicy", Value::from("Always")),
        ("containers", Value::list([container])),
        ("nodeName", format!("n{}", p % 20).into()),
    ]);
    let status = map([
        ("phase", Value::from("Running")),
        ("conditions", Value::list(conditions.map(condition))),
        ("hostIP", "192.168.1.1".into()),
        ("podIP", ip.clone()),
        ("podIPs", Value::list([map([("ip", ip)])])),
    ]);
    let metadata = metadata(&format!("p{s}-{p}"), s * PODS + p, labels(s));
    map([("metadata", metadata), ("spec", spec), ("status", status)])
}

fn labels(s: usize) -> Value {
    map([("app", Value::from(format!("app-{s}"))), ("tier", "backend".into())])
}

fn metadata(name: &str, uid: usize, labels: Value) -> Value {
    map([
        ("name", Value::from(name)),
        ("namespace", "default".into()),
        ("uid", format!("00000000-0000-4000-8000-{uid:012}").into()),
        ("resourceVersion", "".into()),
        ("creationTimestamp", "2026-01-01T00:00:00Z".into()),
        ("labels", labels),
    ])
}

/// A map whose keys share their memory with all others of the same name, as those of decoded objects do.
fn map<K: AsRef<str>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
    thread_local!(static KEYS: RefCell<BTreeMap<String, Text>> = RefCell::default());
    let shared = |key: &str| {
        KEYS.with_borrow_mut(|keys| keys.entry(key.to_owned()).or_insert_with(|| key.into()).clone())
    };
    Value::map(entries.into_iter().map(|(key, value)| (shared(key.as_ref()), value)))
}
