//! A cluster behind the boundary.

use crate::data::apply::{Applied, applied};
use crate::data::change::Changes;
use crate::data::failure::Failure;
use crate::data::options::ClusterOptions;
use crate::data::topology::Topology;
use crate::data::{Object, object};
use serde::Serialize;
use serde::de::DeserializeOwned;
use svcscope_core::base::{Duration, Status, Value};
use svcscope_core::cluster::Cluster;
use svcscope_core::kubectl::Named;
use svcscope_core::manifest::yaml;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::wasm_bindgen;

/// A cluster. The package's class `Cluster` is what users see.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    cluster: Cluster,
}

/// A cluster as it was at some time. It costs nothing until the cluster moves on.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Snapshot {
    cluster: Cluster,
}

type Answer<T> = Result<T, Failure>;

#[wasm_bindgen]
impl Engine {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &Ts<ClusterOptions>) -> Answer<Engine> {
        let options: ClusterOptions = input(options)?;
        let options = options.read().map_err(Failure::usage)?;
        Ok(Engine { cluster: Cluster::new(&options) })
    }

    /// Applies a text of manifests: all of them, or none where anything is wrong.
    pub fn apply(&mut self, text: &str) -> Answer<Vec<Ts<Applied>>> {
        let outcome = self.cluster.apply(text).map_err(|rejected| Failure::rejected(text, &rejected))?;
        applied(outcome).iter().map(ts).collect()
    }

    /// Lets so many milliseconds pass.
    pub fn advance(&mut self, ms: f64) -> Answer<()> {
        self.cluster.advance(duration(ms)?);
        Ok(())
    }

    /// Lets time pass until nothing more happens, for at most so many milliseconds.
    #[wasm_bindgen(js_name = advanceUntilQuiet)]
    pub fn advance_until_quiet(&mut self, limit: f64) -> Answer<()> {
        self.cluster.advance_until_quiet(duration(limit)?);
        Ok(())
    }

    /// Milliseconds since 1970.
    #[wasm_bindgen(getter)]
    pub fn now(&self) -> f64 {
        self.cluster.now().0 as f64
    }

    /// The number of the last write.
    #[wasm_bindgen(getter)]
    pub fn revision(&self) -> f64 {
        self.cluster.revision() as f64
    }

    #[wasm_bindgen(js_name = changesSince)]
    pub fn changes_since(&self, mark: f64) -> Answer<Ts<Changes>> {
        ts(&self.cluster.changes_since(mark as u64).into())
    }

    pub fn topology(&self) -> Answer<Ts<Topology>> {
        ts(&self.cluster.topology().into())
    }

    /// The object as the API returns it; nothing if there is none of that name.
    pub fn get(&mut self, kind: &str, name: &str, namespace: &str) -> Answer<Option<Object>> {
        Ok(self.find(Named { kind, namespace, name })?.as_ref().map(object))
    }

    #[wasm_bindgen(js_name = getYaml)]
    pub fn get_yaml(&mut self, kind: &str, name: &str, namespace: &str) -> Answer<Option<String>> {
        Ok(self.find(Named { kind, namespace, name })?.as_ref().map(yaml::to_string))
    }

    /// The objects of a kind, in one namespace or, where that is empty, in all.
    pub fn list(&mut self, kind: &str, namespace: &str) -> Answer<Vec<Object>> {
        Ok(self.cluster.list(kind, namespace)?.get("items").items().iter().map(object).collect())
    }

    pub fn delete(&mut self, kind: &str, name: &str, namespace: &str) -> Answer<()> {
        self.cluster.delete(Named { kind, namespace, name })?;
        Ok(())
    }

    pub fn scale(&mut self, kind: &str, name: &str, replicas: f64, namespace: &str) -> Answer<()> {
        if replicas.fract() != 0.0 {
            return Err(Failure::usage(format!("replicas: {replicas} is no whole number")));
        }
        self.cluster.scale(Named { kind, namespace, name }, replicas as i64)?;
        Ok(())
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot { cluster: self.cluster.clone() }
    }

    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.cluster = snapshot.cluster.clone();
    }
}

impl Engine {
    fn find(&mut self, object: Named<'_>) -> Result<Option<Value>, Status> {
        match self.cluster.get(object) {
            Ok(value) => Ok(Some(value)),
            // The kind is known, the object is not there.
            Err(status) if status.reason == "NotFound" && is_about(&status, object.name) => Ok(None),
            Err(status) => Err(status),
        }
    }
}

fn is_about(status: &Status, name: &str) -> bool {
    status.details.as_ref().is_some_and(|d| d.name == *name)
}

fn duration(ms: f64) -> Answer<Duration> {
    if ms.is_finite() && ms >= 0.0 {
        return Ok(Duration::from_millis(ms as i64));
    }
    Err(Failure::usage(format!("{ms} is no number of milliseconds")))
}

/// Plain data from JavaScript.
fn input<T: Tsify + DeserializeOwned>(data: &Ts<T>) -> Answer<T> {
    T::from_js(data.js_value()).map_err(|e| Failure::usage(e.to_string().trim_start_matches("Error: ")))
}

/// Plain data for JavaScript.
fn ts<T: Tsify + Serialize>(data: &T) -> Answer<Ts<T>> {
    Ts::from_rust(data).map_err(|e| Failure::usage(e.to_string()))
}
