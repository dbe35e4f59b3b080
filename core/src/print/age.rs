//! How long ago something was, for people.
//!
//! Models `k8s.io/apimachinery/pkg/util/duration` (`HumanDuration`) and `translateTimestampSince`.

use crate::base::{Instant, Value};
use alloc::format;
use alloc::string::{String, ToString};

const HOURS_OF_DAY: i64 = 24;
const HOURS_OF_YEAR: i64 = 24 * 365;

/// The time from a timestamp until now; `<unknown>` where there is none.
pub fn age_of(timestamp: &Value, now: Instant) -> String {
    match Instant::parse(timestamp.str()) {
        Some(then) => human(now.0.saturating_sub(then.0)),
        None => "<unknown>".to_string(),
    }
}

/// Milliseconds in two units at most, the second one only while it matters.
pub fn human(millis: i64) -> String {
    let seconds = millis / 1000;
    if seconds < -1 {
        return "<invalid>".to_string();
    }
    if seconds < 0 {
        return "0s".to_string();
    }
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let two = |large: i64, large_unit: &str, small: i64, small_unit: &str| match small {
        0 => format!("{large}{large_unit}"),
        _ => format!("{large}{large_unit}{small}{small_unit}"),
    };
    match seconds {
        ..120 => format!("{seconds}s"),
        120..600 => two(minutes, "m", seconds % 60, "s"),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, "h", minutes % 60, "m"),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(hours / HOURS_OF_DAY, "d", hours % HOURS_OF_DAY, "h"),
        _ if hours < 2 * HOURS_OF_YEAR => format!("{}d", hours / HOURS_OF_DAY),
        _ if hours < 8 * HOURS_OF_YEAR => two(hours / HOURS_OF_YEAR, "y", hours / HOURS_OF_DAY % 365, "d"),
        _ => format!("{}y", hours / HOURS_OF_YEAR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_two_units_at_most() {
        let cases = [
            (-2, "<invalid>"),
            (0, "0s"),
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
            assert_eq!(human(seconds * 1000), expected, "{seconds}");
        }
    }
}
