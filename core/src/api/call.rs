//! A request to a resource, on its way through the server.

use super::negotiate::{self, Output};
use super::request::{Request, Response};
use super::route::ResourceRoute;
use super::url::Url;
use super::watch::Watches;
use super::{
    body, delete, deprecated, encode, method_not_allowed, not_found, patch, read, subresource, write,
};
use crate::base::{Status, Text, Value};
use crate::registry::write::At;
use crate::registry::{Server, StoredKind};
use crate::schema::Resource;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

pub(super) struct Call<'a> {
    pub(super) server: &'a mut Server,
    pub(super) watches: &'a mut Watches,
    pub(super) request: &'a Request,
    pub(super) url: &'a Url,
    pub(super) route: ResourceRoute<'a>,
    /// What is stored behind the resource.
    pub(super) kind: Arc<StoredKind>,
    /// Headers that clients show to people.
    pub(super) warnings: Vec<String>,
}

/// What an answer consists of.
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) content: Content,
}

pub(super) enum Content {
    Object(Value),
    Response(Response),
}

/// A resource without objects: what is posted there goes to `pods/binding`.
const BINDINGS: &str = "bindings";

impl Answer {
    pub(super) fn object(code: u16, value: Value) -> Answer {
        Answer { code, content: Content::Object(value) }
    }
}

impl<'a> Call<'a> {
    pub(super) fn new(
        server: &'a mut Server,
        watches: &'a mut Watches,
        request: &'a Request,
        url: &'a Url,
        route: ResourceRoute<'a>,
    ) -> Result<Call<'a>, Status> {
        let name = named(route.resource);
        // Bindings are of pods.
        let stored = if name == BINDINGS { "pods" } else { name.as_str() };
        let kind = server.kind(stored).ok_or_else(not_found)?;
        Ok(Call { server, watches, request, url, route, kind, warnings: Vec::new() })
    }

    pub(super) fn answer(mut self) -> Response {
        let done = self.run();
        let schema = self.server.schema.clone();
        let (output, answer) = match done {
            Ok((output, answer)) => {
                let pretty = output.pretty || negotiate::is_pretty(self.request);
                (Output { pretty, ..output }, answer)
            }
            Err(status) => {
                return encode::with_warnings(encode::status(&schema, self.request, &status), &self.warnings);
            }
        };
        let response = match answer.content {
            Content::Response(response) => response,
            Content::Object(value) => {
                let shaped = encode::shape(&self, output, &value);
                match shaped {
                    Ok(value) => encode::response(&schema, answer.code, output, &value),
                    Err(status) => encode::status(&schema, self.request, &status),
                }
            }
        };
        encode::with_warnings(response, &self.warnings)
    }

    /// The object that is the answer, and the warnings.
    pub(super) fn into_value(mut self, warnings: &mut Vec<String>) -> Result<Value, Status> {
        let answer = self.run();
        // it warns of what is deprecated, found or not
        warnings.append(&mut self.warnings);
        match answer?.1.content {
            Content::Object(value) => Ok(value),
            Content::Response(_) => Err(method_not_allowed()),
        }
    }

    fn run(&mut self) -> Result<(Output, Answer), Status> {
        let verb = self.verb().ok_or_else(method_not_allowed)?;
        let output = negotiate::routed(self.request.header("Accept"), matches!(verb, "list" | "watch"));
        self.warnings.extend(deprecated::warning(self.route.resource));
        let answer = match (self.route.subresource.is_some(), verb) {
            (true, verb) => subresource::answer(self, verb, output.as_ref().ok().copied()),
            (_, verb) if self.route.resource.name == BINDINGS => subresource::answer(self, verb, None),
            (false, "get") => output.clone().and_then(|_| read::get(self)),
            (false, "list" | "watch") => output.clone().and_then(|o| read::list(self, o)),
            (false, "create") => output.clone().and_then(|_| write::create(self)),
            (false, "update") => output.clone().and_then(|_| write::update(self)),
            (false, "patch") => patch::patch(self),
            (false, "delete") => output.clone().and_then(|_| delete::delete(self)),
            _ => output.clone().and_then(|_| delete::delete_collection(self)),
        }?;
        Ok((output?, answer))
    }

    /// The verb of the request, if the resource has it.
    fn verb(&self) -> Option<&'static str> {
        let one = !self.route.name.is_empty();
        if self.route.watch {
            return (self.request.method == "GET").then_some("watch");
        }
        let proxied = self.route.subresource.is_some_and(|r| r.name.ends_with("/proxy"));
        let verb = match (self.request.method.as_str(), one) {
            ("HEAD" | "OPTIONS", true) if proxied => "get",
            ("GET", true) => "get",
            ("GET", false) => "list",
            ("POST", false) => "create",
            ("PUT", true) => "update",
            ("PATCH", true) => "patch",
            ("DELETE", true) => "delete",
            ("DELETE", false) => "deletecollection",
            ("POST", true) if self.route.subresource.is_some() => "create",
            _ => return None,
        };
        // An object of a namespace is made in one.
        let misplaced = verb == "create" && self.route.resource.namespaced && self.route.namespace.is_empty();
        let resource = self.route.subresource.unwrap_or(self.route.resource);
        (resource.has_verb(verb) && !misplaced).then_some(verb)
    }

    /// The object that the request names.
    pub(super) fn at(&self) -> (Text, Text, Text) {
        (self.kind.name.clone(), self.route.namespace.into(), self.route.name.into())
    }

    /// The resource as the path names it, in its group.
    pub(super) fn resource(&self) -> Text {
        named(self.route.resource)
    }

    /// What a body has to be.
    pub(super) fn expected(&self) -> body::Expected {
        let r = self.route.resource;
        let type_id = self.server.schema.kind(&r.group, &r.version, &r.kind).unwrap_or(self.kind.type_id);
        body::Expected { group: r.group.clone(), version: r.version.clone(), kind: r.kind.clone(), type_id }
    }

    pub(super) fn user_agent(&self) -> &str {
        // Without one a client is nobody in particular.
        self.request.header("User-Agent").unwrap_or("unknown")
    }
}

fn named(resource: &Resource) -> Text {
    match resource.group.as_str() {
        "" => resource.name.clone(),
        group => alloc::format!("{}.{group}", resource.name).into(),
    }
}

/// Borrows what [`Call::at`] gives.
pub(super) fn at<'t>(place: &'t (Text, Text, Text)) -> At<'t> {
    At { resource: &place.0, namespace: &place.1, name: &place.2 }
}
