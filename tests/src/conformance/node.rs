//! The nodes of a cluster that has some: node-1, node-2, … as the recorder's `kubelet.mjs` makes them.

use super::client::send;
use super::server::Server;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const JSON: &str = "application/json";
const MERGE: &str = "application/merge-patch+json";

pub(super) const COUNT: usize = 3;

pub(super) fn name(number: usize) -> String {
    format!("node-{number}")
}

/// Which node it is, if one of them.
pub(super) fn number(node: &str) -> Option<usize> {
    (1..=COUNT).find(|number| name(*number) == node)
}

/// The address of the node itself.
pub(super) fn address(number: usize) -> String {
    format!("192.168.1.{}", 10 + number)
}

/// A SHA-256 in hexadecimal.
pub(super) fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Registers a node, and makes it ready.
pub(super) fn create(cluster: &mut dyn Server, number: usize) -> Result<(), String> {
    let (name, time) = (name(number), cluster.now());
    let labels = json!({"beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"});
    let cidr = format!("10.244.{number}.0/24");
    let spec = json!({"podCIDR": cidr, "podCIDRs": [cidr]});
    let path = format!("/api/v1/nodes/{name}");
    must(
        cluster,
        "POST",
        "/api/v1/nodes",
        JSON,
        &json!({"metadata": {"name": name, "labels": labels}, "spec": spec}),
    )?;
    must(cluster, "PATCH", &format!("{path}/status"), MERGE, &json!({"status": status(number, &time)}))?;
    // "not ready", from admission
    must(cluster, "PATCH", &path, MERGE, &json!({"spec": {"taints": null}}))?;
    let renewed = time.replace('Z', ".000000Z");
    let lease = json!({"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": renewed});
    let leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    must(cluster, "POST", leases, JSON, &json!({"metadata": {"name": name}, "spec": lease}))
}

/// Says where the API server is, as its own reconciler does.
pub(super) fn advertise(cluster: &mut dyn Server) -> Result<(), String> {
    let address = "172.18.0.2";
    let port = json!({"name": "https", "port": 6443, "protocol": "TCP"});
    let own = |label: &str, value: &str| json!({"name": "kubernetes", "namespace": "default", "labels": {label: value}});
    let endpoints = json!({"metadata": own("endpointslice.kubernetes.io/skip-mirror", "true"),
        "subsets": [{"addresses": [{"ip": address}], "ports": [port]}]});
    must(cluster, "POST", "/api/v1/namespaces/default/endpoints", JSON, &endpoints)?;
    let slice = json!({"metadata": own("kubernetes.io/service-name", "kubernetes"), "addressType": "IPv4",
        "endpoints": [{"addresses": [address], "conditions": {"ready": true}}], "ports": [port]});
    must(cluster, "POST", "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", JSON, &slice)
}

fn status(number: usize, time: &str) -> Value {
    let condition = |kind: &str, status: &str, reason: &str, message: &str| {
        json!({"type": kind, "status": status, "reason": reason, "message": message,
            "lastHeartbeatTime": time, "lastTransitionTime": time})
    };
    let size = json!({"cpu": "4", "ephemeral-storage": "51200Mi", "hugepages-2Mi": "0", "memory": "8Gi", "pods": "110"});
    let id = hash(&name(number));
    json!({
        "nodeInfo": {
            "machineID": id.get(..32),
            "systemUUID": format!("00000000-0000-4000-8000-00000000000{number}"),
            "bootID": format!("00000000-0000-4000-9000-00000000000{number}"),
            "kernelVersion": "6.12.48", "osImage": "Debian GNU/Linux 13 (trixie)",
            "containerRuntimeVersion": "containerd://2.2.0", "kubeletVersion": "v1.37.2", "kubeProxyVersion": "",
            "operatingSystem": "linux", "architecture": "amd64",
        },
        "capacity": size,
        "allocatable": size,
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "addresses": [{"type": "InternalIP", "address": address(number)}, {"type": "Hostname", "address": name(number)}],
        "conditions": [
            condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ],
    })
}

fn must(
    cluster: &mut dyn Server,
    method: &str,
    path: &str,
    content_type: &str,
    body: &Value,
) -> Result<(), String> {
    let answer = send(cluster, method, path, content_type, Some(body))?;
    if answer.code < 300 { Ok(()) } else { Err(format!("{method} {path}: {} {}", answer.code, answer.body)) }
}
