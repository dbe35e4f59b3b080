//! Events as rows.
//!
//! Models `pkg/printers/internalversion/printers.go`.

use super::columns;
use super::table::{Around, Printer};
use super::text::{self, name, or};
use crate::base::Value;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

pub(super) const PRINTERS: &[Printer] =
    &[Printer { resource: "events", columns: columns::core::EVENT, cells: event }];

fn event(o: &Value, around: &Around<'_>) -> Vec<Value> {
    let (about, source, series) = (o.get("involvedObject"), o.get("source"), o.get("series"));
    let since = |time: &Value| super::age::age_of(time, around.now);
    let first = if o.get("firstTimestamp").is_empty() { o.get("eventTime") } else { o.get("firstTimestamp") };
    let last = if o.get("lastTimestamp").is_empty() { first } else { o.get("lastTimestamp") };
    // An event of the newer form counts in its series, or not at all.
    let (last, count) = match o.get("count").int() {
        _ if !series.is_null() => (series.get("lastObservedTime"), series.get("count").int()),
        0 => (last, 1),
        count => (last, count),
    };
    let kind = about.get("kind").str().to_lowercase();
    let target = match about.get("name").str() {
        "" => kind,
        name => format!("{kind}/{name}"),
    };
    let component = or(source.get("component"), o.get("reportingComponent").str());
    let from = match or(source.get("host"), o.get("reportingInstance").str()) {
        "" => component.into(),
        instance => format!("{component}, {instance}"),
    };
    vec![
        Value::from(since(last)),
        text::text(o.get("type")),
        text::text(o.get("reason")),
        Value::from(target),
        text::text(about.get("fieldPath")),
        Value::from(from),
        Value::text(o.get("message").str().trim()),
        Value::from(since(first)),
        Value::Int(count),
        name(o),
    ]
}
