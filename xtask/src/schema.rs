//! `cargo xtask schema`: turns the recorded shape of the Kubernetes API (`xtask/schema/`) into the table that is
//! compiled into the engine (`core/src/schema/kubernetes.bin`).
//!
//! The table is a pool of texts and some columns of LEB128 numbers, each read front to back by
//! `core/src/schema/table/read.rs`: what is alike stands together, which compresses better. What can be derived from
//! something else (the Go name from the JSON name, the wire type from the type) is left out.

#[path = "../../core/src/schema/table/layout.rs"]
mod layout;

use layout::{COLUMNS, Column, EMBED, GO_NAME, GO_TYPE, MORE, OMIT_EMPTY, OMIT_ZERO, POINTER, REQUIRED};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fs;
use std::path::Path;

const SHAPE: &str = "xtask/schema/kubernetes.json";
const EMBEDDED: &str = "xtask/schema/embedded.json";
/// Defaults in the API's description (OpenAPI v3) that do not follow from the type, which the shape lacks.
const DEFAULTS: &str = "xtask/schema/defaults.json";
const TABLE: &str = "core/src/schema/kubernetes.bin";

/// Writes the table, or with `--check` says whether the one that is there is right.
pub(crate) fn run(root: &Path, check: bool) -> Result<(), String> {
    let mut shape = read(&root.join(SHAPE))?;
    add_defaults(&mut shape, &read(&root.join(DEFAULTS))?)?;
    let table = build(&shape, &read(&root.join(EMBEDDED))?)?;
    let path = root.join(TABLE);
    if check {
        let there = fs::read(&path).map_err(|e| format!("{TABLE}: {e}"))?;
        return if there == table {
            Ok(())
        } else {
            Err(format!("{TABLE} is stale: run cargo xtask schema"))
        };
    }
    fs::write(&path, &table).map_err(|e| format!("{TABLE}: {e}"))?;
    println!("{TABLE}: {} bytes", table.len());
    Ok(())
}

fn read(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
}

fn add_defaults(shape: &mut Value, defaults: &Value) -> Result<(), String> {
    for (type_, fields) in object(defaults)? {
        for (field, default) in object(fields)? {
            match shape["types"][type_]["fields"].get_mut(field) {
                Some(field) => field["default"] = default.clone(),
                None => return Err(format!("{DEFAULTS}: no field {type_}.{field}")),
            }
        }
    }
    Ok(())
}

/// So many texts have a number of one byte.
const ONE_BYTE: usize = 128;

/// The bytes of the table. Two passes: the first counts the texts, so that the most frequent get the smallest numbers.
fn build(shape: &Value, embedded: &Value) -> Result<Vec<u8>, String> {
    let mut counts = Texts::default();
    write(&mut Out { columns: Default::default(), texts: &mut counts }, shape, embedded)?;
    let mut all: Vec<(String, usize)> = counts.counts.drain().collect();
    all.sort_by(|(a, n), (b, m)| m.cmp(n).then(a.cmp(b)));
    all[ONE_BYTE..].sort();
    let mut texts = Texts {
        places: all.iter().enumerate().map(|(i, (s, _))| (s.clone(), i)).collect(),
        ..Texts::default()
    };
    let mut out = Out { columns: Default::default(), texts: &mut texts };
    write(&mut out, shape, embedded)?;
    let mut bytes = Vec::new();
    number(&mut bytes, all.len());
    for (text, _) in &all {
        bytes.extend(text.bytes());
        bytes.push(b'\n');
    }
    out.columns.iter().for_each(|column| number(&mut bytes, column.len()));
    out.columns.iter().for_each(|column| bytes.extend(column));
    Ok(bytes)
}

#[derive(Default)]
struct Texts {
    counts: HashMap<String, usize>,
    places: HashMap<String, usize>,
}

struct Out<'a> {
    columns: [Vec<u8>; COLUMNS],
    texts: &'a mut Texts,
}

fn number(bytes: &mut Vec<u8>, mut n: usize) {
    loop {
        let low = (n & 0x7f) as u8;
        n >>= 7;
        bytes.push(if n == 0 { low } else { low | 0x80 });
        if n == 0 {
            return;
        }
    }
}

