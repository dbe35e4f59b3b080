//! How one text differs from another, line by line, as Kubernetes shows it in errors.
//!
//! Models `k8s.io/apimachinery/pkg/util/diff` and the parts of `github.com/pmezard/go-difflib` (Python's `difflib`)
//! behind it, junk heuristics included: what is found to be equal depends on them.

use crate::base::sort;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// So many unchanged lines stand around each change.
const CONTEXT: usize = 3;
/// In texts of so many lines and more, those that occur in more than one percent of them match nothing by themselves.
const POPULAR_FROM: usize = 200;

/// The unified diff of two texts, without the names of files. Empty where nothing differs.
pub fn unified(a: &str, b: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split('\n').collect(), b.split('\n').collect());
    let mut out = String::new();
    for group in grouped(changes(&matching_blocks(&a, &b), &a, &b)) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let (a_range, b_range) = (first.a.start..last.a.end, first.b.start..last.b.end);
        out.push_str(&format!("@@ -{} +{} @@\n", range_text(&a_range), range_text(&b_range)));
        for change in &group {
            if change.equal {
                write(&mut out, ' ', &a, &change.a);
            } else {
                write(&mut out, '-', &a, &change.a);
                write(&mut out, '+', &b, &change.b);
            }
        }
    }
    out
}

fn write(out: &mut String, sign: char, lines: &[&str], range: &Range<usize>) {
    for line in lines.get(range.clone()).unwrap_or_default() {
        out.push(sign);
        out.push_str(line);
        out.push('\n');
    }
}

fn range_text(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        n => format!("{},{n}", range.start + 1),
    }
}

/// Lines of both texts that are the same, or that stand for each other.
#[derive(Clone, Debug)]
struct Change {
    equal: bool,
    a: Range<usize>,
    b: Range<usize>,
}

/// Models `GetOpCodes`.
fn changes(blocks: &[Block], a: &[&str], b: &[&str]) -> Vec<Change> {
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    let end = Block { a: a.len(), b: b.len(), size: 0 };
    for block in blocks.iter().chain([&end]) {
        if i < block.a || j < block.b {
            out.push(Change { equal: false, a: i..block.a, b: j..block.b });
        }
        (i, j) = (block.a + block.size, block.b + block.size);
        if block.size > 0 {
            out.push(Change { equal: true, a: block.a..i, b: block.b..j });
        }
    }
    out
}

/// Changes that are near each other, with the lines around them.
///
/// Models `GetGroupedOpCodes`.
fn grouped(mut changes: Vec<Change>) -> Vec<Vec<Change>> {
    if let Some(first) = changes.first_mut().filter(|c| c.equal) {
        *first = last_lines(first);
    }
    if let Some(last) = changes.last_mut().filter(|c| c.equal) {
        *last = first_lines(last);
    }
    let (mut groups, mut group) = (Vec::new(), Vec::new());
    for change in changes {
        if change.equal && change.a.len() > 2 * CONTEXT {
            group.push(first_lines(&change));
            groups.push(core::mem::take(&mut group));
            group.push(last_lines(&change));
        } else {
            group.push(change);
        }
    }
    groups.push(group);
    groups.retain(|g| g.iter().any(|c| !c.equal));
    groups
}

fn first_lines(c: &Change) -> Change {
    let cut = |r: &Range<usize>| r.start..r.end.min(r.start + CONTEXT);
    Change { equal: true, a: cut(&c.a), b: cut(&c.b) }
}

fn last_lines(c: &Change) -> Change {
    let cut = |r: &Range<usize>| r.start.max(r.end.saturating_sub(CONTEXT))..r.end;
    Change { equal: true, a: cut(&c.a), b: cut(&c.b) }
}

/// So many equal lines from these places on.
#[derive(Clone, Copy, Debug)]
struct Block {
    a: usize,
    b: usize,
    size: usize,
}

/// Where both texts are equal: the longest run of lines, and then what is equal on both sides of it.
fn matching_blocks(a: &[&str], b: &[&str]) -> Vec<Block> {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (j, line) in b.iter().enumerate() {
        places.entry(line).or_default().push(j);
    }
    if b.len() >= POPULAR_FROM {
        places.retain(|_, at| at.len() <= b.len() / 100 + 1);
    }
    let mut found: Vec<Block> = Vec::new();
    let mut open = [(0..a.len(), 0..b.len())].to_vec();
    while let Some((a_range, b_range)) = open.pop() {
        let block = longest(a, b, &places, &a_range, &b_range);
        if block.size > 0 {
            found.push(block);
            let (a_end, b_end) = (block.a + block.size, block.b + block.size);
            let around =
                [(a_range.start..block.a, b_range.start..block.b), (a_end..a_range.end, b_end..b_range.end)];
            open.extend(around.into_iter().filter(|(a, b)| !a.is_empty() && !b.is_empty()));
        }
    }
    sort::by_key(&mut found, |block| block.a);
    let mut out: Vec<Block> = Vec::new();
    for block in found {
        match out.last_mut() {
            Some(last) if last.a + last.size == block.a && last.b + last.size == block.b => {
                last.size += block.size;
            }
            _ => out.push(block),
        }
    }
    out
}

fn longest(
    a: &[&str],
    b: &[&str],
    places: &BTreeMap<&str, Vec<usize>>,
    a_range: &Range<usize>,
    b_range: &Range<usize>,
) -> Block {
    let mut best = Block { a: a_range.start, b: b_range.start, size: 0 };
    // The length of the run that ends before this line of `a` and with line `j` of `b`.
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for i in a_range.clone() {
        let mut next = BTreeMap::new();
        let at = a.get(i).and_then(|line| places.get(line)).map_or(&[][..], Vec::as_slice);
        for &j in at.iter().filter(|j| b_range.contains(j)) {
            let before = j.checked_sub(1).and_then(|j| lengths.get(&j)).copied().unwrap_or(0);
            let size = before + 1;
            next.insert(j, size);
            if size > best.size {
                best = Block { a: i + 1 - size, b: j + 1 - size, size };
            }
        }
        lengths = next;
    }
    while best.a > a_range.start && best.b > b_range.start && a.get(best.a - 1) == b.get(best.b - 1) {
        best = Block { a: best.a - 1, b: best.b - 1, size: best.size + 1 };
    }
    while best.a + best.size < a_range.end
        && best.b + best.size < b_range.end
        && a.get(best.a + best.size) == b.get(best.b + best.size)
    {
        best.size += 1;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_stands_between_three_lines_that_did_not_change() {
        let a = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18";
        let b = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n18";
        let diff = "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -14,5 +14,4 @@\n 14\n 15\n 16\n-17\n 18\n";
        assert_eq!(unified(a, b), diff);
        assert_eq!(unified(a, a), "");
    }
}
