//! The text of a template, read into its parts.
//!
//! Models `k8s.io/client-go/util/jsonpath/parser.go`.

use crate::base::Value;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

#[derive(Clone, Debug)]
pub(super) enum Node {
    /// A text, a number or a truth value.
    Constant(Value),
    Field(String),
    /// From, to and step of a part of a list.
    Slice([Bound; 3]),
    Filter(Vec<Node>, String, Vec<Node>),
    Wildcard,
    Recursive,
    Union(Vec<Vec<Node>>),
    /// `range`, `end`, or a mistake.
    Identifier(String),
    /// What is between braces.
    Action(Vec<Node>),
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bound {
    /// None where it is left open.
    pub(super) at: Option<i64>,
    /// Whether it only says that the one before it is meant alone.
    pub(super) derived: bool,
}

/// The parts of a template: texts, and what stands between braces.
pub(super) fn template(text: &str) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('{') {
        if !before.is_empty() {
            nodes.push(Node::Constant(Value::text(before)));
        }
        let mut parser = Parser { rest: inside, nodes: Vec::new() };
        parser.action()?;
        rest = parser.rest;
        nodes.push(Node::Action(parser.nodes));
    }
    if !rest.is_empty() {
        nodes.push(Node::Constant(Value::text(rest)));
    }
    Ok(nodes)
}

/// What stands in brackets or in a filter, as if it stood between braces.
fn action(text: &str) -> Result<Vec<Node>, String> {
    let text = format!("{text}}}");
    let mut parser = Parser { rest: &text, nodes: Vec::new() };
    parser.action()?;
    Ok(parser.nodes)
}

struct Parser<'a> {
    rest: &'a str,
    nodes: Vec<Node>,
}

impl<'a> Parser<'a> {
    /// Up to the closing brace.
    fn action(&mut self) -> Result<(), String> {
        loop {
            if self.skip("}") {
                return Ok(());
            }
            if self.skip("[?(") {
                self.filter()?;
                continue;
            }
            if self.skip("..") {
                if matches!(self.nodes.last(), Some(Node::Recursive)) {
                    return Err("invalid multiple recursive descent".to_string());
                }
                self.nodes.push(Node::Recursive);
                if self.rest.starts_with(is_alphanumeric) {
                    self.field();
                }
                continue;
            }
            let before = self.rest;
            match self.next() {
                None | Some('\r' | '\n') => return Err("unclosed action".to_string()),
                Some(' ' | '@' | '$') => {}
                Some('[') => self.array()?,
                Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
                Some('.') => self.field(),
                Some(c) if matches!(c, '+' | '-') || c.is_numeric() => {
                    self.rest = before;
                    self.number()?;
                }
                Some(c) if is_alphanumeric(c) => {
                    self.rest = before;
                    self.identifier();
                }
                Some(c) => {
                    return Err(format!("unrecognized character in action: U+{:04X} '{c}'", u32::from(c)));
                }
            }
        }
    }

