//! The objects of one resource, by namespace and name, and by label.

use super::index::{ByLabel, Owned, Selecting, is_one_label, selects};
use super::object::Object;
use crate::base::{Selector, Text, Value};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    namespaces: BTreeMap<Text, Namespace>,
}

/// The objects of a namespace, and what keeps selecting and being selected from looking at all of them.
#[derive(Clone, Debug, Default)]
struct Namespace {
    objects: BTreeMap<Text, Arc<Object>>,
    labels: ByLabel,
    selecting: Selecting,
    owned: Owned,
}

impl Table {
    pub(super) fn len(&self) -> usize {
        self.namespaces.values().map(|n| n.objects.len()).sum()
    }

    pub(super) fn get(&self, namespace: &str, name: &str) -> Option<&Arc<Object>> {
        self.namespaces.get(namespace)?.objects.get(name)
    }

    pub(super) fn list<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Arc<Object>> {
        self.within(namespace).flat_map(|n| n.objects.values())
    }

    pub(super) fn select<'a, 's>(
        &'a self,
        namespace: &'s str,
        selector: &'s Selector,
    ) -> impl Iterator<Item = &'a Arc<Object>> + use<'a, 's> {
        self.within(namespace).flat_map(move |n| n.select(selector))
    }

    pub(super) fn selecting<'a>(
        &'a self,
        namespace: &'a str,
        labels: &'a Value,
    ) -> impl Iterator<Item = &'a Arc<Object>> {
        self.namespaces.get(namespace).into_iter().flat_map(move |n| n.selecting(labels))
    }

    pub(super) fn owned<'a>(
        &'a self,
        namespace: &'a str,
        uid: &'a str,
    ) -> impl Iterator<Item = &'a Arc<Object>> {
        self.within(namespace).flat_map(move |n| n.owned(uid))
    }

    fn within<'a>(&'a self, namespace: &str) -> impl Iterator<Item = &'a Namespace> + use<'a> {
        let one = self.namespaces.get(namespace).filter(|_| !namespace.is_empty());
        let all = namespace.is_empty().then(|| self.namespaces.values());
        one.into_iter().chain(all.into_iter().flatten())
    }

    pub(super) fn insert(&mut self, object: &Arc<Object>) -> Option<Arc<Object>> {
        let shard = self.namespaces.entry(object.namespace().clone()).or_default();
        let before = shard.objects.insert(object.name().clone(), object.clone());
        shard.index(before.as_deref(), Some(object));
        before
    }

    pub(super) fn remove(&mut self, namespace: &str, name: &str) -> Option<Arc<Object>> {
        let shard = self.namespaces.get_mut(namespace)?;
        let old = shard.objects.remove(name)?;
        shard.index(Some(&old), None);
        if shard.objects.is_empty() {
            self.namespaces.remove(namespace);
        }
        Some(old)
    }
}

impl Namespace {
    fn select<'a, 's>(
        &'a self,
        selector: &'s Selector,
    ) -> impl Iterator<Item = &'a Arc<Object>> + use<'a, 's> {
        let (some, all) = match self.labels.narrowed(selector) {
            Some(named) => (named, None),
            None => (None, Some(&self.objects)),
        };
        let objects = some.into_iter().chain(all).flat_map(BTreeMap::values);
        // Those that were found by the only label asked for need not be asked again.
        let (found, mut matcher) = (is_one_label(selector), selector.matcher());
        objects.filter(move |o| found || matcher.matches(o.labels()))
    }

    fn selecting<'a>(&'a self, labels: &'a Value) -> impl Iterator<Item = &'a Arc<Object>> {
        self.selecting.candidates(labels).into_values().filter(|o| selects(o.selector(), labels))
    }

    fn owned<'a>(&'a self, uid: &str) -> impl Iterator<Item = &'a Arc<Object>> {
        self.owned.by(uid).into_iter().flat_map(BTreeMap::values)
    }

    /// Brings the indexes from what an object was to what it is.
    fn index(&mut self, was: Option<&Object>, is: Option<&Arc<Object>>) {
        if let Some(was) = was {
            if is.is_none_or(|is| is.labels() != was.labels()) {
                self.labels.remove_labels(was);
            }
            self.selecting.remove(was);
        }
        if let Some(is) = is {
            self.labels.add_labels(is);
            self.selecting.add(is);
        }
        if let Some(was) = was.filter(|was| is.is_none_or(|is| is.owners() != was.owners())) {
            self.owned.remove(was);
        }
        is.into_iter().for_each(|is| self.owned.add(is));
    }
}
