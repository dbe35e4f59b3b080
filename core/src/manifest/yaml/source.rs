//! The bytes of a YAML text as characters, and the first of them that may not be there.
//!
//! Models go-yaml's `readerc.go`. It reads pieces of 512 bytes and looks at their characters when it comes to the
//! piece, so that a mistake of the grammar may be found before a control character that stands further on.

use super::problem::Problem;
use alloc::borrow::Cow;
use alloc::string::String;

const PIECE: usize = 512;

pub(in crate::manifest) struct Source<'a> {
    /// All up to the fault, without a byte order mark.
    pub(in crate::manifest) text: Cow<'a, str>,
    /// How many bytes of the input go before the text.
    pub(in crate::manifest) skipped: usize,
    fault: Option<Fault>,
}

struct Fault {
    /// Where it is.
    offset: usize,
    /// From which byte on whoever reads meets it.
    met_at: usize,
    what: &'static str,
}

impl<'a> Source<'a> {
    pub(in crate::manifest) fn of_text(input: &'a str) -> Source<'a> {
        let text = input.strip_prefix('\u{feff}').unwrap_or(input);
        let skipped = input.len() - text.len();
        Source::checked(Cow::Borrowed(text), skipped, None)
    }

    /// UTF-8, or UTF-16 behind a byte order mark.
    pub(super) fn of_bytes(input: &'a [u8]) -> Source<'a> {
        match input {
            [0xff, 0xfe, rest @ ..] => Source::of_utf16(rest, u16::from_le_bytes),
            [0xfe, 0xff, rest @ ..] => Source::of_utf16(rest, u16::from_be_bytes),
            _ => Source::of_utf8(input),
        }
    }

    fn of_utf8(input: &'a [u8]) -> Source<'a> {
        match core::str::from_utf8(input) {
            Ok(text) => Source::of_text(text),
            Err(error) => {
                let (valid, rest) = input.split_at_checked(error.valid_up_to()).unwrap_or((input, &[]));
                let mut source = Source::of_text(core::str::from_utf8(valid).unwrap_or_default());
                if source.fault.is_none() {
                    let at = valid.len() - source.skipped;
                    source.fault = Some(match octets(rest) {
                        (Some(width), what) => source.fault_of(at, width, what),
                        // Only behind the last piece it is known that no more will come.
                        (None, what) => Fault { offset: at, met_at: at, what },
                    });
                }
                source
            }
        }
    }

    fn of_utf16(input: &[u8], unit: fn([u8; 2]) -> u16) -> Source<'a> {
        let mut text = String::new();
        let mut units = input.chunks(2).map(|pair| <[u8; 2]>::try_from(pair).map(unit));
        let mut fault = None;
        while let Some(next) = units.next() {
            let (c, what) = match next {
                Err(_) => (None, "incomplete UTF-16 character"),
                Ok(0xdc00..0xe000) => (None, "unexpected low surrogate area"),
                Ok(high @ 0xd800..0xdc00) => match units.next() {
                    Some(Ok(low @ 0xdc00..0xe000)) => {
                        (char::decode_utf16([high, low]).next().and_then(Result::ok), "")
                    }
                    Some(Ok(_)) => (None, "expected low surrogate area"),
                    _ => (None, "incomplete UTF-16 surrogate pair"),
                },
                Ok(unit) => (char::from_u32(unit.into()), ""),
            };
            match c {
                Some(c) => text.push(c),
                None => {
                    fault = Some(Fault { offset: text.len(), met_at: text.len(), what });
                    break;
                }
            }
        }
        Source::checked(Cow::Owned(text), 0, fault)
    }

    fn checked(text: Cow<'a, str>, skipped: usize, fault: Option<Fault>) -> Source<'a> {
        let mut source = Source { text, skipped, fault };
        if let Some(at) = forbidden(source.text.as_bytes()) {
            let width = source.text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
            source.fault = Some(source.fault_of(at, width, "control characters are not allowed"));
            match &mut source.text {
                Cow::Borrowed(text) => *text = text.get(..at).unwrap_or_default(),
                Cow::Owned(text) => text.truncate(at),
            }
        }
        source
    }

    /// The fault of a character of `width` bytes at `at`, all before which is well.
    fn fault_of(&self, at: usize, width: usize, what: &'static str) -> Fault {
        let mut piece = 0;
        while at + width + self.skipped > piece + PIECE {
            let mut next = (piece + PIECE).saturating_sub(self.skipped).min(at);
            while !self.text.is_char_boundary(next) {
                next -= 1;
            }
            if next + self.skipped == piece {
                break;
            }
            piece = next + self.skipped;
        }
        Fault { offset: at, met_at: piece.saturating_sub(self.skipped), what }
    }

    /// The fault, if whoever has looked at all before `looked_at` has met it.
    pub(super) fn fault_before(&self, looked_at: usize) -> Option<Problem> {
        let fault = self.fault.as_ref().filter(|fault| looked_at > fault.met_at)?;
        Some(Problem::reading(fault.offset, fault.what))
    }
}

/// The first character that YAML does not allow: controls but tab and line breaks, U+FFFE, U+FFFF.
fn forbidden(bytes: &[u8]) -> Option<usize> {
    let suspicious = |byte: &u8| matches!(byte, 0..=8 | 0xb | 0xc | 0xe..=0x1f | 0x7f | 0xc2 | 0xef);
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(suspicious)?;
        let next = |n: usize| bytes.get(at + n).copied().unwrap_or(0);
        let allowed = match next(0) {
            0xc2 => next(1) == 0x85 || next(1) >= 0xa0,
            0xef => !(next(1) == 0xbf && next(2) >= 0xbe),
            _ => false,
        };
        if !allowed {
            return Some(at);
        }
        from = at + 1;
    }
}

/// How many bytes the character at the start of `bytes` would take, if they are there, and what is wrong with it.
fn octets(bytes: &[u8]) -> (Option<usize>, &'static str) {
    let first = bytes.first().copied().unwrap_or(0);
    let width = match first {
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf8 => 4,
        _ => return (Some(1), "invalid leading UTF-8 octet"),
    };
    let Some(rest) = bytes.get(1..width) else { return (None, "incomplete UTF-8 octet sequence") };
    if rest.iter().any(|octet| octet & 0xc0 != 0x80) {
        return (Some(width), "invalid trailing UTF-8 octet");
    }
    match (first, rest.first().copied().unwrap_or(0)) {
        (0xe0, 0..0xa0) | (0xf0, 0..0x90) | (0xc0 | 0xc1, _) => {
            (Some(width), "invalid length of a UTF-8 sequence")
        }
        _ => (Some(width), "invalid Unicode character"),
    }
}
