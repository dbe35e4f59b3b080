//! Who owns which fields after a write, and what an apply makes of an object.
//!
//! Models `structured-merge-diff/merge/update.go`.

use super::compare::{Comparison, compare};
use super::element::Path;
use super::field_set::field_set;
use super::merge::merge;
use super::reconcile::reconcile;
use super::remove::remove;
use super::set::Set;
use super::types::Type;
use super::values;
use crate::base::{Text, Value};
use crate::schema::{Kind, Schema, TypeId};
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

/// What somebody owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// `v1`, `apps/v1`: the version that the fields are of.
    pub api_version: Text,
    pub applied: bool,
    pub fields: Set,
}

/// The owners of an object by what they are called.
pub type Owners<I> = BTreeMap<I, Owner>;

/// The fields that an apply would take from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflicts<I>(pub Vec<(I, Vec<Path>)>);

/// An object in another version of its kind; none if there is no such version.
pub type Convert = fn(&Schema, &Value, &str) -> Option<(TypeId, Value)>;

/// Everything about the kind that is written.
#[derive(Clone, Copy, Debug)]
pub struct Updater<'s> {
    pub schema: &'s Schema,
    pub type_: TypeId,
    /// The version in which it is written.
    pub api_version: &'s str,
    /// The fields that it does not take from anybody (`GetResetFields`).
    pub reset: &'s Set,
    pub convert: Convert,
}

/// What a change takes from whom.
struct Contest<I> {
    changes: Comparison,
    conflicts: Vec<(I, Vec<Path>)>,
    /// What the others keep.
    left: BTreeMap<I, Set>,
}

impl<I: Ord> Contest<I> {
    /// Models the second half of `Updater.update`. Owners of versions that are no more are gone.
    fn settle(&mut self, owners: &mut Owners<I>, name: &I) {
        owners.retain(|other, owner| {
            if other != name {
                owner.fields = self.left.remove(other).unwrap_or_default();
            }
            !owner.fields.is_empty()
        });
    }
}

/// What changes in a version: what is written to, and what goes.
struct Changes {
    written: Set,
    removed: Set,
}

impl Changes {
    fn of(comparison: &Comparison) -> Changes {
        Changes { written: comparison.modified.union(&comparison.added), removed: comparison.removed.clone() }
    }
}

/// An object in some version.
#[derive(Clone)]
struct Versioned {
    kind: Kind,
    value: Value,
}

impl<'s> Updater<'s> {
    /// `owners` after `name` has made `new` of `live`: what changed is theirs, and nobody else's.
    pub fn update<I: Clone + Ord>(
        &self,
        live: &Value,
        new: &Value,
        owners: Owners<I>,
        name: &I,
    ) -> Owners<I> {
        let mut owners = self.reconciled(live, owners);
        let mut contest = self.contest(live, new, &owners, name);
        contest.settle(&mut owners, name);
        let changes = contest.changes;
        let before = owners.remove(name).map(|owner| owner.fields).unwrap_or_default();
        let fields = before.difference(&changes.removed).union(&changes.modified).union(&changes.added);
        let fields = fields.recursive_difference(self.reset);
        if !fields.is_empty() {
            let api_version = self.api_version.into();
            owners.insert(name.clone(), Owner { api_version, applied: false, fields });
        }
        owners
    }

    /// What the configuration that `name` applies makes of `live`, and who owns what then. No object if it is as it was.
    pub fn apply<I: Clone + Ord>(
        &self,
        live: &Value,
        config: &Value,
        owners: Owners<I>,
        name: &I,
        force: bool,
    ) -> Result<(Option<Value>, Owners<I>), Conflicts<I>> {
        let mut owners = self.reconciled(live, owners);
        let kind = Kind::Struct(self.type_);
        let type_ = Type::of(&kind);
        let merged = merge(self.schema, type_, live, config);
        let fields = field_set(self.schema, type_, config).recursive_difference(self.reset);
        let api_version = self.api_version.into();
        let last = owners.insert(name.clone(), Owner { api_version, applied: true, fields });
        let pruned = self.pruned(merged, &owners, last.as_ref());
        let mut contest = self.contest(live, &pruned, &owners, name);
        if !force && !contest.conflicts.is_empty() {
            return Err(Conflicts(contest.conflicts));
        }
        contest.settle(&mut owners, name);
        let same = values::equal(live, &pruned);
        Ok(((!same).then_some(pruned), owners))
    }

    fn type_of(&self) -> Kind {
        Kind::Struct(self.type_)
    }

    /// The object in that version.
    fn in_version(&self, object: &Versioned, version: &str) -> Option<Versioned> {
        if object.value.get("apiVersion").str() == version {
            return Some(object.clone());
        }
        let (type_, value) = (self.convert)(self.schema, &object.value, version)?;
        Some(Versioned { kind: Kind::Struct(type_), value })
    }

    fn own(&self, value: &Value) -> Versioned {
        Versioned { kind: self.type_of(), value: value.clone() }
    }

