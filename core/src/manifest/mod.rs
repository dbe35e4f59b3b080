//! Text to values and back: manifests as people write them, with the place of everything that was read.

pub mod documents;
mod error;
pub mod json;
pub mod limits;
pub mod node;
mod position;
pub mod source_map;
pub mod yaml;

pub use documents::{Document, Documents, documents, read};
pub use error::Error;
pub use node::{Node, NodeKind, Span};
pub use position::{Position, position};
