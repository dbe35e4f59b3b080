//! The engine as the cluster that sessions are played against, in process.

use super::advertise::advertise;
use super::recording::Kubectl;
use super::server::{Family, Listings, Printed, Reply, Server};
use serde_json::{Map, Value, json};
use svcscope_core::api::{Body, Request, Response, WatchId};
use svcscope_core::base::Duration;
use svcscope_core::base::ip::{self, Cidr};
use svcscope_core::cluster::{Cluster, Controllers, Options};
use svcscope_core::manifest::json as text;
use svcscope_core::net::{self, proxy};
use svcscope_core::node::Machines;

/// The port at which the API server of a [`Cluster`] says it listens.
pub const SERVER_PORT: &str = "6443";

/// How the recorder's kubectl was told of its cluster.
const KUBECONFIG: &str = r#"{"apiVersion":"v1","kind":"Config","current-context":"oracle",
 "clusters":[{"name":"oracle","cluster":{"server":"https://127.0.0.1:6443","insecure-skip-tls-verify":true}}],
 "users":[{"name":"admin","user":{"token":"oracle"}}],
 "contexts":[{"name":"oracle","context":{"cluster":"oracle","user":"admin"}}]}"#;

/// Milliseconds between two looks at a watch, and after which the recorder gives up.
const LOOK: i64 = 100;
const LIMIT: i64 = 30_000;

/// A cluster as a file's "cluster" describes it.
pub fn cluster(described: &Map<String, Value>, seed: u64) -> Result<Box<dyn Server>, String> {
    let mut options = Options { seed, network: network(), ..Options::default() };
    let mut full = false;
    for (key, value) in described {
        let unknown = || format!("no such cluster: {key} {value}");
        let text = value.as_str();
        match key.as_str() {
            "serviceCIDR" => {
                let cidrs = text.unwrap_or_default().split(',').map(Cidr::parse).collect::<Option<Vec<_>>>();
                options.service_cidrs = cidrs.ok_or_else(unknown)?;
            }
            "nodePortRange" => options.node_ports = text.and_then(ports).ok_or_else(unknown)?,
            "controllers" => {
                let names = text.ok_or_else(unknown)?.split(',').map(str::to_owned).collect();
                options.controllers = Controllers::Only(names);
            }
            "full" => full = value.as_bool().ok_or_else(unknown)?,
            "apiserverArgs" => {} // how the recording cluster was told the above
            _ => return Err(unknown()),
        }
    }
    // As the recorder's `kubelet.mjs` plays them: three nodes where everything happens at once.
    options.machines = full.then(|| Machines::numbered(3));
    let mut engine = Engine(Cluster::new(&options));
    if full {
        engine.wait(0);
        advertise(&mut engine)?;
    }
    Ok(Box::new(engine))
}

fn ports(range: &str) -> Option<(u16, u16)> {
    let (first, last) = range.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

/// How the recorder's `proxy.py` sets kube-proxy up, with what a case says otherwise.
fn configuration(mode: &str, case: &Value) -> Value {
    let mut config = json!({"mode": mode, "clusterCIDR": "10.244.0.0/16,fd00:10:244::/56"});
    if let (Some(config), Some(case)) = (config.as_object_mut(), case.as_object()) {
        config.extend(case.clone());
    }
    config
}

/// The DNS server of the recordings: outside of the cluster, at these addresses, and with nobody to ask.
fn network() -> net::Config {
    let addresses = ["192.0.2.2", "fd00::2", "fe80::fc:ff:fe00:1"];
    let dns_addresses = addresses.iter().filter_map(|a| a.parse().ok()).collect();
    net::Config { dns_addresses, forwards: false, ..net::Config::default() }
}

struct Engine(Cluster);

impl Engine {
    /// What a watch brings until its time is over.
    fn drained(&mut self, watch: WatchId) -> Result<Vec<u8>, String> {
        let mut all = Vec::new();
        for _ in 0..LIMIT / LOOK {
            let (lines, open) = self.0.watched(watch);
            all.extend(lines);
            if !open {
                return Ok(all);
            }
            self.wait(LOOK);
        }
        self.0.unwatch(watch);
        Err(format!("a watch was still open after {LIMIT} ms"))
    }
}

impl Server for Engine {
    fn call(&mut self, request: &Request) -> Result<Reply, String> {
        let Response { code, headers, body } = self.0.request(request);
        let body = match body {
            Body::Bytes(_) if request.method == "HEAD" => Vec::new(),
            Body::Bytes(bytes) => bytes,
            Body::Watch(watch) => self.drained(watch)?,
        };
        Ok(Reply { code, headers, body })
    }

    fn wait(&mut self, ms: i64) {
        self.0.advance(Duration::from_millis(ms));
    }

    fn now(&self) -> String {
        self.0.now().rfc3339()
    }

    fn dns(&mut self, query: &[u8]) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.dns(query))
    }

    fn kubectl(&mut self, command: &Kubectl) -> Result<Printed, String> {
        let mut files = command.files.clone();
        files.push((".kube/config".to_owned(), KUBECONFIG.to_owned()));
        let printed = self.0.kubectl(&command.args, &command.stdin, &files);
        Ok(Printed { exit: printed.exit, stdout: printed.stdout, stderr: printed.stderr })
    }

    fn rules(&mut self, node: &str, family: Family, config: &Value) -> Result<Listings, String> {
        let family = match family {
            Family::V4 => ip::Family::IPv4,
            Family::V6 => ip::Family::IPv6,
        };
        let mut listing = |mode: &str| {
            let said = text::parse(&configuration(mode, config).to_string()).map_err(|e| format!("{e:?}"))?;
            let config = proxy::Config::default().with(&said.to_value());
            let rules = self.0.rules(node, family, Some(&config)).ok_or(format!("no node {node}"))?;
            Ok::<_, String>(rules.to_string())
        };
        Ok(Listings { nft: listing("nftables")?, iptables: listing("iptables")? })
    }
}
