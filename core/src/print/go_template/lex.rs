//! The words of an action.
//!
//! Models `text/template/parse/lex.go`.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// `.a`, one for each step; a lone dot is empty.
    Field(String),
    /// `$x`
    Variable(String),
    /// A function or a keyword.
    Word(String),
    Text(String),
    Number(String),
    /// `(`, `)`, `|`, `,`, `:=`, `=`
    Sign(&'static str),
    Space,
}

const SIGNS: &[&str] = &[":=", "=", "|", "(", ")", ","];

/// The words of an action, and the text behind it.
pub(super) fn action(text: &str) -> Result<(Vec<Token>, &str), String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start();
        if let Some(behind) = trimmed.strip_prefix("-}}").filter(|_| trimmed.len() < rest.len()) {
            return Ok((tokens, behind.trim_start()));
        }
        if let Some(behind) = trimmed.strip_prefix("}}") {
            return Ok((tokens, behind));
        }
        if trimmed.len() < rest.len() {
            tokens.push(Token::Space);
            rest = trimmed;
        }
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            rest = rest.get(sign.len()..).unwrap_or_default();
            continue;
        }
        let first = rest.chars().next().ok_or("unclosed action")?;
        let word = |from: usize| {
            let tail = rest.get(from..).unwrap_or_default();
            from + tail.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(tail.len())
        };
        let (token, length) = match first {
            '"' => quoted(rest)?,
            '`' => {
                let end = rest.get(1..).and_then(|r| r.find('`')).ok_or("unterminated raw quoted string")?;
                (Token::Text(rest.get(1..=end).unwrap_or_default().to_string()), end + 2)
            }
            '.' => (Token::Field(rest.get(1..word(1)).unwrap_or_default().to_string()), word(1)),
            '$' => (Token::Variable(rest.get(..word(1)).unwrap_or_default().to_string()), word(1)),
            '+' | '-' | '0'..='9' => {
                let tail = rest.get(1..).unwrap_or_default();
                let end = tail.find(|c: char| c != '.' && !c.is_alphanumeric()).unwrap_or(tail.len());
                (Token::Number(rest.get(..=end).unwrap_or_default().to_string()), end + 1)
            }
            c if c == '_' || c.is_alphabetic() => {
                (Token::Word(rest.get(..word(0)).unwrap_or_default().to_string()), word(0))
            }
            c => return Err(format!("unexpected bad character U+{:04X} '{c}' in command", u32::from(c))),
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// A text in double quotes, and how long it is with them.
fn quoted(text: &str) -> Result<(Token, usize), String> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((i, c)) = chars.next() {
        match c {
            '"' => return Ok((Token::Text(out), i + 1)),
            '\n' => break,
            '\\' => out.push(match chars.next().map(|(_, c)| c) {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(c) => c,
                None => break,
            }),
            c => out.push(c),
        }
    }
    Err("unterminated quoted string".to_string())
}
