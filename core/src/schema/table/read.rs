//! The table as it is compiled in: a pool of texts and some columns of numbers, as `cargo xtask schema` writes them.

use super::layout::{
    COLUMNS, Column, EMBED, GO_NAME, GO_TYPE, MORE, OMIT_EMPTY, OMIT_ZERO, POINTER, REQUIRED,
};
use super::{
    Embed, Field, Kind, ListType, More, Omit, Patch, Resource, Schema, Type, TypeId, scalar_go_type,
};
use crate::base::Text;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

/// Reads the table. What it reads is compiled in and checked by tests, so that what could only be
/// missing in a broken table reads as zero or empty.
pub(super) struct Reader {
    columns: [&'static [u8]; COLUMNS],
    texts: Vec<Text>,
}

fn number_of(bytes: &mut &'static [u8]) -> usize {
    let (mut n, mut shift) = (0, 0);
    while let Some((byte, rest)) = bytes.split_first() {
        *bytes = rest;
        n |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 0x80 {
            break;
        }
    }
    n
}

impl Reader {
    pub(super) fn new(mut bytes: &'static [u8]) -> Reader {
        let mut texts = Vec::new();
        for _ in 0..number_of(&mut bytes) {
            let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(0);
            let (line, rest) = bytes.split_at_checked(end).unwrap_or_default();
            texts.push(core::str::from_utf8(line).unwrap_or_default().into());
            bytes = rest.get(1..).unwrap_or_default();
        }
        let lengths = [(); COLUMNS].map(|()| number_of(&mut bytes));
        let columns = lengths.map(|length| {
            let (column, rest) = bytes.split_at_checked(length).unwrap_or_default();
            bytes = rest;
            column
        });
        Reader { columns, texts }
    }

    fn number(&mut self, column: Column) -> usize {
        self.columns.get_mut(column as usize).map_or(0, number_of)
    }

    fn small(&mut self, column: Column) -> u32 {
        u32::try_from(self.number(column)).unwrap_or(0)
    }

    fn text(&mut self, column: Column) -> Text {
        let n = self.number(column);
        self.texts.get(n).cloned().unwrap_or_default()
    }

    fn several<T>(&mut self, column: Column, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.number(column)).map(|_| one(self)).collect()
    }

    /// A list that is written as one text.
    fn joined(&mut self, column: Column) -> Vec<Text> {
        self.text(column).split(',').filter(|s| !s.is_empty()).map(Text::from).collect()
    }

    pub(super) fn schema(mut self) -> Schema {
        let version = self.text(Column::Head);
        // Types refer to each other by number, and Go types are named after them: names first, in a second pass.
        let mut types = self.several(Column::Head, Self::type_);
        let names: Vec<Text> = types.iter().map(|t| t.go_type.clone()).collect();
        for field in types.iter_mut().flat_map(|t| &mut t.fields).filter(|f| f.go_type.is_empty()) {
            field.go_type = go_type(&field.kind, &names);
        }
        let resources = self.several(Column::Resource, Self::resource);
        let by_name = types.iter().enumerate().map(|(i, t)| (t.name.clone(), TypeId(i))).collect();
        let by_kind =
            types.iter().enumerate().filter_map(|(i, t)| t.gvk.clone().map(|gvk| (gvk, TypeId(i)))).collect();
        Schema { version, types, by_name, by_kind, resources }
    }

    fn type_(&mut self) -> Type {
        use Column::{Head, TypeName};
        let (package, short) = (self.text(TypeName), self.text(TypeName));
        let flags = self.number(Head);
        let gvk = (flags & 2 != 0).then(|| (self.text(Head), self.text(Head), short.clone()));
        let embed = |r: &mut Self| Embed { go: r.text(Head), go_type: r.text(Head), proto: r.small(Head) };
        let embeds = self.several(Head, embed);
        let mut proto = 0;
        let fields = (0..self.number(Head)).map(|_| self.field(&mut proto)).collect();
        let last = package.rsplit_once('.').map_or(package.as_str(), |(_, last)| last);
        Type {
            name: format!("{package}.{short}").into(),
            go_type: format!("{last}.{short}").into(),
            atomic: flags & 1 != 0,
            gvk,
            embeds,
            fields,
        }
    }

