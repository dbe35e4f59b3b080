//! Amounts of resources: `100m`, `1.5Gi`, `2e3`.
//!
//! Models `k8s.io/apimachinery/pkg/api/resource`. Upstream counts in 64 bits where it can and in unlimited decimals
//! where it can't; 128 bits stand for the latter here, and what is larger is capped.

use super::text::Text;
use alloc::format;
use alloc::string::{String, ToString};
use core::cmp::Ordering;
use core::fmt;

/// An amount: `value` times ten to the power of `scale`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    pub value: i128,
    pub scale: i32,
    pub format: Format,
    /// Upstream holds it as a decimal of any size, not as an `int64`.
    pub decimal: bool,
    /// The text it was read from, where that is its canonical spelling already.
    pub text: Option<Text>,
}

/// Which suffixes it is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `12e6`
    DecimalExponent,
    /// `12Mi`
    BinarySI,
    /// `12M`
    DecimalSI,
}

/// suffix, base, exponent
const SUFFIXES: &[(&str, u32, i32)] = &[
    ("", 10, 0),
    ("n", 10, -9),
    ("u", 10, -6),
    ("m", 10, -3),
    ("k", 10, 3),
    ("M", 10, 6),
    ("G", 10, 9),
    ("T", 10, 12),
    ("P", 10, 15),
    ("E", 10, 18),
    ("Ki", 2, 10),
    ("Mi", 2, 20),
    ("Gi", 2, 30),
    ("Ti", 2, 40),
    ("Pi", 2, 50),
    ("Ei", 2, 60),
];

/// The finest amount: a billionth. What is finer is rounded up.
const NANO: i32 = -9;
/// So many decimal digits surely fit an `int64`.
const INT64_DIGITS: i64 = 18;

const WRONG_FORM: &str =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_NUMBER: &str = "unable to parse numeric part of quantity";
const WRONG_SUFFIX: &str = "unable to parse quantity's suffix";

/// The parts of the text: sign, digits before and behind the point, suffix.
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

impl Quantity {
    pub const ZERO: Quantity =
        Quantity { value: 0, scale: 0, format: Format::DecimalSI, decimal: false, text: None };

    /// The amount that `text` writes; the error is upstream's.
    pub fn parse(text: &str) -> Result<Quantity, &'static str> {
        if text == "0" {
            return Ok(Quantity { text: Some(text.into()), ..Quantity::ZERO });
        }
        let parts = split(text).ok_or(WRONG_FORM)?;
        let (base, exponent, format) = interpret(parts.suffix).ok_or(WRONG_SUFFIX)?;
        match parts.as_int64(exponent, format) {
            Some((value, scale, canonical)) => {
                let value = if parts.negative { -value } else { value };
                let text = canonical.then(|| text.into());
                Ok(Quantity { value, scale, format, decimal: false, text })
            }
            None => parts.as_decimal(base, exponent, format).ok_or(WRONG_NUMBER),
        }
    }

    pub fn from_int(value: i64, format: Format) -> Quantity {
        Quantity { value: value.into(), format, ..Quantity::ZERO }
    }

    pub fn is_zero(&self) -> bool {
        self.value == 0
    }

    /// The amount in units of ten to the power of `scale`, rounded away from zero.
    pub fn scaled(&self, scale: i32) -> i128 {
        let step = self.scale.saturating_sub(scale);
        if step >= 0 {
            return self.value.saturating_mul(pow10(step));
        }
        let unit = pow10(step.saturating_neg());
        let (whole, rest) = (self.value / unit, self.value % unit);
        whole + rest.signum()
    }

    /// The amount in whole units, rounded up (`Value()`).
    pub fn units(&self) -> i64 {
        clamp(self.scaled(0))
    }

    /// The amount in thousandths, rounded up (`MilliValue()`).
    pub fn milli(&self) -> i64 {
        clamp(self.scaled(-3))
    }

    #[must_use]
    pub fn plus(&self, other: &Quantity) -> Quantity {
        let scale = self.scale.min(other.scale);
        let value = self.scaled(scale).saturating_add(other.scaled(scale));
        let format = if self.is_zero() { other.format } else { self.format };
        Quantity { value, scale, format, decimal: self.decimal || other.decimal, text: None }
    }

    #[must_use]
    pub fn minus(&self, other: &Quantity) -> Quantity {
        self.plus(&Quantity { value: other.value.saturating_neg(), ..other.clone() })
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Quantity) -> Option<Ordering> {
        let scale = self.scale.min(other.scale);
        Some(self.scaled(scale).cmp(&other.scaled(scale)))
    }
}

