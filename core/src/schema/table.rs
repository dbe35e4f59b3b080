//! The table of all types of the API: their fields in the order of the Go structs, with Go's names and types, merge
//! keys, list-map keys and protobuf numbers.
//!
//! `cargo xtask schema` writes it (`kubernetes.bin`) from the recorded shape of the API; this reads it.

mod layout;
mod read;

use crate::base::Text;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

/// All types and resources of one Kubernetes version.
#[derive(Debug)]
pub struct Schema {
    /// `v1.37.2`
    pub version: Text,
    types: Vec<Type>,
    by_name: BTreeMap<Text, TypeId>,
    by_kind: BTreeMap<(Text, Text, Text), TypeId>,
    resources: Vec<Resource>,
}

/// A type's place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeId(usize);

/// A struct.
#[derive(Debug)]
pub struct Type {
    /// `io.k8s.api.core.v1.ServiceSpec`
    pub name: Text,
    /// `v1.ServiceSpec`
    pub go_type: Text,
    /// Server-side apply takes it as one value.
    pub atomic: bool,
    /// Group, version and kind, if it is a kind of the API.
    pub gvk: Option<(Text, Text, Text)>,
    pub embeds: Vec<Embed>,
    pub fields: Vec<Field>,
}

/// A struct that Go has within another one without a field of its own in the JSON (`Volume.VolumeSource`).
#[derive(Debug)]
pub struct Embed {
    pub go: Text,
    pub go_type: Text,
    /// Its number in protobuf, where it is a message of its own.
    pub proto: u32,
}

#[derive(Debug)]
pub struct Field {
    pub json: Text,
    pub go: Text,
    /// Go's type without the pointer: `v1.ServiceType`, `[]v1.ServicePort`.
    pub go_type: Text,
    pub kind: Kind,
    pub pointer: bool,
    pub omit: Omit,
    pub required: bool,
    /// The number in protobuf; 0 if it has none.
    pub proto: u32,
    /// The place in `Type::embeds` of the struct it is in.
    pub embed: Option<usize>,
    more: Option<Box<More>>,
}

/// What few fields have.
#[derive(Debug)]
pub struct More {
    /// The default in the API's description, as JSON; empty if there is none.
    pub default: Text,
    pub supported: Vec<Text>,
    pub patch: Patch,
    pub merge_key: Text,
    pub list: ListType,
    pub list_keys: Vec<Text>,
    /// Server-side apply takes the map or struct as one value, ...
    pub atomic: bool,
    /// ... or field by field, whatever its type says.
    pub granular: bool,
}

static NOTHING_MORE: More = More {
    default: Text::EMPTY,
    supported: Vec::new(),
    patch: Patch::Default,
    merge_key: Text::EMPTY,
    list: ListType::Default,
    list_keys: Vec::new(),
    atomic: false,
    granular: false,
};

/// When Go leaves the field out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Omit {
    Never,
    /// `omitempty`: zero, "", false, nil, no items.
    Empty,
    /// `omitzero`: a struct that is all zero.
    Zero,
}

/// How a strategic merge patch treats the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patch {
    Default,
    Merge,
    Replace,
    RetainKeys,
    MergeRetainKeys,
}

/// How server-side apply treats a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListType {
    Default,
    Atomic,
    Set,
    Map,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    String,
    Bool,
    Int32,
    Int64,
    Double,
    /// Base64 in JSON.
    Bytes,
    Time,
    MicroTime,
    IntOrString,
    Quantity,
    /// Anything: `RawExtension`, `FieldsV1`.
    Any,
    List(Box<Kind>),
    Map(Box<Kind>),
    Struct(TypeId),
}

/// Something the API serves: a resource (`services`) or a subresource (`services/status`).
#[derive(Clone, Debug)]
pub struct Resource {
    pub group: Text,
    pub version: Text,
    pub name: Text,
    pub kind: Text,
    pub namespaced: bool,
    /// Group and version of what a subresource answers, where it is not those of the resource.
    pub response: Option<(Text, Text)>,
    pub verbs: Vec<Text>,
    pub short_names: Vec<Text>,
    pub categories: Vec<Text>,
}