    fn field(&mut self, proto: &mut u32) -> Field {
        let json = self.text(Column::FieldName);
        let flags = self.number(Column::Flags);
        let has = |flag: usize| flags & flag != 0;
        let kind = self.kind();
        let step = self.small(Column::Proto);
        let up = if step & 1 == 0 { (step >> 1).wrapping_add(1) } else { (step >> 1).wrapping_neg() };
        *proto = proto.wrapping_add(up);
        Field {
            go: if has(GO_NAME) { self.text(Column::Go) } else { capitalised(&json) },
            // Filled in once all names are known.
            go_type: if has(GO_TYPE) { self.text(Column::Go) } else { Text::default() },
            embed: has(EMBED).then(|| self.number(Column::More)),
            more: has(MORE).then(|| Box::new(self.more())),
            kind,
            pointer: has(POINTER),
            omit: match (has(OMIT_EMPTY), has(OMIT_ZERO)) {
                (true, _) => Omit::Empty,
                (_, true) => Omit::Zero,
                _ => Omit::Never,
            },
            required: has(REQUIRED),
            proto: *proto,
            json,
        }
    }

    fn more(&mut self) -> More {
        let column = Column::More;
        let default = self.text(column);
        let supported = self.several(column, |r| r.text(column));
        let patch = match self.number(column) {
            1 => Patch::Merge,
            2 => Patch::Replace,
            3 => Patch::RetainKeys,
            4 => Patch::MergeRetainKeys,
            _ => Patch::Default,
        };
        let list = match self.number(column) {
            1 => ListType::Atomic,
            2 => ListType::Set,
            3 => ListType::Map,
            _ => ListType::Default,
        };
        let granularity = self.number(column);
        More {
            default,
            supported,
            patch,
            list,
            atomic: granularity == 1,
            granular: granularity == 2,
            merge_key: self.text(column),
            list_keys: self.several(column, |r| r.text(column)),
        }
    }

    fn kind(&mut self) -> Kind {
        match self.number(Column::Kind) {
            0 => Kind::String,
            1 => Kind::Bool,
            2 => Kind::Int32,
            3 => Kind::Int64,
            4 => Kind::Double,
            5 => Kind::Bytes,
            6 => Kind::Time,
            7 => Kind::MicroTime,
            8 => Kind::IntOrString,
            9 => Kind::Quantity,
            10 => Kind::Any,
            11 => Kind::List(Box::new(self.kind())),
            12 => Kind::Map(Box::new(self.kind())),
            n => Kind::Struct(TypeId(n.saturating_sub(13))),
        }
    }

    fn resource(&mut self) -> Resource {
        let column = Column::Resource;
        let [group, version, name, kind] = [(); 4].map(|()| self.text(column));
        let flags = self.number(column);
        let response = (flags & 2 != 0).then(|| (self.text(column), self.text(column)));
        Resource {
            group,
            version,
            name,
            kind,
            namespaced: flags & 1 != 0,
            response,
            verbs: self.joined(column),
            short_names: self.joined(column),
            categories: self.joined(column),
        }
    }
}

/// The Go name that a JSON name has unless the table says otherwise.
fn capitalised(json: &str) -> Text {
    let mut chars = json.chars();
    chars
        .next()
        .map_or_else(Text::default, |c| format!("{}{}", c.to_ascii_uppercase(), chars.as_str()).into())
}

/// The Go type that a kind has unless the table says otherwise.
fn go_type(kind: &Kind, names: &[Text]) -> Text {
    match kind {
        Kind::List(item) => format!("[]{}", go_type(item, names)).into(),
        Kind::Map(item) => format!("map[string]{}", go_type(item, names)).into(),
        Kind::Struct(id) => names.get(id.0).cloned().unwrap_or_default(),
        scalar => scalar_go_type(scalar).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_the_table_was_read() {
        let reader = Reader::new(include_bytes!("../kubernetes.bin"));
        assert!(reader.texts.len() > 2000);
        assert!(reader.columns.iter().all(|column| !column.is_empty()));
        let schema = Schema::kubernetes();
        assert!(
            schema.types.iter().all(|t| !t.name.is_empty() && t.fields.iter().all(|f| !f.go_type.is_empty()))
        );
        let last = schema.resources.last().expect("resources");
        assert!(!last.verbs.is_empty());
    }
}
