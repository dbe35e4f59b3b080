//! The events of an object.
//!
//! Models `DescribeEvents` of `k8s.io/kubectl/pkg/describe/describe.go`.

use super::Lines;
use crate::base::{Instant, Value};
use crate::print::age_of;
use alloc::format;
use alloc::vec::Vec;

/// Writes the events, those that happened first before the others.
pub fn events(out: &mut Lines, events: &[Value], now: Instant) {
    if events.is_empty() {
        out.line("Events:\t<none>");
        return;
    }
    out.flush();
    out.line("Events:");
    out.line("  Type\tReason\tAge\tFrom\tMessage");
    out.line("  ----\t------\t----\t----\t-------");
    let mut sorted = events.iter().collect::<Vec<_>>();
    sorted.sort_by_key(|e| Instant::parse(e.get("lastTimestamp").str()));
    for event in sorted {
        let first = match event.get("firstTimestamp") {
            Value::Null => age_of(event.get("eventTime"), now),
            at => age_of(at, now),
        };
        let age = match event.get("count").int() {
            count @ 2.. => format!("{} (x{count} over {first})", age_of(event.get("lastTimestamp"), now)),
            _ => first,
        };
        let source = event.at(&["source", "component"]).str();
        let from = if source.is_empty() { event.get("reportingComponent").str() } else { source };
        let (kind, reason) = (event.get("type").str(), event.get("reason").str());
        out.line(&format!("  {kind}\t{reason}\t{age}\t{from}\t{}", event.get("message").str().trim()));
    }
}
