//! How objects look on a console: the columns of each kind, tables, ages, paths into objects.
//!
//! Models `pkg/printers/internalversion` and `k8s.io/cli-runtime/pkg/printers`.

mod age;
mod columns;
pub mod describe;
mod endpoints;
pub mod jsonpath;
mod pod;
mod service;
mod table;
pub mod yaml;

pub use age::{age_of, human};
use columns::labels;
pub use columns::{Column, columns, row};
use endpoints::{joined, with_more};
pub use table::Table;
