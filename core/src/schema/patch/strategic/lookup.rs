//! What the types say about patching: strategies and merge keys.
//!
//! Models `strategicpatch/meta.go` (`PatchMetaFromStruct`) and `third_party/forked/golang/json`.

use super::Error;
use crate::base::field;
use crate::schema::table::Patch;
use crate::schema::{Field, Kind, Schema};
use alloc::format;
use alloc::string::String;

/// The type of a value that is patched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type<'s> {
    schema: &'s Schema,
    kind: &'s Kind,
    go_type: &'s str,
    pointer: bool,
}

/// A field that is patched: the type below it and how to patch it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'s> {
    pub(super) type_: Type<'s>,
    pub(super) strategy: Strategy,
    /// What is not named in `$retainKeys` goes.
    pub(super) retain_keys: bool,
    pub(super) merge_key: &'s str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strategy {
    Default,
    Merge,
    Replace,
}

impl<'s> Type<'s> {
    pub(super) fn of(schema: &'s Schema, kind: &'s Kind) -> Type<'s> {
        Type { schema, kind, go_type: "", pointer: false }
    }

    /// The field of that name, for a value that is a map; in another case of letters if there is no other.
    pub(super) fn member(self, key: &str) -> Result<Member<'s>, Error> {
        let (name, fields) = match self.kind {
            Kind::Struct(id) => {
                let type_ = self.schema.get(*id);
                (type_.short_name(), type_.fields.as_slice())
            }
            // Structs to Go, without fields that JSON knows.
            Kind::Time | Kind::MicroTime | Kind::IntOrString | Kind::Quantity | Kind::Any => {
                (self.go_type.rsplit('.').next().unwrap_or_default(), &[][..])
            }
            other => {
                let what = reflect_kind(other);
                return Err(Error::internal(format!(
                    "merging an object in json but data type is not struct, instead is: {what}"
                )));
            }
        };
        let found = fields
            .iter()
            .find(|f| f.json == key)
            .or_else(|| fields.iter().find(|f| same_letters(&f.json, key)));
        found.map(|f| self.below(f)).ok_or_else(|| {
            let key = field::quoted(key);
            Error::internal(format!("unable to find api field in struct {name} for the json field {key}"))
        })
    }

    /// The field of that name, for a value that is a list; the type is that of the items.
    pub(super) fn list(self, key: &str) -> Result<Member<'s>, Error> {
        let mut member = self.member(key)?;
        let own = member.type_;
        member.type_ = match own.kind {
            Kind::List(item) => match &**item {
                Kind::List(_) | Kind::Bytes if !own.pointer => {
                    return Err(Error::internal("unexpected slice of slice"));
                }
                item => {
                    Type { kind: item, go_type: own.go_type.trim_start_matches("[]"), pointer: false, ..own }
                }
            },
            Kind::Bytes => Type { kind: &Kind::Int32, pointer: false, ..own },
            _ if own.pointer => Type { pointer: false, ..own },
            _ => {
                let what = if self.pointer { "ptr" } else { reflect_kind(self.kind) };
                return Err(Error::internal(format!("expected slice or array type, but got: {what}")));
            }
        };
        Ok(member)
    }

    fn below(self, field: &'s Field) -> Member<'s> {
        let more = field.more();
        Member {
            type_: Type { kind: &field.kind, go_type: &field.go_type, pointer: field.pointer, ..self },
            strategy: match more.patch {
                Patch::Merge | Patch::MergeRetainKeys => Strategy::Merge,
                Patch::Replace => Strategy::Replace,
                Patch::Default | Patch::RetainKeys => Strategy::Default,
            },
            retain_keys: matches!(more.patch, Patch::RetainKeys | Patch::MergeRetainKeys),
            merge_key: &more.merge_key,
        }
    }

    /// Go's word for what it is.
    pub(super) fn name(self) -> &'static str {
        if self.pointer { "ptr" } else { reflect_kind(self.kind) }
    }
}

/// Models `reflect.Kind.String`.
fn reflect_kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::String => "string",
        Kind::Bool => "bool",
        Kind::Int32 => "int32",
        Kind::Int64 => "int64",
        Kind::Double => "float64",
        Kind::List(_) | Kind::Bytes => "slice",
        Kind::Map(_) => "map",
        Kind::Struct(_) | Kind::Time | Kind::MicroTime | Kind::IntOrString | Kind::Quantity | Kind::Any => {
            "struct"
        }
    }
}

/// Equal but for the case of letters, as Unicode folds it.
fn same_letters(a: &str, b: &str) -> bool {
    let folded = |s: &str| -> String {
        let plain = s.chars().map(|c| match c {
            // The long s and the sign for kelvin are letters of ASCII to Go.
            '\u{17f}' => 's',
            '\u{212a}' => 'k',
            c => c.to_ascii_lowercase(),
        });
        plain.collect()
    };
    folded(a) == folded(b)
}
