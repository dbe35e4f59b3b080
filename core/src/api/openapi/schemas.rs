//! The types of the API as OpenAPI describes them. The table has no descriptions, so these have none.
//!
//! Models `k8s.io/kube-openapi/pkg/builder3` and `pkg/generators`.

use super::Edition;
use crate::base::{Text, Value, sort};
use crate::manifest::json;
use crate::schema::table::{Field, ListType, Omit, Patch, Type};
use crate::schema::{Kind, Schema};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub(super) const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// Types that are referred to by name, though they are no structs.
const LEAVES: &[(&str, Kind)] = &[
    ("io.k8s.apimachinery.pkg.apis.meta.v1.Time", Kind::Time),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", Kind::MicroTime),
    ("io.k8s.apimachinery.pkg.util.intstr.IntOrString", Kind::IntOrString),
    ("io.k8s.apimachinery.pkg.api.resource.Quantity", Kind::Quantity),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", Kind::Any),
    ("io.k8s.apimachinery.pkg.runtime.RawExtension", Kind::Any),
];

/// The types that a description mentions, and in their turn the types that these mention.
pub(super) struct Schemas<'s> {
    schema: &'s Schema,
    edition: Edition,
    /// The groups and versions that it is about.
    about: Vec<(Text, Text)>,
    mentioned: BTreeSet<Text>,
    waiting: Vec<Text>,
}

impl<'s> Schemas<'s> {
    pub(super) fn new(schema: &'s Schema, edition: Edition, about: Vec<(Text, Text)>) -> Self {
        Schemas { schema, edition, about, mentioned: BTreeSet::new(), waiting: Vec::new() }
    }

    /// A reference to a type by its full name.
    pub(super) fn reference(&mut self, name: &str) -> Value {
        if self.mentioned.insert(name.into()) {
            self.waiting.push(name.into());
        }
        Value::map([("$ref", Value::from(format!("{}{name}", self.edition.schemas())))])
    }

    /// A reference to the type of a kind.
    pub(super) fn of_kind(&mut self, group: &str, version: &str, kind: &str) -> Value {
        match self.schema.kind(group, version, kind) {
            Some(id) => self.reference(&self.schema.get(id).name),
            None => Value::map([("type", Value::text("string"))]),
        }
    }

    /// All that was mentioned, by name.
    pub(super) fn finish(mut self) -> Value {
        let mut out = BTreeMap::new();
        while let Some(name) = self.waiting.pop() {
            let described = match self.schema.named(&name) {
                Some(id) => self.structure(self.schema.get(id)),
                None => leaf(&name, self.edition),
            };
            out.insert(name, described);
        }
        Value::of_distinct(out.into_iter().collect())
    }

    fn structure(&mut self, type_: &Type) -> Value {
        let mut out = Value::map([("type", Value::text("object"))]);
        let required = type_.fields.iter().filter(|f| f.required).map(|f| Value::from(&f.json));
        let required = required.collect::<Vec<_>>();
        if !required.is_empty() {
            out.set("required", Value::list(required));
        }
        let mut fields = type_.fields.iter().collect::<Vec<_>>();
        sort::by(&mut fields, |a, b| a.json.cmp(&b.json));
        let properties = fields.into_iter().map(|f| (f.json.clone(), self.property(f)));
        let properties = properties.collect::<Vec<_>>();
        if !properties.is_empty() {
            out.set("properties", Value::of_distinct(properties));
        }
        let kinds = self.kinds(type_);
        if !kinds.is_empty() {
            out.set("x-kubernetes-group-version-kind", Value::list(kinds));
        }
        if type_.atomic {
            out.set("x-kubernetes-map-type", "atomic");
        }
        out
    }

    /// The kinds that a type is. What is said with a request to delete, and what a watch tells, are kinds of every group.
    fn kinds(&self, type_: &Type) -> Vec<Value> {
        if let Some((group, version, kind)) = &type_.gvk {
            return [kind_of(group, version, kind)].into();
        }
        let kind = type_.short_name();
        if !matches!(kind, "DeleteOptions" | "WatchEvent") {
            return Vec::new();
        }
        let core = (Text::default(), Text::from("v1"));
        let others = self.about.iter().filter(|gv| **gv != core);
        [&core].into_iter().chain(others).map(|(group, version)| kind_of(group, version, kind)).collect()
    }

