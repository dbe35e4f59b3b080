//! Which objects carry a label, which ask for one, and whom they belong to: what a selector selects, who selects an
//! object, and what an object owns, without looking at all of them.

use super::object::Object;
use crate::base::labels::{Operator, Requirement};
use crate::base::{Selector, Text, Value};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;

/// Objects by label: key, value, name. They stand here themselves, so that selecting needs no second search for each.
#[derive(Clone, Debug, Default)]
pub(super) struct ByLabel(BTreeMap<Text, BTreeMap<Text, Named>>);

type Named = BTreeMap<Text, Arc<Object>>;

impl ByLabel {
    fn with(&self, key: &str, value: &str) -> Option<&Named> {
        self.0.get(key)?.get(value)
    }

    fn count(&self, key: &str, value: &str) -> usize {
        self.with(key, value).map_or(0, BTreeMap::len)
    }

    fn add(&mut self, key: &Text, value: &Text, object: &Arc<Object>) {
        let named = self.0.entry(key.clone()).or_default().entry(value.clone()).or_default();
        named.insert(object.name().clone(), object.clone());
    }

    fn remove(&mut self, key: &str, value: &str, name: &str) {
        let Some(values) = self.0.get_mut(key) else { return };
        if let Some(named) = values.get_mut(value) {
            named.remove(name);
            if named.is_empty() {
                values.remove(value);
            }
        }
        if values.is_empty() {
            self.0.remove(key);
        }
    }

    /// Enters `object` under all its labels, in place of what was there of its name.
    pub(super) fn add_labels(&mut self, object: &Arc<Object>) {
        for (key, value) in object.labels().entries() {
            let Value::Text(value) = value else { continue };
            let there =
                self.0.get_mut(key).and_then(|v| v.get_mut(value)).and_then(|n| n.get_mut(object.name()));
            match there {
                Some(there) => *there = object.clone(),
                None => self.add(key, value, object),
            }
        }
    }

    pub(super) fn remove_labels(&mut self, object: &Object) {
        for (key, value) in object.labels().entries() {
            self.remove(key, value.str(), object.name());
        }
    }

    /// The objects among which everything is that `selector` selects, as few as one label can tell; none where no
    /// label tells.
    pub(super) fn narrowed(&self, selector: &Selector) -> Option<Option<&Named>> {
        let asked = selector.requirements().iter().filter_map(|r| one_value(r).map(|value| (&r.key, value)));
        asked.map(|(key, value)| self.with(key, value)).min_by_key(|named| named.map_or(0, BTreeMap::len))
    }
}

/// Whether a selector asks for one label, with one value, and for nothing else.
pub(super) fn is_one_label(selector: &Selector) -> bool {
    matches!(selector.requirements(), [one] if one_value(one).is_some())
}

fn one_value(requirement: &Requirement) -> Option<&Text> {
    match (requirement.operator, requirement.values.as_slice()) {
        (Operator::Equals | Operator::DoubleEquals | Operator::In, [value]) => Some(value),
        _ => None,
    }
}

/// The objects that select others by `spec.selector`, each under one of the labels it asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Selecting {
    by_label: ByLabel,
    /// Where each stands.
    places: BTreeMap<Text, (Text, Text)>,
    /// Those that ask for no label with one value, such as `tier in (a,b)` or everything.
    broad: Named,
}

impl Selecting {
    pub(super) fn add(&mut self, object: &Arc<Object>) {
        let selector = object.selector();
        if selector.is_null() {
            return;
        }
        // The rarest label, so that a common one such as `app=shop` does not make every lookup a scan.
        let asked = asked_labels(selector).entries().iter();
        let asked = asked.filter_map(|(k, v)| Some((k, v.as_text()?)));
        match asked.min_by_key(|(key, value)| self.by_label.count(key, value)) {
            Some((key, value)) => {
                self.by_label.add(key, value, object);
                self.places.insert(object.name().clone(), (key.clone(), value.clone()));
            }
            None => drop(self.broad.insert(object.name().clone(), object.clone())),
        }
    }

    pub(super) fn remove(&mut self, object: &Object) {
        match self.places.remove(object.name()) {
            Some((key, value)) => self.by_label.remove(&key, &value, object.name()),
            None => drop(self.broad.remove(object.name())),
        }
    }

    /// Those that may select an object with `labels`, by name.
    pub(super) fn candidates<'a>(&'a self, labels: &'a Value) -> BTreeMap<&'a Text, &'a Arc<Object>> {
        let asked = labels.entries().iter().filter_map(|(key, value)| self.by_label.with(key, value.str()));
        asked.flatten().chain(&self.broad).collect()
    }
}

/// Objects by the uid of those that own them, as their `ownerReferences` say.
#[derive(Clone, Debug, Default)]
pub(super) struct Owned(BTreeMap<Text, Named>);

impl Owned {
    pub(super) fn by(&self, uid: &str) -> Option<&Named> {
        self.0.get(uid)
    }

    /// Enters `object`, in place of what was there of its name.
    pub(super) fn add(&mut self, object: &Arc<Object>) {
        for uid in owners(object).filter_map(Value::as_text) {
            match self.0.get_mut(uid.as_str()).and_then(|named| named.get_mut(object.name())) {
                Some(there) => *there = object.clone(),
                None => {
                    let named = self.0.entry(uid.clone()).or_default();
                    named.insert(object.name().clone(), object.clone());
                }
            }
        }
    }

    pub(super) fn remove(&mut self, object: &Object) {
        for uid in owners(object) {
            let Some(named) = self.0.get_mut(uid.str()) else { continue };
            named.remove(object.name());
            if named.is_empty() {
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
