//! A message as a value of its type, in the form in which Go would write it as JSON.

use super::reader::{self, Reader, Tag};
use super::writer::{CHUNK, FIXED64, VARINT};
use crate::base::{Quantity, Text, Value, time};
use crate::manifest::node;
use crate::schema::base64;
use crate::schema::float;
use crate::schema::table::{Field, Kind, Schema, Type, TypeId};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The value of a message of the type `id`; the error is the text that Go has for it.
pub fn decode(schema: &Schema, id: TypeId, bytes: &[u8]) -> Result<Value, String> {
    structure(schema, id, bytes, None)
}

/// The fields of a struct that were read so far; `before` is what an earlier message for the same field has left.
fn structure(schema: &Schema, id: TypeId, bytes: &[u8], before: Option<&Value>) -> Result<Value, String> {
    let type_ = schema.get(id);
    let there = |json: &str| before.and_then(|before| before.find(json).cloned());
    let mut slots: Vec<Option<Value>> = type_.fields.iter().map(|f| there(&f.json)).collect();
    members(schema, type_, None, bytes, &mut slots)?;
    // Go writes a map in the order of its keys.
    for (field, slot) in type_.fields.iter().zip(&mut slots) {
        if let (Kind::Map(_), Some(map)) = (&field.kind, slot) {
            map.map_mut().sort();
        }
    }
    Ok(schema.assemble(type_, slots))
}

/// Reads the members of a type, or those of a struct that is embedded in it.
fn members(
    schema: &Schema,
    type_: &Type,
    only: Option<usize>,
    bytes: &[u8],
    slots: &mut [Option<Value>],
) -> Result<(), String> {
    let embed = only.and_then(|place| type_.embeds.get(place));
    let name = embed.map_or(type_.short_name(), |embed| &embed.go);
    let mut reader = Reader::new(bytes);
    while let Some(tag) = reader.tag(name)? {
        if let Some((place, field)) = type_.numbered().find(|(_, f)| f.proto == tag.number && f.embed == only)
        {
            let Some(slot) = slots.get_mut(place) else { continue };
            read(schema, field, &mut reader, tag, slot)?;
            continue;
        }
        let embed = type_.embeds.iter().position(|e| e.proto == tag.number).filter(|_| only.is_none());
        let Some((place, embed)) = embed.and_then(|place| Some((place, type_.embeds.get(place)?))) else {
            reader.skip(tag)?;
            continue;
        };
        tag.expect(CHUNK, &embed.go)?;
        let chunk = reader.chunk()?;
        match schema.embedded(type_, embed) {
            None => members(schema, type_, Some(place), chunk, slots)?,
            Some(id) => spread(type_, place, &structure(schema, id, chunk, None)?, slots),
        }
    }
    Ok(())
}

/// The fields of an embedded struct that has a type of its own, as those of the struct that it is in.
fn spread(type_: &Type, embed: usize, value: &Value, slots: &mut [Option<Value>]) {
    let fields = type_.fields.iter().zip(slots).filter(|(f, _)| f.embed == Some(embed));
    for (field, slot) in fields {
        if let Some(value) = value.find(&field.json) {
            *slot = Some(value.clone());
        }
    }
}

/// Reads what stands for a field.
fn read(
    schema: &Schema,
    field: &Field,
    reader: &mut Reader<'_>,
    tag: Tag,
    slot: &mut Option<Value>,
) -> Result<(), String> {
    match &field.kind {
        Kind::List(item) if !field.is_list_type() => {
            let list = slot.get_or_insert_with(|| Value::list([])).list_mut();
            match (&**item, tag.wire) {
                (Kind::Bool | Kind::Int32 | Kind::Int64, VARINT) => list.push(number(item, reader)?),
                (Kind::Bool | Kind::Int32 | Kind::Int64, CHUNK) => {
                    // Many in one: nobody minds if the last one is longer than it should be.
                    let end = reader.length()?;
                    while reader.place() < end {
                        list.push(number(item, reader)?);
                    }
                }
                _ => {
                    tag.expect(CHUNK, &field.go)?;
                    let value = element(schema, item, &field.go_type, reader.chunk()?, None)?;
                    list.push(value.unwrap_or(Value::Null));
                }
            }
        }
        Kind::Map(item) => {
            tag.expect(CHUNK, &field.go)?;
            let (key, value) = entry(schema, item, &field.go_type, reader)?;
            slot.get_or_insert_with(Value::empty_map).map_mut().insert(key, value);
        }
        Kind::Bool | Kind::Int32 | Kind::Int64 => {
            tag.expect(VARINT, &field.go)?;
            *slot = Some(number(&field.kind, reader)?);
        }
        Kind::Double => {
            tag.expect(FIXED64, &field.go)?;
            *slot = Some(node::number(&float::format(f64::from_bits(reader.fixed64()?)).into()));
        }
        kind => {
            tag.expect(CHUNK, &field.go)?;
            let chunk = reader.chunk()?;
            *slot = element(schema, kind, &field.go_type, chunk, slot.as_ref())?;
        }
    }
    Ok(())
}

