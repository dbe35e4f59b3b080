//! How long it takes from a manifest to ready pods behind a Service: API server, controllers, scheduler and kubelets,
//! where everything that takes time on a machine happens at once.

use std::time::Instant;
use svcscope_core::base::Duration;
use svcscope_core::cluster::{Cluster, Options};
use svcscope_core::node::Machines;

const ROUNDS: usize = 5;

fn main() {
    for pods in [500, 2000] {
        let mut times: Vec<_> = (0..ROUNDS).map(|_| rollout(pods)).collect();
        times.sort_unstable();
        println!("{pods} pods behind a Service, applied until ready: {:?}", times[ROUNDS / 2]);
    }
}

fn rollout(pods: usize) -> std::time::Duration {
    let machines = u8::try_from(pods / 100 + 1).unwrap_or(u8::MAX);
    let options = Options { machines: Some(Machines::numbered(machines)), ..Options::default() };
    let mut cluster = Cluster::new(&options);
    let manifests = format!(
        "
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {pods}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: c, image: nginx, ports: [{{containerPort: 80}}]}}]}}
"
    );
    let start = Instant::now();
    cluster.apply(&manifests).expect("it is applied");
    cluster.advance(Duration::ZERO);
    let time = start.elapsed();
    let slices = cluster.store().list("endpointslices.discovery.k8s.io", "default");
    let endpoints: usize = slices.map(|s| s.value().get("endpoints").items().len()).sum();
    assert_eq!(endpoints, pods, "all are ready");
    time
}
