//! The cluster of the scenarios as the engine has it.

use super::scenario::Run;
use std::collections::BTreeMap;
use std::net::IpAddr;
use svcscope_core::base::ip::Family;
use svcscope_core::base::{Duration, Value, json};
use svcscope_core::cluster::{Cluster, Options, Provider};
use svcscope_core::manifest;
use svcscope_core::net::proxy::{DetectLocal, Mode, NodePortAddress};
use svcscope_core::net::trace::What;
use svcscope_core::net::{Request, Source};
use svcscope_core::node::Machines;
use svcscope_core::object::{Port, Protocol};

pub const NODES: [&str; 3] = ["node-1", "node-2", "node-3"];
pub const OUTSIDE: [&str; 2] = ["203.0.113.10", "2001:db8::10"];
const ZONES: [&str; 3] = ["a", "b", "c"];

/// How kube-proxy is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    Usual,
    /// It replaces the source of all that goes to cluster IPs, knows pods by the range of its own node, and serves node
    /// ports at the node's first address only.
    Other,
}

#[derive(Debug)]
pub struct Pod {
    pub name: String,
    pub node: String,
    pub host_network: bool,
    /// One of each family.
    pub addresses: Vec<IpAddr>,
}

impl Pod {
    /// Where it listens, with TCP and UDP.
    pub fn port(&self) -> u16 {
        if self.host_network { 8090 } else { 8080 }
    }
}

/// Addresses that only routers outside lead to nodes, and to which.
pub type Balanced = Vec<(IpAddr, Vec<String>)>;

#[derive(Debug)]
pub struct World {
    pub mode: Mode,
    pub setup: Setup,
    pub cluster: Cluster,
    pub pods: Vec<Pod>,
    /// By name, one of each family.
    pub nodes: BTreeMap<String, Vec<IpAddr>>,
}

impl World {
    pub fn new(mode: Mode, setup: Setup) -> World {
        let mut machines = Machines::numbered(3);
        for (machine, zone) in machines.list.iter_mut().zip(ZONES) {
            machine.labels.push(("topology.kubernetes.io/zone".into(), zone.into()));
        }
        let balancer = Provider { takes: Duration::from_secs(0), ..Provider::default() };
        let options =
            Options { machines: Some(machines), load_balancers: Some(balancer), ..Options::default() };
        let mut options = options.dual_stack();
        let proxy = &mut options.network.proxy;
        proxy.mode = mode;
        if setup == Setup::Other {
            proxy.masquerade_all = true;
            proxy.detect_local = DetectLocal::NodeCidr;
            proxy.node_port_addresses = vec![NodePortAddress::Primary];
            proxy.localhost_node_ports = false;
        }
        let mut cluster = Cluster::new(&options);
        let documents = manifest::read(include_str!("../../kernel/world.yml")).expect("the world is YAML");
        let said = documents.first().expect("the world is a document").node.to_value();
        apply(&mut cluster, said.get("pods").entries().iter().map(|(name, said)| pod(name, said)));
        let pods =
            said.get("pods").entries().iter().map(|(name, _)| placed(&cluster, name)).collect::<Vec<_>>();
        let services = said.get("services").entries();
        apply(&mut cluster, services.iter().map(|(name, said)| service(name, said)));
        apply(&mut cluster, services.iter().flat_map(|(name, said)| slices(name, said, &pods)));
        cluster.advance(Duration::from_secs(10));
        cluster.rules(NODES[0], Family::IPv4, None).expect("the node has rules");
        let view = |name: &str| cluster.network().nodes().get(name).map(|n| n.addresses.clone());
        let nodes = NODES.map(|name| (name.to_owned(), view(name).expect("the node is known"))).into();
        World { mode, setup, cluster, pods, nodes }
    }

    /// The rules of a node, as text that can be loaded.
    pub fn rules(&mut self, node: &str, family: Family) -> String {
        self.cluster.rules(node, family, None).expect("the node has rules").to_string()
    }

    pub fn request(&self, run: &Run) -> Request {
        let (to, port) = self.target(run);
        let from = match run.from.as_str() {
            "outside" => Source::Outside(None),
            node if self.nodes.contains_key(node) => Source::Node(node.into()),
            pod => Source::Pod { namespace: "default".into(), name: pod.into() },
        };
        let port = Port::new(port).expect("a port");
        Request {
            from,
            to: to.to_string().into(),
            port,
            protocol: run.protocol,
            client_port: None,
            payload: "".into(),
        }
    }

