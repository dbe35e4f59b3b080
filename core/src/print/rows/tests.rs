//! Rows as upstream's own tests of its printers have them.

use super::{Options, table};
use crate::base::{Instant, Value};
use crate::manifest::json;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// An hour after everything was created.
const NOW: i64 = 1_767_229_200_000;

fn value(text: &str) -> Value {
    json::parse(text).unwrap().to_value()
}

fn made(resource: &str, object: &Value) -> Value {
    let now = Instant(NOW);
    table(resource, object, &Options { now, headers: true, stored: &Value::clone, object: &|_| Value::Null })
}

/// An object `x` with these fields beside its metadata, as the cells of its row.
fn row(resource: &str, fields: &str) -> String {
    let mut object = value(fields);
    let metadata = value(r#"{"name": "x", "creationTimestamp": "2026-01-01T00:00:00Z"}"#);
    for (key, value) in metadata.entries() {
        object.entry("metadata").set_default(key, value);
    }
    cells(made(resource, &object).get("rows").items().first().unwrap())
}

fn cells(row: &Value) -> String {
    let cells = row.get("cells").items().iter().map(|cell| match cell {
        Value::Text(text) => String::from(text.as_str()),
        other => format!("{other:?}"),
    });
    cells.collect::<Vec<_>>().join(" | ")
}

#[test]
fn the_state_of_a_pod_is_that_of_its_worst_container() {
    let cases = [
        (r#"{"phase": "Pending"}"#, "0/2 | Pending | 0"),
        (
            r#"{"phase": "Pending", "conditions": [{"type": "PodScheduled", "reason": "SchedulingGated"}]}"#,
            "0/2 | SchedulingGated | 0",
        ),
        (r#"{"phase": "Running", "reason": "Evicted"}"#, "0/2 | Evicted | 0"),
        (
            r#"{"phase": "Running", "containerStatuses": [
                {"ready": true, "restartCount": 3, "state": {"running": {}}},
                {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "restartCount": 2,
                 "lastState": {"terminated": {"finishedAt": "2026-01-01T00:50:00Z"}}}]}"#,
            "1/2 | CrashLoopBackOff | 5 (10m ago)",
        ),
        (
            r#"{"phase": "Running", "containerStatuses": [
                {"ready": true, "state": {"running": {}}},
                {"state": {"terminated": {"reason": "Completed"}}}]}"#,
            "1/2 | NotReady | 0",
        ),
        (
            r#"{"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], "containerStatuses": [
                {"state": {"terminated": {"reason": "Completed"}}},
                {"ready": true, "state": {"running": {}}}]}"#,
            "1/2 | Running | 0",
        ),
        (
            r#"{"phase": "Failed", "containerStatuses": [
                {"state": {"terminated": {"reason": "Completed"}}},
                {"state": {"terminated": {"exitCode": 7}}}]}"#,
            "0/2 | ExitCode:7 | 0",
        ),
        (
            r#"{"phase": "Pending", "initContainerStatuses": [
                {"name": "i", "restartCount": 4, "state": {"terminated": {"exitCode": 1, "signal": 9}}}]}"#,
            "0/2 | Init:Signal:9 | 4",
        ),
        (
            r#"{"phase": "Pending", "initContainerStatuses": [{"name": "i", "state": {"running": {}}}]}"#,
            "0/2 | Init:0/1 | 0",
        ),
    ];
    for (status, expected) in cases {
        let spec = r#"{"containers": [{"name": "a"}, {"name": "b"}], "initContainers": [{"name": "i"}]}"#;
        let shown = row("pods", &format!(r#"{{"spec": {spec}, "status": {status}}}"#));
        assert_eq!(shown, format!("x | {expected} | 60m | <none> | <none> | <none> | <none>"), "{status}");
    }
}

#[test]
fn a_sidecar_counts_as_a_container() {
    let shown = row(
        "pods",
        r#"{
        "spec": {"containers": [{"name": "a"}], "initContainers": [{"name": "s", "restartPolicy": "Always"}]},
        "status": {"phase": "Running", "initContainerStatuses": [
            {"name": "s", "started": true, "ready": true, "restartCount": 2, "state": {"running": {}}}],
            "containerStatuses": [{"ready": true, "state": {"running": {}}}]}}"#,
    );
    assert!(shown.starts_with("x | 2/2 | Running | 2 | 60m"), "{shown}");
}

