//! What can be done at which path.
//!
//! Models `k8s.io/apiserver/pkg/endpoints/installer.go` (the routes and their names) and `k8s.io/kube-openapi/pkg/builder3`.

use super::Edition;
use super::parameters::{self, DELETE, DELETE_MANY, LIST, PATCH, WRITE};
use super::schemas::{META, Schemas, kind_of, operation_part, texts};
use crate::api::delete;
use crate::base::{Text, Value, sort};
use crate::schema::Resource;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const JSON: &[&str] = &["application/json"];
const OBJECTS: &[&str] = &["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const STREAMS: &[&str] = &[
    "application/json",
    "application/yaml",
    "application/vnd.kubernetes.protobuf",
    "application/json;stream=watch",
    "application/vnd.kubernetes.protobuf;stream=watch",
];
const LOG: &[&str] =
    &["text/plain", "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const PATCHES: &[&str] = &[
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
];
const ANY: &[&str] = &["*/*"];
const PROXIED: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch"];

/// The paths of a description, by path and by method.
pub(super) struct Paths<'a, 's> {
    pub(super) edition: Edition,
    pub(super) schemas: &'a mut Schemas<'s>,
    out: BTreeMap<String, Vec<(&'static str, Operation)>>,
}

#[derive(Default)]
struct Operation {
    id: String,
    tag: String,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Vec<(u16, Value)>,
    consumes: &'static [&'static str],
    produces: &'static [&'static str],
    action: &'static str,
    kind: Value,
}

/// How a verb is done, and what is to be said with it.
struct Verb {
    name: &'static str,
    method: &'static str,
    /// What the name of the operation begins with.
    word: &'static str,
    action: &'static str,
    parameters: &'static [&'static str],
    codes: &'static [u16],
}

const VERBS: &[Verb] = &[
    Verb { name: "get", method: "get", word: "read", action: "get", parameters: &[], codes: &[200] },
    Verb { name: "list", method: "get", word: "list", action: "list", parameters: LIST, codes: &[200] },
    Verb {
        name: "create",
        method: "post",
        word: "create",
        action: "post",
        parameters: WRITE,
        codes: &[200, 201, 202],
    },
    Verb {
        name: "update",
        method: "put",
        word: "replace",
        action: "put",
        parameters: WRITE,
        codes: &[200, 201],
    },
    Verb {
        name: "patch",
        method: "patch",
        word: "patch",
        action: "patch",
        parameters: PATCH,
        codes: &[200, 201],
    },
    Verb {
        name: "delete",
        method: "delete",
        word: "delete",
        action: "delete",
        parameters: DELETE,
        codes: &[200, 202],
    },
    Verb {
        name: "deletecollection",
        method: "delete",
        word: "delete",
        action: "deletecollection",
        parameters: DELETE_MANY,
        codes: &[200],
    },
    Verb { name: "watch", method: "get", word: "watch", action: "watch", parameters: LIST, codes: &[200] },
    Verb {
        name: "watchlist",
        method: "get",
        word: "watch",
        action: "watchlist",
        parameters: LIST,
        codes: &[200],
    },
];

/// Where an operation is: the path, and what it says of itself in the name of the operation.
struct Place<'r> {
    resource: &'r Resource,
    /// The resource of a subresource.
    kind: &'r str,
    path: String,
    scope: &'static str,
    suffix: &'static str,
}

impl<'a, 's> Paths<'a, 's> {
    pub(super) fn new(edition: Edition, schemas: &'a mut Schemas<'s>) -> Self {
        Paths { edition, schemas, out: BTreeMap::new() }
    }

    /// What is at a path that only tells of others: its name, the Go type of the answer, and the media types.
    pub(super) fn telling(&mut self, path: &str, id: String, tag: String, answer: &str, json_only: bool) {
        let schema = match answer {
            "" => texts(&[("type", "string")]),
            answer => self.schemas.reference(answer),
        };
        let produces = match (json_only, answer) {
            (true, "") if path.ends_with("jwks/") => &["application/jwk-set+json"],
            (true, _) => JSON,
            _ => OBJECTS,
        };
        let answers = [(200, schema)].into();
        let operation = Operation { id, tag, answers, produces, consumes: produces, ..Operation::default() };
        self.out.entry(path.into()).or_default().push(("get", operation));
    }

