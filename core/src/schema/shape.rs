//! The form in which Go writes a value: which fields stand there, in which order, and what they are when nothing was
//! written to them.
//!
//! Models `encoding/json` with the struct tags of the API types.

use super::table::{Field, Kind, Omit, Schema, Type, scalar_go_type};
use crate::base::{Text, Value};
use alloc::format;
use alloc::vec::Vec;

impl Schema {
    /// The struct with these values of its fields, written as Go writes it.
    pub(super) fn assemble(&self, type_: &Type, slots: Vec<Option<Value>>) -> Value {
        let fields = type_.fields.iter().zip(slots);
        Value::of_distinct(
            fields.filter_map(|(f, slot)| Some((f.json.clone(), self.written(f, slot)?))).collect(),
        )
    }

    /// What of a field's value stands in the JSON; none if the field is left out.
    fn written(&self, field: &Field, slot: Option<Value>) -> Option<Value> {
        let scalar = !matches!(field.kind, Kind::List(_) | Kind::Map(_) | Kind::Bytes | Kind::Any);
        match (slot, field.omit) {
            (None, Omit::Never) => Some(if field.pointer { Value::Null } else { self.zero(&field.kind) }),
            (None, Omit::Zero) => None,
            // A struct is never empty to Go.
            (None, Omit::Empty) => {
                let is_struct = matches!(
                    field.kind,
                    Kind::Struct(_) | Kind::Time | Kind::MicroTime | Kind::IntOrString | Kind::Quantity
                );
                (is_struct && !field.pointer).then(|| self.zero(&field.kind))
            }
            (Some(v), Omit::Zero) => (field.pointer || v != self.zero(&field.kind)).then_some(v),
            (Some(v), _) if field.pointer && scalar => Some(v),
            // Empty lists and maps come back from the storage as none at all.
            (Some(v), Omit::Empty) => {
                let struct_ = matches!(field.kind, Kind::Struct(_) | Kind::IntOrString | Kind::Quantity);
                (struct_ || !v.is_empty()).then_some(v)
            }
            (Some(v), Omit::Never) => Some(if scalar || !v.is_empty() { v } else { Value::Null }),
        }
    }

    /// What a value of that type is before anything is written to it, as JSON shows it.
    pub fn zero(&self, kind: &Kind) -> Value {
        match kind {
            Kind::String => Value::text(""),
            Kind::Bool => Value::Bool(false),
            Kind::Int32 | Kind::Int64 | Kind::Double | Kind::IntOrString => Value::Int(0),
            Kind::Bytes | Kind::Time | Kind::MicroTime | Kind::Any | Kind::List(_) | Kind::Map(_) => {
                Value::Null
            }
            Kind::Quantity => Value::text("0"),
            Kind::Struct(id) => {
                let type_ = self.get(*id);
                self.assemble(type_, type_.fields.iter().map(|_| None).collect())
            }
        }
    }

    /// Go's name for a type.
    pub fn go_type(&self, kind: &Kind) -> Text {
        match kind {
            Kind::Struct(id) => self.get(*id).go_type.clone(),
            Kind::List(item) => format!("[]{}", self.go_type(item)).into(),
            Kind::Map(item) => format!("map[string]{}", self.go_type(item)).into(),
            scalar => scalar_go_type(scalar).into(),
        }
    }

    /// `value`, which has the right types but maybe not the right form, as Go would write it: fields in order, empty
    /// ones out, missing ones in. What has that form already is shared, not copied.
    pub fn arrange(&self, kind: &Kind, value: &Value) -> Value {
        match (kind, value) {
            (Kind::Struct(_), Value::Map(_)) if self.is_arranged(kind, value) => value.clone(),
            (Kind::Struct(id), Value::Map(_)) => self.arrange_struct(self.get(*id), value),
            (Kind::List(item), Value::List(items)) => {
                let arranged: Vec<Value> = items.iter().map(|v| self.arrange(item, v)).collect();
                if arranged.iter().zip(items.iter()).all(|(a, b)| a.same(b)) {
                    return value.clone();
                }
                Value::list(arranged)
            }
            (Kind::Map(item), Value::Map(map)) => {
                let sorted = map.keys().zip(map.keys().skip(1)).all(|(a, b)| a < b);
                let simple = !matches!(**item, Kind::Struct(_) | Kind::List(_) | Kind::Map(_));
                if sorted && simple {
                    return value.clone();
                }
                let mut out = Value::map(map.iter().map(|(k, v)| (k.clone(), self.arrange(item, v))));
                out.map_mut().sort();
                out
            }
            _ => value.clone(),
        }
    }

