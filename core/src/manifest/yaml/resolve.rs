//! What a scalar means: YAML 1.1's idea of booleans, numbers and nothing.
//!
//! Models go-yaml's `resolve.go`.

use super::number;
use super::tag::Tag;
use super::timestamp;
use alloc::format;
use alloc::string::String;

/// The meaning of a scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning {
    Null,
    Bool(bool),
    Int(i64),
    /// What no `i64` holds.
    Uint(u64),
    Float(f64),
    /// The text itself.
    Text,
}

use Meaning::{Bool, Float, Null, Text};

/// meaning, its tag, the words that have it
const WORDS: &[(Meaning, Tag, &[&str])] = &[
    (Bool(true), Tag::Bool, &["y", "Y", "yes", "Yes", "YES"]),
    (Bool(true), Tag::Bool, &["true", "True", "TRUE"]),
    (Bool(true), Tag::Bool, &["on", "On", "ON"]),
    (Bool(false), Tag::Bool, &["n", "N", "no", "No", "NO"]),
    (Bool(false), Tag::Bool, &["false", "False", "FALSE"]),
    (Bool(false), Tag::Bool, &["off", "Off", "OFF"]),
    (Null, Tag::Null, &["", "~", "null", "Null", "NULL"]),
    (Float(f64::NAN), Tag::Float, &[".nan", ".NaN", ".NAN"]),
    (Float(f64::INFINITY), Tag::Float, &[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"]),
    (Float(f64::NEG_INFINITY), Tag::Float, &["-.inf", "-.Inf", "-.INF"]),
];

/// The meaning of `text` under `tag`; what is wrong if it cannot have that tag.
pub(super) fn resolve(tag: Tag, text: &str) -> Result<Meaning, String> {
    let (found, meaning) = match tag {
        Tag::Str | Tag::Binary | Tag::Merge | Tag::Other => return Ok(Text),
        tag => guess(text, matches!(tag, Tag::None | Tag::Timestamp)),
    };
    match (tag, meaning) {
        (Tag::None, meaning) => Ok(meaning),
        (tag, meaning) if tag == found => Ok(meaning),
        #[expect(clippy::cast_precision_loss, reason = "asked for with !!float")]
        (Tag::Float, Meaning::Int(i)) => Ok(Float(i as f64)),
        (tag, _) => Err(format!("cannot decode {} `{text}` as a {}", found.short(), tag.short())),
    }
}

/// Whether `text` without quotes is just that text.
pub(super) fn is_plain_text(text: &str) -> bool {
    guess(text, true).0 == Tag::Str
}

/// What `text` looks like; its first character tells which ways are worth a try.
fn guess(text: &str, timestamps: bool) -> (Tag, Meaning) {
    const AS_IT_IS: (Tag, Meaning) = (Tag::Str, Text);
    let first = text.as_bytes().first().copied();
    match first {
        None | Some(b'~' | b'+' | b'-' | b'.' | b'0'..=b'9') => {}
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') if text.len() < 6 => {}
        _ => return AS_IT_IS,
    }
    if let Some((meaning, tag, _)) = WORDS.iter().find(|(_, _, words)| words.contains(&text)) {
        return (*tag, *meaning);
    }
    match first {
        Some(b'.') => go_float(text).map_or(AS_IT_IS, |f| (Tag::Float, Float(f))),
        Some(b'+' | b'-' | b'0'..=b'9') => {
            if timestamps && timestamp::is_timestamp(text) {
                return (Tag::Timestamp, Text);
            }
            let plain = text.replace('_', "");
            match integer(&plain) {
                Some(int) => (Tag::Int, int),
                None => number::float(&plain)
                    .map(|f| (Tag::Float, Float(f)))
                    .or_else(|| signed_binary(&plain).map(|int| (Tag::Int, int)))
                    .unwrap_or(AS_IT_IS),
            }
        }
        _ => AS_IT_IS,
    }
}

fn integer(plain: &str) -> Option<Meaning> {
    fit(number::integer(plain)?, plain.starts_with('+'))
}

/// An `i64`, or a `u64` if there is no sign.
fn fit(int: i128, signed: bool) -> Option<Meaning> {
    match i64::try_from(int) {
        Ok(int) => Some(Meaning::Int(int)),
        Err(_) if signed => None,
        Err(_) => u64::try_from(int).ok().map(Meaning::Uint),
    }
}

/// Go also takes a sign between `0b` and the digits.
fn signed_binary(plain: &str) -> Option<Meaning> {
    let (digits, sign) = match plain.strip_prefix("0b")? {
        digits if digits.starts_with('-') => (digits.get(1..)?, -1),
        digits => (digits.strip_prefix('+')?, 1),
    };
    fit(number::magnitude(digits, 2)? * sign, true)
}

/// A float that starts with a point. Here Go takes underscores between digits only.
fn go_float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_digit);
    let well_placed =
        |(i, byte): (usize, &u8)| *byte != b'_' || (digit(i.checked_sub(1)) && digit(Some(i + 1)));
    if !bytes.iter().enumerate().all(well_placed) {
        return None;
    }
    number::float(&text.replace('_', ""))
}
