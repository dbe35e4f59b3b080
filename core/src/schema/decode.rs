//! A document as a value of its type: what is missing is filled in as Go fills in a struct, what is empty is left out
//! as Go leaves it out, and what does not fit is refused in Go's words.
//!
//! Models `sigs.k8s.io/json` (strict decoding of the API server's bodies) and the JSON methods of the API types.

use super::table::{Field, Kind, Schema, TypeId};
use crate::base::{Quantity, Text, Value, field, time};
use crate::manifest::node::{Key, NodeKind, Span};
use crate::manifest::{Node, node};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// More complaints of strict decoding than these are not listed.
const STRICT_ERRORS_MAX: usize = 100;

/// A document that was decoded, and what strict decoding has to say of it: `unknown field "spec.colour"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    pub value: Value,
    pub strict_errors: Vec<String>,
}

/// Decodes `node` as the type `id`; the error is the text that Go has for it.
pub fn decode(schema: &Schema, id: TypeId, node: &Node) -> Result<Decoded, String> {
    let mut decoder = Decoder::new(schema);
    let value = decoder.value(&Kind::Struct(id), &schema.get(id).go_type, node, None)?;
    match decoder.saved {
        Some(mistake) => Err(mistake.text),
        None => Ok(Decoded {
            value: value.unwrap_or_else(|| schema.zero(&Kind::Struct(id))),
            strict_errors: decoder.strict.into_iter().map(|mistake| mistake.text).collect(),
        }),
    }
}

/// Something in a document that does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub text: String,
    /// The value concerned, or the key where the key is wrong.
    pub span: Span,
}

/// What [`decode`] has to say of `node`, with places: the error if there is one, else what strict decoding complains of.
pub fn mistakes(schema: &Schema, id: TypeId, node: &Node) -> Vec<Mistake> {
    let mut decoder = Decoder::new(schema);
    match decoder.value(&Kind::Struct(id), &schema.get(id).go_type, node, None) {
        Err(text) => Vec::from([Mistake { text, span: decoder.aborted.unwrap_or(node.span) }]),
        Ok(_) => decoder.saved.map_or(decoder.strict, |saved| Vec::from([saved])),
    }
}

/// The value of a type that decodes itself (a time, a quantity, a number or name), outside of any struct.
pub(super) fn leaf(schema: &Schema, kind: &Kind, node: &Node) -> Result<Option<Value>, String> {
    Decoder::new(schema).value(kind, "", node, None)
}

/// Where the decoder is: for type errors the innermost struct and the way there without indexes, for strict ones the
/// way with them.
#[derive(Default)]
struct Context {
    structs: Vec<TypeId>,
    fields: Vec<Text>,
    strict: String,
}

struct Decoder<'s> {
    schema: &'s Schema,
    /// The first type error: decoding goes on, and it is reported in the end.
    saved: Option<Mistake>,
    strict: Vec<Mistake>,
    /// The value that ended decoding.
    aborted: Option<Span>,
    context: Context,
}

/// An error that ends decoding at once: that of a type that decodes itself.
type Abort = String;

