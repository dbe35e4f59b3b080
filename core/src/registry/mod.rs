//! What the API server does between a decoded request and the store: defaults, admission, validation, allocation.

pub mod strategy;

pub use strategy::Strategy;
