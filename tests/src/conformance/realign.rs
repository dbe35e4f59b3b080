//! kubectl's tables, laid out again after their cells have changed.

use super::pattern::{matches, patterns};
use fancy_regex::Regex;
use std::sync::LazyLock;

patterns! {
    DASHES = r"^(?: *-+(?: +-+)* *)$";
    CAPITALS = r"^(?:[A-Z][A-Z0-9/()%_-]*(?: {1,}[A-Z(][A-Z0-9/()%_-]*)* *)$";
    HEAD = r"\S+(?: \S+)*";
}

/// How a table is laid out: the space between its columns, and their least width.
#[derive(Clone, Copy, PartialEq)]
struct Style {
    gap: usize,
    least: usize,
}

/// Of `kubectl get`.
const GET: Style = Style { gap: 3, least: 6 };
/// Of a table within a `kubectl describe`. Some of its columns are further apart.
const DESCRIBE: Style = Style { gap: 2, least: 0 };

/// `text` with `words(cell, column)` in place of every cell of its tables and `words(line, None)` of the other lines.
///
/// A table is a line of capitals with what follows it up to an empty line or the next such line, its columns 3 apart and
/// at least 6 wide; or, in a describe, a line above dashes, its columns as far apart as they are (2, but the columns
/// of nodes end in a space, and some are as wide as the lines above). `bare`: with `--no-headers` the lines themselves are
/// the tables, of as many columns as the line has; every age counts.
pub fn realign(text: &str, mut words: impl FnMut(&str, Option<&str>) -> String, bare: bool) -> String {
    let lines = text.split('\n').collect::<Vec<_>>();
    let mut out = Vec::new();
    let mut i = 0;
    while i < lines.len() {
        let (end, new) = if bare { bare_table(&lines, i, &mut words) } else { table(&lines, i, &mut words) };
        out.extend(new);
        i = end;
    }
    out.join("\n")
}

/// The longest table without a head that begins at line `i`: where it ends, and its new lines.
fn bare_table(
    lines: &[&str],
    i: usize,
    words: &mut impl FnMut(&str, Option<&str>) -> String,
) -> (usize, Vec<String>) {
    static GAPS: LazyLock<Regex> = LazyLock::new(|| Regex::new(" {3,}").expect("a pattern"));
    let rows_to = |end: usize| -> Vec<Vec<String>> {
        lines[i..end].iter().map(|line| GAPS.split(line).flatten().map(str::to_owned).collect()).collect()
    };
    let is_table = |end: &usize| {
        let rows = rows_to(*end);
        let columns = rows.first().map_or(0, Vec::len);
        rows.iter().all(|row| row.len() == columns)
            && layout(&rows, &gaps(&rows, GET.gap), GET.least) == lines[i..*end]
    };
    let end = (i + 1..=lines.len()).rev().find(is_table).unwrap_or(i + 1);
    let rows = rows_to(end);
    let gaps = gaps(&rows, GET.gap);
    if gaps.is_empty() {
        return (end, lines[i..end].iter().map(|line| words(line, None)).collect());
    }
    let new =
        rows.iter().map(|row| row.iter().map(|cell| words(cell, Some("AGE"))).collect()).collect::<Vec<_>>();
    (end, layout(&new, &gaps, GET.least))
}

/// The table that begins at line `i`, or the line alone: where it ends, and its new lines.
fn table(
    lines: &[&str],
    i: usize,
    words: &mut impl FnMut(&str, Option<&str>) -> String,
) -> (usize, Vec<String>) {
    laid_out(lines, i, words).unwrap_or_else(|| (i + 1, vec![words(lines[i], None)]))
}

fn laid_out(
    lines: &[&str],
    i: usize,
    words: &mut impl FnMut(&str, Option<&str>) -> String,
) -> Option<(usize, Vec<String>)> {
    let style = match lines.get(i + 1) {
        Some(next) if matches(&DASHES, next) => DESCRIBE,
        _ if matches(&CAPITALS, lines[i]) => GET,
        _ => return None,
    };
    let goes_on = |line: &&&str| {
        let outdented = style == DESCRIBE && !line.starts_with(' ');
        let next_table = style == GET && matches(&CAPITALS, line) && line.contains("  ");
        !line.is_empty() && !outdented && !next_table
    };
    let end = i + 1 + lines[i + 1..].iter().take_while(goes_on).count();
    let heads = heads(lines[i]);
    if end == i + 1 || heads.is_empty() {
        return None;
    }
    let starts = std::iter::once(0).chain(heads.iter().skip(1).map(|(at, _)| *at)).collect::<Vec<_>>();
    let rows = lines[i..end].iter().map(|line| cells(line, &starts)).collect::<Vec<_>>();
    let slices = heads.iter().any(|(_, head)| *head == "ADDRESSTYPE");
    let column = |j: usize| format!("{}{}", heads[j].1, if slices { "*" } else { "" });
    let mut new = vec![rows[0].clone()];
    for row in &rows[1..] {
        new.push(row.iter().enumerate().map(|(j, cell)| words(cell, Some(&column(j)))).collect());
    }
    let gaps = if style == GET { gaps(&rows, GET.gap) } else { gaps_found(&rows, &starts)? };
    (layout(&rows, &gaps, style.least) == lines[i..end]).then(|| (end, layout(&new, &gaps, style.least)))
}

/// The heads of the columns, and where each begins.
fn heads(line: &str) -> Vec<(usize, &str)> {
    let found = HEAD.find_iter(line).flatten();
    found.map(|m| (line[..m.start()].chars().count(), m.as_str())).collect()
}

/// A line cut at the starts of the columns; spaces at their ends do not count, but in the last.
fn cells(line: &str, starts: &[usize]) -> Vec<String> {
    let chars = line.chars().collect::<Vec<_>>();
    let part =
        |from: usize, to: usize| chars.get(from..to.clamp(from, chars.len().max(from))).unwrap_or_default();
    let cell = |(j, from): (usize, &usize)| match starts.get(j + 1) {
        Some(to) => part(*from, *to).iter().collect::<String>().trim_end().to_owned(),
        None => part(*from, chars.len()).iter().collect(),
    };
    starts.iter().enumerate().map(cell).collect()
}

/// The same space after every column but the last.
fn gaps(rows: &[Vec<String>], gap: usize) -> Vec<usize> {
    vec![gap; rows.first().map_or(0, |row| row.len().saturating_sub(1))]
}

/// The space after every column but the last; none if two columns are less than 2 apart.
fn gaps_found(rows: &[Vec<String>], starts: &[usize]) -> Option<Vec<usize>> {
    let widest = |j: usize| rows.iter().map(|row| row[j].chars().count()).max().unwrap_or(0);
    let gap = |(j, pair): (usize, &[usize])| {
        (pair[1] - pair[0]).checked_sub(widest(j)).filter(|gap| *gap >= DESCRIBE.gap)
    };
    starts.windows(2).enumerate().map(gap).collect()
}

fn layout(rows: &[Vec<String>], gaps: &[usize], least: usize) -> Vec<String> {
    let widest = |(j, gap): (usize, &usize)| {
        rows.iter().map(|row| row[j].chars().count() + gap).max().unwrap_or(0).max(least)
    };
    let wide = gaps.iter().enumerate().map(widest).collect::<Vec<_>>();
    let line = |row: &Vec<String>| {
        let padded = row.iter().zip(&wide).map(|(cell, &wide)| format!("{cell:wide$}"));
        padded.chain(row.last().cloned()).collect()
    };
    rows.iter().map(line).collect()
}