impl<'s> Decoder<'s> {
    fn new(schema: &'s Schema) -> Decoder<'s> {
        Decoder { schema, saved: None, strict: Vec::new(), aborted: None, context: Context::default() }
    }

    /// The value of `node`, none for a null. `before` is what an earlier member of the same name has left.
    fn value(
        &mut self,
        kind: &Kind,
        go_type: &str,
        node: &Node,
        before: Option<Value>,
    ) -> Result<Option<Value>, Abort> {
        let value = self.value_of(kind, go_type, node, before);
        if value.is_err() {
            self.aborted.get_or_insert(node.span);
        }
        value
    }

    fn value_of(
        &mut self,
        kind: &Kind,
        go_type: &str,
        node: &Node,
        before: Option<Value>,
    ) -> Result<Option<Value>, Abort> {
        Ok(match kind {
            Kind::Struct(id) => match &node.kind {
                NodeKind::Map(entries) => Some(self.object(*id, entries, before.as_ref())?),
                _ => self.mismatch(go_type, node),
            },
            Kind::List(item) => match &node.kind {
                NodeKind::List(items) => Some(self.list(item, go_type, items)?),
                _ => self.mismatch(go_type, node),
            },
            Kind::Map(item) => match &node.kind {
                NodeKind::Map(entries) => Some(self.map(item, go_type, entries, before)?),
                _ => self.mismatch(go_type, node),
            },
            Kind::String => match &node.kind {
                NodeKind::Text(t) => Some(Value::Text(t.clone())),
                _ => self.mismatch(go_type, node),
            },
            Kind::Bool => match &node.kind {
                NodeKind::Bool(b) => Some(Value::Bool(*b)),
                _ => self.mismatch(go_type, node),
            },
            Kind::Int32 => self.int(i32::MIN.into(), i32::MAX.into(), go_type, node),
            Kind::Int64 => self.int(i64::MIN, i64::MAX, go_type, node),
            Kind::Double => match &node.kind {
                NodeKind::Number(n) => Some(double(n)),
                _ => self.mismatch(go_type, node),
            },
            Kind::Bytes => match &node.kind {
                NodeKind::Text(t) => self.bytes(t, node),
                _ => self.mismatch(go_type, node),
            },
            Kind::Time => self.time(node, false)?,
            Kind::MicroTime => self.time(node, true)?,
            Kind::IntOrString => self.int_or_string(node)?,
            Kind::Quantity => quantity(node)?,
            Kind::Any => Some(node.to_value()).filter(|v| !v.is_null()),
        })
    }

    fn object(
        &mut self,
        id: TypeId,
        entries: &[(Key, Node)],
        before: Option<&Value>,
    ) -> Result<Value, Abort> {
        let schema = self.schema;
        let type_ = schema.get(id);
        let mut slots: Vec<Option<Value>> = match before {
            Some(before) => type_.fields.iter().map(|f| before.find(&f.json).cloned()).collect(),
            None => type_.fields.iter().map(|_| None).collect(),
        };
        let mut seen: Vec<bool> = type_.fields.iter().map(|_| false).collect();
        let mut hint = 0;
        for (key, node) in entries {
            let Some((place, field)) = type_.field(&key.text, hint) else {
                self.complain("unknown field", key);
                continue;
            };
            hint = place + 1;
            if seen.get_mut(place).is_some_and(|s| core::mem::replace(s, true)) {
                self.complain("duplicate field", key);
            }
            let (fields, strict) = (self.context.fields.len(), self.context.strict.len());
            if let Some(embed) = field.embed.and_then(|e| type_.embeds.get(e)) {
                self.context.fields.push(embed.go.clone());
            }
            self.context.fields.push(field.json.clone());
            self.context.structs.push(id);
            self.step_into(&field.json);
            let slot = slots.get_mut(place);
            let before = slot.as_ref().and_then(|s| (*s).clone());
            let value = self.value(&field.kind, &field.go_type, node, before)?;
            self.context.structs.pop();
            self.context.fields.truncate(fields);
            self.context.strict.truncate(strict);
            match slot {
                // A null leaves what is no pointer, list or map as it is.
                Some(slot) if value.is_some() || is_nilable(field) => *slot = value,
                _ => {}
            }
        }
        Ok(schema.assemble(type_, slots))
    }

    fn list(&mut self, item: &Kind, go_type: &str, items: &[Node]) -> Result<Value, Abort> {
        let item_type = go_type.strip_prefix("[]").map_or_else(|| self.schema.go_type(item), Text::from);
        let mut out = Vec::with_capacity(items.len());
        for (i, node) in items.iter().enumerate() {
            let strict = self.context.strict.len();
            self.context.strict.push_str(&format!("[{i}]"));
            let value = self.value(item, &item_type, node, None)?;
            self.context.strict.truncate(strict);
            out.push(value.unwrap_or_else(|| self.schema.zero(item)));
        }
        Ok(Value::list(out))
    }

    fn map(
        &mut self,
        item: &Kind,
        go_type: &str,
        entries: &[(Key, Node)],
        before: Option<Value>,
    ) -> Result<Value, Abort> {
        let item_type = go_type.split_once(']').map_or_else(|| self.schema.go_type(item), |(_, t)| t.into());
        let mut out = before.unwrap_or_else(Value::empty_map);
        let map = out.map_mut();
        let mut seen = alloc::collections::BTreeSet::new();
        for (key, node) in entries {
            if !seen.insert(&key.text) {
                self.complain("duplicate field", key);
            }
            let strict = self.context.strict.len();
            self.step_into(&key.text);
            let value = self.value(item, &item_type, node, None)?;
            self.context.strict.truncate(strict);
            map.insert(key.text.clone(), value.unwrap_or_else(|| self.schema.zero(item)));
        }
        // Go writes a map in the order of its keys.
        map.sort();
        Ok(out)
    }

    fn int(&mut self, min: i64, max: i64, go_type: &str, node: &Node) -> Option<Value> {
        match &node.kind {
            NodeKind::Number(n) => match n.parse::<i64>() {
                Ok(i) if (min..=max).contains(&i) => Some(Value::Int(i)),
                _ => self.save(&format!("number {n}"), go_type, node),
            },
            _ => self.mismatch(go_type, node),
        }
    }

    fn bytes(&mut self, text: &Text, node: &Node) -> Option<Value> {
        match super::base64::decode(text) {
            Ok(bytes) => Some(super::base64::encode(&bytes).into()),
            Err(at) => {
                let text = format!("illegal base64 data at input byte {at}");
                self.saved.get_or_insert(Mistake { text, span: node.span });
                None
            }
        }
    }

    fn time(&mut self, node: &Node, micro: bool) -> Result<Option<Value>, Abort> {
        match &node.kind {
            NodeKind::Null => Ok(None),
            NodeKind::Text(t) => {
                let (seconds, nanos) = time::parse_go(t, micro)?;
                let text = time::Instant(seconds.saturating_mul(1000)).rfc3339();
                Ok(Some(if micro {
                    format!("{}.{:06}Z", text.trim_end_matches('Z'), nanos / 1000).into()
                } else {
                    text.into()
                }))
            }
            _ => Err(self.in_context(go_kind(&node.kind), "string")),
        }
    }

    fn int_or_string(&mut self, node: &Node) -> Result<Option<Value>, Abort> {
        match &node.kind {
            NodeKind::Text(t) => Ok(Some(Value::Text(t.clone()))),
            NodeKind::Null => Ok(None),
            NodeKind::Number(n) => match n.parse::<i32>() {
                Ok(i) => Ok(Some(i.into())),
                Err(_) => Err(self.in_context(&format!("number {n}"), "int32")),
            },
            _ => Err(self.in_context(go_kind(&node.kind), "int32")),
        }
    }

    /// Null is no mismatch, anything else that comes here is.
    fn mismatch(&mut self, go_type: &str, node: &Node) -> Option<Value> {
        match &node.kind {
            NodeKind::Null => None,
            _ => self.save(go_kind(&node.kind), go_type, node),
        }
    }

    fn save(&mut self, what: &str, go_type: &str, node: &Node) -> Option<Value> {
        if self.saved.is_none() {
            self.saved = Some(Mistake { text: self.in_context(what, go_type), span: node.span });
        }
        None
    }

    fn in_context(&self, what: &str, go_type: &str) -> String {
        match self.context.structs.last() {
            Some(id) => format!(
                "json: cannot unmarshal {what} into Go struct field {}.{} of type {go_type}",
                self.schema.get(*id).short_name(),
                self.context.fields.join("."),
            ),
            None => format!("json: cannot unmarshal {what} into Go value of type {go_type}"),
        }
    }

    fn step_into(&mut self, key: &str) {
        if !self.context.strict.is_empty() {
            self.context.strict.push('.');
        }
        self.context.strict.push_str(key);
    }

    fn complain(&mut self, what: &str, key: &Key) {
        let dot = if self.context.strict.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{}", self.context.strict, key.text);
        let text = format!("{what} {}", field::quoted(&path));
        if self.strict.len() < STRICT_ERRORS_MAX && !self.strict.iter().any(|m| m.text == text) {
            self.strict.push(Mistake { text, span: key.span });
        }
    }
}

/// What Go calls a value that does not fit.
pub fn go_kind(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Null => "null",
        NodeKind::Bool(_) => "bool",
        NodeKind::Number(_) => "number",
        NodeKind::Text(_) => "string",
        NodeKind::List(_) => "array",
        NodeKind::Map(_) => "object",
    }
}

