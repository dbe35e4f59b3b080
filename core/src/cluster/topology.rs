//! The cluster as a picture shows it: nodes with their pods, Services with what they select.
//!
//! Plain data for whoever draws; everything in it is read from the store, nothing is decided anew.

use crate::base::sort;
use crate::base::{Selector, Text, Value};
use crate::store::{Object, Store};
use alloc::sync::Arc;
use alloc::vec::Vec;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    pub nodes: Vec<NodeView>,
    pub pods: Vec<PodView>,
    pub services: Vec<ServiceView>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeView {
    pub name: Text,
    /// The address that node ports answer on.
    pub address: Text,
    pub zone: Text,
    pub ready: bool,
    /// No new pods (`spec.unschedulable`).
    pub cordoned: bool,
    /// It runs the control plane.
    pub control_plane: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodView {
    pub namespace: Text,
    pub name: Text,
    pub uid: Text,
    /// Empty as long as it has none.
    pub node: Text,
    pub ip: Text,
    pub state: PodState,
    /// Why it is in that state, where its status says so: `ImagePullBackOff`, `Unschedulable`.
    pub reason: Text,
    pub restarts: i64,
    pub labels: Vec<(Text, Text)>,
    /// The kind and name of the controller that owns it.
    pub owner: Option<(Text, Text)>,
}

/// What becomes of a pod, as far as a Service cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodState {
    /// Not on a node yet.
    Pending,
    /// On its node, not running yet.
    Starting,
    Ready,
    /// Running, but not ready.
    NotReady,
    Terminating,
    Failed,
    Succeeded,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceView {
    pub namespace: Text,
    pub name: Text,
    pub service_type: Text,
    /// `None` for a headless one.
    pub cluster_ips: Vec<Text>,
    pub external_ips: Vec<Text>,
    pub external_name: Text,
    pub ports: Vec<PortView>,
    pub selector: Vec<(Text, Text)>,
    /// Addresses of its load balancer; `pending` while it waits for one.
    pub load_balancer: Vec<Text>,
    pub pending: bool,
    pub endpoints: Vec<EndpointView>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortView {
    pub name: Text,
    pub protocol: Text,
    pub port: i64,
    pub target_port: Text,
    /// 0 if there is none.
    pub node_port: i64,
}

/// An endpoint of a Service, from its slices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointView {
    pub address: Text,
    /// The pod behind it, where it is one: namespace and name.
    pub pod: Option<(Text, Text)>,
    pub ready: bool,
    pub serving: bool,
    pub terminating: bool,
}

/// The picture of what is stored now.
pub(super) fn topology(store: &Store) -> Topology {
    Topology {
        nodes: store.list("nodes", "").map(|o| node(o.value())).collect(),
        pods: store.list("pods", "").map(pod).collect(),
        services: store.list("services", "").map(|o| service(store, o)).collect(),
    }
}

fn text(value: &Value) -> Text {
    value.as_text().cloned().unwrap_or_default()
}

fn pairs(value: &Value) -> Vec<(Text, Text)> {
    value.entries().iter().map(|(k, v)| (k.clone(), text(v))).collect()
}

fn condition<'a>(object: &'a Value, type_: &str) -> &'a Value {
    static NULL: Value = Value::Null;
    let conditions = object.get("status").get("conditions").items();
    conditions.iter().find(|c| c.get("type").str() == type_).unwrap_or(&NULL)
}

fn node(node: &Value) -> NodeView {
    let addresses = node.get("status").get("addresses").items();
    let internal = addresses.iter().find(|a| a.get("type").str() == "InternalIP");
    let labels = node.get("metadata").get("labels");
    NodeView {
        name: text(node.get("metadata").get("name")),
        address: internal.map(|a| text(a.get("address"))).unwrap_or_default(),
        zone: text(labels.get("topology.kubernetes.io/zone")),
        ready: condition(node, "Ready").get("status").str() == "True",
        cordoned: node.get("spec").get("unschedulable").is_true(),
        control_plane: labels.find("node-role.kubernetes.io/control-plane").is_some(),
    }
}

fn pod(object: &Arc<Object>) -> PodView {
    let pod = object.value();
    let (state, reason) = state(pod);
    let statuses = pod.get("status").get("containerStatuses").items();
    let owners = pod.get("metadata").get("ownerReferences").items();
    let owner = owners.iter().find(|o| o.get("controller").is_true());
    PodView {
        namespace: object.namespace().clone(),
        name: object.name().clone(),
        uid: text(pod.get("metadata").get("uid")),
        node: text(pod.get("spec").get("nodeName")),
        ip: text(pod.get("status").get("podIP")),
        state,
        reason,
        restarts: statuses.iter().map(|c| c.get("restartCount").int()).sum(),
        labels: pairs(object.labels()),
        owner: owner.map(|o| (text(o.get("kind")), text(o.get("name")))),
    }
}