    /// All that can be done with a resource and its subresources.
    pub(super) fn resource(&mut self, base: &str, resource: &Resource, subresources: &[&Resource]) {
        let scope = if resource.namespaced { "Namespaced" } else { "" };
        let name = &resource.name;
        let within = if resource.namespaced { "/namespaces/{namespace}" } else { "" };
        let place = |path: String, suffix| Place { resource, kind: &resource.kind, path, scope, suffix };
        let everywhere = |path: String| Place { scope: "", ..place(path, "ForAllNamespaces") };
        let collection = format!("{base}{within}/{name}");
        let item = format!("{collection}/{{name}}");
        for verb in ["list", "create", "deletecollection"] {
            self.verb(verb, &place(collection.clone(), ""));
        }
        for verb in ["get", "update", "delete", "patch"] {
            self.verb(verb, &place(item.clone(), ""));
        }
        if resource.namespaced {
            self.verb("list", &everywhere(format!("{base}/{name}")));
        }
        if resource.has_verb("watch") {
            if resource.namespaced {
                self.verb("watchlist", &everywhere(format!("{base}/watch/{name}")));
            }
            self.verb("watchlist", &place(format!("{base}/watch{within}/{name}"), ""));
            self.verb("watch", &place(format!("{base}/watch{within}/{name}/{{name}}"), ""));
        }
        for sub in subresources {
            let name = sub.name.split_once('/').map_or("", |(_, name)| name);
            let place = Place { resource: sub, ..place(format!("{item}/{name}"), "") };
            match name {
                "attach" | "exec" | "portforward" => self.connect(&["get", "post"], name, &place),
                "proxy" => {
                    self.connect(PROXIED, name, &place);
                    let path = format!("{}/{{path}}", place.path);
                    self.connect(PROXIED, name, &Place { path, suffix: "WithPath", ..place });
                }
                _ => ["get", "create", "update", "patch"].iter().for_each(|verb| self.verb(verb, &place)),
            }
        }
    }

    fn verb(&mut self, name: &str, place: &Place<'_>) {
        let Some(verb) = VERBS.iter().find(|v| v.name == name) else { return };
        let Place { resource, kind, path, scope, suffix } = place;
        if !resource.has_verb(name) && name != "watchlist" {
            return;
        }
        let group = operation_group(&resource.group);
        let sub = resource.name.split_once('/').map_or("", |(_, sub)| sub);
        let listing = if name == "watchlist" { "List" } else { "" };
        let many = if name == "deletecollection" { "Collection" } else { "" };
        let version = operation_part(&resource.version, true);
        let id = format!(
            "{}{}{version}{many}{scope}{kind}{}{listing}{suffix}",
            verb.word,
            operation_part(group, true),
            operation_part(sub, true)
        );
        let (of_group, of_version) = answered(resource);
        let object = |s: &mut Schemas<'_>| s.of_kind(of_group, of_version, &resource.kind);
        let meta = |s: &mut Schemas<'_>, name: &str| s.reference(&format!("{META}.{name}"));
        let answer = match name {
            "list" => self.schemas.of_kind(of_group, of_version, &format!("{}List", resource.kind)),
            "watch" | "watchlist" => meta(self.schemas, "WatchEvent"),
            // A namespace is only marked, which is not said here.
            "delete" if !delete::returns_object(resource) || *kind == "Namespace" => {
                meta(self.schemas, "Status")
            }
            "deletecollection" => meta(self.schemas, "Status"),
            "get" if sub == "log" => texts(&[("type", "string")]),
            _ => object(self.schemas),
        };
        let body = match name {
            "create" | "update" => Some(object(self.schemas)),
            "patch" => Some(meta(self.schemas, "Patch")),
            "delete" | "deletecollection" => Some(meta(self.schemas, "DeleteOptions")),
            _ => None,
        };
        let said = if sub == "log" { parameters::of_subresource(sub) } else { verb.parameters };
        let operation = Operation {
            id,
            tag: format!(
                "{}_{version}",
                operation_part(group, false),
                version = operation_part(&resource.version, false)
            ),
            parameters: parameters::all(self.edition, path, said, true),
            body,
            answers: verb.codes.iter().map(|code| (*code, answer.clone())).collect(),
            consumes: if name == "patch" { PATCHES } else { ANY },
            produces: match name {
                "list" | "watch" | "watchlist" => STREAMS,
                _ if sub == "log" => LOG,
                _ => OBJECTS,
            },
            action: verb.action,
            kind: kind_of(of_group, of_version, &resource.kind),
        };
        self.out.entry(path.clone()).or_default().push((verb.method, operation));
    }

