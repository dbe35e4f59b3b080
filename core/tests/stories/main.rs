//! What becomes of workloads in the course of time, on the cluster that people meet: pods start, become ready, fail, are
//! replaced and go, as fast as they would.

mod scene;

use scene::{Scene, deployment, service};

#[test]
fn ten_pods_spread_over_three_workers_are_ready_within_seconds_but_not_at_once() {
    let mut scene = Scene::new();
    scene.apply(&(deployment("web", 10, "nginx:1") + &service("web")));
    scene.pass(0);
    assert_eq!((scene.pods("web").len(), scene.ready("web"), scene.endpoints("web")), (10, 0, 0));
    scene.pass(10);
    assert_eq!((scene.ready("web"), scene.endpoints("web")), (10, 10));
    let mut nodes = scene.nodes("web");
    nodes.sort_unstable();
    nodes.dedup();
    assert_eq!(nodes, ["node-1", "node-2", "node-3"]);
    assert_eq!(scene.field("deployments.apps", "web", &["status", "availableReplicas"]), "10");
}

#[test]
fn a_rolling_update_keeps_enough_pods_and_a_rollback_takes_the_old_replica_set_again() {
    let mut scene = Scene::new();
    scene.apply(&(deployment("web", 4, "nginx:1") + &service("web")));
    scene.pass(20);
    let old = scene.sets("web");
    scene.apply(&deployment("web", 4, "nginx:2"));
    for second in 0..60 {
        scene.pass(1);
        // At most a quarter may be missing, or too many.
        let (ready, all) = (scene.ready("web"), scene.alive("web"));
        assert!(ready >= 3 && all <= 5, "{ready} of {all} ready after {second} s");
    }
    assert_eq!(scene.images("web"), ["nginx:2"; 4]);
    assert_eq!((scene.endpoints("web"), scene.sets("web").len()), (4, 2));
    scene.apply(&deployment("web", 4, "nginx:1"));
    scene.pass(60);
    assert_eq!(scene.images("web"), ["nginx:1"; 4]);
    assert_eq!((scene.sets("web").len(), old.len()), (2, 1));
    let revision = ["metadata", "annotations", "deployment.kubernetes.io/revision"];
    assert_eq!(scene.field("deployments.apps", "web", &revision), "3");
    assert_eq!(scene.field("replicasets.apps", &old[0], &revision), "3");
}

#[test]
fn a_rollout_of_a_broken_image_stops_and_says_so() {
    let mut scene = Scene::new();
    scene.apply(&deployment("web", 4, "nginx:1"));
    scene.pass(20);
    scene.apply(&deployment("web", 4, "no-such-image:1"));
    scene.pass(30);
    assert_eq!((scene.ready("web"), scene.alive("web")), (3, 5));
    scene.pass(700);
    let progressing = scene.condition("deployments.apps", "web", "Progressing");
    assert_eq!(progressing, ("False".into(), "ProgressDeadlineExceeded".into()));
}

#[test]
fn scaling_down_takes_pods_away_after_their_time_to_say_good_bye() {
    let mut scene = Scene::new();
    scene.apply(&(deployment("web", 3, "nginx:1") + &service("web")));
    scene.pass(20);
    scene.scale("web", 1);
    scene.pass(0);
    assert_eq!((scene.alive("web"), scene.pods("web").len()), (1, 3), "two are on their way out");
    assert_eq!(scene.endpoints("web"), 1, "and get no more traffic");
    scene.pass(35);
    assert_eq!(scene.pods("web").len(), 1);
}

#[test]
fn a_pod_that_is_not_ready_leaves_the_endpoints_and_comes_back() {
    let mut scene = Scene::new();
    let probe = "\n          readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 5, failureThreshold: 2}";
    let flaky = deployment("web", 2, &format!("nginx:1{probe}")).replace(
        "labels: {app: web}",
        "labels: {app: web}\n      annotations: {svcscope.dev/unready: 60s-90s}",
    );
    scene.apply(&(flaky + &service("web")));
    let mut seen = Vec::new();
    for second in 0..150 {
        scene.pass(1);
        let count = scene.endpoints("web");
        if seen.last().is_none_or(|(_, last)| *last != count) {
            seen.push((second, count));
        }
    }
    let counts: Vec<usize> = seen.iter().map(|(_, count)| *count).collect();
    assert!(counts.contains(&2) && counts.last() == Some(&2), "{seen:?}");
    let gone = seen.iter().find(|(second, count)| *count == 0 && *second > 30).expect("it failed");
    let back = seen.iter().rfind(|(_, count)| *count == 2).expect("it came back");
    // Two probes have to fail in a row, but one success is enough.
    assert!((65..80).contains(&gone.0) && (88..102).contains(&back.0), "{seen:?}");
}

