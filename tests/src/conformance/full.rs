//! A cluster with nodes, as the recorder's `kubelet.mjs` plays them: three nodes whose kubelets start pods at once, and
//! what decides which of the feasible nodes a pod goes to, so that placement is the same every time.

use super::client::{items, send};
use super::kubelet::binding;
use super::node;
use super::pod_status;
use super::recording::Kubectl;
use super::server::{Family, Listings, Printed, Reply, Server};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use svcscope_core::api::Request;

const JSON: &str = "application/json";
const MERGE: &str = "application/merge-patch+json";

/// Milliseconds between two looks at the pods.
const TICK: i64 = 50;
/// A pod is placed when no other has come or gone for so long, so that those waiting are placed together;
const PLACED_AFTER: i64 = 200;
/// and the kubelets begin when nothing has happened for so long, but for what is being deleted.
const STARTED_AFTER: i64 = 250;

/// A cluster and its kubelets.
pub(super) struct Full<S> {
    cluster: S,
    kubelets: Kubelets,
}

/// What the kubelets and the placement know.
#[derive(Default)]
struct Kubelets {
    /// Milliseconds since the start.
    now: i64,
    /// By uid, as last seen.
    pods: BTreeMap<String, Value>,
    /// The last number given out of each node's addresses. All is forgotten once the cluster has no pods.
    used: BTreeMap<usize, usize>,
    /// The address of a pod, by uid.
    arrived: BTreeMap<String, String>,
    /// The node chosen for a pod, by uid.
    placed: BTreeMap<String, String>,
    /// When a pod came, went or changed before it had an address.
    last_arrival: i64,
    /// When there is something to do.
    due: Option<i64>,
}

impl<S: Server> Full<S> {
    pub(super) fn new(mut cluster: S) -> Result<Full<S>, String> {
        node::advertise(&mut cluster)?;
        for number in 1..=node::COUNT {
            node::create(&mut cluster, number)?;
        }
        Ok(Full { cluster, kubelets: Kubelets::default() })
    }
}

impl<S: Server> Server for Full<S> {
    fn begin(&mut self, step: usize) {
        self.cluster.begin(step);
    }

    fn call(&mut self, request: &Request) -> Result<Reply, String> {
        self.cluster.call(request)
    }

    fn wait(&mut self, ms: i64) {
        let mut left = ms;
        while left > 0 {
            let tick = left.min(TICK);
            self.cluster.wait(tick);
            self.kubelets.now += tick;
            left -= tick;
            // What a kubelet could not do it does not do: the answers show it.
            let _ = self.kubelets.act(&mut self.cluster);
        }
    }

    fn now(&self) -> String {
        self.cluster.now()
    }

    fn dns(&mut self, query: &[u8]) -> Result<Option<Vec<u8>>, String> {
        self.cluster.dns(query)
    }

    fn kubectl(&mut self, command: &Kubectl) -> Result<Printed, String> {
        self.cluster.kubectl(command)
    }

    fn rules(&mut self, node: &str, family: Family, config: &Value) -> Result<Listings, String> {
        self.cluster.rules(node, family, config)
    }
}

impl Kubelets {
    /// Looks at the pods, and does what is due.
    fn act(&mut self, cluster: &mut dyn Server) -> Result<(), String> {
        self.look(cluster)?;
        if self.now - self.last_arrival >= PLACED_AFTER {
            self.schedule(cluster)?;
        }
        if self.due.is_some_and(|due| due <= self.now) {
            self.due = None;
            self.work(cluster)?;
        }
        Ok(())
    }

    fn look(&mut self, cluster: &mut dyn Server) -> Result<(), String> {
        let pods = items(cluster, "/api/v1/pods")?;
        let pods =
            pods.into_iter().map(|pod| (text(&pod["metadata"]["uid"]), pod)).collect::<BTreeMap<_, _>>();
        let before = std::mem::replace(&mut self.pods, pods);
        for uid in before.keys().filter(|uid| !self.pods.contains_key(*uid)) {
            self.arrived.remove(uid);
            self.placed.remove(uid);
            (self.last_arrival, self.due) = (self.now, Some(self.now + STARTED_AFTER));
        }
        for (uid, pod) in self.pods.iter().filter(|(uid, pod)| before.get(*uid) != Some(pod)) {
            if !before.contains_key(uid) || pod["status"]["podIP"].is_null() {
                self.last_arrival = self.now;
            }
            let leaving = pod["metadata"]["deletionTimestamp"].is_string();
            self.due = Some(self.now + if leaving { 0 } else { STARTED_AFTER });
        }
        if self.pods.is_empty() {
            self.used.clear();
        }
        Ok(())
    }

