//! Changes to a text that somebody wrote: one field is set or taken out, and all else stays as it stands: comments,
//! quotes, order, indentation.

use super::node::{Key, Node, NodeKind, Span};
use super::yaml;
use crate::base::{Value, json};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// What stands at `span` gives way to `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// The text in which the field at `path` has the value, whether it was there or not; keys, and the places of items of
/// lists. None where its parent is not there, or stands somewhere else, behind an alias.
///
/// ```
/// use svcscope_core::manifest::{self, edit};
///
/// let text = "spec:\n  ports:\n    - port: 80  # HTTP\n";
/// let document = &manifest::read(text).unwrap()[0].node;
/// let path = ["spec", "ports", "0", "targetPort"];
/// let changed = edit::set(text, document, &path, &8080.into()).unwrap();
/// assert_eq!(changed, "spec:\n  ports:\n    - port: 80  # HTTP\n      targetPort: 8080\n");
/// ```
pub fn set(text: &str, document: &Node, path: &[&str], value: &Value) -> Option<String> {
    let (last, parents) = path.split_last()?;
    let parent = parents.iter().try_fold(document, |node, step| child(node, step))?;
    if let Some(there) = child(parent, last) {
        let written = scalar(value, text.get(there.span.start..)?, in_flow(text, parent));
        return match there.span.start == there.span.end {
            true => replaced(text, there.span, &format!(" {written}")),
            false => replaced(text, whole(text, there), &written),
        };
    }
    match &parent.kind {
        NodeKind::Map(entries) => added(text, parent, entries, last, value),
        _ => None,
    }
}

/// The text without the field at `path`. None where it is not there.
pub fn remove(text: &str, document: &Node, path: &[&str]) -> Option<String> {
    let (last, parents) = path.split_last()?;
    let parent = parents.iter().try_fold(document, |node, step| child(node, step))?;
    let NodeKind::Map(entries) = &parent.kind else { return None };
    let entries = in_order(parent, entries)?;
    let at = entries.iter().position(|(key, _)| key.text == *last)?;
    let (key, value) = entries.get(at)?;
    let before = at.checked_sub(1).and_then(|b| entries.get(b));
    let after = entries.get(at + 1);
    let gone = match (in_flow(text, parent), before, after) {
        (_, None, None) if in_flow(text, parent) => {
            return replaced(text, whole(text, parent), "{}");
        }
        (_, None, None) => {
            let span = Span { start: key.span.start, end: end_of(text, value) };
            return replaced(text, span, "{}");
        }
        (true, Some((_, before)), _) => Span { start: end_of(text, before), end: end_of(text, value) },
        // Of a list's item the first key stands behind the dash: the next one moves up.
        (_, None, Some((next, _))) => Span { start: key.span.start, end: next.span.start },
        (false, Some(_), _) => {
            Span { start: line_start(text, key.span.start), end: next_line(text, end_of(text, value)) }
        }
    };
    replaced(text, gone, "")
}

/// The one edit that makes `new` of `old`.
pub fn between(old: &str, new: &str) -> Edit {
    let same = |(a, b): &(char, char)| a == b;
    let start = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum::<usize>();
    let tail = |text: &str| text.get(start..).unwrap_or_default().to_string();
    let (old_tail, new_tail) = (tail(old), tail(new));
    let behind = old_tail.chars().rev().zip(new_tail.chars().rev()).take_while(same);
    let behind = behind.map(|(c, _)| c.len_utf8()).sum::<usize>();
    let text = new_tail.get(..new_tail.len() - behind).unwrap_or_default().to_string();
    Edit { span: Span { start, end: old.len() - behind }, text }
}

/// The member or item of that name, if it stands within its parent.
fn child<'n>(node: &'n Node, step: &str) -> Option<&'n Node> {
    let found = match &node.kind {
        NodeKind::Map(_) => node.get(step),
        NodeKind::List(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    };
    found.filter(|found| within(found.span, node.span))
}

