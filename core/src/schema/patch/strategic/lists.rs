//! Lists are merged by their merge key, or as sets of scalars.
//!
//! Models `mergeSlice` and what it calls. What upstream does to the array below a slice that somebody else still looks
//! at shows in the order of the outcome, and is done here too.

use super::comparable::{Comparable, Places};
use super::lookup::{Member, Strategy, Type};
use super::merge::{self, Options};
use super::{Error, Items, PATCH, items_of, merge_key};
use crate::base::Value;
use crate::schema::patch::go_sort;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::vec::Vec;

/// What a patch does to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Merge,
    /// Takes its items out (`$deleteFromPrimitiveList`).
    Delete,
}

/// A merged list.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) items: Vec<Value>,
    /// The original as the merge has left it for those who still hold it.
    pub(super) before: Vec<Value>,
}

/// Merges or replaces, as the field's type says.
///
/// Models `mergeSliceHandler`.
pub(super) fn handled(
    original: &[Value],
    patch: &[Value],
    member: &Member<'_>,
    change: Change,
    options: Options,
) -> Result<Merged, Error> {
    if member.strategy == Strategy::Merge || change == Change::Delete {
        return merged(original, patch, member.type_, member.merge_key, change, options);
    }
    Ok(Merged { items: patch.to_vec(), before: original.to_vec() })
}

fn merged(
    original: &[Value],
    patch: &[Value],
    type_: Type<'_>,
    key: &str,
    change: Change,
    options: Options,
) -> Result<Merged, Error> {
    if original.is_empty() && patch.is_empty() {
        return Ok(Merged::default());
    }
    let items = items_of(&[original, patch])?;
    let (both, patch, server, before) = match items {
        Items::Scalars if options.to_object && change == Change::Delete => {
            return Ok(Merged { items: difference(original, patch)?, before: original.to_vec() });
        }
        Items::Scalars => {
            let (both, behind) = distinct([original, patch].concat())?;
            // Where nothing is appended the original is made distinct in its place.
            let before =
                if patch.is_empty() { [both.as_slice(), &behind].concat() } else { original.to_vec() };
            (both, patch.to_vec(), before.clone(), before)
        }
        Items::Maps => {
            if key.is_empty() {
                let what = type_.name();
                return Err(Error::internal(format!("cannot merge lists without merge key for {what}")));
            }
            let mut maps = Maps::new(original, patch, key)?;
            let server = maps.items.len();
            maps.merge(type_, key, options)?;
            let before = maps.array_below();
            let server = maps.items.get(..server).unwrap_or_default().to_vec();
            (maps.items, maps.patch, server, before)
        }
    };
    let (patched, others) = partition(both, &patch, key)?;
    let items = ordered(patched, others, &patch, &server, key, items)?;
    Ok(Merged { items, before })
}

/// Models `deleteFromSlice`.
fn difference(list: &[Value], without: &[Value]) -> Result<Vec<Value>, Error> {
    let without = Places::of(without.iter().map(Some));
    let mut out = Vec::new();
    for item in list {
        if without.find(item)?.is_none() {
            out.push(item.clone());
        }
    }
    Ok(out)
}

/// Each scalar once, and what is left in the array behind them. What comes again gives its place to the last one.
///
/// Models `deduplicateScalars`.
pub(super) fn distinct(mut list: Vec<Value>) -> Result<(Vec<Value>, Vec<Value>), Error> {
    let mut behind = Vec::new();
    let mut places: BTreeMap<Comparable, BTreeSet<usize>> = BTreeMap::new();
    for (i, item) in list.iter().enumerate() {
        places.entry(Comparable::of(item)?).or_default().insert(i);
    }
    let mut i = 0;
    while let Some(item) = list.get(i) {
        let of_item = Comparable::of(item)?;
        while let Some(again) = places.get(&of_item).and_then(|p| p.range(i + 1..).next().copied()) {
            let Some(last) = list.pop() else { break };
            let of_last = Comparable::of(&last)?;
            behind.push(last.clone());
            if let Some(p) = places.get_mut(&of_last) {
                p.remove(&list.len());
            }
            if let Some(slot) = list.get_mut(again) {
                *slot = last;
                if let Some(p) = places.get_mut(&of_item) {
                    p.remove(&again);
                }
                places.entry(of_last).or_default().insert(again);
            }
        }
        i += 1;
    }
    behind.reverse();
    Ok((list, behind))
}

