//! Which scalars are timestamps. To Kubernetes they stay text, but text that is quoted when it is written.
//!
//! Models go-yaml's `resolve.go` (`parseTimestamp`) and what `time.Parse` takes for its layouts.

/// `2006-1-2`, `2006-1-2 15:4:5.9`, `2006-1-2T15:4:5.9Z`, `2006-1-2t15:4:5.9+07:00`
pub(super) fn is_timestamp(text: &str) -> bool {
    timestamp(text).is_some()
}

fn timestamp(text: &str) -> Option<()> {
    let (year, rest) = text.split_at_checked(4)?;
    if !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year = year.parse().ok()?;
    let (month, rest) = one_or_two_digits(rest.strip_prefix('-')?)?;
    let (day, rest) = one_or_two_digits(rest.strip_prefix('-')?)?;
    if day == 0 || day > days_in(month, year)? {
        return None;
    }
    match rest.as_bytes().first() {
        None => Some(()),
        // A layout's space stands for any number of them.
        Some(b' ') => clock(rest.trim_start_matches(' ')).and_then(nothing),
        Some(b'T' | b't') => clock(rest.get(1..)?).and_then(zone),
        _ => None,
    }
}

fn nothing(rest: &str) -> Option<()> {
    rest.is_empty().then_some(())
}

fn one_or_two_digits(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, rest))
}

fn days_in(month: u32, year: u32) -> Option<u32> {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => Some(29),
        2 => Some(28),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// `15:4:5.999`, with a point or a comma; what follows it.
fn clock(text: &str) -> Option<&str> {
    let (hour, rest) = one_or_two_digits(text)?;
    let (minute, rest) = one_or_two_digits(rest.strip_prefix(':')?)?;
    let (second, rest) = one_or_two_digits(rest.strip_prefix(':')?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let Some(fraction) = rest.strip_prefix(['.', ',']) else { return Some(rest) };
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { None } else { fraction.get(digits..) }
}

/// `Z` or `+07:00`
fn zone(text: &str) -> Option<()> {
    if text == "Z" {
        return Some(());
    }
    let offset = text.strip_prefix(['+', '-'])?;
    let (hours, minutes) = offset.split_once(':')?;
    let two = |s: &str| s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit());
    if !two(hours) || !two(minutes) {
        return None;
    }
    (hours.parse::<u32>().ok()? <= 24 && minutes.parse::<u32>().ok()? <= 60).then_some(())
}
