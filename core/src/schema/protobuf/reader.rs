//! Bytes of messages, read with the errors of the code that gogo generates.

use super::writer::{CHUNK, VARINT};
use alloc::format;
use alloc::string::{String, ToString};

const END: &str = "unexpected EOF";
const OVERFLOW: &str = "proto: integer overflow";
const NEGATIVE: &str = "proto: negative length found during unmarshaling";
const END_OF_GROUP: &str = "proto: unexpected end of group";

#[derive(Clone, Debug)]
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// A field of a message: its number and its wire type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) number: u32,
    pub(super) wire: u8,
    /// Where it began.
    start: usize,
}

impl Tag {
    /// The error for a field that has another wire type than its own.
    pub(super) fn expect(self, wire: u8, field: &str) -> Result<(), String> {
        if self.wire == wire { Ok(()) } else { Err(self.wrong(field)) }
    }

    pub(super) fn wrong(self, field: &str) -> String {
        format!("proto: wrong wireType = {} for field {field}", self.wire)
    }
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Reader<'b> {
        Reader { bytes, at: 0 }
    }

    pub(super) fn place(&self) -> usize {
        self.at
    }

    pub(super) fn go_to(&mut self, place: usize) {
        self.at = place;
    }

    /// The next field of a message of a Go type; none at its end.
    pub(super) fn tag(&mut self, go_type: &str) -> Result<Option<Tag>, String> {
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let (tag, wire) = self.any_tag()?;
        if tag.wire == 4 {
            return Err(format!("proto: {go_type}: wiretype end group for non-group"));
        }
        match u32::try_from(number_of(wire)) {
            Ok(number) if number > 0 => Ok(Some(Tag { number, ..tag })),
            _ => Err(format!("proto: {go_type}: illegal tag {} (wire type {wire})", number_of(wire))),
        }
    }

    /// The next field of an entry of a map, which nobody looks at closely.
    pub(super) fn entry_tag(&mut self) -> Result<Tag, String> {
        Ok(self.any_tag()?.0)
    }

    fn any_tag(&mut self) -> Result<(Tag, u64), String> {
        let start = self.at;
        let wire = self.varint()?;
        let number = u32::try_from(number_of(wire)).unwrap_or(0);
        Ok((Tag { number, wire: low_bits(wire), start }, wire))
    }

    pub(super) fn varint(&mut self) -> Result<u64, String> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or(END)?;
            self.at += 1;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(OVERFLOW.to_string())
    }

    pub(super) fn fixed64(&mut self) -> Result<u64, String> {
        let bytes = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()).ok_or(END)?;
        self.at += 8;
        Ok(u64::from_le_bytes(*bytes))
    }

    /// Bytes with their length before them.
    pub(super) fn chunk(&mut self) -> Result<&'b [u8], String> {
        let end = self.length()?;
        let chunk = self.bytes.get(self.at..end).ok_or(END)?;
        self.at = end;
        Ok(chunk)
    }

    /// The end of the bytes whose length stands here.
    pub(super) fn length(&mut self) -> Result<usize, String> {
        let length = i64::try_from(self.varint()?).map_err(|_| NEGATIVE)?;
        let at = i64::try_from(self.at).map_err(|_| NEGATIVE)?;
        let end = at.checked_add(length).ok_or(NEGATIVE)?;
        let end = usize::try_from(end).map_err(|_| END)?;
        if end > self.bytes.len() {
            return Err(END.to_string());
        }
        Ok(end)
    }

    /// Passes over a field that nobody knows.
    pub(super) fn skip(&mut self, tag: Tag) -> Result<(), String> {
        self.skip_within(tag, self.bytes.len())
    }

    /// The same of a field that has to end before `end`.
    ///
    /// Models `skipGenerated`.
    pub(super) fn skip_within(&mut self, tag: Tag, end: usize) -> Result<(), String> {
        self.at = tag.start;
        let mut depth = 0u32;
        while self.at < self.bytes.len() {
            let wire = self.varint()?;
            match low_bits(wire) {
                VARINT => self.pass_number()?,
                1 => self.at += 8,
                CHUNK => {
                    let length = i64::try_from(self.varint()?).map_err(|_| NEGATIVE)?;
                    let at = i64::try_from(self.at).ok().and_then(|at| at.checked_add(length));
                    // What is longer than memory is longer than the message.
                    self.at = usize::try_from(at.ok_or(NEGATIVE)?).unwrap_or(usize::MAX);
                }
                3 => depth += 1,
                4 => depth = depth.checked_sub(1).ok_or(END_OF_GROUP)?,
                5 => self.at += 4,
                other => return Err(format!("proto: illegal wireType {other}")),
            }
            if depth == 0 {
                return if self.at > end { Err(END.to_string()) } else { Ok(()) };
            }
        }
        Err(END.to_string())
    }

    /// A number whose value does not matter.
    fn pass_number(&mut self) -> Result<(), String> {
        self.varint().map(|_| ())
    }
}

/// The last value of each field of a message whose fields are numbered from 1 on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Small<'b> {
    pub(super) numbers: [u64; 2],
    pub(super) chunks: [Option<&'b [u8]>; 4],
}

/// Reads a message of few fields, each with its Go name and wire type.
pub(super) fn small<'b>(bytes: &'b [u8], go_type: &str, fields: &[(&str, u8)]) -> Result<Small<'b>, String> {
    let mut out = Small::default();
    let mut reader = Reader::new(bytes);
    while let Some(tag) = reader.tag(go_type)? {
        let place = usize::try_from(tag.number).map_or(usize::MAX, |n| n - 1);
        let Some((name, wire)) = fields.get(place) else {
            reader.skip(tag)?;
            continue;
        };
        tag.expect(*wire, name)?;
        match *wire {
            VARINT => {
                let n = reader.varint()?;
                if let Some(slot) = out.numbers.get_mut(place) {
                    *slot = n;
                }
            }
            _ => {
                let chunk = reader.chunk()?;
                if let Some(slot) = out.chunks.get_mut(place) {
                    *slot = Some(chunk);
                }
            }
        }
    }
    Ok(out)
}

/// The number of a field as Go has it, an `int32`.
fn number_of(wire: u64) -> i32 {
    let [a, b, c, d, ..] = (wire >> 3).to_le_bytes();
    i32::from_le_bytes([a, b, c, d])
}

fn low_bits(wire: u64) -> u8 {
    let [low, ..] = wire.to_le_bytes();
    low & 7
}
