//! One recorded case, step by step.

use super::kubelet::{self, Addresses};
use super::print;
use super::unify::Variables;
use crate::cluster::Cluster;
use svcscope_core::base::{Duration, Text, Value, json};

pub fn case(case: &Value, dropped: &[&str]) -> Result<(), String> {
    let mut session =
        Session { cluster: Cluster::new(), variables: Variables::new(dropped), ips: Addresses(2) };
    for (i, step) in case.get("steps").items().iter().enumerate() {
        session.step(step).map_err(|why| format!("step {i}: {}\n{why}", what(step)))?;
    }
    Ok(())
}

fn what(step: &Value) -> String {
    let mut step = step.clone();
    step.remove("expect");
    json::to_string(&step)
}

struct Session {
    cluster: Cluster,
    variables: Variables,
    ips: Addresses,
}

impl Session {
    fn step(&mut self, step: &Value) -> Result<(), String> {
        if let Value::Text(request) = step.get("do") {
            return self.request(request, step);
        }
        if !step.get("settle").is_null() {
            let quiet = match step.get("settle") {
                Value::Int(s) => s * 1000,
                Value::Number(n) => (n.parse::<f64>().expect("seconds") * 1000.0) as i64,
                _ => 1200,
            };
            self.cluster.settle(Duration::from_millis(quiet));
        } else if !step.get("ready").is_null() {
            kubelet::ready(&mut self.cluster, step.get("ready"), &mut self.ips);
        } else if !step.get("gone").is_null() {
            kubelet::gone(&mut self.cluster, step.get("gone"));
        } else if !step.get("kubectl").is_null() {
            let arguments = step.get("kubectl").items();
            if arguments.first().is_some_and(|a| a.str() == "create") {
                let object = kubelet::endpoints_of_lines(step.get("stdin").str());
                self.cluster.put("endpoints", object);
                return Ok(());
            }
            return print::check(&self.cluster, step);
        } else {
            return Err("no such step here".into());
        }
        Ok(())
    }

    fn request(&mut self, request: &str, step: &Value) -> Result<(), String> {
        let (verb, url) = request.split_once(' ').expect("a verb and a path");
        let at = Place::parse(&self.variables.filled(url));
        let (code, answer) = (step.get("expect").get("code").int(), step.get("expect").get("body"));
        match verb {
            "GET" => self.get(&at, code, answer),
            _ if code >= 400 => Ok(()),
            "DELETE" => {
                self.delete(&at, answer);
                Ok(())
            }
            _ => {
                self.write(&at, step.get("body"), answer);
                Ok(())
            }
        }
    }

    /// A client writes what the recorded answer says it wrote.
    fn write(&mut self, at: &Place, body: &Value, answer: &Value) {
        if at.resource == "replicasets.apps" {
            return kubelet::replicas(&mut self.cluster, body);
        }
        let name = self.variables.filled(answer.get("metadata").get("name").str());
        let before = self.cluster.store.value(&at.resource, &at.namespace, &name).clone();
        let object = self.variables.object(answer, &[body, &before], self.cluster.now);
        if at.resource != "namespaces" {
            self.cluster.put(&at.resource, object);
        }
    }

    fn delete(&mut self, at: &Place, answer: &Value) {
        let metadata = answer.get("metadata");
        let stays =
            !metadata.get("finalizers").is_empty() || metadata.get("deletionGracePeriodSeconds").int() > 0;
        if stays && answer.get("kind").str() != "Status" {
            self.write(at, &Value::Null, answer);
            return;
        }
        if at.resource == "pods" {
            // A pod that is given no time to end is one that is being deleted first, too.
            self.write(at, &Value::Null, answer);
        }
        self.cluster.remove(&at.resource, &at.namespace, &at.name);
    }

    fn get(&mut self, at: &Place, code: i64, answer: &Value) -> Result<(), String> {
        let store = &self.cluster.store;
        if at.name.is_empty() {
            let listed = store.list(&at.resource, &at.namespace);
            let listed = listed.filter(|o| at.selector.as_ref().is_none_or(|s| s.matches(o.labels())));
            let actual = Value::list(listed.map(|o| without_kind(o.value())));
            return self.variables.unify(answer.get("items"), &actual, "items");
        }
        match (code, store.get(&at.resource, &at.namespace, &at.name)) {
            (404, None) => Ok(()),
            (404, Some(there)) => Err(format!("should not be there: {}", json::to_string(there.value()))),
            (_, None) => Err("is not there".into()),
            (_, Some(_)) if at.resource == "pods" => Ok(()),
            (_, Some(there)) => {
                self.variables.unify(&without_kind(answer), &without_kind(there.value()), "object")
            }
        }
    }
}

/// Items of lists do not say what they are.
fn without_kind(object: &Value) -> Value {
    let mut object = object.clone();
    object.remove("kind");
    object.remove("apiVersion");
    object
}

/// What a path of the API names.
struct Place {
    resource: Text,
    namespace: String,
    name: String,
    selector: Option<svcscope_core::base::Selector>,
}

impl Place {
    fn parse(url: &str) -> Place {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let mut parts = path.split('/').skip(1);
        let group = match parts.next() {
            Some("apis") => parts.next().unwrap_or_default(),
            _ => "",
        };
        parts.next();
        let mut parts = parts.peekable();
        let mut namespace = String::new();
        let mut resource = parts.next().unwrap_or_default();
        if resource == "namespaces" && parts.peek().is_some() {
            namespace = parts.next().unwrap_or_default().into();
            resource = parts.next().unwrap_or_default();
        }
        let resource = if group.is_empty() { resource.into() } else { format!("{resource}.{group}") };
        let selector =
            query.strip_prefix("labelSelector=").map(|s| s.replace("%3D", "=").replace("%2C", ","));
        Place {
            resource: resource.into(),
            namespace,
            name: parts.next().unwrap_or_default().into(),
            selector: selector.map(|s| svcscope_core::base::Selector::parse(&s).expect("a selector")),
        }
    }
}
