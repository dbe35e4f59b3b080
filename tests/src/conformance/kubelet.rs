//! The kubelet as the steps `ready` and `gone` play it: pods get addresses and become ready, or go.

use super::client::{escaped, items, send};
use super::server::Server;
use serde_json::{Value, json};

const JSON: &str = "application/json";
const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";

/// The addresses a case hands out to pods: 10.244.0.2, 10.244.0.3, …
#[derive(Debug)]
pub(super) struct Addresses(u16);

impl Default for Addresses {
    fn default() -> Self {
        Addresses(2)
    }
}

impl Addresses {
    fn next(&mut self) -> String {
        let [high, low] = self.0.to_be_bytes();
        self.0 = self.0.wrapping_add(1);
        format!("10.244.{high}.{low}")
    }
}

/// The pods that `options` select become ready, or what else they say.
pub(super) fn ready(
    server: &mut dyn Server,
    options: &Value,
    addresses: &mut Addresses,
) -> Result<(), String> {
    let chosen = pods(server, options, false)?;
    if options.get("count").is_some_and(|count| *count != chosen.len()) {
        return Err(format!("{} pods for {options}", chosen.len()));
    }
    for (i, pod) in chosen.iter().enumerate() {
        let path = path(options, pod);
        if let Some(patch) = options.get("patch") {
            must(server, "PATCH", &path, MERGE, patch)?;
        }
        if let Some(how) = options.get("delete") {
            must(server, "DELETE", &path, JSON, how)?;
            continue;
        }
        if let Some(node) = node(options, i).filter(|_| pod["spec"]["nodeName"].is_null()) {
            must(server, "POST", &format!("{path}/binding"), JSON, &binding(&pod["metadata"]["name"], node))?;
        }
        must(
            server,
            "PATCH",
            &format!("{path}/status"),
            STRATEGIC,
            &json!({"status": status(options, pod, addresses)}),
        )?;
    }
    Ok(())
}

/// The pods that `options` select, of those being deleted, go.
pub(super) fn gone(server: &mut dyn Server, options: &Value) -> Result<(), String> {
    for pod in pods(server, options, true)? {
        must(server, "DELETE", &path(options, &pod), JSON, &json!({"gracePeriodSeconds": 0}))?;
    }
    Ok(())
}

/// What binds a pod to a node.
pub(super) fn binding(pod: &Value, node: &Value) -> Value {
    let target = json!({"apiVersion": "v1", "kind": "Node", "name": node});
    json!({"apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod}, "target": target})
}

/// In order of creation and then of name.
fn pods(server: &mut dyn Server, options: &Value, deleted: bool) -> Result<Vec<Value>, String> {
    let selector = escaped(options["selector"].as_str().unwrap_or_default());
    let mut found = items(server, &format!("{}?labelSelector={selector}", folder(options)))?;
    found.retain(|pod| {
        let over = ["Succeeded", "Failed"].iter().any(|phase| pod["status"]["phase"] == **phase);
        pod["metadata"]["deletionTimestamp"].is_string() == deleted && (deleted || !over)
    });
    let text = |pod: &Value, key: &str| pod["metadata"][key].as_str().unwrap_or_default().to_owned();
    found.sort_by_cached_key(|pod| (text(pod, "creationTimestamp"), text(pod, "name")));
    let number = |key: &str| options[key].as_u64().and_then(|n| usize::try_from(n).ok());
    let (skip, count) = (number("skip").unwrap_or(0), number("count").unwrap_or(usize::MAX));
    Ok(found.into_iter().skip(skip).take(count).collect())
}

fn folder(options: &Value) -> String {
    format!("/api/v1/namespaces/{}/pods", options["namespace"].as_str().unwrap_or("default"))
}

fn path(options: &Value, pod: &Value) -> String {
    format!("{}/{}", folder(options), pod["metadata"]["name"].as_str().unwrap_or_default())
}

/// The node for the pod at `index`: they take turns.
fn node(options: &Value, index: usize) -> Option<&Value> {
    let nodes = options["nodes"].as_array()?;
    nodes.get(index.checked_rem(nodes.len())?)
}

fn status(options: &Value, pod: &Value, addresses: &mut Addresses) -> Value {
    let is = |key: &str| options[key].as_bool().unwrap_or(true);
    let condition = json!({"type": "Ready", "status": if is("ready") { "True" } else { "False" },
        "lastTransitionTime": options["since"].as_str().unwrap_or("2026-01-01T00:00:00Z")});
    let mut status =
        json!({"phase": options["phase"].as_str().unwrap_or("Running"), "conditions": [condition]});
    let address = pod["status"]["podIP"].as_str().unwrap_or_default();
    if is("ip") && address.is_empty() {
        let ip = addresses.next();
        status["podIPs"] = json!([{"ip": ip}]);
        status["podIP"] = Value::from(ip);
    }
    if let Some(restarts) = options.get("restarts") {
        let container = |c: &Value| json!({"name": c["name"], "image": c["image"], "imageID": "", "ready": is("ready"), "restartCount": restarts});
        let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
        status["containerStatuses"] = containers.map(container).collect();
    }
    status
}

fn must(
    server: &mut dyn Server,
    method: &str,
    path: &str,
    content_type: &str,
    body: &Value,
) -> Result<(), String> {
    let answer = send(server, method, path, content_type, Some(body))?;
    if answer.code < 300 {
        Ok(())
    } else {
        Err(format!("{method} {path} {body}: {} {}", answer.code, answer.body))
    }
}
