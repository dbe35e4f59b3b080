//! How long ago something was, for people.
//!
//! Models `k8s.io/apimachinery/pkg/util/duration` (`HumanDuration`) and `translateTimestampSince`.

use crate::base::{Instant, Value};
use alloc::format;
use alloc::string::{String, ToString};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// The unit of what is left over, and its letter.
type Rest = (i64, &'static str);

/// Up to so many seconds: the unit and its letter, and the unit of the rest where one is shown.
const SCALES: &[(i64, i64, &str, Option<Rest>)] = &[
    (2 * MINUTE, 1, "s", None),
    (10 * MINUTE, MINUTE, "m", Some((1, "s"))),
    (3 * HOUR, MINUTE, "m", None),
    (8 * HOUR, HOUR, "h", Some((MINUTE, "m"))),
    (2 * DAY, HOUR, "h", None),
    (8 * DAY, DAY, "d", Some((HOUR, "h"))),
    (2 * YEAR, DAY, "d", None),
    (8 * YEAR, YEAR, "y", Some((DAY, "d"))),
    (i64::MAX, YEAR, "y", None),
];

/// The time from a timestamp until now; `<unknown>` where there is none.
pub(super) fn age(timestamp: &Value, now: Instant) -> String {
    match Instant::parse(timestamp.str()) {
        Some(then) => human(now.0.saturating_sub(then.0) / 1000),
        None => "<unknown>".to_string(),
    }
}

/// Seconds in two units at most, the second one only while it matters.
fn human(seconds: i64) -> String {
    // Clocks may be a little apart.
    if seconds < 0 {
        return if seconds < -1 { "<invalid>".to_string() } else { "0s".to_string() };
    }
    let Some((_, unit, letter, rest)) = SCALES.iter().find(|(below, ..)| seconds < *below) else {
        return format!("{}y", seconds / YEAR);
    };
    let whole = seconds / unit;
    match rest.map(|(small, small_letter)| (seconds % unit / small, small_letter)) {
        Some((left, small_letter)) if left > 0 => format!("{whole}{letter}{left}{small_letter}"),
        _ => format!("{whole}{letter}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_two_units_at_most() {
        let cases = [
            (-2, "<invalid>"),
            (-1, "0s"),
            (119, "119s"),
            (120, "2m"),
            (121, "2m1s"),
            (601, "10m"),
            (10_860, "3h1m"),
            (28_860, "8h"),
            (180_000, "2d2h"),
            (864_000, "10d"),
            (63_158_400, "2y1d"),
            (315_360_000, "10y"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(human(seconds), expected, "{seconds}");
        }
    }
}