impl Out<'_> {
    fn number(&mut self, column: Column, n: usize) {
        number(&mut self.columns[column as usize], n);
    }

    fn text(&mut self, column: Column, s: &str) {
        *self.texts.counts.entry(s.to_owned()).or_default() += 1;
        self.number(column, self.texts.places.get(s).copied().unwrap_or(0));
    }

    fn list(&mut self, column: Column, items: Option<&Value>) {
        let items = items.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        self.number(column, items.len());
        items.iter().for_each(|i| self.text(column, text(i)));
    }
}

fn joined(items: Option<&Value>) -> String {
    let items = items.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    items.iter().map(text).collect::<Vec<_>>().join(",")
}

fn text(v: &Value) -> &str {
    v.as_str().unwrap_or_default()
}

fn object(v: &Value) -> Result<&Map<String, Value>, String> {
    v.as_object().ok_or_else(|| format!("not an object: {v}"))
}

fn write(out: &mut Out<'_>, shape: &Value, embedded: &Value) -> Result<(), String> {
    let types = object(&shape["types"])?;
    let numbers: HashMap<&str, usize> = types.keys().enumerate().map(|(i, n)| (n.as_str(), i)).collect();
    out.text(Column::Head, text(&shape["kubernetes"]));
    out.number(Column::Head, types.len());
    for (name, t) in types {
        let (package, short) =
            name.rsplit_once('.').ok_or_else(|| format!("type without package: {name}"))?;
        out.text(Column::TypeName, package);
        out.text(Column::TypeName, short);
        out.number(
            Column::Head,
            usize::from(text(&t["struct"]) == "atomic") | usize::from(t["gvk"].is_object()) << 1,
        );
        if t["gvk"].is_object() {
            // Its kind is the name of the type.
            ["group", "version"].iter().for_each(|k| out.text(Column::Head, text(&t["gvk"][k])));
        }
        let embeds = embedded[name].as_object().cloned().unwrap_or_default();
        out.number(Column::Head, embeds.len());
        for (go, e) in &embeds {
            out.text(Column::Head, go);
            out.text(Column::Head, text(&e["goType"]));
            out.number(Column::Head, proto_number(e)?);
        }
        let fields = object(&t["fields"])?;
        out.number(Column::Head, fields.len());
        let mut proto = 0;
        for (json, f) in fields {
            // Of embeds within embeds the outermost counts here: `NamedRuleWithOperations` is the only such type.
            let embed = embeds.values().position(|e| {
                e["fields"].as_array().is_some_and(|names| names.iter().any(|n| text(n) == json))
            });
            field(out, json, f, embed, &mut proto, &numbers).map_err(|e| format!("{name}.{json}: {e}"))?;
        }
    }
    let resources = shape["resources"].as_array().ok_or("no resources")?;
    out.number(Column::Resource, resources.len());
    for r in resources {
        ["group", "version", "resource", "kind"]
            .iter()
            .for_each(|k| out.text(Column::Resource, text(&r[*k])));
        let own = r.get("responseVersion").is_some();
        out.number(Column::Resource, usize::from(r["namespaced"] == true) | usize::from(own) << 1);
        if own {
            out.text(Column::Resource, text(&r["responseGroup"]));
            out.text(Column::Resource, text(&r["responseVersion"]));
        }
        // A handful of lists that come again and again: a text each.
        ["verbs", "shortNames", "categories"]
            .iter()
            .for_each(|k| out.text(Column::Resource, &joined(r.get(*k))));
    }
    Ok(())
}

fn proto_number(f: &Value) -> Result<usize, String> {
    match f.get("proto").map(text) {
        None => Ok(0),
        Some(p) => p.split_once(',').and_then(|(_, n)| n.parse().ok()).ok_or_else(|| format!("proto: {p}")),
    }
}

