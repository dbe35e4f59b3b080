//! Events: what controllers say about objects.
//!
//! Models `k8s.io/client-go/tools/record`.

use crate::base::{Instant, Status, Value};
use crate::controllers::{Record, Speaker};
use crate::registry::Server;
use crate::registry::write::{self, At, Options, Part};
use crate::store::Object;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;

/// Records an event about a write, by what became of it.
pub(super) fn record(
    server: &mut Server,
    speaker: Speaker,
    record: &Record,
    done: &Result<Option<Arc<Object>>, Status>,
) {
    let said = match done {
        Ok(written) => record.done.as_ref().map(|(reason, message)| {
            let name = written.as_ref().map(|o| o.name().as_str()).unwrap_or_default();
            (*reason, message.replace("{name}", name))
        }),
        Err(status) => record
            .failed
            .as_ref()
            .map(|(reason, message)| (*reason, message.replace("{error}", &status.message))),
    };
    if let Some((reason, message)) = said {
        let type_ = if record.warning || done.is_err() { "Warning" } else { "Normal" };
        let event = event(server.now, &record.about, speaker.component, type_, reason, &message);
        store(server, speaker, &event);
    }
}

fn event(now: Instant, about: &Value, component: &str, type_: &str, reason: &str, message: &str) -> Value {
    let metadata = about.get("metadata");
    let namespace = match metadata.get("namespace").str() {
        "" => "default",
        namespace => namespace,
    };
    let name = metadata.get("name").str();
    let involved = Value::map([
        ("kind", about.get("kind").clone()),
        ("namespace", metadata.get("namespace").clone()),
        ("name", name.into()),
        ("uid", metadata.get("uid").clone()),
        ("apiVersion", about.get("apiVersion").clone()),
        ("resourceVersion", metadata.get("resourceVersion").clone()),
    ]);
    let time = now.rfc3339();
    // The name is made of the time in nanoseconds; a hash of what is said tells events of one instant apart.
    let mut hash = crate::base::hash::Fnv32a::default();
    [reason, message].iter().for_each(|s| hash.write(s.as_bytes()));
    let stamp = i128::from(now.0) * 1_000_000 + i128::from(hash.sum() % 1_000_000);
    Value::map([
        ("kind", Value::text("Event")),
        ("apiVersion", Value::text("v1")),
        (
            "metadata",
            Value::map([("name", Value::from(format!("{name}.{stamp:x}"))), ("namespace", namespace.into())]),
        ),
        ("involvedObject", involved),
        ("reason", reason.into()),
        ("message", message.into()),
        ("source", Value::map([("component", Value::text(component))])),
        ("firstTimestamp", Value::from(time.clone())),
        ("lastTimestamp", Value::from(time)),
        ("count", 1.into()),
        ("type", type_.into()),
        ("reportingComponent", component.into()),
    ])
}

/// Stores the event, or counts the one that is there already.
fn store(server: &mut Server, speaker: Speaker, event: &Value) {
    let Some(kind) = server.kind("events") else { return };
    let namespace = String::from(event.get("metadata").get("namespace").str());
    let same = |o: &&Arc<Object>| {
        ["involvedObject", "reason", "message", "source", "type"].iter().all(|f| {
            let (there, new) = (o.value().get(f), event.get(f));
            if *f == "involvedObject" {
                there.get("uid") == new.get("uid") && there.get("name") == new.get("name")
            } else {
                there == new
            }
        })
    };
    // Those of an object are named after it.
    let about = format!("{}.", event.get("involvedObject").get("name").str());
    let before = server.store.named("events", &namespace, &about).find(same).cloned();
    let options = Options::by(speaker.manager);
    let done = match before {
        Some(before) => {
            let at = At { resource: "events", namespace: &namespace, name: before.name() };
            write::update(server, at, Part::Object, &options, false, |_, old| {
                let mut new = old.clone();
                new.set("count", old.get("count").int() + 1);
                new.set("lastTimestamp", event.get("lastTimestamp"));
                Ok(new)
            })
        }
        None => {
            let event = server.schema.arrange(&kind.value_kind(), event);
            write::create(server, "events", event, &options)
        }
    };
    // An event that is refused, of an object in a namespace that is going say, is lost in a real cluster, too.
    drop(done);
}
