//! A map in the order of its keys.

use super::iter::Iter;
use super::{CHUNK_MAX, Entry, search};
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::iter::Flatten;
use core::ops::{Bound, Index, RangeBounds};
use library::vec::{self, Vec};

#[derive(Clone)]
pub struct BTreeMap<K, V> {
    /// None is empty.
    pub(super) chunks: Vec<Vec<(K, V)>>,
    len: usize,
}

/// A chunk and a position in it.
pub(super) type Place = (usize, usize);

impl<K, V> BTreeMap<K, V> {
    pub const fn new() -> Self {
        BTreeMap { chunks: Vec::new(), len: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn clear(&mut self) {
        *self = BTreeMap::new();
    }

    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::new(&self.chunks, (0, 0), (self.chunks.len(), 0), self.len)
    }

    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.iter().map(|(k, _)| k)
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.iter().map(|(_, v)| v)
    }

    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> {
        self.chunks.iter_mut().flatten().map(|(k, v)| (&*k, v))
    }

    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> {
        self.iter_mut().map(|(_, v)| v)
    }

    pub fn into_keys(self) -> impl DoubleEndedIterator<Item = K> {
        self.into_iter().map(|(k, _)| k)
    }

    pub fn into_values(self) -> impl DoubleEndedIterator<Item = V> {
        self.into_iter().map(|(_, v)| v)
    }

    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }

    pub fn pop_first(&mut self) -> Option<(K, V)> {
        self.take((0, 0))
    }

    pub fn pop_last(&mut self) -> Option<(K, V)> {
        let last = self.chunks.len().checked_sub(1)?;
        self.take((last, self.chunks.last()?.len().checked_sub(1)?))
    }

    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        for chunk in &mut self.chunks {
            chunk.retain_mut(|(k, v)| keep(k, v));
        }
        self.chunks.retain(|chunk| !chunk.is_empty());
        self.len = self.chunks.iter().map(Vec::len).sum();
    }

    pub(super) fn at(&self, (chunk, at): Place) -> Option<&(K, V)> {
        self.chunks.get(chunk)?.get(at)
    }

    pub(super) fn at_mut(&mut self, (chunk, at): Place) -> Option<&mut (K, V)> {
        self.chunks.get_mut(chunk)?.get_mut(at)
    }

    /// Puts an entry where it has to be; answers where that has become.
    pub(super) fn put(&mut self, (mut chunk, mut at): Place, entry: (K, V)) -> Place {
        self.len += 1;
        let Some(entries) = self.chunks.get_mut(chunk) else {
            self.chunks.push(Vec::from([entry]));
            return (self.chunks.len() - 1, 0);
        };
        entries.insert(at, entry);
        if entries.len() > CHUNK_MAX {
            // What is put in in order fills the chunks.
            let half = if at + 1 == entries.len() { CHUNK_MAX } else { CHUNK_MAX / 2 };
            let rest = entries.split_off(half);
            self.chunks.insert(chunk + 1, rest);
            if at >= half {
                (chunk, at) = (chunk + 1, at - half);
            }
        }
        (chunk, at)
    }

    fn take(&mut self, (chunk, at): Place) -> Option<(K, V)> {
        let entries = self.chunks.get_mut(chunk).filter(|entries| at < entries.len())?;
        let entry = entries.remove(at);
        if entries.is_empty() {
            self.chunks.remove(chunk);
        }
        self.len -= 1;
        Some(entry)
    }
}

