//! Findings that take more than a manifest to come about: time, another namespace, a cluster that is set up otherwise.
//! Each stands beside what only looks like it.

use svcscope_core::api::Request;
use svcscope_core::base::Duration;
use svcscope_core::base::ip::Cidr;
use svcscope_core::cluster::{Cluster, Options};

const WEB: &str = "
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: \"example.com/shop:1\", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 8080}]}
";

/// The manifests after so many seconds, without what the cluster itself is made of.
fn found(options: &Options, manifests: &str, seconds: i64) -> Vec<&'static str> {
    let mut cluster = Cluster::new(options);
    cluster.apply(manifests).unwrap_or_else(|e| panic!("{e}\n{manifests}"));
    cluster.advance(Duration::from_secs(seconds));
    ids(&cluster)
}

fn ids(cluster: &Cluster) -> Vec<&'static str> {
    let own = cluster.findings().into_iter().filter(|f| f.place.namespace != "kube-system");
    own.map(|f| f.id).collect()
}

#[test]
fn pods_that_come_or_go_are_no_trouble_but_told() {
    assert_eq!(found(&Options::product(), WEB, 0), ["pods-starting"]);
    assert_eq!(found(&Options::product(), WEB, 60), [] as [&str; 0]);
    let slow = "preStop: {sleep: {seconds: 100}}";
    for (lifecycle, after) in [(slow, &["pods-terminating"] as &[&str]), ("{}", &[])] {
        let lifecycle = if lifecycle == slow { format!("{{{slow}}}") } else { lifecycle.into() };
        let pod = format!(
            "
---
apiVersion: v1
kind: Pod
metadata: {{name: old, labels: {{app: web}}}}
spec:
  terminationGracePeriodSeconds: 300
  containers: [{{name: c, image: \"example.com/shop:1\", ports: [{{containerPort: 8080}}], lifecycle: {lifecycle}}}]
"
        );
        let mut cluster = Cluster::new(&Options::product());
        cluster.apply(&(WEB.to_owned() + &pod)).unwrap_or_else(|e| panic!("{e}"));
        cluster.advance(Duration::from_secs(60));
        let path = "/api/v1/namespaces/default/pods/old".into();
        let response = cluster.request(&Request { method: "DELETE".into(), path, ..Request::default() });
        assert_eq!(response.code, 200);
        cluster.advance(Duration::from_secs(50));
        assert_eq!(ids(&cluster), after, "{lifecycle}");
    }
}

#[test]
fn containers_that_cannot_be_made() {
    let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: web}}\nspec: {nodeName: node-1, containers: [{name: c, image: \"example.com/shop:1\", ports: [{containerPort: 8080}]}]}\n";
    let service = WEB.split("---").last().expect("the Service");
    for (reason, expected) in
        [("CreateContainerConfigError", "container-not-created"), ("ContainerCreating", "pods-starting")]
    {
        // No kubelet is there that would write another status.
        let mut cluster = Cluster::new(&Options::default());
        cluster.apply(&format!("{pod}---{service}")).unwrap_or_else(|e| panic!("{e}"));
        let body = format!(
            r#"{{"status":{{"phase":"Pending","containerStatuses":[{{"name":"c","image":"example.com/shop:1","imageID":"","ready":false,"restartCount":0,
            "state":{{"waiting":{{"reason":"{reason}","message":"secret \"s\" not found"}}}}}}]}}}}"#
        );
        let response = cluster.request(&Request {
            method: "PATCH".into(),
            path: "/api/v1/namespaces/default/pods/a/status".into(),
            headers: [("content-type".into(), "application/merge-patch+json".into())].into(),
            body: body.into(),
        });
        assert_eq!(response.code, 200);
        cluster.advance(Duration::from_secs(1));
        assert!(ids(&cluster).contains(&expected), "{reason}: {:?}", ids(&cluster));
    }
}

#[test]
fn pods_that_are_not_made() {
    let quota = |pods: u8| {
        format!(
            "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q}}\nspec: {{hard: {{pods: {pods}}}}}\n"
        )
    };
    for (pods, expected) in [(0, &["pods-not-created"] as &[&str]), (1, &[])] {
        let mut cluster = Cluster::new(&Options::product());
        // A quota counts from when it is known what is used.
        for manifests in [quota(pods), WEB.to_owned()] {
            cluster.apply(&manifests).unwrap_or_else(|e| panic!("{e}"));
            cluster.advance(Duration::from_secs(60));
        }
        assert_eq!(ids(&cluster), expected, "{pods}");
    }
}

#[test]
fn services_that_take_the_place_of_the_api_server() {
    let named = |name: &str, namespace: &str| {
        let namespaces = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
        let spec = "spec: {selector: {app: web}, ports: [{port: 8080}]}";
        let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop, labels: {app: web}}\nspec: {containers: [{name: c, image: \"example.com/shop:1\", ports: [{containerPort: 8080}]}]}\n";
        format!(
            "{namespaces}{pod}---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\n{spec}\n"
        )
    };
    let all = |name: &str| found(&Options::product(), &named(name, "shop"), 60);
    assert_eq!(all("kubernetes"), ["variables-hide-api-server"]);
    assert_eq!(all("kubernetes-api"), [] as [&str; 0]);
}

#[test]
fn addresses_of_a_family_that_no_pod_has() {
    let manifests = WEB.replace(
        "spec: {selector: {app: web},",
        "spec: {ipFamilyPolicy: PreferDualStack, selector: {app: web},",
    );
    let mut options = Options::product();
    options.service_cidrs.extend(Cidr::parse("fd00:10:96::/112"));
    assert_eq!(found(&options, &manifests, 60), ["family-without-endpoints"]);
    assert_eq!(found(&Options::product().dual_stack(), &manifests, 60), [] as [&str; 0]);
    assert_eq!(found(&Options::product(), &manifests, 60), [] as [&str; 0]);
}
