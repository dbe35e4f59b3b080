//! For each finding manifests that have the defect, and some that only look like it.

use super::*;
use crate::api;
use crate::base::Duration;
use crate::cluster::Options;
use crate::explain::Fix;
use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};

/// A Deployment of so many pods with the labels, whose container is as it says.
fn deployment(name: &str, replicas: u8, labels: &str, container: &str) -> String {
    format!(
        "
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{{labels}}}}}
  template:
    metadata: {{labels: {{{labels}}}}}
    spec: {{containers: [{{name: c, {container}}}]}}
"
    )
}

fn service(name: &str, spec: &str) -> String {
    format!("\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n")
}

const IMAGE: &str = "image: example.com/shop:1, ports: [{name: http, containerPort: 8080}]";

fn web() -> String {
    deployment("web", 2, "app: web", IMAGE)
}

fn cluster(manifests: &[String]) -> Cluster {
    let mut cluster = Cluster::new(&Options::product());
    cluster.apply(&manifests.concat()).unwrap_or_else(|e| panic!("{e}\n{}", manifests.concat()));
    cluster.advance(Duration::from_secs(60));
    cluster
}

fn found(cluster: &Cluster) -> Vec<Finding> {
    let own = |f: &Finding| f.place.namespace != "kube-system";
    cluster.findings().into_iter().filter(own).collect()
}

/// The findings are those, by their ids, and each that has a fix is gone when it was applied.
fn check(title: &str, manifests: &[String], expected: &[&str]) {
    let cluster = cluster(manifests);
    let findings = found(&cluster);
    let mut ids = findings.iter().map(|f| f.id).collect::<Vec<_>>();
    ids.sort_unstable();
    assert_eq!(ids, expected, "{title}\n{}\n{findings:#?}", manifests.concat());
    for finding in &findings {
        if let Some(fix) = &finding.fix {
            let mut cluster = cluster.clone();
            patch(&mut cluster, fix);
            cluster.advance(Duration::from_secs(60));
            let left = found(&cluster);
            assert!(!left.iter().any(|f| f.id == finding.id), "{title}: {fix:#?}\nleaves\n{left:#?}");
        }
        if finding.fix.is_some() {
            fixed_in_the_text(title, &manifests.concat(), &cluster, finding);
        }
    }
}

/// Who writes into the manifest what the fix says has a cluster without the finding.
fn fixed_in_the_text(title: &str, text: &str, found_in: &Cluster, finding: &Finding) {
    let written = Written::new([text]);
    let (place, change) = found_in.written(&written, finding);
    assert!(place.is_some(), "{title}: {finding:#?} stands nowhere");
    let Some(Change { edit, .. }) = change else {
        panic!("{title}: no change of the text does {finding:#?}")
    };
    let mut new = text.to_string();
    new.replace_range(edit.span.start..edit.span.end, &edit.text);
    let left = found(&cluster(&[new.clone()]));
    assert!(!left.iter().any(|f| f.id == finding.id), "{title}\n{new}\nleaves\n{left:#?}");
}

fn patch(cluster: &mut Cluster, fix: &Fix) {
    let (prefix, resource) = match fix.object.kind {
        "Service" => ("/api/v1", "services"),
        "EndpointSlice" => ("/apis/discovery.k8s.io/v1", "endpointslices"),
        "Deployment" => ("/apis/apps/v1", "deployments"),
        other => panic!("a fix of a {other}"),
    };
    let (namespace, name) = (&fix.object.namespace, &fix.object.name);
    let request = api::Request {
        method: "PATCH".into(),
        path: format!("{prefix}/namespaces/{namespace}/{resource}/{name}"),
        headers: [("content-type".into(), "application/json-patch+json".into())].into(),
        body: crate::base::json::to_string(&fix.patch).into(),
    };
    let response = cluster.request(&request);
    assert_eq!(response.code, 200, "{fix:#?}");
}

