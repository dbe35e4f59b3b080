//! The network: names, rules, packets.

pub mod dns;
pub mod env;
#[cfg(test)]
pub(crate) mod testing;