/// An entry of a map. As in Go its key and value may reach beyond it; what follows begins where it should have ended.
fn entry(
    schema: &Schema,
    item: &Kind,
    go_type: &str,
    reader: &mut Reader<'_>,
) -> Result<(Text, Value), String> {
    let end = reader.length()?;
    let (mut key, mut value) = (Text::default(), None);
    while reader.place() < end {
        let tag = reader.entry_tag()?;
        match tag.number {
            1 => key = text(reader.chunk()?),
            2 => value = element(schema, item, go_type, reader.chunk()?, None)?,
            _ => reader.skip_within(tag, end)?,
        }
    }
    reader.go_to(end);
    let empty = || if *item == Kind::Bytes { Value::text("") } else { schema.zero(item) };
    Ok((key, value.unwrap_or_else(empty)))
}

fn number(kind: &Kind, reader: &mut Reader<'_>) -> Result<Value, String> {
    let n = reader.varint()?;
    Ok(match kind {
        Kind::Bool => Value::Bool(n != 0),
        Kind::Int32 => Value::from(int32(n)),
        _ => Value::Int(n.cast_signed()),
    })
}

/// A value that has a length, none for a time that is not set.
fn element(
    schema: &Schema,
    kind: &Kind,
    go_type: &str,
    bytes: &[u8],
    before: Option<&Value>,
) -> Result<Option<Value>, String> {
    Ok(Some(match kind {
        Kind::String => Value::Text(text(bytes)),
        Kind::Bytes => base64::encode(bytes).into(),
        Kind::Struct(id) => structure(schema, *id, bytes, before)?,
        Kind::Time | Kind::MicroTime => return timestamp(bytes, *kind == Kind::MicroTime),
        Kind::IntOrString => {
            let fields = [("Type", VARINT), ("IntVal", VARINT), ("StrVal", CHUNK)];
            let read = reader::small(bytes, "IntOrString", &fields)?;
            match (read.numbers, read.chunks) {
                ([1, _], [_, _, chunk, _]) => Value::Text(text(chunk.unwrap_or_default())),
                ([_, n], _) => int32(n).into(),
            }
        }
        Kind::Quantity => {
            let read = reader::small(bytes, "Quantity", &[("String_", CHUNK)])?;
            match read.chunks {
                [Some(chunk), ..] => Quantity::parse(&text(chunk))?.to_string().into(),
                _ => Value::text("0"),
            }
        }
        Kind::Any => {
            let name = go_type.rsplit('.').next().unwrap_or_default();
            let read = reader::small(bytes, name, &[("Raw", CHUNK)])?;
            let [raw, ..] = read.chunks;
            // What is no JSON nobody could show.
            let parsed = raw.and_then(|raw| crate::manifest::json::parse_bytes(raw).ok());
            return Ok(parsed.map(|node| node.to_value()).filter(|v| !v.is_null()));
        }
        Kind::List(item) => {
            let name = go_type.rsplit('.').next().unwrap_or_default();
            let mut items = Vec::new();
            let mut reader = Reader::new(bytes);
            while let Some(tag) = reader.tag(name)? {
                if tag.number != 1 {
                    reader.skip(tag)?;
                    continue;
                }
                tag.expect(CHUNK, "Items")?;
                items.extend(element(schema, item, "", reader.chunk()?, None)?);
            }
            Value::list(items)
        }
        _ => return Ok(None),
    }))
}

/// The first instant of the year 1, which is no time to Go.
const NO_TIME: i64 = -62_135_596_800;

fn timestamp(bytes: &[u8], micro: bool) -> Result<Option<Value>, String> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let read = reader::small(bytes, "Timestamp", &[("Seconds", VARINT), ("Nanos", VARINT)])?;
    let [seconds, nanos] = read.numbers;
    // A number that does not fit goes round, and so does the second that it makes.
    let nanos = if micro { i64::from(int32(nanos)) / 1000 * 1000 } else { 0 };
    let seconds = seconds.cast_signed();
    let seconds = seconds.wrapping_add(nanos.div_euclid(1_000_000_000));
    if seconds == NO_TIME && nanos == 0 {
        return Ok(None);
    }
    let text = time::Instant(seconds.saturating_mul(1000)).rfc3339();
    Ok(Some(if micro {
        let micros = nanos.rem_euclid(1_000_000_000) / 1000;
        format!("{}.{micros:06}Z", text.trim_end_matches('Z')).into()
    } else {
        text.into()
    }))
}

/// A text as JSON shows it: each byte that is not UTF-8 is replaced.
fn text(bytes: &[u8]) -> Text {
    if let Ok(text) = core::str::from_utf8(bytes) {
        return text.into();
    }
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
    }
    out.into()
}

/// A number as Go's `int32` has it.
fn int32(n: u64) -> i32 {
    let [a, b, c, d, ..] = n.to_le_bytes();
    i32::from_le_bytes([a, b, c, d])
}