fn within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The entries as they stand in the text; none where some stand elsewhere.
fn in_order<'n>(parent: &Node, entries: &'n [(Key, Node)]) -> Option<Vec<&'n (Key, Node)>> {
    let mut all = entries.iter().collect::<Vec<_>>();
    all.sort_unstable_by_key(|(key, _)| key.span.start);
    all.iter()
        .all(|(key, value)| within(key.span, parent.span) && key.span.end <= value.span.start)
        .then_some(all)
}

/// Whether a collection is written in brackets.
fn in_flow(text: &str, node: &Node) -> bool {
    let written = text.get(node.span.start..).unwrap_or_default();
    match &node.kind {
        NodeKind::Map(_) => written.starts_with('{'),
        NodeKind::List(_) => written.starts_with('['),
        _ => false,
    }
}

fn added(text: &str, parent: &Node, entries: &[(Key, Node)], key: &str, value: &Value) -> Option<String> {
    let flow = in_flow(text, parent);
    let entries = in_order(parent, entries)?;
    let Some((first, _)) = entries.first() else {
        let entry = format!("{{{}: {}}}", word(key, "", true), scalar(value, "", true));
        return replaced(text, whole(text, parent), &entry);
    };
    let (last_key, last) = entries.last()?;
    let like = text.get(last_key.span.start..)?;
    let entry =
        format!("{}: {}", word(key, like, flow), scalar(value, if quoted(like) { like } else { "" }, flow));
    let end = end_of(text, last);
    if flow {
        return inserted(text, end, &format!(", {entry}"));
    }
    let start = line_start(text, first.span.start);
    let indent = text.get(start..first.span.start)?.chars().map(|_| ' ').collect::<String>();
    let end = line_end(text, end);
    let newline = if text.get(end..)?.starts_with('\r') { "\r\n" } else { "\n" };
    inserted(text, end, &format!("{newline}{indent}{entry}"))
}

/// Where a value ends; of a block, where the last of it does.
fn end_of(text: &str, node: &Node) -> usize {
    let last = match &node.kind {
        _ if in_flow(text, node) => None,
        NodeKind::Map(entries) => entries.iter().map(|(_, v)| v).max_by_key(|v| v.span.start),
        NodeKind::List(items) => items.last(),
        _ => None,
    };
    last.filter(|last| within(last.span, node.span)).map_or(node.span.end, |last| end_of(text, last))
}

fn whole(text: &str, node: &Node) -> Span {
    Span { start: node.span.start, end: end_of(text, node) }
}

fn quoted(text: &str) -> bool {
    text.starts_with('"')
}

/// A key, in quotes if those beside it are.
fn word(key: &str, like: &str, flow: bool) -> String {
    scalar(&Value::text(key), if quoted(like) { like } else { "" }, flow)
}

/// A value as it may stand there, written like what stands there now.
fn scalar(value: &Value, like: &str, flow: bool) -> String {
    let Value::Text(content) = value else { return json::to_string(value) };
    let plain = yaml::to_string(value).trim_end().to_string();
    if like.starts_with('\'') && !content.contains(['\'', '\n']) {
        return format!("'{content}'");
    }
    let unfit = plain.contains('\n') || flow && content.contains([',', '[', ']', '{', '}']);
    if quoted(like) || unfit { json::to_string(value) } else { plain }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// Before the line break.
fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at + line.trim_end_matches('\r').len()
}

fn next_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |newline| at + newline + 1)
}

fn replaced(text: &str, span: Span, by: &str) -> Option<String> {
    Some([text.get(..span.start)?, by, text.get(span.end..)?].concat())
}

