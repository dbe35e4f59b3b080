//! Strategic merge patch: lists are merged item by item where their type says so.
//!
//! Models `k8s.io/apimachinery/pkg/util/strategicpatch`.

mod comparable;
mod diff;
mod diff_lists;
mod lists;
mod lookup;
mod merge;
mod order;

use super::{go_print, sorted};
use crate::base::{Status, Text, Value};
use crate::schema::{Kind, Schema, TypeId};
use alloc::format;
use alloc::string::String;
use lookup::Type;

const PATCH: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const SET_ELEMENT_ORDER: &str = "$setElementOrder";
const DELETE_FROM_LIST: &str = "$deleteFromPrimitiveList";

/// What `patch` makes of `object`: maps and lists that are yet to be converted to the type (see
/// [`from_map`](super::from_map)).
///
/// Models `StrategicMergeMapPatch`.
pub fn apply(schema: &Schema, type_: TypeId, object: &Value, patch: &Value) -> Result<Value, Error> {
    let kind = Kind::Struct(type_);
    merge::maps(object, patch, Type::of(schema, &kind), merge::Options { to_object: true })
}

/// The patch that makes `modified` of `original`.
///
/// Models `CreateTwoWayMergePatch` with the preconditions of `kubectl edit`.
pub fn create_two_way(
    schema: &Schema,
    type_: TypeId,
    original: &Value,
    modified: &Value,
) -> Result<Value, Error> {
    let kind = Kind::Struct(type_);
    let options = diff::Options { set_order: true, ..diff::Options::default() };
    let patch = diff::maps(original, modified, Type::of(schema, &kind), options)?;
    check_preconditions(&patch)?;
    Ok(sorted(&patch))
}

/// The patch that brings `modified` about in `current`: what differs from `current` is set, and what was in `original`
/// and is not in `modified` is deleted. What others have added stays.
///
/// Models `CreateThreeWayMergePatch`, overwriting, with the preconditions of `kubectl apply`.
pub fn create_three_way(
    schema: &Schema,
    type_: TypeId,
    original: &Value,
    modified: &Value,
    current: &Value,
) -> Result<Value, Error> {
    let kind = Kind::Struct(type_);
    let root = Type::of(schema, &kind);
    let options = diff::Options { set_order: true, ..diff::Options::default() };
    let delta = diff::maps(current, modified, root, diff::Options { ignore_deletions: true, ..options })?;
    let deletions = diff::maps(original, modified, root, diff::Options { ignore_changes: true, ..options })?;
    let patch = merge::maps(&deletions, &delta, root, merge::Options { to_object: false })?;
    check_preconditions(&patch)?;
    Ok(sorted(&patch))
}

/// The identity of an object is not patched.
fn check_preconditions(patch: &Value) -> Result<(), Error> {
    let changed = ["apiVersion", "kind"].iter().any(|k| patch.find(k).is_some());
    if changed || patch.get("metadata").find("name").is_some() {
        return Err(Error::internal(format!("precondition failed for: {}", go_print::plain(patch))));
    }
    Ok(())
}

/// Why a patch cannot be applied or made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub text: Text,
    pub kind: ErrorKind,
}

/// How the API server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 400
    BadRequest,
    /// 422, without a reason given.
    Unprocessable,
    /// 500, with the bare text.
    Internal,
    /// Upstream's code breaks.
    Panic,
}

impl Error {
    fn internal(text: impl Into<Text>) -> Error {
        Error { text: text.into(), kind: ErrorKind::Internal }
    }

    fn bad_request(text: &str) -> Error {
        Error { text: text.into(), kind: ErrorKind::BadRequest }
    }

    fn panic() -> Error {
        Error { text: Text::EMPTY, kind: ErrorKind::Panic }
    }

    /// Models `ErrBadPatchFormatForRetainKeys` and its sisters.
    fn bad_format(of: &str) -> Error {
        Error::bad_request(&format!("invalid patch format of {of}"))
    }

    /// Models `ErrNoListOfLists`.
    fn list_of_lists() -> Error {
        Error { text: "lists of lists are not supported".into(), kind: ErrorKind::Unprocessable }
    }

    /// Models `ErrBadArgType`: `expected` is Go's name of a type.
    fn wrong_type(expected: &str, actual: &Value) -> Error {
        let actual = match actual {
            Value::Null => "%!s(<nil>)",
            other => go_print::type_name(other),
        };
        Error::internal(format!("expected a {expected}, but received a {actual}"))
    }

    fn no_merge_key(map: &Value, key: &str) -> Error {
        Error::internal(format!("map: {} does not contain declared merge key: {key}", go_print::plain(map)))
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Status {
        match error.kind {
            ErrorKind::BadRequest => Status::bad_request(error.text),
            ErrorKind::Unprocessable => super::unprocessable(),
            ErrorKind::Internal => Status::unknown(error.text),
            ErrorKind::Panic => super::panicked(),
        }
    }
}

const MAP: &str = "map[string]interface {}";
const LIST: &str = "[]interface {}";

/// `item` as a map.
fn as_map(item: &Value) -> Result<&Value, Error> {
    if item.as_map().is_some() { Ok(item) } else { Err(Error::wrong_type(MAP, item)) }
}

fn as_list(value: &Value) -> Result<&[Value], Error> {
    value.as_list().ok_or_else(|| Error::wrong_type(LIST, value))
}

/// The value of the merge key of an item.
fn merge_key<'v>(item: &'v Value, key: &str) -> Result<&'v Value, Error> {
    as_map(item)?.find(key).ok_or_else(|| Error::no_merge_key(item, key))
}

/// The name behind a prefix such as `$setElementOrder/`.
///
/// Models `extractKey`.
fn field_of<'k>(directive: &'k str, prefix: &str) -> Result<&'k str, Error> {
    match directive.split_once('/') {
        Some((before, name)) if before == prefix => Ok(name),
        _ if prefix == DELETE_FROM_LIST => Err(Error::bad_format("primitive list")),
        _ => Err(Error::bad_format("setElementOrder list")),
    }
}

/// What items a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Items {
    Maps,
    Scalars,
}

/// What all items of these lists are.
///
/// Models `sliceElementType`.
fn items_of(lists: &[&[Value]]) -> Result<Items, Error> {
    let mut all = lists.iter().flat_map(|l| l.iter());
    let first = all.next().ok_or_else(|| Error::internal("no elements in any of the given slices"))?;
    match first {
        Value::Null => return Err(Error::panic()),
        Value::List(_) => return Err(Error::list_of_lists()),
        _ => {}
    }
    if all.any(|item| go_print::type_name(item) != go_print::type_name(first)) {
        let texts: alloc::vec::Vec<String> =
            lists.iter().map(|l| go_print::plain(&Value::list(l.iter().cloned()))).collect();
        return Err(Error::internal(format!("list element types are not identical: [{}]", texts.join(" "))));
    }
    Ok(if first.as_map().is_some() { Items::Maps } else { Items::Scalars })
}
