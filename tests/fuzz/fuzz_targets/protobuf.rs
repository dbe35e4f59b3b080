//! Arbitrary bytes as messages of any type: what is read can be written and read again. And as bodies of requests.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use svcscope_core::api::{Body, Request};
use svcscope_core::cluster::{Cluster, Options};
use svcscope_core::schema::{Schema, TypeId, protobuf};

static SCHEMA: LazyLock<Schema> = LazyLock::new(Schema::kubernetes);
static TYPES: LazyLock<Vec<TypeId>> =
    LazyLock::new(|| SCHEMA.types().filter(|(_, t)| t.has_messages()).map(|(id, _)| id).collect());
static RUNNING: LazyLock<Cluster> = LazyLock::new(|| Cluster::new(&Options::default()));

const COLLECTIONS: &[(&str, &str, &str)] = &[
    ("/api/v1/namespaces/default/services", "v1", "Service"),
    ("/api/v1/namespaces/default/pods", "v1", "Pod"),
    ("/api/v1/namespaces/default/secrets", "v1", "Secret"),
    ("/apis/apps/v1/namespaces/default/deployments", "apps/v1", "Deployment"),
    ("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", "discovery.k8s.io/v1", "EndpointSlice"),
    ("/apis/networking.k8s.io/v1/namespaces/default/ingresses", "networking.k8s.io/v1", "Ingress"),
    ("/apis/policy/v1/namespaces/default/poddisruptionbudgets", "policy/v1", "PodDisruptionBudget"),
];

fuzz_target!(|input: &[u8]| {
    let [high, low, rest @ ..] = input else { return };
    if *high >= 0x80 {
        let (path, version, kind) = COLLECTIONS[usize::from(*low) % COLLECTIONS.len()];
        let body = if *high >= 0xc0 { rest.to_vec() } else { protobuf::seal(version, kind, rest) };
        return post(path, body);
    }
    let type_ = TYPES[(usize::from(*high) << 8 | usize::from(*low)) % TYPES.len()];
    if let Ok(value) = protobuf::decode(&SCHEMA, type_, rest) {
        let bytes = protobuf::encode(&SCHEMA, type_, &value);
        assert!(protobuf::decode(&SCHEMA, type_, &bytes).is_ok());
    }
});

fn post(path: &str, body: Vec<u8>) {
    let header = |name: &str| (name.to_owned(), "application/vnd.kubernetes.protobuf".to_owned());
    let headers = vec![header("Content-Type"), header("Accept")];
    let request = Request { method: "POST".to_owned(), path: path.to_owned(), headers, body };
    let response = RUNNING.clone().request(&request);
    assert!((200..600).contains(&response.code), "{}", response.code);
    let Body::Bytes(bytes) = response.body else { panic!("a watch") };
    assert!(protobuf::Envelope::open(&bytes).is_ok());
}
