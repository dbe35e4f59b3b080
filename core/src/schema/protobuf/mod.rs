//! Objects as Kubernetes' protobuf: the numbers and types of the table, written and read by one walk each way.
//!
//! Models `k8s.io/apimachinery/pkg/runtime/serializer/protobuf` and the `generated.pb.go` of the API types: fields in
//! the order of their numbers, plain ones always, pointers, lists and maps where there is something, maps in the order
//! of their keys.

mod decode;
mod encode;
mod envelope;
mod reader;
mod writer;

pub use decode::decode;
pub use encode::{encode, partial_list, partial_object};
pub use envelope::{Envelope, frame, raw, seal};

use super::table::{Embed, Field, Kind, Schema, Type, TypeId};
use alloc::format;

impl Type {
    /// The fields that have a number in the messages of this type: kind and version of an object stand around its
    /// message, not in it, and its other fields begin with 1 again.
    fn numbered(&self) -> impl Iterator<Item = (usize, &Field)> {
        let typed = match self.fields.as_slice() {
            [kind, version, rest @ ..] => {
                (kind.json.as_str(), version.json.as_str()) == ("kind", "apiVersion")
                    && (kind.proto, version.proto) == (1, 2)
                    && rest.first().is_none_or(|first| first.proto <= 2)
            }
            _ => false,
        };
        self.fields.iter().enumerate().skip(if typed { 2 } else { 0 }).filter(|(_, field)| field.proto != 0)
    }

    /// Whether there are messages of this type.
    pub fn has_messages(&self) -> bool {
        self.fields.is_empty() || self.fields.iter().any(|field| field.proto != 0)
    }
}

impl Field {
    /// Whether the list has a type of its own (`Verbs`), which is a message.
    fn is_list_type(&self) -> bool {
        matches!(self.kind, Kind::List(_)) && !self.go_type.starts_with("[]")
    }
}

impl Schema {
    /// The type of an embedded struct that has an entry of its own in the table.
    fn embedded(&self, within: &Type, embed: &Embed) -> Option<TypeId> {
        let (package, _) = within.name.rsplit_once('.')?;
        self.named(&format!("{package}.{}", embed.go))
    }
}
