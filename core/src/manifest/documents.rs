//! A file as kubectl reads it: documents behind one another, YAML between lines of `---`, or JSON.
//!
//! Models `k8s.io/apimachinery/pkg/util/yaml/decoder.go` (`YAMLOrJSONDecoder`, `YAMLReader`) and, for what is skipped,
//! `k8s.io/cli-runtime/pkg/resource/visitor.go` (`StreamVisitor`).

use super::error::Error;
use super::json;
use super::limits::{
    MAX_DOCUMENTS, MAX_TEXT, MAX_VALUES, TEXT_TOO_LONG, TOO_MANY_DOCUMENTS, TOO_MANY_VALUES,
};
use super::node::{Node, NodeKind, Span};
use super::yaml::{Origin, Repeated, Source, Stream};
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// One document of a file. All spans are those of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub node: Node,
    /// The lines it stands on, comments before it included; of JSON, the value itself.
    pub span: Span,
    /// Keys that YAML has more than once. kubectl takes the last and says nothing.
    pub repeated: Vec<Repeated>,
}

/// All documents of `text` that are not empty, or the first mistake.
///
/// ```
/// use svcscope_core::manifest;
///
/// let documents = manifest::read("# two\nkind: Pod\n---\nkind: Service\n").unwrap();
/// assert_eq!(documents.len(), 2);
/// assert_eq!(documents[1].node.text_of("kind"), "Service");
///
/// let error = manifest::read("kind: Pod\n---\nkind: Service\n kind: Pod\n").unwrap_err();
/// assert_eq!(error.message, "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context");
/// assert_eq!(error.position.line, 4);
/// ```
pub fn read(text: &str) -> Result<Vec<Document>, Error> {
    documents(text).collect()
}

/// The documents of `text` that are not empty, one by one. The first mistake is the last that is heard: kubectl goes
/// on with what it had read before it.
pub fn documents(text: &str) -> Documents<'_> {
    // What kubectl opens it reads through a decoder that takes a byte order mark away.
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let json = text.len() <= MAX_TEXT && looks_like_json(text.get(at..).unwrap_or_default());
    Documents { text, at, json, seen: 0, values: MAX_VALUES, done: false }
}

/// Whether the first character that is no space is a brace. kubectl looks no further than its first buffer goes.
fn looks_like_json(text: &str) -> bool {
    const BUFFER: usize = 4096;
    let trimmed = text.trim_start();
    trimmed.starts_with('{') && text.len() - trimmed.len() < BUFFER
}

#[derive(Clone, Debug)]
pub struct Documents<'a> {
    text: &'a str,
    /// How far the text was read.
    at: usize,
    /// Whether it is JSON, so far.
    json: bool,
    /// How many documents there were, empty ones included.
    seen: usize,
    /// How many more values may be read.
    values: u32,
    done: bool,
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            match self.next_document() {
                Ok(Some(document)) if document.node.kind == NodeKind::Null => {}
                Ok(Some(document)) => return Some(Ok(document)),
                Ok(None) => self.done = true,
                Err(error) => {
                    self.done = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl Documents<'_> {
    fn next_document(&mut self) -> Result<Option<Document>, Error> {
        if self.text.len() > MAX_TEXT {
            return Err(self.error(0, TEXT_TOO_LONG));
        }
        if self.seen >= MAX_DOCUMENTS {
            return Err(self.error(self.at, TOO_MANY_DOCUMENTS));
        }
        let found = if self.json { self.next_json() } else { self.next_yaml() };
        self.seen += 1;
        found
    }

    fn error(&self, offset: usize, message: &str) -> Error {
        Error::new(self.text, offset, message)
    }

    /// The next value of JSON. What is none may still be YAML, unless two values were JSON before it.
    fn next_json(&mut self) -> Result<Option<Document>, Error> {
        match json::parse_next(self.text, self.at, &mut self.values) {
            Ok(None) => Ok(None),
            Ok(Some(node)) => {
                self.at = node.span.end;
                Ok(Some(Document { span: node.span, node, repeated: Vec::new() }))
            }
            Err(wrong) if wrong.message == TOO_MANY_VALUES => Err(self.error(wrong.offset, TOO_MANY_VALUES)),
            Err(wrong) => {
                let message = match wrong.offset {
                    _ if wrong.message == json::UNEXPECTED_END => String::from("unexpected EOF"),
                    _ if self.seen > 1 => String::from(wrong.message.as_str()),
                    offset => format!("json: offset {}: {}", offset + 1, wrong.message),
                };
                let error = self.error(wrong.offset, &message);
                if self.seen > 1 || !self.skip_space() {
                    return Err(error);
                }
                self.json = false;
                self.next_yaml().map_err(|_| error)
            }
        }
    }

    /// Over space up to the end of the line; false at the end of the text, four bytes before which kubectl sees it.
    fn skip_space(&mut self) -> bool {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            match rest.chars().next() {
                _ if rest.len() < 4 => return false,
                Some(c) if c.is_whitespace() => {
                    self.at += c.len_utf8();
                    if c == '\n' {
                        return true;
                    }
                }
                _ => return true,
            }
        }
    }

    fn next_yaml(&mut self) -> Result<Option<Document>, Error> {
        let Some(span) = self.next_lines()? else { return Ok(None) };
        let (text, mut origin) = as_lines(self.text.get(span.start..span.end).unwrap_or_default());
        origin.base = span.start;
        origin.length = Some(self.text.len());
        let source = Source::of_text(&text);
        let mut stream = Stream::new(&source, origin, self.values);
        let read = stream.next();
        self.values = stream.allowed;
        match read {
            Ok(decoded) => {
                let decoded = decoded.unwrap_or_default();
                Ok(Some(Document { node: decoded.node, span, repeated: decoded.repeated }))
            }
            Err(wrong) => {
                let message = format!("error converting YAML to JSON: {}", wrong.message);
                Err(self.error(wrong.offset, &message))
            }
        }
    }

    /// The lines up to the next that starts with `---`, which goes with what follows if nothing was before it.
    fn next_lines(&mut self) -> Result<Option<Span>, Error> {
        let start = self.at;
        loop {
            let line_start = self.at;
            let rest = self.text.get(line_start..).unwrap_or_default();
            if rest.is_empty() {
                return Ok((line_start > start).then_some(Span { start, end: line_start }));
            }
            let line = rest.split_inclusive('\n').next().unwrap_or_default();
            self.at += line.len();
            let Some(behind) = line.strip_prefix("---") else { continue };
            let behind = behind.trim();
            if !behind.is_empty() && !behind.starts_with('#') {
                let message = format!("invalid Yaml document separator: {behind}");
                return Err(self.error(line_start, &message));
            }
            if line_start > start {
                return Ok(Some(Span { start, end: line_start }));
            }
        }
    }
}

/// The text with each line ended by a line feed alone, and where it differs.
///
/// Models `LineReader`.
fn as_lines(text: &str) -> (Cow<'_, str>, Origin) {
    let mut origin = Origin::default();
    if text.ends_with('\n') && !text.contains("\r\n") {
        return (Cow::Borrowed(text), origin);
    }
    let mut lines = String::with_capacity(text.len() + 1);
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let ended = line.len() > content.len();
        match content.strip_suffix('\r') {
            Some(content) if ended => {
                lines.push_str(content);
                origin.left_out.push(lines.len());
            }
            _ => lines.push_str(content),
        }
        lines.push('\n');
    }
    (Cow::Owned(lines), origin)
}