#[test]
fn selectors_that_match_nothing() {
    let web_service = |selector: &str| {
        service("web", &format!("selector: {{{selector}}}, ports: [{{port: 80, targetPort: 8080}}]"))
    };
    let other = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: far, namespace: other, labels: {app: far}}\nspec: {containers: [{name: c, image: nginx}]}\n";
    for (title, manifests, expected) in [
        ("what it is meant to match", [web(), web_service("app: web")], &[] as &[&str]),
        ("a slip of the pen", [web(), web_service("app: wbe")], &["selector-matches-nothing"]),
        ("one label too many", [web(), web_service("app: web, tier: front")], &["selector-matches-nothing"]),
        ("another key", [web(), web_service("app.kubernetes.io/name: web")], &["selector-matches-nothing"]),
        ("something else", [web(), web_service("app: payments")], &["selector-matches-nothing"]),
        ("no replicas", [deployment("web", 0, "app: web", IMAGE), web_service("app: web")], &["no-replicas"]),
        ("another namespace", [other.to_string(), web_service("app: far")], &["pods-in-another-namespace"]),
        (
            "two versions of one program",
            [web() + &deployment("next", 1, "app: web, version: next", IMAGE), web_service("app: web")],
            &[],
        ),
        (
            "somebody else's pods, too",
            [
                deployment("front", 1, "app: web, tier: front", IMAGE)
                    + &deployment("cache", 1, "app: web, tier: cache", "image: redis"),
                web_service("app: web"),
            ],
            &["selector-too-broad"],
        ),
        (
            "twice the same",
            [
                web(),
                web_service("app: web")
                    + &service("web2", "selector: {app: web}, ports: [{port: 81, targetPort: 8080}]"),
            ],
            &["duplicate-service"],
        ),
        (
            "with and without an address",
            [
                web(),
                web_service("app: web")
                    + &service("pods", "clusterIP: None, selector: {app: web}, ports: [{port: 8080}]"),
            ],
            &[],
        ),
    ] {
        check(title, &manifests, expected);
    }
}

#[test]
fn the_nearest_pods_are_told_and_what_differs() {
    let manifests = [
        web(),
        deployment("db", 1, "app: db", "image: postgres"),
        service("web", "selector: {app: wbe}, ports: [{port: 80}]"),
    ];
    let findings = cluster(&manifests).why("default", "web").expect("the Service");
    let first = findings.first().expect("a finding");
    assert_eq!(
        first.message,
        "No pod has the labels app=wbe. The pods of Deployment web have app=web instead of app=wbe."
    );
    assert_eq!(first.concerns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["web"]);
    assert_eq!(first.place.field, "spec.selector");
}

#[test]
fn ports_that_lead_nowhere() {
    let port = |port: &str| service("web", &format!("selector: {{app: web}}, ports: [{{{port}}}]"));
    let headless =
        |port: &str| service("web", &format!("clusterIP: None, selector: {{app: web}}, ports: [{{{port}}}]"));
    let annotated = |listen: &str| {
        web().replace(
            "labels: {app: web}}\n    spec",
            &format!("labels: {{app: web}}, annotations: {{svcscope.dev/listen: \"{listen}\"}}}}\n    spec"),
        )
    };
    for (title, pods, service, expected) in [
        ("a name", web(), port("port: 80, targetPort: http"), &[] as &[&str]),
        ("a name that no pod has", web(), port("port: 80, targetPort: web"), &["target-port-name-missing"]),
        (
            "a name for another protocol",
            web(),
            port("port: 80, protocol: UDP, targetPort: http"),
            &["target-port-name-missing"],
        ),
        ("the default", web(), port("port: 8080"), &[]),
        ("the wrong number", web(), port("port: 80"), &["target-port-not-listened"]),
        ("the wrong protocol", web(), port("port: 8080, protocol: UDP"), &["protocol-differs"]),
        ("for itself only", annotated("127.0.0.1:8080"), port("port: 8080"), &["listens-on-loopback"]),
        ("for itself and all others", annotated("127.0.0.1:9090, 8080"), port("port: 8080"), &[]),
        ("no translation", web(), headless("port: 80, targetPort: 8080"), &["headless-port-mapping"]),
        ("nothing to translate", web(), headless("port: 8080, targetPort: http"), &[]),
    ] {
        check(title, &[pods, service], expected);
    }
}