    fn skip(&mut self, start: &str) -> bool {
        let behind = self.rest.strip_prefix(start);
        behind.inspect(|behind| self.rest = behind).is_some()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// A name up to what ends it; a backslash takes the next character's meaning away.
    fn field(&mut self) {
        let (mut length, mut escaped) = (0, false);
        for c in self.rest.chars() {
            if !escaped && c != '\\' && is_terminator(c) {
                break;
            }
            escaped = !escaped && c == '\\';
            length += c.len_utf8();
        }
        let name = self.take(length);
        self.nodes.push(if name == "*" { Node::Wildcard } else { Node::Field(name.replace('\\', "")) });
    }

    fn identifier(&mut self) {
        let length = self.rest.find(is_terminator).unwrap_or(self.rest.len());
        let name = self.take(length);
        self.nodes.push(match name {
            "true" | "false" => Node::Constant(Value::Bool(name == "true")),
            _ => Node::Identifier(name.to_string()),
        });
    }

    fn number(&mut self) -> Result<(), String> {
        let sign = usize::from(self.rest.starts_with(['+', '-']));
        let digits = self.rest.get(sign..).unwrap_or_default();
        let length = digits.find(|c: char| c != '.' && !c.is_numeric()).unwrap_or(digits.len());
        let text = self.take(sign + length);
        let plain = text.strip_prefix('+').unwrap_or(text);
        let value = match (plain.parse::<i64>(), plain.parse::<f64>()) {
            (Ok(int), _) => Value::Int(int),
            (_, Ok(_)) => Value::Number(plain.into()),
            _ => return Err(format!("cannot parse number {text}")),
        };
        self.nodes.push(Node::Constant(value));
        Ok(())
    }

    /// The opening quote has been read.
    fn quoted(&mut self, quote: char) -> Result<(), String> {
        let end = self.rest.char_indices().scan('\0', |before, (i, c)| {
            let was = core::mem::replace(before, c);
            Some((i, c, was))
        });
        let mut end = end.take_while(|(_, c, _)| *c != '\n');
        let end = end.find(|(_, c, before)| *c == quote && *before != '\\');
        let (end, ..) = end.ok_or("unterminated quoted string")?;
        let inner = self.take(end);
        self.next();
        let text = unquoted(inner)
            .ok_or_else(|| format!("unquote string {quote}{inner}{quote} error invalid syntax"))?;
        self.nodes.push(Node::Constant(Value::from(text)));
        Ok(())
    }

    /// The opening bracket has been read.
    fn array(&mut self) -> Result<(), String> {
        let line = self.rest.split('\n').next().unwrap_or_default();
        let end = line.find(']').ok_or("unterminated array")?;
        let text = self.take(end);
        self.next();
        let text = if text == "*" { ":" } else { text };
        if text.contains(',') {
            let each = text.split(',').map(|part| action(&format!("[{}]", part.trim_matches(' '))));
            self.nodes.push(Node::Union(each.collect::<Result<_, _>>()?));
            return Ok(());
        }
        let key = text.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')).filter(|k| !k.contains('\''));
        if let Some(key) = key {
            self.nodes.extend(action(&format!(".{key}"))?);
            return Ok(());
        }
        self.nodes.push(Node::Slice(bounds(text).ok_or_else(|| format!("invalid array index {text}"))?));
        Ok(())
    }

    /// `[?(` has been read.
    fn filter(&mut self) -> Result<(), String> {
        let (mut pair, mut closed, mut before, mut end) = (None, false, '\0', None);
        for (i, c) in self.rest.char_indices() {
            match c {
                '\n' => break,
                '"' | '\'' if pair.is_none() => pair = Some(c),
                '"' | '\'' => closed |= before != '\\' && pair == Some(c),
                ')' if pair.is_some() == closed => {
                    end = Some(i);
                    break;
                }
                _ => {}
            }
            before = c;
        }
        let text = self.take(end.ok_or("unterminated filter")?);
        self.next();
        if !self.skip("]") {
            return Err("unclosed array expect ]".to_string());
        }
        let is_sign = |c: char| "!<>=".contains(c);
        let signs = text.find(is_sign).filter(|at| *at > 0).and_then(|at| text.split_at_checked(at));
        let (left, operator, right) = match signs {
            Some((left, behind)) => {
                let length = behind.find(|c| !is_sign(c)).unwrap_or(behind.len());
                let (operator, right) = behind.split_at_checked(length).unwrap_or((behind, ""));
                (left, operator, right)
            }
            None => (text, "", ""),
        };
        self.nodes.push(match right {
            "" => Node::Filter(action(text)?, "exists".to_string(), Vec::new()),
            _ => Node::Filter(action(left)?, operator.to_string(), action(right)?),
        });
        Ok(())
    }
}

/// `1`, `-1`, `1:`, `:2`, `0:4:2`
fn bounds(text: &str) -> Option<[Bound; 3]> {
    let parts = text.split(':').collect::<Vec<_>>();
    let number = |part: &str| -> Option<Option<i64>> {
        if part.is_empty() {
            return Some(None);
        }
        let is_number = part.trim_start_matches('-').bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten().map(Some)
    };
    let at = |i: usize| parts.get(i).map_or(Some(None), |part| number(part));
    let [from, to, step] = [at(0)?, at(1)?, at(2)?];
    let open = |at| Bound { at, derived: false };
    let to = match parts.len() {
        1 => Bound { at: Some(from.unwrap_or(0).saturating_add(1)), derived: true },
        _ => open(to),
    };
    (parts.len() <= 3).then_some([open(from), to, open(step)])
}

/// Models `UnquoteExtend` over `strconv.UnquoteChar`.
fn unquoted(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let escape = chars.next()?;
        let digits = |n: usize, chars: &mut core::str::Chars<'_>| {
            let hex = chars.by_ref().take(n).collect::<String>();
            let code = u32::from_str_radix(&hex, 16).ok().filter(|_| hex.len() == n);
            code.and_then(char::from_u32)
        };
        out.push(match escape {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            '\\' | '\'' | '"' => escape,
            'x' => digits(2, &mut chars)?,
            'u' => digits(4, &mut chars)?,
            'U' => digits(8, &mut chars)?,
            _ => return None,
        });
    }
    Some(out)
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn is_terminator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}
