//! How a cluster differs from the default one.

use crate::base::Instant;
use crate::base::ip::Cidr;
use crate::net;
use crate::node::Machines;
use alloc::string::String;
use alloc::vec::Vec;

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
            network: net::Config::default(),
        }
    }
}
