//! An object as the API server's internal types print it: with Go's names, and with everything that is empty.
//!
//! Models the internal types of `pkg/apis/*/types.go`, whose fields stand in the order of the versioned ones and have
//! no JSON tags. Errors that show a struct, and the difference of two pods, show these.

use super::table::{Field, Kind, Schema, TypeId};
use crate::base::field::{BadValue, Errors};
use crate::base::{Value, difflib, json};
use alloc::vec::Vec;

/// Types of the versioned API that the internal ones use as they are.
const SHARED: &str = "io.k8s.apimachinery.";
/// Fields of versioned types that the internal ones do without.
const ONLY_VERSIONED: &[(&str, &str)] = &[("v1.NodeSpec", "PodCIDR"), ("v1.Secret", "StringData")];

/// Fields that are pointers in versioned types and plain in the internal ones.
const NOT_POINTERS: &[(&str, &str)] = &[
    ("v1.RollingUpdateDeployment", "MaxUnavailable"),
    ("v1.RollingUpdateDeployment", "MaxSurge"),
    ("v1.RollingUpdateDaemonSet", "MaxUnavailable"),
    ("v1.RollingUpdateDaemonSet", "MaxSurge"),
    ("v1.RollingUpdateStatefulSetStrategy", "Partition"),
];

impl Schema {
    /// `value`, of type `kind`, as the internal type marshals it.
    pub fn internal(&self, kind: &Kind, value: &Value) -> Value {
        match kind {
            Kind::Struct(id) if !self.get(*id).name.starts_with(SHARED) => {
                self.internal_struct(*id, None, value)
            }
            Kind::Struct(id) if value.is_null() => self.zero(&Kind::Struct(*id)),
            Kind::List(item) => match value {
                Value::List(items) => Value::list(items.iter().map(|v| self.internal(item, v))),
                other => other.clone(),
            },
            Kind::Map(item) => match value {
                Value::Map(map) => Value::map(map.iter().map(|(k, v)| (k.clone(), self.internal(item, v)))),
                other => other.clone(),
            },
            scalar if value.is_null() => self.zero(scalar),
            _ => value.clone(),
        }
    }

    /// All fields, or those of the struct of that Go name that is embedded.
    fn internal_struct(&self, id: TypeId, only: Option<&str>, value: &Value) -> Value {
        let type_ = self.get(id);
        let embed = |field: &Field| field.embed.and_then(|e| type_.embeds.get(e)).map(|e| e.go.as_str());
        let mut out: Vec<(_, Value)> = Vec::new();
        for field in type_.fields.iter().filter(|f| only.is_none() || embed(f) == only) {
            if ONLY_VERSIONED.contains(&(type_.go_type.as_str(), field.go.as_str())) {
                continue;
            }
            let member = value.get(&field.json);
            if type_.gvk.is_some() && matches!(field.json.as_str(), "kind" | "apiVersion") {
                continue;
            }
            if field.go == "ObjectMeta" {
                out.extend(member.entries().iter().cloned());
                continue;
            }
            let shown = match member {
                Value::Null
                    if field.pointer
                        && !NOT_POINTERS.contains(&(type_.go_type.as_str(), field.go.as_str())) =>
                {
                    Value::Null
                }
                member => self.internal(&field.kind, member),
            };
            out.push((field.go.clone(), shown));
        }
        Value::map(out)
    }

    /// The errors as a `Status` lists them: those that show a value of an internal type show it in its own form.
    pub fn printed(&self, mut errors: Errors) -> Errors {
        for error in &mut errors {
            match core::mem::replace(&mut error.bad_value, BadValue::None) {
                BadValue::Internal(type_name, value) => {
                    let shown = self.internal_named(type_name, &value);
                    error.bad_value = BadValue::Verbatim(json::to_string(&shown).into());
                }
                BadValue::Difference(type_name, old, new) => {
                    let text = |v: &Value| json::to_string_indented(&self.internal_named(type_name, v), " ");
                    let diff = difflib::unified(&text(&old), &text(&new));
                    error.detail = alloc::format!("{}\n{diff}", error.detail).into();
                }
                other => error.bad_value = other,
            }
        }
        errors
    }

    /// The same for a type by its name, for a list of it (`[]io.k8s.api.core.v1.Toleration`), or for a struct that is
    /// embedded in it (`io.k8s.api.core.v1.PersistentVolumeSpec#PersistentVolumeSource`).
    fn internal_named(&self, name: &str, value: &Value) -> Value {
        if let (Some(item), Value::List(items)) = (name.strip_prefix("[]"), value) {
            return Value::list(items.iter().map(|v| self.internal_named(item, v)));
        }
        let (name, only) = name.split_once('#').map_or((name, None), |(name, only)| (name, Some(only)));
        match (self.named(name), value) {
            (Some(id), Value::Map(_)) => self.internal_struct(id, only, value),
            _ => value.clone(),
        }
    }
}
