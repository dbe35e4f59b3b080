//! The documents of a text, one after the other.
//!
//! Models go-yaml's `yaml.go` (`Decoder`).

use super::decode::{Decoded, decode};
use super::parser::Parser;
use super::problem::Problem;
use super::source::Source;
use super::tree;
use crate::manifest::error::Error;
use crate::manifest::node::Span;
use crate::manifest::position::position;
use alloc::string::String;
use alloc::vec::Vec;

pub(in crate::manifest) struct Stream<'s> {
    source: &'s Source<'s>,
    parser: Parser<'s>,
    origin: Origin,
    /// Whether keys may be there only once.
    strict: bool,
    /// How many more values may be read.
    pub(in crate::manifest) allowed: u32,
}

/// What is wrong, and at which byte of what was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::manifest) struct Wrong {
    pub(in crate::manifest) offset: usize,
    pub(in crate::manifest) message: String,
}

impl Wrong {
    pub(super) fn in_source(self, source: &Source<'_>) -> Error {
        let position = position(&source.text, self.offset.saturating_sub(source.skipped));
        Error { message: self.message.into(), offset: self.offset, position }
    }
}

impl<'s> Stream<'s> {
    pub(in crate::manifest) fn new(source: &'s Source<'s>, mut origin: Origin, allowed: u32) -> Stream<'s> {
        origin.base += source.skipped;
        Stream { source, parser: Parser::new(&source.text), origin, strict: false, allowed }
    }

    pub(super) fn strict(self) -> Stream<'s> {
        Stream { strict: true, ..self }
    }

    /// The next document; none at the end.
    pub(in crate::manifest) fn next(&mut self) -> Result<Option<Decoded>, Wrong> {
        let tree = tree::document(&mut self.parser, self.allowed);
        if let Some(fault) = self.source.fault_before(self.parser.scanner.looked_at()) {
            return Err(self.origin.wrong(&fault));
        }
        let Some(tree) = tree.map_err(|problem| self.origin.wrong(&problem))? else { return Ok(None) };
        let (decoded, values) = decode(&tree, &self.origin, self.strict, self.allowed)?;
        self.allowed = self.allowed.saturating_sub(values);
        Ok(Some(decoded))
    }
}

/// Where in a larger text, with carriage returns, a text stands that was read without them.
#[derive(Clone, Debug, Default)]
pub(in crate::manifest) struct Origin {
    pub(in crate::manifest) base: usize,
    /// How long the larger text is.
    pub(in crate::manifest) length: Option<usize>,
    /// Before which bytes of the text that is read a carriage return was left out.
    pub(in crate::manifest) left_out: Vec<usize>,
}

impl Origin {
    pub(super) fn start() -> Origin {
        Origin::default()
    }

    pub(in crate::manifest) fn at(&self, offset: usize) -> usize {
        let at = self.base + offset + self.left_out.partition_point(|cr| *cr < offset);
        self.length.map_or(at, |length| at.min(length))
    }

    pub(super) fn wrong(&self, problem: &Problem) -> Wrong {
        Wrong { offset: self.at(problem.offset), message: problem.message() }
    }

    pub(super) fn span(&self, span: Span) -> Span {
        Span { start: self.at(span.start), end: self.at(span.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::limits::TOO_MANY_VALUES;
    use alloc::format;

    fn read(text: &str, allowed: u32) -> Result<Vec<Decoded>, String> {
        let source = Source::of_text(text);
        let mut stream = Stream::new(&source, Origin::start(), allowed);
        core::iter::from_fn(|| stream.next().transpose())
            .collect::<Result<_, _>>()
            .map_err(|wrong| wrong.message)
    }

    #[test]
    fn documents_share_what_they_may_hold() {
        let text = "[1, 2]\n---\n[3, 4]\n";
        let refused = Err(format!("yaml: {TOO_MANY_VALUES}"));
        // A document, a list and two numbers, twice.
        assert_eq!(read(text, 8).map(|documents| documents.len()), Ok(2));
        assert_eq!(read(text, 7), refused);
        assert_eq!(read(text, 2), refused);
    }

    #[test]
    fn what_aliases_repeat_counts_each_time() {
        let text = "a: &a [1, 2]\nb: *a\n";
        // The document, the map, `a`, its list with two numbers; `b`, the alias, and the list with its numbers again.
        assert!(read(text, 11).is_ok());
        assert_eq!(read(text, 10), Err(format!("yaml: {TOO_MANY_VALUES}")));
    }
}
