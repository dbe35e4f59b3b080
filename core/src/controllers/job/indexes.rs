//! Sets of completion indexes, as statuses write them: `0-2,5`.
//!
//! Models `pkg/controller/job/indexed_job_utils.go`.

use crate::base::Value;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) const ANNOTATION: &str = "batch.kubernetes.io/job-completion-index";

/// The index of a pod, where it has one below `completions`.
pub(super) fn of(pod: &Value, completions: i64) -> Option<i64> {
    let text = pod.get("metadata").get("annotations").get(ANNOTATION).str();
    text.parse().ok().filter(|i| (0..completions).contains(i))
}

pub(super) fn parse(text: &str, completions: i64) -> BTreeSet<i64> {
    let mut all = BTreeSet::new();
    for part in text.split(',').filter(|p| !p.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (Ok(first), Ok(last)) = (first.parse::<i64>(), last.parse::<i64>()) else { continue };
        all.extend(first.max(0)..=last.min(completions - 1));
    }
    all
}

/// Three in a row and more are written as an interval.
pub(super) fn print(indexes: &BTreeSet<i64>) -> String {
    let all: Vec<i64> = indexes.iter().copied().collect();
    let runs = all.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [] => String::new(),
        [one] => format!("{one}"),
        [first, last] => format!("{first},{last}"),
        [first, .., last] => format!("{first}-{last}"),
    });
    runs.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_are_written_as_intervals() {
        for text in ["", "0", "0,1", "0-2", "0-2,5,7,8", "1,3-9"] {
            assert_eq!(print(&parse(text, 10)), text);
        }
        assert_eq!(print(&parse("0-5,x,7", 3)), "0-2");
    }
}
