//! What server-side apply may do with a value of a type: scalars, lists and maps, each one value or made of parts.
//!
//! Models `structured-merge-diff/schema` and `kube-openapi/pkg/schemaconv`, which makes it of the API's description.

use super::element::Element;
use crate::base::{Text, Value};
use crate::manifest::json;
use crate::schema::table::{ListType, Omit};
use crate::schema::{self, Field, Kind, Schema};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The type of a value.
#[derive(Clone, Copy, Debug)]
pub enum Type<'s> {
    /// A type of the table, in the field that says how to treat it.
    Of { kind: &'s Kind, field: Option<&'s Field> },
    /// Anything; maps are made of parts.
    Deduced,
    /// Anything, as one value.
    Untyped,
}

/// The forms that a value of a type may have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Atom<'s> {
    pub(super) scalar: Option<Scalar>,
    pub(super) list: Option<List<'s>>,
    pub(super) map: Option<Map<'s>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Numeric,
    String,
    Boolean,
    Untyped,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct List<'s> {
    /// Its items are fields of their own.
    pub(super) associative: bool,
    /// What they are known by; by themselves if there is none.
    pub(super) keys: &'s [Text],
    pub(super) item: Type<'s>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Map<'s> {
    pub(super) atomic: bool,
    fields: &'s [Field],
    /// The type of what is no field.
    other: Option<Type<'s>>,
}

/// Of a value that could have several forms only one is ever compared with another.
impl PartialEq for List<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.associative == other.associative
    }
}

impl PartialEq for Map<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.atomic == other.atomic
    }
}

impl<'s> Map<'s> {
    pub(super) fn field(&self, name: &str) -> Option<&'s Field> {
        self.fields.iter().find(|f| f.json == name)
    }

    /// The type of the entry `name`; none if there may be no such entry.
    pub(super) fn type_of(&self, name: &str) -> Option<Type<'s>> {
        self.field(name).map(|field| Type::Of { kind: &field.kind, field: Some(field) }).or(self.other)
    }

    /// It has no fields of its own and takes anything.
    pub(super) fn is_deduced(&self) -> bool {
        self.fields.is_empty() && matches!(self.other, Some(Type::Deduced))
    }
}

