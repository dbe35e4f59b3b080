//! Which objects carry a label, which ask for one, and whom they belong to: what a selector selects, who selects an
//! object, and what an object owns, without looking at all of them.

use super::object::Object;
use crate::base::labels::Operator;
use crate::base::{Selector, Text, Value};
use alloc::collections::{BTreeMap, BTreeSet};

/// The names of objects by label: key, value, names.
#[derive(Clone, Debug, Default)]
pub(super) struct ByLabel(BTreeMap<Text, BTreeMap<Text, BTreeSet<Text>>>);

impl ByLabel {
    pub(super) fn names(&self, key: &str, value: &str) -> Option<&BTreeSet<Text>> {
        self.0.get(key)?.get(value)
    }

    fn count(&self, key: &str, value: &str) -> usize {
        self.names(key, value).map_or(0, BTreeSet::len)
    }

    fn add(&mut self, key: &Text, value: &Text, name: &Text) {
        self.0.entry(key.clone()).or_default().entry(value.clone()).or_default().insert(name.clone());
    }

    fn remove(&mut self, key: &str, value: &str, name: &str) {
        let Some(values) = self.0.get_mut(key) else { return };
        if let Some(names) = values.get_mut(value) {
            names.remove(name);
            if names.is_empty() {
                values.remove(value);
            }
        }
        if values.is_empty() {
            self.0.remove(key);
        }
    }

    /// Enters `object` under all its labels.
    pub(super) fn add_labels(&mut self, object: &Object) {
        for (key, value) in object.labels().entries() {
            if let Value::Text(value) = value {
                self.add(key, value, object.name());
            }
        }
    }

    pub(super) fn remove_labels(&mut self, object: &Object) {
        for (key, value) in object.labels().entries() {
            self.remove(key, value.str(), object.name());
        }
    }

    /// The names among which everything is that `selector` selects, as few as one label can tell; none where no label
    /// tells.
    pub(super) fn narrowed(&self, selector: &Selector) -> Option<Option<&BTreeSet<Text>>> {
        let asked = selector.requirements().iter().filter_map(|r| match (r.operator, r.values.as_slice()) {
            (Operator::Equals | Operator::DoubleEquals | Operator::In, [value]) => Some((&r.key, value)),
            _ => None,
        });
        asked.map(|(key, value)| self.names(key, value)).min_by_key(|names| names.map_or(0, BTreeSet::len))
    }
}

/// The objects that select others by `spec.selector`, each under one of the labels it asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Selecting {
    names: ByLabel,
    /// Where each stands.
    places: BTreeMap<Text, (Text, Text)>,
    /// Those that ask for no label with one value, such as `tier in (a,b)` or everything.
    broad: BTreeSet<Text>,
}

impl Selecting {
    pub(super) fn add(&mut self, object: &Object) {
        let selector = object.selector();
        if selector.is_null() {
            return;
        }
        // The rarest label, so that a common one such as `app=shop` does not make every lookup a scan.
        let asked = asked_labels(selector).entries().iter();
        let asked = asked.filter_map(|(k, v)| Some((k, v.as_text()?)));
        match asked.min_by_key(|(key, value)| self.names.count(key, value)) {
            Some((key, value)) => {
                self.names.add(key, value, object.name());
                self.places.insert(object.name().clone(), (key.clone(), value.clone()));
            }
            None => {
                self.broad.insert(object.name().clone());
            }
        }
    }

    pub(super) fn remove(&mut self, object: &Object) {
        match self.places.remove(object.name()) {
            Some((key, value)) => self.names.remove(&key, &value, object.name()),
            None => {
                self.broad.remove(object.name());
            }
        }
    }

    /// The names of those that may select an object with `labels`, in their order.
    pub(super) fn candidates(&self, labels: &Value) -> BTreeSet<&Text> {
        let asked = labels.entries().iter().filter_map(|(key, value)| self.names.names(key, value.str()));
        asked.flatten().chain(&self.broad).collect()
    }
}

/// The names of objects by the uid of those that own them, as their `ownerReferences` say.
#[derive(Clone, Debug, Default)]
pub(super) struct Owned(BTreeMap<Text, BTreeSet<Text>>);

impl Owned {
    pub(super) fn names(&self, uid: &str) -> Option<&BTreeSet<Text>> {
        self.0.get(uid)
    }

    pub(super) fn add(&mut self, object: &Object) {
        for uid in owners(object).filter_map(Value::as_text) {
            self.0.entry(uid.clone()).or_default().insert(object.name().clone());
        }
    }

    pub(super) fn remove(&mut self, object: &Object) {
        for uid in owners(object) {
            let Some(names) = self.0.get_mut(uid.str()) else { continue };
            names.remove(object.name());
            if names.is_empty() {
                self.0.remove(uid.str());
            }
        }
    }
}

fn owners(object: &Object) -> impl Iterator<Item = &Value> {
    object.owners().items().iter().map(|owner| owner.get("uid"))
}

/// The labels that a selector asks for with one value: those of a Service's map, or the `matchLabels` of a
/// `LabelSelector`.
fn asked_labels(selector: &Value) -> &Value {
    if is_label_selector(selector) { selector.get("matchLabels") } else { selector }
}

/// Whether `selector` is a `LabelSelector`, not a map of labels: what stands in it is no text.
fn is_label_selector(selector: &Value) -> bool {
    let entries = selector.entries();
    entries.is_empty() || entries.iter().any(|(_, v)| v.as_text().is_none())
}

/// Whether `selector`, a map of labels or a `LabelSelector`, selects an object with `labels`.
pub(super) fn selects(selector: &Value, labels: &Value) -> bool {
    match is_label_selector(selector) {
        true => Selector::from_spec(selector).matches(labels),
        false => selector.entries().iter().all(|(key, value)| labels.find(key) == Some(value)),
    }
}
