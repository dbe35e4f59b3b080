//! Watches: what happens, a line an event.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/watch.go` and `pkg/storage/cacher`.

use super::call::{Answer, Call};
use super::negotiate::{self, Format, Output, Shape};
use super::options::ListOptions;
use super::read::{self, parse_revision};
use super::request::{Body, Response, WatchId};
use super::table::{self, Include};
use super::{encode, protobuf};
use crate::base::{Duration, Instant, Status, Text, Value, json};
use crate::registry::Server;
use crate::store::{Change, Event, Object};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A watch without a timeout of its own ends after so long; a real server picks something between half an hour and one.
const TIMEOUT: Duration = Duration::from_secs(1800);

/// The watches that are open.
#[derive(Clone, Debug, Default)]
pub struct Watches {
    next: u64,
    open: BTreeMap<WatchId, Arc<Watch>>,
}

#[derive(Clone, Debug)]
struct Watch {
    resource: Text,
    namespace: Text,
    api_version: Text,
    options: ListOptions,
    output: Output,
    /// What the rows of tables have of their objects.
    include: Include,
    /// The columns of tables were named already.
    named: bool,
    /// Everything up to here was told.
    revision: u64,
    /// Lines, or frames, that wait to be fetched.
    pending: Vec<u8>,
    end: Instant,
}

/// Opens a watch.
pub(super) fn open(call: &mut Call<'_>, output: Output, options: ListOptions) -> Result<Answer, Status> {
    let from = parse_revision(&options.resource_version).map_err(Status::unknown)?;
    let output = negotiate::streamed(output)?;
    let include =
        if output.shape == Shape::Table { table::include(&call.url.query)? } else { Include::Metadata };
    let seconds = options.timeout.filter(|s| *s > 0).map_or(TIMEOUT, Duration::from_secs);
    let mut watch = Watch {
        resource: call.kind.name.clone(),
        namespace: call.route.namespace.into(),
        api_version: call.route.resource.group_version(),
        output,
        include,
        named: false,
        revision: from,
        pending: Vec::new(),
        end: call.server.now + seconds,
        options,
    };
    let initial = watch.options.send_initial_events;
    if initial == Some(true) || initial.is_none() && from == 0 {
        watch.begin(call.server);
        if initial == Some(true) && watch.options.bookmarks {
            watch.bookmark(call, true);
        }
    } else if from == 0 {
        watch.revision = call.server.store.revision();
    }
    call.watches.next += 1;
    let id = WatchId(call.watches.next);
    call.watches.open.insert(id, Arc::new(watch));
    let type_ = output.format.content_type();
    let stream = if output.format == Format::Json { "" } else { ";stream=watch" };
    let header = ("Content-Type".to_string(), format!("{type_}{stream}"));
    Ok(read::response(Response { code: 200, headers: [header].into(), body: Body::Watch(id) }))
}

impl Watches {
    /// The lines of a watch since the last time, and whether it goes on.
    pub fn fetch(&mut self, server: &Server, id: WatchId) -> (Vec<u8>, bool) {
        let Some(watch) = self.open.get_mut(&id) else { return (Vec::new(), false) };
        let watch = Arc::make_mut(watch);
        let alive = watch.follow(server) && server.now < watch.end;
        let lines = core::mem::take(&mut watch.pending);
        if !alive {
            self.open.remove(&id);
        }
        (lines, alive)
    }

    /// Ends a watch that nobody listens to any more.
    pub fn close(&mut self, id: WatchId) {
        self.open.remove(&id);
    }

    /// When the next watch ends by itself.
    pub fn next_end(&self) -> Option<Instant> {
        self.open.values().map(|w| w.end).min()
    }
}

impl Watch {
    /// What is there already comes as if it had just been added.
    fn begin(&mut self, server: &Server) {
        let labels = self.options.labels.clone();
        let found = server.store.select(&self.resource, &self.namespace, &labels);
        let found = found.filter(|o| self.options.fields.matches(o.value())).cloned().collect::<Vec<_>>();
        for object in found {
            self.tell(server, "ADDED", &object);
        }
        self.revision = server.store.revision();
    }