#[test]
fn pods_that_are_not_ready() {
    let with = |more: &str| deployment("web", 1, "app: web", &format!("{IMAGE}, {more}"));
    let plain = |container: &str| deployment("web", 1, "app: web", container);
    let annotated = web().replace(
        "labels: {app: web}}\n    spec",
        "labels: {app: web}, annotations: {svcscope.dev/unready: \"0s-\"}}\n    spec",
    );
    let probe = "readinessProbe: {periodSeconds: 1, httpGet: {path: /, port: http}}";
    for (title, pods, expected) in [
        ("a probe that succeeds", with(probe), &[] as &[&str]),
        (
            "a probe of the wrong port",
            with("readinessProbe: {periodSeconds: 1, tcpSocket: {port: 9090}}"),
            &["readiness-probe-port"],
        ),
        (
            "a program that says no",
            annotated.replace(IMAGE, &format!("{IMAGE}, {probe}")),
            &["readiness-probe-fails"],
        ),
        (
            "an image that is not there",
            plain("image: no-such-image, ports: [{containerPort: 8080}]"),
            &["image-not-pulled"],
        ),
        (
            "a program that ends",
            plain("image: busybox, command: [sh, -c, exit 3], ports: [{containerPort: 8080}]"),
            &["container-crashes"],
        ),
        ("too large", with("resources: {requests: {cpu: 100}}"), &["pod-unschedulable"]),
        (
            "a gate",
            with("env: []").replace(
                "spec: {containers",
                "spec: {readinessGates: [{conditionType: example.com/open}], containers",
            ),
            &["readiness-gate-waits"],
        ),
    ] {
        check(title, &[pods, service("web", "selector: {app: web}, ports: [{port: 8080}]")], expected);
    }
}

#[test]
fn traffic_policies_that_leave_nodes_out() {
    let everywhere = || web().replace("replicas: 2", "replicas: 12");
    let of = |spec: &str| service("web", &format!("{spec}, selector: {{app: web}}, ports: [{{port: 8080}}]"));
    for (title, pods, service, expected) in [
        (
            "outside",
            web(),
            of("type: NodePort, externalTrafficPolicy: Local"),
            &["external-policy-local"] as &[&str],
        ),
        ("inside", web(), of("internalTrafficPolicy: Local"), &["internal-policy-local"]),
        (
            "pods on all nodes",
            everywhere(),
            of("type: NodePort, externalTrafficPolicy: Local, internalTrafficPolicy: Local"),
            &[],
        ),
    ] {
        check(title, &[pods, service], expected);
    }
}

#[test]
fn names_outside_and_load_balancers() {
    let of = |spec: &str| service("out", spec);
    for (title, service, expected) in [
        ("a name", of("type: ExternalName, externalName: example.com"), &[] as &[&str]),
        ("an address", of("type: ExternalName, externalName: 10.0.0.7"), &["external-name-is-address"]),
        ("a Service", of("type: ExternalName, externalName: kubernetes.default.svc.cluster.local"), &[]),
        (
            "no Service",
            of("type: ExternalName, externalName: nobody.default.svc.cluster.local"),
            &["external-name-missing"],
        ),
        (
            "itself",
            of("type: ExternalName, externalName: out.default.svc.cluster.local"),
            &["external-name-is-itself"],
        ),
        (
            "half a name",
            of("type: ExternalName, externalName: kubernetes.default"),
            &["external-name-without-zone"],
        ),
        (
            "a selector",
            of("type: ExternalName, externalName: example.com, selector: {a: b}"),
            &["external-name-ignores-selector"],
        ),
        (
            "nobody provides",
            of("type: LoadBalancer, selector: {app: web}, ports: [{port: 8080}]"),
            &["load-balancer-pending"],
        ),
    ] {
        check(title, &[web(), service], expected);
    }
    let mut cluster = Cluster::new(&Options::product().with_load_balancers());
    cluster
        .apply(&[web(), of("type: LoadBalancer, selector: {app: web}, ports: [{port: 8080}]")].concat())
        .expect("manifests");
    cluster.advance(Duration::from_secs(1));
    let ids = |cluster: &Cluster| found(cluster).iter().map(|f| f.id).collect::<BTreeSet<_>>();
    assert!(ids(&cluster).contains("load-balancer-starting"));
    cluster.advance(Duration::from_secs(30));
    assert_eq!(ids(&cluster), BTreeSet::new());
}

