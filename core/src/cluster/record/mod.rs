//! Events: what controllers say about objects.
//!
//! Models `k8s.io/client-go/tools/record` and `k8s.io/client-go/tools/events`.

mod correlate;
mod event;

pub(super) use correlate::Correlator;

use crate::base::{Status, Value};
use crate::controllers::{Record, Speaker};
use crate::registry::Server;
use crate::registry::write::{self, At, Options, Part};
use crate::store::Object;
use alloc::sync::Arc;
use correlate::Known;
use event::Said;

const RESOURCE: &str = "events";

/// Records an event about a write, by what became of it.
pub(super) fn record(
    server: &mut Server,
    correlator: &mut Correlator,
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
    let Some((reason, message)) = said else { return };
    let warning = record.warning || done.is_err();
    let said = Said { speaker, about: &record.about, reason, message, warning, detail: &record.detail };
    let (said, known) = correlator.hear(server.now, said);
    let stored = match known {
        Known::TooMuch => return,
        Known::New(key) => created(server, &said).inspect(|event| correlator.note(key, event)),
        // It may have been deleted meanwhile: then it is said anew.
        Known::Before { key, place } => counted(server, &said, &place)
            .or_else(|| created(server, &said).inspect(|event| correlator.note(key, event))),
    };
    // An event that is refused, of an object in a namespace that is going say, is lost in a real cluster, too.
    drop(stored);
}

fn created(server: &mut Server, said: &Said<'_>) -> Option<Arc<Object>> {
    let kind = server.kind(RESOURCE)?;
    let event = server.schema.arrange(&kind.value_kind(), &said.event(server.now));
    write::create(server, RESOURCE, event, &Options::by(said.speaker.manager)).ok().map(|w| w.object)
}

/// The event that was there before has happened once more.
fn counted(server: &mut Server, said: &Said<'_>, place: &(Value, Value)) -> Option<Arc<Object>> {
    let at = At { resource: RESOURCE, namespace: place.0.str(), name: place.1.str() };
    let (now, options) = (server.now, Options::by(said.speaker.manager));
    let done = write::update(server, at, Part::Object, &options, false, |_, old| {
        let mut new = old.clone();
        said.count(&mut new, now);
        Ok(new)
    });
    done.ok().map(|w| w.object)
}