    fn property(&mut self, field: &Field) -> Value {
        let more = field.more();
        let mut out = Value::empty_map();
        let of = self.of(&field.kind, &field.go_type);
        // Beside a reference nothing may stand in the third edition.
        if self.edition == Edition::V3 && of.find("$ref").is_some() {
            out.set("allOf", Value::list([of]));
        } else {
            out = of;
        }
        if self.edition == Edition::V3
            && let Some(default) = default(field)
        {
            out.set("default", default);
        }
        if !more.supported.is_empty() {
            out.set("enum", Value::list(more.supported.iter().map(Value::from)));
        }
        let list = match more.list {
            ListType::Default => "",
            ListType::Atomic => "atomic",
            ListType::Set => "set",
            ListType::Map => "map",
        };
        let patch = match more.patch {
            Patch::Default => "",
            Patch::Merge => "merge",
            Patch::Replace => "replace",
            Patch::RetainKeys => "retainKeys",
            Patch::MergeRetainKeys => "merge,retainKeys",
        };
        let map = match (more.atomic, more.granular) {
            (true, _) => "atomic",
            (_, true) => "granular",
            _ => "",
        };
        if !more.list_keys.is_empty() {
            out.set("x-kubernetes-list-map-keys", Value::list(more.list_keys.iter().map(Value::from)));
        }
        for (key, word) in [
            ("list-type", list),
            ("map-type", map),
            ("patch-merge-key", &more.merge_key),
            ("patch-strategy", patch),
        ] {
            if !word.is_empty() {
                out.set(&format!("x-kubernetes-{key}"), word);
            }
        }
        out
    }

    fn of(&mut self, kind: &Kind, go_type: &str) -> Value {
        let plain = |type_: &str, format: &str| {
            let mut out = Value::map([("type", Value::text(type_))]);
            if !format.is_empty() {
                out.set("format", format);
            }
            out
        };
        match kind {
            Kind::String => plain("string", ""),
            Kind::Bool => plain("boolean", ""),
            Kind::Int32 => plain("integer", "int32"),
            Kind::Int64 => plain("integer", "int64"),
            Kind::Double => plain("number", "double"),
            Kind::Bytes => plain("string", "byte"),
            Kind::List(item) => {
                let items = self.of(item, "");
                let mut out = plain("array", "");
                out.set("items", items);
                out
            }
            Kind::Map(item) => {
                let items = self.of(item, "");
                let mut out = plain("object", "");
                out.set("additionalProperties", items);
                out
            }
            Kind::Struct(id) => self.reference(&self.schema.get(*id).name),
            Kind::Any if go_type == "v1.FieldsV1" => self.reference(&format!("{META}.FieldsV1")),
            Kind::Any if go_type.is_empty() => Value::empty_map(),
            Kind::Any => self.reference("io.k8s.apimachinery.pkg.runtime.RawExtension"),
            leaf => {
                let name = LEAVES.iter().find(|(_, k)| k == leaf).map_or("", |(name, _)| name);
                self.reference(name)
            }
        }
    }
}

/// A kind as OpenAPI names it.
pub(super) fn kind_of(group: &str, version: &str, kind: &str) -> Value {
    Value::map([
        ("group", Value::text(group)),
        ("kind", Value::text(kind)),
        ("version", Value::text(version)),
    ])
}

/// The description of a type that is no struct.
fn leaf(name: &str, edition: Edition) -> Value {
    let one_of = |types: [&str; 2]| Value::list(types.map(|t| Value::map([("type", Value::text(t))])));
    let kind = LEAVES.iter().find(|(n, _)| *n == name).map(|(_, kind)| kind);
    match (kind, edition) {
        (Some(Kind::Time | Kind::MicroTime), _) => texts(&[("type", "string"), ("format", "date-time")]),
        (Some(Kind::IntOrString), Edition::V2) => texts(&[("type", "string"), ("format", "int-or-string")]),
        (Some(Kind::IntOrString), Edition::V3) => {
            Value::map([("format", Value::text("int-or-string")), ("oneOf", one_of(["integer", "string"]))])
        }
        (Some(Kind::Quantity), Edition::V2) => texts(&[("type", "string")]),
        (Some(Kind::Quantity), Edition::V3) => Value::map([("oneOf", one_of(["string", "number"]))]),
        _ => texts(&[("type", "object")]),
    }
}

pub(super) fn texts(entries: &[(&str, &str)]) -> Value {
    Value::map(entries.iter().map(|(key, text)| (*key, Value::text(*text))))
}

/// What a field is when nothing is said: what the table says, else the zero that Go writes.
fn default(field: &Field) -> Option<Value> {
    let text: &str = &field.more().default;
    if !text.is_empty() {
        return json::parse(text).ok().map(|node| node.to_value());
    }
    match field.kind {
        _ if field.pointer => None,
        Kind::Struct(_) if field.proto != 0 => Some(Value::empty_map()),
        // Of some types the table does not say how Go writes them: what is not required may be left out.
        _ if field.omit != Omit::Never || !field.required && field.proto == 0 => None,
        Kind::String => Some(Value::text("")),
        Kind::Bool => Some(Value::Bool(false)),
        Kind::Int32 | Kind::Int64 => Some(Value::Int(0)),
        _ => None,
    }
}

/// A text with what is no letter or digit taken out, and what follows it in upper case.
///
/// Models `ToValidOperationID`.
pub(super) fn operation_part(text: &str, capital: bool) -> String {
    let (mut out, mut capital) = (String::new(), capital);
    for (i, c) in text.chars().enumerate() {
        if !(c.is_alphabetic() || c == '_' || i != 0 && c.is_ascii_digit()) {
            capital = true;
        } else if core::mem::take(&mut capital) {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}
