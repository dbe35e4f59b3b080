//! Requests to the API server as HTTP has them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use svcscope_core::api::{Body, Request, Response};
use tsify::Tsify;

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
    #[tsify(optional)]
    pub body: Option<String>,
}

/// The API server's answer.
#[derive(Debug, Serialize, Tsify)]
#[tsify(hashmap_as_object)]
pub struct ApiResponse {
    pub code: u16,
    /// Several of one name are joined by commas.
    #[tsify(type = "Record<string, string>")]
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// The number of the watch, if it is one: what happens is to be fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[tsify(optional)]
    pub watch: Option<f64>,
}

/// What a watch has seen since the last call.
#[derive(Debug, Serialize, Tsify)]
pub struct Watched {
    /// A line of JSON for each event.
    pub lines: String,
    pub open: bool,
}

impl From<ApiRequest> for Request {
    fn from(r: ApiRequest) -> Request {
        Request {
            method: r.method.unwrap_or_else(|| "GET".into()),
            path: r.path,
            headers: r.headers.into_iter().collect(),
            body: r.body.unwrap_or_default().into_bytes(),
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
        let (body, watch) = match r.body {
            Body::Bytes(bytes) => (String::from_utf8_lossy(&bytes).into_owned(), None),
            Body::Watch(id) => (String::new(), Some(id.0 as f64)),
        };
        ApiResponse { code: r.code, headers, body, watch }
    }
}
