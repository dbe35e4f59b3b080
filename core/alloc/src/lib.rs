//! The library `alloc` as the engine uses it: all of it, but with ordered maps and sets of our own.
//!
//! The engine is downloaded, and the library's B-trees are ten kilobytes for every type they are used with: they were a
//! quarter of it.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc as library;

mod btree;

pub use library::*;

/// `alloc::collections`, as far as it is used.
pub mod collections {
    pub use crate::btree::{BTreeMap, BTreeSet, Entry, Items, Iter};
    pub use library::collections::VecDeque;
}
