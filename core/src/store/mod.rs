//! What the cluster remembers: every object with its revision, and the recent past for those who watch.
//!
//! Models etcd as the API server uses it. A clone is a snapshot: it shares everything and costs nothing until one of
//! the two is written to.

mod index;
mod log;
mod object;
mod table;

pub use log::{Change, Event, Log};
pub use object::Object;

use crate::base::{Selector, Text, Value};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use table::Table;

/// All objects of a cluster, by resource (`services`, `deployments.apps`), namespace and name.
#[derive(Clone, Debug, Default)]
pub struct Store {
    revision: u64,
    tables: BTreeMap<Text, Arc<Table>>,
    log: Arc<Log>,
}

impl Store {
    /// The revision of the last write.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What was written lately.
    pub fn log(&self) -> &Log {
        &self.log
    }

    pub fn get(&self, resource: &str, namespace: &str, name: &str) -> Option<&Arc<Object>> {
        self.tables.get(resource)?.get(namespace, name)
    }

    /// The value of an object; null if there is none.
    pub fn value(&self, resource: &str, namespace: &str, name: &str) -> &Value {
        static NULL: Value = Value::Null;
        self.get(resource, namespace, name).map_or(&NULL, |o| o.value())
    }

    /// The objects of one namespace, or of all where `namespace` is empty, in the order of their keys.
    pub fn list<'a>(
        &'a self,
        resource: &str,
        namespace: &'a str,
    ) -> impl Iterator<Item = &'a Arc<Object>> + use<'a> {
        self.tables.get(resource).into_iter().flat_map(move |t| t.list(namespace))
    }

    /// The objects of one namespace that `selector` selects by their labels.
    pub fn select<'a, 's>(
        &'a self,
        resource: &str,
        namespace: &'s str,
        selector: &'s Selector,
    ) -> impl Iterator<Item = &'a Arc<Object>> + use<'a, 's> {
        self.tables.get(resource).into_iter().flat_map(move |t| t.select(namespace, selector))
    }

    /// The objects of `resource` in one namespace whose `spec.selector` selects an object with `labels`, in the order
    /// of their names: the Services of a pod. A selector is a map of labels, or a `LabelSelector`.
    pub fn selecting<'a>(
        &'a self,
        resource: &str,
        namespace: &'a str,
        labels: &'a Value,
    ) -> impl Iterator<Item = &'a Arc<Object>> + use<'a> {
        self.tables.get(resource).into_iter().flat_map(move |t| t.selecting(namespace, labels))
    }

    /// The objects of `resource` in one namespace, or in all where `namespace` is empty, that name the object of this
    /// uid as an owner, in the order of their keys.
    pub fn owned<'a>(
        &'a self,
        resource: &str,
        namespace: &'a str,
        uid: &'a str,
    ) -> impl Iterator<Item = &'a Arc<Object>> + use<'a> {
        self.tables.get(resource).into_iter().flat_map(move |t| t.owned(namespace, uid))
    }

    /// The resources that have, or had, objects.
    pub fn resources(&self) -> impl Iterator<Item = &Text> {
        self.tables.keys()
    }

    /// How many objects of a resource there are.
    pub fn count(&self, resource: &str) -> usize {
        self.tables.get(resource).map_or(0, |t| t.len())
    }

    /// Puts an object in its place, with the next revision, and answers it as it stands there.
    pub fn put(&mut self, resource: &Text, mut object: Object) -> Arc<Object> {
        self.revision += 1;
        object.set_revision(self.revision);
        let object = Arc::new(object);
        let table = Arc::make_mut(self.tables.entry(resource.clone()).or_default());
        let before = table.insert(&object);
        let change = if before.is_some() { Change::Modified } else { Change::Added };
        self.record(change, resource, object.clone(), before);
        object
    }

    /// Takes an object away and answers it with the revision of its end.
    pub fn remove(&mut self, resource: &Text, namespace: &str, name: &str) -> Option<Arc<Object>> {
        let table = Arc::make_mut(self.tables.get_mut(resource)?);
        let before = table.remove(namespace, name)?;
        self.revision += 1;
        let mut last = Object::clone(&before);
        last.set_revision(self.revision);
        let last = Arc::new(last);
        self.record(Change::Deleted, resource, last.clone(), Some(before));
        Some(last)
    }

    fn record(&mut self, change: Change, resource: &Text, object: Arc<Object>, before: Option<Arc<Object>>) {
        let event = Event { change, resource: resource.clone(), object, before, revision: self.revision };
        Arc::make_mut(&mut self.log).push(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, app: &str) -> Object {
        let labels = Value::map([("app", Value::text(app))]);
        let metadata =
            Value::map([("name", name.into()), ("namespace", "default".into()), ("labels", labels)]);
        Object::new(Value::map([("metadata", metadata)]))
    }

    #[test]
    fn a_snapshot_keeps_what_was_there() {
        let (mut store, pods) = (Store::default(), Text::from("pods"));
        store.put(&pods, pod("a", "web"));
        let snapshot = store.clone();
        store.put(&pods, pod("b", "web"));
        store.remove(&pods, "default", "a");
        assert_eq!((snapshot.count("pods"), store.count("pods"), store.revision()), (1, 1, 3));
        assert!(
            snapshot.get("pods", "default", "a").is_some() && store.get("pods", "default", "a").is_none()
        );
        let changes = store.log().since(0).map(|e| e.map(|e| e.change).collect::<alloc::vec::Vec<_>>());
        assert_eq!(changes, Some([Change::Added, Change::Added, Change::Deleted].into()));
    }

    #[test]
    fn selected_objects_come_in_order_and_follow_their_labels() {
        let (mut store, pods) = (Store::default(), Text::from("pods"));
        for (name, app) in [("c", "web"), ("a", "web"), ("b", "db")] {
            store.put(&pods, pod(name, app));
        }
        let names = |store: &Store, app: &str| {
            let selector = Selector::parse(app).expect("a selector");
            let found = store.select("pods", "default", &selector).map(|o| o.name().clone());
            found.collect::<alloc::vec::Vec<_>>()
        };
        assert_eq!(names(&store, "app=web"), ["a", "c"]);
        store.put(&pods, pod("a", "db"));
        store.remove(&pods, "default", "c");
        assert_eq!(
            (names(&store, "app=web"), names(&store, "app=db")),
            ([].into(), ["a".into(), "b".into()].into())
        );
    }
    #[test]
    fn those_that_select_an_object_are_found_by_its_labels() {
        let (mut store, services) = (Store::default(), Text::from("services"));
        let put = |store: &mut Store, name: &str, selector: Value| {
            let metadata = Value::map([("name", name.into()), ("namespace", "default".into())]);
            let spec = Value::map([("selector", selector)]);
            store.put(&services, Object::new(Value::map([("metadata", metadata), ("spec", spec)])));
        };
        let labels = |text: &str| {
            let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
            Value::map(pairs.map(|(key, value)| (key, Value::from(value))))
        };
        put(&mut store, "web", labels("app=shop,tier=web"));
        put(&mut store, "db", labels("app=shop,tier=db"));
        put(&mut store, "all", labels("app=shop"));
        put(&mut store, "none", Value::Null);
        put(&mut store, "set", Value::map([("matchLabels", labels("tier=db"))]));
        let in_list = Value::map([("key", "tier".into()), ("operator", "Exists".into())]);
        put(&mut store, "expression", Value::map([("matchExpressions", Value::list([in_list]))]));
        let found = |store: &Store, text: &str| {
            let labels = labels(text);
            let found = store.selecting("services", "default", &labels).map(|o| o.name().clone());
            found.collect::<alloc::vec::Vec<_>>()
        };
        assert_eq!(found(&store, "app=shop,tier=web"), ["all", "expression", "web"]);
        assert_eq!(found(&store, "app=shop,tier=db,x=y"), ["all", "db", "expression", "set"]);
        assert_eq!(found(&store, "app=shop"), ["all"]);
        put(&mut store, "all", labels("app=other"));
        store.remove(&services, "default", "expression");
        assert_eq!(found(&store, "app=shop,tier=web"), ["web"]);
        assert_eq!(found(&store, "app=other"), ["all"]);
    }
}
