//! The commands of kubectl, over the API as kubectl itself uses it.
//!
//! Models `k8s.io/kubectl/pkg/cmd`.

pub mod apply;
mod apply_files;
mod args;
mod autoscale;
mod builder;
mod client;
mod columns;
mod console;
mod create;
mod delete;
mod describe;
mod diff;
mod discovery;
mod drain;
mod exec;
mod explain;
pub mod expose;
mod get;
mod help;
mod history;
mod infos;
mod label;
mod last_applied;
mod output;
mod own;
mod patch;
mod replace;
mod rollout;
mod run;
mod run_pod;
pub mod scale;
mod selectors;
mod server_side;
mod set;
mod set_env;
mod sorting;
mod taint;
mod wait;
mod writing;

pub use client::{Client, Named, World};
pub use console::Printed;
pub use exec::{Place, Ran};
pub use run::run;
