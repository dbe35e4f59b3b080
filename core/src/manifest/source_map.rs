//! Where in the text the field stands that an error names, and which field stands at a place of the text.
//!
//! Reads paths as `field.Path` prints them (`spec.ports[0].nodePort`, `metadata.labels[app]`) and as server-side apply
//! does (`.spec.ports[port=80,protocol="TCP"].name`).

use super::node::{Key, Node, NodeKind, Span};
use alloc::format;
use alloc::string::String;

/// The place of a field, or of the innermost field around it that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The key; none for the document itself and for the items of a list.
    pub key: Option<Span>,
    pub value: Span,
    /// Whether the field itself is there.
    pub exact: bool,
}

impl Place {
    /// What to underline: the value that is wrong, or the key under which something is missing.
    pub fn span(&self) -> Span {
        match self.key {
            Some(key) if !self.exact || self.value.start == self.value.end => key,
            _ => self.value,
        }
    }
}

/// The place of the field at `path` within `document`.
///
/// ```
/// use svcscope_core::manifest::{self, source_map};
///
/// let text = "metadata:\n  labels: {app.kubernetes.io/name: web}\n";
/// let document = &manifest::read(text).unwrap()[0].node;
/// let shown = |path: &str| {
///     let span = source_map::place(document, path).span();
///     &text[span.start..span.end]
/// };
/// assert_eq!(shown("metadata.labels[app.kubernetes.io/name]"), "web");
/// assert_eq!(shown("metadata.labels[tier]"), "labels");
/// assert_eq!(source_map::path_at(document, text.find("web").unwrap()), "metadata.labels[app.kubernetes.io/name]");
/// ```
pub fn place(document: &Node, path: &str) -> Place {
    let mut node = document;
    let mut place = Place { key: None, value: node.span, exact: true };
    // Go prints the path of the object itself so.
    let mut rest = if path == "<nil>" { "" } else { path };
    while !rest.is_empty() {
        let Some(step) = step(node, rest) else {
            // Of the whole document, its first key is enough to show.
            let key = if core::ptr::eq(node, document) { first_key(document) } else { place.key };
            return Place { key, exact: false, ..place };
        };
        place = Place { key: step.key, value: step.node.span, exact: true };
        node = step.node;
        rest = step.rest;
    }
    place
}

fn first_key(document: &Node) -> Option<Span> {
    match &document.kind {
        NodeKind::Map(entries) => entries.iter().map(|(key, _)| key.span).min_by_key(|span| span.start),
        _ => None,
    }
}

struct Step<'n, 'p> {
    key: Option<Span>,
    node: &'n Node,
    rest: &'p str,
}

/// One step down from `node` on the way that `path` describes.
fn step<'n, 'p>(node: &'n Node, path: &'p str) -> Option<Step<'n, 'p>> {
    match (&node.kind, path.strip_prefix('[')) {
        (NodeKind::Map(entries), Some(path)) => member(entries, path, |rest| rest.strip_prefix(']')),
        (NodeKind::Map(entries), None) => member(entries, path.strip_prefix('.').unwrap_or(path), |rest| {
            (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
        }),
        (NodeKind::List(items), Some(path)) => {
            let (selector, rest) = path.split_once(']')?;
            let node = match selector.parse::<usize>() {
                Ok(index) => items.get(index)?,
                Err(_) => items.iter().find(|item| has_keys(item, selector))?,
            };
            Some(Step { key: None, node, rest })
        }
        _ => None,
    }
}

/// The member whose key `path` starts with, if what follows may follow; keys may have dots, so the longest counts.
fn member<'n, 'p>(
    entries: &'n [(Key, Node)],
    path: &'p str,
    follows: impl Fn(&'p str) -> Option<&'p str>,
) -> Option<Step<'n, 'p>> {
    entries
        .iter()
        .filter_map(|(key, node)| Some((key, node, follows(path.strip_prefix(key.text.as_str())?)?)))
        .max_by_key(|(key, ..)| key.text.len())
        .map(|(key, node, rest)| Step { key: Some(key.span), node, rest })
}

/// Whether `item` has the keys of `port=80,protocol="TCP"`. Those it leaves to their defaults may be missing, not all.
fn has_keys(item: &Node, selector: &str) -> bool {
    let mut pairs = selector.split(',').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let written = |(key, _): &(&str, &str)| item.get(key).is_some();
    let equal = |(key, value): (&str, &str)| match item.get(key).map(|node| &node.kind) {
        Some(NodeKind::Text(text)) => text == value.trim_matches('"'),
        Some(NodeKind::Number(number)) => number == value,
        Some(_) => false,
        None => true,
    };
    pairs.clone().any(|pair| written(&pair)) && pairs.all(equal)
}

/// The path of the innermost field at the byte `offset`, key and value; empty for the document itself.
pub fn path_at(document: &Node, offset: usize) -> String {
    let mut path = String::new();
    let mut node = document;
    loop {
        let next = match &node.kind {
            NodeKind::Map(entries) => entries
                .iter()
                .filter(|(key, value)| {
                    // What an alias or a merge brings in stands elsewhere.
                    let end = if value.span.start >= key.span.end { value.span.end } else { key.span.end };
                    key.span.start <= offset && offset <= end && node.span.start <= key.span.start
                })
                .max_by_key(|(key, _)| key.span.start)
                .map(|(key, value)| {
                    push_key(&mut path, &key.text);
                    value
                }),
            NodeKind::List(items) => items
                .iter()
                .enumerate()
                .filter(|(_, item)| item.span.start <= offset && offset <= item.span.end)
                .max_by_key(|(_, item)| item.span.start)
                .map(|(index, item)| {
                    path.push_str(&format!("[{index}]"));
                    item
                }),
            _ => None,
        };
        match next {
            Some(inner) => node = inner,
            None => return path,
        }
    }
}

/// A field of an object has a name of letters; what else stands for a key is one that users choose.
fn push_key(path: &mut String, key: &str) {
    let is_field = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$');
    match (is_field, path.is_empty()) {
        (true, true) => path.push_str(key),
        (true, false) => path.push_str(&format!(".{key}")),
        (false, _) => path.push_str(&format!("[{key}]")),
    }
}
