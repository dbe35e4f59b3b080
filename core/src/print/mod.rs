//! How objects look on a console: the columns of each kind, tables, ages, paths into objects.
//!
//! Models `pkg/printers/internalversion` and `k8s.io/cli-runtime/pkg/printers`.

mod age;
pub mod describe;
pub mod go_template;
pub mod jsonpath;
pub(crate) mod rows;
mod table;
pub mod yaml;

pub use age::{age_of, human};
use rows::{format_labels as labels, host_port as joined};
pub use table::Table;
