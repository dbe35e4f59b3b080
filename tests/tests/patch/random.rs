//! Random objects of any type: few names and numbers, so that keys meet.

use crate::schema;
use svcscope_core::base::{Rng, Value};
use svcscope_core::schema::table::{ListType, Patch};
use svcscope_core::schema::{Field, Kind, TypeId};

pub(crate) struct Objects(Rng);

const WORDS: &[&str] = &["a", "b", "c", "d", "TCP", "UDP"];

impl Objects {
    pub(crate) fn new(seed: u64) -> Objects {
        Objects(Rng::new(seed))
    }

    /// An object as it comes from the storage. Of one seed all have the same name.
    pub(crate) fn object(&mut self, id: TypeId) -> Value {
        let kind = Kind::Struct(id);
        let mut value = self.value(&kind, None, 0);
        let (group, version, name) = schema().get(id).gvk.clone().expect("a kind");
        value.set("kind", name);
        value.set("apiVersion", if group.is_empty() { version } else { format!("{group}/{version}").into() });
        let metadata = value.entry("metadata");
        metadata.set("name", "x");
        metadata.set("namespace", "default");
        metadata.remove("managedFields");
        schema().arrange(&kind, &value)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.0.below(100) < percent
    }

    fn word(&mut self) -> Value {
        WORDS[self.0.index(WORDS.len())].into()
    }

    fn value(&mut self, kind: &Kind, field: Option<&Field>, depth: usize) -> Value {
        match kind {
            Kind::String => self.word(),
            Kind::Bool => self.chance(50).into(),
            Kind::Int32 | Kind::Int64 => Value::Int([0, 1, 80, 443][self.0.index(4)]),
            Kind::Double => Value::Int(1),
            Kind::Bytes => "YQ==".into(),
            Kind::Time => "2026-01-01T00:00:00Z".into(),
            Kind::MicroTime => "2026-01-01T00:00:00.000000Z".into(),
            Kind::IntOrString if self.chance(50) => self.word(),
            Kind::IntOrString => Value::Int(8080),
            Kind::Quantity => ["1", "100m", "1Gi"][self.0.index(3)].into(),
            Kind::Any => Value::map([("a", self.word())]),
            Kind::List(item) => self.list(item, field, depth),
            Kind::Map(item) => {
                let count = self.0.index(4);
                Value::map((0..count).map(|_| {
                    let key = self.word();
                    (key.str().to_owned(), self.value(item, None, depth + 1))
                }))
            }
            Kind::Struct(id) => self.fields(*id, &[], depth),
        }
    }

    fn fields(&mut self, id: TypeId, keys: &[&str], depth: usize) -> Value {
        let type_ = schema().get(id);
        let mut out = Value::empty_map();
        let count = u64::try_from(type_.fields.len()).expect("few fields");
        let percent = if depth == 0 { 90 } else { 250 / count.max(3) };
        for field in &type_.fields {
            let more = field.more();
            let favoured = more.patch != Patch::Default || more.list != ListType::Default;
            let percent = if favoured { percent + 25 } else { percent };
            let is_key = keys.contains(&field.json.as_str());
            if is_key || depth < 7 && self.chance(percent) {
                out.set(&field.json, self.value(&field.kind, Some(field), depth + 1));
            }
        }
        out
    }

    /// A list in which no two items are known by the same keys.
    fn list(&mut self, item: &Kind, field: Option<&Field>, depth: usize) -> Value {
        let mut keys: Vec<&str> = Vec::new();
        if let Some(more) = field.map(Field::more) {
            keys.extend(more.list_keys.iter().map(svcscope_core::base::Text::as_str));
            keys.extend(Some(more.merge_key.as_str()).filter(|k| !k.is_empty()));
        }
        let is_set =
            field.is_some_and(|f| f.more().list == ListType::Set || f.more().patch != Patch::Default);
        let mut items: Vec<Value> = Vec::new();
        for _ in 0..self.0.index(4) {
            let value = match item {
                Kind::Struct(id) => self.fields(*id, &keys, depth + 1),
                other => self.value(other, None, depth + 1),
            };
            // By each key alone, as patches tell them apart.
            let alike = |other: &Value| match keys.as_slice() {
                [] => is_set && *other == value,
                keys => keys.iter().any(|k| other.get(k) == value.get(k)),
            };
            if !items.iter().any(alike) {
                items.push(value);
            }
        }
        Value::list(items)
    }
}
