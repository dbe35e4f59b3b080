//! A place in a map, for what is put there unless something is there already.

use super::map::{BTreeMap, Place};

#[derive(Debug)]
pub struct Entry<'a, K, V> {
    map: &'a mut BTreeMap<K, V>,
    key: K,
    place: Result<Place, Place>,
}

impl<'a, K: Ord, V> Entry<'a, K, V> {
    pub(super) fn new(map: &'a mut BTreeMap<K, V>, key: K) -> Self {
        let place = map.place(&key);
        Entry { map, key, place }
    }

    #[must_use]
    pub fn and_modify(self, modify: impl FnOnce(&mut V)) -> Self {
        if let Some((_, value)) = self.place.ok().and_then(|place| self.map.at_mut(place)) {
            modify(value);
        }
        self
    }

    pub fn or_insert(self, value: V) -> &'a mut V {
        self.or_insert_with(|| value)
    }

    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }

    pub fn or_insert_with(self, value: impl FnOnce() -> V) -> &'a mut V {
        self.or_insert_with_key(|_| value())
    }

    #[expect(clippy::indexing_slicing, reason = "a place that was found, or that something was put at")]
    pub fn or_insert_with_key(self, value: impl FnOnce(&K) -> V) -> &'a mut V {
        let Entry { map, key, place } = self;
        let (chunk, at) = place.unwrap_or_else(|place| {
            let value = value(&key);
            map.put(place, (key, value))
        });
        &mut map.chunks[chunk][at].1
    }
}
