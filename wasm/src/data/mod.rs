//! Plain data as JavaScript sees it, with the TypeScript types made of it.

pub mod apply;
pub mod change;
pub mod expose;
pub mod failure;
pub mod finding;
pub mod http;
pub mod kubectl;
pub mod matrix;
pub mod options;
pub mod resolve;
pub mod rules;
pub mod topology;
pub mod traffic;

use svcscope_core::base::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/** An object as the API returns it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    creationTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  // What else there is depends on the kind.
  [field: string]: any;
}

/** What a client sees of its request. */
export type SendOutcome = "answered" | "refused" | "timed-out" | "unreachable" | "not-permitted" | "unresolved";
"#;

#[wasm_bindgen]
extern "C" {
    /// An object of the API.
    #[wasm_bindgen(typescript_type = "KubernetesObject")]
    #[derive(Debug)]
    pub type Object;
}

/// An object of the API, made by the browser's own parser: that is quicker than setting one member after the other.
pub fn object(value: &Value) -> Object {
    // What the engine writes is JSON.
    js_sys::JSON::parse(&json::to_string(value)).unwrap_or(JsValue::NULL).unchecked_into()
}
