//! What the server serves: groups, versions and resources.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/discovery` and its `aggregated`.

use super::negotiate::{self, Format, Output, Shape};
use super::request::{Request, Response};
use super::{encode, health, method_not_allowed};
use crate::base::hash::sha256;
use crate::base::sort;
use crate::base::{Status, Text, Value, json};
use crate::schema::{Resource, Schema, base64};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The address that clients are told to use, where it is known: that of the API server within the cluster.
const SERVER_ADDRESS: &str = "172.18.0.2:6443";

pub(super) fn answer(schema: &Schema, request: &Request, parts: &[&str]) -> Option<Result<Response, Status>> {
    // What there is at all is shown in one way to everybody.
    if parts.is_empty() {
        return Some(Ok(encode::json(200, &json::to_string_indented(&paths(schema), "  "))));
    }
    let asked = request.header("Accept");
    let output = negotiate::discovery(asked, matches!(parts, ["api"] | ["apis"]));
    let aggregated = matches!(output, Ok(Output { shape: Shape::Discovery, .. }));
    let value = match parts {
        ["api"] if aggregated => all_groups(schema, str::is_empty),
        ["apis"] if aggregated => all_groups(schema, |g| !g.is_empty()),
        ["api"] => versions_of_core(),
        ["apis"] => group_list(schema),
        ["apis", group] => group_of(schema, group, true)?,
        ["api", version] => resource_list(schema, "", version)?,
        ["apis", group, version] => resource_list(schema, group, version)?,
        _ => return None,
    };
    // Groups are told of by plain handlers, versions by routes of their own.
    if !matches!(parts, ["apis"] | ["apis", _]) {
        if request.method != "GET" {
            return Some(Err(method_not_allowed()));
        }
        let routes = negotiate::routes(asked, &[Format::Json, Format::Yaml, Format::Protobuf]);
        if let Err(status) = routes {
            return Some(Err(status));
        }
    }
    Some(output.map(|output| {
        let pretty = output.pretty || negotiate::is_pretty(request);
        let mut response = encode::response(schema, 200, Output { pretty, ..output }, &value);
        if aggregated {
            let form = format!(
                "{};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
                output.format.content_type()
            );
            response.headers = [("Content-Type".to_string(), form)].into();
        }
        response
    }))
}

/// Groups and their versions, in the order in which clients should prefer them.
fn groups(schema: &Schema) -> Vec<(Text, Vec<Text>)> {
    let mut out: Vec<(Text, Vec<Text>)> = Vec::new();
    for r in schema.resources() {
        match out.iter_mut().find(|(group, _)| *group == r.group) {
            Some((_, versions)) if versions.contains(&r.version) => {}
            Some((_, versions)) => versions.push(r.version.clone()),
            None => out.push((r.group.clone(), [r.version.clone()].into())),
        }
    }
    out
}

fn served<'s>(schema: &'s Schema, group: &'s str, version: &'s str) -> impl Iterator<Item = &'s Resource> {
    schema.resources().iter().filter(move |r| r.group == group && r.version == version)
}

fn versions_of_core() -> Value {
    let address = [("clientCIDR", Value::text("0.0.0.0/0")), ("serverAddress", Value::text(SERVER_ADDRESS))];
    Value::map([
        ("kind", Value::text("APIVersions")),
        ("versions", Value::list([Value::text("v1")])),
        ("serverAddressByClientCIDRs", Value::list([Value::map(address)])),
    ])
}

fn group_list(schema: &Schema) -> Value {
    let named = groups(schema).into_iter().filter(|(group, _)| !group.is_empty());
    let groups = named.filter_map(|(group, _)| group_of(schema, &group, false)).collect::<Vec<_>>();
    Value::map([
        ("kind", Value::text("APIGroupList")),
        ("apiVersion", Value::text("v1")),
        ("groups", Value::list(groups)),
    ])
}

fn group_of(schema: &Schema, name: &str, alone: bool) -> Option<Value> {
    let (group, versions) =
        groups(schema).into_iter().find(|(group, _)| group == name && !name.is_empty())?;
    let version = |v: &Text| {
        Value::map([("groupVersion", Value::from(format!("{group}/{v}"))), ("version", Value::from(v))])
    };
    let mut out = Value::empty_map();
    if alone {
        out.set("kind", "APIGroup");
        out.set("apiVersion", "v1");
    }
    out.set("name", &group);
    out.set("versions", Value::list(versions.iter().map(version)));
    out.set("preferredVersion", versions.first().map(version));
    Some(out)
}

fn resource_list(schema: &Schema, group: &str, version: &str) -> Option<Value> {
    let mut resources = served(schema, group, version).collect::<Vec<_>>();
    let first = resources.first()?;
    let group_version = first.group_version();
    sort::by(&mut resources, |a, b| a.name.cmp(&b.name));
    let mut out = Value::map([("kind", Value::text("APIResourceList"))]);
    if !group.is_empty() {
        out.set("apiVersion", "v1");
    }
    out.set("groupVersion", group_version);
    out.set("resources", Value::list(resources.into_iter().map(resource)));
    Some(out)
}

