//! How a cluster differs from the default one.

use serde::Deserialize;
use svcscope_core::base::ip::{Cidr, Family};
use svcscope_core::base::{Instant, Text};
use svcscope_core::cluster::Options;
use svcscope_core::node::Machine;
use tsify::Tsify;

/// How a cluster differs from the default one: a control plane and three nodes as kubeadm sets them up, no load balancers.
#[derive(Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterOptions {
    /// Decides everything that is left to chance; 1 if it is not given. The same seed gives the same cluster.
    #[tsify(optional)]
    pub seed: Option<f64>,
    /// When the cluster starts, in RFC 3339; 2026-01-01T00:00:00Z if it is not given.
    #[tsify(optional)]
    pub start_time: Option<String>,
    /// How many nodes there are: node-1 at 192.168.1.11 and so on, in the zones a, b and c in turn. 3 if not given.
    #[tsify(optional)]
    pub nodes: Option<f64>,
    /// The range of cluster IPs, or one of each family with a comma between them: kube-apiserver's
    /// `--service-cluster-ip-range`. 10.96.0.0/16 if it is not given.
    #[serde(rename = "serviceCIDR")]
    #[tsify(optional)]
    pub service_cidr: Option<String>,
    /// The range of pods' addresses, or one of each family with a comma between them: kubeadm's `podSubnet`. Each node
    /// gets a /24 or a /64 of it. 10.244.0.0/16 if it is not given.
    #[serde(rename = "podCIDR")]
    #[tsify(optional)]
    pub pod_cidr: Option<String>,
    /// First and last node port: kube-apiserver's `--service-node-port-range`. 30000-32767 if it is not given.
    #[tsify(optional)]
    pub node_port_range: Option<String>,
    /// Whether somebody gives addresses to Services of type LoadBalancer. Without, they wait for ever.
    #[tsify(optional, type = "boolean")]
    pub load_balancer: bool,
    /// Where their addresses come from, one range or one of each family. 198.51.100.0/24 and 2001:db8:1::/120 if it is
    /// not given.
    #[serde(rename = "loadBalancerCIDR")]
    #[tsify(optional)]
    pub load_balancer_cidr: Option<String>,
}

/// The addresses of nodes are those of one network of 256, and of each node's pods another.
const NODES_MAX: u8 = 244;
const ZONES: [&str; 3] = ["a", "b", "c"];
const ZONE: &str = "topology.kubernetes.io/zone";
/// JavaScript's `Number.MAX_SAFE_INTEGER`.
const SEED_MAX: f64 = 9_007_199_254_740_991.0;

impl ClusterOptions {
    /// The engine's options, or what is wrong with these.
    pub fn read(&self) -> Result<Options, String> {
        let mut options = Options::product();
        if let Some(seed) = self.seed {
            options.seed = whole("seed", seed, SEED_MAX)?;
        }
        if let Some(time) = &self.start_time {
            options.start = Instant::parse(time)
                .ok_or_else(|| format!("startTime: {time:?} is no time such as 2026-01-01T00:00:00Z"))?;
        }
        if let Some(ranges) = &self.service_cidr {
            options.service_cidrs = cidrs("serviceCIDR", ranges)?;
        }
        if let Some(range) = &self.node_port_range {
            options.node_ports = node_ports(range)?;
        }
        if self.load_balancer {
            options = options.with_load_balancers();
        }
        if let (Some(provider), Some(ranges)) = (&mut options.load_balancers, &self.load_balancer_cidr) {
            provider.ranges = cidrs("loadBalancerCIDR", ranges)?;
        }
        let pods = self.pod_cidr.as_deref().map(|ranges| cidrs("podCIDR", ranges)).transpose()?;
        if let Some(machines) = &mut options.machines {
            if let Some(count) = self.nodes {
                let workers = 1..=whole("nodes", count, f64::from(NODES_MAX))? as u8;
                machines.list.truncate(1);
                machines.list.extend(workers.zip(ZONES.iter().cycle()).map(|(n, zone)| worker(n, zone)));
            }
            for machine in machines.list.iter_mut().filter(|_| pods.is_some()) {
                let ranges = || pods.iter().flatten();
                machine.addresses = ranges().map(|range| address(range.family(), machine.number)).collect();
                machine.pod_cidrs =
                    ranges().map(|range| part(*range, machine.number)).collect::<Result<_, _>>()?;
            }
        }
        if let Some(pods) = pods {
            options.network.proxy.cluster_cidrs = pods;
        }
        Ok(options)
    }
}

fn worker(number: u8, zone: &str) -> Machine {
    let mut machine = Machine::numbered(number);
    machine.labels.push((ZONE.into(), zone.into()));
    machine
}

/// A whole number from 0 to `most`.
fn whole(name: &str, number: f64, most: f64) -> Result<u64, String> {
    if number.fract() == 0.0 && (0.0..=most).contains(&number) {
        return Ok(number as u64);
    }
    Err(format!("{name}: {number} is no whole number from 0 to {most}"))
}

/// One range, or one of each family.
fn cidrs(name: &str, text: &str) -> Result<Vec<Cidr>, String> {
    let one = |text: &str| {
        Cidr::parse(text.trim())
            .ok_or_else(|| format!("{name}: {text:?} is no range of addresses such as 10.96.0.0/16"))
    };
    let ranges = text.split(',').map(one).collect::<Result<Vec<_>, _>>()?;
    match ranges.as_slice() {
        [_] => Ok(ranges),
        [a, b] if a.family() != b.family() => Ok(ranges),
        _ => Err(format!("{name}: {text:?} is neither one range nor one of each family")),
    }
}

/// The part of the pods' range that a node gets.
fn part(range: Cidr, number: u8) -> Result<Text, String> {
    let bits = match range.family() {
        Family::IPv4 => 24,
        Family::IPv6 => 64,
    };
    let size = 1 << (range.family().bits() - bits);
    let first = range.nth(u128::from(number) * size);
    let part = first.map(|first| format!("{first}/{bits}").into());
    part.ok_or_else(|| format!("podCIDR: {range} has no /{bits} for node {number}"))
}

fn address(family: Family, number: u8) -> Text {
    let host = 10 + u32::from(number);
    match family {
        Family::IPv4 => format!("192.168.1.{host}").into(),
        Family::IPv6 => format!("fd00::{host}").into(),
    }
}

fn node_ports(text: &str) -> Result<(u16, u16), String> {
    let range =
        text.split_once('-').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    range
        .filter(|(first, last)| 0 < *first && first <= last)
        .ok_or_else(|| format!("nodePortRange: {text:?} is no range of ports such as 30000-32767"))
}