#[test]
fn pods_of_a_node_that_is_gone_are_replaced_elsewhere() {
    let mut scene = Scene::new();
    scene.apply(&deployment("web", 6, "nginx:1"));
    scene.pass(20);
    assert_eq!(scene.ready("web"), 6);
    scene.cordon("node-3");
    scene.delete("pods", &scene.pods_on("web", "node-3"));
    scene.pass(60);
    assert_eq!((scene.ready("web"), scene.pods_on("web", "node-3").len()), (6, 0));
}

#[test]
fn a_stateful_set_starts_one_pod_after_the_other_and_keeps_their_names() {
    let mut scene = Scene::new();
    scene.apply(
        "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: 'postgres:17'}]}
",
    );
    let mut counts = Vec::new();
    for _ in 0..40 {
        scene.pass(1);
        assert!(scene.pods("db").len() <= scene.ready("db") + 1, "one at a time");
        counts.push(scene.ready("db"));
    }
    assert_eq!(
        (scene.pods("db"), counts.last()),
        (vec!["db-0".into(), "db-1".into(), "db-2".into()], Some(&3))
    );
    scene.delete("pods", &["db-1".into()]);
    scene.pass(60);
    assert_eq!((scene.pods("db").len(), scene.ready("db")), (3, 3));
}

#[test]
fn a_job_ends_and_its_pods_are_counted() {
    let mut scene = Scene::new();
    scene.apply(
        "
apiVersion: batch/v1
kind: Job
metadata: {name: sum}
spec:
  completions: 3
  parallelism: 2
  ttlSecondsAfterFinished: 30
  template:
    metadata: {annotations: {svcscope.dev/ends: 5s with 0}}
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}
",
    );
    scene.pass(30);
    assert_eq!(scene.field("jobs.batch", "sum", &["status", "succeeded"]), "3");
    assert_eq!(scene.condition("jobs.batch", "sum", "Complete").0, "True");
    scene.pass(60);
    assert_eq!(scene.field("jobs.batch", "sum", &["metadata", "name"]), "", "it was cleaned up");
}

#[test]
fn a_cron_job_runs_every_minute_and_keeps_three() {
    let mut scene = Scene::new();
    scene.apply(
        "
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: '* * * * *'
  jobTemplate:
    spec:
      template:
        metadata: {annotations: {svcscope.dev/ends: 2s with 0}}
        spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}
",
    );
    scene.pass(330);
    assert_eq!(scene.count("jobs.batch"), 3, "five have run, and three are kept");
}

#[test]
fn a_namespace_takes_everything_along() {
    let mut scene = Scene::new();
    scene.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n");
    scene.apply(&deployment("web", 3, "nginx:1").replace("name: web}", "name: web, namespace: shop}"));
    scene.pass(20);
    assert_eq!(scene.in_namespace("pods", "shop"), 3);
    scene.delete_namespace("shop");
    scene.pass(0);
    assert_eq!(scene.in_namespace("pods", "shop"), 3, "not at once");
    scene.pass(60);
    let left: usize = ["pods", "replicasets.apps", "deployments.apps", "configmaps", "serviceaccounts"]
        .iter()
        .map(|resource| scene.in_namespace(resource, "shop"))
        .sum();
    assert_eq!((left, scene.field("namespaces", "shop", &["metadata", "name"])), (0, String::new()));
}

#[test]
fn what_a_deployment_owns_goes_with_it() {
    let mut scene = Scene::new();
    scene.apply(&deployment("web", 3, "nginx:1"));
    scene.pass(20);
    scene.delete("deployments.apps", &["web".into()]);
    scene.pass(40);
    assert_eq!((scene.sets("web").len(), scene.pods("web").len()), (0, 0));
}