/// The items of `list` that are in `by`, and the others.
///
/// Models `partitionMapsByPresentInList` and its sister for primitives.
pub(super) fn partition(
    list: Vec<Value>,
    by: &[Value],
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), Error> {
    let known_by = |item| if key.is_empty() { Some(item) } else { Value::find(item, key) };
    let places = Places::of(by.iter().map(known_by));
    let no_map = by.iter().position(|item| !key.is_empty() && item.as_map().is_none());
    if key.is_empty() && !places.are_hashable() {
        return Err(Error::panic());
    }
    let (mut present, mut others) = (Vec::new(), Vec::new());
    for item in list {
        let found = match key {
            "" => {
                Comparable::of(&item)?;
                places.find(&item)?
            }
            key => places.find(merge_key(&item, key)?)?,
        };
        match (found, no_map) {
            // The search comes by an item that is no map.
            (found, Some(i)) if found.is_none_or(|place| i < place) => {
                return Err(Error::internal(format!("value for key {i} is not a map")));
            }
            (Some(_), _) => present.push(item),
            (None, _) => others.push(item),
        }
    }
    Ok((present, others))
}

/// `patched` sorted by `order` and woven into `others`, which are sorted by where they were.
///
/// Models `normalizeElementOrder`.
pub(super) fn ordered(
    patched: Vec<Value>,
    others: Vec<Value>,
    order: &[Value],
    server: &[Value],
    key: &str,
    items: Items,
) -> Result<Vec<Value>, Error> {
    let key = if items == Items::Maps { key } else { "" };
    let patched = sorted(patched, order, key, items)?;
    let others = sorted(others, server, key, items)?;
    let (ranks_of_patched, ranks_of_others) = (ranks(&patched, server, key)?, ranks(&others, server, key)?);
    let mut out = Vec::with_capacity(patched.len() + others.len());
    let mut patched = patched.into_iter().zip(ranks_of_patched).peekable();
    let mut others = others.into_iter().zip(ranks_of_others).peekable();
    loop {
        let other_first = match (others.peek(), patched.peek()) {
            (None, None) => return Ok(out),
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some((_, other)), Some((_, patched))) => {
                matches!((other, patched), (Some(other), Some(patched)) if other < patched)
            }
        };
        let next = if other_first { others.next() } else { patched.next() };
        out.extend(next.map(|(item, _)| item));
    }
}

/// A list in the order given; what that does not name comes where Go's sort leaves it, deletions last.
///
/// Models `normalizeSliceOrder`.
pub(super) fn sorted(
    list: Vec<Value>,
    order: &[Value],
    key: &str,
    items: Items,
) -> Result<Vec<Value>, Error> {
    let mut deletions = Vec::new();
    let mut kept = list;
    if items == Items::Maps {
        for item in kept.iter().chain(order) {
            merge_key(item, key)?;
        }
        (deletions, kept) = kept.into_iter().partition(|item| item.get(PATCH).str() == "delete");
    }
    let ranks = ranks(&kept, order, key)?;
    let mut ranked: Vec<(Option<usize>, Value)> = ranks.into_iter().zip(kept).collect();
    go_sort::stable(&mut ranked, |(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) => a < b,
        _ => true,
    });
    Ok(ranked.into_iter().map(|(_, item)| item).chain(deletions).collect())
}

/// The place that an order gives to each of `items`.
///
/// Models `index`.
fn ranks(items: &[Value], order: &[Value], key: &str) -> Result<Vec<Option<usize>>, Error> {
    let known_by = |item| if key.is_empty() { item } else { Value::get(item, key) };
    let places = Places::of(order.iter().map(|item| Some(known_by(item))));
    items.iter().map(|item| places.find(known_by(item))).collect()
}

/// A list of maps on its way from what it was to what the patch makes of it.
#[derive(Debug, Default)]
struct Maps {
    items: Vec<Value>,
    /// The items of the patch that are no directives.
    patch: Vec<Value>,
    /// What deletions have left in the array behind the items.
    behind: Vec<Value>,
    /// How many items are from before.
    kept: usize,
    /// The array of a list that is replaced.
    replaced: Option<Vec<Value>>,
}

