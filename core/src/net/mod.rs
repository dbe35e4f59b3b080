//! The network: names, rules, packets.

pub mod dns;
pub mod env;
mod environments;
pub mod hosts;
pub mod network;
pub mod nodes;
pub mod outcome;
pub mod path;
pub mod proxy;
pub mod render;
pub mod resolv_conf;
pub mod resolver;
pub mod send;
#[cfg(test)]
pub(crate) mod testing;
pub mod trace;

pub use network::{Config, Network};
pub use outcome::{Cause, End, Outcome};
pub use path::{Call, Host, Reception};
pub use send::{NoSource, Request, Source, World};
pub use trace::{Recorder, Step};