fn quantity(node: &Node) -> Result<Option<Value>, Abort> {
    let text = match &node.kind {
        NodeKind::Null => return Ok(None),
        NodeKind::Text(t) | NodeKind::Number(t) => t.trim().to_string(),
        other => crate::base::json::to_string(&Node { kind: other.clone(), ..Node::default() }.to_value()),
    };
    Ok(Some(Quantity::parse(&text)?.to_string().into()))
}

/// A float as Go writes it.
fn double(n: &Text) -> Value {
    match n.parse::<f64>() {
        Ok(f) => node::number(&super::float::format(f).into()),
        Err(_) => Value::Number(n.clone()),
    }
}

/// Whether null makes the field what it was before anything was written to it.
fn is_nilable(field: &Field) -> bool {
    field.pointer || matches!(field.kind, Kind::List(_) | Kind::Map(_) | Kind::Bytes | Kind::Any)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json;

    fn decoded(kind: &str, text: &str) -> Result<(String, Vec<String>), String> {
        let schema = Schema::kubernetes();
        let id = schema.named(&format!("io.k8s.api.core.v1.{kind}")).expect("a type");
        let node = crate::manifest::json::parse(text).expect("JSON");
        decode(&schema, id, &node).map(|d| (json::to_string(&d.value), d.strict_errors))
    }

    #[test]
    fn a_service_is_written_as_go_writes_it() {
        let text = r#"{"spec":{"ports":[{"targetPort":"http","port":80},null],"selector":{"b":"2","a":null},"externalIPs":[]},
            "metadata":{"name":"web","labels":{}},"apiVersion":"v1","kind":"Service"}"#;
        let json = r#"{"kind":"Service","apiVersion":"v1","metadata":{"name":"web"},"spec":{"ports":[{"port":80,"targetPort":"http"},{"port":0,"targetPort":0}],"selector":{"a":"","b":"2"}},"status":{"loadBalancer":{}}}"#;
        assert_eq!(decoded("Service", text), Ok((json.into(), Vec::new())));
    }

    #[test]
    fn what_does_not_fit_is_refused_in_the_words_of_go() {
        for (text, error) in [
            (
                r#"{"spec":{"ports":[{"port":"80"}]}}"#,
                "json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32",
            ),
            (
                r#"{"spec":{"ports":[{"port":80.5}]}}"#,
                "json: cannot unmarshal number 80.5 into Go struct field ServicePort.spec.ports.port of type int32",
            ),
            (
                r#"{"spec":{"type":1}}"#,
                "json: cannot unmarshal number into Go struct field ServiceSpec.spec.type of type v1.ServiceType",
            ),
            (
                r#"{"spec":{"ports":{}}}"#,
                "json: cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort",
            ),
            (
                r#"{"spec":[]}"#,
                "json: cannot unmarshal array into Go struct field Service.spec of type v1.ServiceSpec",
            ),
            (
                r#"{"metadata":{"labels":{"a":1}}}"#,
                "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
            ),
            (
                r#"{"spec":{"ports":[{"targetPort":true}]}}"#,
                "json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32",
            ),
            (
                r#"{"metadata":{"creationTimestamp":5}}"#,
                "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.creationTimestamp of type string",
            ),
            ("[]", "json: cannot unmarshal array into Go value of type v1.Service"),
        ] {
            assert_eq!(decoded("Service", text), Err(error.into()), "{text}");
        }
        let probe = r#"{"spec":{"containers":[{"livenessProbe":{"httpGet":5}}]}}"#;
        let error = "json: cannot unmarshal number into Go struct field Probe.spec.containers.livenessProbe.ProbeHandler.httpGet of type v1.HTTPGetAction";
        assert_eq!(decoded("Pod", probe), Err(error.into()));
    }

    #[test]
    fn strict_decoding_names_what_it_does_not_know_and_what_stands_twice() {
        let text = r#"{"color":1,"spec":{"ports":[{"port":1,"prt":2,"port":3}],"selector":{"a":"b","a":"c"}},"spec":{"type":"NodePort"}}"#;
        let (json, errors) = decoded("Service", text).expect("decodes");
        assert_eq!(
            errors,
            [
                r#"unknown field "color""#,
                r#"unknown field "spec.ports[0].prt""#,
                r#"duplicate field "spec.ports[0].port""#,
                r#"duplicate field "spec.selector.a""#,
                r#"duplicate field "spec""#,
            ]
        );
        assert_eq!(
            json,
            r#"{"metadata":{},"spec":{"ports":[{"port":3,"targetPort":0}],"selector":{"a":"c"},"type":"NodePort"},"status":{"loadBalancer":{}}}"#
        );
    }
}
