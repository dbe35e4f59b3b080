//! The objects of one resource, by namespace and name, and by label.

use super::object::Object;
use crate::base::labels::Operator;
use crate::base::{Selector, Text, Value};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    namespaces: BTreeMap<Text, Namespace>,
}

/// The objects of a namespace. `labels` holds, per label, the names of those that carry it, so that a selector looks
/// at few objects however many there are.
#[derive(Clone, Debug, Default)]
struct Namespace {
    objects: BTreeMap<Text, Arc<Object>>,
    labels: BTreeMap<Text, BTreeMap<Text, BTreeSet<Text>>>,
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

    pub(super) fn select<'a>(
        &'a self,
        namespace: &'a str,
        selector: &'a Selector,
    ) -> impl Iterator<Item = &'a Arc<Object>> {
        self.within(namespace).flat_map(move |n| n.select(selector))
    }

    fn within<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Namespace> {
        let one = self.namespaces.get(namespace).filter(|_| !namespace.is_empty());
        let all = namespace.is_empty().then(|| self.namespaces.values());
        one.into_iter().chain(all.into_iter().flatten())
    }

    pub(super) fn insert(&mut self, object: &Arc<Object>) -> Option<Arc<Object>> {
        let shard = self.namespaces.entry(object.namespace().clone()).or_default();
        let before = shard.objects.insert(object.name().clone(), object.clone());
        match &before {
            Some(old) if old.labels().same(object.labels()) || old.labels() == object.labels() => {}
            Some(old) => {
                shard.unlabel(old);
                shard.label(object);
            }
            None => shard.label(object),
        }
        before
    }

    pub(super) fn remove(&mut self, namespace: &str, name: &str) -> Option<Arc<Object>> {
        let shard = self.namespaces.get_mut(namespace)?;
        let old = shard.objects.remove(name)?;
        shard.unlabel(&old);
        if shard.objects.is_empty() {
            self.namespaces.remove(namespace);
        }
        Some(old)
    }
}

impl Namespace {
    fn select<'a>(&'a self, selector: &'a Selector) -> impl Iterator<Item = &'a Arc<Object>> {
        // One requirement that names a label and its value narrows the search; the others only check.
        let narrow = selector.requirements().iter().find_map(|r| match (r.operator, r.values.as_slice()) {
            (Operator::Equals | Operator::DoubleEquals | Operator::In, [value]) => Some((&r.key, value)),
            _ => None,
        });
        let (some, all) = match narrow {
            Some((key, value)) => (self.labels.get(key).and_then(|values| values.get(value)), None),
            None => (None, Some(self.objects.values())),
        };
        let some = some.into_iter().flatten().filter_map(|name| self.objects.get(name));
        some.chain(all.into_iter().flatten()).filter(|o| selector.matches(o.labels()))
    }

    fn label(&mut self, object: &Object) {
        for (key, value) in object.labels().entries() {
            let Value::Text(value) = value else { continue };
            let names = self.labels.entry(key.clone()).or_default().entry(value.clone()).or_default();
            names.insert(object.name().clone());
        }
    }

    fn unlabel(&mut self, object: &Object) {
        for (key, value) in object.labels().entries() {
            let Some(values) = self.labels.get_mut(key) else { continue };
            if let Some(names) = values.get_mut(value.str()) {
                names.remove(object.name());
                if names.is_empty() {
                    values.remove(value.str());
                }
            }
            if values.is_empty() {
                self.labels.remove(key);
            }
        }
    }
}
