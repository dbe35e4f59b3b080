//! The rules of a node as text: what `nft list table` and `iptables-save` show where kube-proxy has written them.
//!
//! Models the proxiers' output, `pkg/proxy/nftables/proxier.go` and `pkg/proxy/iptables/proxier.go`, as the kernel tells
//! it back. It is made of the same ports and endpoints that packets are routed by. Where kube-proxy leaves an order to
//! chance, rules and elements stand in that of their texts.

mod iptables;
mod listed;
mod names;
mod nftables;
mod port_rules;
mod ranges;

#[cfg(test)]
mod tests;

use super::nodes::NodeView;
use super::proxy::{Mode, Proxy};
use crate::base::Value;
use crate::base::ip::Family;
use core::fmt;

pub use iptables::{Saved, SavedChain, iptables};
pub use listed::{Chain, Chains, Listed, Set};
pub use nftables::nftables;

/// The rules of a family on a node, in the form of the mode that kube-proxy runs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rules {
    NfTables(Listed),
    IpTables(Saved),
}

/// What kube-proxy writes on a node, if it begins with nothing.
pub fn rules(proxy: &Proxy, node: &NodeView, family: Family) -> Rules {
    match proxy.config().mode {
        Mode::NfTables => Rules::NfTables(nftables(proxy, node, family)),
        Mode::IpTables => Rules::IpTables(iptables(proxy, node, family)),
    }
}

impl Rules {
    /// As plain data.
    pub fn value(&self) -> Value {
        match self {
            Rules::NfTables(listed) => listed.value(),
            Rules::IpTables(saved) => saved.value(),
        }
    }
}

/// As `nft list table` or `iptables-save` prints it.
impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rules::NfTables(listed) => fmt::Display::fmt(listed, f),
            Rules::IpTables(saved) => fmt::Display::fmt(saved, f),
        }
    }
}
