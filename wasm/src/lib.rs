//! The boundary: what JavaScript sees of the engine.
//!
//! Plain data goes in and comes out; `wasm/npm` wraps it into the package `svcscope`.

pub mod data;
mod engine;

pub use engine::{Engine, Snapshot};

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of the engine.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}
