//! JSON text to nodes, with the words Go has for what is wrong.
//!
//! Models `encoding/json`'s scanner (`scanner.go`).

use super::limits::{MAX_VALUES, TOO_MANY_VALUES};
use super::node::{Key, Node, NodeKind, Span};
use crate::base::{Text, field};
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// How deep lists and maps may nest. Go allows 10,000; no Kubernetes type comes near this, and each level costs stack.
pub const MAX_DEPTH: usize = 500;

/// What is said of a text that ends too early.
pub(super) const UNEXPECTED_END: &str = "unexpected end of JSON input";

/// What is wrong with a text that is no JSON, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub offset: usize,
    pub message: Text,
}

/// The one value that `text` holds.
pub fn parse(text: &str) -> Result<Node, SyntaxError> {
    parse_bytes(text.as_bytes())
}

/// The one value that `bytes` hold. Within strings what is no UTF-8 is replaced, as Go does.
pub fn parse_bytes(bytes: &[u8]) -> Result<Node, SyntaxError> {
    let mut scanner = Scanner { bytes, at: 0, values: MAX_VALUES };
    let node = scanner.value(0)?;
    scanner.space();
    match scanner.peek() {
        None => Ok(node),
        Some(_) => Err(scanner.unexpected("after top-level value")),
    }
}

/// The next of the values that stand behind one another in `text`, from the byte `at` on; none at the end. There may be
/// as many `values` in it, which are counted down.
///
/// Models `json.Decoder`.
pub(super) fn parse_next(text: &str, at: usize, values: &mut u32) -> Result<Option<Node>, SyntaxError> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at, values: *values };
    scanner.space();
    if scanner.peek().is_none() {
        return Ok(None);
    }
    let node = scanner.value(0)?;
    *values = scanner.values;
    Ok(Some(node))
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// How many more values there may be.
    values: u32,
}

impl Scanner<'_> {
    /// What was passed since `start`.
    fn text(&self, start: usize) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes.get(start..self.at).unwrap_or_default())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Takes `byte` if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        self.space();
        let start = self.at;
        if depth > MAX_DEPTH {
            return Err(SyntaxError { offset: start, message: "exceeded max depth".into() });
        }
        self.values = match self.values.checked_sub(1) {
            Some(values) => values,
            None => return Err(SyntaxError { offset: start, message: TOO_MANY_VALUES.into() }),
        };
        let kind = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => NodeKind::Text(self.string()?),
            Some(b't') => self.literal("true", NodeKind::Bool(true))?,
            Some(b'f') => self.literal("false", NodeKind::Bool(false))?,
            Some(b'n') => self.literal("null", NodeKind::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.unexpected("looking for beginning of value")),
        };
        Ok(Node { span: Span { start, end: self.at }, kind })
    }

    fn map(&mut self, depth: usize) -> Result<NodeKind, SyntaxError> {
        self.at += 1;
        let mut entries = Vec::new();
        self.space();
        if self.take(b'}') {
            return Ok(NodeKind::Map(entries));
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let key = Key { text: self.string()?, span: Span { start, end: self.at } };
            self.space();
            if !self.take(b':') {
                return Err(self.unexpected("after object key"));
            }
            entries.push((key, self.value(depth + 1)?));
            self.space();
            if self.take(b'}') {
                return Ok(NodeKind::Map(entries));
            }
            if !self.take(b',') {
                return Err(self.unexpected("after object key:value pair"));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<NodeKind, SyntaxError> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.take(b']') {
            return Ok(NodeKind::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.take(b']') {
                return Ok(NodeKind::List(items));
            }
            if !self.take(b',') {
                return Err(self.unexpected("after array element"));
            }
        }
    }

    fn literal(&mut self, word: &str, kind: NodeKind) -> Result<NodeKind, SyntaxError> {
        for expected in word.bytes() {
            if !self.take(expected) {
                let context = format!("in literal {word} (expecting '{}')", char::from(expected));
                return Err(self.unexpected(&context));
            }
        }
        Ok(kind)
    }

    fn number(&mut self) -> Result<NodeKind, SyntaxError> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') && self.digits() == 0 {
            return Err(self.unexpected("in numeric literal"));
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(self.unexpected("after decimal point in numeric literal"));
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err(self.unexpected("in exponent of numeric literal"));
            }
        }
        Ok(NodeKind::Number(self.text(start).into()))
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    fn string(&mut self) -> Result<Text, SyntaxError> {
        self.at += 1;
        let start = self.at;
        let mut escaped = String::new();
        let mut plain = start;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let rest = self.text(plain);
                    let whole = if plain == start { Text::from(rest) } else { (escaped + &rest).into() };
                    self.at += 1;
                    return Ok(whole);
                }
                Some(b'\\') => {
                    escaped.push_str(&self.text(plain));
                    self.at += 1;
                    escaped.push(self.escape()?);
                    plain = self.at;
                }
                Some(0..=0x1f) | None => return Err(self.unexpected("in string literal")),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let c = match self.peek() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.at += 1;
        Ok(c)
    }

    /// The four digits behind `\u`, and those of the second half of a surrogate pair; half a pair is no character.
    fn unicode(&mut self) -> Result<char, SyntaxError> {
        let first = self.hex4()?;
        if (0xd800..0xdc00).contains(&first) && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                let c = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Result<u32, SyntaxError> {
        let mut out = 0;
        for _ in 0..4 {
            let Some(digit) = self.peek().and_then(|b| char::from(b).to_digit(16)) else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            out = out * 16 + digit;
            self.at += 1;
        }
        Ok(out)
    }

    fn unexpected(&self, context: &str) -> SyntaxError {
        let message = match self.peek() {
            None => UNEXPECTED_END.into(),
            Some(byte) => format!("invalid character {} {context}", quoted(byte)).into(),
        };
        SyntaxError { offset: self.at, message }
    }
}

