//! The status that the recorder's kubelets write to a pod.
//!
//! Containers start at once and become ready, except: a readiness probe that executes `false` never succeeds; an image
//! with "no-such-image" in its name cannot be pulled; with restart policy Never or OnFailure the command `true` succeeds
//! and `false` fails. A readiness gate waits for its condition.

use super::node;
use serde_json::{Value, json};

/// What the kubelet of the pod's node would write at `time`; none if it stands there already.
pub(super) fn next(pod: &Value, address: &str, time: &str) -> Option<Value> {
    let host = node::address(node::number(pod["spec"]["nodeName"].as_str()?)?);
    let old = &pod["status"];
    let pod = Pod { spec: &pod["spec"], old, generation: &pod["metadata"]["generation"], address, time };
    let init = pod.containers("initContainers", "initContainerStatuses");
    let main = pod.containers("containers", "containerStatuses");
    let mut status = json!({
        "observedGeneration": pod.generation,
        "phase": phase(&main),
        "conditions": pod.conditions(&main),
        "hostIP": host,
        "hostIPs": [{"ip": host}],
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": old.get("startTime").unwrap_or(&Value::from(time)),
    });
    if !init.is_empty() {
        status["initContainerStatuses"] = Value::from(init);
    }
    status["containerStatuses"] = Value::from(main);
    (summary(&status) != summary(old)).then_some(status)
}

struct Pod<'a> {
    spec: &'a Value,
    old: &'a Value,
    generation: &'a Value,
    address: &'a str,
    time: &'a str,
}

impl Pod<'_> {
    fn containers(&self, specs: &str, statuses: &str) -> Vec<Value> {
        let is_init = specs == "initContainers";
        let container =
            |spec| self.container(spec, find(&self.old[statuses], "name", &spec["name"]), is_init);
        self.spec[specs].as_array().into_iter().flatten().map(container).collect()
    }

    fn container(&self, spec: &Value, was: Option<&Value>, is_init: bool) -> Value {
        let short = spec["image"].as_str().unwrap_or_default();
        if short.contains("no-such-image") {
            let waiting = json!({"reason": "ImagePullBackOff", "message": format!("Back-off pulling image \"{short}\"")});
            return json!({"name": spec["name"], "image": short, "imageID": "", "ready": false, "started": false,
                "restartCount": 0, "lastState": {}, "state": {"waiting": waiting}});
        }
        let image = full_image(short);
        let name = spec["name"].as_str().unwrap_or_default();
        let id = format!("containerd://{}", node::hash(&format!("{}/{name}/{image}", self.address)));
        let same = was.filter(|was| was["image"] == image);
        let state = |was: &Value| {
            ["running", "terminated"].iter().find_map(|s| was["state"].get(*s)?.get("startedAt").cloned())
        };
        let started_at = same.and_then(state).unwrap_or_else(|| Value::from(self.time));
        let exit = if is_init { Some(0) } else { self.exit(spec) };
        let ready = is_init || (exit.is_none() && spec["readinessProbe"]["exec"]["command"][0] != "false");
        let state = match exit {
            Some(code) => {
                json!({"terminated": {"exitCode": code, "reason": if code == 0 { "Completed" } else { "Error" },
                "startedAt": started_at, "finishedAt": started_at, "containerID": id}})
            }
            None => json!({"running": {"startedAt": started_at}}),
        };
        let restarts =
            was.map_or(0, |was| was["restartCount"].as_u64().unwrap_or(0) + u64::from(same.is_none()));
        json!({"name": name, "state": state, "lastState": same.map_or(json!({}), |was| was["lastState"].clone()),
            "ready": ready, "restartCount": restarts, "image": image,
            "imageID": format!("{}@sha256:{}", without_tag(&image), node::hash(short)), "containerID": id,
            "started": exit.is_none()})
    }

    /// The code it exits with, if it does.
    fn exit(&self, container: &Value) -> Option<u8> {
        let once = self.spec["restartPolicy"] != "Always";
        match container["command"][0].as_str() {
            Some("true") if once => Some(0),
            Some("false") if once => Some(1),
            _ => None,
        }
    }

    fn conditions(&self, containers: &[Value]) -> Vec<Value> {
        let unready = containers.iter().filter(|c| c["ready"] == false).filter_map(|c| c["name"].as_str());
        let unready = unready.collect::<Vec<_>>();
        let gates = self.waiting_gates();
        let done = is_done(containers);
        let not_ready = match phase(containers) {
            "Failed" if done => json!({"reason": "PodFailed"}),
            _ if done => json!({"reason": "PodCompleted"}),
            _ => json!({"reason": "ContainersNotReady",
                "message": format!("containers with unready status: [{}]", unready.join(" "))}),
        };
        let gated = json!({"reason": "ReadinessGatesNotReady", "message": gates.iter().map(|gate|
            format!("corresponding condition of pod readiness gate \"{gate}\" does not exist.")).collect::<Vec<_>>().join(", ")});
        let why = if unready.is_empty() { &gated } else { &not_ready };
        let mut all = vec![
            self.condition("PodReadyToStartContainers", !done, &json!({})),
            self.condition("Initialized", true, &json!({})),
            self.condition("Ready", unready.is_empty() && gates.is_empty(), why),
            self.condition("ContainersReady", unready.is_empty(), &not_ready),
        ];
        let others = self.old["conditions"].as_array().into_iter().flatten();
        let others =
            others.filter(|c| all.iter().all(|own| own["type"] != c["type"])).cloned().collect::<Vec<_>>();
        all.extend(others);
        all
    }

    /// The readiness gates whose condition is not true yet.
    fn waiting_gates(&self) -> Vec<&str> {
        let gates =
            self.spec["readinessGates"].as_array().into_iter().flatten().map(|gate| &gate["conditionType"]);
        let holds = |kind: &&Value| {
            find(&self.old["conditions"], "type", kind).is_some_and(|c| c["status"] == "True")
        };
        gates.filter(|kind| !holds(kind)).filter_map(Value::as_str).collect()
    }

    fn condition(&self, kind: &str, holds: bool, why_not: &Value) -> Value {
        let status = if holds { "True" } else { "False" };
        let was =
            find(&self.old["conditions"], "type", &Value::from(kind)).filter(|was| was["status"] == status);
        let mut condition = json!({"type": kind, "status": status, "observedGeneration": self.generation,
            "lastProbeTime": null,
            "lastTransitionTime": was.map_or(Value::from(self.time), |was| was["lastTransitionTime"].clone())});
        if let (false, Some(condition), Some(why)) = (holds, condition.as_object_mut(), why_not.as_object()) {
            condition.extend(why.clone());
        }
        condition
    }
}

