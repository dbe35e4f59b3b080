//! A few requests in a row, of any method, to paths that mostly exist, with bodies that mostly are objects.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use svcscope_core::api::{Body, Request};
use svcscope_core::base::Duration;
use svcscope_core::cluster::{Cluster, Options};

#[derive(Arbitrary, Debug)]
struct Call<'a> {
    method: u8,
    collection: u8,
    name: Option<u8>,
    subresource: u8,
    query: Option<&'a str>,
    content_type: u8,
    accept: u8,
    body: Payload<'a>,
}

#[derive(Arbitrary, Debug)]
enum Payload<'a> {
    Bytes(&'a [u8]),
    /// One of [`BODIES`], with a piece of it replaced.
    Object {
        which: u8,
        from: u16,
        to: u16,
        with: &'a str,
    },
}

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];
const COLLECTIONS: &[&str] = &[
    "/api/v1/namespaces/default/services",
    "/api/v1/namespaces/default/pods",
    "/api/v1/namespaces/default/endpoints",
    "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
    "/apis/apps/v1/namespaces/default/deployments",
    "/apis/apps/v1/namespaces/default/replicasets",
    "/api/v1/namespaces",
    "/api/v1/nodes",
    "/apis/networking.k8s.io/v1/ipaddresses",
    "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
    "/api/v1/services",
    "/api",
    "/apis",
    "/openapi/v3",
    "/version",
    "/",
];
const NAMES: &[&str] = &["a", "kubernetes", "default", "web", "%2e%2e", "A", ""];
const SUBRESOURCES: &[&str] =
    &["", "", "", "/status", "/scale", "/binding", "/eviction", "/log", "/exec", "/proxy/x"];
const TYPES: &[&str] = &[
    "application/json",
    "application/yaml",
    "application/merge-patch+json",
    "application/json-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
    "application/vnd.kubernetes.protobuf",
    "text/plain",
];
const ACCEPT: &[&str] = &[
    "application/json",
    "application/yaml",
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
    "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    "application/vnd.kubernetes.protobuf",
    "*/*",
    "image/png",
];
const BODIES: &[&str] = &[
    r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"type":"NodePort","selector":{"a":"b"},"ports":[{"port":80,"targetPort":"http","nodePort":30001}]}}"#,
    r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"nginx","ports":[{"name":"http","containerPort":80}]}]}}"#,
    r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"nginx"}]}}}}"#,
    r#"{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"a"},"addressType":"IPv4","endpoints":[{"addresses":["10.1.2.3"]}],"ports":[{"name":"","port":80}]}"#,
    r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}"#,
    r#"[{"op":"replace","path":"/spec/ports/0/port","value":81},{"op":"test","path":"/metadata/name","value":"a"}]"#,
    r#"{"metadata":{"labels":{"x":"y","z":null}},"spec":{"ports":[{"$patch":"delete","port":80}],"$retainKeys":["ports"]}}"#,
];

static RUNNING: LazyLock<Cluster> = LazyLock::new(|| {
    let mut cluster = Cluster::new(&Options::default());
    cluster.advance(Duration::from_secs(30));
    cluster
});

fuzz_target!(|calls: Vec<Call>| {
    let mut cluster = RUNNING.clone();
    for call in calls.iter().take(8) {
        let response = cluster.request(&request(call));
        assert!((200..600).contains(&response.code), "{}", response.code);
        if let Body::Watch(watch) = response.body {
            cluster.watched(watch);
            cluster.unwatch(watch);
        }
        cluster.advance(Duration::from_secs(1));
    }
});

fn request(call: &Call) -> Request {
    let name = call
        .name
        .map_or(String::new(), |n| format!("/{}{}", one(NAMES, n), one(SUBRESOURCES, call.subresource)));
    let query = call.query.map_or(String::new(), |q| format!("?{q}"));
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Request {
        method: one(METHODS, call.method).to_owned(),
        path: format!("{}{name}{query}", one(COLLECTIONS, call.collection)),
        headers: vec![
            header("Content-Type", one(TYPES, call.content_type)),
            header("Accept", one(ACCEPT, call.accept)),
        ],
        body: body(&call.body),
    }
}

fn body(payload: &Payload) -> Vec<u8> {
    match payload {
        Payload::Bytes(bytes) => bytes.to_vec(),
        Payload::Object { which, from, to, with } => {
            let text = one(BODIES, *which);
            let (from, to) = (usize::from(*from) % text.len(), usize::from(*to) % text.len());
            let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 40));
            [&text.as_bytes()[..from], with.as_bytes(), &text.as_bytes()[to..]].concat()
        }
    }
}

fn one<'a>(of: &[&'a str], index: u8) -> &'a str {
    of[usize::from(index) % of.len()]
}
