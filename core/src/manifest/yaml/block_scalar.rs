//! Literal (`|`) and folded (`>`) scalars.
//!
//! Models go-yaml's `scannerc.go` (`yaml_parser_scan_block_scalar`).

use super::cursor::Mark;
use super::problem::Problem;
use super::scanner::Scanner;
use super::token::{Kind, Scanned, Token};
use alloc::borrow::Cow;
use alloc::string::String;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl<'a> Scanner<'a> {
    pub(super) fn scan_block_scalar(&mut self) -> Scanned<'a> {
        let start = self.cursor.mark();
        let literal = self.cursor.peek() == b'|';
        self.cursor.skip();
        let (chomp, increment) = self.block_header()?;
        self.rest_of_line()?;
        let indent = increment.map(|i| self.indent.saturating_sub(1) + i);

        let mut value = String::new();
        let mut first_break = String::new();
        let mut more_breaks = String::new();
        let mut after_blank = false;
        let mut end = start;
        let indent = self.block_breaks(indent, &mut more_breaks)?;
        while self.cursor.column == indent && !self.cursor.at_end() {
            let blank = self.cursor.at_blank();
            if !literal && first_break == "\n" && !after_blank && !blank {
                if more_breaks.is_empty() {
                    value.push(' ');
                }
            } else {
                value.push_str(&first_break);
            }
            first_break.clear();
            value.push_str(&more_breaks);
            more_breaks.clear();
            after_blank = blank;

            let line = self.cursor.offset();
            while !self.cursor.at_break_or_end() {
                self.cursor.skip();
            }
            value.push_str(self.cursor.since(line));
            end = self.cursor.mark();
            if self.cursor.at_break() {
                self.cursor.take_break(&mut first_break);
            }
            self.block_breaks(Some(indent), &mut more_breaks)?;
        }
        if chomp != Chomp::Strip {
            value.push_str(&first_break);
        }
        if chomp == Chomp::Keep {
            value.push_str(&more_breaks);
        }
        Ok(Token {
            kind: Kind::Scalar { value: Cow::Owned(value), plain: false },
            start,
            end: later(start, end),
        })
    }

    /// What stands behind the indicator: how to chomp, and how far the text is indented.
    fn block_header(&mut self) -> Result<(Chomp, Option<usize>), Problem> {
        let chomp = self.chomp_indicator();
        let increment = self.indent_indicator()?;
        let chomp = chomp.or_else(|| increment.and_then(|_| self.chomp_indicator()));
        Ok((chomp.unwrap_or(Chomp::Clip), increment))
    }

    fn chomp_indicator(&mut self) -> Option<Chomp> {
        let chomp = match self.cursor.peek() {
            b'+' => Chomp::Keep,
            b'-' => Chomp::Strip,
            _ => return None,
        };
        self.cursor.skip();
        Some(chomp)
    }

    fn indent_indicator(&mut self) -> Result<Option<usize>, Problem> {
        match self.cursor.peek() {
            b'0' => Err(self.problem("found an indentation indicator equal to 0")),
            digit @ b'1'..=b'9' => {
                self.cursor.skip();
                Ok(Some(usize::from(digit - b'0')))
            }
            _ => Ok(None),
        }
    }

    /// Over indentation and empty lines. Where the indentation was not given, the first line, or an empty one before
    /// it that is longer, gives it.
    fn block_breaks(&mut self, indent: Option<usize>, breaks: &mut String) -> Result<usize, Problem> {
        let mut deepest = 0;
        loop {
            while indent.is_none_or(|i| self.cursor.column < i) && self.cursor.peek() == b' ' {
                self.cursor.skip();
            }
            deepest = deepest.max(self.cursor.column);
            if indent.is_none_or(|i| self.cursor.column < i) && self.cursor.peek() == b'\t' {
                return Err(self.problem("found a tab character where an indentation space is expected"));
            }
            if !self.cursor.at_break() {
                return Ok(indent.unwrap_or(deepest.max(self.indent).max(1)));
            }
            self.cursor.take_break(breaks);
        }
    }
}

/// The end of a scalar without text is its indicator.
fn later(start: Mark, end: Mark) -> Mark {
    match end == start {
        true => Mark { offset: start.offset + 1, ..start },
        false => end,
    }
}
