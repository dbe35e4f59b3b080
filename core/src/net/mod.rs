//! The network: names, rules, packets.

pub mod dns;
pub mod env;
pub mod hosts;
pub mod nodes;
pub mod proxy;
pub mod resolv_conf;
pub mod resolver;
#[cfg(test)]
pub(crate) mod testing;
pub mod trace;
