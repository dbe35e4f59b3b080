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

const FORMATS: &[(&str, Format)] = &[
    ("application/json", Format::Json),
    ("application/yaml", Format::Yaml),
    ("application/vnd.kubernetes.protobuf", Format::Protobuf),
];

impl Format {
    pub fn content_type(self) -> &'static str {
        FORMATS.iter().find(|(_, f)| *f == self).map_or("application/json", |(name, _)| name)
    }
}

/// The first of the wanted media types that the server has; `discovery` where that is what is asked for.
pub fn output(accept: Option<&str>, discovery: bool) -> Result<Output, Status> {
    let accept = accept.unwrap_or_default();
    if accept.trim().is_empty() {
        return Ok(Output::PLAIN);
    }
    first(accept, |clause, format| {
        // Tables are for people, who don't read protobuf.
        shape(clause, discovery).filter(|s| (*s, format) != (Shape::Table, Format::Protobuf))
    })
    .ok_or_else(|| not_acceptable(&names(&[])))
}

/// The form of a failure, which has but one shape; none if it can have no form that is wanted.
pub fn failure(accept: Option<&str>) -> Option<Output> {
    match accept.unwrap_or_default() {
        "" => Some(Output::PLAIN),
        accept => first(accept, |clause, _| shape(clause, false).filter(|s| *s == Shape::Object)),
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
    let wanted = accept.unwrap_or_default();
    if wanted.trim().is_empty() || is_routed(wanted) { output(accept, false) } else { Err(not_routed(lists)) }
}

/// The formats of watches.
const STREAMS: &str = "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch";

/// The names of the formats of objects, and some more.
fn names(more: &[&str]) -> String {
    FORMATS.iter().map(|(name, _)| *name).chain(more.iter().copied()).collect::<Vec<_>>().join(", ")
}

/// Models `go-restful: Route.matchesAccept`.
fn is_routed(accept: &str) -> bool {
    let known = |name: &str| name == "*/*" || FORMATS.iter().any(|(f, _)| *f == name);
    accept.split(',').any(|clause| known(clause.split(';').next().unwrap_or_default().trim()))
}

fn not_routed(lists: bool) -> Status {
    let available = names(if lists { &[STREAMS] } else { &[] });
    let message = format!("406: Not Acceptable\n\nAvailable representations: {available}");
    Status { details: Some(Default::default()), ..Status::new(406, "NotAcceptable", message) }
}

/// The format of a body.
pub fn input(content_type: Option<&str>) -> Result<Format, Status> {
    let name = media_type(content_type.unwrap_or_default());
    if name.is_empty() {
        return Ok(Format::Json);
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
        names(&[])
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
    if !matches!(clause.parameter("stream"), "" | "watch") || !clause.parameter("sv").is_empty() {
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
        let meta = |accept: &str| output(Some(accept), false).unwrap().meta;
        assert_eq!(meta("application/json;as=Table;v=v1beta1;g=meta.k8s.io"), "meta.k8s.io/v1beta1");
        assert_eq!(meta("application/json;as=Table;v=v1;g=meta.k8s.io"), "meta.k8s.io/v1");
    }
}
