//! What the API server does between a decoded request and the store: defaults, admission, validation, allocation.

mod admission;
pub mod binding;
pub mod ip_addresses;
mod meta;
mod node_ports;
pub mod server;
pub mod service;
pub mod service_cidr;
pub mod strategies;
pub mod strategy;
mod transaction;
pub mod write;

pub use server::{Config, Server, StoredKind};
pub use strategy::Strategy;
