//! What stands around the message of an object: four bytes that say what it is, and which kind it has.
//!
//! Models `runtime.Unknown` and the serializer of `k8s.io/apimachinery/pkg/runtime/serializer/protobuf`.

use super::reader;
use super::writer::{CHUNK, Writer};
use crate::base::Text;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const PREFIX: &[u8] = b"k8s\0";

/// A message and what it says it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope<'b> {
    pub api_version: Text,
    pub kind: Text,
    pub raw: &'b [u8],
}

/// The bytes of an object.
pub fn seal(api_version: &str, kind: &str, message: &[u8]) -> Vec<u8> {
    let mut out = Writer::default();
    // Neither is the content encoded nor has it another type.
    out.chunk(4, b"");
    out.chunk(3, b"");
    out.chunk(2, message);
    let mark = out.mark();
    out.chunk(2, kind.as_bytes());
    out.chunk(1, api_version.as_bytes());
    out.close(1, mark);
    out.bytes(PREFIX);
    out.finish()
}

impl Envelope<'_> {
    /// Opens the bytes of an object; the error is Go's.
    pub fn open(bytes: &[u8]) -> Result<Envelope<'_>, String> {
        let body = match bytes.strip_prefix(PREFIX) {
            _ if bytes.is_empty() => return Err("empty data".to_string()),
            None => {
                let why =
                    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]";
                return Err(why.to_string());
            }
            Some([]) => return Err("empty body".to_string()),
            Some(body) => body,
        };
        let fields =
            [("TypeMeta", CHUNK), ("Raw", CHUNK), ("ContentEncoding", CHUNK), ("ContentType", CHUNK)];
        let [meta, raw, ..] = reader::small(body, "Unknown", &fields)?.chunks;
        let meta =
            reader::small(meta.unwrap_or_default(), "TypeMeta", &[("APIVersion", CHUNK), ("Kind", CHUNK)])?;
        let [api_version, kind, ..] =
            meta.chunks.map(|chunk| String::from_utf8_lossy(chunk.unwrap_or_default()).as_ref().into());
        Ok(Envelope { api_version, kind, raw: raw.unwrap_or_default() })
    }
}

/// A message alone, of the few that are not objects: an event of a watch.
pub fn raw(fields: &[(u32, &[u8])]) -> Vec<u8> {
    let mut out = Writer::default();
    fields.iter().rev().for_each(|(number, bytes)| out.chunk(*number, bytes));
    out.finish()
}

/// A message within a stream: its length in four bytes comes first.
///
/// Models `framer.NewLengthDelimitedFrameWriter`.
pub fn frame(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), message].concat()
}
