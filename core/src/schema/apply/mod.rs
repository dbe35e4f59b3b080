//! Server-side apply: which fields an object has, who owns them, and how two objects become one.
//!
//! Models `sigs.k8s.io/structured-merge-diff/v6`. All of it is code over the table of types; none of it knows a kind.

mod compare;
mod element;
mod field_set;
mod merge;
mod reconcile;
mod remove;
mod set;
mod set_json;
mod types;
mod updater;
mod validate;
mod values;

pub use compare::{Comparison, compare};
pub use element::{Element, Path, shown};
pub use field_set::field_set;
pub use merge::merge;
pub use reconcile::reconcile;
pub use remove::remove;
pub use set::Set;
pub use types::Type;
pub use updater::{Conflicts, Convert, Owner, Owners, Updater};
pub use validate::{Errors, validate};
pub use values::equal;
