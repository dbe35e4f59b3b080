//! What the server says of its own API: the types and paths that the table has, as OpenAPI.
//!
//! Models `k8s.io/kube-openapi/pkg/handler3`, `pkg/handler` and the aggregator's `controllers/openapi*`.

mod binary;
mod parameters;
mod paths;
mod schemas;

use super::encode;
use super::request::{Body, Request, Response};
use crate::base::hash::sha256;
use crate::base::{Text, Value, json};
use crate::schema::{Resource, Schema};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use paths::{Paths, operation_group};
use schemas::{META, Schemas, operation_part, texts};

/// Swagger 2.0 or OpenAPI 3.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edition {
    V2,
    V3,
}

impl Edition {
    /// What a reference to a type begins with.
    fn schemas(self) -> &'static str {
        match self {
            Edition::V2 => "#/definitions/",
            Edition::V3 => "#/components/schemas/",
        }
    }
}

/// Paths that are of no group: what they are called, by whom, the type that they answer with.
const OTHERS: &[(&str, &str, &str, &str)] = &[
    (".well-known/openid-configuration", "getServiceAccountIssuerOpenIDConfiguration", "WellKnown", ""),
    ("openid/v1/jwks", "getServiceAccountIssuerOpenIDKeyset", "openid", ""),
    ("version", "getCodeVersion", "version", "io.k8s.apimachinery.pkg.version.Info"),
];

pub(super) fn answer(schema: &Schema, request: &Request, parts: &[&str], hash: &str) -> Option<Response> {
    let (edition, path) = match parts {
        ["openapi", "v3"] => return Some(index(schema)),
        ["openapi", "v3", rest @ ..] => (Edition::V3, rest.join("/")),
        ["openapi", "v2"] => (Edition::V2, String::new()),
        ["openapi", "v2", ..] => return Some(encode::plain(404, "404 page not found\n")),
        _ => return None,
    };
    let known = edition == Edition::V2 || documents(schema).contains(&path);
    if !known {
        return Some(Response { code: 404, ..Response::default() });
    }
    let as_binary = edition == Edition::V2 && accepts_binary(request);
    if !as_binary && !accepts_json(request) {
        return Some(Response { code: 406, ..Response::default() });
    }
    let tag = tag(schema, &path);
    let header = |name: &str, value: &str| (name.to_string(), value.to_string());
    let mut response = Response { code: 200, ..Response::default() };
    response.headers.push(header("Vary", "Accept"));
    response.headers.push(header("Etag", &format!("\"{tag}\"")));
    if !hash.is_empty() && edition == Edition::V3 {
        if hash != tag {
            response.code = 301;
            response.headers.push(header("Location", &address(&path, &tag)));
            return Some(response);
        }
        response.headers.push(header("Cache-Control", "public, immutable"));
    }
    if request.header("If-None-Match").is_some_and(|tags| is_among(&tag, tags)) {
        response.code = 304;
        return Some(response);
    }
    let type_ = if as_binary { BINARY } else { "application/json" };
    response.headers.push(header("Content-Type", type_));
    let document = match edition {
        Edition::V2 => second(schema),
        Edition::V3 => third(schema, &path),
    };
    response.body = Body::Bytes(match as_binary {
        true => binary::document(&document),
        false => json::to_string(&document).into_bytes(),
    });
    Some(response)
}

/// Where to find what, with what it is now in the address: what was fetched once need not be fetched again.
fn index(schema: &Schema) -> Response {
    let entry = |path: String| {
        let url = address(&path, &tag(schema, &path));
        (Text::from(path), Value::map([("serverRelativeURL", Value::from(url))]))
    };
    let mut entries = documents(schema).into_iter().map(entry).collect::<Vec<_>>();
    crate::base::sort::by(&mut entries, |(a, _), (b, _)| a.cmp(b));
    let value = Value::map([("paths", Value::of_distinct(entries))]);
    encode::plain(200, &json::to_string(&value))
}

fn address(path: &str, tag: &str) -> String {
    format!("/openapi/v3/{path}?hash={tag}")
}

/// A description changes with the version alone.
fn tag(schema: &Schema, path: &str) -> String {
    sha256(format!("{} {path}", schema.version).as_bytes()).to_uppercase()
}

fn is_among(tag: &str, tags: &str) -> bool {
    tags.split(',').map(str::trim).any(|t| t == "*" || t.trim_start_matches("W/").trim_matches('"') == tag)
}

/// Protobuf of another kind than that of objects, by the name that is no media type, and the later one.
const BINARY: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
const OLD_BINARY: &str = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

