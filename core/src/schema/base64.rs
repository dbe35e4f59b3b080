//! Bytes as text in JSON (`encoding/base64.StdEncoding`).

use alloc::string::String;
use alloc::vec::Vec;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(crate) fn encode(bytes: &[u8]) -> String {
    let digit = |n: u32, shift: u32| {
        let place = usize::try_from((n >> shift) & 63).unwrap_or(0);
        ALPHABET.get(place).map_or('=', |b| char::from(*b))
    };
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let n = (0..3).fold(0u32, |n, i| n << 8 | chunk.get(i).map_or(0, |b| u32::from(*b)));
        for (i, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            out.push(if i <= chunk.len() { digit(n, shift) } else { '=' });
        }
    }
    out
}

/// The bytes, or the place of the first character that is wrong. Line breaks are passed over, as Go does.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let mut digits = text.bytes().enumerate().filter(|(_, b)| !matches!(b, b'\r' | b'\n'));
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    loop {
        let (mut n, mut count) = (0u32, 0usize);
        while count < 4 {
            let Some((at, byte)) = digits.next() else {
                return if count == 0 { Ok(out) } else { Err(text.len() - count) };
            };
            match ALPHABET.iter().position(|a| *a == byte) {
                Some(value) => n = n << 6 | u32::try_from(value).unwrap_or(0),
                None if byte == b'=' && count >= 2 => {
                    if count == 2 {
                        match digits.next() {
                            Some((_, b'=')) => {}
                            Some((at, _)) => return Err(at),
                            None => return Err(text.len()),
                        }
                    }
                    if let Some((at, _)) = digits.next() {
                        return Err(at);
                    }
                    n <<= 6 * (4 - count);
                    out.extend(n.to_be_bytes().iter().skip(1).take(count - 1));
                    return Ok(out);
                }
                None => return Err(at),
            }
            count += 1;
        }
        out.extend(n.to_be_bytes().iter().skip(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_text_and_bytes_again() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text), Ok(bytes.as_bytes().to_vec()));
        }
        assert_eq!(
            (decode("Zg"), decode("Z$=="), decode("Zg==x"), decode("Zg=x")),
            (Err(0), Err(1), Err(4), Err(3))
        );
    }
}
