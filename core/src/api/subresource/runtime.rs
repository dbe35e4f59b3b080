//! What a container runtime would answer: logs, commands, connections.
//!
//! Models `pkg/registry/core/pod/rest` and `pkg/registry/core/{pod,service,node}`.

use crate::api::call::{Answer, Call};
use crate::api::options::{boolean, integer};
use crate::api::read;
use crate::api::url::{self, Query};
use crate::base::field::Errors;
use crate::base::status::InGroup;
use crate::base::{Path, Status, Value, field, ip};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What can be asked of a log, in the order in which it is passed on.
const LOG_OPTIONS: &[&str] =
    &["follow", "limitBytes", "previous", "sinceSeconds", "sinceTime", "tailLines", "timestamps"];

pub(super) fn log(call: &mut Call<'_>) -> Result<Answer, Status> {
    let errors = log_options(&call.url.query)?;
    if !errors.is_empty() {
        let options = InGroup { group: "", name: "PodLogOptions" };
        return Err(Status::invalid(options, call.route.name, &errors));
    }
    let pod = pod(call)?;
    let container = container(&pod, call.url.query.get("container"))?;
    if pod.get("spec").get("nodeName").is_empty() {
        return Ok(read::text(204, ""));
    }
    let kubelet = kubelet(call, &pod)?;
    let (namespace, name) =
        (pod.get("metadata").get("namespace").str(), pod.get("metadata").get("name").str());
    let query = forwarded(&call.url.query)?;
    let path = format!("https://{kubelet}/containerLogs/{namespace}/{name}/{container}{query}");
    Err(Status::unknown(format!("Get \"{path}\": {}", refused(&kubelet))))
}

/// What the kubelet is asked for of a log, as a query.
fn forwarded(query: &Query) -> Result<String, Status> {
    let mut out = String::new();
    for name in LOG_OPTIONS {
        let value = match *name {
            "follow" | "previous" | "timestamps" => match boolean(query, name)? {
                Some(true) => "true".into(),
                _ => continue,
            },
            _ => url::escaped(query.get(name)).replace(':', "%3A"),
        };
        if !value.is_empty() {
            let mark = if out.is_empty() { '?' } else { '&' };
            out.push_str(&format!("{mark}{name}={value}"));
        }
    }
    Ok(out)
}

/// What is wrong with how much of a log is asked for.
///
/// Models `ValidatePodLogOptions`.
fn log_options(query: &Query) -> Result<Errors, Status> {
    let mut errors = Errors::new();
    let tail = integer(query, "tailLines")?;
    let (bytes, seconds) = (integer(query, "limitBytes")?, integer(query, "sinceSeconds")?);
    if let Some(lines) = tail.filter(|n| *n < 0) {
        errors.push(field::invalid(&Path::new("tailLines"), lines, "must be greater than or equal to 0"));
    }
    if let Some(bytes) = bytes.filter(|n| *n < 1) {
        errors.push(field::invalid(&Path::new("limitBytes"), bytes, "must be greater than 0"));
    }
    if seconds.is_some() && !query.get("sinceTime").is_empty() {
        let detail = "at most one of `sinceTime` or `sinceSeconds` may be specified";
        errors.push(field::forbidden(&Path::new("[]"), detail));
    } else if let Some(seconds) = seconds.filter(|n| *n < 1) {
        errors.push(field::invalid(&Path::new("sinceSeconds"), seconds, "must be greater than 0"));
    }
    // Which of the two streams is wanted can be said where a feature is on that is off.
    if query.has("stream") {
        errors.push(field::forbidden(&Path::new("stream"), "may not be specified"));
    }
    Ok(errors)
}

pub(super) fn stream(call: &mut Call<'_>, what: &str) -> Result<Answer, Status> {
    let pod = pod(call)?;
    if what != "portforward" {
        container(&pod, call.url.query.get("container"))?;
    }
    if pod.get("spec").get("nodeName").is_empty() {
        let name = pod.get("metadata").get("name").str();
        return Err(Status::bad_request(format!("pod {name} does not have a host assigned")));
    }
    let connection = call.request.header("Connection").unwrap_or_default();
    if !connection.to_ascii_lowercase().contains("upgrade") {
        return Err(Status::bad_request("Upgrade request required"));
    }
    let kubelet = kubelet(call, &pod)?;
    Err(Status::unknown(format!("error dialing backend: {}", refused(&kubelet))))
}