fn accepts_binary(request: &Request) -> bool {
    let accept = request.header("Accept").unwrap_or_default();
    let first = accept.split([',', ';']).next().unwrap_or_default().trim();
    matches!(first, BINARY | OLD_BINARY)
}

/// Whether JSON will do. The other form of edition 3, protobuf of another kind, is not offered.
fn accepts_json(request: &Request) -> bool {
    let accept = request.header("Accept").unwrap_or_default();
    let fits = |clause: &str| {
        let name = clause.split(';').next().unwrap_or_default().trim();
        matches!(name, "application/json" | "application/*" | "*/*" | "*/json" | "*")
    };
    accept.trim().is_empty() || accept.split(',').any(fits)
}

/// The groups and versions that are served, by name.
fn versions(schema: &Schema) -> Vec<(Text, Text)> {
    let mut out = Vec::new();
    for r in schema.resources() {
        let version = (r.group.clone(), r.version.clone());
        if !out.contains(&version) {
            out.push(version);
        }
    }
    crate::base::sort::sort(&mut out);
    out
}

/// The path of a group or, with a version, of that.
fn base(group: &str, version: Option<&str>) -> String {
    let group = if group.is_empty() { "api".to_string() } else { format!("apis/{group}") };
    version.map_or_else(|| group.clone(), |version| format!("{group}/{version}"))
}

/// The paths that have a description of their own.
fn documents(schema: &Schema) -> Vec<String> {
    let mut out = OTHERS.iter().map(|(path, ..)| (*path).to_string()).collect::<Vec<_>>();
    out.push("apis".to_string());
    for (group, version) in versions(schema) {
        for path in [base(&group, None), base(&group, Some(&version))] {
            if !out.contains(&path) {
                out.push(path);
            }
        }
    }
    out
}

/// The description of a path in the third edition.
fn third(schema: &Schema, path: &str) -> Value {
    let of_path = |(g, v): &(Text, Text)| base(g, Some(v)) == path;
    let about = versions(schema).into_iter().filter(of_path).collect::<Vec<_>>();
    let mut schemas = Schemas::new(schema, Edition::V3, about);
    let mut paths = Paths::new(Edition::V3, &mut schemas);
    describe(schema, path, &mut paths);
    let paths = paths.finish();
    let mut components = Value::empty_map();
    let schemas = schemas.finish();
    if !schemas.is_empty() {
        components.set("schemas", schemas);
    }
    components.set("securitySchemes", token());
    Value::map([
        ("openapi", Value::text("3.0.0")),
        ("info", info(schema)),
        ("paths", paths),
        ("components", components),
    ])
}

/// The description of everything in the second edition.
fn second(schema: &Schema) -> Value {
    let mut schemas = Schemas::new(schema, Edition::V2, versions(schema));
    let mut paths = Paths::new(Edition::V2, &mut schemas);
    documents(schema).iter().for_each(|path| describe(schema, path, &mut paths));
    let paths = paths.finish();
    // Types that nobody mentions are there, too, as long as they are kinds.
    for (_, type_) in schema.types().filter(|(_, type_)| type_.gvk.is_some()) {
        schemas.reference(&type_.name);
    }
    let security = Value::map([("BearerToken", Value::list([]))]);
    Value::map([
        ("swagger", Value::text("2.0")),
        ("info", info(schema)),
        ("paths", paths),
        ("definitions", schemas.finish()),
        ("securityDefinitions", token()),
        ("security", Value::list([security])),
    ])
}

/// What can be done at a path and, if it is that of a version, with its resources.
fn describe(schema: &Schema, path: &str, paths: &mut Paths<'_, '_>) {
    let at = format!("/{path}/");
    let meta = |kind: &str| format!("{META}.{kind}");
    if let Some((_, id, tag, answer)) = OTHERS.iter().find(|(other, ..)| *other == path) {
        return paths.telling(&at, (*id).to_string(), (*tag).to_string(), answer, true);
    }
    let parts = path.split('/').collect::<Vec<_>>();
    let (group, version) = match parts.as_slice() {
        ["api"] => {
            let id = "getCoreAPIVersions".to_string();
            return paths.telling(&at, id, "core".to_string(), &meta("APIVersions"), false);
        }
        ["apis"] => {
            let id = "getAPIVersions".to_string();
            return paths.telling(&at, id, "apis".to_string(), &meta("APIGroupList"), false);
        }
        ["apis", group] => {
            let name = operation_group(group);
            let id = format!("get{}APIGroup", operation_part(name, true));
            return paths.telling(&at, id, operation_part(name, false), &meta("APIGroup"), false);
        }
        ["api", version] => ("", *version),
        ["apis", group, version] => (*group, *version),
        _ => return,
    };
    let name = operation_group(group);
    let id = format!("get{}{}APIResources", operation_part(name, true), operation_part(version, true));
    let tag = format!("{}_{}", operation_part(name, false), operation_part(version, false));
    paths.telling(&at, id, tag, &meta("APIResourceList"), false);
    let served = schema.resources().iter().filter(|r| r.group == group && r.version == version);
    let served = served.collect::<Vec<&Resource>>();
    for resource in served.iter().filter(|r| !r.name.contains('/')) {
        let of = |r: &&&Resource| r.name.contains('/') && r.parent() == resource.name.as_str();
        let subresources = served.iter().filter(of).copied().collect::<Vec<_>>();
        paths.resource(&format!("/{path}"), resource, &subresources);
    }
}

