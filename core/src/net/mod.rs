//! The network: names, rules, packets.