pub(super) fn proxy(call: &mut Call<'_>) -> Result<Answer, Status> {
    // `[scheme:]name[:port]`
    let parts = call.route.name.split(':').collect::<Vec<_>>();
    let name = match parts.as_slice() {
        [name] | [name, _] | [_, name, _] => *name,
        _ => {
            let (what, id) = (call.kind.kind.to_lowercase(), field::quoted(call.route.name));
            return Err(Status::bad_request(format!("invalid {what} request {id}")));
        }
    };
    match call.kind.name.as_str() {
        "services" => Err(no_endpoints(name)),
        "pods" => {
            let pod = call.server.store.value("pods", call.route.namespace, name);
            if pod.is_null() {
                return Err(Status::not_found(call.kind.in_group(), name));
            }
            let address = ip::parse_sloppy(pod.get("status").get("podIP").str());
            if address.is_none_or(|ip| ip.is_loopback() || ip.is_unspecified() || ip.is_multicast()) {
                return Err(Status::bad_request("address not allowed"));
            }
            Err(no_route())
        }
        _ => {
            let node = call.server.store.value("nodes", "", name);
            if node.is_null() { Err(Status::not_found(call.kind.in_group(), name)) } else { Err(no_route()) }
        }
    }
}

fn no_endpoints(service: &str) -> Status {
    let message = format!("no endpoints available for service {}", field::quoted(service));
    Status::new(503, "ServiceUnavailable", message)
}

fn pod(call: &Call<'_>) -> Result<Value, Status> {
    let found = call.server.store.get("pods", call.route.namespace, call.route.name);
    found.map(|o| o.value().clone()).ok_or_else(|| Status::not_found(call.kind.in_group(), call.route.name))
}

/// The container that is meant; the only one if none is named.
fn container(pod: &Value, asked: &str) -> Result<String, Status> {
    let name = pod.get("metadata").get("name").str();
    let spec = pod.get("spec");
    let all = ["initContainers", "containers", "ephemeralContainers"].map(|list| spec.get(list).items());
    let names = all.iter().flat_map(|list| list.iter()).map(|c| c.get("name").str()).collect::<Vec<_>>();
    match (asked, spec.get("containers").items()) {
        ("", [one]) => Ok(one.get("name").str().into()),
        ("", []) => Err(Status::bad_request(format!("a container name must be specified for pod {name}"))),
        ("", _) => {
            let names = names.join(" ");
            let message =
                format!("a container name must be specified for pod {name}, choose one of: [{names}]");
            Err(Status::bad_request(message))
        }
        (asked, _) if names.contains(&asked) => Ok(asked.into()),
        (asked, _) => Err(Status::bad_request(format!("container {asked} is not valid for pod {name}"))),
    }
}

/// Host and port of the kubelet of a pod's node.
fn kubelet(call: &Call<'_>, pod: &Value) -> Result<String, Status> {
    let node = pod.get("spec").get("nodeName").str();
    let addresses = call.server.store.value("nodes", "", node).get("status").get("addresses");
    let address = addresses.items().iter().find(|a| a.get("type").str() == "InternalIP");
    match address.map(|a| a.get("address").str()) {
        Some(address) if address.contains(':') => Ok(format!("[{address}]:10250")),
        Some(address) => Ok(format!("{address}:10250")),
        None => Err(Status::internal(format!("node \"{node}\" has no address of a kubelet"))),
    }
}

/// No kubelet can be reached: there is no container runtime behind the nodes.
fn refused(kubelet: &str) -> String {
    format!("dial tcp {kubelet}: connect: connection refused")
}

fn no_route() -> Status {
    Status::new(503, "ServiceUnavailable", "error trying to reach service: connection refused")
}
