//! The boundary: what JavaScript sees of the engine.
//!
//! Plain data goes in and comes out; `wasm/npm` wraps it into the package `svcscope`.

mod topology;

pub use topology::Topology;

use svcscope_core::base::Duration;
use svcscope_core::cluster::{Cluster, Options};
use wasm_bindgen::prelude::wasm_bindgen;

/// The version of the engine.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// A cluster. The package's class of that name is what users see.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    cluster: Cluster,
}

#[wasm_bindgen]
impl Engine {
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "options come with the next step")]
    pub fn new() -> Engine {
        Engine { cluster: Cluster::new(&Options::default()) }
    }

    /// Lets so many milliseconds pass.
    pub fn advance(&mut self, ms: f64) {
        self.cluster.advance(Duration::from_millis(ms as i64));
    }

    pub fn topology(&self) -> Topology {
        self.cluster.topology().into()
    }
}
