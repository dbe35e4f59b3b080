//! The body of a request: bytes to an object of the kind that is expected.
//!
//! Models `k8s.io/apimachinery/pkg/runtime/serializer/json` and `handlers/create.go: transformDecodeError`.

use super::negotiate::Format;
use super::options::FieldValidation;
use crate::base::{Status, Text, Value, field};
use crate::manifest::node::NodeKind;
use crate::manifest::{Node, json, yaml};
use crate::schema::{Schema, TypeId, decode, protobuf};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Bodies may have so many bytes (`--max-request-bytes` of the API server).
pub const MAX: usize = 3 * 1024 * 1024;

/// The kind that is expected.
#[derive(Clone, Debug)]
pub struct Expected {
    pub group: Text,
    pub version: Text,
    pub kind: Text,
    pub type_id: TypeId,
}

/// A body that was decoded.
#[derive(Clone, Debug)]
pub struct Body {
    pub value: Value,
    /// Of unknown and duplicate fields, where these only warn.
    pub warnings: Vec<String>,
}

/// Decodes a body as the expected kind.
pub fn decode(
    schema: &Schema,
    bytes: &[u8],
    format: Format,
    expected: &Expected,
    validation: FieldValidation,
) -> Result<Body, Status> {
    check_size(bytes)?;
    let document = Document::read(bytes, format).map_err(|e| unrecognized(expected, &e, bytes))?;
    let meta = document.meta().map_err(|e| unrecognized(expected, &e, bytes))?.or(expected);
    let wrong = |error: String| {
        let (kind, version) = (&meta.kind, field::quoted(&meta.version));
        let expected = &expected.kind;
        Status::bad_request(format!("{kind} in version {version} cannot be handled as a {expected}: {error}"))
    };
    let decoded = convert(schema, document.content(), &meta, expected).map_err(wrong)?;
    let mut complaints = document.complaints;
    complaints.extend(decoded.complaints);
    if validation == FieldValidation::Strict && !complaints.is_empty() {
        return Err(wrong(format!("strict decoding error: {}", complaints.join(", "))));
    }
    if meta.version != expected.version {
        let (have, want) = (meta.api_version(), api_version(&expected.group, &expected.version));
        return Err(Status::bad_request(format!(
            "the API version in the data ({have}) does not match the expected API version ({want})"
        )));
    }
    let warnings = match validation {
        FieldValidation::Warn => complaints.iter().flat_map(|c| warnings_of(c)).collect(),
        _ => Vec::new(),
    };
    Ok(Body { value: decoded.value, warnings })
}

/// What go-yaml's strict mode begins with; a line each follows.
const YAML_ERRORS: &str = "yaml: unmarshal errors:";

/// A complaint as warnings: those of YAML one by one.
///
/// Models `addStrictDecodingWarnings` and `parseYAMLWarnings`.
fn warnings_of(complaint: &str) -> Vec<String> {
    match complaint.strip_prefix(YAML_ERRORS) {
        Some(lines) => lines.lines().map(str::trim).filter(|l| !l.is_empty()).map(String::from).collect(),
        None => [String::from(complaint)].into(),
    }
}

/// A document that was decoded, and what strict decoding has to say of it.
#[derive(Clone, Debug)]
pub struct Decoded {
    pub value: Value,
    pub complaints: Vec<String>,
}

/// Decodes a document as the expected kind; the error is Go's.
///
/// Models `runtime.DecodeInto`.
pub fn decode_node(schema: &Schema, node: &Node, expected: &Expected) -> Result<Decoded, String> {
    let mut meta = interpret(node)?;
    // What it does not say it is by what it is decoded into.
    if meta.kind.is_empty() {
        meta.kind = expected.kind.clone();
    }
    if meta.version.is_empty() {
        (meta.group, meta.version) = (expected.group.clone(), expected.version.clone());
    }
    convert(schema, Content::Node(node), &meta, expected)
}

