//! The document that a JSON patch works on: closed where no operation went, so that the rest stays as it was written.
//!
//! Models `lazyNode`, `partialDoc` and `partialArray` of `gopkg.in/evanphx/json-patch.v4`. What an operation walks through
//! or compares is opened, and the keys of an opened map are sorted ever after.

use crate::base::{Text, Value, json};
use crate::manifest::json::MAX_DEPTH;
use crate::manifest::node::{Key, Node, NodeKind, Span};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A document under the hands of a patch. Values are kept in one place and refer to each other by number, so that
/// moving a subtree or shifting a long list costs nothing for what is in it.
#[derive(Debug)]
pub(super) struct Document<'a> {
    /// What the patch was read from: texts and numbers of it are equal if they were written alike.
    text: &'a str,
    values: Vec<Origin<'a>>,
    root: Id,
}

/// A value's place in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(usize);

/// A value, by where it is from.
#[derive(Clone, Debug)]
pub(super) enum Origin<'a> {
    /// A null as documents have it, or nothing at all.
    Absent,
    /// The null of an operation, which is another thing to a test.
    Null,
    /// The copy of such a null: a map without entries that breaks who writes to it.
    NilMap,
    Stored(Value),
    Written(&'a Node),
    Map(BTreeMap<Text, Id>),
    List(Vec<Id>),
}

/// Why an operation fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Because(String),
    Panic,
}

