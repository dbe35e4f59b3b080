//! Events to the tree of one document, aliases still unresolved.
//!
//! Models go-yaml's `decode.go` (`parser`). The nodes lie in one list in the order of the text, so that an alias is a
//! number and nothing is built by recursion.

use super::cursor::Mark;
use super::parser::{Parser, Scalar, What};
use super::problem::Problem;
use super::tag::Tag;
use crate::manifest::limits::{MAX_DEPTH, TOO_MANY_VALUES};
use crate::manifest::node::Span;
use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

/// The nodes of a document, each before its children.
#[derive(Debug, Default)]
pub(super) struct Tree<'a> {
    nodes: Vec<TreeNode<'a>>,
}

#[derive(Debug)]
pub(super) struct TreeNode<'a> {
    pub(super) kind: TreeKind<'a>,
    pub(super) span: Span,
    /// Counted from 0.
    pub(super) line: usize,
    /// The first node that is not within this one.
    after: usize,
}

#[derive(Debug)]
pub(super) enum TreeKind<'a> {
    Alias {
        name: &'a str,
        target: usize,
    },
    Scalar {
        value: Cow<'a, str>,
        tag: Tag,
        implicit: bool,
    },
    Sequence,
    /// Its children are keys and values in turn.
    Mapping,
}

impl<'a> Tree<'a> {
    pub(super) const ROOT: usize = 0;

    pub(super) fn get(&self, at: usize) -> Option<&TreeNode<'a>> {
        self.nodes.get(at)
    }

    /// The children of the node `at`.
    pub(super) fn children(&self, at: usize) -> Children<'_, 'a> {
        Children { tree: self, next: at + 1, end: self.get(at).map_or(0, |node| node.after) }
    }
}

pub(super) struct Children<'t, 'a> {
    tree: &'t Tree<'a>,
    next: usize,
    end: usize,
}

impl Iterator for Children<'_, '_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.next >= self.end {
            return None;
        }
        let at = self.next;
        self.next = self.tree.get(at)?.after;
        Some(at)
    }
}

/// The next document, of at most `allowed` nodes; none at the end.
pub(super) fn document<'a>(parser: &mut Parser<'a>, allowed: u32) -> Result<Option<Tree<'a>>, Problem> {
    match parser.next()?.what {
        What::DocumentStart => {}
        _ => return Ok(None),
    }
    let mut builder = Builder { allowed, ..Builder::default() };
    loop {
        let event = parser.next()?;
        let end = event.end;
        match event.what {
            What::DocumentEnd | What::StreamEnd | What::DocumentStart => {
                return Ok(Some(Tree { nodes: builder.nodes }));
            }
            What::Alias(name) => builder.alias(name, event.start, end)?,
            What::Scalar(scalar) => builder.scalar(scalar, event.start, end)?,
            What::SequenceStart { anchor } => builder.open(TreeKind::Sequence, anchor, event.start, end)?,
            What::MappingStart { anchor } => builder.open(TreeKind::Mapping, anchor, event.start, end)?,
            What::End { closed } => builder.close(closed.then_some(end)),
        }
    }
}

#[derive(Default)]
struct Builder<'a> {
    allowed: u32,
    nodes: Vec<TreeNode<'a>>,
    /// The sequences and mappings that are not closed yet.
    open: Vec<usize>,
    /// Where the last one ended that is closed.
    end: usize,
    anchors: BTreeMap<&'a str, usize>,
}

impl<'a> Builder<'a> {
    fn add(
        &mut self,
        kind: TreeKind<'a>,
        anchor: Option<&'a str>,
        start: Mark,
        end: usize,
    ) -> Result<(), Problem> {
        let at = self.nodes.len();
        if u32::try_from(at).is_ok_and(|n| n >= self.allowed) {
            return Err(Problem::reading(start.offset, TOO_MANY_VALUES));
        }
        if let Some(name) = anchor {
            self.anchors.insert(name, at);
        }
        let span = Span { start: start.offset, end };
        self.nodes.push(TreeNode { kind, span, line: start.line, after: at + 1 });
        self.end = end;
        Ok(())
    }

    fn alias(&mut self, name: &'a str, start: Mark, end: usize) -> Result<(), Problem> {
        match self.anchors.get(name) {
            Some(target) => self.add(TreeKind::Alias { name, target: *target }, None, start, end),
            None => Err(Problem::reading(start.offset, format!("unknown anchor '{name}' referenced"))),
        }
    }

    fn scalar(&mut self, scalar: Scalar<'a>, start: Mark, end: usize) -> Result<(), Problem> {
        let Scalar { value, tag, implicit, anchor } = scalar;
        self.add(TreeKind::Scalar { value, tag, implicit }, anchor, start, end)
    }

    fn open(
        &mut self,
        kind: TreeKind<'a>,
        anchor: Option<&'a str>,
        start: Mark,
        end: usize,
    ) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::scanning(start, format!("exceeded max depth of {MAX_DEPTH}")));
        }
        self.open.push(self.nodes.len());
        self.add(kind, anchor, start, end)
    }

    /// Ends what was opened last: at its bracket, or else with its last child.
    fn close(&mut self, bracket: Option<usize>) {
        let after = self.nodes.len();
        let Some(node) = self.open.pop().and_then(|at| self.nodes.get_mut(at)) else { return };
        node.after = after;
        node.span.end = bracket.unwrap_or(self.end).max(node.span.end);
        self.end = node.span.end;
    }
}