    fn bookmark(&mut self, call: &Call<'_>, end_of_initial: bool) {
        let mut metadata = Value::map([("resourceVersion", Value::from(format!("{}", self.revision)))]);
        if end_of_initial {
            metadata.set("annotations", Value::map([("k8s.io/initial-events-end", Value::text("true"))]));
        }
        let zero = call.server.schema.zero(&call.kind.value_kind());
        let mut object = Value::map([
            ("kind", Value::from(&call.route.resource.kind)),
            ("apiVersion", Value::from(&self.api_version)),
            ("metadata", metadata),
        ]);
        for (field, value) in zero.entries() {
            object.set_default(field, value);
        }
        // The end of what was there at first is told by an annotation, which is always shown.
        let include =
            if end_of_initial && self.include == Include::Nothing { Include::Metadata } else { self.include };
        self.tell_shaped(call.server, "BOOKMARK", &object, include);
    }

    /// Tells what has happened since; false where some of it is forgotten.
    fn follow(&mut self, server: &Server) -> bool {
        if self.revision >= server.store.revision() {
            return true;
        }
        let Some(events) = server.store.log().since(self.revision) else {
            let message =
                format!("too old resource version: {} ({})", self.revision, server.store.log().oldest());
            let mut status = Status::expired(message).to_value();
            status.set("code", 410);
            self.line(server, "ERROR", &status);
            return false;
        };
        let news = events.filter(|e| self.concerns(e)).cloned().collect::<Vec<_>>();
        for event in news {
            let was = event.before.as_ref().is_some_and(|o| self.selects(o));
            let is = event.change != Change::Deleted && self.selects(&event.object);
            // An object comes into view and goes out of it by its labels, too.
            match (was, is) {
                (false, true) => self.tell(server, "ADDED", &event.object),
                (true, true) => self.tell(server, "MODIFIED", &event.object),
                (true, false) => self.tell_gone(server, &event),
                (false, false) => {}
            }
        }
        self.revision = server.store.revision();
        true
    }

    fn concerns(&self, event: &Event) -> bool {
        let namespace = event.object.namespace();
        event.resource == self.resource && (self.namespace.is_empty() || *namespace == self.namespace)
    }

    fn selects(&self, object: &Object) -> bool {
        self.options.labels.matches(object.labels()) && self.options.fields.matches(object.value())
    }

    /// The last sight of an object: as it was, with the revision at which it went.
    fn tell_gone(&mut self, server: &Server, event: &Event) {
        let Some(before) = &event.before else { return };
        let mut value = before.shown(&server.schema);
        value.entry("metadata").set("resourceVersion", format!("{}", event.revision));
        let value = self.in_version(value);
        self.tell_shaped(server, "DELETED", &value, self.include);
    }

    fn tell(&mut self, server: &Server, what: &str, object: &Object) {
        let value = self.in_version(object.shown(&server.schema));
        self.tell_shaped(server, what, &value, self.include);
    }

    /// Tells of an object in the shape that is asked for. Only the first table names its columns.
    fn tell_shaped(&mut self, server: &Server, what: &str, object: &Value, include: Include) {
        let meta = self.output.meta;
        let shaped = match (self.output.shape, server.kind(&self.resource)) {
            (Shape::Table, Some(kind)) => table::of(server, &kind, object, meta, include, !self.named),
            (Shape::Metadata | Shape::MetadataList, _) => encode::partial(object, meta),
            _ => object.clone(),
        };
        self.named = true;
        self.line(server, what, &shaped);
    }

    fn in_version(&self, mut value: Value) -> Value {
        if value.get("apiVersion").str() != self.api_version.as_str() {
            value.set("apiVersion", &self.api_version);
        }
        value
    }

    fn line(&mut self, server: &Server, what: &str, object: &Value) {
        if self.output.format == Format::Protobuf {
            let bytes = protobuf::object(&server.schema, object).unwrap_or_default();
            self.pending.extend(protobuf::event(what, &bytes));
            return;
        }
        let mut out = String::from("{\"type\":\"");
        out.push_str(what);
        out.push_str("\",\"object\":");
        json::write(&mut out, object);
        out.push_str("}\n");
        self.pending.extend(out.into_bytes());
    }
}
