//! Lines and columns of a text, as editors count them.

/// A place people can go to. Lines and columns start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    /// In characters (Unicode code points).
    pub column: usize,
    /// In UTF-16 code units: what JavaScript and the language server protocol count.
    pub column_utf16: usize,
}

impl Default for Position {
    fn default() -> Self {
        Position { line: 1, column: 1, column_utf16: 1 }
    }
}

/// The place of the byte `offset` in `text`. A line ends with LF, CR LF or CR; behind the end of the text is its end,
/// and within a character is its start.
pub fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..floor_char_boundary(text, offset)).unwrap_or(text);
    let bytes = before.as_bytes();
    let after = text.as_bytes().get(before.len()).copied();
    let mut line = 1;
    let mut start = 0;
    for (i, byte) in bytes.iter().enumerate() {
        let next = bytes.get(i + 1).copied().or(after);
        if *byte == b'\n' || (*byte == b'\r' && next != Some(b'\n')) {
            line += 1;
            start = i + 1;
        }
    }
    let tail = before.get(start..).unwrap_or_default();
    Position {
        line,
        column: tail.chars().count() + 1,
        column_utf16: tail.chars().map(char::len_utf16).sum::<usize>() + 1,
    }
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_as_editors_count_them() {
        let text = "a\r\nbé😀c\rd\ne";
        for (offset, line, column, column_utf16) in [
            (0, 1, 1, 1),
            (1, 1, 2, 2),
            (2, 1, 3, 3),
            (3, 2, 1, 1),
            (6, 2, 3, 3),
            (7, 2, 3, 3), // within the emoji: its start
            (10, 2, 4, 5),
            (12, 3, 1, 1),
            (14, 4, 1, 1),
            (15, 4, 2, 2),
            (99, 4, 2, 2),
        ] {
            assert_eq!(position(text, offset), Position { line, column, column_utf16 }, "byte {offset}");
        }
    }
}
