//! Text to values and back: manifests as people write them, with the place of everything that was read.

pub mod documents;
pub mod edit;
mod error;
pub mod json;
pub mod limits;
pub mod node;
pub mod objects;
mod position;
pub mod source_map;
pub mod yaml;

pub use documents::{Document, Documents, documents, read};
pub use edit::Edit;
pub use error::Error;
pub use node::{Node, NodeKind, Span};
pub use position::{Position, position};
