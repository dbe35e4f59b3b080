//! The commands of kubectl, over the API as kubectl itself uses it.
//!
//! Models `k8s.io/kubectl/pkg/cmd`.

pub mod apply;
mod client;
pub mod expose;
pub mod scale;

pub use client::{Client, Named};
