//! How long the engine takes for what DESIGN asks of it, natively: `cargo bench -p svcscope-core --bench speed -- NAME`
//! runs one of them, for a profiler. What it takes as WebAssembly, `cargo xtask bench` says.

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, SystemTime};
use svcscope_core::api::{Body, Request, Response, WatchId};
use svcscope_core::base::Duration as Simulated;
use svcscope_core::cluster::{Cluster, Options};
use svcscope_core::net::{self, Source};
use svcscope_core::node::Machine;
use svcscope_core::object::{Port, Protocol};

const BENCHES: &[(&str, fn())] = &[
    ("boot", boot),
    ("ready", ready),
    ("request", request),
    ("read", read),
    ("create", create),
    ("manifest", manifest),
    ("flip", flip),
    ("watch", watch),
];

fn main() {
    let named: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    for (name, bench) in BENCHES {
        if named.is_empty() || named.iter().any(|n| n == name) {
            bench();
        }
    }
}

fn boot() {
    say("boot", median(20, || drop(black_box(cluster(3)))));
}

fn ready() {
    for pods in [10, 100, 500, 2000] {
        say(&format!("{pods} endpoints ready"), median(if pods > 500 { 2 } else { 5 }, || drop(shop(pods))));
    }
}

fn request() {
    let mut cluster = shop(100);
    let request = net::Request {
        from: Source::Outside(None),
        to: "192.168.1.13".into(),
        port: Port::new(31000).expect("a port"),
        protocol: Protocol::Tcp,
        client_port: None,
        payload: "/".into(),
    };
    say(
        "a request through a node port, unrecorded",
        each(5000, |_| {
            let end = cluster.send_unrecorded(&request).expect("there is a source");
            assert!(format!("{:?}", end.outcome).starts_with("Answered"), "{end:?}");
        }),
    );
    say("the same with its steps", each(5000, |_| drop(black_box(cluster.send(&request)))));
}

fn read() {
    let mut cluster = shop(100);
    let get = "/api/v1/namespaces/default/services/web";
    say("GET of a Service", each(5000, |_| drop(call(&mut cluster, "GET", get, ""))));
    let list = "/api/v1/namespaces/default/pods";
    say("GET of 100 Pods", each(50, |_| drop(call(&mut cluster, "GET", list, ""))));
}

fn create() {
    let mut cluster = cluster(3);
    let path = "/api/v1/namespaces/default/services";
    say(
        "POST of a Service",
        each(2000, |i| {
            let body = format!(
                r#"{{"apiVersion":"v1","kind":"Service","metadata":{{"name":"s{i}"}},"spec":{{"selector":{{"app":"s{i}"}},"ports":[{{"port":80}}]}}}}"#
            );
            call(&mut cluster, "POST", path, &body);
        }),
    );
    cluster.advance(Simulated::ZERO);
    let path = "/api/v1/namespaces/default/pods";
    say(
        "POST of a Pod",
        each(2000, |i| {
            let body = format!(
                r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"p{i}","labels":{{"app":"s{i}"}}}},"spec":{{"containers":[{{"name":"web","image":"web:1.0","ports":[{{"containerPort":8080}}]}}]}}}}"#
            );
            call(&mut cluster, "POST", path, &body);
        }),
    );
}

/// Applied again and again with one line changed, as an editor does it.
fn manifest() {
    let mut cluster = cluster(3);
    let text = |round: usize| {
        let mut text = String::new();
        for n in 0..33 {
            let app = format!("app-{n}");
            write!(
                text,
                "---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {app}
  labels:
    app: {app}
spec:
  replicas: 0
  selector:
    matchLabels:
      app: {app}
  template:
    metadata:
      labels:
        app: {app}
    spec:
      containers:
      - name: web
        image: web:{round}
        ports:
        - containerPort: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: {app}
spec:
  selector:
    app: {app}
  ports:
  - port: 80
    targetPort: 8080
"
            )
            .expect("a string takes it");
        }
        text
    };
    assert!((990..1100).contains(&text(0).lines().count()), "{}", text(0).lines().count());
    let mut round = 0;
    say(
        "1,000 lines applied",
        median(20, || {
            round += 1;
            cluster.apply(&text(round)).expect("they are right");
        }),
    );
    say(
        "1,000 lines applied, and nothing changed",
        median(20, || {
            cluster.apply(&text(round)).expect("they are right");
        }),
    );
}

