//! Schedules of CronJobs: `*/5 9-17 * * mon-fri`, `@daily`, `@every 1h30m`.
//!
//! Models `github.com/robfig/cron/v3: ParseStandard`, with its words for what is wrong.

use super::field::quoted;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// When something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    Fields(Fields),
    /// Again and again, so many nanoseconds apart.
    Every(i64),
}

/// The bits of the numbers that a field stands for; [`STAR`] is set where it stands for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    pub minute: u64,
    pub hour: u64,
    pub day_of_month: u64,
    pub month: u64,
    pub day_of_week: u64,
}

/// Marks a field that says nothing.
pub const STAR: u64 = 1 << 63;

/// What a field may be, and the names of its numbers, the first of them first.
struct Bounds {
    min: u64,
    max: u64,
    names: &'static [&'static str],
}

const MINUTES: Bounds = Bounds { min: 0, max: 59, names: &[] };
const HOURS: Bounds = Bounds { min: 0, max: 23, names: &[] };
const DAYS: Bounds = Bounds { min: 1, max: 31, names: &[] };
const MONTHS: Bounds = Bounds {
    min: 1,
    max: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const WEEKDAYS: Bounds = Bounds { min: 0, max: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

/// What the descriptors stand for.
const DESCRIPTORS: &[(&str, &str)] = &[
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// Units of a duration, in nanoseconds.
const UNITS: &[(&str, u128)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Reads a schedule. `is_zone` says whether there is a time zone of a name, for schedules that begin with one.
pub fn parse(spec: &str, is_zone: impl Fn(&str) -> bool) -> Result<Schedule, String> {
    if spec.is_empty() {
        return Err("empty spec string".to_string());
    }
    let mut spec = spec;
    if spec.starts_with("TZ=") || spec.starts_with("CRON_TZ=") {
        let Some((assignment, rest)) = spec.split_once(' ') else {
            // Upstream's parser breaks down here, and its caller says so.
            let panic = "runtime error: slice bounds out of range [:-1]";
            return Err(format!("invalid schedule format: {panic}"));
        };
        let zone = assignment.split_once('=').map_or("", |(_, zone)| zone);
        if !is_zone(zone) {
            return Err(format!("provided bad location {zone}: unknown time zone {zone}"));
        }
        spec = rest.trim();
    }
    if spec.starts_with('@') {
        return descriptor(spec);
    }
    fields(spec).map(Schedule::Fields)
}

fn descriptor(spec: &str) -> Result<Schedule, String> {
    if let Some((_, meaning)) = DESCRIPTORS.iter().find(|(name, _)| *name == spec) {
        return fields(meaning).map(Schedule::Fields);
    }
    match spec.strip_prefix("@every ") {
        Some(text) => duration(text)
            .map(Schedule::Every)
            .map_err(|why| format!("failed to parse duration {spec}: {why}")),
        None => Err(format!("unrecognized descriptor: {spec}")),
    }
}

fn fields(spec: &str) -> Result<Fields, String> {
    let parts = spec.split_whitespace().collect::<Vec<_>>();
    let [minute, hour, day_of_month, month, day_of_week] = parts.as_slice() else {
        let (count, all) = (parts.len(), parts.join(" "));
        return Err(format!("expected exactly 5 fields, found {count}: [{all}]"));
    };
    Ok(Fields {
        minute: field(minute, &MINUTES)?,
        hour: field(hour, &HOURS)?,
        day_of_month: field(day_of_month, &DAYS)?,
        month: field(month, &MONTHS)?,
        day_of_week: field(day_of_week, &WEEKDAYS)?,
    })
}

/// Ranges with commas between them.
fn field(text: &str, bounds: &Bounds) -> Result<u64, String> {
    text.split(',').filter(|r| !r.is_empty()).try_fold(0, |bits, r| Ok(bits | range(r, bounds)?))
}

/// `5`, `1-5`, `*`, `*/2`, `1-5/2`.
fn range(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let parts = text.split('/').collect::<Vec<_>>();
    let limits = parts.first().copied().unwrap_or_default().split('-').collect::<Vec<_>>();
    let number = |text: &str| number_or_name(text, bounds);
    let (start, mut end, mut star) = match limits.as_slice() {
        ["*" | "?", ..] => (bounds.min, bounds.max, STAR),
        [one] => (number(one)?, number(one)?, 0),
        [low, high] => (number(low)?, number(high)?, 0),
        [low, ..] => {
            number(low)?;
            return Err(format!("too many hyphens: {text}"));
        }
        [] => (bounds.min, bounds.max, 0),
    };
    let step = match parts.as_slice() {
        [_] => 1,
        [_, step] => {
            let step = integer(step)?;
            if limits.len() == 1 {
                end = bounds.max;
            }
            if step > 1 {
                star = 0;
            }
            step
        }
        _ => return Err(format!("too many slashes: {text}")),
    };
    let (min, max) = (bounds.min, bounds.max);
    if start < min {
        return Err(format!("beginning of range ({start}) below minimum ({min}): {text}"));
    }
    if end > max {
        return Err(format!("end of range ({end}) above maximum ({max}): {text}"));
    }
    if start > end {
        return Err(format!("beginning of range ({start}) beyond end of range ({end}): {text}"));
    }
    if step == 0 {
        return Err(format!("step of range should be a positive number: {text}"));
    }
    let within = (start..=end).filter(|n| (n - start) % step == 0);
    Ok(within.fold(star, |bits, n| bits | 1u64.checked_shl(u32::try_from(n).unwrap_or(63)).unwrap_or(0)))
}

fn number_or_name(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let name = text.to_lowercase();
    let mut named = (bounds.min..).zip(bounds.names);
    match named.find(|(_, n)| **n == name) {
        Some((number, _)) => Ok(number),
        None => integer(text),
    }
}

fn integer(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let failed = |why: &str| {
        Err(format!("failed to parse int from {text}: strconv.Atoi: parsing {}: {why}", quoted(text)))
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return failed("invalid syntax");
    }
    match text.parse::<i64>() {
        Err(_) => failed("value out of range"),
        Ok(n) => u64::try_from(n).map_err(|_| format!("negative number ({n}) not allowed: {text}")),
    }
}

/// A duration in nanoseconds: `1h30m`, `1.5s`.
///
/// Models `time.ParseDuration`.
pub fn duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quoted(text));
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: u128 = 0;
    while !rest.is_empty() {
        let digits = leading(rest, |c| c.is_ascii_digit());
        rest = rest.strip_prefix(digits).unwrap_or_default();
        let fraction = rest.strip_prefix('.').map(|r| leading(r, |c| c.is_ascii_digit()));
        if let Some(fraction) = fraction {
            rest = rest.get(1 + fraction.len()..).unwrap_or_default();
        }
        if digits.is_empty() && fraction.is_none_or(str::is_empty) {
            return Err(invalid());
        }
        let unit = leading(rest, |c| c != '.' && !c.is_ascii_digit());
        rest = rest.strip_prefix(unit).unwrap_or_default();
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", quoted(text)));
        }
        let Some((_, nanos)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("time: unknown unit {} in duration {}", quoted(unit), quoted(text)));
        };
        let whole: u128 = if digits.is_empty() { 0 } else { digits.parse().map_err(|_| invalid())? };
        let part = fraction.unwrap_or_default().get(..18).unwrap_or(fraction.unwrap_or_default());
        let scale = 10u128.pow(u32::try_from(part.len()).unwrap_or(0));
        let part: u128 = part.parse().unwrap_or(0);
        total = total
            .checked_add(whole.checked_mul(*nanos).ok_or_else(invalid)?)
            .and_then(|t| t.checked_add(part * nanos / scale))
            .ok_or_else(invalid)?;
    }
    let total = i64::try_from(total).map_err(|_| invalid())?;
    Ok(if text.starts_with('-') { -total } else { total })
}

