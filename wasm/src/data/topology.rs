//! The topology as JavaScript sees it.

use serde::Serialize;
use svcscope_core::base::Text;
use svcscope_core::cluster;
use tsify::Tsify;

/// The cluster as a picture shows it.
#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Topology {
    pub nodes: Vec<NodeView>,
    pub pods: Vec<PodView>,
    pub services: Vec<ServiceView>,
}

#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct NodeView {
    pub name: String,
    /// The address that node ports answer on.
    pub address: String,
    pub zone: String,
    pub ready: bool,
    /// No new pods come here.
    pub cordoned: bool,
    pub control_plane: bool,
}

#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PodView {
    pub namespace: String,
    pub name: String,
    pub uid: String,
    /// Empty as long as it has none.
    pub node: String,
    pub ip: String,
    pub state: PodState,
    /// Why it is in that state, where its status says so.
    pub reason: String,
    pub restarts: i32,
    pub labels: Vec<Label>,
    /// The controller that owns it: `ReplicaSet/web-5d9c`; empty if there is none.
    pub owner: String,
}

#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum PodState {
    Pending,
    Starting,
    Ready,
    NotReady,
    Terminating,
    Failed,
    Succeeded,
}

#[derive(Debug, Serialize, Tsify)]
pub struct Label {
    pub key: String,
    pub value: String,
}

#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ServiceView {
    pub namespace: String,
    pub name: String,
    #[serde(rename = "type")]
    pub service_type: String,
    /// `None` for a headless one.
    #[serde(rename = "clusterIPs")]
    pub cluster_ips: Vec<String>,
    #[serde(rename = "externalIPs")]
    pub external_ips: Vec<String>,
    pub external_name: String,
    pub ports: Vec<PortView>,
    pub selector: Vec<Label>,
    pub load_balancer: Vec<String>,
    /// A LoadBalancer that has no address yet.
    pub pending: bool,
    pub endpoints: Vec<EndpointView>,
}

#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PortView {
    pub name: String,
    pub protocol: String,
    pub port: i32,
    pub target_port: String,
    /// 0 if there is none.
    pub node_port: i32,
}

#[derive(Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct EndpointView {
    pub address: String,
    /// `namespace/name` of the pod behind it; empty where it is none.
    pub pod: String,
    pub ready: bool,
    pub serving: bool,
    pub terminating: bool,
}

impl From<cluster::Topology> for Topology {
    fn from(t: cluster::Topology) -> Topology {
        Topology {
            nodes: t.nodes.iter().map(NodeView::from).collect(),
            pods: t.pods.iter().map(PodView::from).collect(),
            services: t.services.iter().map(ServiceView::from).collect(),
        }
    }
}

impl From<&cluster::NodeView> for NodeView {
    fn from(n: &cluster::NodeView) -> NodeView {
        NodeView {
            name: n.name.to_string(),
            address: n.address.to_string(),
            zone: n.zone.to_string(),
            ready: n.ready,
            cordoned: n.cordoned,
            control_plane: n.control_plane,
        }
    }
}

impl From<&cluster::PodView> for PodView {
    fn from(p: &cluster::PodView) -> PodView {
        PodView {
            namespace: p.namespace.to_string(),
            name: p.name.to_string(),
            uid: p.uid.to_string(),
            node: p.node.to_string(),
            ip: p.ip.to_string(),
            state: match p.state {
                cluster::PodState::Pending => PodState::Pending,
                cluster::PodState::Starting => PodState::Starting,
                cluster::PodState::Ready => PodState::Ready,
                cluster::PodState::NotReady => PodState::NotReady,
                cluster::PodState::Terminating => PodState::Terminating,
                cluster::PodState::Failed => PodState::Failed,
                cluster::PodState::Succeeded => PodState::Succeeded,
            },
            reason: p.reason.to_string(),
            restarts: number(p.restarts),
            labels: labels(&p.labels),
            owner: p.owner.as_ref().map(|(kind, name)| format!("{kind}/{name}")).unwrap_or_default(),
        }
    }
}

impl From<&cluster::ServiceView> for ServiceView {
    fn from(s: &cluster::ServiceView) -> ServiceView {
        ServiceView {
            namespace: s.namespace.to_string(),
            name: s.name.to_string(),
            service_type: s.service_type.to_string(),
            cluster_ips: texts(&s.cluster_ips),
            external_ips: texts(&s.external_ips),
            external_name: s.external_name.to_string(),
            ports: s.ports.iter().map(PortView::from).collect(),
            selector: labels(&s.selector),
            load_balancer: texts(&s.load_balancer),
            pending: s.pending,
            endpoints: s.endpoints.iter().map(EndpointView::from).collect(),
        }
    }
}

impl From<&cluster::PortView> for PortView {
    fn from(p: &cluster::PortView) -> PortView {
        PortView {
            name: p.name.to_string(),
            protocol: p.protocol.to_string(),
            port: number(p.port),
            target_port: p.target_port.to_string(),
            node_port: number(p.node_port),
        }
    }
}

impl From<&cluster::EndpointView> for EndpointView {
    fn from(e: &cluster::EndpointView) -> EndpointView {
        EndpointView {
            address: e.address.to_string(),
            pod: e.pod.as_ref().map(|(namespace, name)| format!("{namespace}/{name}")).unwrap_or_default(),
            ready: e.ready,
            serving: e.serving,
            terminating: e.terminating,
        }
    }
}

fn labels(pairs: &[(Text, Text)]) -> Vec<Label> {
    pairs.iter().map(|(k, v)| Label { key: k.to_string(), value: v.to_string() }).collect()
}

fn texts(list: &[Text]) -> Vec<String> {
    list.iter().map(Text::to_string).collect()
}

/// A number that JavaScript holds exactly; those of the API that come here all are.
fn number(n: i64) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