/// One pod of many turns ready or not, until all who care have followed.
fn flip() {
    for pods in [100, 2000, 20000] {
        let start = clock();
        let mut cluster = shop(pods);
        say(&format!("{pods} pods loaded"), clock() - start);
        let names: Vec<String> = cluster
            .store()
            .list("pods", "default")
            .take(50)
            .map(|pod| pod.value().get("metadata").get("name").str().into())
            .collect();
        say(
            &format!("one of {pods} pods flips"),
            each(names.len(), |i| {
                let path = format!("/api/v1/namespaces/default/pods/{}/status", names[i]);
                let condition = r#"{"status":{"conditions":[{"type":"Ready","status":"False"}]}}"#;
                call(&mut cluster, "PATCH", &path, condition);
                cluster.advance(Simulated::ZERO);
            }),
        );
    }
}

/// A change of a Service that a thousand clients watch.
fn watch() {
    let mut cluster = shop(10);
    let path = "/api/v1/services?watch=true&resourceVersion=0";
    let watches: Vec<WatchId> = (0..1000)
        .map(|_| match call(&mut cluster, "GET", path, "").body {
            Body::Watch(id) => id,
            Body::Bytes(_) => panic!("no watch"),
        })
        .collect();
    let fetch = |cluster: &mut Cluster| watches.iter().map(|w| cluster.watched(*w).0.len()).sum::<usize>();
    assert!(fetch(&mut cluster) > 0, "they see what is there");
    say(
        "a change of a Service told to 1,000 watchers",
        each(50, |i| {
            let body = format!(r#"{{"metadata":{{"annotations":{{"round":"{i}"}}}}}}"#);
            call(&mut cluster, "PATCH", "/api/v1/namespaces/default/services/web", &body);
            assert!(fetch(&mut cluster) > 0, "they see it");
        }),
    );
}

fn cluster(nodes: u8) -> Cluster {
    let mut options = Options::product();
    if let Some(machines) = &mut options.machines {
        machines.list.truncate(1);
        machines.list.extend((1..=nodes).map(Machine::numbered));
    }
    Cluster::new(&options)
}

/// A Deployment of so many pods behind a Service, all of them ready.
fn shop(pods: usize) -> Cluster {
    let nodes = pods.div_ceil(100).clamp(3, 244);
    let mut cluster = cluster(u8::try_from(nodes).expect("it is not more"));
    let manifests = format!(
        "
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{type: NodePort, selector: {{app: web}}, ports: [{{port: 80, targetPort: 8080, nodePort: 31000}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {pods}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: 'web:1.0', ports: [{{containerPort: 8080}}]}}]}}
"
    );
    cluster.apply(&manifests).expect("it is applied");
    cluster.advance_until_quiet(Simulated::from_secs(3600));
    let slices = cluster.store().list("endpointslices.discovery.k8s.io", "default");
    let endpoints = slices.flat_map(|s| s.value().get("endpoints").items());
    let ready = endpoints.filter(|e| e.get("conditions").get("ready").is_true()).count();
    assert!(ready >= pods, "{ready} of {pods} are ready");
    cluster
}

fn call(cluster: &mut Cluster, method: &str, path: &str, body: &str) -> Response {
    let media = if method == "PATCH" { "application/strategic-merge-patch+json" } else { "application/json" };
    let request = Request {
        method: method.into(),
        path: path.into(),
        headers: vec![("Content-Type".into(), media.into())],
        body: body.into(),
    };
    let response = cluster.request(&request);
    assert!(response.code < 300, "{method} {path}: {response:?}");
    response
}

fn median(rounds: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..rounds)
        .map(|_| {
            let start = clock();
            run();
            clock() - start
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// The mean over so many, each with its number.
fn each(count: usize, mut run: impl FnMut(usize)) -> Duration {
    let start = clock();
    (0..count).for_each(&mut run);
    (clock() - start) / u32::try_from(count).expect("a small number")
}

/// What this has taken of a processor, where Linux says so: others may be at work beside it. Else the time of day.
fn clock() -> Duration {
    let spent = std::fs::read_to_string("/proc/self/schedstat").ok();
    let spent = spent.and_then(|s| s.split(' ').next()?.parse().ok()).map(Duration::from_nanos);
    spent.unwrap_or_else(|| SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

fn say(what: &str, time: Duration) {
    println!("{what}: {time:?}");
}
