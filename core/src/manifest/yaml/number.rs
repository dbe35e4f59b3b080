//! Numbers in Go's words: what `strconv` takes for one, and how it prints those that are no integers.
//!
//! Models `strconv.ParseInt`, `ParseFloat`, `FormatFloat` and the floats of `encoding/json`.

use alloc::format;
use alloc::string::{String, ToString};

/// An integer in the base its prefix says (`0x`, `0o`, `0b`, `0`), without underscores.
///
/// Models `strconv.ParseInt` with base 0, as far as the sign and the digits go; the caller bounds them.
pub(super) fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (base, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    let magnitude = magnitude(digits, base)?;
    Some(if negative { -magnitude } else { magnitude })
}

/// Digits without a sign; none where there are more than 64 bits of them.
pub(super) fn magnitude(digits: &str, base: u32) -> Option<i128> {
    if digits.is_empty() || !digits.bytes().all(|b| char::from(b).is_digit(base)) {
        return None;
    }
    u64::from_str_radix(digits, base).ok().map(i128::from)
}

/// A decimal number as YAML writes it: `1`, `1.`, `.5`, `1e3`; none where it is too large for 64 bits.
pub(super) fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    if let Some(exponent) = exponent {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if exponent.is_empty() || !digits(exponent) {
            return None;
        }
    }
    text.parse().ok().filter(|float: &f64| float.is_finite())
}

/// As `%v` and `FormatFloat(f, 'g', -1, 64)` print it: `0.5`, `1e+09`.
pub(super) fn general(float: f64) -> String {
    general_of(&format!("{float:e}"))
}

/// The same for what is left of it in 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "Go asks for the shortest text of the nearest float32")]
pub(super) fn general_32(float: f64) -> String {
    general_of(&format!("{:e}", float as f32))
}

fn general_of(scientific: &str) -> String {
    let digits = Digits::of(scientific);
    match digits.exponent {
        _ if digits.digits.is_empty() => digits.special,
        -4..6 => digits.plain(),
        // A number whose digits all stand before the point is still written with an exponent.
        _ => digits.scientific(2),
    }
}

/// As JSON prints it: without an exponent up to 21 digits.
pub(super) fn json(float: f64) -> String {
    let digits = Digits::of(&format!("{float:e}"));
    match digits.exponent {
        _ if digits.digits.is_empty() => digits.special,
        -6..21 => digits.plain(),
        exponent => digits.scientific(if exponent < 0 { 1 } else { 2 }),
    }
}

/// The digits of a number, the first of which stands before the point, and its exponent.
struct Digits {
    negative: bool,
    digits: String,
    exponent: i32,
    /// The text of what is no number.
    special: String,
}

impl Digits {
    fn of(scientific: &str) -> Digits {
        let negative = scientific.starts_with('-');
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or_default();
        let special = match (negative, scientific) {
            (_, "NaN") => "NaN",
            (true, _) => "-Inf",
            (false, _) => "+Inf",
        };
        Digits {
            negative,
            digits: mantissa.chars().filter(char::is_ascii_digit).collect(),
            exponent: exponent.parse().unwrap_or(0),
            special: special.to_string(),
        }
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    fn plain(&self) -> String {
        let digits = &self.digits;
        let sign = self.sign();
        let Ok(before) = usize::try_from(self.exponent + 1) else {
            let zeros = usize::try_from(-self.exponent - 1).unwrap_or(0);
            return format!("{sign}0.{:0<zeros$}{digits}", "");
        };
        match (digits.get(..before), digits.get(before..)) {
            (Some(""), Some(fraction)) => format!("{sign}0.{fraction}"),
            (Some(whole), Some("")) => format!("{sign}{whole}"),
            (Some(whole), Some(fraction)) => format!("{sign}{whole}.{fraction}"),
            _ => format!("{sign}{digits:0<before$}"),
        }
    }

    fn scientific(&self, width: usize) -> String {
        let (first, rest) = self.digits.split_at_checked(1).unwrap_or_default();
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if self.exponent < 0 { '-' } else { '+' };
        format!("{}{first}{point}{rest}e{sign}{:0>width$}", self.sign(), self.exponent.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_printed_as_go_prints_them() {
        for (float, printed, in_json) in [
            (0.0, "0", "0"),
            (-0.0, "-0", "-0"),
            (1.0, "1", "1"),
            (0.5, "0.5", "0.5"),
            (-1.25, "-1.25", "-1.25"),
            (100.0, "100", "100"),
            (123_456.0, "123456", "123456"),
            (123_456.5, "123456.5", "123456.5"),
            (1_234_567.0, "1.234567e+06", "1234567"),
            (1e6, "1e+06", "1000000"),
            (1e20, "1e+20", "100000000000000000000"),
            (1e21, "1e+21", "1e+21"),
            (1e-4, "0.0001", "0.0001"),
            (1e-5, "1e-05", "0.00001"),
            (1.5e-6, "1.5e-06", "0.0000015"),
            (1e-7, "1e-07", "1e-7"),
            (1e-10, "1e-10", "1e-10"),
            (1e100, "1e+100", "1e+100"),
            (f64::INFINITY, "+Inf", "+Inf"),
            (f64::NEG_INFINITY, "-Inf", "-Inf"),
            (f64::NAN, "NaN", "NaN"),
        ] {
            assert_eq!(general(float), printed);
            assert_eq!(json(float), in_json);
        }
        assert_eq!(general_32(0.1), "0.1");
        assert_eq!(general_32(1e300), "+Inf");
    }
}
