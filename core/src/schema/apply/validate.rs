//! Whether a value is one of its type, in the words of server-side apply.
//!
//! Models `structured-merge-diff/typed/validate.go`.

use super::element::Element;
use super::types::{List, Map, Scalar, Type};
use super::values;
use crate::base::{Text, Value};
use crate::schema::Schema;
use crate::schema::patch::go_print;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// What is wrong with a value, in the order in which it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors(Vec<(String, String)>);

impl Errors {
    fn one(message: String) -> Errors {
        Errors([(String::new(), message)].into())
    }

    fn add(&mut self, step: &Element, below: Errors) {
        self.0.extend(below.0.into_iter().map(|(path, message)| (format!("{step}{path}"), message)));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One error as it is, several in lines of their own.
impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |(path, message): &(String, String)| match path.as_str() {
            "" => message.clone(),
            path => format!("{path}: {message}"),
        };
        match self.0.as_slice() {
            [one] => f.write_str(&text(one)),
            several => {
                f.write_str("errors:")?;
                several.iter().try_for_each(|e| write!(f, "\n  {}", text(e)))
            }
        }
    }
}

/// The errors of `value`. What is stored may have items twice, what is applied may not.
pub fn validate(schema: &Schema, type_: Type<'_>, value: &Value, duplicates_allowed: bool) -> Errors {
    let atom = type_.atom_of(schema, Some(value));
    if let Some(map) = atom.map {
        return map_errors(schema, &map, value, duplicates_allowed);
    }
    if let Some(scalar) = atom.scalar {
        return scalar_error(scalar, Some(value)).map_or_else(Errors::default, Errors::one);
    }
    match atom.list {
        Some(list) => list_errors(schema, &list, value, duplicates_allowed),
        None => Errors::default(),
    }
}

/// Models `validateScalar`.
pub(super) fn scalar_error(scalar: Scalar, value: Option<&Value>) -> Option<String> {
    let value = value.filter(|v| !v.is_null())?;
    let plain = || go_print::plain(&values::as_floats(value));
    match (scalar, value) {
        (Scalar::Numeric, Value::Int(_) | Value::Number(_))
        | (Scalar::String, Value::Text(_))
        | (Scalar::Boolean, Value::Bool(_))
        | (Scalar::Untyped, Value::Int(_) | Value::Number(_) | Value::Text(_) | Value::Bool(_)) => None,
        (Scalar::Numeric, _) => {
            Some(format!("expected numeric (int or float), got {}", go_print::type_name(value)))
        }
        (Scalar::String, _) => {
            let source = go_print::source(&values::as_floats(value));
            Some(format!("expected string, got &value.valueUnstructured{{Value:{source}}}"))
        }
        (Scalar::Boolean, _) => Some(format!("expected boolean, got &{{{}}}", plain())),
        (Scalar::Untyped, _) => Some(format!("expected any scalar, got &{{{}}}", plain())),
    }
}

fn map_errors(schema: &Schema, map: &Map<'_>, value: &Value, duplicates_allowed: bool) -> Errors {
    let entries = match value {
        Value::Map(entries) => entries,
        Value::Null => return Errors::default(),
        other => {
            return Errors::one(format!(
                "expected map, got &{{{}}}",
                go_print::plain(&values::as_floats(other))
            ));
        }
    };
    let mut errors = Errors::default();
    for (key, inner) in entries.iter() {
        let Some(type_) = map.type_of(key) else {
            let step = Element::Field(key.clone());
            errors.add(&step, Errors::one("field not declared in schema".to_string()));
            break;
        };
        let below = validate(schema, type_, inner, duplicates_allowed);
        if !below.is_empty() {
            errors.add(&Element::Field(key.clone()), below);
        }
    }
    errors
}

fn list_errors(schema: &Schema, list: &List<'_>, value: &Value, duplicates_allowed: bool) -> Errors {
    let items = match value {
        Value::List(items) => items,
        Value::Null => return Errors::default(),
        other => {
            return Errors::one(format!(
                "expected list, got &{{{}}}",
                go_print::plain(&values::as_floats(other))
            ));
        }
    };
    let mut errors = Errors::default();
    let mut seen = BTreeSet::new();
    for (i, item) in items.iter().enumerate() {
        let step = if list.associative {
            match list.element(schema, item) {
                Ok(step) => step,
                Err(why) => {
                    errors.0.push((String::new(), format!("element {i}: {why}")));
                    return errors;
                }
            }
        } else {
            Element::Index(i64::try_from(i).unwrap_or(i64::MAX))
        };
        if list.associative && !duplicates_allowed {
            if seen.contains(&step) {
                errors.0.push((String::new(), format!("duplicate entries for key {step}")));
            } else {
                seen.insert(step.clone());
            }
        }
        let below = validate(schema, list.item, item, duplicates_allowed);
        if !below.is_empty() {
            errors.add(&step, below);
        }
    }
    errors
}

impl From<Errors> for Text {
    fn from(errors: Errors) -> Text {
        errors.to_string().into()
    }
}
