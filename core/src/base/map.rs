//! The map of a value: entries in the order they have, found by key.

use super::text::Text;
use super::value::Value;
use crate::base::sort;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// Entries in order, each key once. Objects have few fields, so they are searched in turn; a map that grows past
/// [`Map::SEARCHED`] keeps an index beside them, so that one with a hundred thousand keys stays usable.
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<(Text, Value)>,
    index: Option<BTreeMap<Text, usize>>,
}

impl Map {
    /// Up to so many entries a search in turn is as quick as an index, and takes no memory.
    const SEARCHED: usize = 48;

    /// The map with these entries, no two of which have the same key.
    pub fn of_distinct(entries: Vec<(Text, Value)>) -> Map {
        let mut map = Map { entries, index: None };
        map.reindex();
        map
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn entries(&self) -> &[(Text, Value)] {
        &self.entries
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Text, &Value)> + ExactSizeIterator {
        self.entries.iter().map(|(k, v)| (k, v))
    }

    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Text> {
        self.entries.iter().map(|(k, _)| k)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = (&Text, &mut Value)> {
        self.entries.iter_mut().map(|(k, v)| (&*k, v))
    }

    fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.entries.iter().position(|(k, _)| k.says(key)),
        }
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get(self.position(key)?).map(|(_, v)| v)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let at = self.position(key)?;
        self.entries.get_mut(at).map(|(_, v)| v)
    }

    pub fn contains(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// The value of `key` to write to; appended, as null, where it is missing.
    #[expect(clippy::indexing_slicing, reason = "`position` and `push` answer a place that is there")]
    pub fn entry(&mut self, key: &str) -> &mut Value {
        let at = self.position(key).unwrap_or_else(|| self.push(key.into(), Value::Null));
        &mut self.entries[at].1
    }

    /// Sets `key`, in its place if it is there, else at the end. Answers what stood there.
    pub fn insert(&mut self, key: Text, value: Value) -> Option<Value> {
        match self.get_mut(&key) {
            Some(old) => Some(core::mem::replace(old, value)),
            None => {
                self.push(key, value);
                None
            }
        }
    }

    /// Sets `key`; where it is missing, right behind `before`, or at the end if that is missing, too.
    pub fn insert_after(&mut self, before: &str, key: &str, value: Value) {
        if let Some(slot) = self.get_mut(key) {
            *slot = value;
            return;
        }
        let at = self.position(before).map_or(self.entries.len(), |at| at + 1);
        self.entries.insert(at, (key.into(), value));
        self.reindex();
    }

    fn push(&mut self, key: Text, value: Value) -> usize {
        let at = self.entries.len();
        if let Some(index) = &mut self.index {
            index.insert(key.clone(), at);
        }
        self.entries.push((key, value));
        if self.index.is_none() && self.entries.len() > Self::SEARCHED {
            self.reindex();
        }
        at
    }

    /// Takes `key` out; the others keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.position(key)?;
        let (_, value) = self.entries.remove(at);
        self.reindex();
        Some(value)
    }

    /// Keeps the entries that `keep` says yes to.
    pub fn retain(&mut self, mut keep: impl FnMut(&Text, &mut Value) -> bool) {
        self.entries.retain_mut(|(k, v)| keep(k, v));
        self.reindex();
    }

    /// Puts the entries in the order of their keys, as Go writes a map.
    pub fn sort(&mut self) {
        self.sort_by_key(Clone::clone);
    }

    /// Puts the entries in the order of what `rank` makes of their keys; equal ones stay as they are.
    pub fn sort_by_key<R: Ord>(&mut self, rank: impl Fn(&Text) -> R) {
        sort::by_cached_key(&mut self.entries, |(k, _)| rank(k));
        self.reindex();
    }

    fn reindex(&mut self) {
        self.index = (self.entries.len() > Self::SEARCHED)
            .then(|| self.entries.iter().enumerate().map(|(i, (k, _))| (k.clone(), i)).collect());
    }
}

/// The last of several values of one key stays, in the place of the first.
impl FromIterator<(Text, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (Text, Value)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        let mut map = Map { entries: Vec::with_capacity(entries.size_hint().0), index: None };
        for (k, v) in entries {
            map.insert(k, v);
        }
        map
    }
}

/// Maps are equal when they have the same entries, in whatever order.
impl PartialEq for Map {
    fn eq(&self, other: &Map) -> bool {
        self.len() == other.len()
            && self
                .entries
                .iter()
                .zip(&other.entries)
                .all(|((k, v), (ok, ov))| if k == ok { v == ov } else { other.get(k) == Some(v) })
    }
}

impl Eq for Map {}
