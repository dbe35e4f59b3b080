//! Text to tokens: what starts here, how deep is it, was that a key?
//!
//! Models go-yaml's `scannerc.go`, and with it libyaml: YAML 1.1 with its own idea of where tabs, comments and keys may
//! stand. What a token holds is read in `properties.rs` and `scalar.rs`.

use super::cursor::{Cursor, Mark};
use super::problem::Problem;
use super::token::{Kind, Scanned, Token};
use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;

/// How many characters a key may span that is not marked with `?`. YAML's own bound.
const MAX_KEY: usize = 1024;

pub(super) struct Scanner<'a> {
    pub(super) cursor: Cursor<'a>,
    queue: VecDeque<Token<'a>>,
    /// How many tokens were taken from the queue; with its length, the number of the next token.
    taken: usize,
    /// What may turn out to be a key: one for the block level and one for each open `[` or `{`.
    keys: Vec<PossibleKey>,
    key_allowed: bool,
    /// The column of the block that is open, plus one; 0 outside of any.
    pub(super) indent: usize,
    /// The indents of the blocks around it.
    indents: Vec<usize>,
    /// Up to which byte the text was looked at.
    looked_at: usize,
}

/// A place where a key may have started: whether one has shows with the `:` behind it.
#[derive(Clone, Debug, Default)]
struct PossibleKey {
    possible: bool,
    /// There is nothing else it could be.
    required: bool,
    /// Tokens wait in the queue until it is known.
    awaited: bool,
    /// The token that it starts with.
    number: usize,
    mark: Mark,
    index: usize,
    column: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Scanner<'a> {
        Scanner {
            cursor: Cursor::new(text),
            queue: VecDeque::new(),
            taken: 0,
            keys: vec![PossibleKey::default()],
            key_allowed: true,
            indent: 0,
            indents: Vec::new(),
            looked_at: 0,
        }
    }

    /// The next token, which stays where it is.
    pub(super) fn peek(&mut self) -> Result<&Token<'a>, Problem> {
        while self.queue.is_empty() || self.next_may_be_in_a_key()? {
            self.fetch()?;
        }
        self.queue.front().ok_or_else(|| Problem::reading(0, "unknown problem parsing YAML content"))
    }

    /// The next token.
    pub(super) fn take(&mut self) -> Scanned<'a> {
        self.peek()?;
        self.taken += 1;
        self.queue.pop_front().ok_or_else(|| Problem::reading(0, "unknown problem parsing YAML content"))
    }

    /// Up to which byte, that one not included, the text was looked at.
    pub(super) fn looked_at(&self) -> usize {
        self.looked_at.max(self.cursor.offset() + 1)
    }

    pub(super) fn look_ahead(&mut self, bytes: usize) {
        self.looked_at = self.looked_at.max(self.cursor.offset() + bytes);
    }

    pub(super) fn in_flow(&self) -> bool {
        self.keys.len() > 1
    }

    pub(super) fn allow_key(&mut self, allowed: bool) {
        self.key_allowed = allowed;
    }

    pub(super) fn problem(&self, what: &'static str) -> Problem {
        Problem::scanning(self.cursor.mark(), what)
    }

    /// Reads on until at least one more token is in the queue.
    fn fetch(&mut self) -> Result<(), Problem> {
        self.skip_to_token();
        if !self.in_flow() {
            self.close_blocks(self.cursor.column + 1);
        }
        self.look_ahead(4);
        if self.cursor.at_end() {
            return self.end_stream();
        }
        let at_line_start = self.cursor.column == 0;
        match self.cursor.peek() {
            b'%' if at_line_start => self.directive(),
            b'-' if self.cursor.at_document_indicator() => self.document_indicator(Kind::DocumentStart),
            b'.' if self.cursor.at_document_indicator() => self.document_indicator(Kind::DocumentEnd),
            b'[' => self.open_flow(Kind::FlowSequenceStart),
            b'{' => self.open_flow(Kind::FlowMappingStart),
            b']' => self.close_flow(Kind::FlowSequenceEnd),
            b'}' => self.close_flow(Kind::FlowMappingEnd),
            b',' => self.flow_entry(),
            b'-' if self.cursor.space_ahead(1) => self.block_entry(),
            b'?' if self.in_flow() || self.cursor.space_ahead(1) => self.key(),
            b':' if self.in_flow() || self.cursor.space_ahead(1) => self.value(),
            b'*' | b'&' => self.as_part_of_a_key(Scanner::scan_anchor),
            b'!' => self.as_part_of_a_key(Scanner::scan_tag),
            b'|' | b'>' if !self.in_flow() => self.block_scalar(),
            b'\'' => self.as_part_of_a_key(Scanner::scan_single_quoted),
            b'"' => self.as_part_of_a_key(Scanner::scan_double_quoted),
            byte if self.starts_plain(byte) => self.as_part_of_a_key(Scanner::scan_plain),
            _ => Err(self.problem("found character that cannot start any token")),
        }
    }

    /// Whether a plain scalar may start with `byte`, which is the next and none of the indicators above.
    fn starts_plain(&self, byte: u8) -> bool {
        match byte {
            b'-' => !matches!(self.cursor.ahead(1), b' ' | b'\t'),
            b'?' | b':' => !self.in_flow() && !self.cursor.space_ahead(1),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => false,
            _ => !self.cursor.space_ahead(0),
        }
    }

    /// Over blanks, comments and line breaks. A tab may not stand where a key may start.
    fn skip_to_token(&mut self) {
        if self.cursor.offset() == 0 && self.cursor.at_byte_order_mark() {
            self.cursor.skip();
        }
        loop {
            while self.cursor.peek() == b' '
                || (self.cursor.peek() == b'\t' && (self.in_flow() || !self.key_allowed))
            {
                self.cursor.skip();
            }
            self.cursor.skip_comment();
            if !self.cursor.at_break() {
                return;
            }
            self.cursor.skip_break();
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }
}

