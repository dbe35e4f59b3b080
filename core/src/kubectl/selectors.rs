//! Selectors as people type them, as the API has them.
//!
//! Models `metav1.ParseToLabelSelector`.

use super::console::Failure;
use crate::base::labels::Operator;
use crate::base::{Selector, Value};
use alloc::format;
use alloc::vec::Vec;

/// Equality becomes `matchLabels`, everything else `matchExpressions`.
pub fn to_label_selector(text: &str) -> Result<Value, Failure> {
    let selector = Selector::parse(text)
        .map_err(|why| Failure::own(format!("couldn't parse the selector string \"{text}\": {why}")))?;
    let (mut labels, mut expressions) = (Value::empty_map(), Vec::new());
    for requirement in selector.requirements() {
        let values = requirement.values.iter().map(|v| Value::text(v.clone()));
        let operator = match requirement.operator {
            Operator::Equals | Operator::DoubleEquals => {
                if let Some(value) = requirement.values.first() {
                    labels.set(&requirement.key, value);
                }
                continue;
            }
            Operator::In => "In",
            Operator::NotIn => "NotIn",
            Operator::Exists => "Exists",
            Operator::DoesNotExist => "DoesNotExist",
            Operator::GreaterThan => return Err(Failure::own("\"gt\" isn't supported in label selectors")),
            Operator::LessThan => return Err(Failure::own("\"lt\" isn't supported in label selectors")),
            Operator::NotEquals => {
                return Err(Failure::own("\"!=\" is not a valid label selector operator"));
            }
        };
        let mut expression =
            Value::map([("key", Value::text(requirement.key.clone())), ("operator", Value::text(operator))]);
        if !requirement.values.is_empty() {
            expression.set("values", Value::list(values));
        }
        expressions.push(expression);
    }
    let mut out = Value::empty_map();
    if !labels.is_empty() {
        out.set("matchLabels", labels);
    }
    if !expressions.is_empty() {
        out.set("matchExpressions", Value::list(expressions));
    }
    Ok(out)
}
