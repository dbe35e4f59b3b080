//! The commands of kubectl, over the API as kubectl itself uses it.
//!
//! Models `k8s.io/kubectl/pkg/cmd`.

pub mod apply;
mod args;
mod builder;
mod client;
mod columns;
mod console;
mod describe;
pub mod expose;
mod get;
mod output;
mod run;
pub mod scale;
mod set;
mod sorting;
mod write;

pub use client::{Client, Named};
pub use console::Printed;
pub use run::run;