fn inserted(text: &str, at: usize, what: &str) -> Option<String> {
    replaced(text, Span { start: at, end: at }, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    const EIGHTY: Value = Value::Int(80);

    #[test]
    fn a_field_is_set_and_all_else_stays() {
        let web = Value::text("web");
        for (text, path, value, expected) in [
            ("a: 1 # one\nb: 2\n", "a", &EIGHTY, "a: 80 # one\nb: 2\n"),
            ("a: '1'\n", "a", &web, "a: 'web'\n"),
            ("{\"a\": \"1\"}", "a", &web, "{\"a\": \"web\"}"),
            ("a: 1 # one\n", "b", &EIGHTY, "a: 1 # one\nb: 80\n"),
            ("a: 1", "b", &EIGHTY, "a: 1\nb: 80"),
            ("a: 1\r\nb: 2\r\n", "c", &EIGHTY, "a: 1\r\nb: 2\r\nc: 80\r\n"),
            ("a: {b: 1} # x\n", "a/c", &web, "a: {b: 1, c: web} # x\n"),
            ("a: {b: 1}\n", "a/c", &Value::text("x,y"), "a: {b: 1, c: \"x,y\"}\n"),
            ("{\"a\": {\"b\": 1}}", "a/c", &web, "{\"a\": {\"b\": 1, \"c\": \"web\"}}"),
            ("a: {}\n", "a/c", &web, "a: {c: web}\n"),
            (
                "a:\n- b: 1\n  c: |\n    x\n    y\n- d: 1\n",
                "a/0/e",
                &web,
                "a:\n- b: 1\n  c: |\n    x\n    y\n  e: web\n- d: 1\n",
            ),
            ("a:\n  - b:\n      c: 1\nz: 1\n", "a/0/d", &EIGHTY, "a:\n  - b:\n      c: 1\n    d: 80\nz: 1\n"),
            ("a:\nb: 1\n", "a", &EIGHTY, "a: 80\nb: 1\n"),
            ("a: 1\n", "b", &Value::text("on"), "a: 1\nb: \"on\"\n"),
        ] {
            let document = read(text);
            let path = path.split('/').collect::<Vec<_>>();
            assert_eq!(set(text, &document, &path, value).as_deref(), Some(expected), "{path:?} of {text}");
            read(expected);
        }
    }

    #[test]
    fn a_field_is_taken_out_with_its_line() {
        for (text, path, expected) in [
            ("a: 1 # one\nb: 2\n", "a", "b: 2\n"),
            ("a: 1\nb: 2 # two\nc: 3\n", "b", "a: 1\nc: 3\n"),
            ("a: 1\nb: 2", "b", "a: 1\n"),
            ("a: {b: 1, c: 2}\n", "a/b", "a: {c: 2}\n"),
            ("a: {b: 1, c: 2}\n", "a/c", "a: {b: 1}\n"),
            ("a: {b: 1}\n", "a/b", "a: {}\n"),
            ("a:\n  b: 1\nc: 2\n", "a/b", "a:\n  {}\nc: 2\n"),
            ("a:\n- b: 1\n  c: 2\n", "a/0/b", "a:\n- c: 2\n"),
            ("a:\n  b:\n    c: 1\n    d: 2\n  e: 3\n", "a/b", "a:\n  e: 3\n"),
        ] {
            let document = read(text);
            let path = path.split('/').collect::<Vec<_>>();
            assert_eq!(remove(text, &document, &path).as_deref(), Some(expected), "{path:?} of {text}");
            read(expected);
        }
    }

    #[test]
    fn what_an_alias_brings_in_is_not_changed() {
        let text = "a: &x {b: 1}\nc: *x\n";
        assert_eq!(set(text, &read(text), &["c", "b"], &EIGHTY), None);
        assert_eq!(set(text, &read(text), &["c", "d"], &EIGHTY), None);
        assert_eq!(remove(text, &read(text), &["c", "b"]), None);
    }

    #[test]
    fn the_edit_between_two_texts_is_what_differs() {
        for (old, new, start, end, text) in [
            ("abc", "abc", 3, 3, ""),
            ("abc", "axc", 1, 2, "x"),
            ("aa", "aaa", 2, 2, "a"),
            ("aaa", "aa", 2, 3, ""),
            ("ä1", "ö1", 0, 2, "ö"),
        ] {
            assert_eq!(
                between(old, new),
                Edit { span: Span { start, end }, text: text.into() },
                "{old} {new}"
            );
        }
    }

    fn read(text: &str) -> Node {
        manifest::read(text).unwrap_or_else(|e| panic!("{e:?}\n{text}")).swap_remove(0).node
    }
}
