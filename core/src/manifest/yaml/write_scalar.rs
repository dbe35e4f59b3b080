//! How a scalar is written: plain, in quotes, or as a block.
//!
//! Models go-yaml's `encode.go` (`stringv`) and `emitterc.go` (`yaml_emitter_analyze_scalar`, `…_select_scalar_style`,
//! `…_write_*_scalar`).

use super::resolve;
use super::write::{INDENT, Place, Writer};
use alloc::format;
use alloc::string::ToString;

/// Behind this column a line is broken at the next space.
const WIDTH: usize = 80;

/// The longest key, in bytes, that is written without a `?`.
const SIMPLE_KEY: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

impl Style {
    /// The style that suits text best; it may turn out not to be possible.
    pub(super) fn of(text: &str) -> Style {
        if text.contains('\n') {
            Style::Literal
        } else if resolve::is_plain_text(text) && !is_base_60(text) {
            Style::Plain
        } else {
            Style::DoubleQuoted
        }
    }

    pub(super) fn is_simple_key(key: &str) -> bool {
        key.len() <= SIMPLE_KEY && !key.contains(is_break)
    }

    fn possible(self, text: &str, place: Place) -> Style {
        let allowed = Allowed::in_block(text);
        let key = place == Place::Key;
        let style = match self {
            Style::Plain if !allowed.plain || (text.is_empty() && key) => Style::SingleQuoted,
            Style::Literal if !allowed.literal || key => Style::DoubleQuoted,
            style => style,
        };
        match style {
            Style::SingleQuoted if !allowed.single_quoted => Style::DoubleQuoted,
            style => style,
        }
    }
}

/// Which styles keep a text as it is.
struct Allowed {
    plain: bool,
    single_quoted: bool,
    literal: bool,
}

impl Allowed {
    fn in_block(text: &str) -> Allowed {
        if text.is_empty() {
            return Allowed { plain: true, single_quoted: true, literal: false };
        }
        let outer = |c: Option<char>| c.is_some_and(|c| c == ' ' || is_break(c));
        let (first, last) = (text.chars().next(), text.chars().next_back());
        let broken = text.contains(is_break);
        let after = |before: fn(char) -> bool, behind: fn(char) -> bool| {
            text.chars().zip(text.chars().skip(1)).any(|(a, b)| before(a) && behind(b))
        };
        let is_space: fn(char) -> bool = |c| c == ' ';
        let special = !text.chars().all(is_printable);
        let break_space = after(is_break, is_space);
        let space_break = after(is_space, is_break);
        Allowed {
            plain: !(outer(first)
                || outer(last)
                || broken
                || break_space
                || space_break
                || special
                || has_indicators(text)),
            single_quoted: !(break_space || space_break || special),
            literal: !(last == Some(' ') || space_break || special),
        }
    }
}

/// Whether something in the text would be taken for more than text outside of brackets.
fn has_indicators(text: &str) -> bool {
    let blank = |c: Option<char>| matches!(c, None | Some(' ' | '\t'));
    let mut chars = text.chars();
    let first = chars.next();
    let second = chars.next();
    text.starts_with("---")
        || text.starts_with("...")
        || match first {
            Some(
                '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
                | '`',
            ) => true,
            Some('?' | ':' | '-') => blank(second),
            _ => false,
        }
        || text.char_indices().skip(1).any(|(at, c)| match c {
            ':' => blank(text.get(at + 1..).and_then(|rest| rest.chars().next())),
            '#' => text
                .get(..at)
                .and_then(|before| before.chars().next_back())
                .is_some_and(|c| matches!(c, ' ' | '\t' | '\0') || is_break(c)),
            _ => false,
        })
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// go-yaml takes no character beyond the basic plane for printable.
fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{fffd}') && c != '\u{feff}'
}

/// `190:20:30`: a number in YAML 1.1, though not to go-yaml, that is quoted for the sake of others.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let mut rest = parts.peekable();
    first.starts_with(|c: char| c.is_ascii_digit())
        && digits(first)
        && digits(fraction)
        && rest.peek().is_some()
        && rest.all(|part| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']))
}

