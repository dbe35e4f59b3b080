//! Plain and quoted scalars: those that may stand within brackets.
//!
//! Models go-yaml's `scannerc.go` (`yaml_parser_scan_plain_scalar`, `yaml_parser_scan_flow_scalar`).

use super::problem::Problem;
use super::scanner::Scanner;
use super::token::{Kind, Scanned, Token};
use alloc::borrow::Cow;
use alloc::string::String;

/// Line breaks between two parts of a scalar, and what they mean: one is a space, more are one less.
#[derive(Default)]
struct Fold {
    first: String,
    more: String,
}

impl Fold {
    fn take_break(&mut self, scanner: &mut Scanner<'_>) {
        let breaks = if self.first.is_empty() { &mut self.first } else { &mut self.more };
        scanner.cursor.take_break(breaks);
    }

    fn join(&mut self, out: &mut String) {
        match (self.first.as_str(), self.more.as_str()) {
            ("", more) => out.push_str(more),
            ("\n", "") => out.push(' '),
            ("\n", more) => out.push_str(more),
            (kept, more) => {
                out.push_str(kept);
                out.push_str(more);
            }
        }
        self.first.clear();
        self.more.clear();
    }
}

impl<'a> Scanner<'a> {
    /// A scalar without quotes, over as many lines as are indented further than the block around it.
    pub(super) fn scan_plain(&mut self) -> Scanned<'a> {
        let start = self.cursor.mark();
        let mut end = start;
        let mut before = String::new();
        let mut line_start = start.offset;
        let mut fold = Fold::default();
        let mut on_new_line = false;
        loop {
            self.look_ahead(4);
            if self.cursor.at_document_indicator() || self.cursor.peek() == b'#' {
                break;
            }
            let content = self.cursor.offset();
            self.plain_run();
            if self.cursor.offset() > content {
                if on_new_line {
                    before.push_str(self.cursor.between(line_start, end.offset));
                    fold.join(&mut before);
                    line_start = content;
                    on_new_line = false;
                }
                end = self.cursor.mark();
            }
            if !self.cursor.at_blank() && !self.cursor.at_break() {
                break;
            }
            while self.cursor.at_blank() || self.cursor.at_break() {
                if self.cursor.at_break() {
                    fold.take_break(self);
                    on_new_line = true;
                } else if on_new_line && self.cursor.column < self.indent && self.cursor.peek() == b'\t' {
                    return Err(self.problem("found a tab character that violates indentation"));
                } else {
                    self.cursor.skip();
                }
            }
            if !self.in_flow() && self.cursor.column < self.indent {
                break;
            }
        }
        if on_new_line {
            self.allow_key(true);
        }
        let last = self.cursor.between(line_start, end.offset);
        Ok(Token { kind: Kind::Scalar { value: joined(before, last), plain: true }, start, end })
    }

    /// Over the characters of a plain scalar up to a blank, a line break or what ends it.
    fn plain_run(&mut self) {
        while !self.cursor.space_ahead(0) {
            let ends = match self.cursor.peek() {
                b':' => self.cursor.space_ahead(1),
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.in_flow(),
                _ => false,
            };
            if ends {
                return;
            }
            self.cursor.skip();
        }
    }

    pub(super) fn scan_single_quoted(&mut self) -> Scanned<'a> {
        self.quoted(b'\'', |scanner, out| {
            if scanner.cursor.peek() == b'\'' && scanner.cursor.ahead(1) == b'\'' {
                scanner.cursor.skip_many(2);
                out.push('\'');
                return Ok(Escape::Character);
            }
            Ok(Escape::None)
        })
    }

    pub(super) fn scan_double_quoted(&mut self) -> Scanned<'a> {
        self.quoted(b'"', |scanner, out| {
            if scanner.cursor.peek() != b'\\' {
                return Ok(Escape::None);
            }
            if scanner.cursor.break_ahead(1) {
                scanner.cursor.skip();
                scanner.cursor.skip_break();
                return Ok(Escape::LineBreak);
            }
            out.push(scanner.escape()?);
            Ok(Escape::Character)
        })
    }

    fn quoted(
        &mut self,
        quote: u8,
        escape: fn(&mut Scanner<'a>, &mut String) -> Result<Escape, Problem>,
    ) -> Scanned<'a> {
        let start = self.cursor.mark();
        self.cursor.skip();
        let mut before = String::new();
        // What was read since needs no change.
        let mut plain = self.cursor.offset();
        let mut fold = Fold::default();
        loop {
            self.look_ahead(4);
            if self.cursor.at_document_indicator() {
                return Err(self.problem("found unexpected document indicator"));
            }
            if self.cursor.at_end() {
                return Err(self.problem("found unexpected end of stream"));
            }
            let mut on_new_line = false;
            while !self.cursor.space_ahead(0) {
                let here = self.cursor.offset();
                let mut unescaped = String::new();
                match escape(self, &mut unescaped)? {
                    Escape::None if self.cursor.peek() == quote => break,
                    Escape::None => {
                        self.cursor.skip();
                        continue;
                    }
                    Escape::Character => {}
                    Escape::LineBreak => on_new_line = true,
                }
                before.push_str(self.cursor.between(plain, here));
                before.push_str(&unescaped);
                plain = self.cursor.offset();
                if on_new_line {
                    break;
                }
            }
            if self.cursor.peek() == quote {
                break;
            }
            let blanks = self.cursor.offset();
            while self.cursor.at_blank() || self.cursor.at_break() {
                if !self.cursor.at_break() {
                    self.cursor.skip();
                    continue;
                }
                if !on_new_line {
                    before.push_str(self.cursor.between(plain, blanks));
                    on_new_line = true;
                    fold.take_break(self);
                } else {
                    self.cursor.take_break(&mut fold.more);
                }
            }
            if on_new_line {
                fold.join(&mut before);
                plain = self.cursor.offset();
            }
        }
        let last = self.cursor.since(plain);
        self.cursor.skip();
        let value = joined(before, last);
        Ok(Token { kind: Kind::Scalar { value, plain: false }, start, end: self.cursor.mark() })
    }

    /// The character that a backslash and what follows it stand for.
    fn escape(&mut self) -> Result<char, Problem> {
        let (digits, c) = match self.cursor.ahead(1) {
            b'0' => (0, '\0'),
            b'a' => (0, '\u{7}'),
            b'b' => (0, '\u{8}'),
            b't' | b'\t' => (0, '\t'),
            b'n' => (0, '\n'),
            b'v' => (0, '\u{b}'),
            b'f' => (0, '\u{c}'),
            b'r' => (0, '\r'),
            b'e' => (0, '\u{1b}'),
            c @ (b' ' | b'"' | b'\'' | b'\\') => (0, char::from(c)),
            b'N' => (0, '\u{85}'),
            b'_' => (0, '\u{a0}'),
            b'L' => (0, '\u{2028}'),
            b'P' => (0, '\u{2029}'),
            b'x' => (2, '\0'),
            b'u' => (4, '\0'),
            b'U' => (8, '\0'),
            _ => return Err(self.problem("found unknown escape character")),
        };
        self.cursor.skip_many(2);
        if digits == 0 {
            return Ok(c);
        }
        let mut code = 0u32;
        for n in 0..digits {
            let Some(digit) = char::from(self.cursor.ahead(n)).to_digit(16) else {
                return Err(self.problem("did not find expected hexdecimal number"));
            };
            code = code << 4 | digit;
        }
        let Some(c) = char::from_u32(code) else {
            return Err(self.problem("found invalid Unicode character escape code"));
        };
        self.cursor.skip_many(digits);
        Ok(c)
    }
}

enum Escape {
    None,
    Character,
    LineBreak,
}

fn joined(mut before: String, last: &str) -> Cow<'_, str> {
    if before.is_empty() {
        return Cow::Borrowed(last);
    }
    before.push_str(last);
    Cow::Owned(before)
}
