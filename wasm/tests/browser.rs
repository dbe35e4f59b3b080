//! The boundary in a real browser: `wasm-pack test --headless --chrome wasm`.
#![cfg(target_family = "wasm")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_engine_says_its_version() {
    assert_eq!(svcscope_wasm::version(), env!("CARGO_PKG_VERSION"));
}
