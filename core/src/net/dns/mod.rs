//! Names: what the cluster's DNS server answers, as records and as packets.

mod find;
pub mod name;
pub mod record;
mod request;
mod reverse;
mod serial;
mod server;
#[cfg(test)]
mod tests;
pub mod wire;

pub use record::{Answer, Data, Rcode, Record, Type};
pub use server::Server;
pub use wire::Transport;
