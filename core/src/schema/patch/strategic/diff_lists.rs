//! The patch that leads from one list to another: what changes, what goes, and the order of what is there then.
//!
//! Models `diffLists`, `diffListsOfScalars` and `diffListsOfMaps`.

use super::comparable::deep_equal;
use super::diff::{self, Options};
use super::lookup::Type;
use super::{Error, Items, PATCH, items_of, lists, merge_key, order};
use crate::base::Value;
use crate::schema::patch::{go_print, go_sort};
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// The three lists of a patch for one list.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub(super) changes: Vec<Value>,
    /// `$deleteFromPrimitiveList`; deleted maps are among the changes.
    pub(super) deletions: Vec<Value>,
    /// `$setElementOrder`
    pub(super) order: Vec<Value>,
}

pub(super) fn lists(
    original: &[Value],
    modified: &[Value],
    type_: Type<'_>,
    key: &str,
    options: Options,
) -> Result<Lists, Error> {
    if original.is_empty() {
        let changes = if options.ignore_changes { Vec::new() } else { modified.to_vec() };
        return Ok(Lists { changes, ..Lists::default() });
    }
    match items_of(&[original, modified])? {
        Items::Maps => maps(original, modified, type_, key, options),
        Items::Scalars => scalars(original, modified, options),
    }
}

fn scalars(original: &[Value], modified: &[Value], options: Options) -> Result<Lists, Error> {
    // The original is sorted in its place, which is why a list that only lost its order is not sorted again.
    let original = by_text(original, go_print::plain);
    let sorted = by_text(modified, go_print::plain);
    let (mut changes, mut deletions) = (Vec::new(), Vec::new());
    walk(
        &original,
        &sorted,
        |_| Ok(()),
        |pair| {
            match pair {
                (Some(_), Some(_)) => {}
                (Some(old), None) if !options.ignore_deletions => deletions.push(old.clone()),
                (None, Some(new)) if !options.ignore_changes => changes.push(new.clone()),
                _ => {}
            }
            Ok(())
        },
    )?;
    let (once, _) = lists::distinct(deletions)?;
    let same = || {
        original.len() == modified.len()
            && original.iter().map(|(_, v)| v).zip(modified).all(|(a, b)| deep_equal(a, b))
    };
    let changed = (!options.ignore_deletions && !once.is_empty()) || (!options.ignore_changes && !same());
    Ok(Lists {
        changes: lists::sorted(changes, modified, "", Items::Scalars)?,
        deletions: once,
        order: if options.set_order && changed { modified.to_vec() } else { Vec::new() },
    })
}

fn maps(
    original: &[Value],
    modified: &[Value],
    type_: Type<'_>,
    key: &str,
    options: Options,
) -> Result<Lists, Error> {
    let by_key = |list| by_text(list, |item| go_print::plain(item.get(key)));
    let (old, new) = (by_key(original), by_key(modified));
    let (mut changes, mut deletions) = (Vec::new(), Vec::new());
    let has_key = |item: &Value| merge_key(item, key).map(|_| ());
    walk(&old, &new, has_key, |pair| {
        match pair {
            (Some(old), Some(new)) => {
                let mut patch = diff::maps(old, new, type_, options)?;
                if !patch.is_empty() {
                    patch.set(key, new.get(key));
                    changes.push(patch);
                }
            }
            (Some(old), None) if !options.ignore_deletions => {
                deletions.push(Value::map([(key, old.get(key).clone()), (PATCH, "delete".into())]));
            }
            (None, Some(new)) if !options.ignore_changes => changes.push(new.clone()),
            _ => {}
        }
        Ok(())
    })?;
    let mut changes = lists::sorted(changes, modified, key, Items::Maps)?;
    let same_order = in_same_order(original, modified, key)?;
    changes.extend(deletions);
    let changed = (!options.ignore_changes && (!changes.is_empty() || !same_order))
        || (!options.ignore_deletions && !changes.is_empty());
    let order = modified.iter().map(|item| Value::map([(key, item.get(key).clone())]));
    Ok(Lists {
        order: if options.set_order && changed { order.collect() } else { Vec::new() },
        changes,
        deletions: Vec::new(),
    })
}

/// Models `isOrderSame`.
fn in_same_order(original: &[Value], modified: &[Value], key: &str) -> Result<bool, Error> {
    if original.len() != modified.len() {
        return Ok(false);
    }
    for (old, new) in original.iter().zip(modified) {
        if !order::same_item(old, new, key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The items in the order of their texts, as a sort leaves them that calls equals ordered either way.
fn by_text(list: &[Value], text: impl Fn(&Value) -> String) -> Vec<(String, Value)> {
    let mut out: Vec<(String, Value)> = list.iter().map(|item| (text(item), item.clone())).collect();
    go_sort::sort(&mut out, |(a, _), (b, _)| a <= b);
    out
}

/// Goes through two sorted lists side by side; the next of both must pass the check before one is chosen.
fn walk(
    old: &[(String, Value)],
    new: &[(String, Value)],
    check: impl Fn(&Value) -> Result<(), Error>,
    mut visit: impl FnMut((Option<&Value>, Option<&Value>)) -> Result<(), Error>,
) -> Result<(), Error> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        for (_, item) in [old.peek(), new.peek()].into_iter().flatten() {
            check(item)?;
        }
        let order = match (old.peek(), new.peek()) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((a, _)), Some((b, _))) => a.cmp(b),
        };
        let old = if order == Ordering::Greater { None } else { old.next().map(|(_, v)| v) };
        let new = if order == Ordering::Less { None } else { new.next().map(|(_, v)| v) };
        visit((old, new))?;
    }
}
