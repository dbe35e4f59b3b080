//! Where the API server is, as the recorder's `kubelet.mjs` says in place of the server's own reconciler.

use super::client::send;
use super::server::Server;
use serde_json::{Value, json};

/// Says where the API server is, as its own reconciler does.
pub(super) fn advertise(cluster: &mut dyn Server) -> Result<(), String> {
    let address = "172.18.0.2";
    let port = json!({"name": "https", "port": 6443, "protocol": "TCP"});
    let own = |label: &str, value: &str| json!({"name": "kubernetes", "namespace": "default", "labels": {label: value}});
    let endpoints = json!({"metadata": own("endpointslice.kubernetes.io/skip-mirror", "true"),
        "subsets": [{"addresses": [{"ip": address}], "ports": [port]}]});
    must(cluster, "/api/v1/namespaces/default/endpoints", &endpoints)?;
    let slice = json!({"metadata": own("kubernetes.io/service-name", "kubernetes"), "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": true}}], "ports": [port]});
    must(cluster, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", &slice)
}

fn must(cluster: &mut dyn Server, path: &str, body: &Value) -> Result<(), String> {
    let answer = send(cluster, "POST", path, "application/json", Some(body))?;
    if answer.code < 300 { Ok(()) } else { Err(format!("POST {path}: {} {}", answer.code, answer.body)) }
}
