//! Lines of cells between tabs: what stands under one another is as wide as its widest cell.
//!
//! Models `text/tabwriter` as `tabbedString` uses it: a column ends at a line that has no such cell.

use crate::base::Value;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Between cells.
const PADDING: usize = 2;
/// Annotations that are longer get lines of their own, cut there.
const ANNOTATION_MAX: usize = 140;
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

#[derive(Clone, Debug, Default)]
pub struct Lines {
    text: String,
    done: String,
}

impl Lines {
    pub fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A name and its value.
    pub fn field(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}:\t{value}"));
    }

    /// A field that is left out where it is empty.
    pub fn optional(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.field(name, value);
        }
    }

    /// Name, namespace, labels and annotations.
    pub fn head(&mut self, object: &Value) {
        let metadata = object.get("metadata");
        self.field("Name", metadata.get("name").str());
        self.field("Namespace", metadata.get("namespace").str());
        let labels = sorted(metadata.get("labels"));
        let labels = labels.into_iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>();
        self.several("Labels", &labels);
        let mut annotations = Vec::new();
        for (key, value) in sorted(metadata.get("annotations")) {
            let value = value.strip_suffix('\n').unwrap_or(value);
            if key == LAST_APPLIED {
                continue;
            }
            if value.len() + key.len() + 2 > ANNOTATION_MAX || value.contains('\n') {
                annotations.push(format!("{key}:"));
                annotations.extend(value.split('\n').map(|l| format!("  {}", shortened(l))));
            } else {
                annotations.push(format!("{key}: {value}"));
            }
        }
        self.several("Annotations", &annotations);
    }

    fn several(&mut self, name: &str, values: &[String]) {
        match values {
            [] => self.field(name, "<none>"),
            [first, rest @ ..] => {
                self.field(name, first);
                rest.iter().for_each(|value| self.line(&format!("\t{value}")));
            }
        }
    }

    /// What comes now is not aligned with what came before.
    pub fn flush(&mut self) {
        let aligned = aligned(&core::mem::take(&mut self.text));
        self.done.push_str(&aligned);
    }

    pub fn finish(mut self) -> String {
        self.flush();
        self.done
    }
}

fn sorted(map: &Value) -> Vec<(&str, &str)> {
    let mut all = map.entries().iter().map(|(k, v)| (k.as_str(), v.str())).collect::<Vec<_>>();
    all.sort_unstable();
    all
}

fn shortened(line: &str) -> String {
    const MAX: usize = ANNOTATION_MAX - 2;
    match line.char_indices().nth(MAX) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line.to_string(),
    }
}

fn aligned(text: &str) -> String {
    let rows = text.lines().map(|l| l.split('\t').collect::<Vec<_>>()).collect::<Vec<_>>();
    let mut widths = rows.iter().map(|row| Vec::from_iter(row.iter().map(|_| 0usize))).collect::<Vec<_>>();
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    for column in 0..columns {
        let mut block = Vec::new();
        let mut widest = 0;
        for (i, row) in rows.iter().enumerate() {
            // the last cell of a line belongs to no column
            if column + 1 < row.len() {
                widest = widest.max(row.get(column).map_or(0, |cell| cell.chars().count()));
                block.push(i);
            } else {
                fill(&mut widths, &core::mem::take(&mut block), column, widest);
                widest = 0;
            }
        }
        fill(&mut widths, &block, column, widest);
    }
    let mut out = String::new();
    for (row, widths) in rows.iter().zip(&widths) {
        let last = row.len().saturating_sub(1);
        for (i, (cell, width)) in row.iter().zip(widths).enumerate() {
            out.push_str(cell);
            if i < last && *width > 0 {
                let blanks = (width + PADDING).saturating_sub(cell.chars().count());
                out.extend(core::iter::repeat_n(' ', blanks));
            } else if i < last {
                out.extend(core::iter::repeat_n(' ', PADDING));
            }
        }
        out.push('\n');
    }
    out
}

fn fill(widths: &mut [Vec<usize>], block: &[usize], column: usize, width: usize) {
    for row in block {
        if let Some(cell) = widths.get_mut(*row).and_then(|row| row.get_mut(column)) {
            *cell = width;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_ends_where_a_line_has_no_such_cell() {
        assert_eq!(
            aligned("a:\tb\tc\nlong:\td\nSubsets:\n  x:\ty\n"),
            "a:     b  c\nlong:  d\nSubsets:\n  x:  y\n"
        );
    }
}
