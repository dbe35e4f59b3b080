//! How a cluster differs from the default one.

use crate::base::ip::Cidr;
use crate::base::{Duration, Instant, Text, Value};
use crate::controllers::load_balancer::Provider;
use crate::net;
use crate::node::{Machine, Machines, Pace};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

#[derive(Clone, Debug)]
pub struct Options {
    /// Decides everything that is left to chance in a real cluster.
    pub seed: u64,
    /// When the cluster starts.
    pub start: Instant,
    /// One range, or one of each family; the first is the cluster's default family.
    pub service_cidrs: Vec<Cidr>,
    /// First and last node port.
    pub node_ports: (u16, u16),
    pub controllers: Controllers,
    /// The machines that pods run on; without them there is no scheduler either.
    pub machines: Option<Machines>,
    /// Who gives addresses to Services of type LoadBalancer; without it they wait for ever.
    pub load_balancers: Option<Provider>,
    /// Where the API server says that it is; without it nobody says so.
    pub api_server: Option<IpAddr>,
    /// What kubeadm adds to every cluster: the cluster's DNS.
    pub addons: bool,
    /// For how long the cluster has been running when it is handed over, which is at `start`.
    pub age: Duration,
    /// How DNS, kube-proxy and the rest of the network are set up; the ranges of Services are those above.
    pub network: net::Config,
}

/// Which controllers run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Controllers {
    All,
    /// Of those that there are only these, named as `kube-controller-manager --controllers` names them.
    Only(Vec<String>),
}

impl Default for Options {
    fn default() -> Self {
        Options {
            seed: 1,
            start: Instant(1_767_225_600_000),
            service_cidrs: Cidr::parse("10.96.0.0/16").into_iter().collect(),
            node_ports: (30000, 32767),
            controllers: Controllers::All,
            machines: None,
            load_balancers: None,
            api_server: None,
            addons: false,
            age: Duration::ZERO,
            network: net::Config::default(),
        }
    }
}

/// The zones of the workers of [`Options::product`].
const ZONES: &[(u8, &str)] = &[(1, "a"), (2, "b"), (3, "c")];
const ZONE: &str = "topology.kubernetes.io/zone";
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";
const NOT_BALANCED: &str = "node.kubernetes.io/exclude-from-external-load-balancers";

impl Options {
    /// A cluster such as kubeadm makes: a control plane at 192.168.1.10 and the workers `node-1` to `node-3` behind it,
    /// in the zones a, b and c, on which pods take their time; DNS; no load balancers. It has been running for a while.
    pub fn product() -> Options {
        let workers = ZONES.iter().map(|(number, zone)| Machine {
            labels: [(ZONE.into(), Text::from(*zone))].into(),
            ..Machine::numbered(*number)
        });
        let list = [control_plane()].into_iter().chain(workers).collect();
        Options {
            machines: Some(Machines { list, pace: Some(Pace::default()), any_node: true }),
            api_server: Some(IpAddr::from([192, 168, 1, 10])),
            addons: true,
            age: Duration::from_secs(60),
            network: net::Config { forwards: true, ..net::Config::default() },
            ..Options::default()
        }
    }

    /// With IPv6 beside IPv4: ranges for Services and pods, and an address for each machine.
    #[must_use]
    pub fn dual_stack(mut self) -> Options {
        self.service_cidrs.extend(Cidr::parse("fd00:10:96::/112"));
        self.network.proxy.cluster_cidrs.extend(Cidr::parse("fd00:10:244::/56"));
        for machine in self.machines.iter_mut().flat_map(|m| &mut m.list) {
            machine.addresses.push(format!("fd00::{}", 10 + u32::from(machine.number)).into());
            machine.pod_cidrs.push(format!("fd00:10:244:{:x}::/64", machine.number).into());
        }
        self
    }

    /// With somebody who gives addresses to Services of type LoadBalancer.
    #[must_use]
    pub fn with_load_balancers(self) -> Options {
        Options { load_balancers: Some(Provider::default()), ..self }
    }
}

/// Models `cmd/kubeadm/app/phases/markcontrolplane`.
fn control_plane() -> Machine {
    let labels = [(ZONE, "a"), (CONTROL_PLANE, ""), (NOT_BALANCED, "")];
    let taint = [("key", CONTROL_PLANE), ("effect", "NoSchedule")];
    Machine {
        name: "control-plane".into(),
        labels: labels.map(|(name, value)| (name.into(), value.into())).into(),
        taints: [Value::map(taint.map(|(k, v)| (k, Value::text(v))))].into(),
        ..Machine::numbered(0)
    }
}
