//! Tables of text: columns as wide as their widest cell, three blanks apart.
//!
//! Models `k8s.io/cli-runtime/pkg/printers/tabwriter.go` over `github.com/liggitt/tabwriter`.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Between columns.
const PADDING: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table as text; the last cell of a row is not filled up.
    pub fn text(&self) -> String {
        let mut widths = Vec::new();
        let rows = self.rows.iter().map(|row| row.iter().map(|cell| safe(cell)).collect::<Vec<_>>());
        let rows = rows.collect::<Vec<_>>();
        for row in &rows {
            for (i, cell) in row.iter().enumerate() {
                let width = cell.chars().count();
                match widths.get_mut(i) {
                    Some(known) => *known = width.max(*known),
                    None => widths.push(width),
                }
            }
        }
        let mut out = String::new();
        for row in &rows {
            let last = row.len().saturating_sub(1);
            for (i, (cell, width)) in row.iter().zip(&widths).enumerate() {
                out.push_str(cell);
                if i < last {
                    let blanks = (width + PADDING).saturating_sub(cell.chars().count());
                    out.extend(core::iter::repeat_n(' ', blanks));
                }
            }
            out.push('\n');
        }
        out
    }
}

/// A cell is one line, and says nothing to the terminal.
///
/// Models `appendCellValue`.
fn safe(cell: &str) -> Cow<'_, str> {
    let cut = match cell.find(['\n', '\r', '\u{c}']) {
        Some(at) => Cow::Owned(format!("{}...", cell.get(..at).unwrap_or_default())),
        None => Cow::Borrowed(cell),
    };
    if cut.contains('\x1b') { Cow::Owned(cut.replace('\x1b', "^[")) } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_the_last_is_not_filled() {
        let row = |cells: &[&str]| cells.iter().map(|c| String::from(*c)).collect::<Vec<_>>();
        let table =
            Table { rows: Vec::from([row(&["NAME", "AGE"]), row(&["longer", "1d"]), row(&["x", ""])]) };
        assert_eq!(table.text(), "NAME     AGE\nlonger   1d\nx        \n");
    }
}