    /// The address and port that a run is for.
    pub fn target(&self, run: &Run) -> (IpAddr, u16) {
        let (to, port) = match run.to.rsplit_once(':') {
            Some((to, port)) if !run.to.contains(' ') && !run.to.starts_with(':') => {
                (to, Some(port.parse().expect("a port")))
            }
            _ => (run.to.as_str(), None),
        };
        let node_port = |service: &str, field: &str| {
            let spec = self.service(service).get("spec").clone();
            let ports = spec.get("ports").items().iter();
            let mut own = ports.filter(|p| p.get("protocol").str() == run.protocol.name());
            let own = own.next().map_or(0, |p| p.get("nodePort").int());
            u16::try_from(if field == "nodePort" { own } else { spec.get(field).int() }).expect("a port")
        };
        let like = |all: Vec<IpAddr>| {
            let own = all.into_iter().find(|ip| ip.is_ipv4() == run.ipv4);
            own.unwrap_or_else(|| panic!("{run}: no such address"))
        };
        let (ip, usual) = match to.split('/').collect::<Vec<_>>()[..] {
            ["pod", name] => {
                let pod = self.pods.iter().find(|p| p.name == name).expect("a pod");
                (like(pod.addresses.clone()), pod.port())
            }
            ["vip", name] => (like(self.balanced(name)), 80),
            ["ext", name] => (like(texts(self.service(name).at(&["spec", "externalIPs"]))), 80),
            ["health", node, name] => {
                (like(self.nodes[node].clone()), node_port(name, "healthCheckNodePort"))
            }
            [place, name] => match self.nodes.get(place) {
                Some(addresses) => (like(addresses.clone()), node_port(name, "nodePort")),
                None => (place.parse().expect("an address"), node_port(name, "nodePort")),
            },
            [name] if self.nodes.contains_key(name) => (like(self.nodes[name].clone()), 80),
            [text] if text.contains(' ') => {
                (like(text.split(' ').filter_map(|a| a.parse().ok()).collect()), 80)
            }
            [name] => (like(texts(self.service(name).at(&["spec", "clusterIPs"]))), 80),
            _ => panic!("{run}: where is that?"),
        };
        (ip, port.unwrap_or(usual))
    }

    /// Whose address it is.
    pub fn owner(&self, ip: IpAddr) -> String {
        let pod = self.pods.iter().find(|p| !p.host_network && p.addresses.contains(&ip)).map(|p| &p.name);
        let node = self.nodes.iter().find(|(_, all)| all.contains(&ip)).map(|(name, _)| name);
        let outside = OUTSIDE.iter().any(|a| a.parse() == Ok(ip)).then(|| "outside".to_owned());
        pod.or(node).cloned().or(outside).unwrap_or_else(|| ip.to_string())
    }

    /// What listens on nodes in the place of kube-proxy: the ports for health checks.
    pub fn health_ports(&self) -> Vec<u16> {
        let services = self.cluster.store().list("services", "");
        let ports = services.filter_map(|o| o.value().at(&["spec", "healthCheckNodePort"]).as_int());
        ports.filter_map(|p| u16::try_from(p).ok()).collect()
    }

    /// What routers outside know: load balancers send to the nodes that the engine's send to, and external IPs lead to
    /// all nodes.
    pub fn balanced_addresses(&self) -> Balanced {
        let mut all = Balanced::new();
        for service in self.cluster.store().list("services", "") {
            let external = texts(service.value().at(&["spec", "externalIPs"]));
            all.extend(external.into_iter().map(|ip| (ip, NODES.map(str::to_owned).into())));
            all.extend(self.balanced(service.name()).into_iter().map(|ip| (ip, self.behind(ip))));
        }
        all
    }

    fn behind(&self, ip: IpAddr) -> Vec<String> {
        let (from, to) = (Source::Outside(None), ip.to_string().into());
        let port = Port::new(80).expect("a port");
        let request =
            Request { from, to, port, protocol: Protocol::Tcp, client_port: None, payload: "".into() };
        let sent = self.cluster.clone().send(&request).expect("the outside is there");
        let step = sent.steps.iter().find(|s| s.what == What::LoadBalancer).expect("a load balancer's step");
        step.candidates.iter().filter(|c| c.dropped.is_none()).map(|c| c.node.to_string()).collect()
    }

    fn service(&self, name: &str) -> &Value {
        let found = self.cluster.store().get("services", "default", name);
        found.unwrap_or_else(|| panic!("there is no Service {name}")).value()
    }

    fn balanced(&self, name: &str) -> Vec<IpAddr> {
        let services = self.cluster.store().list("services", "").filter(|o| o.name() == name);
        let ingress = services.flat_map(|o| o.value().at(&["status", "loadBalancer", "ingress"]).items());
        ingress.filter_map(|i| i.get("ip").str().parse().ok()).collect()
    }
}

fn texts(list: &Value) -> Vec<IpAddr> {
    list.items().iter().filter_map(|ip| ip.str().parse().ok()).collect()
}

fn apply(cluster: &mut Cluster, objects: impl Iterator<Item = Value>) {
    let objects = objects.map(|o| json::to_string(&o)).collect::<Vec<_>>();
    let result = cluster.apply(&objects.join("\n---\n"));
    result.unwrap_or_else(|e| panic!("the world is not right: {e}"));
    cluster.advance(Duration::from_secs(1));
}