fn resource(r: &Resource) -> Value {
    let singular = if r.name.contains('/') { Text::default() } else { r.singular() };
    let mut out = Value::map([
        ("name", Value::from(&r.name)),
        ("singularName", singular.into()),
        ("namespaced", r.namespaced.into()),
    ]);
    if let Some((group, version)) = r.response.as_ref().filter(|(_, version)| !version.is_empty()) {
        out.set("group", group);
        out.set("version", version);
    }
    out.set("kind", &r.kind);
    out.set("verbs", texts(&r.verbs));
    for (key, list) in [("shortNames", &r.short_names), ("categories", &r.categories)] {
        if !list.is_empty() {
            out.set(key, texts(list));
        }
    }
    if !r.name.contains('/') && r.has_verb("update") {
        out.set("storageVersionHash", storage_version_hash(r));
    }
    out
}

/// Kinds that are stored in another group or version than that in which they are served.
const STORED: &[(&str, &str, &str, &str)] = &[
    ("events.k8s.io", "Event", "", "v1"),
    ("autoscaling", "HorizontalPodAutoscaler", "autoscaling", "v2"),
    ("certificates.k8s.io", "ClusterTrustBundle", "certificates.k8s.io", "v1beta1"),
    ("certificates.k8s.io", "PodCertificateRequest", "certificates.k8s.io", "v1beta1"),
    ("apiextensions.k8s.io", "CustomResourceDefinition", "apiextensions.k8s.io", "v1beta1"),
    ("resource.k8s.io", "DeviceTaintRule", "resource.k8s.io", "v1beta2"),
    ("storagemigration.k8s.io", "StorageVersionMigration", "storagemigration.k8s.io", "v1beta1"),
];

/// What changes when a resource is stored in another version.
///
/// Models `discovery.StorageVersionHash`.
fn storage_version_hash(r: &Resource) -> String {
    let stored = STORED.iter().find(|(group, kind, ..)| r.group == *group && r.kind == *kind);
    let (group, version) = stored.map_or((r.group.as_str(), r.version.as_str()), |(_, _, g, v)| (g, v));
    let hash = sha256(format!("{group}/{version}/{}", r.kind).as_bytes());
    let byte = |i: usize| hash.get(2 * i..2 * i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    base64(&(0..8).filter_map(byte).collect::<Vec<_>>())
}

fn texts(list: &[Text]) -> Value {
    Value::list(list.iter().map(Value::from))
}

fn all_groups(schema: &Schema, wanted: impl Fn(&str) -> bool) -> Value {
    let groups = groups(schema).into_iter().filter(|(group, _)| wanted(group));
    let items = groups.map(|(group, versions)| {
        let name = (!group.is_empty()).then(|| ("name", Value::from(&group)));
        let versions = versions.iter().map(|version| {
            let resources = served(schema, &group, version).filter(|r| !r.name.contains('/'));
            let resources = resources.map(|r| with_subresources(schema, r)).collect::<Vec<_>>();
            Value::map([
                ("version", Value::from(version)),
                ("resources", Value::list(resources)),
                ("freshness", Value::text("Current")),
            ])
        });
        let versions = versions.collect::<Vec<_>>();
        Value::map([("metadata", Value::map(name)), ("versions", Value::list(versions))])
    });
    let items = items.collect::<Vec<_>>();
    Value::map([
        ("kind", Value::text("APIGroupDiscoveryList")),
        ("apiVersion", Value::text("apidiscovery.k8s.io/v2")),
        ("metadata", Value::empty_map()),
        ("items", Value::list(items)),
    ])
}

fn with_subresources(schema: &Schema, r: &Resource) -> Value {
    let mut out = Value::map([
        ("resource", Value::from(&r.name)),
        ("responseKind", response_kind(r)),
        ("scope", Value::text(if r.namespaced { "Namespaced" } else { "Cluster" })),
        ("singularResource", r.singular().into()),
        ("verbs", texts(&r.verbs)),
    ]);
    for (key, list) in [("shortNames", &r.short_names), ("categories", &r.categories)] {
        if !list.is_empty() {
            out.set(key, texts(list));
        }
    }
    let subresources = served(schema, &r.group, &r.version).filter_map(|s| {
        let (parent, name) = s.name.split_once('/')?;
        let value = Value::map([
            ("subresource", Value::text(name)),
            ("responseKind", response_kind(s)),
            ("verbs", texts(&s.verbs)),
        ]);
        (parent == r.name.as_str()).then_some(value)
    });
    let subresources = subresources.collect::<Vec<_>>();
    if !subresources.is_empty() {
        out.set("subresources", Value::list(subresources));
    }
    out
}

fn response_kind(r: &Resource) -> Value {
    let (group, version) = r.response.clone().unwrap_or_default();
    Value::map([("group", Value::from(group)), ("version", version.into()), ("kind", Value::from(&r.kind))])
}

/// Paths beside those of groups and checks.
const OTHER_PATHS: &[&str] = &[
    "/.well-known/openid-configuration",
    "/api",
    "/api/v1",
    "/apis",
    "/apis/",
    "/flagz",
    "/healthz",
    "/livez",
    "/metrics",
    "/metrics/slis",
    "/openapi/v2",
    "/openapi/v3",
    "/openapi/v3/",
    "/openid/v1/jwks",
    "/readyz",
    "/statusz",
    "/version",
];

/// What there is, as the root shows it.
fn paths(schema: &Schema) -> Value {
    let mut out = OTHER_PATHS.iter().map(|p| (*p).to_string()).collect::<Vec<String>>();
    for (group, versions) in groups(schema).iter().filter(|(group, _)| !group.is_empty()) {
        out.push(format!("/apis/{group}"));
        out.extend(versions.iter().map(|v| format!("/apis/{group}/{v}")));
    }
    out.extend(health::paths());
    sort::sort(&mut out);
    Value::map([("paths", Value::list(out.into_iter().map(Value::from)))])
}
