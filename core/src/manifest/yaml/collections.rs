//! The grammar of sequences and mappings, in blocks and in brackets.
//!
//! Models go-yaml's `parserc.go` (`yaml_parser_parse_block_*`, `…_indentless_*`, `…_flow_*`).

use super::cursor::Mark;
use super::parser::{Context, Parsed, Parser, State, What};
use super::problem::Problem;
use super::token::Kind;

/// Blocks.
impl<'a> Parser<'a> {
    pub(super) fn block_sequence_entry(&mut self) -> Parsed<'a> {
        match self.peek()?.kind {
            Kind::BlockEntry => {
                let mark = self.take()?.end;
                match self.peek()?.kind {
                    Kind::BlockEntry | Kind::BlockEnd => Ok(self.empty(mark, State::BlockSequenceEntry)),
                    _ => self.node_then(State::BlockSequenceEntry, Context::Block),
                }
            }
            Kind::BlockEnd => self.block_end(),
            _ => self.unexpected("did not find expected '-' indicator"),
        }
    }

    pub(super) fn indentless_sequence_entry(&mut self) -> Parsed<'a> {
        if self.peek()?.kind != Kind::BlockEntry {
            self.done();
            let at = self.peek()?.start;
            return Ok(Parser::here(What::End { closed: false }, at));
        }
        let mark = self.take()?.end;
        match self.peek()?.kind {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => {
                Ok(self.empty(mark, State::IndentlessSequenceEntry))
            }
            _ => self.node_then(State::IndentlessSequenceEntry, Context::Block),
        }
    }

    pub(super) fn block_mapping_key(&mut self) -> Parsed<'a> {
        match self.peek()?.kind {
            Kind::Key => {
                let mark = self.take()?.end;
                self.block_mapping_node(mark, State::BlockMappingValue)
            }
            Kind::BlockEnd => self.block_end(),
            _ => self.unexpected("did not find expected key"),
        }
    }

    pub(super) fn block_mapping_value(&mut self) -> Parsed<'a> {
        if self.peek()?.kind != Kind::Value {
            return self.empty_here(State::BlockMappingKey);
        }
        let mark = self.take()?.end;
        self.block_mapping_node(mark, State::BlockMappingKey)
    }

    /// The key or value behind its indicator.
    fn block_mapping_node(&mut self, mark: Mark, then: State) -> Parsed<'a> {
        match self.peek()?.kind {
            Kind::Key | Kind::Value | Kind::BlockEnd => Ok(self.empty(mark, then)),
            _ => self.node_then(then, Context::BlockOrIndentlessSequence),
        }
    }

    fn block_end(&mut self) -> Parsed<'a> {
        self.done();
        let token = self.take()?;
        Ok(Parser::event(What::End { closed: false }, &token))
    }
}

/// Brackets.
impl<'a> Parser<'a> {
    pub(super) fn flow_sequence_entry(&mut self, first: bool) -> Parsed<'a> {
        if !first && !self.flow_separator(&Kind::FlowSequenceEnd)? {
            return self.unexpected("did not find expected ',' or ']'");
        }
        match self.peek()?.kind {
            Kind::FlowSequenceEnd => self.flow_end(),
            Kind::Key => {
                self.state = State::FlowSequencePairKey;
                let token = self.take()?;
                Ok(Parser::event(What::MappingStart { anchor: None }, &token))
            }
            _ => self.node_then(State::FlowSequenceEntry, Context::Flow),
        }
    }

    /// Over a comma; whether there is one, or the end.
    fn flow_separator(&mut self, end: &Kind<'_>) -> Result<bool, Problem> {
        let kind = &self.peek()?.kind;
        if *kind == Kind::FlowEntry {
            self.take()?;
            return Ok(true);
        }
        Ok(kind == end)
    }

    pub(super) fn flow_sequence_pair_key(&mut self) -> Parsed<'a> {
        match self.peek()?.kind {
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => {
                // What stands here is taken for the key that is missing.
                let mark = self.take()?.end;
                Ok(self.empty(mark, State::FlowSequencePairValue))
            }
            _ => self.node_then(State::FlowSequencePairValue, Context::Flow),
        }
    }

    pub(super) fn flow_sequence_pair_value(&mut self) -> Parsed<'a> {
        let token = self.peek()?;
        let mut at = token.start;
        if token.kind == Kind::Value {
            self.take()?;
            let next = self.peek()?;
            if !matches!(next.kind, Kind::FlowEntry | Kind::FlowSequenceEnd) {
                return self.node_then(State::FlowSequencePairEnd, Context::Flow);
            }
            at = Mark { offset: at.offset + 1, ..at };
        }
        Ok(self.empty(at, State::FlowSequencePairEnd))
    }

    pub(super) fn flow_sequence_pair_end(&mut self) -> Parsed<'a> {
        self.state = State::FlowSequenceEntry;
        let at = self.peek()?.start;
        Ok(Parser::here(What::End { closed: false }, at))
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Parsed<'a> {
        if !first && !self.flow_separator(&Kind::FlowMappingEnd)? {
            return self.unexpected("did not find expected ',' or '}'");
        }
        match self.peek()?.kind {
            Kind::FlowMappingEnd => self.flow_end(),
            Kind::Key => {
                self.take()?;
                self.flow_mapping_node(State::FlowMappingValue)
            }
            _ => self.node_then(State::FlowMappingEmptyValue, Context::Flow),
        }
    }

    pub(super) fn flow_mapping_value(&mut self) -> Parsed<'a> {
        if self.peek()?.kind != Kind::Value {
            return self.empty_here(State::FlowMappingKey);
        }
        self.take()?;
        self.flow_mapping_node(State::FlowMappingKey)
    }

    /// The key or value behind its indicator.
    fn flow_mapping_node(&mut self, then: State) -> Parsed<'a> {
        match self.peek()?.kind {
            Kind::FlowEntry | Kind::FlowMappingEnd => self.empty_here(then),
            Kind::Value if matches!(then, State::FlowMappingValue) => self.empty_here(then),
            _ => self.node_then(then, Context::Flow),
        }
    }

    fn flow_end(&mut self) -> Parsed<'a> {
        self.done();
        let token = self.take()?;
        Ok(Parser::event(What::End { closed: true }, &token))
    }
}
