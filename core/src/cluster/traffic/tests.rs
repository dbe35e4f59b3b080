//! Requests in a cluster whose pods run.

use super::*;
use crate::base::Duration;
use crate::net::Outcome;
use crate::node::Machines;
use alloc::format;
use alloc::string::ToString;

fn cluster(manifests: &str) -> Cluster {
    let options = Options { machines: Some(Machines::numbered(2)), ..Options::default() };
    let mut cluster = Cluster::new(&options);
    apply(&mut cluster, manifests);
    cluster
}

fn apply(cluster: &mut Cluster, manifests: &str) {
    cluster.apply(manifests).unwrap_or_else(|e| panic!("{e}"));
    cluster.advance(Duration::from_secs(1));
}

fn request(from: &str, to: &str, port: u16) -> Request {
    Request {
        from: Source::Pod { namespace: "default".into(), name: from.into() },
        to: to.into(),
        port: Port::new(port).expect("a port"),
        protocol: Protocol::Tcp,
        client_port: None,
        payload: "/hostname".into(),
    }
}

const WEB: &str = "
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.20, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {app: web}}
spec: {containers: [{name: c, image: registry.k8s.io/e2e-test-images/agnhost:2.53, args: [netexec]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, labels: {app: web}}
spec: {containers: [{name: c, image: registry.k8s.io/e2e-test-images/agnhost:2.53, args: [netexec]}]}
";

#[test]
fn a_request_ends_in_one_of_the_pods_that_the_service_selects() {
    let mut cluster = cluster(WEB);
    let shares = cluster.send_many(&request("a", "10.96.0.20", 80), 100).expect("a source");
    let mut seen = shares.iter().map(|s| s.end.response.to_string()).collect::<Vec<_>>();
    seen.sort();
    assert_eq!(seen, ["a", "b"]);
    assert_eq!(shares.iter().map(|s| s.count).sum::<u32>(), 100);
}

#[test]
fn what_is_told_of_a_request_says_how_it_ends() {
    let mut cluster = cluster(WEB);
    let sent = cluster.send(&request("a", "10.96.0.20", 81)).expect("a source");
    assert_eq!(sent.end.outcome, Outcome::TimedOut);
    assert_eq!(sent.error.as_deref(), Some("Connection timed out"));
    assert_eq!(sent.summary, "Timed out: Service web has no such port.");
    assert_eq!(sent.steps.last().map(|s| s.sentence.clone()), Some(sent.summary));
    assert_eq!(cluster.send(&request("nobody", "web", 80)), Err(NoSource::NoSuchPod));
}

#[test]
fn a_container_knows_the_services_there_were_when_it_started() {
    let mut cluster = cluster(WEB);
    let late = "
apiVersion: v1
kind: Service
metadata: {name: late}
spec: {clusterIP: 10.96.0.21, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: young}
spec: {containers: [{name: c, image: nginx, env: [{name: LATE_PORT, value: mine}]}]}
";
    apply(&mut cluster, late);
    let mut of = |pod: &str, name: &str| {
        let variables = cluster.variables("default", pod, "").expect("a pod");
        variables.into_iter().find(|(n, _)| n == name).map(|(_, value)| value.to_string())
    };
    assert_eq!(of("a", "WEB_SERVICE_HOST").as_deref(), Some("10.96.0.20"));
    assert_eq!(of("a", "LATE_SERVICE_HOST"), None);
    assert_eq!(of("young", "LATE_SERVICE_HOST").as_deref(), Some("10.96.0.21"));
    assert_eq!(of("young", "LATE_PORT").as_deref(), Some("mine"));
    assert_eq!(of("young", "KUBERNETES_SERVICE_HOST").as_deref(), Some("10.96.0.1"));
}

#[test]
fn a_snapshot_goes_its_own_way() {
    let mut cluster = cluster(WEB);
    let mut other = cluster.clone();
    let delete = "/api/v1/namespaces/default/services/web";
    other.request(&crate::api::Request {
        method: "DELETE".into(),
        path: delete.into(),
        ..Default::default()
    });
    let outcome = |cluster: &mut Cluster| {
        let sent = cluster.send(&request("a", "10.96.0.20", 80)).expect("a source");
        format!("{:?}", sent.end.outcome)
    };
    assert_eq!((outcome(&mut cluster), outcome(&mut other)), ("Answered".into(), "TimedOut".into()));
}
