//! An object in full, for people.
//!
//! Models `k8s.io/kubectl/pkg/describe`.

mod endpoints;
mod events;
mod lines;
mod service;

pub use endpoints::{endpoints, slice};
pub use events::events;
pub use lines::Lines;
pub use service::service;