fn field(
    out: &mut Out<'_>,
    json: &str,
    f: &Value,
    embed: Option<usize>,
    proto: &mut usize,
    numbers: &HashMap<&str, usize>,
) -> Result<(), String> {
    let kind = text(&f["type"]);
    let go_type = f.get("goType").map_or("", text);
    let (pointer, go_type) = match go_type.strip_prefix('*') {
        Some(t) => (true, t),
        None => (false, go_type),
    };
    let go = f.get("go").map_or("", text);
    let own_go = !go.is_empty() && go != capitalised(json);
    let own_type = !go_type.is_empty() && go_type != derived_go_type(kind);
    let more = ["default", "enum", "patch", "mergeKey", "list", "mapKeys", "struct"]
        .iter()
        .any(|k| f.get(*k).is_some());
    let mut flags = 0;
    for (flag, on) in [
        (OMIT_EMPTY, f.get("omit").is_some_and(|o| o == "omitempty")),
        (OMIT_ZERO, f.get("omit").is_some_and(|o| o == "omitzero")),
        (POINTER, pointer),
        (REQUIRED, f.get("required").is_some()),
        (GO_NAME, own_go),
        (GO_TYPE, own_type),
        (MORE, more),
        (EMBED, embed.is_some()),
    ] {
        flags |= if on { flag } else { 0 };
    }
    out.text(Column::FieldName, json);
    out.number(Column::Flags, flags);
    write_kind(out, kind, numbers)?;
    // Numbers mostly count up: the step from the one before, with 0 for a step of one.
    let number = proto_number(f)?;
    let step = number as i64 - *proto as i64 - 1;
    *proto = number;
    out.number(Column::Proto, if step < 0 { (-step * 2 - 1) as usize } else { (step * 2) as usize });
    if own_go {
        out.text(Column::Go, go);
    }
    if own_type {
        out.text(Column::Go, go_type);
    }
    if let Some(embed) = embed {
        out.number(Column::More, embed);
    }
    if more {
        out.text(Column::More, &f.get("default").map(Value::to_string).unwrap_or_default());
        out.list(Column::More, f.get("enum"));
        let patch = f.get("patch").map_or("", text);
        let list = f.get("list").map_or("", text);
        let granularity = f.get("struct").map_or("", text);
        let place = |names: &[&str], name: &str| {
            names.iter().position(|n| *n == name).ok_or_else(|| format!("unknown word {name}"))
        };
        out.number(Column::More, place(&["", "merge", "replace", "retainKeys", "merge,retainKeys"], patch)?);
        out.number(Column::More, place(&["", "atomic", "set", "map"], list)?);
        out.number(Column::More, place(&["", "atomic", "granular"], granularity)?);
        out.text(Column::More, f.get("mergeKey").map_or("", text));
        out.list(Column::More, f.get("mapKeys"));
    }
    Ok(())
}

const SCALARS: &[&str] = &[
    "string",
    "boolean",
    "int32",
    "int64",
    "double",
    "byte",
    "date-time",
    "micro-time",
    "int-or-string",
    "quantity",
    "object",
];
const LIST: usize = SCALARS.len();
const MAP: usize = LIST + 1;
const STRUCT: usize = MAP + 1;

fn write_kind(out: &mut Out<'_>, kind: &str, numbers: &HashMap<&str, usize>) -> Result<(), String> {
    if let Some(place) = SCALARS.iter().position(|s| *s == kind) {
        out.number(Column::Kind, place);
    } else if let Some(item) = kind.strip_prefix("[]") {
        out.number(Column::Kind, LIST);
        write_kind(out, item, numbers)?;
    } else if let Some(item) = kind.strip_prefix("map[string]") {
        out.number(Column::Kind, MAP);
        write_kind(out, item, numbers)?;
    } else {
        let number = numbers.get(kind).ok_or_else(|| format!("unknown type {kind}"))?;
        out.number(Column::Kind, STRUCT + number);
    }
    Ok(())
}

/// The Go name that a JSON name has unless told otherwise.
fn capitalised(json: &str) -> String {
    let mut chars = json.chars();
    chars.next().map(|c| c.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
}

/// The Go type that a type has unless told otherwise.
fn derived_go_type(kind: &str) -> String {
    if let Some(item) = kind.strip_prefix("[]") {
        return format!("[]{}", derived_go_type(item));
    }
    if let Some(item) = kind.strip_prefix("map[string]") {
        return format!("map[string]{}", derived_go_type(item));
    }
    match kind {
        "boolean" => "bool".into(),
        "double" => "float64".into(),
        "byte" => "[]uint8".into(),
        "date-time" => "v1.Time".into(),
        "micro-time" => "v1.MicroTime".into(),
        "int-or-string" => "intstr.IntOrString".into(),
        "quantity" => "resource.Quantity".into(),
        "object" => "runtime.RawExtension".into(),
        kind => match kind.rsplit('.').take(2).collect::<Vec<_>>().as_slice() {
            [name, package] => format!("{package}.{name}"),
            _ => kind.into(),
        },
    }
}
