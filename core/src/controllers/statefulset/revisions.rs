//! The revisions that the pods of a StatefulSet are made after.
//!
//! Models `getStatefulSetRevisions` in `pkg/controller/statefulset/stateful_set_control.go`.

use crate::base::{Text, Value};
use crate::controllers::history::{self, Revision};
use crate::controllers::{Action, View, Write, kinds};
use crate::store::Object;
use alloc::sync::Arc;
use alloc::vec::Vec;

const HASH_LABEL: &str = "controller.kubernetes.io/hash";

pub(super) struct Found {
    pub(super) current: Revision,
    pub(super) update: Revision,
    pub(super) collisions: i64,
    /// What makes it so.
    pub(super) writes: Vec<Write>,
}

/// `known`: the set's revisions, the lowest first.
pub(super) fn find(set: &Object, view: &View<'_>, known: &[&Arc<Object>]) -> Found {
    let template = set.value().get("spec").get("template");
    let data = history::data(template);
    let mut collisions = set.value().get("status").get("collisionCount").int();
    let mut writes = Vec::new();
    let equal = known.iter().rev().find(|r| history::has(r, &data));
    let update = match (equal, known.last()) {
        (Some(equal), Some(last)) if equal.name() == last.name() => Revision::of(equal),
        // It is rolled back to what it was before.
        (Some(equal), _) => {
            let number = history::next(known);
            writes.push(history::renumbered(equal, number));
            Revision::of(equal)
        }
        (None, _) => create(set, view, &data, history::next(known), &mut collisions, &mut writes),
    };
    let noted = set.value().get("status").get("currentRevision").str();
    let current = known.iter().find(|r| r.name().as_str() == noted);
    let current = current.map_or_else(|| update.clone(), |r| Revision::of(r));
    Found { current, update, collisions, writes }
}

/// A new revision. Where its name is taken by one with other data, another hash is tried.
fn create(
    set: &Object,
    view: &View<'_>,
    data: &Value,
    number: i64,
    collisions: &mut i64,
    writes: &mut Vec<Write>,
) -> Revision {
    let template = set.value().get("spec").get("template");
    let mut labels = template.get("metadata").get("labels").clone();
    labels.map_mut();
    labels.set(HASH_LABEL, history::hash(data, *collisions));
    let annotations = set.metadata().get("annotations");
    loop {
        let name = Text::from(history::name(set.name(), &history::hash(data, *collisions)));
        match view.store.get(history::RESOURCE, set.namespace(), &name) {
            Some(there) if history::has(there, data) => return Revision::of(there),
            Some(_) => *collisions += 1,
            None => {
                let kind = kinds::STATEFUL_SET;
                let object = history::revision(set, kind, &name, labels, annotations, data, number);
                writes.push(Write::silent(Action::Create { resource: history::RESOURCE.into(), object }));
                return Revision { name, template: template.clone() };
            }
        }
    }
}