impl<'s> Type<'s> {
    pub fn of(kind: &'s Kind) -> Type<'s> {
        Type::Of { kind, field: None }
    }

    /// All forms that a value of this type may have.
    pub(super) fn atom(self, schema: &'s Schema) -> Atom<'s> {
        let anything = |atomic: bool| Atom {
            scalar: Some(Scalar::Untyped),
            list: Some(List { associative: false, keys: &[], item: Type::Untyped }),
            map: Some(free(atomic, if atomic { Type::Untyped } else { Type::Deduced })),
        };
        let scalar = |scalar| Atom { scalar: Some(scalar), ..Atom::default() };
        let (kind, field) = match self {
            Type::Deduced => return anything(false),
            Type::Untyped => return anything(true),
            Type::Of { kind, field } => (kind, field),
        };
        match kind {
            Kind::String | Kind::Bytes => scalar(Scalar::String),
            Kind::Bool => scalar(Scalar::Boolean),
            Kind::Int32 | Kind::Int64 | Kind::Double => scalar(Scalar::Numeric),
            Kind::Time | Kind::MicroTime | Kind::Quantity => scalar(Scalar::Untyped),
            Kind::IntOrString => anything(false),
            Kind::Any if field.is_some_and(|f| f.go_type.ends_with("FieldsV1")) => {
                Atom { map: Some(free(false, Type::Deduced)), ..Atom::default() }
            }
            Kind::Any => anything(true),
            Kind::List(item) => Atom { list: Some(list(item, field)), ..Atom::default() },
            Kind::Map(item) => {
                let atomic = field.is_some_and(|f| f.more().atomic);
                Atom { map: Some(free(atomic, Type::of(item))), ..Atom::default() }
            }
            Kind::Struct(id) => Atom { map: Some(object(schema.get(*id), field)), ..Atom::default() },
        }
    }

    /// The form that `value` has, if its type allows it; else all forms.
    ///
    /// Models `deduceAtom`.
    pub(super) fn atom_of(self, schema: &'s Schema, value: Option<&Value>) -> Atom<'s> {
        let all = self.atom(schema);
        let only = match value {
            None | Some(Value::Null) => Atom::default(),
            Some(Value::List(_)) => Atom { list: all.list, ..Atom::default() },
            Some(Value::Map(_)) => Atom { map: all.map, ..Atom::default() },
            Some(_) => Atom { scalar: all.scalar, ..Atom::default() },
        };
        if only == Atom::default() { all } else { only }
    }
}

fn list<'s>(item: &'s Kind, field: Option<&'s Field>) -> List<'s> {
    let list = field.map_or(ListType::Default, |f| f.more().list);
    List {
        associative: matches!(list, ListType::Set | ListType::Map),
        keys: field.filter(|_| list == ListType::Map).map_or(&[], |f| &f.more().list_keys),
        item: Type::of(item),
    }
}

fn object<'s>(type_: &'s schema::Type, field: Option<&'s Field>) -> Map<'s> {
    let atomic = match field.map(Field::more) {
        Some(more) if more.atomic || more.granular => more.atomic,
        _ => type_.atomic,
    };
    // A struct without fields takes any.
    let other = type_.fields.is_empty().then_some(Type::Deduced);
    Map { atomic, fields: &type_.fields, other }
}

fn free(atomic: bool, other: Type<'_>) -> Map<'_> {
    Map { atomic, fields: &[], other: Some(other) }
}

impl<'s> List<'s> {
    /// What an item of an associative list is known by.
    ///
    /// Models `listItemToPathElement`.
    pub(super) fn element(&self, schema: &'s Schema, item: &Value) -> Result<Element, String> {
        if !self.associative {
            return Err("invalid indexing of non-associative list".to_string());
        }
        if self.keys.is_empty() {
            return set_element(item);
        }
        match item {
            Value::Null => return Err("associative list with keys may not have a null element".to_string()),
            Value::Map(_) => {}
            _ => return Err("associative list with keys may not have non-map elements".to_string()),
        }
        let mut fields = Vec::with_capacity(self.keys.len());
        for key in self.keys {
            match item.find(key) {
                Some(value) => fields.push((key.clone(), value.clone())),
                None => fields.extend(self.default_of(schema, key).map(|value| (key.clone(), value))),
            }
        }
        if fields.is_empty() {
            let keys: Vec<String> = self.keys.iter().map(|k| crate::base::field::quoted(k)).collect();
            return Err(format!(
                "associative list with keys has an element that omits all key fields [{}] (and doesn't have default values for any key fields)",
                keys.join(" ")
            ));
        }
        Ok(Element::key(fields))
    }

    /// What a key is where it is left out.
    fn default_of(&self, schema: &'s Schema, key: &str) -> Option<Value> {
        default_of(self.item.atom(schema).map?.field(key)?)
    }
}

/// The default of a field in the API's description: one of its own, or nothing of what is never left out.
fn default_of(field: &Field) -> Option<Value> {
    let own = &field.more().default;
    if !own.is_empty() {
        return Some(json::parse(own).ok()?.to_value());
    }
    if field.pointer || field.omit != Omit::Never {
        return None;
    }
    match field.kind {
        Kind::String => Some(Value::text("")),
        Kind::Bool => Some(Value::Bool(false)),
        Kind::Int32 | Kind::Int64 | Kind::Double => Some(Value::Int(0)),
        _ => None,
    }
}

/// Models `setItemToPathElement`.
fn set_element(item: &Value) -> Result<Element, String> {
    match item {
        Value::Map(_) => Err("associative list without keys has an element that's a map type".to_string()),
        Value::List(_) => Err("not supported: associative list with lists as elements".to_string()),
        Value::Null => {
            Err("associative list without keys has an element that's an explicit null".to_string())
        }
        scalar => Ok(Element::Value(scalar.clone())),
    }
}
