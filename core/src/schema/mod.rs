//! The shape of the Kubernetes API as data, and what follows from shape alone, for all kinds at once.

mod base64;
pub mod decode;
mod float;
pub mod table;

pub use table::{Field, Kind, Resource, Schema, Type, TypeId};