fn pod(name: &str, said: &Value) -> Value {
    let host = said.get("hostNetwork").is_true();
    let ready = said.get("ready").as_bool().unwrap_or(true);
    let port = if host { 8090 } else { 8080 };
    let ports = [("tcp", "TCP"), ("udp", "UDP")].map(|(name, protocol)| {
        format!(r#"{{"name":"{name}","containerPort":{port},"protocol":"{protocol}"}}"#)
    });
    let probe = if ready { "true" } else { "false" };
    read(&format!(
        r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{name}","labels":{{"app":"{app}"}}}},
        "spec":{{"nodeName":"{node}","hostNetwork":{host},"containers":[{{"name":"app","image":"example.org/app",
        "ports":[{ports}],"readinessProbe":{{"exec":{{"command":["{probe}"]}}}}}}]}}}}"#,
        app = said.get("app").str(),
        node = said.get("node").str(),
        ports = ports.join(","),
    ))
}

fn placed(cluster: &Cluster, name: &str) -> Pod {
    let pod = cluster.store().get("pods", "default", name).expect("the pod was applied").value();
    let ips = pod.at(&["status", "podIPs"]).items().iter();
    let addresses = ips.filter_map(|i| i.get("ip").str().parse().ok()).collect::<Vec<_>>();
    assert_eq!(addresses.len(), 2, "{name}: {}", json::to_string(pod.get("status")));
    let host_network = pod.at(&["spec", "hostNetwork"]).is_true();
    Pod { name: name.into(), node: pod.at(&["spec", "nodeName"]).str().into(), host_network, addresses }
}

fn service(name: &str, said: &Value) -> Value {
    let mut spec = said.clone();
    spec.remove("endpoints");
    let target = spec.remove("targetPort").and_then(|p| p.as_int()).unwrap_or(8080);
    let ports = ["TCP", "UDP"].map(|protocol| {
        let name = Value::text(protocol.to_lowercase());
        let rest = [("port", Value::Int(80)), ("targetPort", Value::Int(target))];
        Value::map([("name", name), ("protocol", Value::text(protocol))].into_iter().chain(rest))
    });
    spec.set("ports", Value::list(ports));
    spec.set("ipFamilyPolicy", Value::text("RequireDualStack"));
    let mut object = read(r#"{"apiVersion":"v1","kind":"Service"}"#);
    object.entry_at(&["metadata"]).set("name", Value::text(name));
    object.set("spec", spec);
    object
}

/// The slices of a Service that are written by hand, one of each family.
fn slices(service: &str, said: &Value, pods: &[Pod]) -> Vec<Value> {
    let said = said.get("endpoints").str();
    let families = if said.is_empty() { &[] as &[(&str, usize)] } else { &[("IPv4", 0), ("IPv6", 1)] };
    let slice = |(family, place): &(&str, usize)| {
        let endpoints = said.split(", ").map(|one| endpoint(one, *place, pods)).collect::<Vec<_>>();
        read(&format!(
            r#"{{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","addressType":"{family}",
            "metadata":{{"name":"{service}-{place}","labels":{{"kubernetes.io/service-name":"{service}"}}}},
            "ports":[{{"name":"tcp","port":8080,"protocol":"TCP"}},{{"name":"udp","port":8080,"protocol":"UDP"}}],
            "endpoints":[{}]}}"#,
            endpoints.join(",")
        ))
    };
    families.iter().map(slice).collect()
}

fn endpoint(said: &str, family: usize, pods: &[Pod]) -> String {
    let (name, words) = said.split_once(' ').unwrap_or((said, ""));
    let pod = pods.iter().find(|p| p.name == name).unwrap_or_else(|| panic!("there is no pod {name}"));
    let words = words.split(' ').collect::<Vec<_>>();
    let (mut ready, mut serving, mut terminating) = (true, true, false);
    for word in &words {
        match *word {
            "going" => (ready, terminating) = (false, true),
            "gone" => (ready, serving, terminating) = (false, false, true),
            "unready" => (ready, serving) = (false, false),
            _ => {}
        }
    }
    let hints = |key: &str| {
        let own = words.iter().filter_map(|w| w.strip_prefix(key)?.strip_prefix('='));
        own.map(|hint| format!(r#"{{"name":"{hint}"}}"#)).collect::<Vec<_>>().join(",")
    };
    format!(
        r#"{{"addresses":["{}"],"nodeName":"{}","hints":{{"forZones":[{}],"forNodes":[{}]}},
        "conditions":{{"ready":{ready},"serving":{serving},"terminating":{terminating}}}}}"#,
        pod.addresses[family],
        pod.node,
        hints("zone"),
        hints("node"),
    )
}

fn read(text: &str) -> Value {
    let documents = manifest::read(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    documents.first().expect("an object").node.to_value()
}
