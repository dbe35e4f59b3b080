//! A place in the text that moves forward, character by character, counting lines and columns.
//!
//! Models the reader's side of go-yaml's `scannerc.go` (`skip`, `skip_line`) and its character classes
//! (`yamlprivateh.go`): what ends a line in YAML 1.1 is LF, CR, CR LF, NEL, LS or PS.

/// A byte of the text and the line it is in, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) offset: usize,
    pub(super) line: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    /// Characters since the start of the text.
    pub(super) index: usize,
    pub(super) line: usize,
    /// Characters since the start of the line.
    pub(super) column: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text, offset: 0, index: 0, line: 0, column: 0 }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { offset: self.offset, line: self.line }
    }

    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// The byte here; 0, which no text holds, at the end.
    pub(super) fn peek(&self) -> u8 {
        self.ahead(0)
    }

    /// The byte `n` bytes on.
    pub(super) fn ahead(&self, n: usize) -> u8 {
        self.text.as_bytes().get(self.offset + n).copied().unwrap_or(0)
    }

    pub(super) fn at_end(&self) -> bool {
        self.offset >= self.text.len()
    }

    pub(super) fn at_blank(&self) -> bool {
        matches!(self.peek(), b' ' | b'\t')
    }

    /// How many bytes the line break `n` bytes on takes; 0 if there is none.
    fn break_width(&self, n: usize) -> usize {
        match self.ahead(n) {
            b'\n' => 1,
            b'\r' if self.ahead(n + 1) == b'\n' => 2,
            b'\r' => 1,
            0xc2 if self.ahead(n + 1) == 0x85 => 2,
            0xe2 if self.ahead(n + 1) == 0x80 && matches!(self.ahead(n + 2), 0xa8 | 0xa9) => 3,
            _ => 0,
        }
    }

    pub(super) fn at_break(&self) -> bool {
        self.break_width(0) > 0
    }

    pub(super) fn at_break_or_end(&self) -> bool {
        self.at_end() || self.at_break()
    }

    pub(super) fn break_ahead(&self, n: usize) -> bool {
        self.break_width(n) > 0
    }

    /// Whether a blank, a line break or the end comes `n` bytes on.
    pub(super) fn space_ahead(&self, n: usize) -> bool {
        match self.ahead(n) {
            b' ' | b'\t' | b'\n' | b'\r' | 0 => true,
            0xc2 | 0xe2 => self.break_ahead(n),
            _ => false,
        }
    }

    pub(super) fn at_byte_order_mark(&self) -> bool {
        (self.peek(), self.ahead(1), self.ahead(2)) == (0xef, 0xbb, 0xbf)
    }

    /// Whether a line starts here with `---` or `...` and nothing but space behind it.
    pub(super) fn at_document_indicator(&self) -> bool {
        self.column == 0
            && matches!((self.peek(), self.ahead(1), self.ahead(2)), (b'-', b'-', b'-') | (b'.', b'.', b'.'))
            && self.space_ahead(3)
    }

    /// Over one character that is no line break.
    pub(super) fn skip(&mut self) {
        self.offset += width(self.peek());
        self.index += 1;
        self.column += 1;
    }

    pub(super) fn skip_many(&mut self, characters: usize) {
        (0..characters).for_each(|_| self.skip());
    }

    /// Over one line break, if there is one.
    pub(super) fn skip_break(&mut self) {
        let width = self.break_width(0);
        if width > 0 {
            self.index += if self.peek() == b'\r' { width } else { 1 };
            self.offset += width;
            self.column = 0;
            self.line += 1;
        }
    }

    /// Over one line break, adding to `out` what it means: a line feed, or itself where it is LS or PS.
    pub(super) fn take_break(&mut self, out: &mut alloc::string::String) {
        match self.peek() {
            0xe2 => out.push(if self.ahead(2) == 0xa8 { '\u{2028}' } else { '\u{2029}' }),
            _ => out.push('\n'),
        }
        self.skip_break();
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.at_blank() {
            self.skip();
        }
    }

    /// To the end of the line, if a comment starts here.
    pub(super) fn skip_comment(&mut self) {
        if self.peek() == b'#' {
            while !self.at_break_or_end() {
                self.skip();
            }
        }
    }

    /// The end of the text counts as the end of a line.
    pub(super) fn end_line(&mut self) {
        if self.column != 0 {
            self.column = 0;
            self.line += 1;
        }
    }

    /// The text from `start` up to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.between(start, self.offset)
    }

    pub(super) fn between(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// How many bytes the character takes that starts with `byte`.
fn width(byte: u8) -> usize {
    match byte {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

/// What anchors, directives and the handles of tags are made of.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
