//! The boundary in a real browser: `wasm-pack test --headless --chrome wasm`.
#![cfg(target_family = "wasm")]

mod story;

use svcscope_wasm::Engine;
use tsify::Ts;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_engine_says_its_version() {
    assert_eq!(svcscope_wasm::version(), env!("CARGO_PKG_VERSION"));
}

#[wasm_bindgen_test]
fn a_wrong_option_is_refused_with_words() {
    let options = js_sys::JSON::parse(r#"{"nodes": 1.5}"#).expect("JSON");
    let failure = Engine::new(&Ts::new_unchecked(options)).expect_err("there is no half a node");
    assert_eq!(failure.message, "nodes: 1.5 is no whole number from 0 to 244");
}

/// The same file is played natively, in Node and in the playground.
#[wasm_bindgen_test]
async fn the_chapter_happens_as_it_is_told() {
    let failed: Vec<String> = story::play().await;
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[wasm_bindgen_test]
fn what_is_refused_is_thrown_with_its_places() {
    let mut engine = Engine::new(&Ts::new_unchecked(js_sys::Object::new().into())).expect("an engine");
    let text =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort, ports: [{port: 0}]}\n";
    let thrown = JsValue::from(engine.apply(text).expect_err("port 0 is none"));
    let get = |of: &JsValue, key: &str| js_sys::Reflect::get(of, &key.into()).expect("a member");
    assert_eq!(get(&thrown, "reason"), "status");
    assert_eq!(get(&get(&thrown, "status"), "code"), 422);
    let place = get(&get(&thrown, "places"), "0");
    assert_eq!((get(&place, "line"), get(&place, "column")), (4.into(), 39.into()));
}
