//! What the API server does between a decoded request and the store: defaults, admission, validation, allocation.

mod admission;
mod apps;
mod autoscaling;
mod batch;
pub mod binding;
mod check;
mod conditions;
mod disruption_budget;
mod edit;
mod endpoint_slice;
mod endpoints;
pub mod eviction;
mod image;
pub mod ip_addresses;
mod lease;
mod meta;
mod namespace;
mod node;
mod node_config;
mod node_ports;
mod node_selector;
mod pod;
mod priority_class;
mod resources;
mod selector;
pub mod server;
pub mod service;
pub mod service_cidr;
mod signer;
pub mod strategies;
pub mod strategy;
mod transaction;
mod volume;
pub mod write;

pub use server::{Config, Server, StoredKind};
pub use strategy::Strategy;
