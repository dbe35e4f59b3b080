//! The story of the chapter (tests/story/chapter.yml), told in a browser by the script that tells it in Node.

use svcscope_core::base::json;
use svcscope_core::manifest;
use svcscope_wasm::Engine;
use tsify::Ts;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

const STORY: &str = include_str!("../../../tests/story/chapter.yml");
const SCRIPT: &str = include_str!("../../../tests/story/play.mjs");

/// Imports a module of which only the text is there.
const IMPORT: &str = "(text) => import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })))";

macro_rules! files {
    ($($name:literal)*) => { &[$(($name, include_str!(concat!("../../../tests/manifests/", $name)))),*] };
}

const FILES: &[(&str, &str)] = files!(
    "chapter/biz1-svc.yml" "chapter/biz1-v4.1.yml" "chapter/biz1-v4.2.yml" "chapter/deploy.yml"
    "chapter/magic-sandbox.yml" "chapter/svc.yml" "figures/6.3.yml" "figures/6.4.yml" "figures/6.5.yml"
    "figures/6.6-pods.yml"
);

/// Plays all scenarios; answers with what was not as expected.
pub async fn play() -> Vec<String> {
    let import = js_sys::eval(IMPORT).expect("a function").unchecked_into::<js_sys::Function>();
    let module = call(&import, &[&SCRIPT.into()]).await.expect("the script is loaded");
    let play = js_sys::Reflect::get(&module, &"play".into()).expect("it has a function");
    let play = play.unchecked_into::<js_sys::Function>();
    let create = Closure::<dyn Fn(JsValue) -> Result<JsValue, JsValue>>::new(|options| {
        Ok(JsValue::from(Engine::new(&Ts::new_unchecked(options))?))
    });
    let read = Closure::<dyn Fn(String) -> String>::new(|file: String| {
        let found = FILES.iter().find(|(name, _)| *name == file);
        found.map(|(_, text)| String::from(*text)).unwrap_or_default()
    });
    let documents = manifest::read(STORY).expect("the story is YAML");
    let mut failed = Vec::new();
    for scenario in documents.iter().flat_map(|d| d.node.to_value().items().to_vec()) {
        let scenario = js_sys::JSON::parse(&json::to_string(&scenario)).expect("JSON");
        if let Err(error) = call(&play, &[&scenario, create.as_ref(), read.as_ref()]).await {
            failed.push(format!("{error:?}"));
        }
    }
    failed
}

async fn call(function: &js_sys::Function, args: &[&JsValue]) -> Result<JsValue, JsValue> {
    let args: js_sys::Array = args.iter().copied().collect();
    let promise = function.apply(&JsValue::UNDEFINED, &args)?;
    JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await
}
