//! Bytes of messages, written from the end to the beginning: a length is known once what it is of has been written.

use alloc::vec::Vec;

/// Wire types.
pub(super) const VARINT: u8 = 0;
pub(super) const FIXED64: u8 = 1;
pub(super) const CHUNK: u8 = 2;

#[derive(Debug, Default)]
pub(super) struct Writer {
    backwards: Vec<u8>,
}

impl Writer {
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.backwards.reverse();
        self.backwards
    }

    /// How much there is: what is written from here on can be made a field by [`Writer::close`].
    pub(super) fn mark(&self) -> usize {
        self.backwards.len()
    }

    /// What was written since `mark` is the field `number`.
    pub(super) fn close(&mut self, number: u32, mark: usize) {
        let length = self.backwards.len().saturating_sub(mark);
        self.number(u64::try_from(length).unwrap_or(u64::MAX));
        self.tag(number, CHUNK);
    }

    pub(super) fn chunk(&mut self, number: u32, bytes: &[u8]) {
        let mark = self.mark();
        self.bytes(bytes);
        self.close(number, mark);
    }

    pub(super) fn varint(&mut self, number: u32, n: i64) {
        self.number(n.cast_unsigned());
        self.tag(number, VARINT);
    }

    pub(super) fn fixed64(&mut self, number: u32, bits: u64) {
        self.bytes(&bits.to_le_bytes());
        self.tag(number, FIXED64);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.backwards.extend(bytes.iter().rev());
    }

    fn tag(&mut self, number: u32, wire: u8) {
        self.number(u64::from(number) << 3 | u64::from(wire));
    }

    fn number(&mut self, n: u64) {
        let mut shift = (63u32.saturating_sub(n.leading_zeros().min(63))) / 7 * 7;
        // The last byte comes first, and it alone says that it is the last.
        let mut more = 0;
        loop {
            let [low, ..] = ((n >> shift) & 0x7f).to_le_bytes();
            self.backwards.push(low | more);
            more = 0x80;
            if shift == 0 {
                return;
            }
            shift -= 7;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_bytes_as_they_need() {
        for (n, bytes) in [
            (0, &[0][..]),
            (1, &[1]),
            (127, &[0x7f]),
            (128, &[0x80, 1]),
            (300, &[0xac, 2]),
            (i64::MAX, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
            (-1, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]),
        ] {
            let mut writer = Writer::default();
            writer.varint(1, n);
            assert_eq!(writer.finish(), [&[8], bytes].concat(), "{n}");
        }
    }
}