    /// Binds the pods that wait. Stands in for the scheduler, which filters the nodes and writes events.
    fn schedule(&mut self, cluster: &mut dyn Server) -> Result<(), String> {
        let all = (1..=node::COUNT).map(node::name).collect::<Vec<_>>();
        for pod in
            self.in_order(|pod| is_waiting(pod) && text(&pod["spec"]["schedulerName"]) == "default-scheduler")
        {
            let feasible = pinned(&pod).map_or_else(|| all.clone(), |node| vec![node]);
            let Some(node) = self.place(&pod, &feasible) else { continue };
            let name = &pod["metadata"]["name"];
            send(
                cluster,
                "POST",
                &format!("{}/binding", path(&pod)),
                JSON,
                Some(&binding(name, &Value::from(node))),
            )?;
        }
        Ok(())
    }

    /// The node for `pod`. The pods waiting with it are placed together, in order of namespace and name: each goes to the
    /// feasible node with the fewest pods, the first if there are several.
    fn place(&mut self, pod: &Value, feasible: &[String]) -> Option<String> {
        let uid = text(&pod["metadata"]["uid"]);
        if !self.placed.get(&uid).is_some_and(|node| feasible.contains(node)) {
            self.placed.remove(&uid);
        }
        let all = (1..=node::COUNT).map(node::name).collect::<Vec<_>>();
        for waiting in self.in_order(is_waiting) {
            let other = text(&waiting["metadata"]["uid"]);
            if self.placed.contains_key(&other) {
                continue;
            }
            let node = match pinned(&waiting) {
                _ if other == uid => self.emptiest(feasible),
                Some(node) => Some(node),
                None => self.emptiest(&all),
            };
            self.placed.extend(node.map(|node| (other, node)));
        }
        self.placed.get(&uid).cloned().or_else(|| self.emptiest(feasible))
    }

    fn emptiest(&self, nodes: &[String]) -> Option<String> {
        let lives = |pod: &&Value| pod["metadata"]["deletionTimestamp"].is_null();
        let is_on = |pod: &Value, node: &str| match pod["spec"]["nodeName"].as_str() {
            Some(bound) if !bound.is_empty() => bound == node,
            _ => self.placed.get(&text(&pod["metadata"]["uid"])).is_some_and(|placed| placed == node),
        };
        let load = |node: &String| self.pods.values().filter(lives).filter(|pod| is_on(pod, node)).count();
        nodes.iter().min_by_key(|node| (load(node), node::number(node))).cloned()
    }

    /// What the kubelets do: pods that are being deleted go, the others get their status.
    fn work(&mut self, cluster: &mut dyn Server) -> Result<(), String> {
        for pod in self.in_order(|pod| node::number(&text(&pod["spec"]["nodeName"])).is_some()) {
            let uid = &pod["metadata"]["uid"];
            if pod["metadata"]["deletionTimestamp"].is_string() {
                let now = json!({"gracePeriodSeconds": 0, "preconditions": {"uid": uid}});
                send(cluster, "DELETE", &path(&pod), JSON, Some(&now))?;
                continue;
            }
            let Some(address) = self.address(&pod) else { continue };
            let time = cluster.now();
            if let Some(status) = pod_status::next(&pod, &address, &time) {
                let patch = json!({"metadata": {"uid": uid}, "status": status});
                send(cluster, "PATCH", &format!("{}/status", path(&pod)), MERGE, Some(&patch))?;
            }
        }
        Ok(())
    }

    /// The address of a pod that has arrived: the next one of its node, never one used before.
    fn address(&mut self, pod: &Value) -> Option<String> {
        let node = node::number(&text(&pod["spec"]["nodeName"]))?;
        let uid = text(&pod["metadata"]["uid"]);
        let last = self.used.entry(node).or_insert(1);
        if !self.arrived.contains_key(&uid) {
            let address = match pod["status"]["podIP"].as_str() {
                Some(own) => {
                    let number = own.rsplit('.').next().and_then(|n| n.parse().ok());
                    *last = (*last).max(number.unwrap_or(0));
                    own.to_owned()
                }
                None => {
                    *last += 1;
                    if pod["spec"]["hostNetwork"] == true {
                        node::address(node)
                    } else {
                        format!("10.244.{node}.{last}")
                    }
                }
            };
            self.arrived.insert(uid.clone(), address);
        }
        self.arrived.get(&uid).cloned()
    }