    /// What is handed on to something behind the server, whatever the method.
    fn connect(&mut self, methods: &[&'static str], name: &str, place: &Place<'_>) {
        let Place { resource, kind, path, scope, suffix } = place;
        let group = operation_group(&resource.group);
        let version = operation_part(&resource.version, true);
        for method in methods {
            let id = format!(
                "connect{}{version}{}{scope}{kind}{}{suffix}",
                operation_part(group, true),
                operation_part(method, true),
                operation_part(name, true)
            );
            let operation = Operation {
                id,
                tag: format!("{}_{}", operation_part(group, false), resource.version),
                parameters: parameters::all(self.edition, path, parameters::of_subresource(name), false),
                answers: [(200, texts(&[("type", "string")]))].into(),
                consumes: ANY,
                produces: ANY,
                action: "connect",
                kind: kind_of(&resource.group, &resource.version, &resource.kind),
                body: None,
            };
            self.out.entry(path.clone()).or_default().push((method, operation));
        }
    }

    /// The paths. What is said with every operation of a path is said once.
    pub(super) fn finish(self) -> Value {
        let edition = self.edition;
        let paths = self.out.into_iter().map(|(path, operations)| {
            let mut common = operations.first().map(|(_, o)| o.parameters.clone()).unwrap_or_default();
            common.retain(|p| operations.iter().all(|(_, o)| o.parameters.contains(p)));
            let mut out = Value::empty_map();
            for (method, mut operation) in operations {
                operation.parameters.retain(|p| !common.contains(p));
                out.set(method, operation.described(edition));
            }
            if !common.is_empty() {
                out.set("parameters", Value::list(common));
            }
            (Text::from(path), out)
        });
        Value::of_distinct(paths.collect())
    }
}

impl Operation {
    fn described(self, edition: Edition) -> Value {
        let list = |names: &[&str]| Value::list(names.iter().map(|n| Value::text(*n)));
        let mut out = Value::empty_map();
        if edition == Edition::V2 {
            out.set("consumes", list(self.consumes));
            out.set("produces", list(self.produces));
            out.set("schemes", list(&["https"]));
        }
        out.set("tags", list(&[&self.tag]));
        out.set("operationId", self.id);
        let mut parameters = self.parameters;
        if let Some(body) = &self.body {
            // In the second edition the body is a parameter, too.
            let mut said = match edition {
                Edition::V3 => content(self.consumes, body),
                Edition::V2 => texts(&[("name", "body"), ("in", "body")]),
            };
            if !matches!(self.action, "delete" | "deletecollection") {
                said.set("required", true);
            }
            match edition {
                Edition::V3 => out.set("requestBody", said),
                Edition::V2 => {
                    said.set("schema", body);
                    parameters.insert(0, said);
                }
            }
        }
        if !parameters.is_empty() {
            out.set("parameters", Value::list(parameters));
        }
        let answers = self.answers.iter().map(|(code, schema)| {
            let mut answer = match edition {
                Edition::V3 => content(self.produces, schema),
                Edition::V2 => Value::map([("schema", schema.clone())]),
            };
            let description = match code {
                201 => "Created",
                202 => "Accepted",
                _ => "OK",
            };
            answer.set("description", description);
            (Text::from(format!("{code}")), answer)
        });
        let unauthorized = (Text::from("401"), texts(&[("description", "Unauthorized")]));
        out.set("responses", Value::of_distinct(answers.chain([unauthorized]).collect()));
        if !self.action.is_empty() {
            out.set("x-kubernetes-action", self.action);
            out.set("x-kubernetes-group-version-kind", self.kind);
        }
        out
    }
}

fn content(types: &[&str], schema: &Value) -> Value {
    let mut types = types.to_vec();
    sort::sort(&mut types);
    let by_type = types.into_iter().map(|t| (t, Value::map([("schema", schema.clone())])));
    Value::map([("content", Value::map(by_type))])
}

/// Group and version of what a resource answers.
fn answered(resource: &Resource) -> (&str, &str) {
    match &resource.response {
        Some((group, version)) if !version.is_empty() => (group, version),
        _ => (&resource.group, &resource.version),
    }
}

/// What the name of an operation has of a group: `core`, `networking`.
pub(super) fn operation_group(group: &str) -> &str {
    match group {
        "" => "core",
        group => group.strip_suffix(".k8s.io").unwrap_or(group),
    }
}
