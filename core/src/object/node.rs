//! `v1` Node.

use super::meta::Meta;
use crate::base::Value;
use crate::base::ip::{self, Cidr};
use core::net::IpAddr;

#[derive(Clone, Copy, Debug)]
pub struct Node<'a>(&'a Value);

impl<'a> Node<'a> {
    pub fn of(object: &'a Value) -> Node<'a> {
        Node(object)
    }

    pub fn meta(self) -> Meta<'a> {
        Meta::of(self.0)
    }

    /// The zone it stands in; empty where no label says.
    pub fn zone(self) -> &'a str {
        self.meta().label(ZONE).unwrap_or_default()
    }

    /// The addresses of one type, such as `InternalIP`, in the order in which they stand there.
    pub fn addresses(self, kind: &'a str) -> impl Iterator<Item = IpAddr> + 'a {
        let all = self.0.at(&["status", "addresses"]).items().iter();
        all.filter(move |a| a.get("type").str() == kind)
            .filter_map(|a| ip::parse_sloppy(a.get("address").str()))
    }

    pub fn pod_cidrs(self) -> impl Iterator<Item = Cidr> + 'a {
        let spec = self.0.get("spec");
        let many = spec.get("podCIDRs").items();
        let one = many.is_empty().then(|| spec.get("podCIDR"));
        many.iter().chain(one).filter_map(|c| Cidr::parse(c.str()))
    }

    /// Whether the condition `Ready` is true.
    pub fn is_ready(self) -> bool {
        let conditions = self.0.at(&["status", "conditions"]).items();
        conditions.iter().any(|c| c.get("type").str() == "Ready" && c.get("status").str() == "True")
    }

    pub fn is_unschedulable(self) -> bool {
        self.0.at(&["spec", "unschedulable"]).is_true()
    }
}

/// The label that names a node's zone.
pub const ZONE: &str = "topology.kubernetes.io/zone";