    /// In order of namespace and name.
    fn in_order(&self, which: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut pods = self.pods.values().filter(|pod| which(pod)).cloned().collect::<Vec<_>>();
        pods.sort_by_cached_key(|pod| {
            text(&pod["metadata"]["namespace"]) + "/" + &text(&pod["metadata"]["name"])
        });
        pods
    }
}

/// Whether it is to be placed.
fn is_waiting(pod: &Value) -> bool {
    let gated = pod["spec"]["schedulingGates"].as_array().is_some_and(|gates| !gates.is_empty());
    text(&pod["spec"]["nodeName"]).is_empty() && pod["metadata"]["deletionTimestamp"].is_null() && !gated
}

/// The one node that a pod asks for.
fn pinned(pod: &Value) -> Option<String> {
    let required = &pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
    let field = required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0].as_str();
    field.or_else(|| pod["spec"]["nodeSelector"]["kubernetes.io/hostname"].as_str()).map(str::to_owned)
}

fn path(pod: &Value) -> String {
    format!(
        "/api/v1/namespaces/{}/pods/{}",
        text(&pod["metadata"]["namespace"]),
        text(&pod["metadata"]["name"])
    )
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, spec: &Value) -> (String, Value) {
        (
            name.to_owned(),
            json!({"metadata": {"uid": name, "namespace": "default", "name": name}, "spec": spec}),
        )
    }

    /// Where the pods go, in order of their names.
    fn places(pods: impl IntoIterator<Item = (String, Value)>, feasible: &[&str]) -> Vec<String> {
        let mut kubelets = Kubelets { pods: pods.into_iter().collect(), ..Kubelets::default() };
        let feasible = feasible.iter().map(|node| (*node).to_owned()).collect::<Vec<_>>();
        let waiting = kubelets.in_order(is_waiting);
        waiting.iter().filter_map(|pod| kubelets.place(pod, &feasible)).collect()
    }

    const ALL: [&str; 3] = ["node-1", "node-2", "node-3"];

    #[test]
    fn pods_that_wait_together_go_where_there_are_fewest() {
        let ten = (0..10).map(|i| pod(&format!("p-{i}"), &json!({})));
        let placed = places(ten, &ALL);
        assert_eq!(placed[..4], ["node-1", "node-2", "node-3", "node-1"]);
        assert_eq!(ALL.map(|node| placed.iter().filter(|p| *p == node).count()), [4, 3, 3]);
    }

    #[test]
    fn pods_that_have_a_node_count_and_those_that_are_gated_do_not() {
        let pods = [
            pod("a", &json!({"nodeName": "node-1"})),
            pod("b", &json!({"nodeName": "node-2"})),
            pod("c", &json!({"schedulingGates": [{"name": "g"}]})),
            pod("d", &json!({})),
            pod("e", &json!({})),
        ];
        assert_eq!(places(pods, &ALL), ["node-3", "node-1"]);
    }

    #[test]
    fn only_feasible_nodes_are_taken() {
        let pinned = json!({"nodeSelector": {"kubernetes.io/hostname": "node-2"}});
        assert_eq!(super::pinned(&pod("a", &pinned).1), Some("node-2".to_owned()));
        assert_eq!(places([pod("a", &json!({})), pod("b", &json!({}))], &["node-3"]), ["node-3", "node-3"]);
    }

    #[test]
    fn addresses_of_a_node_are_given_out_in_turn() {
        let mut kubelets = Kubelets::default();
        let mut address = |name, spec: Value| kubelets.address(&pod(name, &spec).1).unwrap();
        assert_eq!(address("a", json!({"nodeName": "node-2"})), "10.244.2.2");
        assert_eq!(address("b", json!({"nodeName": "node-2", "hostNetwork": true})), "192.168.1.12");
        assert_eq!(address("c", json!({"nodeName": "node-2"})), "10.244.2.4");
        assert_eq!(address("a", json!({"nodeName": "node-2"})), "10.244.2.2");
        assert_eq!(address("d", json!({"nodeName": "node-3"})), "10.244.3.2");
    }
}
