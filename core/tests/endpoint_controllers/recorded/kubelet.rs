//! Pods as the recordings move them: made ready or not, made to go, made by a ReplicaSet.

use crate::cluster::Cluster;
use svcscope_core::base::{Selector, Value};
use svcscope_core::store::Object;

/// The last two numbers of the next pod address.
pub struct Addresses(pub i64);

/// `ready`: pods get an address and a status.
pub fn ready(cluster: &mut Cluster, step: &Value, ips: &mut Addresses) {
    let running = |p: &Object| {
        !p.is_deleted() && !matches!(p.value().get("status").get("phase").str(), "Succeeded" | "Failed")
    };
    for (i, mut pod) in chosen(cluster, step, running).into_iter().enumerate() {
        let nodes = step.get("nodes").items();
        if !nodes.is_empty() && pod.get("spec").get("nodeName").is_empty() {
            pod.entry("spec").set("nodeName", &nodes[i % nodes.len()]);
            cluster.put("pods", pod.clone());
        }
        let status = pod.entry("status");
        status.set("phase", text_or(step.get("phase"), "Running"));
        let is_ready = step.get("ready").as_bool().unwrap_or(true);
        let since = text_or(step.get("since"), "2026-01-01T00:00:00Z");
        status.set(
            "conditions",
            Value::list([Value::map([
                ("type", Value::from("Ready")),
                ("status", if is_ready { "True" } else { "False" }.into()),
                ("lastTransitionTime", since),
            ])]),
        );
        if step.get("ip").as_bool().unwrap_or(true) && status.get("podIP").is_null() {
            let ip = Value::from(format!("10.244.{}.{}", ips.0 >> 8, ips.0 & 255));
            ips.0 += 1;
            status.set("podIP", ip.clone());
            status.set("podIPs", Value::list([Value::map([("ip", ip)])]));
        }
        cluster.put("pods", pod);
    }
}

/// `gone`: pods that are being deleted go.
pub fn gone(cluster: &mut Cluster, step: &Value) {
    for pod in chosen(cluster, step, Object::is_deleted) {
        let name = pod.get("metadata").get("name").str().to_owned();
        cluster.remove("pods", namespace(step), &name);
    }
}

/// The pods of a new ReplicaSet.
pub fn replicas(cluster: &mut Cluster, set: &Value) {
    let spec = set.get("spec");
    let template = spec.get("template");
    for n in 0..spec.get("replicas").int() {
        let metadata = Value::map([
            ("name", Value::from(format!("{}-{n:05}", set.get("metadata").get("name").str()))),
            ("namespace", "default".into()),
            ("uid", format!("00000000-0000-4000-9000-{n:012}").into()),
            ("creationTimestamp", cluster.now.rfc3339().into()),
            ("labels", template.get("metadata").get("labels").clone()),
        ]);
        let status = Value::map([("phase", Value::from("Pending"))]);
        let pod = [("metadata", metadata), ("spec", template.get("spec").clone()), ("status", status)];
        cluster.put("pods", Value::map(pod));
    }
}

/// The Endpoints of a manifest that lists addresses, one a line, and one port.
pub fn endpoints_of_lines(manifest: &str) -> Value {
    let ips = manifest.lines().filter_map(|line| line.strip_prefix("  - ip: "));
    let addresses = Value::list(ips.map(|ip| Value::map([("ip", Value::from(ip))])));
    let port = [("name", Value::from("http")), ("port", 80.into()), ("protocol", "TCP".into())];
    assert!(manifest.contains("ports: [{name: http, port: 80}]"), "another port than that is not understood");
    let subset = [("addresses", addresses), ("ports", Value::list([Value::map(port)]))];
    let names = ["name", "namespace", "uid"].into_iter().zip(["web", "default", "made-by-kubectl"]);
    let metadata = Value::map(names.map(|(field, text)| (field, Value::from(text))));
    let subsets = Value::list([Value::map(subset)]);
    Value::map([("kind", "Endpoints".into()), ("metadata", metadata), ("subsets", subsets)])
}

/// The pods that a step means, oldest first.
fn chosen(cluster: &Cluster, step: &Value, which: impl Fn(&Object) -> bool) -> Vec<Value> {
    let selector = Selector::parse(step.get("selector").str()).expect("a selector");
    let pods = cluster.store.select("pods", namespace(step), &selector).filter(|p| which(p));
    let mut pods = pods.map(|p| p.value().clone()).collect::<Vec<_>>();
    pods.sort_by_key(|p| {
        let m = p.get("metadata");
        (m.get("creationTimestamp").str().to_owned(), m.get("name").str().to_owned())
    });
    let skip = usize::try_from(step.get("skip").int()).expect("a number");
    let count = step.get("count").as_int().map_or(pods.len(), |n| usize::try_from(n).expect("a number"));
    pods.into_iter().skip(skip).take(count).collect()
}

fn namespace(step: &Value) -> &str {
    step.get("namespace").as_text().map_or("default", |n| n)
}

fn text_or(value: &Value, otherwise: &str) -> Value {
    if value.is_null() { otherwise.into() } else { value.clone() }
}