/// The characters at the beginning of `text` that are `wanted`.
fn leading(text: &str, wanted: impl Fn(char) -> bool) -> &str {
    text.get(..text.len() - text.trim_start_matches(wanted).len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(spec: &str) -> Result<Schedule, String> {
        parse(spec, |zone| zone == "UTC")
    }

    #[test]
    fn schedules_are_read_as_cron_reads_them() {
        let every_minute = STAR | ((1 << 60) - 1);
        for (spec, minute, weekday) in [
            ("* * * * *", every_minute, STAR | 0x7f),
            ("*/15 * * * mon-fri", 1 | 1 << 15 | 1 << 30 | 1 << 45, 0b11_1110),
            ("5,10-12 0 1 jan SUN", 1 << 5 | 7 << 10, 1),
            ("50/5 0 1 1 6", 1 << 50 | 1 << 55, 1 << 6),
            ("@hourly", 1, STAR | 0x7f),
            ("TZ=UTC 0 0 * * *", 1, STAR | 0x7f),
        ] {
            match parsed(spec) {
                Ok(Schedule::Fields(f)) => assert_eq!((f.minute, f.day_of_week), (minute, weekday), "{spec}"),
                other => panic!("{spec}: {other:?}"),
            }
        }
        assert_eq!(parsed("@every 1h0.5s"), Ok(Schedule::Every(3_600_500_000_000)));
    }

    #[test]
    fn what_is_no_schedule_is_named_in_the_words_of_cron() {
        for (spec, error) in [
            ("* * *", "expected exactly 5 fields, found 3: [* * *]"),
            ("a * * * *", "failed to parse int from a: strconv.Atoi: parsing \"a\": invalid syntax"),
            ("60 * * * *", "end of range (60) above maximum (59): 60"),
            ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
            ("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"),
            ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
            ("1/2/3 * * * *", "too many slashes: 1/2/3"),
            ("*/0 * * * *", "step of range should be a positive number: */0"),
            ("@never", "unrecognized descriptor: @never"),
            ("@every 5", "failed to parse duration @every 5: time: missing unit in duration \"5\""),
            ("TZ=Mars/One 0 0 * * *", "provided bad location Mars/One: unknown time zone Mars/One"),
            ("TZ=UTC", "invalid schedule format: runtime error: slice bounds out of range [:-1]"),
        ] {
            assert_eq!(parsed(spec), Err(error.to_string()), "{spec}");
        }
    }
}
