//! The API server's state: what is stored, what is allocated, and what the server was told when it started.

use super::strategy::{self, Strategy};
use super::{node_ports::NodePorts, strategies};
use crate::base::ip::{Cidr, Family};
use crate::base::status::InGroup;
use crate::base::{Instant, Rng, Text, Value};
use crate::schema::managed::Subject;
use crate::schema::{Kind, Resource, Schema, TypeId};
use crate::store::Store;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use once_cell::race::OnceBox;

/// The API server. A clone is a snapshot: it shares everything until one of the two is written to.
#[derive(Clone, Debug)]
pub struct Server {
    pub schema: Arc<Schema>,
    pub store: Store,
    pub now: Instant,
    pub rng: Rng,
    pub config: Arc<Config>,
    pub(super) node_ports: NodePorts,
    kinds: Arc<BTreeMap<Text, Arc<StoredKind>>>,
}

/// What the server was told when it started.
#[derive(Clone, Debug)]
pub struct Config {
    /// `--service-cluster-ip-range`: one range, or one of each family; the first gives the default family.
    pub service_cidrs: Vec<Cidr>,
    /// `--service-node-port-range`: the first and the last.
    pub node_ports: (u16, u16),
}

impl Config {
    /// The families that Services can have, the default one first.
    pub fn families(&self) -> impl Iterator<Item = Family> + '_ {
        self.service_cidrs.iter().map(|c| c.family())
    }
}

/// A kind of object as it is stored: one resource, whatever versions serve it.
#[derive(Debug)]
pub struct StoredKind {
    /// As messages name it, and the key of the store: `services`, `deployments.apps`.
    pub name: Text,
    pub group: Text,
    pub version: Text,
    /// `services`
    pub resource: Text,
    /// `Service`
    pub kind: Text,
    pub namespaced: bool,
    pub type_id: TypeId,
    pub strategy: &'static Strategy,
    /// It has a status subresource, and so keeps status apart from the rest.
    pub has_status: bool,
    pub(super) subjects: Subjects,
}

/// What writes of the stored version go through, as managed fields have it: made when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    object: OnceBox<Arc<Subject>>,
    status: OnceBox<Arc<Subject>>,
}

impl Subjects {
    /// That of the object or its status; other subresources are written to rarely.
    pub(super) fn of(&self, subresource: &str) -> Option<&OnceBox<Arc<Subject>>> {
        match subresource {
            "" => Some(&self.object),
            "status" => Some(&self.status),
            _ => None,
        }
    }
}

impl StoredKind {
    /// The resource as messages name it.
    pub fn in_group(&self) -> InGroup<'_> {
        InGroup { group: &self.group, name: &self.resource }
    }

    /// The kind as messages name it.
    pub fn kind_in_group(&self) -> InGroup<'_> {
        InGroup { group: &self.group, name: &self.kind }
    }

    /// An object that was put together here, as the API server has it once it is decoded: with its kind, its defaults,
    /// and in canonical form.
    pub fn complete(&self, schema: &Schema, mut object: Value) -> Value {
        object.set_default("kind", &self.kind);
        object.set_default("apiVersion", self.api_version());
        (self.strategy.default)(&mut object);
        schema.arrange(&self.value_kind(), &object)
    }

    /// `v1`, `apps/v1`
    pub fn api_version(&self) -> Text {
        match self.group.as_str() {
            "" => self.version.clone(),
            group => alloc::format!("{group}/{}", self.version).into(),
        }
    }

    /// Its type, as the kind of a value.
    pub fn value_kind(&self) -> Kind {
        Kind::Struct(self.type_id)
    }
}

/// Resources that are stored under another group than one of those that serve them.
const ALIASES: &[(&str, &str)] = &[("events.events.k8s.io", "events")];

/// The version that is stored where several are served; else it is the only one.
const STORAGE_VERSIONS: &[(&str, &str)] = &[("horizontalpodautoscalers.autoscaling", "v2")];

impl Server {
    pub fn new(schema: Arc<Schema>, config: Config, now: Instant, rng: Rng) -> Server {
        let kinds = Arc::new(stored_kinds(&schema));
        let node_ports = NodePorts::new(config.node_ports);
        Server { kinds, node_ports, schema, store: Store::default(), now, rng, config: Arc::new(config) }
    }

    /// The stored kind behind a resource of some group.
    pub fn kind(&self, name: &str) -> Option<Arc<StoredKind>> {
        let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, stored)| stored);
        self.kinds.get(name).cloned()
    }

    pub fn kinds(&self) -> impl Iterator<Item = &Arc<StoredKind>> {
        self.kinds.values()
    }
}

fn stored_kinds(schema: &Schema) -> BTreeMap<Text, Arc<StoredKind>> {
    let mut out = BTreeMap::new();
    let stored = |r: &&Resource| {
        let name = in_group(r);
        let version = STORAGE_VERSIONS.iter().find(|(n, _)| *n == name.as_str()).map(|(_, v)| *v);
        !r.name.contains('/')
            && r.has_verb("create")
            // Reviews, which can only be created, mean something all the same.
            && (r.has_verb("list") || strategies::of(&name).is_some())
            && version.is_none_or(|v| r.version == v)
            && !ALIASES.iter().any(|(alias, _)| *alias == name.as_str())
    };
    for r in schema.resources().iter().filter(stored) {
        let Some(type_id) = schema.kind(&r.group, &r.version, &r.kind) else { continue };
        let status = alloc::format!("{}/status", r.name);
        let name = in_group(r);
        let kind = StoredKind {
            strategy: strategies::of(&name).unwrap_or(&strategy::GENERIC),
            has_status: schema.resources().iter().any(|s| s.group == r.group && s.name == status.as_str()),
            group: r.group.clone(),
            version: r.version.clone(),
            resource: r.name.clone(),
            kind: r.kind.clone(),
            namespaced: r.namespaced,
            type_id,
            name: name.clone(),
            subjects: Subjects::default(),
        };
        out.insert(name, Arc::new(kind));
    }
    out
}

/// The resource that holds the objects of a kind of some version, as messages name it, and the version that is stored.
pub(super) fn stored_as(schema: &Schema, api_version: &str, kind: &str) -> Option<(Text, Text)> {
    let serves =
        |r: &&Resource| !r.name.contains('/') && r.kind == kind && r.group_version().as_str() == api_version;
    let name = in_group(schema.resources().iter().find(serves)?);
    let name = ALIASES.iter().find(|(alias, _)| *alias == name.as_str()).map_or(name, |(_, to)| (*to).into());
    let version = STORAGE_VERSIONS.iter().find(|(n, _)| *n == name.as_str()).map(|(_, v)| *v);
    let stored = |r: &&Resource| in_group(r) == name && version.is_none_or(|v| r.version == v);
    let version = schema.resources().iter().find(stored)?.group_version();
    Some((name, version))
}

fn in_group(r: &Resource) -> Text {
    alloc::format!("{}", InGroup { group: &r.group, name: &r.name }).into()
}
