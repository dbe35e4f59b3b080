//! The indexes of an Indexed Job that are done: `0-3,7`.
//!
//! Models `validateIndexesFormat` and `validateFailedIndexesNotOverlapCompleted` of
//! `pkg/apis/batch/validation/validation.go`.

use crate::base::field::quoted;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// From the first to the last.
type Interval = (i64, i64);

/// How many indexes the text names, or why it names none.
pub(super) fn count(text: &str, completions: i64) -> Result<i64, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let (mut last, mut total) = (None, 0i64);
    for part in text.split(',') {
        let (first, end) = interval(part, completions)?;
        if let Some(last) = last.filter(|last| *last >= first) {
            return Err(format!("non-increasing order, previous: {last}, current: {first}"));
        }
        total = total.saturating_add(end - first + 1);
        last = Some(end);
    }
    Ok(total)
}

/// The first index that both texts name, if it is found on a walk along both. What cannot be read is passed over.
pub(super) fn overlap(completed: &str, failed: &str, completions: i64) -> Option<i64> {
    let read = |text: &str| -> Vec<Interval> {
        text.split(',').filter_map(|part| interval(part, completions).ok()).collect()
    };
    if completed.is_empty() || failed.is_empty() {
        return None;
    }
    let (completed, failed) = (read(completed), read(failed));
    let (mut completed, mut failed) = (completed.iter().peekable(), failed.iter().peekable());
    while let (Some((c, c_end)), Some((f, f_end))) = (completed.peek(), failed.peek()) {
        if c <= f_end && f <= c_end {
            return Some(*c.max(f));
        }
        if c <= f {
            completed.next();
        } else {
            failed.next();
        }
    }
    None
}

fn interval(text: &str, completions: i64) -> Result<Interval, String> {
    let limits = text.split('-').collect::<Vec<_>>();
    let index = |text: &str| {
        let number = text
            .parse::<i64>()
            .map_err(|_| format!("cannot convert string to integer for index: {}", quoted(text)))?;
        if number >= completions { Err(format!("too large index: {}", quoted(text))) } else { Ok(number) }
    };
    match limits.as_slice() {
        [one] => index(one).map(|n| (n, n)),
        [first, last] => {
            let (first, last) = (index(first)?, index(last)?);
            if first >= last {
                return Err(format!("non-increasing order, previous: {first}, current: {last}"));
            }
            Ok((first, last))
        }
        _ => Err(format!(
            "the fragment {} violates the requirement that an index interval can have at most two parts separated by '-'",
            quoted(text)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn indexes_are_counted_or_refused_with_the_reason() {
        for (text, answer) in [
            ("", Ok(0)),
            ("0", Ok(1)),
            ("0-2,4", Ok(4)),
            ("0,0", Err("non-increasing order, previous: 0, current: 0")),
            ("3-3", Err("non-increasing order, previous: 3, current: 3")),
            ("9-10", Err("too large index: \"10\"")),
            ("a", Err("cannot convert string to integer for index: \"a\"")),
            (
                "1-2-3",
                Err(
                    "the fragment \"1-2-3\" violates the requirement that an index interval can have at most two parts separated by '-'",
                ),
            ),
        ] {
            assert_eq!(count(text, 10), answer.map_err(|e: &str| e.to_string()), "{text}");
        }
    }

    #[test]
    fn an_index_is_completed_or_failed() {
        for (completed, failed, both) in
            [("0-2", "3", None), ("0-2", "2", Some(2)), ("1,5-7", "2,6", Some(6)), ("x,1", "1", Some(1))]
        {
            assert_eq!(overlap(completed, failed, 10), both, "{completed} and {failed}");
        }
    }
}
