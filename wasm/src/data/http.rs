//! Requests to the API server as HTTP has them.

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use svcscope_core::api::{Body, Request, Response};
use tsify::Tsify;
use wasm_bindgen::JsValue;

/// An HTTP request to the API server.
#[derive(Debug, Default, Deserialize, Tsify)]
#[serde(default)]
pub struct ApiRequest {
    /// GET if it is not given.
    #[tsify(optional)]
    pub method: Option<String>,
    /// With its query: `/api/v1/services?watch=true`.
    #[tsify(type = "string")]
    pub path: String,
    #[tsify(optional, type = "Record<string, string>")]
    pub headers: BTreeMap<String, String>,
    /// Text, or bytes such as those of Kubernetes' protobuf.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(optional, type = "string | Uint8Array")]
    pub body: JsValue,
}

/// The API server's answer.
#[derive(Debug, Serialize, Tsify)]
#[tsify(hashmap_as_object)]
pub struct ApiResponse {
    pub code: u16,
    /// Several of one name are joined by commas.
    #[tsify(type = "Record<string, string>")]
    pub headers: BTreeMap<String, String>,
    /// What it says; empty where that is no text.
    pub body: String,
    /// What it says where that is no text: Kubernetes' protobuf.
    #[serde(with = "serde_wasm_bindgen::preserve", skip_serializing_if = "JsValue::is_undefined")]
    #[tsify(optional, type = "Uint8Array")]
    pub bytes: JsValue,
    /// The number of the watch, if it is one: what happens is to be fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub watch: Option<f64>,
}

/// What a watch has seen since the last call.
#[derive(Debug, Serialize, Tsify)]
pub struct Watched {
    /// A line of JSON for each event; empty where the watch speaks protobuf.
    pub lines: String,
    /// What a watch that speaks protobuf has seen.
    #[serde(with = "serde_wasm_bindgen::preserve", skip_serializing_if = "JsValue::is_undefined")]
    #[tsify(optional, type = "Uint8Array")]
    pub bytes: JsValue,
    pub open: bool,
}

impl Watched {
    pub fn new(seen: Vec<u8>, open: bool) -> Watched {
        let (lines, bytes) = told(seen);
        Watched { lines, bytes, open }
    }
}

/// As text, or as bytes where it is none. Messages of protobuf may happen to be UTF-8, but then they hold control
/// characters, which JSON and YAML write otherwise.
fn told(content: Vec<u8>) -> (String, JsValue) {
    let is_text = |b: &u8| *b >= b' ' || matches!(b, b'\n' | b'\r' | b'\t');
    match String::from_utf8(content) {
        Ok(text) if text.bytes().all(|b| is_text(&b)) => (text, JsValue::UNDEFINED),
        Ok(text) => (String::new(), Uint8Array::from(text.as_bytes()).into()),
        Err(error) => (String::new(), Uint8Array::from(error.as_bytes()).into()),
    }
}

impl From<ApiRequest> for Request {
    fn from(r: ApiRequest) -> Request {
        Request {
            method: r.method.unwrap_or_else(|| "GET".into()),
            path: r.path,
            headers: r.headers.into_iter().collect(),
            body: match r.body.as_string() {
                Some(text) => text.into_bytes(),
                None if r.body.is_falsy() => Vec::new(),
                None => Uint8Array::new(&r.body).to_vec(),
            },
        }
    }
}

impl From<Response> for ApiResponse {
    fn from(r: Response) -> ApiResponse {
        let mut headers = BTreeMap::<String, String>::new();
        for (name, value) in r.headers {
            let known = headers.entry(name).or_default();
            let comma = if known.is_empty() { "" } else { ", " };
            *known += &format!("{comma}{value}");
        }
        let (content, watch) = match r.body {
            Body::Bytes(bytes) => (bytes, None),
            Body::Watch(id) => (Vec::new(), Some(id.0 as f64)),
        };
        let (body, bytes) = told(content);
        ApiResponse { code: r.code, headers, body, bytes, watch }
    }
}
