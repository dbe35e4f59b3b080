//! The shape of the Kubernetes API as data, and what follows from shape alone, for all kinds at once.

pub mod apply;
mod base64;
pub mod decode;
mod float;
mod internal;
pub mod managed;
pub mod patch;
pub mod protobuf;
mod shape;
mod spew;
pub mod table;

pub use table::{Field, Kind, Resource, Schema, Type, TypeId};

/// Bytes as they stand in JSON.
pub fn base64(bytes: &[u8]) -> alloc::string::String {
    base64::encode(bytes)
}

/// The bytes of such a text, or the place of the first character that is wrong.
pub fn base64_decode(text: &str) -> Result<alloc::vec::Vec<u8>, usize> {
    base64::decode(text)
}

/// Bytes as base64 that fits into a URL, without padding.
pub fn base64_url(bytes: &[u8]) -> alloc::string::String {
    base64::encode(bytes).replace('+', "-").replace('/', "_").replace('=', "")
}

/// The bytes of such a text, or the place of the first character that is wrong.
pub fn base64_url_decode(text: &str) -> Result<alloc::vec::Vec<u8>, usize> {
    // One digit alone says nothing.
    if text.len() % 4 == 1 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Err(text.len() - 1);
    }
    let mut padded = text.replace('-', "+").replace('_', "/");
    while !padded.len().is_multiple_of(4) {
        padded.push('=');
    }
    base64::decode(&padded)
}