/// The document as what it says it is, as long as that can become the expected kind.
fn convert(
    schema: &Schema,
    content: Content<'_>,
    meta: &Meta,
    expected: &Expected,
) -> Result<Decoded, String> {
    let unknown = |go_type: &str| {
        format!("converting ({go_type}) to ({}): unknown conversion", internal_name(expected))
    };
    let type_id = schema.kind(&meta.group, &meta.version, &meta.kind).ok_or_else(|| {
        beside_resources(schema, meta).map_or_else(|| meta.unregistered(), |go_type| unknown(&go_type))
    })?;
    let decoded = content.decode(schema, type_id)?;
    if meta.kind != expected.kind || meta.group != expected.group {
        return Err(unknown(&schema.get(type_id).go_type));
    }
    let mut value = decoded.value;
    value.set("kind", &expected.kind);
    value.set("apiVersion", meta.api_version());
    let value = schema.arrange(&crate::schema::Kind::Struct(expected.type_id), &value);
    Ok(Decoded { value, complaints: decoded.strict_errors })
}

/// The Go type of a kind that every version has beside those of its resources: lists, and the options of requests.
///
/// Models `metav1.AddToGroupVersion`.
fn beside_resources(schema: &Schema, meta: &Meta) -> Option<String> {
    const OPTIONS: &[&str] = &[
        "WatchEvent",
        "ListOptions",
        "GetOptions",
        "DeleteOptions",
        "CreateOptions",
        "UpdateOptions",
        "PatchOptions",
    ];
    let kind = meta.kind.as_str();
    let mut resources = schema.resources().iter();
    if !resources.any(|r| r.group == meta.group && r.version == meta.version) {
        return None;
    }
    if OPTIONS.contains(&kind) || (kind, meta.group.as_str()) == ("List", "") {
        return Some(format!("v1.{kind}"));
    }
    let element = schema.kind(&meta.group, &meta.version, kind.strip_suffix("List")?)?;
    Some(format!("{}List", schema.get(element).go_type))
}

pub fn check_size(bytes: &[u8]) -> Result<(), Status> {
    if bytes.len() <= MAX {
        return Ok(());
    }
    let message = format!("Request entity too large: limit is {MAX}");
    Err(Status::new(413, "RequestEntityTooLarge", message))
}

/// A body that was read, but not yet as a kind.
pub(super) struct Document<'b> {
    node: Node,
    /// The kind and version that stand around a message, and the message.
    message: Option<protobuf::Envelope<'b>>,
    /// What is wrong with the text that strict decoding alone minds.
    complaints: Vec<String>,
}

/// What is decoded as a kind.
#[derive(Clone, Copy)]
enum Content<'b> {
    Node(&'b Node),
    Message(&'b [u8]),
}

impl Content<'_> {
    fn decode(self, schema: &Schema, id: TypeId) -> Result<decode::Decoded, String> {
        match self {
            Content::Node(node) => decode::decode(schema, id, node),
            Content::Message(bytes) => {
                let value = protobuf::decode(schema, id, bytes)?;
                Ok(decode::Decoded { value, strict_errors: Vec::new() })
            }
        }
    }
}

impl Document<'_> {
    /// The error is Go's.
    pub(super) fn read(bytes: &[u8], format: Format) -> Result<Document<'_>, String> {
        let mut document = Document { node: Node::default(), message: None, complaints: Vec::new() };
        match format {
            Format::Json => {
                let parsed = json::parse_bytes(bytes);
                document.node = parsed
                    .map_err(|e| format!("couldn't get version/kind; json parse error: {}", e.message))?;
            }
            Format::Yaml => {
                let decoded = yaml::bytes_to_node(bytes).map_err(|e| e.to_string())?;
                let repeated =
                    decoded.repeated.iter().map(|r| format!("\n  {}", r.message)).collect::<String>();
                let complaint = (!repeated.is_empty()).then(|| format!("{YAML_ERRORS}{repeated}"));
                document.complaints.extend(complaint);
                document.node = decoded.node;
            }
            Format::Protobuf => document.message = Some(protobuf::Envelope::open(bytes)?),
        }
        Ok(document)
    }

    /// Version and kind of what it says it is.
    pub(super) fn api_version_and_kind(&self) -> Result<(Text, Text), String> {
        self.meta()
            .map(|meta| (if meta.version.is_empty() { Text::EMPTY } else { meta.api_version() }, meta.kind))
    }

    /// The document as a type, whatever it says it is.
    pub(super) fn decode(&self, schema: &Schema, id: TypeId) -> Result<Value, String> {
        self.content().decode(schema, id).map(|decoded| decoded.value)
    }

    fn meta(&self) -> Result<Meta, String> {
        let Some(message) = &self.message else { return interpret(&self.node) };
        // A version that is none is as if there were none.
        let (group, version) = group_and_version(&message.api_version).unwrap_or_default();
        Ok(Meta { group, version, kind: message.kind.clone() })
    }

    fn content(&self) -> Content<'_> {
        match &self.message {
            Some(message) => Content::Message(message.raw),
            None => Content::Node(&self.node),
        }
    }
}

