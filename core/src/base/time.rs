//! Instants and how the API writes them. Nothing here asks what time it is.

use alloc::format;
use alloc::string::String;
use core::ops::{Add, Sub};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

/// Milliseconds between instants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub i64);

impl Duration {
    pub const ZERO: Duration = Duration(0);

    pub const fn from_millis(ms: i64) -> Duration {
        Duration(ms)
    }

    pub const fn from_secs(s: i64) -> Duration {
        Duration(s.saturating_mul(1000))
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;
    fn add(self, d: Duration) -> Instant {
        Instant(self.0.saturating_add(d.0))
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;
    fn sub(self, earlier: Instant) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

const DAY: i64 = 86_400;

impl Instant {
    /// To the second, as `metav1.Time` is written: `2026-01-01T00:00:00Z`.
    pub fn rfc3339(self) -> String {
        let seconds = self.0.div_euclid(1000);
        let (y, m, d) = date(seconds.div_euclid(DAY));
        let t = seconds.rem_euclid(DAY);
        format!("{y:04}-{m:02}-{d:02}T{:02}:{:02}:{:02}Z", t / 3600, t / 60 % 60, t % 60)
    }

    /// To the microsecond, as `metav1.MicroTime` is written: `2026-01-01T00:00:00.000000Z`.
    pub fn rfc3339_micro(self) -> String {
        let text = self.rfc3339();
        format!("{}.{:03}000Z", text.trim_end_matches('Z'), self.0.rem_euclid(1000))
    }

    /// The instant that an RFC 3339 text writes; none where it is no such text.
    pub fn parse(s: &str) -> Option<Instant> {
        let field = |from: usize, to: usize| -> Option<i64> {
            let digits = s.get(from..to)?;
            digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
        };
        let mark = |at: usize, c: u8| s.as_bytes().get(at) == Some(&c);
        let marks = mark(4, b'-') && mark(7, b'-') && mark(10, b'T') && mark(13, b':') && mark(16, b':');
        let (y, m, d) = (field(0, 4)?, field(5, 7)?, field(8, 10)?);
        let (hh, mm, ss) = (field(11, 13)?, field(14, 16)?, field(17, 19)?);
        let in_range =
            (1..=12).contains(&m) && (1..=days_in(y, m)).contains(&d) && hh < 24 && mm < 60 && ss < 60;
        if !marks || !in_range {
            return None;
        }
        let mut rest = s.get(19..)?;
        let mut millis = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let digits = fraction.len() - fraction.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let shown = fraction.get(..digits)?;
            let three = format!("{shown:0<3}");
            millis = three.get(..3)?.parse().ok()?;
            if digits == 0 {
                return None;
            }
            rest = fraction.get(digits..)?;
        }
        let offset = match rest {
            "Z" => 0,
            zone => zone_offset(zone)?,
        };
        let seconds = days(y, m, d) * DAY + hh * 3600 + mm * 60 + ss - offset;
        Some(Instant(seconds * 1000 + millis))
    }
}

/// `+02:00` in seconds.
fn zone_offset(zone: &str) -> Option<i64> {
    let sign = if zone.starts_with('+') { 1 } else { -1 };
    let (h, m) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let number = |s: &str| (s.len() == 2).then(|| s.parse::<u8>().ok()).flatten().map(i64::from);
    let (h, m) = (number(h)?, number(m)?);
    (h < 24 && m < 60).then_some(sign * (h * 3600 + m * 60))
}

fn days_in(y: i64, m: i64) -> i64 {
    match m {
        4 | 6 | 9 | 11 => 30,
        2 if y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar; years run from March, so that leap days come last.
fn days(y: i64, m: i64, d: i64) -> i64 {
    let y = if m <= 2 { y - 1 } else { y };
    let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
    let of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date so many days from 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let (d, m) = (of_year - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    (year + era * 400 + i64::from(m <= 2), m, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_and_written() {
        for (text, ms) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-01-01T00:00:00Z", 1_767_225_600_000),
            ("2024-02-29T23:59:59Z", 1_709_251_199_000),
            ("1969-12-31T23:59:59Z", -1000),
        ] {
            assert_eq!(Instant::parse(text), Some(Instant(ms)), "{text}");
            assert_eq!(Instant(ms).rfc3339(), text);
        }
        assert_eq!(Instant::parse("2026-01-01T02:00:00.5+02:00"), Some(Instant(1_767_225_600_500)));
        for text in [
            "",
            "2026-02-29T00:00:00Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00",
            "2026-01-01T24:00:00Z",
        ] {
            assert_eq!(Instant::parse(text), None, "{text}");
        }
        assert_eq!(Instant(5).rfc3339_micro(), "1970-01-01T00:00:00.005000Z");
    }
}