fn is_done(containers: &[Value]) -> bool {
    containers.iter().all(|c| c["state"]["terminated"].is_object())
}

fn phase(containers: &[Value]) -> &'static str {
    if is_done(containers) {
        let failed = containers.iter().any(|c| c["state"]["terminated"]["exitCode"] != 0);
        return if failed { "Failed" } else { "Succeeded" };
    }
    let waits = containers.iter().any(|c| c["state"]["waiting"].is_object());
    if waits { "Pending" } else { "Running" }
}

/// What a status says, times and addresses aside.
fn summary(status: &Value) -> Value {
    let list = |key: &str, parts: &[&str]| {
        let row = |item: &Value| parts.iter().map(|part| item[*part].clone()).collect::<Value>();
        status[key].as_array().map(|items| items.iter().map(row).collect::<Vec<_>>())
    };
    let mut conditions = list("conditions", &["type", "status", "observedGeneration"]);
    conditions.iter_mut().for_each(|rows| rows.sort_by_key(Value::to_string));
    let containers = list("containerStatuses", &["name", "image", "ready"]);
    json!([status["observedGeneration"], status["phase"], conditions, containers])
}

/// The item of a list whose `key` is `value`.
fn find<'a>(list: &'a Value, key: &str, value: &Value) -> Option<&'a Value> {
    list.as_array()?.iter().find(|item| item[key] == *value)
}

/// The image's name with registry and tag.
fn full_image(image: &str) -> String {
    let parts = image.split('/').collect::<Vec<_>>();
    let registry = match parts.as_slice() {
        [_] => "docker.io/library/",
        [first, ..] if first.contains(['.', ':']) => "",
        _ => "docker.io/",
    };
    let tagged = parts.last().is_some_and(|last| last.contains(':'));
    format!("{registry}{image}{}", if tagged { "" } else { ":latest" })
}

fn without_tag(image: &str) -> &str {
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_have_a_registry_and_a_tag() {
        for (short, full) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("nigelpoulton/k8sbook:1.0", "docker.io/nigelpoulton/k8sbook:1.0"),
            ("registry.k8s.io/e2e/agnhost", "registry.k8s.io/e2e/agnhost:latest"),
            ("localhost:5000/x", "localhost:5000/x:latest"),
        ] {
            assert_eq!(full_image(short), full);
        }
        assert_eq!(without_tag("localhost:5000/x:latest"), "localhost:5000/x");
    }

    #[test]
    fn a_status_that_stands_is_not_written_again() {
        let mut pod = json!({"metadata": {"generation": 1}, "spec": {"nodeName": "node-2", "restartPolicy": "Always",
            "containers": [{"name": "c", "image": "x"}], "readinessGates": [{"conditionType": "g"}]}, "status": {"phase": "Pending"}});
        let status = next(&pod, "10.244.2.2", "2026-01-01T00:00:00Z").unwrap();
        assert_eq!(status["phase"], "Running");
        assert_eq!(status["hostIP"], "192.168.1.12");
        assert_eq!(status["conditions"][2]["reason"], "ReadinessGatesNotReady");
        pod["status"] = status;
        assert_eq!(next(&pod, "10.244.2.2", "2026-01-01T00:00:09Z"), None);
        let gate = json!({"type": "g", "status": "True"});
        pod["status"]["conditions"].as_array_mut().unwrap().push(gate);
        let ready = next(&pod, "10.244.2.2", "2026-01-01T00:00:09Z").unwrap();
        assert_eq!(ready["conditions"][2]["status"], "True");
        assert_eq!(ready["conditions"][2]["lastTransitionTime"], "2026-01-01T00:00:09Z");
        assert_eq!(ready["conditions"][0]["lastTransitionTime"], "2026-01-01T00:00:00Z");
    }
}