impl<K: Ord, V> BTreeMap<K, V> {
    /// Where a key is, or would have to be.
    pub(super) fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Place, Place>
    where
        K: Borrow<Q>,
    {
        let compare = |place| self.at(place).map_or(Ordering::Less, |(k, _)| k.borrow().cmp(key));
        let chunk = match search(self.chunks.len(), &mut |chunk| compare((chunk, 0))) {
            Ok(chunk) => return Ok((chunk, 0)),
            Err(next) => next.saturating_sub(1),
        };
        let len = self.chunks.get(chunk).map_or(0, Vec::len);
        match search(len, &mut |at| compare((chunk, at))) {
            Ok(at) => Ok((chunk, at)),
            Err(at) => Err((chunk, at)),
        }
    }

    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.get_key_value(key).map(|(_, v)| v)
    }

    pub fn get_key_value<Q: Ord + ?Sized>(&self, key: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        self.at(self.place(key).ok()?).map(|(k, v)| (k, v))
    }

    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key).ok()?;
        self.at_mut(place).map(|(_, v)| v)
    }

    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// Sets the value of a key; answers what it was.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(place) => self.at_mut(place).map(|(_, old)| core::mem::replace(old, value)),
            Err(place) => {
                self.put(place, (key, value));
                None
            }
        }
    }

    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        Entry::new(self, key)
    }

    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.remove_entry(key).map(|(_, v)| v)
    }

    pub fn remove_entry<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<(K, V)>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key).ok()?;
        self.take(place)
    }

    /// The entries whose keys are within a range.
    pub fn range<Q: Ord + ?Sized>(&self, range: impl RangeBounds<Q>) -> Iter<'_, K, V>
    where
        K: Borrow<Q>,
    {
        let after = |place: Result<Place, Place>| place.map_or_else(|p| p, |(chunk, at)| (chunk, at + 1));
        let before = |place: Result<Place, Place>| place.unwrap_or_else(|p| p);
        let start = match range.start_bound() {
            Bound::Unbounded => (0, 0),
            Bound::Included(key) => before(self.place(key)),
            Bound::Excluded(key) => after(self.place(key)),
        };
        let end = match range.end_bound() {
            Bound::Unbounded => (self.chunks.len(), 0),
            Bound::Included(key) => after(self.place(key)),
            Bound::Excluded(key) => before(self.place(key)),
        };
        Iter::new(&self.chunks, start, end, self.count(end).saturating_sub(self.count(start)))
    }

    /// How many entries there are before a place.
    fn count(&self, (chunk, at): Place) -> usize {
        self.chunks.iter().take(chunk).map(Vec::len).sum::<usize>() + at
    }

    /// Takes out what is not less than a key.
    pub fn split_off<Q: Ord + ?Sized>(&mut self, key: &Q) -> Self
    where
        K: Borrow<Q>,
    {
        let (chunk, at) = self.place(key).unwrap_or_else(|p| p);
        let mut rest = self.chunks.get_mut(chunk).map(|c| Vec::from([c.split_off(at)])).unwrap_or_default();
        if chunk < self.chunks.len() {
            rest.extend(self.chunks.split_off(chunk + 1));
        }
        let of = |mut chunks: Vec<Vec<(K, V)>>| {
            chunks.retain(|chunk| !chunk.is_empty());
            let len = chunks.iter().map(Vec::len).sum();
            BTreeMap { chunks, len }
        };
        *self = of(core::mem::take(&mut self.chunks));
        of(rest)
    }

    pub fn append(&mut self, other: &mut Self) {
        self.extend(core::mem::take(other));
    }
}

/// # Panics
///
/// If there is no such key, as the library's does.
impl<K: Ord + Borrow<Q>, Q: Ord + ?Sized, V> Index<&Q> for BTreeMap<K, V> {
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("the key is there")
    }
}

impl<K, V> Default for BTreeMap<K, V> {
    fn default() -> Self {
        BTreeMap::new()
    }
}

impl<K: Ord, V> Extend<(K, V)> for BTreeMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for BTreeMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = BTreeMap::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for BTreeMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K, V> IntoIterator for BTreeMap<K, V> {
    type Item = (K, V);
    type IntoIter = Flatten<vec::IntoIter<Vec<(K, V)>>>;

    fn into_iter(self) -> Self::IntoIter {
        self.chunks.into_iter().flatten()
    }
}

impl<'a, K, V> IntoIterator for &'a BTreeMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, K, V> IntoIterator for &'a mut BTreeMap<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = core::iter::Map<
        Flatten<core::slice::IterMut<'a, Vec<(K, V)>>>,
        fn(&'a mut (K, V)) -> (&'a K, &'a mut V),
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.chunks.iter_mut().flatten().map(|(k, v)| (&*k, v))
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for BTreeMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for BTreeMap<K, V> {}

impl<K: PartialOrd, V: PartialOrd> PartialOrd for BTreeMap<K, V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.iter().partial_cmp(other.iter())
    }
}

impl<K: Ord, V: Ord> Ord for BTreeMap<K, V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl<K: Hash, V: Hash> Hash for BTreeMap<K, V> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len.hash(state);
        self.iter().for_each(|entry| entry.hash(state));
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for BTreeMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
