//! A client of the API: requests about objects by kind and name.
//!
//! Models `k8s.io/cli-runtime/pkg/resource/helper.go`.

use super::console::Failure;
use super::exec::{Place, Ran};
use crate::api::{self, Request, Watches, mapping};
use crate::base::{Duration, Instant, Status, Value, json};
use crate::manifest;
use crate::registry::Server;
use crate::schema::Resource;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// Objects that name no namespace are in this one.
pub const DEFAULT_NAMESPACE: &str = "default";

/// What surrounds the API server.
pub trait World: fmt::Debug {
    /// Lets time pass; what is due happens.
    fn advance(&mut self, server: &mut Server, time: Duration);

    /// Runs a command in a container.
    fn exec(&mut self, server: &Server, place: Place<'_>, command: &[String]) -> Ran;

    /// When the next thing is due, if anything is.
    fn due(&self, server: &Server) -> Option<Instant>;
}

/// Nobody waits longer for what nothing announces.
pub(super) const PATIENCE: Duration = Duration::from_secs(3600);

#[derive(Debug)]
pub struct Client<'a> {
    pub server: &'a mut Server,
    pub watches: &'a mut Watches,
    /// Where there is none, time stands still.
    pub world: Option<&'a mut dyn World>,
    /// Of the answers so far.
    pub warnings: Vec<String>,
}

/// An object by what people call its kind: `svc`, `Endpoints`, `deployments.apps`.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    pub kind: &'a str,
    /// Of kinds that have namespaces; where it is empty, the default one.
    pub namespace: &'a str,
    pub name: &'a str,
}

impl<'a> Client<'a> {
    pub fn new(server: &'a mut Server, watches: &'a mut Watches) -> Client<'a> {
        Client { server, watches, world: None, warnings: Vec::new() }
    }

    /// Lets time pass until `look` finds what it looks for. Answers whether it did before the limit.
    pub(super) fn wait(
        &mut self,
        limit: Duration,
        look: &mut dyn FnMut(&mut Client<'_>) -> Result<bool, Failure>,
    ) -> Result<bool, Failure> {
        let end = self.server.now + limit.min(PATIENCE);
        loop {
            self.pass(Duration::ZERO);
            if look(self)? {
                return Ok(true);
            }
            let now = self.server.now;
            if now >= end {
                return Ok(false);
            }
            let due = self.world.as_ref().and_then(|world| world.due(self.server));
            self.pass(due.map_or(end, |due| due.min(end)).max(now + Duration::from_millis(1)) - now);
        }
    }

    pub(super) fn pass(&mut self, time: Duration) {
        match &mut self.world {
            Some(world) => world.advance(self.server, time),
            None => self.server.now = self.server.now + time,
        }
    }

    /// The object as the API returns it.
    pub fn get(&mut self, object: Named<'_>) -> Result<Value, Status> {
        let path = self.path(object)?;
        self.call("GET", path, "", None)
    }

    /// The objects of a kind in a namespace, or in all where it is empty: a list as the API returns it.
    pub fn list(&mut self, kind: &str, namespace: &str) -> Result<Value, Status> {
        let path = mapping::path(resource(&self.server.schema, kind)?, namespace, "");
        self.call("GET", path, "", None)
    }

    pub fn delete(&mut self, object: Named<'_>) -> Result<Value, Status> {
        let path = self.path(object)?;
        // As kubectl asks for it: dependents go too, after their owner.
        let options = Value::map([("propagationPolicy", Value::text("Background"))]);
        self.call("DELETE", path, "", Some(&options))
    }

    /// Creates an object of a kind known by its `apiVersion` and `kind`.
    pub fn create(&mut self, object: &Value, manager: &str) -> Result<Value, Status> {
        let (api_version, kind) = (object.get("apiVersion").str(), object.get("kind").str());
        let schema = self.server.schema.clone();
        let resource =
            mapping::of_kind(&schema, api_version, kind).ok_or_else(|| no_match(api_version, kind))?;
        let namespace = namespace_or_default(object.get("metadata").get("namespace").str());
        let path = mapping::path(resource, namespace, "");
        self.call("POST", format!("{path}?fieldManager={manager}&fieldValidation=Strict"), "", Some(object))
    }

    /// One request; `type_` is that of the body, JSON where it is empty.
    pub(super) fn call(
        &mut self,
        method: &str,
        path: String,
        type_: &str,
        body: Option<&Value>,
    ) -> Result<Value, Status> {
        let type_ = if body.is_some() && type_.is_empty() { "application/json" } else { type_ };
        self.send(method, path, type_, body.map(|b| json::to_string(b).into_bytes()).unwrap_or_default())
    }

    /// The same with a body as it is.
    pub(super) fn send(
        &mut self,
        method: &str,
        path: String,
        type_: &str,
        body: Vec<u8>,
    ) -> Result<Value, Status> {
        let mut headers = Vec::from([("User-Agent".to_string(), "kubectl".to_string())]);
        if !type_.is_empty() {
            headers.push(("Content-Type".to_string(), type_.to_string()));
        }
        let request = Request { method: method.to_string(), path, headers, body };
        api::perform(self.server, self.watches, &request, &mut self.warnings)
    }

    /// What the server answers, as it stands.
    pub(super) fn raw(&mut self, path: &str) -> Result<String, Failure> {
        let headers = Vec::from([("User-Agent".to_string(), "kubectl".to_string())]);
        let request =
            Request { method: "GET".to_string(), path: path.to_string(), headers, body: Vec::new() };
        let response = api::handle(self.server, self.watches, &request);
        let text = match &response.body {
            api::Body::Bytes(bytes) => String::from_utf8_lossy(bytes).to_string(),
            _ => return Err(Failure::own("svcscope does not print what goes on without end")),
        };
        if (200..300).contains(&response.code) {
            return Ok(text);
        }
        let status = manifest::json::parse(&text).map(|parsed| parsed.to_value()).unwrap_or_default();
        let (reason, message) = (status.get("reason").str(), status.get("message").str());
        Err(Failure::Plain(format!("Error from server ({reason}): {message}")))
    }

    pub(super) fn path(&self, object: Named<'_>) -> Result<String, Status> {
        let schema = &self.server.schema;
        let resource = resource(schema, object.kind)?;
        Ok(mapping::path(resource, namespace_or_default(object.namespace), object.name))
    }
}

/// The resource of that name.
pub(super) fn resource<'s>(schema: &'s crate::schema::Schema, name: &str) -> Result<&'s Resource, Status> {
    mapping::resource(schema, name).ok_or_else(|| {
        let message = format!("the server doesn't have a resource type \"{name}\"");
        Status::new(404, "NotFound", message)
    })
}

/// Models `meta.NoKindMatchError`.
pub(super) fn no_match(api_version: &str, kind: &str) -> Status {
    Status::new(404, "NotFound", format!("no matches for kind \"{kind}\" in version \"{api_version}\""))
}

pub(super) fn namespace_or_default(namespace: &str) -> &str {
    if namespace.is_empty() { DEFAULT_NAMESPACE } else { namespace }
}
