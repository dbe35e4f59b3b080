//! YAML as Kubernetes takes and writes it.
//!
//! Models `sigs.k8s.io/yaml` and the go-yaml (v2) within it: YAML 1.1, read as libyaml reads it and not quite as the
//! specification has it. The parser is our own: those of the YAML 1.2 crates (`granit-parser`, `saphyr-parser`) take and
//! refuse other texts than Go does in every sixth case of the YAML test suite, and name other lines and reasons in most
//! of the rest.
//!
//! Text → [`source`] → [`scanner`] → [`parser`] → [`tree`] → [`decode`] → [`Node`](super::Node). Mistakes carry go-yaml's words.

mod base64;
mod block_scalar;
mod collections;
mod cursor;
mod decode;
mod entries;
mod flow_scalar;
mod go_value;
mod key_order;
mod number;
mod parser;
mod problem;
mod properties;
mod resolve;
mod scanner;
mod source;
mod stream;
mod tag;
mod timestamp;
mod token;
mod tree;
mod write;
mod write_scalar;

pub use decode::{Decoded, Repeated};
pub(super) use source::Source;
pub(super) use stream::{Origin, Stream};
pub use write::to_string;

use super::error::Error;
use super::limits::{MAX_TEXT, MAX_VALUES, TEXT_TOO_LONG};
use alloc::vec::Vec;

/// The first document of `text` as the JSON it stands for; what comes behind it is not read.
///
/// Models `YAMLToJSON`.
///
/// ```
/// use svcscope_core::manifest::yaml;
///
/// let read = yaml::to_node("port: 0x50\nport: 80\n").unwrap();
/// assert_eq!(read.node.get("port").unwrap().to_value(), 80.into());
/// assert_eq!(read.repeated[0].message, "line 2: key \"port\" already set in map");
///
/// let wrong = yaml::to_node("a: b: c").unwrap_err();
/// assert_eq!(wrong.message, "yaml: mapping values are not allowed in this context");
/// assert_eq!((wrong.position.line, wrong.position.column), (1, 5));
/// ```
pub fn to_node(text: &str) -> Result<Decoded, Error> {
    first(&Source::of_text(text), false)
}

/// The same, and no key may be there more than once.
///
/// Models `YAMLToJSONStrict`. Those who take such a text all the same find its lines in [`Decoded::repeated`].
pub fn to_node_strict(text: &str) -> Result<Decoded, Error> {
    first(&Source::of_text(text), true)
}

/// As [`to_node`], for the bytes of a request: UTF-8, or UTF-16 if a byte order mark says so.
pub fn bytes_to_node(bytes: &[u8]) -> Result<Decoded, Error> {
    first(&Source::of_bytes(bytes), false)
}

/// All documents of `text` as go-yaml's own decoder finds them, up to the first that is wrong.
pub fn documents(text: &str) -> (Vec<Decoded>, Option<Error>) {
    let source = Source::of_text(text);
    let mut stream = Stream::new(&source, Origin::start(), MAX_VALUES);
    let mut found = Vec::new();
    loop {
        match stream.next() {
            Ok(Some(decoded)) => found.push(decoded),
            Ok(None) => return (found, None),
            Err(wrong) => return (found, Some(wrong.in_source(&source))),
        }
    }
}

fn first(source: &Source<'_>, strict: bool) -> Result<Decoded, Error> {
    if source.text.len() > MAX_TEXT {
        return Err(Error::new("", 0, TEXT_TOO_LONG));
    }
    let stream = Stream::new(source, Origin::start(), MAX_VALUES);
    let mut stream = if strict { stream.strict() } else { stream };
    Ok(stream.next().map_err(|wrong| wrong.in_source(source))?.unwrap_or_default())
}
