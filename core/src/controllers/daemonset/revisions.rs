//! The revision that the pods of a DaemonSet are made after.
//!
//! Models `constructHistory` and `cleanupHistory` in `pkg/controller/daemon/update.go`.

use super::pods::HASH_LABEL;
use super::{RESOURCE, Set};
use crate::base::{Text, Value};
use crate::controllers::history::{self, Revision};
use crate::controllers::{Action, View, Write, kinds, template};
use crate::store::Object;
use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) struct Found {
    pub(super) current: Revision,
    pub(super) hash: Text,
    /// What makes it so.
    pub(super) writes: Vec<Write>,
}

/// `known`: the set's revisions, the lowest first. Where the name of a new one is taken by another, that is what is to
/// be noted first.
pub(super) fn find(set: &Object, view: &View<'_>, known: &[&Arc<Object>]) -> Result<Found, Box<Write>> {
    let data = history::data(set.value().get("spec").get("template"));
    let is_current = |r: &&&Arc<Object>| history::has(r, &data);
    let old = known.iter().filter(|r| !is_current(r));
    let number = old.map(|r| history::number(r)).max().unwrap_or(0) + 1;
    let Some(there) = known.iter().rev().find(is_current) else {
        return create(set, view, &data, number);
    };
    let lower = history::number(there) < number;
    Ok(Found {
        current: Revision::of(there),
        hash: hash_of(there),
        writes: lower.then(|| history::renumbered(there, number)).into_iter().collect(),
    })
}

fn hash_of(revision: &Object) -> Text {
    revision.labels().get(HASH_LABEL).as_text().cloned().unwrap_or_else(|| revision.name().clone())
}

fn create(set: &Object, view: &View<'_>, data: &Value, number: i64) -> Result<Found, Box<Write>> {
    let template = set.value().get("spec").get("template");
    let collisions = set.value().get("status").get("collisionCount").as_int();
    let hash = Text::from(template::hash(view.schema, template, collisions));
    let name = Text::from(format!("{}-{hash}", set.name()));
    if let Some(there) = view.store.get(history::RESOURCE, set.namespace(), &name) {
        if history::has(there, data) {
            return Ok(Found { current: Revision::of(there), hash, writes: Vec::new() });
        }
        let mut object = set.value().clone();
        object.entry("status").set("collisionCount", collisions.unwrap_or(0) + 1);
        return Err(Box::new(Write::silent(Action::UpdateStatus { resource: RESOURCE.into(), object })));
    }
    let mut labels = template.get("metadata").get("labels").clone();
    labels.map_mut();
    labels.set(HASH_LABEL, &hash);
    let annotations = set.metadata().get("annotations");
    let object = history::revision(set, kinds::DAEMON_SET, &name, labels, annotations, data, number);
    let create = Write::silent(Action::Create { resource: history::RESOURCE.into(), object });
    Ok(Found { current: Revision { name, template: template.clone() }, hash, writes: [create].into() })
}

/// Old revisions that no pod has any more go, so that as many are left as the history may have.
pub(super) fn cleaned(set: &Set<'_>, known: &[&Arc<Object>], pods: &[&Arc<Object>]) -> Vec<Write> {
    let old: Vec<_> = known.iter().filter(|r| *r.name() != set.revision.name).collect();
    let limit = set.spec().get("revisionHistoryLimit").as_int().unwrap_or(10);
    let excess = old.len().saturating_sub(usize::try_from(limit).unwrap_or(0));
    let live = |r: &Object| {
        let hash = hash_of(r);
        pods.iter().any(|p| p.labels().get(HASH_LABEL).str() == hash.as_str())
    };
    let dead = old.into_iter().filter(|r| !live(r)).take(excess);
    dead.map(|r| Write::silent(Action::delete(history::RESOURCE, r))).collect()
}
