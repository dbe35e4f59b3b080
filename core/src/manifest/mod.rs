//! Text to values and back: manifests as people write them, with the place of everything that was read.

pub mod json;
pub mod node;

pub use node::{Node, NodeKind, Span};