fn clamp(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

fn pow10(n: i32) -> i128 {
    10i128.checked_pow(n.unsigned_abs()).unwrap_or(i128::MAX)
}

/// Models `parseQuantityString`.
fn split(text: &str) -> Option<Parts<'_>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |s: &str| s.len() - s.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (whole, rest) = unsigned.split_at_checked(digits(unsigned))?;
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(behind) => behind.split_at_checked(digits(behind))?,
        None => ("", rest),
    };
    let letters = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    let exponent = letters.strip_prefix(['+', '-']).unwrap_or(letters);
    let well_formed = !text.is_empty() && exponent.bytes().all(|b| b.is_ascii_digit());
    let whole = whole.trim_start_matches('0');
    well_formed.then_some(Parts { negative: text.starts_with('-'), whole, fraction, suffix })
}

fn interpret(suffix: &str) -> Option<(u32, i32, Format)> {
    if let Some((_, base, exponent)) = SUFFIXES.iter().find(|(s, ..)| *s == suffix) {
        return Some((*base, *exponent, if *base == 2 { Format::BinarySI } else { Format::DecimalSI }));
    }
    let digits = suffix.strip_prefix(['e', 'E'])?;
    let exponent = digits.strip_prefix('+').unwrap_or(digits).parse::<i64>().ok()?;
    Some((10, i32::try_from(exponent).ok()?, Format::DecimalExponent))
}

impl Parts<'_> {
    fn digits(&self) -> String {
        let whole = if self.whole.is_empty() { "0" } else { self.whole };
        format!("{whole}{}", self.fraction)
    }

    /// Value, scale and whether the text is canonical, where an `int64` holds the amount for sure.
    fn as_int64(&self, exponent: i32, format: Format) -> Option<(i128, i32, bool)> {
        let digits = self.digits();
        let length = |s: &str| i64::try_from(s.len()).unwrap_or(i64::MAX);
        let whole = length(self.whole).max(1);
        let (scale, mantissa, precision) = match format {
            Format::BinarySI if self.fraction.is_empty() => {
                let mantissa = 1i128.checked_shl(exponent.unsigned_abs())?;
                (0, mantissa, 15 - whole - i64::from(exponent) * 3 / 10 - 1)
            }
            Format::BinarySI => return None,
            _ => (exponent, 1, INT64_DIGITS - whole - length(self.fraction)),
        };
        let scale = scale.checked_sub(i32::try_from(self.fraction.len()).ok()?)?;
        if precision < 0 || scale < NANO {
            return None;
        }
        let value = digits.parse::<i64>().ok()?;
        let product = i128::from(value).checked_mul(mantissa).filter(|p| i64::try_from(*p).is_ok())?;
        let canonical = match format {
            Format::BinarySI => exponent % 10 == 0 && value & 7 != 0,
            _ => scale % 3 == 0 && !digits.ends_with("000") && !digits.starts_with('0'),
        };
        Some((product, scale, canonical))
    }

    fn as_decimal(&self, base: u32, exponent: i32, format: Format) -> Option<Quantity> {
        if self.whole.is_empty() && self.fraction.is_empty() {
            return Some(Quantity { format, decimal: true, ..Quantity::ZERO });
        }
        let mut value = self.digits().parse::<i128>().unwrap_or(i128::MAX);
        let mut scale = 0i32.checked_sub(i32::try_from(self.fraction.len()).ok()?)?;
        if base == 2 {
            value = value.saturating_mul(1i128.checked_shl(exponent.unsigned_abs()).unwrap_or(i128::MAX));
        } else {
            scale = scale.checked_add(exponent)?;
        }
        let mut out = Quantity { value, scale, format, decimal: true, text: None };
        if out.value != 0 && out.scale < NANO {
            out = Quantity { value: out.scaled(NANO), scale: NANO, ..out };
        }
        if format == Format::BinarySI {
            let max = Quantity::from_int(i64::MAX, format);
            if out > max {
                out = Quantity { decimal: true, ..max };
            }
            if out.value > 0 && out < Quantity::from_int(1, format) {
                out.format = Format::DecimalSI;
            }
        }
        if self.negative {
            out.value = -out.value;
        }
        Some(out)
    }
}

