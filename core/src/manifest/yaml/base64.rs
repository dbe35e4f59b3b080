//! What `!!binary` encodes.
//!
//! Models `encoding/base64` (`StdEncoding`): padded, line breaks skipped, the last bits not looked at.

use alloc::string::String;
use alloc::vec::Vec;

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut bytes = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n'));
    while let Some(first) = bytes.next() {
        let a = digit(first)?;
        let b = digit(bytes.next()?)?;
        out.push(a << 2 | b >> 4);
        let third = bytes.next()?;
        if third == b'=' {
            return (bytes.next() == Some(b'=') && bytes.next().is_none()).then_some(out);
        }
        let c = digit(third)?;
        out.push(b << 4 | c >> 2);
        let fourth = bytes.next()?;
        if fourth == b'=' {
            return bytes.next().is_none().then_some(out);
        }
        out.push(c << 6 | digit(fourth)?);
    }
    Some(out)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Bytes as text: each that is not UTF-8 becomes a replacement character, as in Go's JSON.
pub(super) fn lossy(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = bytes;
    loop {
        let (valid, bad) = match core::str::from_utf8(rest) {
            Ok(valid) => (valid, None),
            Err(error) => {
                let (valid, bad) = rest.split_at_checked(error.valid_up_to()).unwrap_or((rest, &[]));
                (core::str::from_utf8(valid).unwrap_or_default(), bad.get(1..))
            }
        };
        out.push_str(valid);
        match bad {
            Some(after) => {
                out.push(char::REPLACEMENT_CHARACTER);
                rest = after;
            }
            None => return out,
        }
    }
}