    /// The owners without those of versions that are no more, in line with the types.
    ///
    /// Models `reconcileManagedFieldsWithSchemaChanges`.
    fn reconciled<I: Ord>(&self, live: &Value, owners: Owners<I>) -> Owners<I> {
        let live = self.own(live);
        let in_line = |(name, mut owner): (I, Owner)| {
            let kind = self.in_version(&live, &owner.api_version)?.kind;
            owner.fields = reconcile(self.schema, Type::of(&kind), &owner.fields);
            Some((name, owner))
        };
        owners.into_iter().filter_map(in_line).collect()
    }

    /// What a change takes from those who own its fields.
    ///
    /// Models the first half of `Updater.update`.
    fn contest<I: Clone + Ord>(&self, live: &Value, new: &Value, owners: &Owners<I>, name: &I) -> Contest<I> {
        let kind = self.type_of();
        let changes = self.filtered(&compare(self.schema, Type::of(&kind), live, new));
        let mut versions: BTreeMap<Text, Option<Changes>> = BTreeMap::new();
        versions.insert(self.api_version.into(), Some(Changes::of(&changes)));
        let (live, new) = (self.own(live), self.own(new));
        let mut contest = Contest { changes, conflicts: Vec::new(), left: BTreeMap::new() };
        for (other, owner) in owners.iter().filter(|(other, _)| *other != name) {
            let changes = versions.entry(owner.api_version.clone()).or_insert_with(|| {
                let live = self.in_version(&live, &owner.api_version)?;
                let new = self.in_version(&new, &owner.api_version)?;
                let changes = compare(self.schema, Type::of(&live.kind), &live.value, &new.value);
                Some(Changes::of(&self.filtered(&changes)))
            });
            let Some(changes) = changes else { continue };
            let contested = owner.fields.intersection(&changes.written);
            let left = owner.fields.difference(&contested).difference(&changes.removed);
            if !contested.is_empty() {
                contest.conflicts.push((other.clone(), contested.paths()));
            }
            contest.left.insert(other.clone(), left);
        }
        contest
    }

    fn filtered(&self, changes: &Comparison) -> Comparison {
        Comparison {
            removed: changes.removed.recursive_difference(self.reset),
            modified: changes.modified.recursive_difference(self.reset),
            added: changes.added.recursive_difference(self.reset),
        }
    }

    /// The object without what was applied last time, is not now, and is nobody else's.
    ///
    /// Models `prune`.
    fn pruned<I>(&self, merged: Value, owners: &Owners<I>, last: Option<&Owner>) -> Value {
        let Some(last) = last.filter(|last| !last.fields.is_empty()) else { return merged };
        let Some(merged_then) = self.in_version(&self.own(&merged), &last.api_version) else { return merged };
        let last_fields = self.named(&last.fields, &merged_then);
        let pruned = self.without(&merged_then, &last_fields);
        let pruned = self.with_owned(&merged_then, pruned, &last.api_version, owners);
        // What was not theirs stays.
        let Some(pruned) = self.in_version(&pruned, &last.api_version) else { return merged };
        let lost = self
            .named(&self.fields(&merged_then), &merged_then)
            .difference(&self.named(&self.fields(&pruned), &merged_then));
        let out = self.without(&merged_then, &lost.intersection(&last_fields));
        self.in_version(&out, self.api_version).map_or(merged, |v| v.value)
    }

    /// `pruned` with what was taken out of it and has an owner.
    ///
    /// Models `addBackOwnedItems`.
    fn with_owned<I>(
        &self,
        merged: &Versioned,
        pruned: Versioned,
        version: &str,
        owners: &Owners<I>,
    ) -> Versioned {
        let mut by_version: BTreeMap<&str, Set> = BTreeMap::new();
        for owner in owners.values() {
            let fields = by_version.entry(&owner.api_version).or_default();
            *fields = fields.union(&owner.fields);
        }
        // The version of what was pruned first: conversions may need what is added back.
        let first = by_version.remove_entry(version);
        let mut pruned = pruned;
        let mut merged = merged.clone();
        for (version, owned) in first.into_iter().chain(by_version) {
            let (Some(all), Some(less)) =
                (self.in_version(&merged, version), self.in_version(&pruned, version))
            else {
                continue;
            };
            let kept = self.named(&self.fields(&less), &all).union(&self.named(&owned, &all));
            let lost = self.named(&self.fields(&all), &all).difference(&kept);
            pruned = self.without(&all, &lost);
            merged = all;
        }
        pruned
    }

    fn fields(&self, object: &Versioned) -> Set {
        field_set(self.schema, Type::of(&object.kind), &object.value)
    }

    fn named(&self, fields: &Set, object: &Versioned) -> Set {
        fields.with_named_fields(self.schema, Some(Type::of(&object.kind)))
    }

    fn without(&self, object: &Versioned, gone: &Set) -> Versioned {
        let value = remove(self.schema, Type::of(&object.kind), &object.value, gone);
        Versioned { kind: object.kind.clone(), value }
    }
}
