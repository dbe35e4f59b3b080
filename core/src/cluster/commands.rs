//! What people ask of a cluster: objects by kind and name, and what becomes of them.

use super::traffic::Traffic;
use super::work::Work;
use super::{Cluster, exec};
use crate::base::{Duration, Instant, Status, Text, Value};
use crate::kubectl::expose::{self, Expose};
use crate::kubectl::{self, Client, Named, Place, Printed, Ran, World, scale};
use crate::registry::Server;
use crate::store::Change;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// What was written since a mark.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub changes: Vec<Changed>,
    /// For the next call.
    pub mark: u64,
    /// Whether the mark was too old: then some changes are missing, and what is there has to be listed anew.
    pub missed: bool,
}

/// An object that was written, as it was then; of one that is gone, its last state.
#[derive(Clone, Debug)]
pub struct Changed {
    pub change: Change,
    pub object: Value,
}

/// What surrounds the API server, for commands that wait.
#[derive(Debug)]
struct Around<'a> {
    work: &'a mut Work,
    traffic: &'a mut Traffic,
}

impl World for Around<'_> {
    fn advance(&mut self, server: &mut Server, time: Duration) {
        self.work.advance(server, &mut self.traffic.network, time);
    }

    fn due(&self, server: &Server) -> Option<Instant> {
        self.work.next_due(server)
    }

    fn exec(&mut self, server: &Server, place: Place<'_>, command: &[String]) -> Ran {
        exec::exec(server, self.work, self.traffic, place, command)
    }
}

impl Cluster {
    /// The object as the API returns it.
    pub fn get(&mut self, object: Named<'_>) -> Result<Value, Status> {
        self.client().get(object)
    }

    /// The objects of a kind in a namespace, or in all where it is empty, as the API lists them.
    pub fn list(&mut self, kind: &str, namespace: &str) -> Result<Value, Status> {
        self.client().list(kind, namespace)
    }

    /// Namespace and name of all objects of a resource such as [`crate::object::resource::PODS`], in that order.
    pub fn names(&self, resource: &str) -> Vec<(Text, Text)> {
        let all = self.server.store.list(resource, "");
        all.map(|object| (object.namespace().clone(), object.name().clone())).collect()
    }

    /// Deletes an object; what depends on it goes after it.
    pub fn delete(&mut self, object: Named<'_>) -> Result<Value, Status> {
        self.client().delete(object)
    }

    /// Asks a workload for so many pods.
    pub fn scale(&mut self, object: Named<'_>, replicas: i64) -> Result<Value, Status> {
        scale::scale(&mut self.client(), object, replicas)
    }

    /// Creates a Service for what is there, as `kubectl expose` does; the answer is the Service.
    pub fn expose(&mut self, object: Named<'_>, flags: &Expose) -> Result<Value, Status> {
        expose::expose(&mut self.client(), object, flags)
    }

    /// Runs kubectl with these words after it, in a folder with these files (name, text).
    pub fn kubectl(&mut self, args: &[String], stdin: &str, files: &[(String, String)]) -> Printed {
        let Cluster { server, watches, work, traffic } = self;
        let mut around = Around { work, traffic };
        let mut client = Client { world: Some(&mut around), ..Client::new(server, watches) };
        kubectl::run(&mut client, args, stdin, files)
    }

    /// The number of the last write: a mark for [`Cluster::changes_since`].
    pub fn revision(&self) -> u64 {
        self.server.store.revision()
    }

    pub fn changes_since(&self, mark: u64) -> Changes {
        let store = &self.server.store;
        let Some(events) = store.log().since(mark) else {
            return Changes { changes: Vec::new(), mark: store.revision(), missed: true };
        };
        let changed = |e: &crate::store::Event| Changed {
            change: e.change,
            object: Arc::clone(&e.object).value().clone(),
        };
        Changes { changes: events.map(changed).collect(), mark: store.revision(), missed: false }
    }

    fn client(&mut self) -> Client<'_> {
        Client::new(&mut self.server, &mut self.watches)
    }
}
