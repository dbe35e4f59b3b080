//! Tokens to events: the grammar of YAML.
//!
//! Models go-yaml's `parserc.go`. States wait on a stack of their own, so that a deep document costs no stack of ours.

use super::cursor::Mark;
use super::problem::Problem;
use super::scanner::Scanner;
use super::tag::Tag;
use super::token::{Kind, Token};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) struct Event<'a> {
    pub(super) what: What<'a>,
    pub(super) start: Mark,
    pub(super) end: usize,
}

pub(super) enum What<'a> {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias(&'a str),
    Scalar(Scalar<'a>),
    SequenceStart {
        anchor: Option<&'a str>,
    },
    MappingStart {
        anchor: Option<&'a str>,
    },
    /// The end of a sequence or mapping; `closed` by a bracket.
    End {
        closed: bool,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Scalar<'a> {
    pub(super) value: Cow<'a, str>,
    pub(super) tag: Tag,
    /// What it means is not said by quotes or a tag.
    pub(super) implicit: bool,
    pub(super) anchor: Option<&'a str>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    FirstDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowSequencePairKey,
    FlowSequencePairValue,
    FlowSequencePairEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

pub(super) struct Parser<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) state: State,
    /// What comes when the node that is being read is done.
    states: Vec<State>,
    /// The handles of tags and what they stand for.
    tags: Vec<(&'a str, Cow<'a, str>)>,
}

pub(super) type Parsed<'a> = Result<Event<'a>, Problem>;

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Parser<'a> {
        Parser {
            scanner: Scanner::new(text),
            state: State::FirstDocumentStart,
            states: Vec::new(),
            tags: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> Parsed<'a> {
        match self.state {
            State::FirstDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Context::Block),
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirstEntry => self.flow_sequence_entry(true),
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowSequencePairKey => self.flow_sequence_pair_key(),
            State::FlowSequencePairValue => self.flow_sequence_pair_value(),
            State::FlowSequencePairEnd => self.flow_sequence_pair_end(),
            State::FlowMappingFirstKey => self.flow_mapping_key(true),
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => self.empty_here(State::FlowMappingKey),
            State::End => self.stream_end(),
        }
    }

    pub(super) fn peek(&mut self) -> Result<&Token<'a>, Problem> {
        self.scanner.peek()
    }

    pub(super) fn take(&mut self) -> Result<Token<'a>, Problem> {
        self.scanner.take()
    }

    /// Reads a node; `then` comes behind it.
    pub(super) fn node_then(&mut self, then: State, context: Context) -> Parsed<'a> {
        self.states.push(then);
        self.node(context)
    }

    pub(super) fn done(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    pub(super) fn event(what: What<'a>, token: &Token<'a>) -> Event<'a> {
        Event { what, start: token.start, end: token.end.offset }
    }

    pub(super) fn here(what: What<'a>, at: Mark) -> Event<'a> {
        Event { what, start: at, end: at.offset }
    }

    /// A node that is not there.
    pub(super) fn empty(&mut self, at: Mark, then: State) -> Event<'a> {
        self.state = then;
        let scalar = Scalar { value: Cow::Borrowed(""), tag: Tag::None, implicit: true, anchor: None };
        Parser::here(What::Scalar(scalar), at)
    }

    pub(super) fn empty_here(&mut self, then: State) -> Parsed<'a> {
        let at = self.peek()?.start;
        Ok(self.empty(at, then))
    }

    pub(super) fn unexpected(&mut self, what: &'static str) -> Parsed<'a> {
        let at = self.peek()?.start;
        Err(Problem::parsing(at, what))
    }
}

/// Documents.
impl<'a> Parser<'a> {
    fn document_start(&mut self, first: bool) -> Parsed<'a> {
        if !first {
            while self.peek()?.kind == Kind::DocumentEnd {
                self.take()?;
            }
        }
        let token = self.peek()?;
        let start = token.start;
        let explicit = matches!(
            token.kind,
            Kind::Version(..) | Kind::TagDirective { .. } | Kind::DocumentStart | Kind::StreamEnd
        );
        if token.kind == Kind::StreamEnd {
            return self.stream_end();
        }
        self.directives()?;
        self.states.push(State::DocumentEnd);
        if first && !explicit {
            self.state = State::BlockNode;
            return Ok(Parser::here(What::DocumentStart, start));
        }
        if self.peek()?.kind != Kind::DocumentStart {
            return self.unexpected("did not find expected <document start>");
        }
        self.state = State::DocumentContent;
        let end = self.take()?.end.offset;
        Ok(Event { what: What::DocumentStart, start, end })
    }

    fn stream_end(&mut self) -> Parsed<'a> {
        self.state = State::End;
        let at = self.peek()?.start;
        Ok(Parser::here(What::StreamEnd, at))
    }

    fn directives(&mut self) -> Result<(), Problem> {
        let mut version = false;
        loop {
            let at = self.peek()?.start;
            match self.peek()?.kind {
                Kind::Version(..) if version => {
                    return Err(Problem::parsing(at, "found duplicate %YAML directive"));
                }
                Kind::Version(major, minor) => {
                    if (major, minor) != (1, 1) {
                        return Err(Problem::parsing(at, "found incompatible YAML document"));
                    }
                    version = true;
                    self.take()?;
                }
                Kind::TagDirective { .. } => {
                    if let Kind::TagDirective { handle, prefix } = self.take()?.kind {
                        if self.tags.iter().any(|(known, _)| *known == handle) {
                            return Err(Problem::parsing(at, "found duplicate %TAG directive"));
                        }
                        self.tags.push((handle, prefix));
                    }
                }
                _ => break,
            }
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if !self.tags.iter().any(|(known, _)| *known == handle) {
                self.tags.push((handle, Cow::Borrowed(prefix)));
            }
        }
        Ok(())
    }

    fn document_content(&mut self) -> Parsed<'a> {
        let token = self.peek()?;
        let at = token.start;
        match token.kind {
            Kind::Version(..)
            | Kind::TagDirective { .. }
            | Kind::DocumentStart
            | Kind::DocumentEnd
            | Kind::StreamEnd => {
                self.done();
                let then = self.state;
                Ok(self.empty(at, then))
            }
            _ => self.node(Context::Block),
        }
    }

    fn document_end(&mut self) -> Parsed<'a> {
        let token = self.peek()?;
        let at = token.start;
        if token.kind == Kind::DocumentEnd {
            self.take()?;
        }
        self.tags.clear();
        self.state = State::DocumentStart;
        Ok(Parser::here(What::DocumentEnd, at))
    }
}

