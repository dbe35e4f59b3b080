//! What proves it: the recordings replayed, and what the tests share.

pub mod conformance;
pub mod objects;
