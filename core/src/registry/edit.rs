//! Writing to objects that share memory with their templates: what needs no change is not copied.

use crate::base::Value;

/// Changes the member `key` where it is there. It stays shared unless `change` writes to it.
pub(super) fn member(object: &mut Value, key: &str, change: impl FnOnce(&mut Value)) {
    let old = object.get(key);
    if old.is_null() {
        return;
    }
    let mut new = old.clone();
    change(&mut new);
    if !new.same(old) {
        object.set(key, new);
    }
}

/// Changes each item of the list `key`. Those that `change` leaves alone stay shared, and so does the list if it leaves
/// all alone.
pub(super) fn each(object: &mut Value, key: &str, change: impl Fn(&mut Value)) {
    member(object, key, |list| {
        for i in 0..list.items().len() {
            let Some(old) = list.items().get(i) else { return };
            let mut new = old.clone();
            change(&mut new);
            if !new.same(old)
                && let Some(place) = list.list_mut().get_mut(i)
            {
                *place = new;
            }
        }
    });
}

/// Sets the text where it is missing or empty.
pub(super) fn default_text(object: &mut Value, key: &str, text: &str) {
    if object.get(key).str().is_empty() {
        object.set(key, text);
    }
}

/// Sets the number where it is missing or zero.
pub(super) fn default_number(object: &mut Value, key: &str, number: i64) {
    if object.get(key).int() == 0 {
        object.set(key, number);
    }
}