#[test]
fn rows_say_what_upstream_says() {
    let cases = [
        (
            "services",
            r#"{"spec": {"type": "LoadBalancer", "clusterIPs": ["10.0.0.1"], "externalIPs": ["1.2.3.4"],
            "ports": [{"port": 80, "nodePort": 30080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}],
            "selector": {"b": "2", "a": "1"}}, "status": {"loadBalancer": {"ingress": [{"hostname": "h"}]}}}"#,
            "x | LoadBalancer | 10.0.0.1 | h,1.2.3.4 | 80:30080/TCP,53/UDP | 60m | a=1,b=2",
        ),
        (
            "services",
            r#"{"spec": {"type": "ExternalName", "externalName": "a.b"}}"#,
            "x | ExternalName | <none> | a.b | <none> | 60m | <none>",
        ),
        (
            "endpoints",
            r#"{"subsets": [{"addresses": [{"ip": "1.1.1.1"}, {"ip": "fd00::1"}],
            "ports": [{"port": 1}, {"port": 2}]}]}"#,
            "x | 1.1.1.1:1,[fd00::1]:1,1.1.1.1:2 + 1 more... | 60m",
        ),
        (
            "endpointslices.discovery.k8s.io",
            r#"{"addressType": "IPv4"}"#,
            "x | IPv4 | <unset> | <unset> | 60m",
        ),
        (
            "ingresses.networking.k8s.io",
            r#"{"spec": {"rules": [{"host": "a"}, {}, {"host": "b"}, {"host": "c"},
            {"host": "d"}]}}"#,
            "x | <none> | a,b,c + 2 more... |  | 80 | 60m",
        ),
        (
            "jobs.batch",
            r#"{"spec": {"parallelism": 3}, "status": {"startTime": "2026-01-01T00:00:00Z",
            "completionTime": "2026-01-01T00:02:05Z", "conditions": [{"type": "Failed", "status": "True"}]}}"#,
            "x | Failed | 0/1 of 3 | 2m5s | 60m |  |  | <none>",
        ),
        (
            "controllerrevisions.apps",
            r#"{"revision": 2, "metadata": {"ownerReferences": [
            {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "controller": true}]}}"#,
            "x | statefulset.apps/db | Int(2) | 60m",
        ),
        (
            "resourcequotas",
            r#"{"status": {"hard": {"pods": "4", "limits.cpu": "2"}, "used": {"pods": "1"}}}"#,
            "x | pods: 1/4 | limits.cpu: 0/2 | 60m",
        ),
        (
            "events",
            r#"{"involvedObject": {"kind": "Pod", "name": "p"}, "eventTime": "2026-01-01T00:30:00.000000Z",
            "reportingComponent": "c", "reportingInstance": "i", "message": " m "}"#,
            "30m |  |  | pod/p |  | c, i | m | 30m | Int(1) | x",
        ),
        (
            "horizontalpodautoscalers.autoscaling",
            r#"{"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "d"},
            "maxReplicas": 3, "metrics": [{"type": "Resource", "resource": {"name": "cpu",
            "target": {"averageUtilization": 80}}}]}}"#,
            "x | Deployment/d | cpu: <unknown>/80% | <unset> | Int(3) | Int(0) | 60m",
        ),
        ("limitranges", "{}", "x | 2026-01-01T00:00:00Z"),
    ];
    for (resource, fields, expected) in cases {
        assert_eq!(row(resource, fields), expected, "{resource} {fields}");
    }
}

#[test]
fn of_several_default_classes_the_youngest_is_marked() {
    let class = |name: &str, day: u32| {
        format!(
            r#"{{"metadata": {{"name": "{name}", "creationTimestamp": "2025-12-{day:02}T01:00:00Z",
            "annotations": {{"storageclass.kubernetes.io/is-default-class": "true"}}}}, "provisioner": "p"}}"#
        )
    };
    let list = format!(r#"{{"items": [{}, {}, {}]}}"#, class("a", 1), class("c", 2), class("b", 2));
    let table = made("storageclasses.storage.k8s.io", &value(&list));
    let names = table.get("rows").items().iter().map(|r| r.get("cells").items()[0].str());
    assert_eq!(names.collect::<Vec<_>>(), ["a", "c", "b (default)"]);
}

#[test]
fn a_pod_that_has_ended_is_told_by_a_condition() {
    let table = made("pods", &value(r#"{"status": {"phase": "Succeeded"}}"#));
    let row = table.get("rows").items().first().unwrap();
    assert_eq!(row.get("conditions").items()[0].get("reason").str(), "Succeeded");
}
