//! A value as Go's `spew` prints the struct that it stands for: with all its fields, set or not, and their types. The
//! hashes of templates are hashes of this text.
//!
//! Models `github.com/davecgh/go-spew` as `k8s.io/utils/dump` (`ForHash`) uses it.

use super::table::{Field, Kind, Schema, Type, TypeId};
use crate::base::quantity::{Format, Quantity};
use crate::base::sort;
use crate::base::{Value, json};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

impl Schema {
    /// Prints `value`, a struct of that type, piece by piece.
    pub fn spew(&self, id: TypeId, value: &Value, out: &mut dyn FnMut(&str)) {
        out(&format!("({})", self.get(id).go_type));
        self.spew_struct(id, value, out);
    }

    fn spew_struct(&self, id: TypeId, value: &Value, out: &mut dyn FnMut(&str)) {
        let type_ = self.get(id);
        let fields: Vec<&Field> = type_.fields.iter().collect();
        out("{");
        let mut first = true;
        // What is embedded stands together, and is a struct of its own.
        for group in fields.chunk_by(|a, b| a.embed.is_some() && a.embed == b.embed) {
            if !core::mem::take(&mut first) {
                out(" ");
            }
            match embed(type_, group) {
                Some(embed) => {
                    out(&format!("{}:({}){{", embed.go, embed.go_type));
                    self.spew_fields(group, value, out);
                    out("}");
                }
                None => self.spew_fields(group, value, out),
            }
        }
        out("}");
    }

    fn spew_fields(&self, fields: &[&Field], value: &Value, out: &mut dyn FnMut(&str)) {
        for (i, field) in fields.iter().enumerate() {
            let (space, star) = (if i == 0 { "" } else { " " }, if field.pointer { "*" } else { "" });
            out(&format!("{space}{}:({star}{})", field.go, field.go_type));
            match value.get(&field.json) {
                Value::Null if field.pointer => out("<nil>"),
                value => self.spew_value(&field.kind, value, out),
            }
        }
    }

    /// The value without its type.
    fn spew_value(&self, kind: &Kind, value: &Value, out: &mut dyn FnMut(&str)) {
        match kind {
            Kind::Struct(id) => self.spew_struct(*id, value, out),
            Kind::List(_) | Kind::Map(_) | Kind::Any if value.is_empty() => out("<nil>"),
            Kind::List(item) => {
                out("[");
                for (i, value) in value.items().iter().enumerate() {
                    out(if i == 0 { "" } else { " " });
                    self.spew_value(item, value, out);
                }
                out("]");
            }
            Kind::Map(item) => {
                let mut entries: Vec<_> = value.entries().iter().collect();
                sort::by(&mut entries, |a, b| a.0.cmp(&b.0));
                out("map[");
                for (i, (key, value)) in entries.into_iter().enumerate() {
                    out(if i == 0 { "" } else { " " });
                    out(key);
                    out(":");
                    self.spew_value(item, value, out);
                }
                out("]");
            }
            Kind::Quantity => out(&quantity(value)),
            Kind::IntOrString => {
                let number = format!("{{Type:(intstr.Type)0 IntVal:(int32){} StrVal:(string)}}", value.int());
                let named = |text| format!("{{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string){text}}}");
                out(&value.as_text().map_or(number, named));
            }
            // Nothing that is hashed has a time.
            Kind::Time | Kind::MicroTime => {
                out("{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}");
            }
            Kind::String | Kind::Bytes => out(value.str()),
            Kind::Bool => out(if value.is_true() { "true" } else { "false" }),
            Kind::Int32 | Kind::Int64 => out(&format!("{}", value.int())),
            Kind::Double | Kind::Any => out(&json::to_string(value)),
        }
    }
}

/// The struct that a group of fields is embedded with.
fn embed<'a>(type_: &'a Type, group: &[&Field]) -> Option<&'a super::table::Embed> {
    type_.embeds.get(group.first()?.embed?)
}

fn quantity(value: &Value) -> String {
    let written = match value {
        Value::Text(text) => text.as_str().into(),
        Value::Null => String::from("0"),
        other => json::to_string(other),
    };
    let q = match value.is_null() {
        true => Quantity::ZERO,
        false => Quantity::parse(&written).unwrap_or(Quantity::ZERO),
    };
    let (amount, scale) = if q.decimal { (0, 0) } else { (q.value, q.scale) };
    let dec = if q.decimal { decimal(&q) } else { "<nil>".into() };
    let format = match (q.format, value.is_null()) {
        // Nobody has said anything.
        (_, true) => "",
        (Format::DecimalExponent, _) => "DecimalExponent",
        (Format::BinarySI, _) => "BinarySI",
        (Format::DecimalSI, _) => "DecimalSI",
    };
    format!(
        "{{i:(resource.int64Amount){{value:(int64){amount} scale:(resource.Scale){scale}}} d:(resource.infDecAmount){{Dec:(*inf.Dec){dec}}} s:(string){} Format:(resource.Format){format}}}",
        q.text.as_deref().unwrap_or_default()
    )
}

/// An amount in billionths, in words of 64 bits.
fn decimal(q: &Quantity) -> String {
    const NANO: i32 = -9;
    let billionths = q.scaled(NANO);
    let all = billionths.unsigned_abs();
    let words = [all & u128::from(u64::MAX), all >> 64];
    let count = words.iter().rposition(|w| *w != 0).map_or(0, |last| last + 1);
    let digits: Vec<String> = words.iter().take(count).map(|w| format!("{w}")).collect();
    let abs = if digits.is_empty() { "<nil>".into() } else { format!("[{}]", digits.join(" ")) };
    let neg = billionths < 0;
    format!("{{unscaled:(big.Int){{neg:(bool){neg} abs:(big.nat){abs}}} scale:(inf.Scale)9}}")
}