#[test]
fn endpoints_that_somebody_has_to_write() {
    let slice = |name: &str, ready: bool| {
        format!(
            "\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: db-1, labels: {{kubernetes.io/service-name: db}}}}\naddressType: IPv4\nports: [{{name: \"{name}\", port: 5432}}]\nendpoints: [{{addresses: [10.0.0.7], conditions: {{ready: {ready}}}}}]\n"
        )
    };
    let db = || service("db", "ports: [{name: sql, port: 5432}]");
    for (title, manifests, expected) in [
        ("written", [db(), slice("sql", true)], &[] as &[&str]),
        ("not written", [db(), String::new()], &["no-selector-no-endpoints"]),
        ("by another name", [db(), slice("postgres", true)], &["slice-port-name-differs"]),
        ("not ready", [db(), slice("sql", false)], &["written-endpoints-not-ready"]),
    ] {
        check(title, &manifests, expected);
    }
}

#[test]
fn variables_and_references() {
    let own = |name: &str| service(name, "selector: {app: web}, ports: [{port: 8080}]");
    let set = |name: &str| {
        format!(
            "\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {{replicas: 0, serviceName: {name}, selector: {{matchLabels: {{app: db}}}}, template: {{metadata: {{labels: {{app: db}}}}, spec: {{containers: [{{name: c, image: postgres}}]}}}}}}\n"
        )
    };
    let ingress = |port: u16| {
        format!(
            "\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec: {{rules: [{{http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: {port}}}}}}}}}]}}}}]}}\n"
        )
    };
    for (title, manifests, expected) in [
        (
            "two prefixes",
            [own("web"), service("web-api", "selector: {app: web}, ports: [{port: 8081, targetPort: http}]")],
            &[] as &[&str],
        ),
        (
            "the same variable",
            [
                own("web"),
                service("web-port-8080-tcp", "selector: {app: web}, ports: [{port: 8081, targetPort: http}]"),
            ],
            &["variables-collide"],
        ),
        ("a StatefulSet without its Service", [own("web"), set("nobody")], &["stateful-set-service-missing"]),
        (
            "a StatefulSet whose Service selects others",
            [own("web"), set("web")],
            &["stateful-set-service-selects-others"],
        ),
        ("an Ingress", [own("web"), ingress(8080)], &[]),
        ("an Ingress to a port that is not there", [own("web"), ingress(80)], &["ingress-port-missing"]),
        ("an Ingress to nobody", [own("other"), ingress(80)], &["ingress-service-missing"]),
    ] {
        check(title, &[web(), manifests.concat()], expected);
    }
}

#[test]
fn a_matrix_says_who_reaches_what() {
    let manifests = [
        web(),
        service("web", "selector: {app: web}, ports: [{port: 80, targetPort: http}]"),
        service("bad", "selector: {app: web}, ports: [{port: 80}]"),
    ];
    let cluster = cluster(&manifests);
    let pod = cluster.topology().pods.iter().find(|p| p.name.starts_with("web-")).map(|p| p.name.clone());
    let sources = [
        Source::Pod { namespace: "default".into(), name: pod.expect("a pod") },
        Source::Node("node-1".into()),
        Source::Outside(None),
        Source::Node("nowhere".into()),
    ];
    let services = ["web", "bad"].map(|name| (Text::from("default"), Text::from(name)));
    let matrix = cluster.matrix(&sources, &services, 4);
    let shown = matrix.rows.iter().map(|row| match &row.cells {
        Ok(cells) => cells
            .iter()
            .map(|c| format!("{}/{} {}", c.answered, c.of, c.end.outcome.name()))
            .collect::<Vec<_>>(),
        Err(why) => [format!("{why:?}")].into(),
    });
    let expected: [&[&str]; 4] = [
        &["4/4 answered", "0/4 refused"],
        &["4/4 answered", "0/4 refused"],
        &["0/4 timed-out", "0/4 timed-out"],
        &["NoSuchNode"],
    ];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}
