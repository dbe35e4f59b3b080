//! What is wrong with a text, and where.

use super::position::{Position, position};
use crate::base::Text;
use core::fmt;

/// Why a text was not understood: in the words of Kubernetes (the Go libraries below it), with the place they often
/// keep to themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub message: Text,
    /// The byte of the text that was handed in.
    pub offset: usize,
    pub position: Position,
}

impl Error {
    pub(super) fn new(text: &str, offset: usize, message: impl Into<Text>) -> Error {
        Error { message: message.into(), offset, position: position(text, offset) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for Error {}