fn info(schema: &Schema) -> Value {
    let version = schema.version.trim_start_matches('v');
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    texts(&[("title", "Kubernetes"), ("version", minor)])
}

fn token() -> Value {
    let scheme = [
        ("type", "apiKey"),
        ("description", "Bearer Token authentication"),
        ("name", "authorization"),
        ("in", "header"),
    ];
    Value::map([("BearerToken", texts(&scheme))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str, headers: &[(&str, &str)]) -> (u16, Value) {
        let headers = headers.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        let request = Request { method: "GET".into(), path: path.into(), headers, body: Vec::new() };
        let url = super::super::url::Url::parse(path);
        let parts = url.segments.iter().map(String::as_str).collect::<Vec<_>>();
        let answer =
            answer(&Schema::kubernetes(), &request, &parts, url.query.get("hash")).expect("an answer");
        let Body::Bytes(bytes) = answer.body else { panic!("a watch") };
        let value = crate::manifest::json::parse_bytes(&bytes).map(|node| node.to_value());
        (answer.code, value.unwrap_or_default())
    }

    #[test]
    fn every_address_of_the_index_has_a_description_that_mentions_what_it_has() {
        let (_, index) = get("/openapi/v3", &[]);
        assert_eq!(index.get("paths").entries().len(), 49);
        for (path, entry) in index.get("paths").entries() {
            let (code, document) = get(entry.get("serverRelativeURL").str(), &[]);
            assert_eq!((code, document.get("openapi").str()), (200, "3.0.0"), "{path}");
            let text = json::to_string(&document);
            for mentioned in text.split(r##""$ref":"#/components/schemas/"##).skip(1) {
                let name = mentioned.split('"').next().unwrap_or_default();
                let there = document.at(&["components", "schemas", name]);
                assert!(!there.is_null(), "{path}: {name}");
            }
        }
    }

    #[test]
    fn what_is_known_need_not_be_sent_again() {
        let (_, index) = get("/openapi/v3", &[]);
        let url = index.at(&["paths", "api/v1", "serverRelativeURL"]).str();
        let tag = url.split_once('=').map_or("", |(_, tag)| tag);
        let known = format!("W/\"{tag}\"");
        let cases = [
            ("/openapi/v3/api/v1", ("If-None-Match", known.as_str()), 304),
            ("/openapi/v3/api/v1", ("If-None-Match", "\"other\""), 200),
            ("/openapi/v3/api/v1?hash=other", ("Accept", "*/*"), 301),
            ("/openapi/v3/api/v2", ("Accept", "*/*"), 404),
            ("/openapi/v3/api/v1", ("Accept", "text/html"), 406),
        ];
        for (path, header, code) in cases {
            assert_eq!(get(path, &[header]).0, code, "{path} {header:?}");
        }
    }

    #[test]
    fn an_operation_is_named_after_all_that_it_is() {
        let document = third(&Schema::kubernetes(), "apis/networking.k8s.io/v1");
        let at =
            |path: &str, method: &str| document.at(&["paths", path, method, "operationId"]).str().to_string();
        let base = "/apis/networking.k8s.io/v1";
        for (path, method, id) in [
            ("", "get", "getNetworkingV1APIResources"),
            ("ingresses", "get", "listNetworkingV1IngressForAllNamespaces"),
            ("namespaces/{namespace}/ingresses", "delete", "deleteNetworkingV1CollectionNamespacedIngress"),
            (
                "namespaces/{namespace}/ingresses/{name}/status",
                "patch",
                "patchNetworkingV1NamespacedIngressStatus",
            ),
            ("watch/ipaddresses/{name}", "get", "watchNetworkingV1IPAddress"),
            ("watch/ipaddresses", "get", "watchNetworkingV1IPAddressList"),
        ] {
            assert_eq!(at(&format!("{base}/{path}"), method), id);
        }
    }
}
