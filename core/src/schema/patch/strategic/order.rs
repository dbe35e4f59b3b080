//! `$setElementOrder`: the order of a list's items, and the list's own patch with it.
//!
//! Models `mergePatchIntoOriginal` and `validatePatchWithSetOrderList`.

use super::comparable::{Comparable, deep_equal};
use super::lists::{self, Change};
use super::lookup::Type;
use super::merge::{Options, Target, without_directives};
use super::{Error, PATCH, SET_ELEMENT_ORDER, as_list, as_map, field_of, items_of};
use crate::base::{Text, Value};
use crate::schema::patch::go_print;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

/// Merges and sorts all lists whose order the patch gives. Answers their names: they are done with.
pub(super) fn apply(
    target: &mut Target,
    patch: &Value,
    type_: Type<'_>,
    options: Options,
) -> Result<BTreeSet<Text>, Error> {
    let mut done = BTreeSet::new();
    for (directive, order) in patch.entries().iter().filter(|(k, _)| k.starts_with(SET_ELEMENT_ORDER)) {
        if !options.to_object {
            match target.get(directive) {
                None => target.set(directive, order.clone()),
                Some(there) if deep_equal(there, order) => {}
                Some(_) => return Err(Error::bad_format("setElementOrder list")),
            }
        }
        let order = as_list(order)?;
        let name = field_of(directive, SET_ELEMENT_ORDER)?;
        // A list that was merged already is no longer in the patch.
        let patch = patch.find(name).filter(|_| !done.contains(name));
        if let Some(merged) = one(target.list(name)?, patch, order, name, type_, options)? {
            target.set(name, Value::list(merged));
            done.insert(name.into());
        }
    }
    Ok(done)
}

/// One list in its new order; none if there is none.
fn one(
    original: Option<&[Value]>,
    patch: Option<&Value>,
    order: &[Value],
    name: &str,
    type_: Type<'_>,
    options: Options,
) -> Result<Option<Vec<Value>>, Error> {
    let patch = patch.map(as_list).transpose()?;
    let member = type_.list(name)?;
    let key = member.merge_key;
    validate(patch.unwrap_or_default(), order, key)?;
    let (merged, before) = match (original, patch) {
        (None, None) => return Ok(None),
        (Some(original), None) => (original.to_vec(), original.to_vec()),
        (None, Some(patch)) => {
            let list = without_directives(&Value::list(patch.iter().cloned()));
            (list.as_ref().map(Value::items).unwrap_or_default().to_vec(), Vec::new())
        }
        (Some(original), Some(patch)) => {
            let merged = lists::handled(original, patch, &member, Change::Merge, options)?;
            (merged.items, merged.before)
        }
    };
    let (named, others) = lists::partition(merged, order, key)?;
    let items = items_of(&[original.unwrap_or_default(), patch.unwrap_or_default()])?;
    lists::ordered(named, others, order, &before, key, items).map(Some)
}

/// The order must name what is in the patch, in the order of the patch.
fn validate(patch: &[Value], order: &[Value], key: &str) -> Result<(), Error> {
    if patch.is_empty() || order.is_empty() {
        return Ok(());
    }
    let mut items: Vec<&Value> = patch.iter().collect();
    if !key.is_empty() {
        for item in &items {
            as_map(item)?;
        }
        items.retain(|item| item.get(PATCH).str() != "delete");
    }
    let mut items = items.into_iter().peekable();
    let mut order_left = order.iter().peekable();
    while let (Some(item), Some(named)) = (items.peek(), order_left.peek()) {
        if item.find(PATCH).is_some() {
            items.next();
            continue;
        }
        if same_item(item, named, key)? {
            items.next();
        }
        order_left.next();
    }
    // Other directives count, too, once the order has come to its end.
    if items.peek().is_some() {
        let print = |list: &[Value]| go_print::plain(&Value::list(list.iter().cloned()));
        return Err(Error::internal(format!(
            "The order in patch list:\n{}\n doesn't match {SET_ELEMENT_ORDER} list:\n{}\n",
            print(patch),
            print(order)
        )));
    }
    Ok(())
}

/// Models `mergeKeyValueEqual`.
pub(super) fn same_item(a: &Value, b: &Value, key: &str) -> Result<bool, Error> {
    let (a, b) = match key {
        "" => (a, b),
        key => {
            as_map(a)?;
            as_map(b)?;
            (super::merge_key(a, key)?, super::merge_key(b, key)?)
        }
    };
    if go_print::type_name(a) != go_print::type_name(b) {
        return Ok(false);
    }
    Ok(Comparable::of(a)? == Comparable::of(b)?)
}