fn state(pod: &Value) -> (PodState, Text) {
    let status = pod.get("status");
    let waiting =
        status.get("containerStatuses").items().iter().map(|c| text(c.at(&["state", "waiting", "reason"])));
    let waiting = waiting.into_iter().find(|r| !r.is_empty());
    let ready = condition(pod, "Ready");
    let state = match status.get("phase").str() {
        "Failed" => PodState::Failed,
        "Succeeded" => PodState::Succeeded,
        _ if !pod.get("metadata").get("deletionTimestamp").is_null() => PodState::Terminating,
        _ if pod.get("spec").get("nodeName").is_empty() => PodState::Pending,
        _ if ready.get("status").str() == "True" => PodState::Ready,
        "Running" => PodState::NotReady,
        _ => PodState::Starting,
    };
    let reason = match state {
        PodState::Pending => text(condition(pod, "PodScheduled").get("reason")),
        PodState::Starting => waiting.unwrap_or_default(),
        PodState::NotReady => waiting.unwrap_or_else(|| text(ready.get("reason"))),
        _ => text(status.get("reason")),
    };
    (state, reason)
}

fn service(store: &Store, object: &Arc<Object>) -> ServiceView {
    let service = object.value();
    let spec = service.get("spec");
    let texts = |list: &str| spec.get(list).items().iter().map(text).collect::<Vec<_>>();
    let service_type = text(spec.get("type"));
    let ingress = service.at(&["status", "loadBalancer", "ingress"]).items();
    let load_balancer = ingress.iter().map(|i| match i.get("ip") {
        Value::Text(ip) => ip.clone(),
        _ => text(i.get("hostname")),
    });
    let load_balancer = load_balancer.collect::<Vec<_>>();
    ServiceView {
        namespace: object.namespace().clone(),
        name: object.name().clone(),
        cluster_ips: texts("clusterIPs"),
        external_ips: texts("externalIPs"),
        external_name: text(spec.get("externalName")),
        ports: spec.get("ports").items().iter().map(port).collect(),
        selector: pairs(spec.get("selector")),
        pending: service_type == "LoadBalancer" && load_balancer.is_empty(),
        service_type,
        load_balancer,
        endpoints: endpoints(store, object),
    }
}

fn port(port: &Value) -> PortView {
    let target = port.get("targetPort");
    PortView {
        name: text(port.get("name")),
        protocol: text(port.get("protocol")),
        port: port.get("port").int(),
        target_port: target.as_text().cloned().unwrap_or_else(|| alloc::format!("{}", target.int()).into()),
        node_port: port.get("nodePort").int(),
    }
}

/// The endpoints of all slices of a Service; an address that is in several of them is shown once.
fn endpoints(store: &Store, service: &Object) -> Vec<EndpointView> {
    let label = Value::map([("kubernetes.io/service-name", Value::from(service.name()))]);
    let selector = Selector::from_map(&label);
    let slices = store.select("endpointslices.discovery.k8s.io", service.namespace(), &selector);
    let mut out: Vec<EndpointView> = Vec::new();
    for endpoint in slices.flat_map(|s| s.value().get("endpoints").items()) {
        let view = endpoint_view(endpoint);
        if !out.iter().any(|e| e.address == view.address && e.pod == view.pod) {
            out.push(view);
        }
    }
    sort::by(&mut out, |a, b| (&a.pod, &a.address).cmp(&(&b.pod, &b.address)));
    out
}

fn endpoint_view(endpoint: &Value) -> EndpointView {
    let (target, conditions) = (endpoint.get("targetRef"), endpoint.get("conditions"));
    // What is not said of an endpoint counts in its favour.
    let ready = conditions.get("ready").as_bool().unwrap_or(true);
    EndpointView {
        address: endpoint.get("addresses").items().first().map(text).unwrap_or_default(),
        pod: (target.get("kind").str() == "Pod")
            .then(|| (text(target.get("namespace")), text(target.get("name")))),
        ready,
        serving: conditions.get("serving").as_bool().unwrap_or(ready),
        terminating: conditions.get("terminating").is_true(),
    }
}
