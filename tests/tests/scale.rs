//! Deployments that grow and shrink by hundreds of pods.

use std::{fs, path::Path};
use svcscope_core::base::Duration;
use svcscope_core::cluster::{Cluster, Options, PodState};

/// Pods that became ready one after the other are sorted by their ages when there are too many of them.
#[test]
fn three_hundred_pods_come_and_two_hundred_go() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests/chapter/deploy.yml");
    let deploy = fs::read_to_string(file).expect("the manifest is there");
    let mut cluster = Cluster::new(&Options::product());
    for replicas in [10, 300, 100] {
        let scaled = deploy.replace("replicas: 10", &format!("replicas: {replicas}"));
        cluster.apply(&scaled).expect("the Deployment is right");
        for _ in 0..100 {
            cluster.advance(Duration::from_millis(500));
        }
        let pods = cluster.topology().pods;
        let ready = pods.iter().filter(|p| p.namespace == "default" && p.state == PodState::Ready);
        assert_eq!(ready.count(), replicas);
    }
}
