//! Lines of cells between tabs: what stands under one another is as wide as its widest cell.
//!
//! Models `text/tabwriter` as `tabbedString` uses it: a column ends at a line that has no such cell.

use alloc::string::String;
use alloc::vec::Vec;

/// Between cells.
const PADDING: usize = 2;

#[derive(Clone, Debug, Default)]
pub struct Lines {
    text: String,
    done: String,
}

impl Lines {
    /// A line, or several; what would speak to the terminal does not.
    ///
    /// Models `printers.WriteEscaped`.
    pub fn line(&mut self, line: &str) {
        for c in line.chars() {
            match c {
                '\x1b' => self.text.push_str("^["),
                '\r' => self.text.push_str("\\r"),
                c => self.text.push(c),
            }
        }
        self.text.push('\n');
    }

    /// What comes now is not aligned with what came before.
    pub fn flush(&mut self) {
        let aligned = aligned(&core::mem::take(&mut self.text));
        self.done.push_str(&aligned);
    }

    /// The lines with their tabs.
    pub fn raw(self) -> String {
        self.done + &self.text
    }

    pub fn finish(mut self) -> String {
        self.flush();
        self.done
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