/// Where a node stands says what it may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Block,
    /// Behind a key, a sequence need not be indented.
    BlockOrIndentlessSequence,
    Flow,
}

/// The anchor and the tag before a node.
#[derive(Default)]
struct Properties<'a> {
    anchor: Option<&'a str>,
    tag: Option<String>,
    start: Option<Mark>,
    end: Option<usize>,
}

/// Nodes.
impl<'a> Parser<'a> {
    fn node(&mut self, context: Context) -> Parsed<'a> {
        if let Kind::Alias(name) = self.peek()?.kind {
            self.done();
            let token = self.take()?;
            return Ok(Parser::event(What::Alias(name), &token));
        }
        let properties = self.properties()?;
        let anchor = properties.anchor;
        let block = context != Context::Flow;
        let token = self.peek()?;
        let start = properties.start.unwrap_or(token.start);
        let sequence = What::SequenceStart { anchor };
        let mapping = What::MappingStart { anchor };
        let (what, state) = match token.kind {
            Kind::BlockEntry if context == Context::BlockOrIndentlessSequence => {
                self.state = State::IndentlessSequenceEntry;
                return Ok(Parser::here(sequence, start));
            }
            Kind::Scalar { .. } => return self.scalar(&properties, start),
            Kind::FlowSequenceStart => (sequence, State::FlowSequenceFirstEntry),
            Kind::FlowMappingStart => (mapping, State::FlowMappingFirstKey),
            Kind::BlockSequenceStart if block => (sequence, State::BlockSequenceEntry),
            Kind::BlockMappingStart if block => (mapping, State::BlockMappingKey),
            _ if properties.anchor.is_some() || properties.tag.as_ref().is_some_and(|t| !t.is_empty()) => {
                return Ok(self.empty_with(&properties, start));
            }
            _ => return self.unexpected("did not find expected node content"),
        };
        self.state = state;
        let end = self.take()?.end.offset;
        Ok(Event { what, start, end })
    }

    fn scalar(&mut self, properties: &Properties<'a>, start: Mark) -> Parsed<'a> {
        self.done();
        let token = self.take()?;
        let Kind::Scalar { value, plain } = token.kind else {
            return Err(Problem::parsing(start, "did not find expected node content"));
        };
        let implicit = match properties.tag.as_deref() {
            None | Some("") => plain,
            Some(tag) => tag == "!",
        };
        let tag = Tag::of(properties.tag.as_deref().unwrap_or_default());
        let what = What::Scalar(Scalar { value, tag, implicit, anchor: properties.anchor });
        Ok(Event { what, start, end: token.end.offset })
    }

    /// A node of which there is no more than an anchor or a tag.
    fn empty_with(&mut self, properties: &Properties<'a>, start: Mark) -> Event<'a> {
        self.done();
        let tag = Tag::of(properties.tag.as_deref().unwrap_or_default());
        let scalar =
            Scalar { value: Cow::Borrowed(""), tag, implicit: tag == Tag::None, anchor: properties.anchor };
        Event { what: What::Scalar(scalar), start, end: properties.end.unwrap_or(start.offset) }
    }

    /// One anchor and one tag, in any order.
    fn properties(&mut self) -> Result<Properties<'a>, Problem> {
        let mut found = Properties::default();
        let mut tag = None;
        loop {
            match self.peek()?.kind {
                Kind::Anchor(name) if found.anchor.is_none() => found.anchor = Some(name),
                Kind::Tag { .. } if tag.is_none() => {}
                _ => break,
            }
            let token = self.take()?;
            found.start = found.start.or(Some(token.start));
            found.end = Some(token.end.offset);
            if let Kind::Tag { handle, suffix } = token.kind {
                tag = Some((handle, suffix, token.start));
            }
        }
        if let Some((handle, suffix, at)) = tag {
            found.tag = Some(self.tag(handle, &suffix, at)?);
        }
        Ok(found)
    }

    /// The tag in full.
    fn tag(&self, handle: &str, suffix: &str, at: Mark) -> Result<String, Problem> {
        if handle.is_empty() {
            return Ok(suffix.into());
        }
        match self.tags.iter().find(|(known, _)| *known == handle) {
            Some((_, prefix)) if !(prefix.is_empty() && suffix.is_empty()) => {
                let mut tag = String::with_capacity(prefix.len() + suffix.len());
                tag.push_str(prefix);
                tag.push_str(suffix);
                Ok(tag)
            }
            _ => Err(Problem::parsing(at, "found undefined tag handle")),
        }
    }
}
