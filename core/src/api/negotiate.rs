//! Which form an answer takes, and which one a body has.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/handlers/negotiation`.

use super::request::Request;
use super::url::Url;
use crate::base::Status;
use crate::base::sort;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// How bytes stand for an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Yaml,
    Protobuf,
}

/// How an object is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As it is.
    Object,
    /// Rows and columns.
    Table,
    /// Its metadata alone.
    Metadata,
    MetadataList,
    /// Aggregated discovery.
    Discovery,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    pub format: Format,
    pub shape: Shape,
    pub pretty: bool,
    /// The version of the API's own kinds: `meta.k8s.io/v1`.
    pub meta: &'static str,
}

impl Output {
    /// An object as it is, as JSON.
    pub const PLAIN: Output =
        Output { format: Format::Json, shape: Shape::Object, pretty: false, meta: "meta.k8s.io/v1" };
}

const FORMATS: [(&str, Format); 3] = [
    ("application/json", Format::Json),
    ("application/yaml", Format::Yaml),
    ("application/vnd.kubernetes.protobuf", Format::Protobuf),
];

impl Format {
    pub fn content_type(self) -> &'static str {
        FORMATS.iter().find(|(_, f)| *f == self).map_or("application/json", |(name, _)| name)
    }
}

/// The first of the wanted media types that the server has for objects.
pub fn output(accept: Option<&str>) -> Result<Output, Status> {
    // Tables are for people, who don't read protobuf.
    let unread = |s: &Shape, format| *s == Shape::Table && format == Format::Protobuf;
    wanted(accept, |clause, format| shape(clause, false).filter(|s| !unread(s, format)))
}

/// The same for what tells of groups and versions, which has no other shape than `Discovery` beside its own.
pub fn discovery(accept: Option<&str>, aggregated: bool) -> Result<Output, Status> {
    wanted(accept, |clause, format| {
        // The table of types does not have those of aggregated discovery.
        shape(clause, aggregated).filter(|s| match s {
            Shape::Object => true,
            Shape::Discovery => format != Format::Protobuf,
            _ => false,
        })
    })
}

fn wanted(accept: Option<&str>, shape: impl Fn(&Clause, Format) -> Option<Shape>) -> Result<Output, Status> {
    match accept.unwrap_or_default() {
        accept if accept.trim().is_empty() => Ok(Output::PLAIN),
        accept => first(accept, shape).ok_or_else(|| not_acceptable(&names())),
    }
}

/// The form of a failure, which has but one shape; none if it can have no form that is wanted.
pub fn failure(accept: Option<&str>) -> Option<Output> {
    match accept.unwrap_or_default() {
        "" => Some(Output::PLAIN),
        accept => first(accept, |clause, _| {
            shape(clause, false).filter(|s| *s == Shape::Object && clause.parameter("sv").is_empty())
        }),
    }
}

/// The first clause and format that fit each other, where the clause can have a shape.
fn first(accept: &str, shape: impl Fn(&Clause, Format) -> Option<Shape>) -> Option<Output> {
    clauses(accept).iter().find_map(|clause| {
        FORMATS.iter().find_map(|(name, format)| {
            let (type_, subtype) = name.split_once('/')?;
            let fits = clause.type_ == type_ && (clause.subtype == subtype || clause.subtype == "*")
                || clause.type_ == "*" && clause.subtype == "*";
            let streamed = *format != Format::Yaml || clause.parameter("stream").is_empty();
            let shape = shape(clause, *format).filter(|_| fits && streamed)?;
            let pretty = clause.parameter("pretty") == "1";
            let beta = clause.parameter("v") == "v1beta1";
            let meta = if beta { "meta.k8s.io/v1beta1" } else { Output::PLAIN.meta };
            Some(Output { format: *format, shape, pretty, meta })
        })
    })
}

/// A watch comes as a stream, which YAML can't be.
pub fn streamed(output: Output) -> Result<Output, Status> {
    match output.format {
        Format::Yaml => Err(not_acceptable(STREAMS)),
        _ => Ok(output),
    }
}

fn not_acceptable(accepted: &str) -> Status {
    Status::new(406, "NotAcceptable", format!("only the following media types are accepted: {accepted}"))
}

/// Whether JSON is to be written for people.
///
/// Models `isPrettyPrint`.
pub fn is_pretty(request: &Request) -> bool {
    if request.path.contains("pretty") {
        let url = Url::parse(&request.path);
        let asked = url.query.get("pretty");
        if !asked.is_empty() {
            return matches!(asked, "1" | "t" | "T" | "TRUE" | "true" | "True");
        }
    }
    let agent = request.header("User-Agent").unwrap_or_default();
    ["curl", "Wget", "Mozilla/5.0"].iter().any(|people| agent.starts_with(people))
}

/// The form of an answer of a resource: what it can't be the router says first, which looks at media types alone.
pub fn routed(accept: Option<&str>, lists: bool) -> Result<Output, Status> {
    let all = FORMATS.map(|(_, format)| format);
    check_route(accept, &all, if lists { &[STREAMS] } else { &[] })?;
    output(accept)
}

/// The router's check of an answer that has one of these formats.
///
/// Models `go-restful: Route.matchesAccept`.
pub fn routes(accept: Option<&str>, formats: &[Format]) -> Result<(), Status> {
    check_route(accept, formats, &[])
}

