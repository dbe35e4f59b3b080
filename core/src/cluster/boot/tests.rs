//! What there is in a cluster that nobody has touched, and what it does for those who do.

use crate::base::{Duration, Value};
use crate::cluster::{Cluster, Options, PodState};
use crate::net::{Request, Source};
use crate::object::{Port, Protocol};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

fn response(cluster: &mut Cluster, from: Source, to: &str, port: u16) -> String {
    let port = Port::new(port).expect("a port");
    let (to, payload) = (to.into(), "/hostname".into());
    let request = Request { from, to, port, protocol: Protocol::Tcp, client_port: None, payload };
    let sent = cluster.send(&request).expect("a source");
    sent.error.unwrap_or_else(|| sent.end.response.to_string())
}

fn pod(name: &str) -> Source {
    Source::Pod { namespace: "default".into(), name: name.into() }
}

fn apply(cluster: &mut Cluster, manifests: &str) {
    cluster.apply(manifests).unwrap_or_else(|e| panic!("{e}"));
    cluster.advance(Duration::from_secs(15));
}

const WEB: &str = "
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: registry.k8s.io/e2e-test-images/agnhost:2.53, args: [netexec]}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30001}]}
";

#[test]
fn the_cluster_that_people_meet_is_up_and_running() {
    let options = Options::product();
    let cluster = Cluster::new(&options);
    let topology = cluster.topology();
    let nodes = topology.nodes.iter().map(|n| format!("{} {} {} {}", n.name, n.address, n.zone, n.ready));
    let wanted = [
        "control-plane 192.168.1.10 a true",
        "node-1 192.168.1.11 a true",
        "node-2 192.168.1.12 b true",
        "node-3 192.168.1.13 c true",
    ];
    assert_eq!(nodes.collect::<Vec<_>>(), wanted);
    assert_eq!(cluster.now(), options.start);
    let ready = topology.pods.iter().filter(|p| p.state == PodState::Ready && p.namespace == "kube-system");
    assert_eq!(ready.filter(|p| p.name.starts_with("coredns-")).count(), 2);
    let services = topology.services.iter().map(|s| format!("{} {}", s.name, s.cluster_ips.join(",")));
    assert_eq!(services.collect::<Vec<_>>(), ["kubernetes 10.96.0.1", "kube-dns 10.96.0.10"]);
}

#[test]
fn names_node_ports_and_the_api_server_are_reached() {
    let mut cluster = Cluster::new(&Options::product());
    apply(&mut cluster, WEB);
    let outside = || Source::Outside(None);
    for (from, to, port, answer) in [
        (pod("web"), "shop", 80, "web"),
        (pod("web"), "shop.default.svc.cluster.local", 80, "web"),
        (outside(), "192.168.1.11", 30001, "web"),
        (outside(), "node-3", 30001, "web"),
        (pod("web"), "kubernetes", 443, "Client sent an HTTP request to an HTTPS server.\n"),
        (pod("web"), "nobody", 80, "Could not resolve host: nobody"),
        (pod("web"), "example.com", 80, "Could not resolve host: example.com"),
    ] {
        assert_eq!(response(&mut cluster, from, to, port), answer, "{to}:{port}");
    }
}

#[test]
fn a_pod_in_two_families_reaches_services_of_both() {
    let mut cluster = Cluster::new(&Options::product().dual_stack());
    apply(&mut cluster, WEB);
    let two = "
apiVersion: v1
kind: Service
metadata: {name: six}
spec: {ipFamilies: [IPv6], ipFamilyPolicy: SingleStack, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
";
    apply(&mut cluster, two);
    assert_eq!(response(&mut cluster, pod("web"), "six", 80), "web");
    assert_eq!(response(&mut cluster, pod("web"), "shop", 80), "web");
}

fn load_balancer(cluster: &mut Cluster) -> (Value, Value) {
    let service = cluster.store().get("services", "default", "shop").expect("the Service");
    let value = service.value();
    (value.at(&["status", "loadBalancer"]).clone(), value.at(&["metadata", "finalizers"]).clone())
}

#[test]
fn a_load_balancer_has_an_address_where_somebody_provides_it() {
    let mut without = Cluster::new(&Options::product());
    apply(&mut without, WEB);
    assert_eq!(load_balancer(&mut without), (Value::Map(Default::default()), Value::Null));

    let mut cluster = Cluster::new(&Options::product().with_load_balancers());
    apply(&mut cluster, WEB);
    let ingress = Value::map([("ip", Value::text("198.51.100.1")), ("ipMode", Value::text("VIP"))]);
    let (status, finalizers) = load_balancer(&mut cluster);
    assert_eq!(status, Value::map([("ingress", Value::list([ingress]))]));
    assert_eq!(finalizers.items().len(), 1);
    assert_eq!(response(&mut cluster, Source::Outside(None), "198.51.100.1", 80), "web");

    let delete = crate::api::Request {
        method: "DELETE".into(),
        path: "/api/v1/namespaces/default/services/shop".into(),
        ..Default::default()
    };
    cluster.request(&delete);
    cluster.advance(Duration::from_secs(1));
    assert!(cluster.store().get("services", "default", "shop").is_none(), "the load balancer lets it go");
    apply(&mut cluster, WEB);
    assert_eq!(response(&mut cluster, Source::Outside(None), "198.51.100.1", 80), "web");
}