impl Maps {
    /// Carries out the directives among the items of a patch.
    ///
    /// Models `mergeSliceWithSpecialElements`.
    fn new(original: &[Value], patch: &[Value], key: &str) -> Result<Maps, Error> {
        let mut rest = Vec::new();
        let mut alive: Vec<Option<&Value>> = original.iter().map(Some).collect();
        let mut last = alive.len();
        let (mut behind, mut replace) = (Vec::new(), false);
        let mut by_key: Option<BTreeMap<Comparable, Vec<usize>>> = None;
        for item in patch {
            let Some(directive) = item.find(PATCH) else {
                rest.push(item.clone());
                continue;
            };
            match directive.str() {
                "delete" => {
                    // A key that cannot be compared is nobody's.
                    let Ok(known_by) = Comparable::of(merge_key(item, key)?) else { continue };
                    let by_key = by_key.get_or_insert_with(|| all_places(original, key));
                    for place in by_key.remove(&known_by).unwrap_or_default() {
                        behind.extend(alive.get(last.wrapping_sub(1)).copied().flatten().cloned());
                        if let Some(slot) = alive.get_mut(place) {
                            *slot = None;
                        }
                        while last > 0 && alive.get(last - 1).is_none_or(Option::is_none) {
                            last -= 1;
                        }
                    }
                }
                "replace" => replace = true,
                "merge" => {
                    return Err(Error::internal("merging lists cannot yet be specified in the patch"));
                }
                _ => return Err(merge::unknown_patch_type(directive, item)),
            }
        }
        let kept: Vec<Value> = alive.into_iter().flatten().cloned().collect();
        behind.reverse();
        let maps = Maps { kept: kept.len(), items: kept, patch: rest, behind, replaced: None };
        Ok(if replace {
            let before = maps.array_below();
            Maps { items: maps.patch, replaced: Some(before), ..Maps::default() }
        } else {
            maps
        })
    }

    /// Merges each item of the patch into the first one with its key, or appends it.
    ///
    /// Models `mergeSliceWithoutSpecialElements`.
    fn merge(&mut self, type_: Type<'_>, key: &str, options: Options) -> Result<(), Error> {
        if self.patch.is_empty() {
            return Ok(());
        }
        let mut places: BTreeMap<Comparable, BTreeSet<usize>> = BTreeMap::new();
        for (i, item) in self.items.iter().enumerate() {
            if let Some(known_by) = item.find(key) {
                places.entry(Comparable::of(known_by)?).or_default().insert(i);
            }
        }
        for item in &self.patch {
            let known_by = Comparable::of(merge_key(item, key)?)?;
            let found = places.get(&known_by).and_then(|p| p.first().copied());
            let Some(slot) = found.and_then(|place| self.items.get_mut(place)) else {
                places.entry(known_by).or_default().insert(self.items.len());
                self.items.push(item.clone());
                continue;
            };
            *slot = merge::maps(slot, item, type_, options)?;
            let now = slot.find(key).map(Comparable::of).transpose()?;
            if now.as_ref() != Some(&known_by)
                && let Some(place) = found
            {
                // The merge took its key away.
                if let Some(p) = places.get_mut(&known_by) {
                    p.remove(&place);
                }
                if let Some(now) = now {
                    places.entry(now).or_default().insert(place);
                }
            }
        }
        Ok(())
    }

    /// The array that the original was in: shorter by what was deleted, with what was appended in the room that left.
    fn array_below(&self) -> Vec<Value> {
        if let Some(replaced) = &self.replaced {
            return replaced.clone();
        }
        let appended = self.items.len() - self.kept;
        let reused = appended.min(self.behind.len());
        let mut out: Vec<Value> = self.items.iter().take(self.kept + reused).cloned().collect();
        out.extend(self.behind.iter().skip(reused).cloned());
        out
    }
}

/// The places of all items, by their key.
fn all_places(list: &[Value], key: &str) -> BTreeMap<Comparable, Vec<usize>> {
    let mut out: BTreeMap<Comparable, Vec<usize>> = BTreeMap::new();
    for (i, item) in list.iter().enumerate() {
        if let Some(Ok(known_by)) = item.find(key).map(Comparable::of) {
            out.entry(known_by).or_default().push(i);
        }
    }
    out
}
