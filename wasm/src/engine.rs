//! A cluster behind the boundary.

use crate::data::apply::{Applied, applied};
use crate::data::change::Changes;
use crate::data::expose::ExposeFlags;
use crate::data::failure::Failure;
use crate::data::finding::{Finding, TextFiles, located};
use crate::data::http::{ApiRequest, ApiResponse, Watched};
use crate::data::kubectl::{KubectlInput, KubectlResult};
use crate::data::matrix::{Matrix, MatrixRequest, matrix};
use crate::data::options::ClusterOptions;
use crate::data::resolve::{ResolveRequest, ResolveResult};
use crate::data::rules::RulesRequest;
use crate::data::topology::Topology;
use crate::data::traffic::{SendRequest, SendResult, no_source};
use crate::data::{Object, object};
use serde::Serialize;
use serde::de::DeserializeOwned;
use svcscope_core::api::WatchId;
use svcscope_core::base::ip::Family;
use svcscope_core::base::{Duration, Status, Value};
use svcscope_core::cluster::Cluster;
use svcscope_core::kubectl::Named;
use svcscope_core::manifest::yaml;
use svcscope_core::net::End;
use svcscope_core::net::dns::Transport;
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
        let found = self.find(Named { kind, namespace, name })?;
        Ok(found.map(|mut object| {
            // kubectl shows them only to those who ask for them.
            object.entry_at(&["metadata"]).remove("managedFields");
            yaml::to_string(&object)
        }))
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

    /// Creates a Service for what is there; the answer is the Service.
    pub fn expose(
        &mut self,
        kind: &str,
        name: &str,
        flags: &Ts<ExposeFlags>,
        namespace: &str,
    ) -> Answer<Object> {
        let flags = input(flags)?.read()?;
        Ok(object(&self.cluster.expose(Named { kind, namespace, name }, &flags)?))
    }

    /// Sends a request, and tells its way.
    pub fn send(&mut self, request: &Ts<SendRequest>) -> Answer<Ts<SendResult>> {
        let request = input(request)?.read()?;
        let sent = self.cluster.send(&request).map_err(|why| no_source(&request.from, why))?;
        ts(&SendResult::new(&request, sent))
    }

    /// Sends the same request many times. Only the first tells its way, and results that are the same are one object.
    #[wasm_bindgen(js_name = sendMany)]
    pub fn send_many(&mut self, request: &Ts<SendRequest>, count: u32) -> Answer<Vec<Ts<SendResult>>> {
        let mut results = Vec::new();
        if count > 0 {
            results.push(self.send(request)?);
        }
        let request = input(request)?.read()?;
        let mut known: Vec<(End, Ts<SendResult>)> = Vec::new();
        for _ in 1..count {
            let end = self.cluster.send_unrecorded(&request).map_err(|why| no_source(&request.from, why))?;
            let result = match known.iter().find(|(e, _)| *e == end) {
                Some((_, result)) => result.clone(),
                None => {
                    let result = ts(&SendResult::unrecorded(&request, &end))?;
                    known.push((end, result.clone()));
                    result
                }
            };
            results.push(result);
        }
        Ok(results)
    }

    /// The records of a name as a program finds them, search list included.
    pub fn resolve(&mut self, request: &Ts<ResolveRequest>) -> Answer<Ts<ResolveResult>> {
        let request = input(request)?;
        let (from, kind) = request.read()?;
        let resolved =
            self.cluster.resolve(&from, &request.name, kind).map_err(|why| no_source(&from, why))?;
        ts(&ResolveResult::new(&from, resolved))
    }

    /// The answer of the cluster's DNS server to a query, both as they go over the wire; none where it keeps silent.
    pub fn dns(&mut self, query: &[u8], udp: bool) -> Option<Vec<u8>> {
        self.cluster.dns_over(if udp { Transport::Udp(Family::IPv4) } else { Transport::Tcp }, query)
    }

    /// The environment of a container of a pod; of the first where none is named.
    pub fn variables(&mut self, pod: &str, namespace: &str, container: &str) -> Answer<Option<Object>> {
        let variables = self.cluster.variables(namespace_or_default(namespace), pod, container);
        let map =
            variables.map(|all| Value::map(all.into_iter().map(|(name, value)| (name, Value::Text(value)))));
        Ok(map.as_ref().map(object))
    }

    /// The rules that kube-proxy has written on a node; none where there is no such node.
    pub fn rules(&mut self, request: &Ts<RulesRequest>) -> Answer<Option<String>> {
        let request = input(request)?;
        let (family, config) = request.read(&self.cluster)?;
        Ok(self.cluster.rules(&request.node, family, config.as_ref()).map(|rules| rules.to_string()))
    }

    /// What is wrong with a Service, the worst first; none where there is no such Service.
    pub fn why(
        &self,
        service: &str,
        namespace: &str,
        files: &Ts<TextFiles>,
    ) -> Answer<Option<Vec<Ts<Finding>>>> {
        let files = input(files)?.0;
        let findings = self.cluster.why(namespace_or_default(namespace), service);
        let located = findings.map(|found| located(&self.cluster, found, &files));
        located.map(|all| all.iter().map(ts).collect()).transpose()
    }

    /// What is wrong with all Services, and with what refers to Services.
    pub fn findings(&self, files: &Ts<TextFiles>) -> Answer<Vec<Ts<Finding>>> {
        let files = input(files)?.0;
        located(&self.cluster, self.cluster.findings(), &files).iter().map(ts).collect()
    }

    /// Who reaches what. Leaves no trace in the cluster.
    pub fn matrix(&self, request: &Ts<MatrixRequest>) -> Answer<Ts<Matrix>> {
        ts(&matrix(&self.cluster, &input(request)?)?)
    }

    /// Runs kubectl with these words after it.
    #[expect(clippy::needless_pass_by_value, reason = "lists come from JavaScript by value")]
    pub fn kubectl(&mut self, args: Vec<String>, given: &Ts<KubectlInput>) -> Answer<Ts<KubectlResult>> {
        let given = input(given)?;
        let files = given.files.into_iter().map(|f| (f.name, f.text)).collect::<Vec<_>>();
        ts(&self.cluster.kubectl(&args, given.stdin.as_deref().unwrap_or_default(), &files).into())
    }

    /// One request to the API server.
    pub fn request(&mut self, request: &Ts<ApiRequest>) -> Answer<Ts<ApiResponse>> {
        ts(&self.cluster.request(&input(request)?.into()).into())
    }

    /// What a watch has seen since the last call.
    pub fn watched(&mut self, watch: f64) -> Answer<Ts<Watched>> {
        let (seen, open) = self.cluster.watched(WatchId(watch as u64));
        ts(&Watched::new(seen, open))
    }

    /// Ends a watch.
    pub fn unwatch(&mut self, watch: f64) {
        self.cluster.unwatch(WatchId(watch as u64));
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

fn namespace_or_default(namespace: &str) -> &str {
    if namespace.is_empty() { "default" } else { namespace }
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