/// Keys are known by the `:` behind them: until it is there, or cannot come any more, tokens wait in the queue.
impl<'a> Scanner<'a> {
    /// Whether the next token may still turn out to be the start of a key, so that others go before it.
    fn next_may_be_in_a_key(&mut self) -> Result<bool, Problem> {
        // Keys further in start later, so their numbers are in order.
        let at = self.keys.partition_point(|key| key.number < self.taken);
        match self.keys.get_mut(at) {
            Some(key) if key.number == self.taken && key.awaited => key.still_possible(&self.cursor),
            _ => Ok(false),
        }
    }

    fn open_key(&mut self) -> Option<&mut PossibleKey> {
        self.keys.last_mut()
    }

    /// Notes that a key may start here.
    fn note_key(&mut self) -> Result<(), Problem> {
        if !self.key_allowed {
            return Ok(());
        }
        self.drop_key()?;
        let key = PossibleKey {
            possible: true,
            awaited: true,
            required: !self.in_flow() && self.indent == self.cursor.column + 1,
            number: self.next_number(),
            mark: self.cursor.mark(),
            index: self.cursor.index,
            column: self.cursor.column,
        };
        if let Some(open) = self.open_key() {
            *open = key;
        }
        Ok(())
    }

    /// What was noted was no key.
    fn drop_key(&mut self) -> Result<(), Problem> {
        let missing = self.problem("could not find expected ':'");
        match self.open_key() {
            Some(key) if key.possible && key.required => Err(missing),
            Some(key) => {
                key.possible = false;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The key that was noted, if it can be one.
    fn take_key(&mut self) -> Result<Option<PossibleKey>, Problem> {
        let Some(key) = self.keys.last_mut() else { return Ok(None) };
        let possible = key.still_possible(&self.cursor)?;
        key.possible = false;
        Ok(possible.then(|| key.clone()))
    }

    fn next_number(&self) -> usize {
        self.taken + self.queue.len()
    }

    fn push(&mut self, kind: Kind<'a>, start: Mark, end: Mark) {
        self.queue.push_back(Token { kind, start, end });
    }

    /// Puts a token without text before the one with that number; behind all if that one was taken.
    fn insert(&mut self, number: usize, kind: Kind<'a>, at: Mark) {
        let token = Token { kind, start: at, end: at };
        match number.checked_sub(self.taken) {
            Some(place) if place < self.queue.len() => self.queue.insert(place, token),
            _ => self.queue.push_back(token),
        }
    }

    /// A token of `width` characters, all of them indicators.
    fn indicator(&mut self, kind: Kind<'a>, width: usize) {
        let start = self.cursor.mark();
        self.cursor.skip_many(width);
        self.push(kind, start, self.cursor.mark());
    }

    /// Opens a block at `column` unless one is open there or further in.
    fn open_block(&mut self, column: usize, number: usize, kind: Kind<'a>, at: Mark) {
        if !self.in_flow() && self.indent <= column {
            self.indents.push(self.indent);
            self.indent = column + 1;
            self.insert(number, kind, at);
        }
    }

    /// Closes the blocks that are further in than `indent`.
    fn close_blocks(&mut self, indent: usize) {
        while self.indent > indent {
            let at = self.cursor.mark();
            self.push(Kind::BlockEnd, at, at);
            self.indent = self.indents.pop().unwrap_or(0);
        }
    }
}

impl PossibleKey {
    /// A key ends on its line, and soon.
    fn still_possible(&mut self, cursor: &Cursor<'_>) -> Result<bool, Problem> {
        if self.possible && (self.mark.line < cursor.line || self.index + MAX_KEY < cursor.index) {
            if self.required {
                return Err(Problem::scanning(cursor.mark(), "could not find expected ':'"));
            }
            self.possible = false;
        }
        Ok(self.possible)
    }
}

/// One method for each kind of token.
impl<'a> Scanner<'a> {
    fn end_stream(&mut self) -> Result<(), Problem> {
        self.cursor.end_line();
        self.leave_document()?;
        self.indicator(Kind::StreamEnd, 0);
        Ok(())
    }

    /// Closes all that is open in a document, but for brackets.
    fn leave_document(&mut self) -> Result<(), Problem> {
        if !self.in_flow() {
            self.close_blocks(0);
        }
        self.drop_key()?;
        self.key_allowed = false;
        Ok(())
    }

    fn directive(&mut self) -> Result<(), Problem> {
        self.leave_document()?;
        let token = self.scan_directive()?;
        self.queue.push_back(token);
        Ok(())
    }

    fn document_indicator(&mut self, kind: Kind<'a>) -> Result<(), Problem> {
        self.leave_document()?;
        self.indicator(kind, 3);
        Ok(())
    }

    fn open_flow(&mut self, kind: Kind<'a>) -> Result<(), Problem> {
        self.note_key()?;
        self.keys.push(PossibleKey { number: self.next_number(), ..PossibleKey::default() });
        self.key_allowed = true;
        self.indicator(kind, 1);
        Ok(())
    }

    fn close_flow(&mut self, kind: Kind<'a>) -> Result<(), Problem> {
        self.drop_key()?;
        if self.in_flow() {
            self.forget_level();
        }
        self.key_allowed = false;
        self.indicator(kind, 1);
        Ok(())
    }

    /// Leaves the innermost brackets. If nothing in them could be a key, go-yaml forgets with them that the brackets
    /// themselves may be one, and so stumbles over `[]: x`.
    fn forget_level(&mut self) {
        let inner = self.keys.pop().unwrap_or_default();
        if let Some(key) = self.keys.last_mut().filter(|key| key.number == inner.number) {
            key.awaited = false;
        }
    }

    fn flow_entry(&mut self) -> Result<(), Problem> {
        self.drop_key()?;
        self.key_allowed = true;
        self.indicator(Kind::FlowEntry, 1);
        Ok(())
    }

    fn block_entry(&mut self) -> Result<(), Problem> {
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(self.problem("block sequence entries are not allowed in this context"));
            }
            self.open_block_here(Kind::BlockSequenceStart);
        }
        self.drop_key()?;
        self.key_allowed = true;
        self.indicator(Kind::BlockEntry, 1);
        Ok(())
    }

    fn key(&mut self) -> Result<(), Problem> {
        if !self.in_flow() {
            if !self.key_allowed {
                return Err(self.problem("mapping keys are not allowed in this context"));
            }
            self.open_block_here(Kind::BlockMappingStart);
        }
        self.drop_key()?;
        self.key_allowed = !self.in_flow();
        self.indicator(Kind::Key, 1);
        Ok(())
    }

    fn value(&mut self) -> Result<(), Problem> {
        if let Some(key) = self.take_key()? {
            self.insert(key.number, Kind::Key, key.mark);
            self.open_block(key.column, key.number, Kind::BlockMappingStart, key.mark);
            self.key_allowed = false;
        } else {
            if !self.in_flow() {
                if !self.key_allowed {
                    return Err(self.problem("mapping values are not allowed in this context"));
                }
                self.open_block_here(Kind::BlockMappingStart);
            }
            self.key_allowed = !self.in_flow();
        }
        self.indicator(Kind::Value, 1);
        Ok(())
    }

    fn open_block_here(&mut self, kind: Kind<'a>) {
        self.open_block(self.cursor.column, self.next_number(), kind, self.cursor.mark());
    }

    fn block_scalar(&mut self) -> Result<(), Problem> {
        self.drop_key()?;
        self.key_allowed = true;
        let token = self.scan_block_scalar()?;
        self.queue.push_back(token);
        Ok(())
    }

    /// A token that a key may start with, and behind which none may.
    fn as_part_of_a_key(&mut self, scan: fn(&mut Scanner<'a>) -> Scanned<'a>) -> Result<(), Problem> {
        self.note_key()?;
        self.key_allowed = false;
        let token = scan(self)?;
        self.queue.push_back(token);
        Ok(())
    }
}
