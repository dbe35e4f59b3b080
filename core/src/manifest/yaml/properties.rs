//! Directives, anchors, aliases and tags.
//!
//! Models go-yaml's `scannerc.go` (`yaml_parser_scan_directive`, `…_scan_anchor`, `…_scan_tag`).

use super::cursor::is_word;
use super::problem::Problem;
use super::scanner::Scanner;
use super::token::{Kind, Scanned, Token};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

impl<'a> Scanner<'a> {
    /// `%YAML 1.1` or `%TAG !e! tag:example.com,2000:`, up to the next line.
    pub(super) fn scan_directive(&mut self) -> Scanned<'a> {
        let start = self.cursor.mark();
        self.cursor.skip();
        let kind = match self.directive_name()? {
            "YAML" => self.version()?,
            "TAG" => self.tag_directive()?,
            _ => return Err(self.problem("found unknown directive name")),
        };
        let end = self.cursor.mark();
        self.rest_of_line()?;
        Ok(Token { kind, start, end })
    }

    fn directive_name(&mut self) -> Result<&'a str, Problem> {
        match self.word() {
            "" => Err(self.problem("could not find expected directive name")),
            _ if !self.cursor.space_ahead(0) => {
                Err(self.problem("found unexpected non-alphabetical character"))
            }
            name => Ok(name),
        }
    }

    fn word(&mut self) -> &'a str {
        let start = self.cursor.offset();
        while is_word(self.cursor.peek()) {
            self.cursor.skip();
        }
        self.cursor.since(start)
    }

    fn version(&mut self) -> Result<Kind<'a>, Problem> {
        self.cursor.skip_blanks();
        let major = self.version_number()?;
        if self.cursor.peek() != b'.' {
            return Err(self.problem("did not find expected digit or '.' character"));
        }
        self.cursor.skip();
        Ok(Kind::Version(major, self.version_number()?))
    }

    fn version_number(&mut self) -> Result<u8, Problem> {
        let mut number = None;
        for _ in 0..2 {
            let digit = self.cursor.peek();
            if digit.is_ascii_digit() {
                number = Some(number.unwrap_or(0) * 10 + (digit - b'0'));
                self.cursor.skip();
            }
        }
        match number {
            Some(_) if self.cursor.peek().is_ascii_digit() => {
                Err(self.problem("found extremely long version number"))
            }
            Some(number) => Ok(number),
            None => Err(self.problem("did not find expected version number")),
        }
    }

    fn tag_directive(&mut self) -> Result<Kind<'a>, Problem> {
        self.cursor.skip_blanks();
        let handle = self.tag_handle()?;
        if handle.len() > 1 && !handle.ends_with('!') {
            return Err(self.problem("did not find expected '!'"));
        }
        if !self.cursor.at_blank() {
            return Err(self.problem("did not find expected whitespace"));
        }
        self.cursor.skip_blanks();
        let prefix = self.tag_uri("")?;
        if !self.cursor.space_ahead(0) {
            return Err(self.problem("did not find expected whitespace or line break"));
        }
        Ok(Kind::TagDirective { handle, prefix })
    }

    /// Over blanks and a comment to the next line.
    pub(super) fn rest_of_line(&mut self) -> Result<(), Problem> {
        self.cursor.skip_blanks();
        self.cursor.skip_comment();
        if !self.cursor.at_break_or_end() {
            return Err(self.problem("did not find expected comment or line break"));
        }
        self.cursor.skip_break();
        Ok(())
    }

    /// `&name` or `*name`
    pub(super) fn scan_anchor(&mut self) -> Scanned<'a> {
        let start = self.cursor.mark();
        let alias = self.cursor.peek() == b'*';
        self.cursor.skip();
        let name = self.word();
        let ended = self.cursor.space_ahead(0)
            || matches!(self.cursor.peek(), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ended {
            return Err(self.problem("did not find expected alphabetic or numeric character"));
        }
        let kind = if alias { Kind::Alias(name) } else { Kind::Anchor(name) };
        Ok(Token { kind, start, end: self.cursor.mark() })
    }

    /// `!`, `!name`, `!!name`, `!handle!name` or `!<uri>`
    pub(super) fn scan_tag(&mut self) -> Scanned<'a> {
        let start = self.cursor.mark();
        let (handle, suffix) = if self.cursor.ahead(1) == b'<' {
            self.cursor.skip_many(2);
            let uri = self.tag_uri("")?;
            if self.cursor.peek() != b'>' {
                return Err(self.problem("did not find the expected '>'"));
            }
            self.cursor.skip();
            ("", uri)
        } else {
            match self.tag_handle()? {
                handle if handle.len() > 1 && handle.ends_with('!') => (handle, self.tag_uri("")?),
                start_of_name => match self.tag_uri(start_of_name)? {
                    nothing if nothing.is_empty() => ("", Cow::Borrowed("!")),
                    suffix => ("!", suffix),
                },
            }
        };
        if !self.cursor.space_ahead(0) {
            return Err(self.problem("did not find expected whitespace or line break"));
        }
        Ok(Token { kind: Kind::Tag { handle, suffix }, start, end: self.cursor.mark() })
    }

    /// `!`, `!!`, `!handle!`, or the start of a name that looks like one: `!name`.
    fn tag_handle(&mut self) -> Result<&'a str, Problem> {
        let start = self.cursor.offset();
        if self.cursor.peek() != b'!' {
            return Err(self.problem("did not find expected '!'"));
        }
        self.cursor.skip();
        self.word();
        if self.cursor.peek() == b'!' {
            self.cursor.skip();
        }
        Ok(self.cursor.since(start))
    }

    /// The characters of a URI, `%` escapes decoded, behind what a `!` and `head` have already taken of it.
    fn tag_uri(&mut self, head: &'a str) -> Result<Cow<'a, str>, Problem> {
        let start = self.cursor.offset() - head.len().saturating_sub(1);
        let mut decoded = Vec::new();
        let mut plain = start;
        while is_uri(self.cursor.peek()) {
            if self.cursor.peek() == b'%' {
                decoded.extend_from_slice(self.cursor.since(plain).as_bytes());
                self.uri_escape(&mut decoded)?;
                plain = self.cursor.offset();
            } else {
                self.cursor.skip();
            }
        }
        if head.is_empty() && self.cursor.offset() == start {
            return Err(self.problem("did not find expected tag URI"));
        }
        let rest = self.cursor.since(plain);
        if plain == start {
            return Ok(Cow::Borrowed(rest));
        }
        decoded.extend_from_slice(rest.as_bytes());
        Ok(Cow::Owned(String::from_utf8_lossy(&decoded).into_owned()))
    }

    /// One character, written as the octets of its UTF-8: `%C3%A9`.
    fn uri_escape(&mut self, out: &mut Vec<u8>) -> Result<(), Problem> {
        let first = self.uri_octet()?;
        let more = match first {
            0..0x80 => 0,
            0xc0..0xe0 => 1,
            0xe0..0xf0 => 2,
            0xf0..0xf8 => 3,
            _ => return Err(self.problem("found an incorrect leading UTF-8 octet")),
        };
        self.cursor.skip_many(3);
        out.push(first);
        for _ in 0..more {
            let octet = self.uri_octet()?;
            if octet & 0xc0 != 0x80 {
                return Err(self.problem("found an incorrect trailing UTF-8 octet"));
            }
            self.cursor.skip_many(3);
            out.push(octet);
        }
        Ok(())
    }

    fn uri_octet(&self) -> Result<u8, Problem> {
        let digit = |n| char::from(self.cursor.ahead(n)).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match (self.cursor.peek(), digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => Ok(high << 4 | low),
            _ => Err(self.problem("did not find URI escaped octet")),
        }
    }
}

fn is_uri(byte: u8) -> bool {
    is_word(byte)
        || matches!(
            byte,
            b';' | b'/'
                | b'?'
                | b':'
                | b'@'
                | b'&'
                | b'='
                | b'+'
                | b'$'
                | b','
                | b'.'
                | b'!'
                | b'~'
                | b'*'
                | b'\''
                | b'('
                | b')'
                | b'['
                | b']'
                | b'%'
        )
}