/// The canonical spelling: no fraction, the largest suffix that leaves none.
///
/// Models `CanonicalizeBytes`.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = &self.text {
            return f.write_str(text);
        }
        if self.is_zero() {
            return f.write_str("0");
        }
        let whole = self.scaled(0);
        let exact = *self == Quantity { value: whole, scale: 0, text: None, ..self.clone() }
            || self.partial_cmp(&Quantity { value: whole, scale: 0, ..self.clone() })
                == Some(Ordering::Equal);
        if self.format == Format::BinarySI && exact && whole.unsigned_abs() >= 1024 {
            let (amount, times) = without_factors(whole, 1024);
            return write!(f, "{amount}{}", suffix(2, times * 10, Format::BinarySI));
        }
        let (mut amount, times) = without_factors(self.value, 10);
        let mut exponent = self.scale.saturating_add(times);
        while exponent % 3 != 0 {
            amount = amount.saturating_mul(10);
            exponent -= 1;
        }
        let format = if self.format == Format::BinarySI { Format::DecimalSI } else { self.format };
        write!(f, "{amount}{}", suffix(10, exponent, format))
    }
}

fn without_factors(mut value: i128, factor: i128) -> (i128, i32) {
    let mut times = 0;
    while value != 0 && value % factor == 0 {
        value /= factor;
        times += 1;
    }
    (value, times)
}

fn suffix(base: u32, exponent: i32, format: Format) -> String {
    if format == Format::DecimalExponent {
        return if exponent == 0 { String::new() } else { format!("e{exponent}") };
    }
    let found = SUFFIXES.iter().find(|(_, b, e)| (*b, *e) == (base, exponent));
    found.map(|(s, ..)| (*s).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_become_canonical() {
        for (text, canonical) in [
            ("0", "0"),
            ("100m", "100m"),
            ("0.1", "100m"),
            ("0.5", "500m"),
            ("1.5Gi", "1536Mi"),
            ("1024Ki", "1Mi"),
            ("128Mi", "128Mi"),
            ("1000", "1k"),
            ("1000m", "1"),
            ("1.500", "1.500"),
            ("1e3", "1e3"),
            ("1E3", "1E3"),
            ("12e2", "1200"),
            ("0.0000000001", "1n"),
            ("512", "512"),
            ("0.5Ki", "512"),
            ("-1", "-1"),
            ("+1", "+1"),
            ("1000Ei", "9223372036854775807"),
            ("010", "010"),
            (".5", "500m"),
            ("1.", "1."),
            ("+.", "0"),
            ("-", "0"),
            ("1e+3", "1e+3"),
            ("1e-3", "1e-3"),
            ("12345678901234567890", "12345678901234567890"),
            ("0.000000001Ki", "1024n"),
            ("8Ki", "8Ki"),
            ("1Mi", "1Mi"),
            ("1e19", "10e18"),
            ("00", "0"),
            ("0.0", "0"),
            ("1.0", "1"),
            ("10E", "10E"),
            ("1e100", "10e99"),
        ] {
            assert_eq!(Quantity::parse(text).map(|q| q.to_string()), Ok(canonical.to_string()), "{text}");
        }
        for text in ["", "x", "1.2.3", "1 Gi", "1Gi2x", "1GiB"] {
            assert_eq!(Quantity::parse(text), Err(WRONG_FORM), "{text}");
        }
        for text in ["--1", "1iG", "1e"] {
            assert_eq!(Quantity::parse(text), Err(WRONG_SUFFIX), "{text}");
        }
    }
}