impl From<String> for Failure {
    fn from(text: String) -> Failure {
        Failure::Because(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Failure {
        Failure::Because(text.into())
    }
}

impl Failure {
    /// The failure with what failed before it.
    pub(super) fn within(self, what: &str) -> Failure {
        match self {
            Failure::Because(why) => Failure::Because(format!("{what}: {why}")),
            Failure::Panic => Failure::Panic,
        }
    }
}

const TOO_DEEP: &str = "exceeded max depth";

impl<'a> Document<'a> {
    pub(super) fn new(text: &'a str, value: &Value) -> Document<'a> {
        let mut out = Document { text, values: Vec::new(), root: Id(0) };
        out.add(Origin::Stored(value.clone()));
        out.open(Id(0));
        out
    }

    pub(super) fn root(&self) -> Id {
        self.root
    }

    pub(super) fn add(&mut self, value: Origin<'a>) -> Id {
        self.values.push(value);
        Id(self.values.len() - 1)
    }

    fn at(&self, id: Id) -> &Origin<'a> {
        self.values.get(id.0).unwrap_or(&Origin::Absent)
    }

    pub(super) fn is_absent(&self, id: Id) -> bool {
        matches!(self.at(id), Origin::Absent)
    }

    /// Opens a map or list; whether it is one.
    pub(super) fn open(&mut self, id: Id) -> bool {
        let opened = match self.at(id) {
            Origin::Map(_) | Origin::List(_) | Origin::NilMap => return true,
            Origin::Absent | Origin::Null => return false,
            Origin::Stored(Value::Map(map)) => {
                let map = map.clone();
                let entries = map.iter().map(|(k, v)| (k.clone(), self.add(stored(v))));
                Origin::Map(entries.collect())
            }
            Origin::Stored(Value::List(list)) => {
                let list = list.clone();
                Origin::List(list.iter().map(|v| self.add(stored(v))).collect())
            }
            Origin::Written(Node { kind: NodeKind::Map(entries), .. }) => {
                let entries = entries.iter().map(|(k, v)| (k.text.clone(), self.add(written(v))));
                Origin::Map(entries.collect())
            }
            Origin::Written(Node { kind: NodeKind::List(items), .. }) => {
                Origin::List(items.iter().map(|v| self.add(written(v))).collect())
            }
            Origin::Stored(_) | Origin::Written(_) => return false,
        };
        if let Some(slot) = self.values.get_mut(id.0) {
            *slot = opened;
        }
        true
    }

    /// The member `key` of an opened map or list. A map has them all: what is missing is absent.
    pub(super) fn get(&mut self, container: Id, key: &str) -> Result<Id, Failure> {
        match self.at(container) {
            Origin::Map(map) => {
                let found = map.get(key).copied();
                Ok(found.unwrap_or_else(|| self.add(Origin::Absent)))
            }
            Origin::List(list) => {
                let place = place(key, list.len(), list.len())?;
                list.get(place).copied().ok_or_else(|| no_such_index(key))
            }
            _ => Ok(self.add(Origin::Absent)),
        }
    }

    /// Puts a value in the place of another.
    pub(super) fn set(&mut self, container: Id, key: &str, value: Id) -> Result<(), Failure> {
        match self.values.get_mut(container.0) {
            Some(Origin::Map(map)) => {
                map.insert(key.into(), value);
            }
            Some(Origin::List(list)) => {
                let place = place(key, list.len(), list.len())?;
                *list.get_mut(place).ok_or(Failure::Panic)? = value;
            }
            _ => return Err(Failure::Panic),
        }
        Ok(())
    }

    /// Puts a value into a map, or between the items of a list.
    pub(super) fn insert(&mut self, container: Id, key: &str, value: Id) -> Result<(), Failure> {
        match self.values.get_mut(container.0) {
            Some(Origin::List(list)) if key == "-" => list.push(value),
            Some(Origin::List(list)) => {
                let place = place(key, list.len() + 1, list.len() + 1).map_err(|e| match e {
                    Failure::Because(why) if why.starts_with("strconv") => {
                        format!("value was not a proper array index: '{key}': {why}").into()
                    }
                    other => other,
                })?;
                list.insert(place, value);
            }
            _ => return self.set(container, key, value),
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, container: Id, key: &str) -> Result<(), Failure> {
        match self.values.get_mut(container.0) {
            Some(Origin::List(list)) => {
                let place = place(key, list.len(), list.len())?;
                list.remove(place);
                Ok(())
            }
            Some(Origin::Map(map)) => map.remove(key).map(|_| ()).ok_or_else(|| no_such_key(key)),
            _ => Err(no_such_key(key)),
        }
    }

    /// Makes `value` the whole document.
    pub(super) fn replace_root(&mut self, value: Id) -> Result<(), Failure> {
        if self.is_absent(value) {
            return Err(Failure::Panic);
        }
        if !self.open(value) {
            return Err("replace operation value must be object or array: %!w(<nil>)".into());
        }
        self.root = value;
        Ok(())
    }

    /// A copy of a value and its length as JSON. More than `room` bytes are counted but not copied.
    pub(super) fn deep_copy(&mut self, id: Id, room: usize) -> Result<(Id, usize), Failure> {
        let copied = match self.at(id) {
            Origin::Absent => return Ok((self.add(Origin::Absent), 0)),
            Origin::Null | Origin::NilMap => return Ok((self.add(Origin::NilMap), 4)),
            other => other.clone(),
        };
        let size = self.size(id, 0)?;
        if size > room {
            return Ok((id, size));
        }
        Ok((self.copy_of(copied), size))
    }

    fn copy_of(&mut self, value: Origin<'a>) -> Id {
        let copy = match value {
            Origin::Map(map) => Origin::Map(map.into_iter().map(|(k, v)| (k, self.copy_inner(v))).collect()),
            Origin::List(list) => Origin::List(list.into_iter().map(|v| self.copy_inner(v)).collect()),
            other => other,
        };
        self.add(copy)
    }

    /// Within a copy a null is a null, whatever it was before.
    fn copy_inner(&mut self, id: Id) -> Id {
        match self.at(id).clone() {
            Origin::Null | Origin::NilMap | Origin::Absent => self.add(Origin::Absent),
            other => self.copy_of(other),
        }
    }

    /// How many bytes the value has as JSON.
    fn size(&self, id: Id, depth: usize) -> Result<usize, Failure> {
        if depth > MAX_DEPTH {
            return Err(TOO_DEEP.into());
        }
        let inner = |ids: &mut dyn Iterator<Item = (usize, Id)>| {
            let mut size = 2;
            for (i, (key, id)) in ids.enumerate() {
                size += key + usize::from(i > 0) + self.size(id, depth + 1)?;
            }
            Ok(size)
        };
        match self.at(id) {
            Origin::Absent | Origin::Null | Origin::NilMap => Ok(4),
            Origin::Stored(value) => Ok(json::to_string(value).len()),
            Origin::Written(node) => Ok(json::to_string(&node.to_value()).len()),
            Origin::Map(map) => inner(&mut map.iter().map(|(k, v)| (quoted_len(k) + 1, *v))),
            Origin::List(list) => inner(&mut list.iter().map(|v| (0, *v))),
        }
    }

    /// Whether the whole document is the value that was written.
    pub(super) fn root_equals(&mut self, expected: &Node) -> Result<bool, Failure> {
        self.equals(self.root, expected)
    }

    /// Whether a value is the one that was written: maps in any order, texts and numbers in the same letters.
    pub(super) fn equals(&mut self, id: Id, expected: &Node) -> Result<bool, Failure> {
        self.open(id);
        match (self.at(id), &expected.kind) {
            (Origin::Absent, _) => Err(Failure::Panic),
            (Origin::Null, kind) => Ok(*kind == NodeKind::Null),
            (Origin::NilMap, kind) => Ok(matches!(kind, NodeKind::Map(entries) if entries.is_empty())),
            (Origin::Map(map), NodeKind::Map(entries)) => {
                let expected: BTreeMap<&str, &Node> =
                    entries.iter().map(|(k, v)| (k.text.as_str(), v)).collect();
                // Before anything is copied: the document may be large, the patch is not.
                if map.len() != expected.len() {
                    return Ok(false);
                }
                let map = map.clone();
                self.map_equals(&map, &expected)
            }
            (Origin::List(list), NodeKind::List(items)) => {
                if list.len() != items.len() {
                    return Ok(false);
                }
                let list = list.clone();
                self.list_equals(&list, items)
            }
            (Origin::Map(_) | Origin::List(_), _) => Ok(false),
            (_, NodeKind::Null | NodeKind::List(_) | NodeKind::Map(_)) => Ok(false),
            (Origin::Stored(value), _) => Ok(json::to_string(value) == self.written(expected)),
            (Origin::Written(node), _) => Ok(self.written(node) == self.written(expected)),
        }
    }

    fn map_equals(
        &mut self,
        map: &BTreeMap<Text, Id>,
        expected: &BTreeMap<&str, &Node>,
    ) -> Result<bool, Failure> {
        for (key, id) in map {
            let Some(node) = expected.get(key.as_str()) else { return Ok(false) };
            let null = node.kind == NodeKind::Null;
            if self.is_absent(*id) != null || !null && !self.equals(*id, node)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn list_equals(&mut self, list: &[Id], items: &[Node]) -> Result<bool, Failure> {
        for (id, node) in list.iter().zip(items) {
            // Upstream forgot nulls in lists.
            if self.is_absent(*id) || node.kind == NodeKind::Null {
                return Err(Failure::Panic);
            }
            if !self.equals(*id, node)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The letters in which a text, number or word of the patch was written.
    fn written(&self, node: &Node) -> &'a str {
        self.text.get(node.span.start..node.span.end).unwrap_or_default()
    }

    /// The document as it is now.
    pub(super) fn into_node(self) -> Result<Node, Failure> {
        self.node(self.root, 0)
    }

    fn node(&self, id: Id, depth: usize) -> Result<Node, Failure> {
        if depth > MAX_DEPTH {
            return Err(TOO_DEEP.into());
        }
        let kind = match self.at(id) {
            Origin::Absent | Origin::Null | Origin::NilMap => NodeKind::Null,
            Origin::Stored(value) => return Ok(Node::from_value(value)),
            Origin::Written(node) => return Ok((*node).clone()),
            Origin::Map(map) => NodeKind::Map(
                map.iter()
                    .map(|(k, v)| {
                        let key = Key { span: Span::default(), text: k.clone() };
                        Ok((key, self.node(*v, depth + 1)?))
                    })
                    .collect::<Result<_, Failure>>()?,
            ),
            Origin::List(list) => {
                NodeKind::List(list.iter().map(|v| self.node(*v, depth + 1)).collect::<Result<_, Failure>>()?)
            }
        };
        Ok(Node { span: Span::default(), kind })
    }
}

fn stored<'a>(value: &Value) -> Origin<'a> {
    if value.is_null() { Origin::Absent } else { Origin::Stored(value.clone()) }
}

fn written(node: &Node) -> Origin<'_> {
    if node.kind == NodeKind::Null { Origin::Absent } else { Origin::Written(node) }
}

fn quoted_len(text: &str) -> usize {
    let mut out = String::new();
    json::write_text(&mut out, text);
    out.len()
}

/// The place that an index names: below `end`, or counted back from `size`.
fn place(key: &str, end: usize, size: usize) -> Result<usize, Failure> {
    let index = index(key)?;
    let place = match usize::try_from(index) {
        Ok(place) => Some(place).filter(|p| *p < end),
        Err(_) => usize::try_from(index.unsigned_abs()).ok().and_then(|back| size.checked_sub(back)),
    };
    place.ok_or_else(|| no_such_index(&format!("{index}")))
}

fn no_such_key(key: &str) -> Failure {
    format!("Unable to remove nonexistent key: {key}: missing value").into()
}

fn no_such_index(index: &str) -> Failure {
    format!("Unable to access invalid index: {index}: invalid index referenced").into()
}

/// Models `strconv.Atoi`.
fn index(key: &str) -> Result<i64, Failure> {
    let digits = key.strip_prefix(['+', '-']).unwrap_or(key);
    let wrong = |why: &str| {
        let key = crate::base::field::quoted(key);
        Failure::from(format!("strconv.Atoi: parsing {key}: {why}"))
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong("invalid syntax"));
    }
    key.parse().map_err(|_| wrong("value out of range"))
}