fn check_route(accept: Option<&str>, formats: &[Format], more: &[&str]) -> Result<(), Status> {
    let wanted = accept.unwrap_or_default();
    let known = |name: &str| name == "*/*" || formats.iter().any(|f| f.content_type() == name);
    let clauses = wanted.split(',').map(|clause| clause.split(';').next().unwrap_or_default().trim());
    if wanted.trim().is_empty() || clauses.into_iter().any(known) {
        return Ok(());
    }
    let names = formats.iter().map(|f| f.content_type()).chain(more.iter().copied());
    let available = names.collect::<Vec<_>>().join(", ");
    let message = format!("406: Not Acceptable\n\nAvailable representations: {available}");
    Err(Status { details: Some(Default::default()), ..Status::new(406, "NotAcceptable", message) })
}

/// The formats of watches.
const STREAMS: &str = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

/// The names of the formats of objects.
fn names() -> String {
    FORMATS.map(|(name, _)| name).join(", ")
}

/// The format of a body.
pub fn input(content_type: Option<&str>) -> Result<Format, Status> {
    let text = content_type.unwrap_or_default();
    if text.is_empty() {
        return Ok(Format::Json);
    }
    let name = media_type(text);
    // A parameter without a value makes the whole of it unreadable.
    let mut parameters = text.split(';').skip(1).filter(|p| !p.trim().is_empty());
    if !parameters.all(|p| p.contains('=')) {
        return Err(unsupported());
    }
    FORMATS.iter().find(|(f, _)| *f == name).map(|(_, format)| *format).ok_or_else(unsupported)
}

/// The error for a patch of an unknown format: the router's, before anything of Kubernetes' own has seen the request.
pub fn unsupported_patch() -> Status {
    let status = Status::new(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    Status { details: Some(Default::default()), ..status }
}

/// The error for a body of an unknown format.
fn unsupported() -> Status {
    let message = format!(
        "the body of the request was in an unknown format - accepted media types include: {}",
        names()
    );
    Status::new(415, "UnsupportedMediaType", message)
}

/// A media type without its parameters, in lower case as Go's `mime.ParseMediaType` gives it.
pub fn media_type(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_lowercase()
}

struct Clause {
    type_: String,
    subtype: String,
    parameters: Vec<(String, String)>,
    quality: u32,
}

impl Clause {
    fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v)
    }
}

/// The clauses of an Accept header, the most wanted first.
fn clauses(accept: &str) -> Vec<Clause> {
    let mut out = Vec::new();
    for part in accept.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let (type_, subtype) = match name.split_once('/') {
            Some((t, s)) => (t.trim(), s.trim()),
            None if name == "*" => ("*", "*"),
            None => continue,
        };
        let mut clause = Clause {
            type_: type_.to_string(),
            subtype: subtype.to_string(),
            parameters: Vec::new(),
            quality: 1000,
        };
        for piece in pieces {
            let Some((key, value)) = piece.split_once('=') else { continue };
            match key {
                "q" => clause.quality = quality(value),
                key => clause.parameters.push((key.to_string(), value.to_string())),
            }
        }
        out.push(clause);
    }
    sort::by_key(&mut out, |c| core::cmp::Reverse(c.quality));
    out
}

/// `0.8` in thousandths; what is no number counts fully.
fn quality(text: &str) -> u32 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{fraction:0<3}");
    let fraction = digits.get(..3).and_then(|d| d.parse::<u32>().ok());
    match (whole.parse::<u32>(), fraction) {
        (Ok(whole), Some(fraction)) => (whole * 1000 + fraction).min(1000),
        _ => 1000,
    }
}

/// What a clause asks for beside the format; none if the server cannot do that.
fn shape(clause: &Clause, discovery: bool) -> Option<Shape> {
    if !matches!(clause.parameter("stream"), "" | "watch") || !matches!(clause.parameter("sv"), "" | "v1") {
        return None;
    }
    let (kind, group, version) = (clause.parameter("as"), clause.parameter("g"), clause.parameter("v"));
    match (kind, group, version) {
        ("", "", "") => Some(Shape::Object),
        ("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2") if discovery => Some(Shape::Discovery),
        ("Table", "meta.k8s.io", "v1" | "v1beta1") => Some(Shape::Table),
        ("PartialObjectMetadata", "meta.k8s.io", "v1" | "v1beta1") => Some(Shape::Metadata),
        ("PartialObjectMetadataList", "meta.k8s.io", "v1" | "v1beta1") => Some(Shape::MetadataList),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_router_does_not_know_it_refuses_before_anybody_looks_at_it() {
        let router = "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf";
        let server = "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf";
        let streams = format!("{router}, {STREAMS}");
        let cases = [
            ("text/html", false, router),
            ("text/html", true, &streams),
            ("application/*", false, router),
            ("application/json;as=Nope;v=v1;g=meta.k8s.io", false, server),
        ];
        for (accept, lists, message) in cases {
            assert_eq!(routed(Some(accept), lists).unwrap_err().message, *message, "{accept}");
        }
        for accept in ["", "*/*", "text/html, application/yaml;q=0.5"] {
            assert!(routed(Some(accept), false).is_ok(), "{accept}");
        }
    }

    #[test]
    fn the_kinds_of_the_api_itself_come_in_the_version_that_is_asked_for() {
        let meta = |accept: &str| output(Some(accept)).unwrap().meta;
        assert_eq!(meta("application/json;as=Table;v=v1beta1;g=meta.k8s.io"), "meta.k8s.io/v1beta1");
        assert_eq!(meta("application/json;as=Table;v=v1;g=meta.k8s.io"), "meta.k8s.io/v1");
    }
}
