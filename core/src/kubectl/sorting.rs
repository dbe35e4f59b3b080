//! `--sort-by`: objects in the order of what is at a path.
//!
//! Models `k8s.io/kubectl/pkg/cmd/get/sorter.go`.

use crate::base::field::quoted;
use crate::base::{Quantity, Value, sort};
use crate::print::jsonpath::{self, JsonPath};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// So few are sorted by insertion, with all that follows for those that cannot be compared.
const FEW: usize = 12;

/// The positions of the objects, in order.
pub fn order(objects: &[Value], by: &str) -> Result<Vec<usize>, String> {
    let field = jsonpath::relaxed(by).unwrap_or_else(|_| by.to_string());
    let path = JsonPath::parse(&field).map_err(|problem| format!("sorting error: {problem}"))?;
    let mut keys = Vec::new();
    for object in objects {
        keys.push(path.find(object)?.into_iter().next().and_then(|found| found.into_iter().next()));
    }
    if !keys.is_empty() && keys.iter().all(Option::is_none) {
        return Err(missing(&field));
    }
    let mut order = (0..keys.len()).collect::<Vec<_>>();
    let key = |i: &usize| keys.get(*i).and_then(Option::as_ref);
    if order.len() > FEW {
        sort::by(&mut order, |a, b| match (is_less(key(a), key(b)), is_less(key(b), key(a))) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            _ => Ordering::Equal,
        });
        return Ok(order);
    }
    for i in 1..order.len() {
        for j in (1..=i).rev() {
            let (Some(before), Some(after)) = (order.get(j - 1), order.get(j)) else { break };
            if !is_less(key(after), key(before)) {
                break;
            }
            order.swap(j - 1, j);
        }
    }
    Ok(order)
}

/// Several tables are sorted as if they were objects: by what few fields tables have.
///
/// Models `RuntimeSorter.Sort`, which does not recognize them.
pub fn tables(by: &str) -> Result<(), String> {
    const FIELDS: [&str; 5] =
        ["{.kind}", "{.apiVersion}", "{.metadata}", "{.metadata.resourceVersion}", "{.rows}"];
    let field = jsonpath::relaxed(by)?;
    JsonPath::parse(&field)?;
    if FIELDS.contains(&field.as_str()) { Ok(()) } else { Err(missing(&field)) }
}

fn missing(field: &str) -> String {
    format!("couldn't find any field with path {} in the list of objects", quoted(field))
}

/// What is missing comes before everything, even before what is missing, too.
fn is_less(a: Option<&Value>, b: Option<&Value>) -> bool {
    match (a, b) {
        (None, _) => true,
        (_, None) | (Some(Value::Null), Some(Value::Null)) => false,
        (Some(Value::Null), _) => true,
        (Some(Value::Int(a)), Some(Value::Int(b))) => a < b,
        (Some(Value::Text(a)), Some(Value::Text(b))) => {
            match (Quantity::parse(a.as_str()), Quantity::parse(b.as_str())) {
                (Ok(a), Ok(b)) => a < b,
                _ => a < b,
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(keys: &[Value]) -> Vec<usize> {
        let objects = keys.iter().map(|key| Value::map([("k", key.clone())])).collect::<Vec<_>>();
        order(&objects, ".k").expect("a key")
    }

    #[test]
    fn numbers_texts_and_quantities_have_each_their_order() {
        let texts = |all: &[&str]| all.iter().map(|t| Value::text(*t)).collect::<Vec<_>>();
        assert_eq!(sorted(&[Value::Int(10), Value::Int(9)]), [1, 0]);
        assert_eq!(sorted(&texts(&["b", "a", "c"])), [1, 0, 2]);
        assert_eq!(sorted(&texts(&["1Gi", "900Mi", "2"])), [2, 1, 0]);
        assert!(order(&[Value::empty_map()], "k").is_err());
    }
}