impl Field {
    pub fn more(&self) -> &More {
        self.more.as_deref().unwrap_or(&NOTHING_MORE)
    }
}

impl Type {
    /// The field of that name, searched for from place `hint` on, where it is when fields come in order.
    pub fn field(&self, json: &str, hint: usize) -> Option<(usize, &Field)> {
        let ahead = self.fields.iter().enumerate().skip(hint);
        let behind = self.fields.iter().enumerate().take(hint);
        ahead.chain(behind).find(|(_, f)| f.json == json)
    }

    /// `ServiceSpec`
    pub fn short_name(&self) -> &str {
        self.go_type.rsplit_once('.').map_or(self.go_type.as_str(), |(_, name)| name)
    }
}

impl Resource {
    /// The resource without its subresource: `services` of `services/status`.
    pub fn parent(&self) -> &str {
        self.name.split_once('/').map_or(self.name.as_str(), |(parent, _)| parent)
    }

    pub fn has_verb(&self, verb: &str) -> bool {
        self.verbs.iter().any(|v| v == verb)
    }

    /// `v1`, `apps/v1`
    pub fn group_version(&self) -> Text {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => format!("{group}/{}", self.version).into(),
        }
    }

    /// The singular name: all kinds have their own in lower case.
    pub fn singular(&self) -> Text {
        self.kind.to_ascii_lowercase().into()
    }
}

impl Schema {
    /// The API of Kubernetes 1.37.
    pub fn kubernetes() -> Schema {
        read::Reader::new(include_bytes!("kubernetes.bin")).schema()
    }

    #[expect(clippy::indexing_slicing, reason = "a TypeId is made by the table it is for")]
    pub fn get(&self, id: TypeId) -> &Type {
        &self.types[id.0]
    }

    pub fn types(&self) -> impl Iterator<Item = (TypeId, &Type)> {
        self.types.iter().enumerate().map(|(i, t)| (TypeId(i), t))
    }

    /// The type of a full name (`io.k8s.api.core.v1.Service`).
    pub fn named(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(name).copied()
    }

    /// The type of a kind.
    pub fn kind(&self, group: &str, version: &str, kind: &str) -> Option<TypeId> {
        self.by_kind.get(&(group.into(), version.into(), kind.into())).copied()
    }

    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }
}

/// The Go type of what is neither list, map nor struct.
pub(super) fn scalar_go_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::String => "string",
        Kind::Bool => "bool",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Double => "float64",
        Kind::Bytes => "[]uint8",
        Kind::Time => "v1.Time",
        Kind::MicroTime => "v1.MicroTime",
        Kind::IntOrString => "intstr.IntOrString",
        Kind::Quantity => "resource.Quantity",
        Kind::Any | Kind::List(_) | Kind::Map(_) | Kind::Struct(_) => "runtime.RawExtension",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_knows_the_service() {
        let schema = Schema::kubernetes();
        assert_eq!(
            (schema.version.as_str(), schema.types.len(), schema.resources.len()),
            ("v1.37.2", 614, 121)
        );
        let spec = schema.named("io.k8s.api.core.v1.ServiceSpec").map(|id| schema.get(id)).expect("a type");
        let names = spec.fields.iter().map(|f| f.json.as_str()).take(3).collect::<Vec<_>>();
        assert_eq!(names, ["ports", "selector", "clusterIP"]);
        let (_, ports) = spec.field("ports", 5).expect("a field");
        assert_eq!(
            (ports.go.as_str(), ports.go_type.as_str(), ports.proto),
            ("Ports", "[]v1.ServicePort", 1)
        );
        assert_eq!((ports.more().patch, ports.more().merge_key.as_str()), (Patch::Merge, "port"));
        assert_eq!(
            (ports.more().list, ports.more().list_keys.as_slice()),
            (ListType::Map, &["port".into(), "protocol".into()][..])
        );
        let (_, families) = spec.field("ipFamilies", 0).expect("a field");
        assert_eq!(
            (families.go.as_str(), families.go_type.as_str(), families.proto),
            ("IPFamilies", "[]v1.IPFamily", 19)
        );
        assert!(schema.kind("apps", "v1", "Deployment").is_some());
    }
}
