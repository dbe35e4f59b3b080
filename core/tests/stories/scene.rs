//! A cluster, and how it looks at it who is only interested in workloads.

use svcscope_core::api::Request;
use svcscope_core::base::{Duration, Selector, Value};
use svcscope_core::cluster::{Cluster, Options};
use svcscope_core::store::Object;

pub struct Scene(Cluster);

const NAMESPACE: &str = "default";

pub fn deployment(name: &str, replicas: usize, image: &str) -> String {
    format!(
        "
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata:
      labels: {{app: {name}}}
    spec:
      containers:
        - name: c
          image: {image}
"
    )
}

pub fn service(name: &str) -> String {
    format!(
        "
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"
    )
}

impl Scene {
    pub fn new() -> Scene {
        Scene(Cluster::new(&Options::product()))
    }

    pub fn apply(&mut self, manifests: &str) {
        if let Err(rejected) = self.0.apply(manifests) {
            panic!("{rejected}\n{manifests}");
        }
    }

    pub fn pass(&mut self, seconds: i64) {
        self.0.advance(Duration::from_secs(seconds));
    }

    fn request(&mut self, method: &str, path: String, body: &str) {
        let content = ("Content-Type".into(), "application/merge-patch+json".into());
        let headers = if method == "PATCH" { vec![content] } else { Vec::new() };
        let request = Request { method: method.into(), path, body: body.into(), headers };
        let response = self.0.request(&request);
        assert!(response.code < 300, "{}: {}", request.path, response.code);
    }

    pub fn scale(&mut self, deployment: &str, replicas: usize) {
        let path = format!("/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{deployment}/scale");
        self.request("PATCH", path, &format!("{{\"spec\":{{\"replicas\":{replicas}}}}}"));
    }

    pub fn cordon(&mut self, node: &str) {
        self.request("PATCH", format!("/api/v1/nodes/{node}"), "{\"spec\":{\"unschedulable\":true}}");
    }

    pub fn delete(&mut self, resource: &str, names: &[String]) {
        let root = match resource.split_once('.') {
            Some((_, group)) => format!("/apis/{group}/v1"),
            None => "/api/v1".into(),
        };
        let plural = resource.split('.').next().unwrap_or_default();
        for name in names {
            self.request("DELETE", format!("{root}/namespaces/{NAMESPACE}/{plural}/{name}"), "");
        }
    }

    pub fn delete_namespace(&mut self, name: &str) {
        self.request("DELETE", format!("/api/v1/namespaces/{name}"), "");
    }

    fn labelled(&self, resource: &str, app: &str) -> Vec<Value> {
        let selector = Selector::parse(&format!("app={app}")).expect("a selector");
        let found = self.0.store().select(resource, NAMESPACE, &selector);
        found.map(|o: &std::sync::Arc<Object>| o.value().clone()).collect()
    }

    fn names(objects: &[Value]) -> Vec<String> {
        objects.iter().map(|o| o.at(&["metadata", "name"]).str().to_owned()).collect()
    }

    pub fn pods(&self, app: &str) -> Vec<String> {
        Scene::names(&self.labelled("pods", app))
    }

    pub fn sets(&self, app: &str) -> Vec<String> {
        Scene::names(&self.labelled("replicasets.apps", app))
    }

    pub fn ready(&self, app: &str) -> usize {
        let ready = |p: &Value| {
            let conditions = p.at(&["status", "conditions"]).items().iter();
            conditions.into_iter().any(|c| c.get("type").str() == "Ready" && c.get("status").str() == "True")
        };
        self.labelled("pods", app).iter().filter(|p| ready(p)).count()
    }

    /// Pods that are not being deleted.
    pub fn alive(&self, app: &str) -> usize {
        let deleted = |p: &Value| !p.at(&["metadata", "deletionTimestamp"]).is_null();
        self.labelled("pods", app).iter().filter(|p| !deleted(p)).count()
    }

    pub fn nodes(&self, app: &str) -> Vec<String> {
        let pods = self.labelled("pods", app);
        pods.iter().map(|p| p.at(&["spec", "nodeName"]).str().to_owned()).collect()
    }

    pub fn pods_on(&self, app: &str, node: &str) -> Vec<String> {
        let mut pods = self.labelled("pods", app);
        pods.retain(|p| p.at(&["spec", "nodeName"]).str() == node);
        Scene::names(&pods)
    }

    pub fn images(&self, app: &str) -> Vec<String> {
        let image = |p: &Value| {
            let containers = p.at(&["spec", "containers"]).items();
            containers.first().map(|c| c.get("image").str().to_owned()).unwrap_or_default()
        };
        self.labelled("pods", app).iter().map(image).collect()
    }

    /// How many endpoints of a Service get traffic.
    pub fn endpoints(&self, service: &str) -> usize {
        let selector = Selector::parse(&format!("kubernetes.io/service-name={service}")).expect("a selector");
        let slices = self.0.store().select("endpointslices.discovery.k8s.io", NAMESPACE, &selector);
        let endpoints = slices.flat_map(|s| s.value().get("endpoints").items());
        endpoints.filter(|e| e.at(&["conditions", "ready"]).is_true()).count()
    }

    /// A field of an object as text; empty if it is not there.
    pub fn field(&self, resource: &str, name: &str, path: &[&str]) -> String {
        let namespace = if resource == "namespaces" { "" } else { NAMESPACE };
        let value = self.0.store().value(resource, namespace, name).at(path).clone();
        match value.as_int() {
            Some(number) => number.to_string(),
            None => value.str().to_owned(),
        }
    }

    /// Status and reason of a condition.
    pub fn condition(&self, resource: &str, name: &str, type_: &str) -> (String, String) {
        let conditions = self.0.store().value(resource, NAMESPACE, name).at(&["status", "conditions"]);
        let found = conditions.items().iter().find(|c| c.get("type").str() == type_);
        let text = |field: &str| found.map_or("", |c| c.get(field).str()).to_owned();
        (text("status"), text("reason"))
    }

    pub fn count(&self, resource: &str) -> usize {
        self.0.store().count(resource)
    }

    pub fn in_namespace(&self, resource: &str, namespace: &str) -> usize {
        self.0.store().list(resource, namespace).count()
    }

    /// Message and count of the Events about objects of a kind.
    pub fn events_about(&self, kind: &str) -> Vec<(String, i64)> {
        let events = self.0.store().list("events", NAMESPACE).map(|e| e.value());
        let about = events.filter(|e| e.at(&["involvedObject", "kind"]).str() == kind);
        about.map(|e| (e.get("message").str().to_owned(), e.get("count").int())).collect()
    }
}