#[test]
fn a_more_important_pod_takes_the_place_of_a_less_important_one() {
    let mut scene = Scene::new();
    let class = "
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
";
    let big = |name: &str| deployment(name, 3, "nginx:1\n          resources: {requests: {cpu: 3}}");
    scene.apply(&(class.to_owned() + &big("low")));
    scene.pass(20);
    assert_eq!(scene.ready("low"), 3);
    let high = big("high").replace("replicas: 3", "replicas: 1");
    scene.apply(&high.replace(
        "    spec:\n      containers",
        "    spec:\n      priorityClassName: high\n      containers",
    ));
    scene.pass(60);
    assert_eq!((scene.ready("high"), scene.ready("low"), scene.pods("low").len()), (1, 2, 3));
}

#[test]
fn many_similar_events_are_told_as_one_and_too_many_not_at_all() {
    let mut scene = Scene::new();
    scene.apply(&deployment("web", 40, "nginx:1"));
    scene.pass(1);
    let events = scene.events_about("ReplicaSet");
    let (combined, single): (Vec<_>, Vec<_>) =
        events.iter().partition(|(message, _)| message.starts_with("(combined"));
    // Nine stand for themselves; of one object twenty-five are listened to.
    assert_eq!((single.len(), combined.len(), combined[0].1), (9, 1, 16), "{events:?}");
}

#[test]
fn a_daemon_set_runs_on_every_worker_and_is_updated_one_node_after_the_other() {
    let mut scene = Scene::new();
    let agent = |image: &str| {
        format!(
            "
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: agent}}
spec:
  selector: {{matchLabels: {{app: agent}}}}
  template:
    metadata: {{labels: {{app: agent}}}}
    spec: {{containers: [{{name: c, image: '{image}'}}]}}
"
        )
    };
    scene.apply(&agent("agent:1"));
    scene.pass(20);
    let mut nodes = scene.nodes("agent");
    nodes.sort_unstable();
    assert_eq!(nodes, ["node-1", "node-2", "node-3"], "not where the control plane is");
    scene.apply(&agent("agent:2"));
    for _ in 0..120 {
        scene.pass(1);
        assert!(scene.ready("agent") >= 2);
    }
    assert_eq!((scene.images("agent"), scene.ready("agent")), (vec!["agent:2".to_owned(); 3], 3));
    assert_eq!(scene.count("controllerrevisions.apps"), 2);
}

#[test]
fn a_job_that_fails_is_retried_more_slowly_each_time_and_given_up() {
    let mut scene = Scene::new();
    scene.apply(
        "
apiVersion: batch/v1
kind: Job
metadata: {name: sum}
spec:
  backoffLimit: 2
  template:
    metadata: {labels: {app: sum}, annotations: {svcscope.dev/ends: 1s with 1}}
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}
",
    );
    scene.pass(12);
    assert_eq!(scene.pods("sum").len(), 1, "the second waits for ten seconds");
    scene.pass(10);
    assert_eq!(scene.pods("sum").len(), 2);
    scene.pass(60);
    assert_eq!(
        (scene.pods("sum").len(), scene.field("jobs.batch", "sum", &["status", "failed"])),
        (3, "3".into())
    );
    assert_eq!(
        scene.condition("jobs.batch", "sum", "Failed"),
        ("True".into(), "BackoffLimitExceeded".into())
    );
    scene.delete("jobs.batch", &["sum".into()]);
    scene.pass(40);
    assert_eq!(scene.pods("sum").len(), 0);
}

#[test]
fn an_autoscaler_without_metrics_keeps_its_target_within_its_limits_and_says_why_it_does_no_more() {
    let mut scene = Scene::new();
    scene.apply(
        &(deployment("web", 1, "nginx:1")
            + "
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
"),
    );
    scene.pass(40);
    assert_eq!(scene.ready("web"), 2);
    let resource = "horizontalpodautoscalers.autoscaling";
    assert_eq!(scene.condition(resource, "web", "AbleToScale"), ("True".into(), "SucceededGetScale".into()));
    let active = scene.condition(resource, "web", "ScalingActive");
    assert_eq!(active, ("False".into(), "FailedGetResourceMetric".into()));
}
