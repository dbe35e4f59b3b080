//! Instants and how the API writes them. Nothing here asks what time it is.

use super::field;
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
        let (seconds, nanos) = parse_go(s, false).ok()?;
        Some(Instant(seconds.saturating_mul(1000).saturating_add(nanos / 1_000_000)))
    }
}

/// Seconds since 1970 and nanoseconds within the second of an RFC 3339 text, read as leniently and refused in the
/// same words as Go does. `micro`: the fraction must be there and have six digits, as in a `MicroTime`.
///
/// Models `time.Parse`.
pub fn parse_go(text: &str, micro: bool) -> Result<(i64, i64), String> {
    let layout = if micro { "2006-01-02T15:04:05.000000Z07:00" } else { "2006-01-02T15:04:05Z07:00" };
    let bad = |rest: &str, element: &str| {
        let (text, layout) = (field::quoted(text), field::quoted(layout));
        let (rest, element) = (field::quoted(rest), field::quoted(element));
        format!("parsing time {text} as {layout}: cannot parse {rest} as {element}")
    };
    let off = |what: &str| format!("parsing time {}: {what}", field::quoted(text));
    let mut rest = text;
    let mut numbers = [0i64; 6];
    for (number, part) in numbers.iter_mut().zip(PARTS) {
        rest = rest.strip_prefix(part.before).ok_or_else(|| bad(rest, part.before))?;
        let digits = part.digits(rest).ok_or_else(|| bad(rest, part.layout))?;
        let (taken, behind) = rest.split_at_checked(digits).unwrap_or((rest, ""));
        *number = taken.parse().unwrap_or(0);
        rest = behind;
        if !part.range.contains(number) {
            return Err(off(&format!("{} out of range", part.name)));
        }
    }
    let mut nanos = 0;
    let fraction = rest.strip_prefix(['.', ',']).map_or(0, leading_digits);
    if micro && (fraction < 6 || !rest.starts_with(['.', ','])) {
        return Err(bad(rest, ".000000"));
    }
    if fraction > 0 {
        let taken = if micro { 6 } else { fraction };
        let digits = rest.get(1..=taken).unwrap_or_default();
        nanos = format!("{digits:0<9}").get(..9).and_then(|d| d.parse().ok()).unwrap_or(0);
        rest = rest.get(taken + 1..).unwrap_or_default();
    }
    let (offset, behind) = match rest.strip_prefix('Z') {
        Some(behind) => (0, behind),
        None => {
            let zone = rest.get(..6).ok_or_else(|| bad(rest, "Z07:00"))?;
            (zone_offset(zone).ok_or_else(|| bad(rest, "Z07:00"))?, rest.get(6..).unwrap_or_default())
        }
    };
    if !behind.is_empty() {
        return Err(off(&format!("extra text: {}", field::quoted(behind))));
    }
    let [y, m, d, hh, mm, ss] = numbers;
    if !(1..=days_in(y, m)).contains(&d) {
        return Err(off("day out of range"));
    }
    Ok((days(y, m, d) * DAY + hh * 3600 + mm * 60 + ss - offset, nanos))
}

/// A number of the layout: what stands before it, how the layout writes it, and what it may be.
struct Part {
    before: &'static str,
    layout: &'static str,
    name: &'static str,
    range: core::ops::Range<i64>,
}

const PARTS: &[Part] = &[
    Part { before: "", layout: "2006", name: "year", range: 0..10_000 },
    Part { before: "-", layout: "01", name: "month", range: 1..13 },
    // Whether the month has such a day is looked at when all is read.
    Part { before: "-", layout: "02", name: "day", range: 0..100 },
    Part { before: "T", layout: "15", name: "hour", range: 0..24 },
    Part { before: ":", layout: "04", name: "minute", range: 0..60 },
    Part { before: ":", layout: "05", name: "second", range: 0..60 },
];

impl Part {
    /// How many digits the number has; the hour alone may have one.
    fn digits(&self, rest: &str) -> Option<usize> {
        let (there, wanted) = (leading_digits(rest), self.layout.len());
        match there {
            n if n >= wanted => Some(wanted),
            1 if self.layout == "15" => Some(1),
            _ => None,
        }
    }
}

fn leading_digits(s: &str) -> usize {
    s.len() - s.trim_start_matches(|c: char| c.is_ascii_digit()).len()
}

/// `+02:00` in seconds.
fn zone_offset(zone: &str) -> Option<i64> {
    let sign = if zone.starts_with('+') { 1 } else { -1 };
    let (h, m) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let number = |s: &str| (s.len() == 2).then(|| s.parse::<u8>().ok()).flatten().map(i64::from);
    let (h, m) = (number(h)?, number(m)?);
    (h <= 24 && m <= 60).then_some(sign * (h * 3600 + m * 60))
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

/// The day of the week, from Sunday on, so many days from 1970-01-01.
pub fn weekday(days: i64) -> i64 {
    (days + 4).rem_euclid(7)
}

/// The date so many days from 1970-01-01.
pub fn date(days: i64) -> (i64, i64, i64) {
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