impl Writer {
    pub(super) fn scalar(&mut self, text: &str, style: Style, place: Place) {
        let outer = self.indent;
        self.deeper(INDENT);
        let may_break = place != Place::Key;
        match style.possible(text, place) {
            Style::Plain => self.plain(text, may_break),
            Style::SingleQuoted => self.single_quoted(text, may_break),
            Style::DoubleQuoted => self.double_quoted(text, may_break),
            Style::Literal => self.literal(text),
        }
        self.indent = outer;
    }

    fn plain(&mut self, text: &str, may_break: bool) {
        if !self.after_space {
            self.put(' ');
        }
        self.words(text, may_break, Writer::put);
        self.after_space = false;
        self.at_line_start = false;
    }

    fn single_quoted(&mut self, text: &str, may_break: bool) {
        self.indicator("'", true);
        self.at_line_start = false;
        self.words(text, may_break, |writer, c| {
            if c == '\'' {
                writer.put('\'');
            }
            writer.put(c);
        });
        self.indicator("'", false);
        self.at_line_start = false;
    }

    /// Words with single spaces between them go onto the next line when this one is full.
    fn words(&mut self, text: &str, may_break: bool, put: fn(&mut Writer, char)) {
        let mut after_space = false;
        let mut after_break = false;
        let mut chars = text.chars().peekable();
        let mut first = true;
        while let Some(c) = chars.next() {
            if c == ' ' {
                let next_is_word = chars.peek().is_some_and(|next| *next != ' ');
                if may_break && !after_space && !first && next_is_word && self.column > WIDTH {
                    self.line();
                } else {
                    self.put(c);
                }
                after_space = true;
            } else if is_break(c) {
                if !after_break && c == '\n' {
                    self.line_break();
                }
                self.own_break(c);
                self.at_line_start = true;
                after_break = true;
            } else {
                if after_break {
                    self.line();
                }
                put(self, c);
                self.at_line_start = false;
                after_space = false;
                after_break = false;
            }
            first = false;
        }
    }

    /// A line break of the text itself.
    fn own_break(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
    }

    fn double_quoted(&mut self, text: &str, may_break: bool) {
        self.indicator("\"", true);
        self.at_line_start = false;
        // go-yaml looks for a byte order mark at the start of the text, wherever in it it is.
        let marked = text.starts_with('\u{feff}');
        let mut after_space = false;
        let mut chars = text.chars().peekable();
        let mut first = true;
        while let Some(c) = chars.next() {
            if marked || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                self.escape(c);
                after_space = false;
            } else if c == ' ' {
                if may_break && !after_space && !first && chars.peek().is_some() && self.column > WIDTH {
                    self.line();
                    if chars.peek() == Some(&' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(c);
                }
                after_space = true;
            } else {
                self.put(c);
                after_space = false;
            }
            first = false;
        }
        self.indicator("\"", false);
        self.at_line_start = false;
    }

    fn escape(&mut self, c: char) {
        let escaped = match c {
            '\0' => "\\0".to_string(),
            '\u{7}' => "\\a".to_string(),
            '\u{8}' => "\\b".to_string(),
            '\t' => "\\t".to_string(),
            '\n' => "\\n".to_string(),
            '\u{b}' => "\\v".to_string(),
            '\u{c}' => "\\f".to_string(),
            '\r' => "\\r".to_string(),
            '\u{1b}' => "\\e".to_string(),
            '"' => "\\\"".to_string(),
            '\\' => "\\\\".to_string(),
            '\u{85}' => "\\N".to_string(),
            '\u{a0}' => "\\_".to_string(),
            '\u{2028}' => "\\L".to_string(),
            '\u{2029}' => "\\P".to_string(),
            c => match u32::from(c) {
                code @ 0..=0xff => format!("\\x{code:02X}"),
                code @ 0x100..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            },
        };
        escaped.chars().for_each(|c| self.put(c));
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true);
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.indicator(&INDENT.to_string(), false);
        }
        let mut from_end = text.chars().rev();
        match (from_end.next().is_some_and(is_break), from_end.next().is_none_or(is_break)) {
            (false, _) => self.indicator("-", false),
            (true, true) => self.indicator("+", false),
            (true, false) => {}
        }
        self.line_break();
        self.at_line_start = true;
        self.after_space = true;
        let mut after_break = true;
        for c in text.chars() {
            if is_break(c) {
                self.own_break(c);
                self.at_line_start = true;
                after_break = true;
            } else {
                if after_break {
                    self.line();
                }
                self.put(c);
                self.at_line_start = false;
                after_break = false;
            }
        }
    }
}
