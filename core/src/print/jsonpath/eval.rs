//! What the parts of a template find in a value.
//!
//! Models `k8s.io/client-go/util/jsonpath/jsonpath.go`.

use super::parse::{Bound, Node};
use crate::base::{Value, sort};
use crate::schema::patch::go_print;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// What each part of a template finds.
pub(super) fn results(nodes: &[Node], value: &Value) -> Result<Vec<Vec<Value>>, String> {
    let mut out = Vec::new();
    block(nodes, 0, value, 0, &mut out)?;
    Ok(out)
}

/// The nodes from a place on, up to the end of the range they are in; the place behind it.
fn block(
    nodes: &[Node],
    from: usize,
    value: &Value,
    depth: usize,
    out: &mut Vec<Vec<Value>>,
) -> Result<usize, String> {
    let mut at = from;
    while let Some(node) = nodes.get(at) {
        at += 1;
        match keyword(node) {
            Some(("end", _)) if depth == 0 => return Err("not in range, nothing to end".to_string()),
            Some(("end", _)) => return Ok(at),
            Some(("range", over)) => {
                let items = list(over, Vec::from([value.clone()]))?;
                let mut behind = at;
                for item in &items {
                    behind = block(nodes, at, item, depth + 1, out)?;
                }
                if items.is_empty() {
                    // read over what is not repeated
                    behind = block(nodes, at, &Value::Null, depth + 1, &mut Vec::new())?;
                }
                at = behind;
            }
            _ => out.push(walk(node, Vec::from([value.clone()]))?),
        }
    }
    Ok(at)
}

/// `range` or `end`, and what stands behind it.
fn keyword(node: &Node) -> Option<(&str, &[Node])> {
    let Node::Action(inner) = node else { return None };
    match inner.split_first() {
        Some((Node::Identifier(name), rest)) => Some((name.as_str(), rest)),
        _ => None,
    }
}

fn list(nodes: &[Node], values: Vec<Value>) -> Result<Vec<Value>, String> {
    nodes.iter().try_fold(values, |values, node| walk(node, values))
}

fn walk(node: &Node, values: Vec<Value>) -> Result<Vec<Value>, String> {
    match node {
        Node::Action(nodes) => list(nodes, values),
        Node::Constant(text @ Value::Text(_)) => Ok(Vec::from([text.clone()])),
        Node::Constant(constant) => Ok(values.iter().map(|_| constant.clone()).collect()),
        Node::Field(name) => Ok(values.iter().filter_map(|value| value.find(name)).cloned().collect()),
        Node::Wildcard => Ok(values.iter().flat_map(children).collect()),
        Node::Recursive => {
            let mut out = Vec::new();
            values.iter().for_each(|value| descend(value, &mut out));
            Ok(out)
        }
        Node::Union(parts) => {
            let mut out = Vec::new();
            for part in parts {
                out.extend(list(part, values.clone())?);
            }
            Ok(out)
        }
        Node::Slice(bounds) => slice(bounds, &values),
        Node::Filter(left, operator, right) => filter(left, operator, right, &values),
        Node::Identifier(name) => Err(format!("unrecognized identifier {name}")),
    }
}

/// What is in a value, in the order of keys.
fn children(value: &Value) -> Vec<Value> {
    let mut entries = value.entries().iter().collect::<Vec<_>>();
    sort::by(&mut entries, |a, b| a.0.cmp(&b.0));
    let entries = entries.into_iter().map(|(_, inner)| inner);
    entries.chain(value.items()).cloned().collect()
}

/// The value and all in it that has something in it.
fn descend(value: &Value, out: &mut Vec<Value>) {
    let inner = children(value);
    if !inner.is_empty() || !value.str().is_empty() {
        out.push(value.clone());
        inner.iter().for_each(|value| descend(value, out));
    }
}

/// Models `evalArray`; as there, one list that ends it ends all.
fn slice(bounds: &[Bound; 3], values: &[Value]) -> Result<Vec<Value>, String> {
    let [from, to, step] = *bounds;
    let mut out = Vec::new();
    for value in values.iter().filter(|v| !v.is_null()) {
        let Value::List(items) = value else {
            return Err(format!("{} is not array or slice", go_print::type_name(value)));
        };
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let first = from.at.map_or(0, |at| if at < 0 { at.saturating_add(length) } else { at });
        let end = to.at.unwrap_or(length);
        let end = if end < 0 || (end == 0 && to.derived) { end.saturating_add(length) } else { end };
        if end == first {
            return Ok(out);
        }
        let outside = |index: i64| format!("array index out of bounds: index {index}, length {length}");
        if first >= length || first < 0 {
            return Err(outside(first));
        }
        if end > length || end < 0 {
            return Err(outside(end.saturating_sub(1)));
        }
        if first > end {
            return Err(format!("starting index {first} is greater than ending index {end}"));
        }
        let step = step.at.unwrap_or(1);
        if step <= 0 {
            return Err("step must be > 0".to_string());
        }
        let place = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
        let part = items.get(place(first)..place(end)).unwrap_or_default();
        out.extend(part.iter().step_by(place(step)).cloned());
    }
    Ok(out)
}

fn filter(left: &[Node], operator: &str, right: &[Node], values: &[Value]) -> Result<Vec<Value>, String> {
    let mut out = Vec::new();
    for value in values {
        let Value::List(items) = value else {
            let shown = go_print::plain(value);
            return Err(format!("{shown} is not array or slice and cannot be filtered"));
        };
        for item in items.iter() {
            let lefts = list(left, Vec::from([item.clone()]));
            if operator == "exists" {
                out.extend(lefts.is_ok_and(|found| !found.is_empty()).then(|| item.clone()));
                continue;
            }
            let (Some(left), Some(right)) = (one(lefts?)?, one(list(right, Vec::from([item.clone()]))?)?)
            else {
                continue;
            };
            out.extend(holds(&left, operator, &right)?.then(|| item.clone()));
        }
    }
    Ok(out)
}

fn one(values: Vec<Value>) -> Result<Option<Value>, String> {
    match values.len() {
        0 | 1 => Ok(values.into_iter().next()),
        _ => Err("can only compare one element at a time".to_string()),
    }
}

fn holds(left: &Value, operator: &str, right: &Value) -> Result<bool, String> {
    let is_known = ["<", ">", "==", "!=", "<=", ">="].contains(&operator);
    if !is_known {
        return Err(format!("unrecognized filter operator {operator}"));
    }
    let order = compare(left, right, matches!(operator, "==" | "!="))?;
    Ok(match operator {
        "<" => order == Ordering::Less,
        ">" => order == Ordering::Greater,
        "==" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        "<=" => order != Ordering::Greater,
        _ => order != Ordering::Less,
    })
}

/// Models `k8s.io/client-go/third_party/forked/golang/template/funcs.go`.
fn compare(left: &Value, right: &Value, only_equal: bool) -> Result<Ordering, String> {
    let float = |v: &Value| match v {
        Value::Number(text) => text.as_str().parse::<f64>().ok(),
        _ => None,
    };
    match (left, right) {
        (Value::Text(a), Value::Text(b)) => Ok(a.as_str().cmp(b.as_str())),
        (Value::Int(a), Value::Int(b)) => Ok(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) if only_equal => Ok(a.cmp(b)),
        (Value::Number(_), Value::Number(_)) => {
            Ok(float(left).partial_cmp(&float(right)).unwrap_or(Ordering::Less))
        }
        (Value::Map(_) | Value::List(_) | Value::Null | Value::Bool(_), _) => {
            Err("invalid type for comparison".to_string())
        }
        _ => Err("incompatible types for comparison".to_string()),
    }
}