    /// Whether the value has the form that [`Schema::arrange`] would give it. Most have: what is changed in an object
    /// is little.
    fn is_arranged(&self, kind: &Kind, value: &Value) -> bool {
        match (kind, value) {
            (Kind::Struct(id), Value::Map(_)) => {
                let mut entries = value.entries().iter().peekable();
                let fields = self.get(*id).fields.iter();
                let in_place =
                    fields.into_iter().all(|field| match entries.next_if(|(key, _)| *key == field.json) {
                        Some((_, Value::Null)) => stands_as_null(field),
                        Some((_, v)) => self.stands(field, v) && self.is_arranged(&field.kind, v),
                        None => may_be_missing(field),
                    });
                in_place && entries.next().is_none()
            }
            (Kind::List(item), Value::List(items)) => items.iter().all(|v| self.is_arranged(item, v)),
            (Kind::Map(item), Value::Map(map)) => {
                map.keys().zip(map.keys().skip(1)).all(|(a, b)| a < b)
                    && map.iter().all(|(_, v)| self.is_arranged(item, v))
            }
            _ => true,
        }
    }

    /// Whether a value that is set is written as it is.
    fn stands(&self, field: &Field, value: &Value) -> bool {
        match field.omit {
            Omit::Zero => field.pointer || *value != self.zero(&field.kind),
            Omit::Empty => field.pointer && is_scalar(field) || is_struct(field) || !value.is_empty(),
            Omit::Never => is_scalar(field) || !value.is_empty(),
        }
    }

    fn arrange_struct(&self, type_: &Type, value: &Value) -> Value {
        let entries = value.entries();
        let (mut at, mut changed) = (0, None);
        // Nearly always all is in order already: then the fields and the entries go side by side.
        let odd = type_.fields.iter().any(|f| match entries.get(at) {
            Some((key, v)) if *key == f.json && !v.is_null() => {
                at += 1;
                let arranged = self.arrange(&f.kind, v);
                if !arranged.same(v) {
                    changed = Some(arranged);
                    return true;
                }
                !self.written(f, Some(arranged)).is_some_and(|written| written.same(v))
            }
            _ => self.stands_empty(f),
        });
        if !odd && at == entries.len() {
            return value.clone();
        }
        let slots = type_.fields.iter().map(|f| {
            let place = entries.iter().position(|(key, _)| *key == f.json)?;
            let there = entries.get(place).map(|(_, v)| v).filter(|v| !v.is_null())?;
            if place + 1 == at && changed.is_some() {
                return changed.take();
            }
            Some(if place < at { there.clone() } else { self.arrange(&f.kind, there) })
        });
        self.assemble(type_, slots.collect())
    }

    /// Whether a field that nothing was written to stands in the JSON.
    fn stands_empty(&self, field: &Field) -> bool {
        match field.omit {
            Omit::Never => true,
            Omit::Zero => false,
            Omit::Empty => self.written(field, None).is_some(),
        }
    }
}

/// Neither list nor map, nor what may be anything.
fn is_scalar(field: &Field) -> bool {
    !matches!(field.kind, Kind::List(_) | Kind::Map(_) | Kind::Bytes | Kind::Any)
}

fn is_struct(field: &Field) -> bool {
    matches!(field.kind, Kind::Struct(_) | Kind::IntOrString | Kind::Quantity)
}

/// What is not set stands as null where Go never leaves the field out and has nothing else to write.
fn stands_as_null(field: &Field) -> bool {
    let nothing = matches!(
        field.kind,
        Kind::Bytes | Kind::Time | Kind::MicroTime | Kind::Any | Kind::List(_) | Kind::Map(_)
    );
    field.omit == Omit::Never && (field.pointer || nothing)
}

/// What is not set is left out. A struct is never empty to Go.
fn may_be_missing(field: &Field) -> bool {
    let never_empty = is_struct(field) || matches!(field.kind, Kind::Time | Kind::MicroTime);
    match field.omit {
        Omit::Never => false,
        Omit::Zero => true,
        Omit::Empty => field.pointer || !never_empty,
    }
}
