//! When a schedule comes to pass.
//!
//! Models `github.com/robfig/cron` (`SpecSchedule.Next`) and `mostRecentScheduleTime` in
//! `pkg/controller/cronjob/utils.go`.

use super::{Cron, DELTA, after, created};
use crate::base::cron::{Fields, STAR, Schedule};
use crate::base::time::{date, weekday};
use crate::base::{Duration, Instant};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// What does not come to pass in five years never will.
const DAYS_MAX: i64 = 5 * 366;
/// So many schedules that were missed are too many to be looked for one by one.
const MISSED_MAX: usize = 100;

/// The first time after `from`.
pub(super) fn next(schedule: &Schedule, from: Instant) -> Option<Instant> {
    match schedule {
        Schedule::Every(nanos) => {
            let seconds = (nanos / 1_000_000_000).max(1);
            Some(Instant(from.0.div_euclid(1000) * 1000) + Duration::from_secs(seconds))
        }
        Schedule::Fields(fields) => next_by_fields(fields, from),
    }
}

fn next_by_fields(fields: &Fields, from: Instant) -> Option<Instant> {
    let start = (from.0.div_euclid(MINUTE) + 1) * MINUTE;
    let first = start.div_euclid(DAY);
    (first..first + DAYS_MAX).filter(|day| is_day(fields, *day)).find_map(|day| {
        // On the first day what is over does not count.
        let earliest = if day == first { start.rem_euclid(DAY) } else { 0 };
        let hours = (earliest / HOUR..24).filter(|hour| has(fields.hour, *hour));
        let mut minutes = hours.flat_map(|hour| {
            let least = if hour == earliest / HOUR { earliest % HOUR / MINUTE } else { 0 };
            (least..60).map(move |minute| (hour, minute))
        });
        let (hour, minute) = minutes.find(|(_, minute)| has(fields.minute, *minute))?;
        Some(Instant(day * DAY + hour * HOUR + minute * MINUTE))
    })
}

/// Of day of the month and day of the week one is enough, if both are given.
fn is_day(fields: &Fields, day: i64) -> bool {
    let (_, month, of_month) = date(day);
    let by_month = has(fields.day_of_month, of_month);
    let by_week = has(fields.day_of_week, weekday(day));
    let either = (fields.day_of_month | fields.day_of_week) & STAR == 0;
    has(fields.month, month) && if either { by_month || by_week } else { by_month && by_week }
}

fn has(bits: u64, number: i64) -> bool {
    u32::try_from(number).is_ok_and(|n| bits >> n & 1 == 1)
}

/// The last time before now at which a Job should have begun and none did.
pub(super) fn unmet(cron: &Cron<'_>, schedule: &Schedule) -> Option<Instant> {
    let mut from = since(cron);
    if let Some(seconds) = cron.spec().get("startingDeadlineSeconds").as_int() {
        from = from.max(cron.view.now + Duration::from_secs(-seconds));
    }
    latest(schedule, from, cron.view.now)
}

fn since(cron: &Cron<'_>) -> Instant {
    Instant::parse(cron.status.get("lastScheduleTime").str()).unwrap_or_else(|| created(cron))
}

/// The last time after `from` that is not after `now`.
fn latest(schedule: &Schedule, from: Instant, now: Instant) -> Option<Instant> {
    let first = next(schedule, from).filter(|at| *at <= now)?;
    let second = next(schedule, first)?;
    let step = (second - first).as_millis().max(1000);
    // If many were missed most of them are jumped over.
    let missed = (now - first).as_millis() / step;
    let start = match missed {
        0 | 1 => first,
        many => Instant(first.0 + (many - 1) * step - 1),
    };
    let mut last = first;
    let mut at = start;
    for _ in 0..MISSED_MAX {
        match after(schedule, at) {
            Some(next) if next <= now => (at, last) = (next, next),
            _ => break,
        }
    }
    Some(last)
}

/// How long it takes until the next Job is due.
pub(super) fn next_look(cron: &Cron<'_>, schedule: &Schedule) -> Option<Duration> {
    let from = latest(schedule, since(cron), cron.view.now).unwrap_or_else(|| since(cron));
    let next = next(schedule, from)?;
    Some((next + DELTA - cron.view.now).max(DELTA))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::cron;
    use alloc::string::String;

    #[test]
    fn the_next_time_is_that_of_the_schedule() {
        for (schedule, from, want) in [
            ("* * * * *", "2026-01-01T00:00:30Z", "2026-01-01T00:01:00Z"),
            ("*/15 * * * *", "2026-01-01T00:45:00Z", "2026-01-01T01:00:00Z"),
            ("30 6 * * *", "2026-01-31T07:00:00Z", "2026-02-01T06:30:00Z"),
            ("0 0 * * 1", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z"),
            ("0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
            ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("@every 90s", "2026-01-01T00:00:00Z", "2026-01-01T00:01:30Z"),
            ("0 0 31 2 *", "2026-01-01T00:00:00Z", ""),
        ] {
            let parsed = cron::parse(schedule, |_| true).expect("a schedule");
            let next = next(&parsed, Instant::parse(from).expect("a time"));
            assert_eq!(next.map_or_else(String::new, Instant::rfc3339), want, "{schedule} after {from}");
        }
    }
}
