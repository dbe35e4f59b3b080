//! What is wrong with a YAML text, as go-yaml words it.
//!
//! Models `decode.go` (`parser.fail`, `failf`).

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use super::cursor::Mark;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) offset: usize,
    /// The line that the message names, counted as go-yaml counts it.
    line: Option<usize>,
    what: Cow<'static, str>,
}

impl Problem {
    /// Found while reading characters: its line is the one it is in, but is left out when that is the first.
    pub(super) fn scanning(at: Mark, what: impl Into<Cow<'static, str>>) -> Problem {
        Problem { offset: at.offset, line: (at.line > 0).then_some(at.line + 1), what: what.into() }
    }

    /// Found while reading tokens: go-yaml forgets that it counts lines from 0, so the line is that before.
    pub(super) fn parsing(at: Mark, what: impl Into<Cow<'static, str>>) -> Problem {
        Problem { offset: at.offset, line: (at.line > 0).then_some(at.line), what: what.into() }
    }

    /// Found in what was read, or before anything was: no line is named.
    pub(super) fn reading(offset: usize, what: impl Into<Cow<'static, str>>) -> Problem {
        Problem { offset, line: None, what: what.into() }
    }

    pub(super) fn message(&self) -> String {
        match self.line {
            Some(line) => format!("yaml: line {line}: {}", self.what),
            None => format!("yaml: {}", self.what),
        }
    }
}
