//! The events of an object.
//!
//! Models `DescribeEvents` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use super::template::Around;
use crate::base::{Instant, Value, sort};
use crate::print::age_of;
use alloc::format;
use alloc::vec::Vec;

/// Writes the events about an object.
pub(super) fn about(out: &mut Lines, object: &Value, around: &mut Around<'_>) {
    let metadata = object.get("metadata");
    let (name, kind) = (metadata.get("name").str(), object.get("kind").str());
    let mirrored = metadata.at(&["annotations", "kubernetes.io/config.mirror"]);
    let uid = if kind == "Pod" && !mirrored.is_null() { mirrored } else { metadata.get("uid") };
    // pods are not asked for by their kind
    let kind = if kind == "Pod" { "" } else { kind };
    let mut all = search(metadata.get("namespace").str(), name, kind, uid.str(), around);
    // what kubelets say of their nodes has the name for a uid
    if kind == "Node" {
        all.extend(search("", name, kind, name, around));
    }
    write(out, &mut all, around.now);
}

/// Models `searchEvents`.
fn search(space: &str, name: &str, kind: &str, uid: &str, around: &mut Around<'_>) -> Vec<Value> {
    let within = if space.is_empty() { space } else { &format!("/namespaces/{space}") };
    let mut about = format!("involvedObject.name%3D{name},involvedObject.namespace%3D{space}");
    for (field, value) in [("kind", kind), ("uid", uid)] {
        if !value.is_empty() {
            about.push_str(&format!(",involvedObject.{field}%3D{value}"));
        }
    }
    let list = (around.ask)(&format!("/api/v1{within}/events?fieldSelector={about}"));
    list.map(|list| list.get("items").items().to_vec()).unwrap_or_default()
}

/// The events, those that happened first before the others.
fn write(out: &mut Lines, events: &mut [Value], now: Instant) {
    if events.is_empty() {
        return out.line("Events:\t<none>");
    }
    out.flush();
    out.line("Events:");
    out.line("  Type\tReason\tAge\tFrom\tMessage");
    out.line("  ----\t------\t----\t----\t-------");
    sort::by_cached_key(events, |e| Instant::parse(e.get("lastTimestamp").str()));
    for event in events.iter() {
        let first = match event.get("eventTime") {
            Value::Null => age_of(event.get("firstTimestamp"), now),
            at => age_of(at, now),
        };
        let series = event.get("series");
        let (last, count) = match (series, event.get("count").int()) {
            (Value::Null, count) => (event.get("lastTimestamp"), count),
            (series, _) => (series.get("lastObservedTime"), series.get("count").int()),
        };
        let age = match count {
            ..=1 if series.is_null() => first,
            count => format!("{} (x{count} over {first})", age_of(last, now)),
        };
        let source = event.at(&["source", "component"]).str();
        let from = if source.is_empty() { event.get("reportingComponent").str() } else { source };
        let (kind, reason) = (event.get("type").str(), event.get("reason").str());
        let place = match event.at(&["involvedObject", "fieldPath"]).str() {
            "" => "",
            path => &format!("{path}: "),
        };
        let message = event.get("message").str().trim();
        out.line(&format!("  {kind}\t{reason}\t{age}\t{from}\t{place}{message}"));
    }
}
