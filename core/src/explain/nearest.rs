//! How much two words are alike, to tell a slip of the pen from something else.

use alloc::vec::Vec;

/// How many letters have to be put in, taken out, replaced or swapped with their neighbour to make one of the other.
///
/// The restricted Damerau-Levenshtein distance. Words are labels and names, at most 63 letters long.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.chars().collect::<Vec<_>>(), b.chars().collect::<Vec<_>>());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = Vec::from([i + 1]);
        for (j, other) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut best = at(&last, j) + usize::from(letter != other);
            best = best.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i.checked_sub(1).and_then(|i| a.get(i)) == Some(other)
                && j.checked_sub(1).and_then(|j| b.get(j)) == Some(letter);
            if i > 0 && j > 0 && swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = core::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

/// Whether one could have been meant by the other: they differ in few letters, or one begins with the other.
pub(super) fn alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same_start = short.len() >= 2 && long.to_ascii_lowercase().starts_with(&short.to_ascii_lowercase());
    same_start || a.eq_ignore_ascii_case(b) || distance(a, b) <= 1 + short.len() / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_are_near() {
        for (a, b, letters, near) in [
            ("web", "web", 0, true),
            ("web", "wbe", 1, true),
            ("frontend", "fronted", 1, true),
            ("front", "frontend", 3, true),
            ("Web", "web", 1, true),
            ("web", "db", 2, false),
            ("checkout", "payments", 8, false),
            ("", "a", 1, true),
        ] {
            assert_eq!((distance(a, b), alike(a, b)), (letters, near), "{a} {b}");
        }
    }
}
