//! How objects look on a console: the columns of each kind, tables, ages, paths into objects.
//!
//! Models `pkg/printers/internalversion` and `k8s.io/cli-runtime/pkg/printers`.

mod age;
mod columns;
mod endpoints;
mod pod;
pub mod jsonpath;
mod service;
mod table;
pub mod yaml;

pub use age::{age_of, human};
pub use columns::{Column, columns, row};
pub use table::Table;