/// A byte in single quotes, as Go's `quoteChar` prints it.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".into(),
        b'"' => "'\"'".into(),
        byte => {
            let text = field::quoted(char::from(byte).encode_utf8(&mut [0; 4]));
            format!("'{}'", text.trim_matches('"'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base;

    #[test]
    fn what_is_read_is_written_again() {
        for text in
            [r#"{"a":[1,-2,0.5,1e9,"x\n\u003c"],"b":{"c":null,"d":true}}"#, "[]", "12345678901234567890"]
        {
            let node = parse(text).expect("valid");
            assert_eq!(base::json::to_string(&node.to_value()), text);
        }
    }

    #[test]
    fn what_is_no_json_is_named_in_the_words_of_go() {
        for (text, message) in [
            ("", "unexpected end of JSON input"),
            ("{", "unexpected end of JSON input"),
            ("{a", "invalid character 'a' looking for beginning of object key string"),
            ("{\"a\" 1", "invalid character '1' after object key"),
            ("{\"a\":1 2", "invalid character '2' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            ("1 2", "invalid character '2' after top-level value"),
            ("nul", "unexpected end of JSON input"),
            ("nulx", "invalid character 'x' in literal null (expecting 'l')"),
            ("01", "invalid character '1' after top-level value"),
            ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            ("\"\n\"", "invalid character '\\n' in string literal"),
            ("\"\\x\"", "invalid character 'x' in string escape code"),
            ("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape"),
            ("'", "invalid character '\\'' looking for beginning of value"),
            ("é", "invalid character 'Ã' looking for beginning of value"),
        ] {
            assert_eq!(parse(text).map_err(|e| e.message), Err(message.into()), "{text}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_no_character() {
        let text = |s: &str| parse(s).expect("valid").to_value();
        assert_eq!(text(r#""\ud83d\ude00""#).str(), "😀");
        assert_eq!(text(r#""\ud83dx""#).str(), "\u{fffd}x");
        assert_eq!(text(r#""\ud83d\u0041""#).str(), "\u{fffd}A");
    }

    #[test]
    fn nesting_ends_at_a_limit() {
        let deep = "[".repeat(100_000);
        assert_eq!(parse(&deep).expect_err("too deep").message, "exceeded max depth");
    }

    #[test]
    fn values_behind_one_another_share_what_they_may_hold() {
        let read = |mut values| {
            let first = parse_next("[1] [2]", 0, &mut values)?.expect("a value");
            parse_next("[1] [2]", first.span.end, &mut values)
        };
        assert_eq!(read(4).map(|second| second.map(|node| node.span)), Ok(Some(Span { start: 4, end: 7 })));
        assert_eq!(read(3).map_err(|e| e.message), Err(TOO_MANY_VALUES.into()));
    }
}
