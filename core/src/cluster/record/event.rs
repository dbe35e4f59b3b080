//! What an Event looks like: one of those who speak by the older API, and one of those who speak by the newer.

use crate::base::hash::Fnv32a;
use crate::base::{Instant, Value};
use crate::controllers::{Detail, Speaker};
use alloc::format;
use alloc::string::String;

/// Something that is said about an object.
#[derive(Clone, Debug)]
pub(super) struct Said<'a> {
    pub(super) speaker: Speaker,
    pub(super) about: &'a Value,
    pub(super) reason: &'static str,
    pub(super) message: String,
    pub(super) warning: bool,
    pub(super) detail: &'a Detail,
}

impl Said<'_> {
    /// Whoever says what was being done uses the newer API.
    pub(super) fn is_modern(&self) -> bool {
        !self.detail.action.is_empty()
    }

    pub(super) fn type_(&self) -> &'static str {
        if self.warning { "Warning" } else { "Normal" }
    }

    /// Events about what is in no namespace are in the default one.
    fn namespace(&self) -> &str {
        match self.about.get("metadata").get("namespace").str() {
            "" => "default",
            namespace => namespace,
        }
    }

    /// The object it is about, as an Event refers to it.
    fn involved(&self) -> Value {
        let metadata = self.about.get("metadata");
        let mut reference = Value::map([
            ("kind", self.about.get("kind").clone()),
            ("namespace", metadata.get("namespace").clone()),
            ("name", metadata.get("name").clone()),
            ("uid", metadata.get("uid").clone()),
            ("apiVersion", self.about.get("apiVersion").clone()),
            ("resourceVersion", metadata.get("resourceVersion").clone()),
        ]);
        if !self.detail.field.is_empty() {
            reference.set("fieldPath", &self.detail.field);
        }
        reference
    }

    /// Said for the first time.
    pub(super) fn event(&self, now: Instant) -> Value {
        let metadata =
            Value::map([("name", Value::from(self.name(now))), ("namespace", Value::text(self.namespace()))]);
        let component = self.speaker.component;
        let mut event = Value::map([
            ("kind", Value::text("Event")),
            ("apiVersion", Value::text("v1")),
            ("metadata", metadata),
            ("involvedObject", self.involved()),
            ("reason", Value::text(self.reason)),
            ("message", Value::text(self.message.as_str())),
            ("type", Value::text(self.type_())),
            ("reportingComponent", Value::text(component)),
        ]);
        if self.is_modern() {
            event.set("eventTime", now.rfc3339_micro());
            event.set("action", self.detail.action);
            event.set("reportingInstance", component);
            return event;
        }
        let mut source = Value::map([("component", Value::text(component))]);
        if !self.detail.host.is_empty() {
            source.set("host", &self.detail.host);
            event.set("reportingInstance", &self.detail.host);
        }
        event.set("source", source);
        event.set("firstTimestamp", now.rfc3339());
        event.set("lastTimestamp", now.rfc3339());
        event.set("count", 1);
        event
    }

    /// Said once more.
    pub(super) fn count(&self, event: &mut Value, now: Instant) {
        if self.is_modern() {
            let series = event.entry("series");
            let count = series.get("count").as_int().unwrap_or(1);
            series.set("count", count + 1);
            series.set("lastObservedTime", now.rfc3339_micro());
            return;
        }
        event.set("count", event.get("count").int() + 1);
        event.set("lastTimestamp", now.rfc3339());
        event.set("message", self.message.as_str());
    }

    /// The name is made of the time in nanoseconds; a hash of what is said tells events of one instant apart.
    fn name(&self, now: Instant) -> String {
        let mut hash = Fnv32a::default();
        [self.reason, self.message.as_str()].iter().for_each(|s| hash.write(s.as_bytes()));
        let stamp = i128::from(now.0) * 1_000_000 + i128::from(hash.sum() % 1_000_000);
        format!("{}.{stamp:x}", self.about.get("metadata").get("name").str())
    }
}