/// The kind that a document says it is.
struct Meta {
    group: Text,
    version: Text,
    kind: Text,
}

fn group_and_version(api_version: &str) -> Option<(Text, Text)> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    (!version.contains('/')).then(|| (group.into(), version.into()))
}

/// Models `SimpleMetaFactory.Interpret`: Go's own JSON decoder, which does not mind the case of keys.
fn interpret(node: &Node) -> Result<Meta, String> {
    let wrong = |e: String| format!("couldn't get version/kind; json parse error: {e}");
    let entries = match &node.kind {
        NodeKind::Map(entries) => entries.as_slice(),
        NodeKind::Null => &[],
        other => {
            let what = decode::go_kind(other);
            let target = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";
            return Err(wrong(format!("json: cannot unmarshal {what} into Go value of type {target}")));
        }
    };
    let (mut api_version, mut kind) = (Text::default(), Text::default());
    for (key, value) in entries {
        let (slot, name) = match key.text.to_lowercase().as_str() {
            "apiversion" => (&mut api_version, "apiVersion"),
            "kind" => (&mut kind, "kind"),
            _ => continue,
        };
        match &value.kind {
            NodeKind::Text(t) => *slot = t.clone(),
            NodeKind::Null => {}
            other => {
                let what = decode::go_kind(other);
                return Err(wrong(format!(
                    "json: cannot unmarshal {what} into Go struct field .{name} of type string"
                )));
            }
        }
    }
    let (group, version) = group_and_version(&api_version)
        .ok_or_else(|| format!("unexpected GroupVersion string: {api_version}"))?;
    Ok(Meta { group, version, kind })
}

impl Meta {
    /// What is left open is what is expected (`gvkWithDefaults`).
    fn or(mut self, expected: &Expected) -> Meta {
        if self.kind.is_empty() {
            self.kind = expected.kind.clone();
        }
        if self.version.is_empty() && self.group.is_empty() {
            self.group = expected.group.clone();
            self.version = expected.version.clone();
        }
        if self.version.is_empty() && self.group == expected.group {
            self.version = expected.version.clone();
        }
        self
    }

    fn api_version(&self) -> Text {
        api_version(&self.group, &self.version)
    }

    fn unregistered(&self) -> String {
        format!(
            "no kind {} is registered for version {} in scheme \"pkg/api/legacyscheme/scheme.go:30\"",
            field::quoted(&self.kind),
            field::quoted(&self.api_version())
        )
    }
}

fn api_version(group: &str, version: &str) -> Text {
    match group {
        "" => version.into(),
        group => format!("{group}/{version}").into(),
    }
}

/// Go's name of the internal type that a kind is converted to.
fn internal_name(expected: &Expected) -> String {
    internal_type(&expected.group, &expected.kind)
}

/// The same of a kind of a group.
pub(super) fn internal_type(group: &str, kind: &str) -> String {
    let package = match group {
        "" | "events.k8s.io" => "core",
        "rbac.authorization.k8s.io" => "rbac",
        group => group.split('.').next().unwrap_or_default(),
    };
    format!("{package}.{kind}")
}

fn unrecognized(expected: &Expected, error: &str, bytes: &[u8]) -> Status {
    Status::bad_request(format!(
        "the object provided is unrecognized (must be of type {}): {error} ({})",
        expected.kind,
        summary(bytes)
    ))
}

/// The beginning of a body, as text where it looks like JSON and in hex digits elsewhere.
fn summary(bytes: &[u8]) -> String {
    const SHOWN: usize = 30;
    if bytes.is_empty() {
        return "<empty>".to_string();
    }
    let shown = bytes.get(..SHOWN).unwrap_or(bytes);
    let mut out = if bytes.first() == Some(&b'{') {
        String::from_utf8_lossy(shown).into_owned()
    } else {
        shown.iter().map(|b| format!("{b:02x}")).collect()
    };
    if bytes.len() > SHOWN {
        out.push_str(" ...");
    }
    out
}
